"""A built page, of whatever generator: its own account of itself and its article.

In order of trust: JSON-LD (schema.org), Open Graph and article:*, microformats (h-entry), the page's own elements.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sharekit.content import strip_illegal
from sharekit.sources.reading import joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

ARTICLE_TYPES = frozenset(
    {"article", "blogposting", "newsarticle", "techarticle", "scholarlyarticle", "report", "socialmediaposting"}
)
# Where the words of the article are, most telling first.
BODIES = (
    ".//*[@itemprop='articleBody']",
    *(
        f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
        for name in ("e-content", "entry-content", "post-content", "article-content", "post-body")
    ),
    ".//article//section[contains(@class, 'content') or contains(@class, 'article')]",
)
# Where a page says when it was published; "dcterms.date" is what Quarto writes (Dublin Core).
PUBLISHED = (
    "article:published_time", "og:published_time", "date", "dc.date", "dcterms.date", "dcterms.created", "datepublished",
)  # fmt: skip
UPDATED = ("article:modified_time", "og:updated_time", "datemodified")
H_ENTRY = frozenset({"p-name", "p-summary", "dt-published", "dt-updated", "p-author", "p-category"})
FURNITURE = ("nav", "footer", "aside", "script", "style", "template")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a page says of itself. ``times`` are texts, as they are written; ``signs`` what says that it is an article."""

    canonical: str = ""
    title: str = ""
    heading: str = ""
    published: str = ""
    updated: str = ""
    language: str = ""
    summary: str = ""
    site: str = ""
    image: str = ""
    image_alt: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    articles: int = 0
    redirect: str = ""
    generator: str = ""
    meta: dict[str, list[str]] = field(default_factory=dict, repr=False)


def parse_page(data: bytes) -> HtmlElement:
    """The page as a browser would read it: what is not well formed is corrected. Entities are never fetched."""
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, document_fromstring

    encoding: str | None = "utf-8"
    try:
        data = strip_illegal(data.decode("utf-8-sig")).encode()
    except UnicodeDecodeError:
        # What it is in, its own meta element says.
        encoding = None
    parser = HTMLParser(encoding=encoding, no_network=True, huge_tree=False)
    try:
        return document_fromstring(data.strip() or b"<html></html>", parser=parser, ensure_head_body=True)
    except ParserError:
        # There is not one element in it: what a browser would show as an empty page.
        return document_fromstring(b"<html></html>", ensure_head_body=True)


