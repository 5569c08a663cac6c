"""CSS into style attributes, by premailer, with the options that mail needs and around its known defects."""

from __future__ import annotations

import os
import re
import threading
from itertools import count
from typing import TYPE_CHECKING

from sharekit.errors import SourceError

if TYPE_CHECKING:
    from cssutils import CSSParser
    from cssutils.css import CSSStyleSheet

# Read by premailer when it is first imported. Its default of 128 entries thrashes with the rules of one issue.
os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "4096")
# premailer has one cache for the process, keyed on arguments alone, and is not thread-safe by its author's word
# (https://github.com/peterbe/premailer/pull/218): one document at a time, each with an empty cache.
LOCK = threading.Lock()
# Above every level of logging: cssutils reports each property that it does not know.
SILENT = 60
BASIC_ATTRIBUTES = ["align", "valign", "bgcolor", "width", "height"]
# What stands before the doctype: a byte order mark, an XML declaration.
PROLOGUE = re.compile(r"\ufeff?\s*(?:<\?xml[^>]*>)?\s*")
DOCTYPE = re.compile(r"<!doctype\b[^>]*>", re.IGNORECASE)
# libxml2 percent-encodes these characters of an address and decodes character references. Addresses keep every byte; so do
# the placeholders of mail providers, and the references that keep an article's words from being taken for one.
PROTECTED = re.compile(
    r"""(?<=href=["']|\ssrc=["'])[^"'<>]*[][{}|\\^`\s\x7f-\U0010ffff][^"'<>]*|&\#\d+;"""
    r"""|\{\{.*?\}\}|\{%.*?%\}|\*\|[^|<>]+\|\*|%%\w+%%|<%.*?%>|\$\{[^}<>]*\}""",
    re.IGNORECASE | re.DOTALL,
)


def inline(html: str) -> str:
    """The document with the rules of its style sheets in style attributes.

    ``@media`` rules and rules with pseudo-classes stay in their style element and become important; a style element marked
    ``data-premailer="ignore"`` stays as it is. Nothing is fetched. What premailer cannot follow is named by
    :func:`sharekit.issue.unsupported.unsupported`. Raises SourceError for CSS that premailer fails on.
    """
    if "<style" not in html.lower():
        return html
    prologue = PROLOGUE.match(html)
    start = prologue.end() if prologue else 0
    mark = next(mark for number in count() if (mark := f"sharekit{number}x") not in html)
    kept: list[str] = []

    def protect(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"{mark}{len(kept) - 1}x"

    made = _transformed(PROTECTED.sub(protect, html[start:]))
    return html if made is None else html[:start] + re.sub(rf"{mark}(\d+)x", lambda found: kept[int(found[1])], made)


def css_parser() -> CSSParser:
    """A parser of cssutils that fetches nothing for ``@import``, which premailer's ``allow_network`` does not see to."""
    from cssutils import CSSParser

    return CSSParser(fetcher=lambda _url: None, validate=False, loglevel=SILENT)


def _transformed(html: str) -> str | None:
    """The inlined document, or None for one without an element."""
    from lxml import etree

    doctype = DOCTYPE.match(html)
    # premailer's own parser stops at a depth of 256 elements, and loses a doctype in lower case.
    options = {"encoding": "utf-8", "huge_tree": True, "default_doctype": False}
    parser = etree.HTMLParser(**options)  # type: ignore[arg-type]  # the stubs are older than default_doctype
    root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    if root is None:
        return None
    with LOCK:
        from premailer import Premailer
        from premailer.cache import cache

        class Offline(Premailer):  # type: ignore[misc]  # premailer has no types
            def _parse_css_string(self, css_body: str, validate: bool = False) -> CSSStyleSheet:
                return css_parser().parseString(css_body)

        cache.clear()
        try:
            tree = Offline(
                root,
                strip_important=False,
                include_star_selectors=True,
                disable_validation=True,
                disable_basic_attributes=BASIC_ATTRIBUTES,
                align_floating_images=False,
                remove_unset_properties=False,
                allow_network=False,
                cssutils_logging_level=SILENT,
            ).transform()
        except Exception as error:
            raise SourceError(
                f"its CSS cannot be inlined: {error}", hint="sharekit issue lint names what premailer cannot follow."
            ) from error
        finally:
            cache.clear()
    text: str = etree.tostring(tree, method="html", encoding="unicode", doctype=doctype[0] if doctype else "")
    return text.strip("\n") + "\n"
