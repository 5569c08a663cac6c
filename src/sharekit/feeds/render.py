"""A document in one of the formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sharekit.config import Format
    from sharekit.feeds.document import FeedDocument


def render(document: FeedDocument, form: Format) -> bytes:
    """The bytes of a document. The same document gives the same bytes, wherever and whenever it is rendered."""
    if form == "json":
        from sharekit.feeds.jsonfeed import render_json

        return render_json(document)
    from sharekit.feeds.xml import render_atom, render_rss

    return render_rss(document) if form == "rss" else render_atom(document)


def count_entries(data: bytes) -> int:
    """How many entries a written feed has; 0 for what is none."""
    import json

    from lxml import etree

    if data.lstrip()[:1] == b"{":
        try:
            items = json.loads(data).get("items")
        except ValueError:
            return 0
        return len(items) if isinstance(items, list) else 0
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError:
        return 0
    return sum(1 for each in root.iter("item", "{http://www.w3.org/2005/Atom}entry"))
