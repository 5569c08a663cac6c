"""Article HTML made fit for mail: what clients cannot show becomes what they can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.content import cleaned, serialise

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

    from sharekit.model import Image, Post

# The width of the article's column, in CSS pixels.
COLUMN = 576
KEPT_ATTRIBUTES = {
    "a": ("href", "title"),
    "img": ("src", "alt", "width"),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan"),
    "ol": ("start",),
    "html": ("lang", "dir"),
}
UNWRAPPED = ("figure", "section", "article", "main", "header", "footer", "nav", "aside", "picture", "details", "hgroup")


def article_html(post: Post, *, picture: Callable[[str], Image | None]) -> str:
    """The article for a mail client: absolute, pictures with alt and width, code in a table, videos as links.

    ``picture`` tells a picture's size where it is known.
    """
    article = cleaned(post.html, post.url)
    _videos(article)
    _pictures(article, picture)
    _code(article)
    _containers(article)
    _headings(article)
    _strip_attributes(article)
    return serialise(article)


def _videos(article: HtmlElement) -> None:
    from lxml.html import builder as make

    for player in list(article.iter("iframe", "video", "audio")):
        source = player.get("src") or next((each.get("src") for each in player.iter("source") if each.get("src")), None)
        if source:
            link = make.A(player.get("title") or f"▶ {urlsplit(source).netloc}", href=_watch_page(source))
            paragraph = make.P(link)
            paragraph.set("class", "video")
            paragraph.tail = player.tail
            player.tail = None
            player.getparent().replace(player, paragraph)
        else:
            player.drop_tree()


def _watch_page(source: str) -> str:
    found = re.match(r"https://www\.youtube(?:-nocookie)?\.com/embed/([\w-]+)", source)
    return f"https://www.youtube.com/watch?v={found.group(1)}" if found else source


def _pictures(article: HtmlElement, picture: Callable[[str], Image | None]) -> None:
    for source in list(article.iter("source")):
        source.drop_tree()
    for image in list(article.iter("img")):
        url = image.get("src") or ""
        if not url.startswith(("http://", "https://")):
            image.drop_tree()
            continue
        known = picture(url)
        width = min(known.width, COLUMN) if known and known.width else COLUMN
        image.set("width", str(width))
        image.set("alt", image.get("alt") or "")


def _code(article: HtmlElement) -> None:
    from lxml.html import builder as make

    for block in list(article.iter("pre")):
        cell = make.TD()
        cell.set("class", "code")
        table = make.TABLE(make.TR(cell), role="presentation", width="100%")
        table.tail = block.tail
        block.tail = None
        block.getparent().replace(block, table)
        cell.append(block)
        for part in list(block.iter("span")):
            part.drop_tag()


def _containers(article: HtmlElement) -> None:
    for element in list(article.iter(*UNWRAPPED)):
        element.tag = "div"
    for element in list(article.iter("figcaption", "summary")):
        element.tag = "p"
    for back in list(article.iter("a")):
        if "footnote-backref" in (back.get("class") or ""):
            back.drop_tree()


def _headings(article: HtmlElement) -> None:
    # The issue has the h1 and each article's title is an h2.
    for element in list(article.iter("h1", "h2", "h3", "h4", "h5")):
        element.tag = f"h{min(max(int(element.tag[1]) + 1, 3), 6)}"


def _strip_attributes(article: HtmlElement) -> None:
    for element in article.iter():
        if not isinstance(element.tag, str):
            continue
        kept = {"role", *KEPT_ATTRIBUTES.get(element.tag, ())}
        if element.get("class") in ("code", "video"):
            kept.add("class")
        if element.get("role") == "presentation":
            kept.add("width")
        for name in list(element.attrib):
            if name not in kept:
                del element.attrib[name]
