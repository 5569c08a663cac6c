"""Article HTML made clean: parsed as a browser would, absolute, and without what acts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# XML 1.0 §2.2, and lone surrogates, which no encoding can carry.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
URL_ATTRIBUTES = ("href", "src", "poster", "cite", "longdesc", "background", "data-src")
SRCSETS = ("srcset", "imagesrcset", "data-srcset")
SAFE_SCHEMES = ("http", "https", "mailto", "tel", "")
LAZY = (("data-lazy-src", "src"), ("data-original", "src"), ("data-src", "src"), ("data-srcset", "srcset"))
STYLE_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)""", re.IGNORECASE)
ACTIVE = (
    "script", "style", "noscript", "object", "embed", "applet", "base", "meta", "link", "title",
    "form", "input", "button", "select", "textarea", "frame", "frameset", "template",
)  # fmt: skip
ANCHOR = re.compile(r"(?:^|[\s_-])(?:anchor|headerlink|permalink|header-mark)(?:$|[\s_-])", re.IGNORECASE)
ATTRIBUTE = re.compile(r"[A-Za-z_@:][\w.:-]*")
# Elements of old that a browser reads as text, the last of them to the end of the page.
VERBATIM = ("listing", "xmp", "plaintext")
END = "</div></body></html>"
SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\u00a0]+(?=(?:[\"“(]|«[\s\u00a0\u202f]?)?[^\W\d_a-zà-ÿ]|\d)")


def strip_illegal(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return ILLEGAL.sub("", text)


def parse_fragment(html: str) -> HtmlElement:
    """The article in one ``div``. Markup that is not well formed is mended, and never reaches beyond it."""
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    source = f"<!DOCTYPE html><html><body><div>{strip_illegal(html)}{END}"
    document = document_fromstring(source.encode(), parser=parser)
    body = document.find("body")
    if body is None:
        raise AssertionError("the parser always makes a body")
    article: HtmlElement = body[0]
    # A stray end tag closes our div early; what follows it belongs to the article all the same.
    for stray in list(article.itersiblings()):
        article.append(stray)
    for element in list(article.iter(*VERBATIM)):
        element.tag = "pre"
        element.text = (element.text or "").removesuffix(END)
    return article


def serialise(fragment: HtmlElement) -> str:
    """The HTML inside the fragment's ``div``."""
    from html import escape

    from lxml.html import tostring

    inner = escape(fragment.text or "", quote=False)
    return inner + "".join(tostring(child, encoding="unicode") for child in fragment)


def make_absolute(fragment: HtmlElement, base: str) -> None:
    """Resolve every URL against ``base``, srcset too; ``#x`` becomes ``base#x``."""
    for element in fragment.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if name in URL_ATTRIBUTES:
                element.set(name, _resolved(base, value))
            elif name in SRCSETS:
                element.set(name, _absolute_srcset(value, base))
            elif name == "style" and "url(" in value.lower():
                element.set(name, _absolute_style(value, base))


def _resolved(base: str, url: str) -> str:
    try:
        return urljoin(base, url.strip())
    except ValueError:
        # Such as "http://[": no address in any base, and left as it is.
        return url


def _absolute_srcset(srcset: str, base: str) -> str:
    # A URL may hold commas, so candidates are split at a comma that white space follows (HTML, srcset parsing).
    candidates = [candidate.split(None, 1) for candidate in re.split(r",\s+", srcset.strip()) if candidate.strip()]
    return ", ".join(" ".join([_resolved(base, candidate[0]), *candidate[1:]]) for candidate in candidates)


def _absolute_style(style: str, base: str) -> str:
    return STYLE_URL.sub(lambda found: f'url("{_resolved(base, found[1] or found[2] or found[3] or "")}")', style)


def undo_lazy_loading(fragment: HtmlElement) -> None:
    """Pictures that a script would have loaded get their real address, and lose the copy for browsers without scripts."""
    for element in fragment.iter("img", "source", "iframe", "video", "audio"):
        for lazy, real in LAZY:
            value = element.attrib.pop(lazy, None)
            if value:
                element.set(real, value)
        element.attrib.pop("loading", None)
    for copy in list(fragment.iter("noscript")):
        before = copy.getprevious()
        shown = set() if before is None else {img.get("src") for img in before.iter("img")}
        if shown and {img.get("src") for img in copy.iter("img")} == shown:
            copy.drop_tree()


def remove_active_content(fragment: HtmlElement) -> None:
    """Remove what runs, posts or hides: scripts, styles, forms, event handlers, unsafe schemes."""
    for element in list(fragment.iter(*ACTIVE)):
        keep_text = element.tag in ("form", "button", "noscript")
        element.drop_tag() if keep_text else element.drop_tree()
    for element in fragment.iter():
        if not isinstance(element.tag, str):
            continue
        for name in list(element.attrib):
            lower = name.lower()
            unsafe = lower in (*URL_ATTRIBUTES, "xlink:href") and not is_safe(element.get(name) or "")
            # A quote out of place makes names that no attribute has, and that an XML reader of the feed may choke on.
            broken = not ATTRIBUTE.fullmatch(name)
            if lower.startswith("on") or lower in ("srcdoc", "formaction", "ping") or unsafe or broken:
                del element.attrib[name]


def is_safe(url: str) -> bool:
    """Whether a link may stand in what we publish: http(s), mailto, tel, or no scheme at all."""
    compact = re.sub(r"[\x00-\x20\u200b]+", "", url)
    try:
        scheme = urlsplit(compact).scheme.lower()
    except ValueError:
        return False
    return scheme in SAFE_SCHEMES or compact.lower().startswith("data:image/")


def remove_heading_anchors(fragment: HtmlElement) -> None:
    """The links that themes put on headings, to the heading itself, mean nothing outside of the page: words stay."""
    for heading in list(fragment.iter("h1", "h2", "h3", "h4", "h5", "h6")):
        for link in list(heading.iter("a")):
            words = re.search(r"\w", link.text_content())
            own = (link.get("href") or "").startswith("#")
            if own and (link.get("aria-hidden") == "true" or ANCHOR.search(link.get("class") or "")):
                link.drop_tree()
            elif not words and link.find(".//img") is None:
                link.drop_tree()
            elif own and link.text_content().strip() == heading.text_content().strip():
                link.drop_tag()


def cleaned(html: str, base: str) -> HtmlElement:
    """An article ready to be published elsewhere: see the functions above. ``base`` is the post's URL."""
    fragment = parse_fragment(html)
    undo_lazy_loading(fragment)
    remove_active_content(fragment)
    remove_heading_anchors(fragment)
    make_absolute(fragment, base)
    return fragment


def plain_text(html: str) -> str:
    """The words, on one line."""
    return re.sub(r"\s+", " ", parse_fragment(html).text_content()).strip()


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its closing mark."""
    return [part.strip() for part in SENTENCE_END.split(text.strip()) if part.strip()]


def excerpt(text: str, most: int) -> str:
    """The text within ``most`` characters: cut after a sentence where one fits, else after a word with an ellipsis."""
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= most:
        return text
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > most:
            break
        kept = longer
    if kept:
        return kept
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
