"""Random documents: each word that a browser shows is in feed, letter and text, once.

``SHAREKIT_DOCUMENTS`` is how many are tried, ``SHAREKIT_SEED`` where they begin.
"""

from __future__ import annotations

import os
import random
import re
from typing import TYPE_CHECKING

from letters import post
from sharekit.config import FeedSettings
from sharekit.elements import ALL
from sharekit.feeds.entries import Entries
from sharekit.issue.articles import mail_article
from sharekit.issue.text import article_text

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCUMENTS = int(os.environ.get("SHAREKIT_DOCUMENTS", "300"))
SEED = int(os.environ.get("SHAREKIT_SEED", "1"))
WORD = re.compile(r"\bw\d+x\b")
# A frame set takes the place of the whole page, and a marquee moves; what a plaintext swallows is shown as it is typed.
TAGS = [*sorted(ALL - {"frameset", "frame", "plaintext", "html", "body", "head", "marquee"}), "custom-element"]
ATTRIBUTES = (
    "",
    " class=a",
    " id=b",
    " dir=rtl",
    " lang=ar",
    " title='t'",
    " hidden=false",
    " style='color:red'",
    " href=/x",
    " src=/f.mp4",
)


def document(dice: random.Random) -> str:
    """Mark-up as it is found: nested anyhow, closed or not, with a word wherever one may be."""
    pieces = []
    gap = dice.choice((" ", ""))
    for number in range(dice.randrange(3, 25)):
        tag = dice.choice(TAGS)
        attributes = dice.choice(ATTRIBUTES)
        word = f"w{number}x"
        kind = dice.randrange(5)
        if kind == 0:
            pieces.append(f"{gap}{word}{gap}")
        elif kind == 1:
            pieces.append(f"<{tag}{attributes}>{word}{gap}")
        elif kind == 2:
            pieces.append(f"</{tag}>")
        else:
            pieces.append(f"<{tag}{attributes}>{word}</{tag}>{gap}")
    return "".join(pieces)


SHOWN = """html => {
  document.body.innerHTML = '';
  const parsed = new DOMParser().parseFromString('<!DOCTYPE html><html><body>' + html, 'text/html');
  // Never shown; innerText of an option is all that is in it.
  const never = 'script, style, noframes, noembed, title, datalist, template, iframe, rp, [hidden], dialog:not([open])';
  parsed.querySelectorAll(never).forEach(each => each.remove());
  parsed.querySelectorAll('video, audio, canvas').forEach(each => { each.textContent = ''; });
  // Scripts run nowhere but on the page: what is for those without is shown.
  parsed.querySelectorAll('noscript').forEach(each => each.replaceWith(...each.childNodes));
  parsed.querySelectorAll('details').forEach(each => each.setAttribute('open', ''));
  // What refers to a file is shown as where there is none to be had.
  document.body.replaceChildren(...Array.from(parsed.body.childNodes, each => document.importNode(each, true)));
  return document.body.innerText;
}"""


def test_each_word_that_a_browser_shows_is_in_feed_letter_and_text_once(chromium: Browser) -> None:
    page = chromium.new_context(offline=True).new_page()
    page.set_content("<!DOCTYPE html><html><body>")
    entries = Entries(settings=FeedSettings(), places={})
    shown_words = 0
    for number in range(SEED, SEED + DOCUMENTS):
        html = document(random.Random(number))
        shown = WORD.findall(page.evaluate(SHOWN, html))
        article = post(1, html=html)
        forms = {
            "feed": entries.article(article),
            "letter": mail_article(article, picture=lambda _url: None).html,
            "text": article_text(article),
        }
        shown_words += len(shown)
        for name, form in forms.items():
            found = WORD.findall(form)
            wrong = {word for word in shown if found.count(word) != 1}
            assert not wrong, f"document {number}, {name}: {sorted(wrong)}\n{html}\n{form}"
    page.close()
    assert shown_words > 2 * DOCUMENTS
