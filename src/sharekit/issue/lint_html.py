"""The rules that read the HTML of an issue: links, pictures, elements and CSS that some client gets wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lxml.html import HtmlElement

    from sharekit.model import Level

Found = tuple["Level", str, str, str]
FORBIDDEN = {
    "script": "scripts run nowhere", "iframe": "Gmail and Outlook drop it", "object": "Gmail and Outlook drop it",
    "embed": "Gmail and Outlook drop it", "form": "Outlook drops it",
}  # fmt: skip
# An element or a pattern of CSS → Can I email's name of it.
ELEMENTS = {
    "video": "html-video", "audio": "html-audio", "svg": "html-svg", "picture": "html-picture", "link": "html-link",
    "dialog": "html-dialog", "object": "html-object", "section": "html-semantics", "article": "html-semantics",
    "header": "html-semantics", "main": "html-semantics", "nav": "html-semantics",
}  # fmt: skip
PICTURES = {".svg": "image-svg", ".webp": "image-webp", ".avif": "image-avif"}
DECLARED = (
    ("css-display-flex", re.compile(r"display:\s*(?:inline-)?flex")),
    ("css-display-grid", re.compile(r"display:\s*(?:inline-)?grid")),
    ("css-position", re.compile(r"(?:^|;)\s*position:")),
    ("css-variables", re.compile(r"var\(|(?:^|;)\s*--")),
    ("css-unit-rem", re.compile(r"\d+(?:\.\d+)?rem\b")),
    ("css-unit-calc", re.compile(r"\bcalc\(")),
    ("css-background-image", re.compile(r"background(?:-image)?:[^;]*url\(")),
    ("css-border-radius", re.compile(r"border-radius:")),
    ("css-max-width", re.compile(r"max-width:")),
)
SHEETS = (
    ("css-at-font-face", re.compile(r"@font-face\b", re.IGNORECASE)),
    ("css-at-import", re.compile(r"@import\b", re.IGNORECASE)),
    ("css-at-keyframes", re.compile(r"@keyframes\b", re.IGNORECASE)),
    ("css-at-supports", re.compile(r"@supports\b", re.IGNORECASE)),
    ("css-at-media", re.compile(r"@media\b", re.IGNORECASE)),
    ("css-at-media-prefers-color-scheme", re.compile(r"prefers-color-scheme", re.IGNORECASE)),
    ("css-variables", re.compile(r"var\(")),
)
IMPORTANT = re.compile(r"([\w-]+)\s*:[^;]*!\s*important", re.IGNORECASE)
NEGATIVE_MARGIN = re.compile(r"margin[\w-]*\s*:[^;]*-\d[^;]*", re.IGNORECASE)
STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)


def parse(html: str) -> HtmlElement:
    """The document."""
    from lxml.html import document_fromstring

    document: HtmlElement = document_fromstring(html.encode())
    return document


def html_findings(document: HtmlElement, html: str) -> Iterator[Found]:
    """What is wrong with the links, pictures, elements and style attributes of a document, and with its source."""
    yield from _document(document, html)
    places = {f"#{each}" for each in document.xpath("//@id | //a/@name")}
    for link in document.iter("a"):
        yield from _link(link, places)
    for image in document.iter("img"):
        yield from _image(image)
    for name, why in FORBIDDEN.items():
        if document.find(f".//{name}") is not None:
            yield "error", name, f"<{name}>: {why}", f"https://www.caniemail.com/search/?s={name}"
    yield from dict.fromkeys(each for element in document.iter() for each in _style(element.get("style") or ""))


def _document(document: HtmlElement, html: str) -> Iterator[Found]:
    if not document.get("lang"):
        yield "warn", "lang", "<html> does not say its language", "WCAG 2.2, 3.1.1"
    names = {meta.get("name") for meta in document.iter("meta")}
    if "prefers-color-scheme" in html and not names >= {"color-scheme", "supported-color-schemes"}:
        yield (
            "warn",
            "color-scheme",
            "Apple Mail wants both color-scheme metas for dark colours",
            "caniemail, html-meta-color-scheme",
        )
    if "&apos;" in html:
        yield (
            "warn",
            "apos",
            "Outlook shows &apos; as it is written: write &#39;",
            "https://github.com/TryGhost/Ghost/issues/11536",
        )
    for sheet in STYLE.findall(html):
        if re.search(r"@(?:media|supports)[^{]*\{[^}]*@", sheet):
            yield (
                "warn",
                "nested-at",
                "Gmail drops a style element with an at-rule inside an at-rule",
                "https://github.com/hteumeuleu/caniemail/issues/144",
            )
    if html.count("<!--[if") != html.count("<![endif]-->"):
        yield (
            "error",
            "mso",
            "a conditional comment is not closed with exactly <![endif]-->",
            "https://github.com/resend/react-email/pull/1839",
        )


def _link(link: HtmlElement, places: Collection[str]) -> Iterator[Found]:
    href = link.get("href")
    shown = (link.text_content().strip() or href or "")[:60]
    if not href:
        yield "error", "link", f"a link leads nowhere: {shown}", "dead links"
    elif href.startswith("#"):
        # To a place in the letter about one client in three cannot jump, and loses nothing: it is in the same letter.
        if href not in places:
            yield "warn", "anchor", f"{href} leads nowhere in the letter", "caniemail, html-anchor-links"
    elif not re.match(r"(?:https?|mailto|tel|sms):", href):
        yield "error", "link", f"{href} is not a whole address", "a letter has no base address"
    elif href.startswith("http:"):
        yield "info", "http", f"{href} is not https", "mixed content warnings"


def _image(image: HtmlElement) -> Iterator[Found]:
    source = image.get("src") or ""
    if source.startswith("data:"):
        yield (
            "error",
            "data-image",
            "a picture within the page (data:) is not shown by Gmail and La Poste",
            "caniemail, image-base64",
        )
    elif not source.startswith(("http://", "https://", "cid:")):
        yield (
            "error",
            "image",
            f"the picture {source or 'without src'} is not a whole address",
            "a letter has no base address",
        )
    if image.get("alt") is None:
        yield "warn", "alt", f"the picture {source} has no alternative", "WCAG 2.2, 1.1.1"
    if not any((image.get(name) or "").isdigit() for name in ("width", "height")):
        yield (
            "info",
            "width",
            f"the picture {source} has no width in pixels: Outlook shows it at its own size",
            "caniemail, html-width",
        )
    if (image.get("height") or "").lower() == "auto":
        yield "warn", "height", f'height="auto" of {source} is no number', "HTML, dimension attributes"


def _style(style: str) -> Iterator[Found]:
    if "/*" in style:
        yield (
            "warn",
            "css-comment",
            "a comment in a style attribute: Orange drops the whole attribute",
            "caniemail, css-comments",
        )
    for name in IMPORTANT.findall(style):
        yield "warn", "important", f"{name}: Outlook drops !important in a style attribute", "caniemail, css-important"
    for declaration in NEGATIVE_MARGIN.findall(style):
        yield "info", "negative-margin", f"{declaration} is not shown by Gmail", "caniemail, css-margin"


def features_used(document: HtmlElement, html: str) -> Iterator[tuple[str, str]]:
    """Can I email's names of what a document uses, each with an example."""
    found: dict[str, str] = {}
    for element in document.iter():
        if isinstance(element.tag, str) and element.tag in ELEMENTS:
            found.setdefault(ELEMENTS[element.tag], f"<{element.tag}>")
        style = element.get("style") or ""
        for feature, pattern in DECLARED:
            matched = pattern.search(style)
            if matched:
                found.setdefault(feature, f'"{matched[0].strip("; ")}"')
        if element.tag == "img" and element.get("srcset"):
            found.setdefault("html-srcset", "srcset")
        for ending, feature in PICTURES.items():
            if element.tag == "img" and (element.get("src") or "").split("?")[0].lower().endswith(ending):
                found.setdefault(feature, str(element.get("src")))
    sheets = "\n".join(STYLE.findall(html))
    for feature, pattern in SHEETS:
        matched = pattern.search(sheets)
        if matched:
            found.setdefault(feature, matched[0])
    yield from sorted(found.items())
