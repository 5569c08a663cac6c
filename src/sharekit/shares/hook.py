"""What a share says of a post: sentences of the author's own, and the headings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.content import parse_fragment, sentences

if TYPE_CHECKING:
    from sharekit.model import Post

# Above this share of common words, a summary says the title again.
REPEATS = 0.7
SHORTEST_PARAGRAPH = 60
MOST_SENTENCES = 4
MOST_HEADINGS = 6
ACCENTS = re.compile("[\u0300-\u036f]+")
NO_TOPICS = {
    "introduction", "intro", "conclusion", "pour conclure", "sources", "source", "references", "liens", "links", "tl dr",
    "tldr", "sommaire", "summary", "bonus", "notes", "annexe", "appendix", "further reading", "pour aller plus loin",
}  # fmt: skip


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
    summary = sentences(post.summary)
    own_words = bool(summary) and not repeats(post.summary, post.title)
    article = parse_fragment(post.html)
    if not own_words:
        paragraphs = [_text(each.text_content()) for each in article.iterchildren("p") if each.find(".//img") is None]
        long_enough = [text for text in paragraphs if len(text) >= SHORTEST_PARAGRAPH and not text.endswith(":")]
        summary = sentences(long_enough[0]) if long_enough else []
        summary = [each for each in summary if not repeats(each, post.title)]
    found = (_text(each.text_content()).rstrip("#¶ ") for each in article.iter("h2"))
    headings = [heading for heading in found if _is_a_topic(heading)]
    return Hook(
        sentences=tuple(map(_closed, summary[:MOST_SENTENCES])),
        headings=tuple(headings[:MOST_HEADINGS]),
        own_words=own_words,
        more_headings=len(headings) > MOST_HEADINGS,
    )


def _is_a_topic(heading: str) -> bool:
    # "Good morning!" and "Conclusion" say nothing of what is in the article.
    return bool(heading) and not heading.endswith((".", "!", "…")) and " ".join(_words(heading)) not in NO_TOPICS


def _closed(sentence: str) -> str:
    return sentence if sentence.rstrip('»”")\u00a0 ').endswith((".", "!", "?", "…", ":")) else sentence.rstrip() + "."


def repeats(text: str, title: str) -> bool:
    """Whether a text says little more than the title."""
    words, known = _words(text), set(_words(title))
    return bool(words) and len([word for word in words if word in known]) / len(words) >= REPEATS


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold())))


def _text(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
