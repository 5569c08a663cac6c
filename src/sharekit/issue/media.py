"""What an article shows and plays, made fit for mail: pictures with a width, linked posters, formulas as source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

    from sharekit.model import Image

# The width of the article's column, in CSS pixels.
COLUMN = 560
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
    """Pictures with a width and an alternative; what mail cannot show as a sibling that it can, else as a link.

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
    facts = known(url)
    given = image.get("width") or ""
    own = int(given) if given.isdigit() else facts.width if facts and facts.width else COLUMN
    image.set("src", url)
    image.set("width", str(min(own, COLUMN)))
    image.set("alt", image.get("alt") or "")


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
