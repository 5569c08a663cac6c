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


@dataclass(frozen=True, kw_only=True)
class Hook:
    """Sentences to draw a reader in, most important first, and the article's headings."""

    sentences: tuple[str, ...]
    headings: tuple[str, ...]


def hook(post: Post) -> Hook:
    """The post's summary, or where that repeats the title the article's first paragraph."""
    summary = sentences(post.summary)
    article = parse_fragment(post.html)
    if not summary or repeats(post.summary, post.title):
        paragraphs = [_text(each.text_content()) for each in article.iterchildren("p") if each.find(".//img") is None]
        long_enough = [text for text in paragraphs if len(text) >= SHORTEST_PARAGRAPH and not text.endswith(":")]
        summary = sentences(long_enough[0]) if long_enough else []
    headings = [_text(each.text_content()).rstrip("#¶ ") for each in article.iter("h2")]
    return Hook(sentences=tuple(summary[:MOST_SENTENCES]), headings=tuple(filter(None, headings[:MOST_HEADINGS])))


def repeats(text: str, title: str) -> bool:
    """Whether a text says little more than the title."""
    words = _words(text)
    return bool(words) and len([word for word in words if word in _words(title)]) / len(words) >= REPEATS


def _words(text: str) -> list[str]:
    bare = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return re.findall(r"\w+", bare)


def _text(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
