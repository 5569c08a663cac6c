"""Article HTML made fit for feed readers, beyond what every place outside the blog needs (``sharekit.content``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def fit(fragment: HtmlElement, *, iframes: Literal["keep", "link"]) -> HtmlElement:
    """The cleaned article, changed in place: frames kept or linked to, code as text alone."""
    if iframes == "link":
        link_frames(fragment)
    plain_code(fragment)
    return fragment


def link_frames(fragment: HtmlElement) -> None:
    """Each frame becomes a link to what it shows, for readers that would drop it in silence."""
    from lxml.html import fromstring

    for frame in list(fragment.iter("iframe")):
        url = frame.get("src") or ""
        parent = frame.getparent()
        if parent is not None and url:
            link = fromstring("<p><a></a></p>")
            link[0].set("href", url)
            link[0].text = frame.get("title") or urlsplit(url).hostname or url
            link.tail, frame.tail = frame.tail, None
            parent.replace(frame, link)
        else:
            frame.drop_tree()


def plain_code(fragment: HtmlElement) -> None:
    """Code as its text: a table of line numbers loses them, and colours and focus stops mean nothing in a reader."""
    for table in list(fragment.iter("table")):
        cells = table.findall(".//td")
        blocks = [cell.find(".//pre") for cell in cells]
        parent = table.getparent()
        if parent is None or len(cells) != 2 or None in blocks:
            continue
        numbers, code = blocks
        if numbers is not None and code is not None and numbers.text_content().replace("\n", "").replace(" ", "").isdigit():
            code.tail = table.tail
            parent.replace(table, code)
    for block in fragment.iter("pre"):
        for span in list(block.iter("span")):
            span.drop_tag()
        for element in block.iter():
            for name in ("style", "tabindex", "class"):
                if name != "class" or "language-" not in (element.get("class") or ""):
                    element.attrib.pop(name, None)
