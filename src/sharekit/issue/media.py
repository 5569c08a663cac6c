"""What an article shows and plays, made fit for mail: pictures with a width, linked posters, formulas as source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

    from sharekit.model import Image

# The width of the article's column, in CSS pixels.
COLUMN = 560
LENGTH = re.compile(r"(\d{1,5}(?:\.\d{1,3})?|\.\d{1,3})\s*(px|pt|r?em|ex|%|)")
# What a unit is in CSS pixels; the text of an article has 17 of them.
PIXELS = {"": 1, "px": 1, "pt": 4 / 3, "em": 17, "ex": 8, "rem": 16, "%": COLUMN / 100}
YOUTUBE = re.compile(r"https://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)")
VIMEO = re.compile(r"https://player\.vimeo\.com/video/(\d+)")
# Outlook on Windows shows neither, Gmail no SVG (caniemail: image-webp, image-avif, image-svg).
UNSEEN = (".webp", ".avif", ".svg")
SEEN = (".jpg", ".jpeg", ".png")


def players(article: HtmlElement, words: Callable[[str], str]) -> None:
    """Videos, sounds and embedded pages as a link with their poster, or with the name of their host."""
    for player in list(article.iter("iframe", "video", "audio")):
        source = player.get("src") or next((each.get("src") for each in player.iter("source") if each.get("src")), None)
        if source and source.startswith(("https://", "http://")):
            _replace(player, _poster(player, source, words))
        else:
            player.drop_tree()


def _poster(player: HtmlElement, source: str, words: Callable[[str], str]) -> HtmlElement:
    from lxml.html import builder as make

    page, poster = _page(source), player.get("poster")
    youtube = YOUTUBE.match(source)
    if youtube and not poster:
        poster = f"https://i.ytimg.com/vi/{youtube[1]}/hqdefault.jpg"
    told = words("Listen on %(host)s") if player.tag == "audio" else words("Watch on %(host)s")
    label = f"▶ {player.get('title') or told % {'host': urlsplit(page).netloc}}"
    paragraph = make.P()
    paragraph.set("class", "video")
    if poster:
        picture = make.IMG(src=poster, alt=label, width=str(COLUMN - 32))
        paragraph.append(make.A(picture, href=page))
        paragraph.append(make.BR())
    paragraph.append(make.A(label, href=page))
    return paragraph


def _page(source: str) -> str:
    youtube, vimeo = YOUTUBE.match(source), VIMEO.match(source)
    if youtube:
        return f"https://www.youtube.com/watch?v={youtube[1]}"
    return f"https://vimeo.com/{vimeo[1]}" if vimeo else source


def pictures(article: HtmlElement, known: Callable[[str], Image | None], words: Callable[[str], str]) -> list[str]:
    """Pictures with an alternative and, where it is known, a size; what mail cannot show as a sibling that it can or a link.

    Returns what was replaced or left out, in words.
    """
    told: list[str] = []
    for drawing in list(article.iter("svg")):
        title = drawing.get("aria-label") or "".join(drawing.xpath("./*[local-name()='title']/text()")).strip()
        told.append(f"an inline SVG picture was left out: {title or 'without a title'}")
        _replace(drawing, _text(title))
    for source in list(article.iter("source")):
        # libxml2 does not know that it is empty, and puts the picture inside.
        source.drop_tag()
    for image in list(article.iter("img")):
        url = image.get("src") or ""
        if not url.startswith(("http://", "https://")):
            told.append(f"a picture without an address of its own was left out: {image.get('alt') or url[:40]}")
            _replace(image, _text(image.get("alt") or ""))
            continue
        _picture(image, _seen(url, known), known, words, told)
    return told


def _picture(
    image: HtmlElement, url: str, known: Callable[[str], Image | None], words: Callable[[str], str], told: list[str]
) -> None:
    from lxml.html import builder as make

    path = urlsplit(url).path.lower()
    if path.endswith(".svg"):
        name = image.get("alt") or unquote(path.rpartition("/")[2])
        told.append(f"the SVG picture {url} became a link: save it as PNG beside it, and that is shown")
        label = words("Picture: %(name)s") % {"name": name}
        _replace(image, _text(label) if _within_link(image) else make.A(label, href=url))
        return
    image.set("src", url)
    _size(image, known(url))
    image.set("alt", image.get("alt") or "")


def _size(image: HtmlElement, facts: Image | None) -> None:
    """The size that the author wrote, in attributes for Outlook and in a style for the others; else the picture's own.

    A picture of which nobody knows a size gets none.
    """
    width, height, most = (_length(image, name) for name in ("width", "height", "max-width"))
    own = facts.width if facts else None
    attributes, style = {}, ""
    if width:
        attributes["width"] = width.pixels
        style = f"width:{width.number:g}%" if width.unit == "%" and width.pixels <= COLUMN else ""
    elif height and height.unit != "%" and height.pixels <= COLUMN:
        attributes["height"] = height.pixels
        if facts and own and facts.height:
            attributes["width"] = round(height.pixels * own / facts.height)
        style = f"width:auto;height:{height.pixels}px"
    elif own:
        attributes["width"] = min(own, most.pixels) if most else own
    elif most and most.pixels <= COLUMN:
        style = f"max-width:{most.pixels}px"
    for name in {"width", "height", "style"} - attributes.keys():
        image.attrib.pop(name, None)
    for name, pixels in attributes.items():
        image.set(name, str(max(1, min(pixels, COLUMN))))
    if style:
        image.set("style", style)


class _Length(NamedTuple):
    number: float
    unit: str

    @property
    def pixels(self) -> int:
        return round(self.number * PIXELS[self.unit])


def _length(image: HtmlElement, name: str) -> _Length | None:
    """A size of a picture as its style says it, else its attribute; None for what has no length, as "auto"."""
    styled = re.search(rf"(?:^|;)\s*{name}\s*:([^;!]*)", image.get("style") or "", re.IGNORECASE)
    found = LENGTH.fullmatch((styled[1] if styled else image.get(name) or "").strip().lower())
    return _Length(float(found[1]), found[2]) if found and float(found[1]) else None


def _seen(url: str, known: Callable[[str], Image | None]) -> str:
    stem, dot, ending = url.rpartition(".")
    if f"{dot}{ending}".lower() in UNSEEN:
        return next((f"{stem}{other}" for other in SEEN if known(f"{stem}{other}")), url)
    return url


def _within_link(element: HtmlElement) -> bool:
    return any(each.tag == "a" for each in element.iterancestors())


def formulas(article: HtmlElement) -> None:
    """Formulas as their source: TeX where the page has it, else their text."""
    for formula in list(article.xpath(".//*[contains(concat(' ', @class, ' '), ' katex ')]")) + list(article.iter("math")):
        if formula.getparent() is None:
            continue
        source = "".join(formula.xpath(".//*[local-name()='annotation'][@encoding='application/x-tex']/text()")).strip()
        from lxml.html import builder as make

        _replace(formula, make.CODE(source or formula.get("alttext") or formula.text_content().strip()))


def _text(text: str) -> HtmlElement:
    from lxml.html import builder as make

    return make.SPAN(text)


def _replace(old: HtmlElement, new: HtmlElement) -> None:
    new.tail = old.tail
    old.tail = None
    old.getparent().replace(old, new)
