"""The page that a person sees who opens a feed in a browser: CSS, since browsers are giving XSLT up.

Chromium 156 puts a warning over every page that XSLT made, and its makers have announced the end of it; CSS for XML
(https://www.w3.org/TR/xml-stylesheet/) works everywhere. It cannot make links, so it says how to subscribe.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sharekit.templating import environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TEMPLATE = "feed/feed.css"


def render_stylesheet(*, language: str, overrides: Sequence[Path] = ()) -> str:
    """The stylesheet in a language. ``overrides`` are the user's template folders."""
    made = environment(language=language, overrides=overrides, html=False)
    made.filters["css"] = css_string
    return made.get_template(TEMPLATE).render(language=language)


def css_string(words: str) -> str:
    """Words as a CSS string (CSS Syntax 3, §4.3.5): quoted, with what would end it escaped."""
    return '"' + re.sub(r'["\\\n\r\f<]', lambda found: f"\\{ord(found.group(0)):x} ", words) + '"'
