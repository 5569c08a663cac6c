"""The rules that read the HTML of an issue: links, pictures, elements and CSS that some client gets wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lxml.html import HtmlElement

    from sharekit.model import Level

Found = tuple["Level", str, str, str]
# Each rule: its level, and the source of it.
RULES: dict[str, tuple[Level, str]] = {
    "size": ("error", "https://github.com/hteumeuleu/email-bugs/issues/41"),
    "style-size": ("warn", "https://github.com/hteumeuleu/email-bugs/issues/90"),
    "subject": ("warn", "RFC 5322 §2.1.1"),
    "preheader": ("warn", "caniemail, preheader"),
    "unfinished": ("error", "an unfinished letter cannot be called back"),
    "unsubscribe": ("warn", "RFC 8058; CPCE L34-5; CAN-SPAM"),
    "address": ("info", "CAN-SPAM"),
    "contrast": ("warn", "WCAG 2.2, 1.4.3"),
    "lang": ("warn", "WCAG 2.2, 3.1.1"),
    "color-scheme": ("warn", "caniemail, html-meta-color-scheme"),
    "apos": ("warn", "https://github.com/TryGhost/Ghost/issues/11536"),
    "nested-at": ("warn", "https://github.com/hteumeuleu/caniemail/issues/144"),
    "mso": ("error", "https://github.com/resend/react-email/pull/1839"),
    "link": ("error", "a letter has no base address: its links are whole"),
    "anchor": ("warn", "caniemail, html-anchor-links"),
    "http": ("info", "mixed content warnings"),
    "data-image": ("error", "caniemail, image-base64"),
    "image": ("error", "a letter has no base address"),
    "alt": ("warn", "WCAG 2.2, 1.1.1"),
    "width": ("info", "caniemail, html-width"),
    "height": ("warn", "HTML, dimension attributes"),
    "css-comment": ("warn", "caniemail, css-comments"),
    "important": ("warn", "caniemail, css-important"),
    "negative-margin": ("info", "caniemail, css-margin"),
}
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


def found(rule: str, message: str, *, level: Level | None = None) -> Found:
    """A finding by a rule, at the rule's own level unless another is given."""
    usual, source = RULES[rule]
    return level or usual, rule, message, source


def _document(document: HtmlElement, html: str) -> Iterator[Found]:
    if not document.get("lang"):
        yield found("lang", "<html> does not say its language")
    names = {meta.get("name") for meta in document.iter("meta")}
    if "prefers-color-scheme" in html and not names >= {"color-scheme", "supported-color-schemes"}:
        yield found("color-scheme", "Apple Mail wants both color-scheme metas for dark colours")
    if "&apos;" in html:
        yield found("apos", "Outlook shows &apos; as it is written: write &#39;")
    if any(re.search(r"@(?:media|supports)[^{]*\{[^}]*@", sheet) for sheet in STYLE.findall(html)):
        yield found("nested-at", "Gmail drops a style element with an at-rule inside an at-rule")
    if html.count("<!--[if") != html.count("<![endif]-->"):
        yield found("mso", "a conditional comment is not closed with exactly <![endif]-->")


def _link(link: HtmlElement, places: Collection[str]) -> Iterator[Found]:
    href = link.get("href")
    if not href:
        yield found("link", f"a link leads nowhere: {link.text_content().strip()[:60]}")
    elif href.startswith("#"):
        # To a place in the letter about one client in three cannot jump, and loses nothing: it is in the same letter.
        if href not in places:
            yield found("anchor", f"{href} leads nowhere in the letter")
    elif not re.match(r"(?:https?|mailto|tel|sms):", href):
        yield found("link", f"{href} is not a whole address")
    elif href.startswith("http:"):
        yield found("http", f"{href} is not https")


def _image(image: HtmlElement) -> Iterator[Found]:
    source = image.get("src") or ""
    if source.startswith("data:"):
        yield found("data-image", "a picture within the page (data:) is not shown by Gmail and La Poste")
    elif not source.startswith(("http://", "https://", "cid:")):
        yield found("image", f"the picture {source or 'without src'} is not a whole address")
    if image.get("alt") is None:
        yield found("alt", f"the picture {source} has no alternative text")
    if not any((image.get(name) or "").isdigit() for name in ("width", "height")):
        yield found("width", f"the picture {source} has no width in pixels: Outlook shows it at its own size")
    if (image.get("height") or "").lower() == "auto":
        yield found("height", f'height="auto" of {source} is no number')


def _style(style: str) -> Iterator[Found]:
    if "/*" in style:
        yield found("css-comment", "a comment in a style attribute: Orange drops the whole attribute")
    for name in IMPORTANT.findall(style):
        yield found("important", f"{name}: Outlook drops !important in a style attribute")
    for declaration in NEGATIVE_MARGIN.findall(style):
        yield found("negative-margin", f"{declaration} is not shown by Gmail")


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
