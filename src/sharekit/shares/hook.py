"""What a share says of a post: sentences of the author's own, and the headings."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.content import sentences, strip_illegal
from sharekit.shares.words import WORD, plain, repeats, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborNode

    from sharekit.model import Post

SHORTEST_PARAGRAPH = 60
MOST_SENTENCES = 4
MOST_HEADINGS = 6
# The words of so many characters of a summary tell whether it is the article's beginning.
BEGINNING = 100
NOT_READ = ("script", "style", "template", "noscript")
MAY_HOLD_THEM = re.compile(f"<(?:{'|'.join(NOT_READ)})")
NO_TOPICS = {
    "acknowledgements", "all in all", "annexe", "antiseche", "appendix", "bilan", "bonus", "bookmarks",
    "c est deja fini", "c est fini", "closing thoughts", "conclusion", "conclusions", "credits", "edit", "en conclusion",
    "en resume", "epilogue", "et maintenant", "fin", "final thoughts", "footnotes", "further reading", "in conclusion",
    "intro", "introduction", "la suite", "le mot de la fin", "les liens", "liens", "links", "next steps", "notes",
    "petit bilan", "post scriptum", "pour aller plus loin", "pour conclure", "pour finir", "pour resumer", "preambule",
    "ps", "references", "remerciements", "ressources", "resources", "slides", "sommaire", "source", "sources", "summary",
    "thanks", "the end", "tl dr", "tldr", "to conclude", "update", "updates", "video", "what s next", "wrap up",
    "wrapping up",
}  # fmt: skip
LONGEST_NO_TOPIC = 30


@dataclass(frozen=True, kw_only=True)
class Hook:
    """Sentences to draw a reader in, most important first, and the article's headings.

    ``own_words`` says that the sentences are the author's summary, and not the article's beginning; ``more_headings`` that
    the article has further ones.
    """

    sentences: tuple[str, ...]
    headings: tuple[str, ...]
    own_words: bool = False
    more_headings: bool = False


def hook(post: Post) -> Hook:
    """The post's summary, or where that repeats the title the article's first paragraph."""
    blocks, headings = _article(post.html)
    text = plain(post.summary)
    own_words = bool(text.strip()) and not repeats(text, post.title)
    if not own_words:
        told = [each for each in _first_paragraph(blocks) if not repeats(each, post.title)]
    elif _is_the_beginning(text, blocks):
        # A generator's own summary runs on into headings and code as if they were sentences.
        told = _opening(blocks) or sentences(text)
    else:
        told = sentences(text)
    topics = [heading for heading in map(_heading, headings) if _is_a_topic(heading)]
    if len(topics) == 1:
        topics = []  # one is no list of what is in it
    return Hook(
        sentences=tuple(map(_closed, _without_lead_in(told)[:MOST_SENTENCES])),
        headings=tuple(topics[:MOST_HEADINGS]),
        own_words=own_words,
        more_headings=len(topics) > MOST_HEADINGS,
    )


def _article(html: str) -> tuple[list[LexborNode], list[str]]:
    """The article's blocks, and the texts of its second-level headings wherever they are."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(strip_illegal(html))
    if MAY_HOLD_THEM.search(html):
        tree.strip_tags(list(NOT_READ))
    if tree.body is None:
        return [], []
    return list(tree.body.iter()), [_text(node) for node in tree.tags("h2")]


def _first_paragraph(blocks: Sequence[LexborNode]) -> list[str]:
    for block in blocks:
        if block.tag == "p" and block.css_first("img") is None:
            text = _text(block)
            if len(text) >= SHORTEST_PARAGRAPH and not text.endswith(":"):
                return sentences(text)
    return []


def _is_the_beginning(summary: str, blocks: Sequence[LexborNode]) -> bool:
    asked = WORD.findall(summary[:BEGINNING])
    told = asked[:-1]  # the last word may be cut
    found: list[str] = []
    for block in blocks:
        found += WORD.findall(block.text(deep=True)[: 3 * BEGINNING])
        if len(found) >= len(told) or found != told[: len(found)]:
            break
    return bool(asked) and found[: len(told)] == told


def _opening(blocks: Sequence[LexborNode]) -> list[str]:
    """The sentences of the paragraphs at the top, up to the first list, code or heading after them."""
    from_text = itertools.dropwhile(lambda block: block.tag != "p" or not _text(block), blocks)
    paragraphs = itertools.takewhile(lambda block: block.tag == "p", from_text)
    return [
        sentence for paragraph in itertools.islice(paragraphs, MOST_SENTENCES) for sentence in sentences(_text(paragraph))
    ]


def _without_lead_in(told: list[str]) -> list[str]:
    # "Here is the first version:" leads to what a share does not show.
    lead_in = next((number for number, sentence in enumerate(told) if sentence.endswith(":")), len(told))
    return told[:lead_in] or [sentence.rstrip(":\u00a0 ") + "…" for sentence in told[:1]]


def _heading(text: str) -> str:
    return text.rstrip("#¶: \u00a0")


def _is_a_topic(heading: str) -> bool:
    # "Good morning!" and "Conclusion" say nothing of what is in the article.
    if not heading or heading.endswith((".", "!", "…")):
        return False
    return len(heading) > LONGEST_NO_TOPIC or " ".join(words(heading)) not in NO_TOPICS


def _closed(sentence: str) -> str:
    # After "🎉" nothing is missing.
    last = sentence.rstrip('»”")\u00a0 ')[-1:]
    return f"{sentence.rstrip()}." if last.isalnum() else sentence


def _text(node: LexborNode) -> str:
    return " ".join(node.text(deep=True).split())
