"""What an article shows and plays, made fit for mail: pictures with a width, linked posters, formulas as source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from sharekit.content import words
from sharekit.elements import CONTAINERS, open_box, replace, source_of
from sharekit.model import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

# Drawings that are no larger than this (CSS pixels) and have no name are decoration.
ICON = 64
# The width of the article's column, in CSS pixels.
COLUMN = 560
LENGTH = re.compile(r"(\d{1,5}(?:\.\d{1,3})?|\.\d{1,3})\s*(px|pt|pc|mm|cm|in|r?em|ex|ch|vw|%|)")
# What a unit is in CSS pixels (CSS Values 4, 6.2); the text of an article has 17 of them, and its window is the column.
PIXELS = {
    "": 1, "px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 17, "ex": 8, "ch": 9, "rem": 16,
    "%": COLUMN / 100, "vw": COLUMN / 100,
}  # fmt: skip
# Pictures that stand for a letter, as block editors and emoji scripts call them; their style sheets make them 1em high.
EMOJI = re.compile(r"(?:^|[\s_-])(?:emoji|twemoji|wp-smiley|smiley|emojione|gemoji|joypixels)(?:$|\s)", re.IGNORECASE)
# Of the column, what each of two pictures side by side may have.
HALF = 268
# Boxes that lay out their pictures in rows, as themes and block editors call them.
GALLERY = re.compile(
    r"galler|carousel|masonry|slideshow|(?:^|[\s_-])(?:grid|cols?|columns?|flex|row|tiles|thumbnails)(?:$|[\s_-])",
    re.IGNORECASE,
)
IN_ROWS = re.compile(r"display\s*:\s*(?:inline-)?(?:flex|grid)", re.IGNORECASE)
YOUTUBE = re.compile(r"https://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)")
VIMEO = re.compile(r"https://player\.vimeo\.com/video/(\d+)")
# Outlook on Windows shows neither, Gmail no SVG (caniemail: image-webp, image-avif, image-svg).
UNSEEN = (".webp", ".avif", ".svg")
SEEN = (".jpg", ".jpeg", ".png")


def players(article: HtmlElement, known: Callable[[str], Image | None], translate: Callable[[str], str]) -> None:
    """Videos, sounds and embedded pages as a link with their poster, or with the name of their host; a map as its links."""
    for player in list(article.iter("iframe", "video", "audio")):
        source = source_of(player)
        if source and source.startswith(("https://", "http://")):
            _play(player, source, known, translate)
        else:
            # The link that is inside for those who cannot play it.
            open_box(player)
    for area in list(article.iter("area")):
        href = area.get("href")
        replace(area, _anchor(href, area.get("alt") or urlsplit(href).netloc) if href else _text(""))


def _play(player: HtmlElement, source: str, known: Callable[[str], Image | None], translate: Callable[[str], str]) -> None:
    from lxml.html import builder as make

    page, poster = _page(source), player.get("poster")
    facts = known(poster) if poster else None
    youtube = YOUTUBE.match(source)
    if youtube and not poster:
        poster = f"https://i.ytimg.com/vi/{youtube[1]}/hqdefault.jpg"
        facts = Image(url=poster, width=480, height=360)
    said = translate("Listen on %(host)s") if player.tag == "audio" else translate("Watch on %(host)s")
    label = f"▶ {player.get('title') or said % {'host': urlsplit(page).netloc}}"
    parent = player.getparent()
    if parent.tag == "p" and len(parent) == 1 and not (parent.text or "").strip() + (player.tail or "").strip():
        # A paragraph cannot be in a paragraph.
        parent.drop_tag()
    elif parent.tag not in CONTAINERS:
        replace(player, _anchor(page, label))
        return
    paragraph = make.P()
    paragraph.set("class", "video")
    link = make.A(label)
    if poster:
        picture = make.IMG(src=poster, alt="")
        if facts and facts.width:
            picture.set("width", str(min(facts.width, COLUMN - 32)))
        link = make.A(picture, make.BR(), label)
    link.set("href", page)
    paragraph.append(link)
    replace(player, paragraph)


def _anchor(href: str, label: str) -> HtmlElement:
    from lxml.html import builder as make

    return make.A(label, href=href)


def _page(source: str) -> str:
    youtube, vimeo = YOUTUBE.match(source), VIMEO.match(source)
    if youtube:
        return f"https://www.youtube.com/watch?v={youtube[1]}"
    return f"https://vimeo.com/{vimeo[1]}" if vimeo else source


def pictures(
    article: HtmlElement, known: Callable[[str], Image | None], translate: Callable[[str], str], page: str
) -> list[str]:
    """Pictures with an alternative and, where it is known, a size; what mail cannot show as a sibling that it can or a link.

    A picture that is nowhere but on the ``page`` of the article becomes a link to it. Returns what was replaced, in words.
    """
    lost: list[str] = []
    for drawing in list(article.iter("svg")):
        name = drawing.get("aria-label") or words(drawing)
        if name:
            lost.append(f"an inline SVG picture became a link to the article: {name}")
            _link_instead(drawing, page, translate("Picture: %(name)s") % {"name": name})
        elif _is_icon(drawing):
            replace(drawing, _text(""))
        else:
            lost.append("an inline SVG picture without a title became a link to the article")
            _link_instead(drawing, page, translate("Picture: %(name)s") % {"name": urlsplit(page).netloc})
    for source in list(article.iter("source")):
        source.drop_tag()
    for image in list(article.iter("img")):
        url = image.get("src") or ""
        if url.startswith(("http://", "https://")):
            _picture(image, _seen(url, known), known, translate, lost)
        elif image.get("alt") or url.startswith("data:"):
            lost.append(f"a picture without an address of its own became a link: {image.get('alt') or url[:40]}")
            name = image.get("alt") or urlsplit(page).netloc
            _link_instead(image, page, translate("Picture: %(name)s") % {"name": name})
        else:
            replace(image, _text(""))
    return lost


def galleries(article: HtmlElement) -> None:
    """Pictures that stand together in a gallery, two beside one another."""
    for box in list(article.iterdescendants("div", "section", "figure", "p", "ul", "ol")):
        in_rows = GALLERY.search(box.get("class") or "") or IN_ROWS.search(box.get("style") or "") or box.tag == "figure"
        units = [each for each in box if each.tag not in ("figcaption", "br")]
        loose = "".join([box.text or "", *(each.tail or "" for each in box)]).strip()
        if not in_rows or loose or len(units) < 2 or any(sum(1 for _ in each.iter("img")) != 1 for each in units):
            continue
        for unit in units:
            picture = next(unit.iter("img"))
            if picture.get("width"):
                picture.set("width", str(min(int(picture.get("width")), HALF)))
            if unit.tag == "picture":
                unit.drop_tag()
            half = picture if unit.tag in ("a", "img", "picture", "span") else unit
            half.set("class", "half")
            half.tag = "div" if half is unit and half.tag != "img" else half.tag
        box.tag = "div" if box.tag in ("ul", "ol") else box.tag


def _is_icon(drawing: HtmlElement) -> bool:
    box = re.findall(r"[\d.]+", drawing.get("viewbox") or drawing.get("viewBox") or "")
    width = _length(drawing, "width")
    across = width.pixels if width else float(box[2]) if len(box) == 4 else 0
    if drawing.get("aria-hidden") != "true" and drawing.get("role") == "img":
        return False
    return drawing.get("aria-hidden") == "true" or across <= ICON or _within_link(drawing)


def _link_instead(element: HtmlElement, url: str, label: str) -> None:
    replace(element, _text(label) if _within_link(element) else _anchor(url, label))


def _picture(
    image: HtmlElement, url: str, known: Callable[[str], Image | None], translate: Callable[[str], str], lost: list[str]
) -> None:
    path = urlsplit(url).path.lower()
    if path.endswith(".svg"):
        name = image.get("alt") or unquote(path.rpartition("/")[2])
        lost.append(f"the SVG picture {url} became a link: save it as PNG beside it, and that is shown")
        _link_instead(image, url, translate("Picture: %(name)s") % {"name": name})
        return
    image.set("src", url)
    _size(image, known(url))
    image.set("alt", image.get("alt") or "")


def _size(image: HtmlElement, facts: Image | None) -> None:
    """The size that the author wrote, in attributes for Outlook and in a style for the others; else the picture's own.

    It is never more than the picture's own. A picture of which nobody knows a size gets none.
    """
    width, height, most, tallest = _written_sizes(image)
    own = facts.width if facts else None
    widest = min(filter(None, (own, most and most.pixels)), default=COLUMN)
    attributes, style = {}, ""
    if width:
        attributes["width"] = min(width.pixels, widest)
        if width.unit == "%" and width.pixels <= COLUMN:
            style = f"width:{width.number:g}%" + (f";max-width:{widest}px" if widest < COLUMN else "")
    elif height and height.unit != "%" and height.pixels <= COLUMN:
        tall = min(height.pixels, *(each for each in (tallest and tallest.pixels, facts and facts.height) if each), COLUMN)
        attributes["height"] = tall
        if facts and own and facts.height:
            attributes["width"] = round(tall * own / facts.height)
        style = f"width:auto;height:{tall}px"
    elif facts and own:
        attributes["width"] = min(widest, round(tallest.pixels * own / facts.height) if tallest and facts.height else own)
    else:
        limits = {"max-width": most, "max-height": tallest}
        known = {name: limit.pixels for name, limit in limits.items() if limit and limit.pixels < COLUMN}
        style = ";".join(f"{name}:{pixels}px" for name, pixels in known.items())
    for name in {"width", "height", "style"} - attributes.keys():
        image.attrib.pop(name, None)
    for name, pixels in attributes.items():
        image.set(name, str(max(1, min(pixels, COLUMN))))
    if style:
        image.set("style", style)


def _written_sizes(image: HtmlElement) -> tuple[_Length | None, ...]:
    """Width, height, most width and most height, as far as the author wrote them."""
    width, height, most, tallest, laid_out = (
        _length(image, name) for name in ("width", "height", "max-width", "max-height", "sizes")
    )
    if not width and not height and EMOJI.search(image.get("class") or ""):
        height = _Length(1, "em")
    if laid_out and laid_out.unit not in ("%", "vw"):  # a share of the window says nothing of the picture
        width = width or laid_out
    return width, height, most, tallest if tallest and tallest.unit != "%" else None


class _Length(NamedTuple):
    number: float
    unit: str

    @property
    def pixels(self) -> int:
        return round(self.number * PIXELS[self.unit])


def _length(image: HtmlElement, name: str) -> _Length | None:
    """A size of a picture as its style says it, else its attribute; None for what has no length, as "auto"."""
    styled = re.search(rf"(?:^|;)\s*{name}\s*:([^;!]*)", image.get("style") or "", re.IGNORECASE)
    written = (styled[1] if styled else image.get(name) or "").strip().lower()
    least = re.fullmatch(r"min\(([^()]*)\)", written)
    found = [LENGTH.fullmatch(each.strip()) for each in (least[1].split(",") if least else [written])]
    lengths = [_Length(float(each[1]), each[2]) for each in found if each and float(each[1])]
    return min(lengths, key=lambda each: each.pixels, default=None)


def _seen(url: str, known: Callable[[str], Image | None]) -> str:
    stem, dot, ending = url.rpartition(".")
    if f"{dot}{ending}".lower() in UNSEEN:
        return next((f"{stem}{other}" for other in SEEN if known(f"{stem}{other}")), url)
    return url


def _within_link(element: HtmlElement) -> bool:
    return any(each.tag == "a" for each in element.iterancestors())


def formulas(article: HtmlElement) -> None:
    """Formulas as their source: TeX where the page has it, else their text."""
    from lxml.html import builder as make

    for formula in list(article.iter("math")):
        replace(formula, make.CODE(formula.get("alttext") or words(formula)))


def _text(text: str) -> HtmlElement:
    from lxml.html import builder as make

    return make.SPAN(text)