def read_page(document: HtmlElement) -> Page:
    """What the page says of itself."""
    meta = read_meta(document)
    linked = _linked_data(document)
    entry = _h_entry(document)
    articles = int(document.xpath("count(.//article[not(ancestor::article)])"))

    def said(*names: str) -> str:
        return next((meta[name][0] for name in names if meta.get(name, [""])[0]), "")

    def fact(linked_name: str, names: tuple[str, ...], entry_name: str) -> str:
        return _text(linked.get(linked_name)) or said(*names) or next(filter(None, entry.get(entry_name, ())), "")

    signs = {
        "json-ld": bool(linked),
        "og:type": said("og:type").lower() in ("article", "blog", "blogpost"),
        "article:published_time": "article:published_time" in meta,
        "h-entry": bool(entry),
        "dcterms.date": "dcterms.date" in meta,
        "article": articles == 1,
    }
    heading = _heading(document)
    return Page(
        canonical=_url(_first(document.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href"))),
        title=fact("headline", ("og:title", "twitter:title"), "p-name") or heading,
        heading=heading,
        published=fact("datePublished", PUBLISHED, "dt-published") or _time(document),
        updated=fact("dateModified", UPDATED, "dt-updated"),
        language=_first(document.xpath("/html/@lang")) or said("og:locale"),
        summary=fact("description", ("og:description", "description"), "p-summary"),
        site=said("og:site_name", "application-name"),
        image=_url(_picture(linked.get("image")) or said("og:image", "og:image:url", "twitter:image")),
        image_alt=said("og:image:alt", "twitter:image:alt"),
        authors=(
            _names(linked.get("author"))
            or tuple(meta.get("author", []))
            # Open Graph asks for the address of a profile here, and gets names.
            or tuple(each for each in meta.get("article:author", []) if "://" not in each)
            or tuple(entry.get("p-author", ())[:1])
        ),
        # One for each, or all of them in one.
        tags=_listed(",".join(meta.get("article:tag", [])))
        or _listed(linked.get("keywords"))
        or tuple(entry.get("p-category", ())),
        sections=tuple(meta.get("article:section", [])),
        signs=tuple(name for name, holds in signs.items() if holds),
        articles=articles,
        redirect=_url(_redirect(document)),
        generator=said("generator"),
        meta=meta,
    )


def article_html(document: HtmlElement) -> str:
    """The words of the article: its body where the page marks it, else its only ``<article>``, else ``<main>``."""
    found = next((hits for path in BODIES if len(hits := document.xpath(path)) == 1), None)
    found = (
        found
        or document.xpath(".//article[not(ancestor::article)]")[:1]
        or document.xpath(".//main")[:1]
        or document.xpath("./body")[:1]
    )
    if not found:
        return ""
    body: HtmlElement = found[0]
    for element in list(body.iter(*FURNITURE)):
        if element is not body:
            element.drop_tree()
    # The title and the date of the page stand in a <header>, or are a heading of the first level.
    for element in [*body.xpath("./header"), *body.xpath("./h1"), *body.xpath("./div/h1")][:3]:
        element.drop_tree()
    return inner_html(body).strip()


def inner_html(element: HtmlElement) -> str:
    """The HTML inside an element."""
    from lxml.html import tostring

    return "".join([element.text or "", *(tostring(child, encoding="unicode") for child in element)])


def read_meta(document: HtmlElement) -> dict[str, list[str]]:
    """What its meta elements say, by their lower-case names."""
    found: dict[str, list[str]] = {}
    for element in document.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name and element.get("content") is not None:
            found.setdefault(name.strip().lower(), []).append(" ".join((element.get("content") or "").split()))
    return found


def _linked_data(document: HtmlElement) -> dict[str, Any]:
    for script in document.xpath("//script[@type='application/ld+json']"):
        try:
            value = json.loads(script.text_content(), strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(value):
            kinds = node.get("@type")
            names = {str(kind).rpartition("/")[2].lower() for kind in (kinds if isinstance(kinds, list) else [kinds])}
            if names & ARTICLE_TYPES:
                return node
    return {}


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield each
            graph = each.get("@graph")
            yield from (node for node in graph if isinstance(node, dict)) if isinstance(graph, list) else ()


def _h_entry(document: HtmlElement) -> dict[str, list[str]]:
    """The facts of the page's one microformat entry. https://microformats.org/wiki/h-entry"""
    entries = document.xpath("//*[contains(concat(' ', normalize-space(@class), ' '), ' h-entry ')]")
    found: dict[str, list[str]] = {"h-entry": []} if len(entries) == 1 else {}
    for element in entries[0].iterdescendants("*") if found else ():
        for name in H_ENTRY.intersection(element.get("class", "").split()):
            value = element.get("datetime") if name.startswith("dt-") else None
            found.setdefault(name, []).append(" ".join((value or element.text_content()).split()))
    return found


def _heading(document: HtmlElement) -> str:
    for path in (".//article//h1", ".//main//h1", ".//h1", ".//title"):
        for element in document.xpath(path)[:1]:
            words = " ".join(element.text_content().split()).strip(" #¶")
            if words:
                return words
    return ""


def _time(document: HtmlElement) -> str:
    paths = (".//article//time", ".//main//time", ".//header//time", ".//time")
    return next((str(found[0]) for path in paths if (found := document.xpath(f"{path}/@datetime"))), "")


def _redirect(document: HtmlElement) -> str:
    for element in document.iter("meta"):
        if (element.get("http-equiv") or "").lower() == "refresh":
            found = re.search(r"url\s*=\s*['\"]?([^'\"]+)", element.get("content") or "", re.IGNORECASE)
            if found:
                return found[1].strip()
    return ""


def _first(values: Any) -> str:
    return str(values[0]).strip() if values else ""


def _url(text: str) -> str:
    """An address, or nothing where it is none, such as ``http://[``."""
    return text if joined("https://blog.invalid/", text) is not None else ""


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _picture(value: Any) -> str:
    one = value[0] if isinstance(value, list) and value else value
    return _text(one.get("url") if isinstance(one, dict) else one)


def _names(value: Any) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    return tuple(filter(None, (_text(each.get("name") if isinstance(each, dict) else each) for each in given)))


def _listed(value: Any) -> tuple[str, ...]:
    given = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(str(each).strip() for each in given if str(each).strip())
