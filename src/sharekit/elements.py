"""Every element of HTML by what a browser makes of it: the one list that feeds, mail and text go by.

What works only on its page, embedded things and forms, is made into what can be read anywhere.

Sources: HTML Standard, "List of elements", 15.3 "Non-replaced elements" (which are blocks), 16.2 "Non-conforming features"
(what is obsolete), 13.1.2 (what is void). What is in none of the sets is inline: an unknown element shows its words.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Never shown: neither the element nor what is in it. The last two act within a drawing.
HIDDEN = _names(
    "base basefont bgsound datalist frame frameset head link meta noembed noframes param script style template title"
)
HIDDEN_IN_DRAWINGS = _names("animate set")
# Shows what is elsewhere, or what a script draws. What is inside is for programs that cannot show it.
EMBEDDED = _names("applet audio canvas embed fencedframe iframe object portal video")
# A form and what it is made of. It works nowhere but on its page.
CONTROLS = _names("button form input keygen optgroup option select textarea")
# Begins on a line of its own and ends with one.
BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main marquee menu multicol nav ol optgroup option p"
    " plaintext pre search section summary table tbody td tfoot th thead tr ul xmp form"
)
# Has no content and no end tag, which libxml2 does not know.
UNKNOWN_AS_VOID = ("embed", "source", "track", "wbr", "bgsound", "keygen")
INLINE = _names(
    "a abbr acronym area b bdi bdo big blink br cite code col colgroup data del dfn em font i img ins kbd label map mark"
    " math meter nobr noscript output picture progress q rb rp rt rtc ruby s samp selectedcontent slot small source"
    " spacer span strike strong sub sup svg time track tt u var wbr"
)
ALL = frozenset(chain(HIDDEN, EMBEDDED, CONTROLS, BLOCKS, INLINE))


# --- what works only on its page ---------------------------------------------------------------------------------------


PICTURE = re.compile(r"\.(?:avif|gif|jpe?g|png|svg|webp)(?:[?#]|$)", re.IGNORECASE)
# Scripts that write what is found at an address of its own, and that address.
WRITERS = (
    (re.compile(r"(https://gist\.github\.com/[\w./-]+?)\.js(?:\?.*)?"), r"\1"),
    (re.compile(r"(https://asciinema\.org/a/\w+)\.js"), r"\1"),
    (re.compile(r"(https://gitlab\.com/[\w./-]+/snippets/\d+)\.js"), r"\1"),
)
# How lite-youtube, lite-vimeo, amp-youtube and the like name what they play.
VIDEO_IDS = ("videoid", "data-videoid", "video-id")
# Where a paragraph of its own may stand.
CONTAINERS = BLOCKS - frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "pre", "caption", "summary", "legend", "ul", "ol", "dl", "table", "tr")
)
BOXES = {"checkbox": "\u2611\u2610", "radio": "\u25c9\u25cb"}
SILENT_INPUTS = frozenset(("hidden", "image", "password", "file", "color", "range"))


def replace_embedded(fragment: HtmlElement, page: str) -> None:
    """What is shown from elsewhere becomes a picture, its fallback, or a link; players and frames stay, with a link inside.

    ``page`` is linked to where the article alone can show it.
    """
    # From the inside out: an object's fallback may be another one.
    for element in reversed(list(fragment.iter())):
        match element.tag:
            case "script":
                _show_written(element)
            case "object" | "embed":
                _show_object(element, page)
            case "video" | "audio":
                _complete_player(element, page)
            case "iframe":
                _show_frame(element, page)
            case tag if tag in EMBEDDED:
                replace(element, link_to(element, page, "")) if _is_empty(element) else open_box(element)
            case tag if "-" in tag and _is_empty(element):
                _show_custom(element)


def _show_written(script: HtmlElement) -> None:
    written = next((found.expand(to) for at, to in WRITERS if (found := at.fullmatch(script.get("src") or ""))), "")
    if written:
        replace(script, link_to(script, written, ""))


def _show_frame(frame: HtmlElement, page: str) -> None:
    if not frame.get("src"):
        replace(frame, link_to(frame, page, "")) if frame.get("srcdoc") else frame.drop_tree()


def _is_empty(element: HtmlElement) -> bool:
    """Whether there is nothing in an element that could be read or followed."""
    return not element.text_content().strip() and all(each is element for each in element.iter("img", "a", "svg", *EMBEDDED))


def _show_custom(element: HtmlElement) -> None:
    """A link, or a picture, in the place of a custom element, which a script fills (HTML Standard, 4.13)."""
    from lxml.html import builder as make

    tag, video = element.tag, next(filter(None, map(element.get, VIDEO_IDS)), "")
    source = next(filter(None, map(element.get, ("src", "href", "url", "data-src"))), "")
    if "youtube" in tag and re.fullmatch(r"[\w-]{6,}", video):
        source = f"https://www.youtube.com/watch?v={video}"
    elif "vimeo" in tag and video.isdigit():
        source = f"https://vimeo.com/{video}"
    if tag.endswith("-img") and source:
        picture = make.IMG(src=source, alt=element.get("alt") or "")
        replace(element, picture)
    elif source:
        replace(element, link_to(element, source, element.get("alt") or element.get("playlabel") or ""))


def _show_object(element: HtmlElement, page: str) -> None:
    from lxml.html import builder as make

    movie = (
        each.get("value") for each in element.iter("param") if (each.get("name") or "").lower() in ("movie", "src", "url")
    )
    source = (element.get("data") or element.get("src") or next(movie, None) or "").strip()
    words = " ".join(element.text_content().split())
    shown = element.find(".//a") is not None or element.find(".//iframe") is not None
    if source and ((element.get("type") or "").startswith("image/") or PICTURE.search(source)):
        name = unquote(urlsplit(source).path.rpartition("/")[2])
        picture = make.IMG(src=source, alt=words or element.get("title") or element.get("aria-label") or name)
        for name in ("width", "height", "style"):
            if element.get(name):
                picture.set(name, element.get(name))
        replace(element, picture)
    elif shown or (not source and words):
        open_box(element)
    elif element.tag == "object" and (words or element.find(".//img") is not None):
        element.addnext(link_to(element, source, ""))
        element.getnext().tail, element.tail = element.tail, None
        open_box(element)
    else:
        replace(element, link_to(element, source or page, ""))


def _complete_player(player: HtmlElement, page: str) -> None:
    # A browser that plays it shows nothing of this; a reader that does not shows nothing else.
    source = source_of(player)
    if player.find(".//a") is None:
        link = link_to(player, source or page, "")
        if len(player):
            player[-1].tail = f"{player[-1].tail or ''} "
        elif player.text:
            player.text += " "
        player.append(link[0] if link.tag == "p" else link)


def source_of(player: HtmlElement) -> str | None:
    """The address of what a player plays."""
    return player.get("src") or next((each.get("src") for each in player.iter("source") if each.get("src")), None)


def link_to(place: HtmlElement, url: str, label: str) -> HtmlElement:
    """A link to stand in the place of an element, in a paragraph of its own where one may stand."""
    from lxml.html import builder as make

    parts = urlsplit(url)
    name = unquote(parts.path.rstrip("/").rpartition("/")[2])
    words = label or place.get("title") or place.get("aria-label") or (name if "." in name else "") or parts.hostname or url
    link = make.A(words, href=url)
    parent = place.getparent()
    alone = parent is not None and parent.tag in CONTAINERS and not (parent.text or "").strip() + (place.tail or "").strip()
    return make.P(link) if alone else link


def open_box(element: HtmlElement) -> None:
    """Put what is in an element into its place, apart from the words beside it, as the box was."""
    element.text = f" {element.text or ''}"
    element.tail = f" {element.tail or ''}"
    element.drop_tag()


def replace(old: HtmlElement, new: HtmlElement) -> None:
    """Put an element in the place of another one."""
    new.tail, old.tail = old.tail, None
    parent, before = old.getparent(), old.getprevious()
    if parent is None:
        raise AssertionError("what is in an article has a parent")
    if new.tag == "a":
        # What was a box of its own must not run into the words beside it.
        new.tail = f" {new.tail}" if new.tail and not new.tail[0].isspace() else new.tail
        if before is None:
            parent.text = f"{parent.text} " if parent.text else parent.text
        else:
            before.tail = f"{before.tail} " if before.tail else before.tail
    parent.replace(old, new)


def replace_controls(fragment: HtmlElement, page: str) -> None:
    """Forms as the words that they show, with a link to the page on which they work; boxes as ticked or not."""
    for form in list(fragment.iter("form")):
        asks = any((each.get("type") or "text") not in (*BOXES, "hidden", "submit", "button") for each in form.iter("input"))
        if asks or form.find(".//select") is not None or form.find(".//textarea") is not None:
            form.append(link_to(form, page, ""))
        form.tag = "div"
        form.attrib.clear()
    for field in list(fragment.iter("input")):
        kind = (field.get("type") or "text").lower()
        if kind in BOXES:
            _become_text(field, BOXES[kind][field.get("checked") is None])
        else:
            _become_text(field, "" if kind in SILENT_INPUTS else field.get("value") or field.get("placeholder") or "")
    for copy in list(fragment.iter("selectedcontent")):
        # The parser puts a copy of the chosen option into it (HTML Standard, 4.10.16).
        if any(each.find(".//option") is not None for each in copy.iterancestors("select")):
            copy.drop_tree()
    for element in list(fragment.iter("button", "select", "textarea", "option", "optgroup", "keygen", "progress", "meter")):
        open_box(element)


def _become_text(element: HtmlElement, words: str) -> None:
    for child in list(element):
        element.remove(child)
    # Spaces, because a control is a box beside the words around it.
    element.text = f" {words} "
    element.drop_tag()
