"""A share's text as its network shows it: what is a link, a hashtag or a mention there stands out, the rest is plain."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from sharekit.shares.habits import FOLD

# These show an address without its scheme, and cut it after so many characters.
SHORTENING = {"x": 34, "mastodon": 30}
TELLING = re.compile(
    r"(?P<link>https?://\S*[^\s.,;:!?)\]»”’'\"])"
    r"|(?<![\w/&])(?P<tag>[#＃]\w*[^\W\d]\w*)"
    r"|(?<![\w/@])(?P<mention>@\w[\w.-]*\w(?:@[\w.-]+\w)?)"
)
# LinkedIn shows so many lines of a text on a telephone (reference: linkedinpreview.com, "LinkedIn Hook Preview").
LINES = 3


def shown(text: str, like: str) -> Markup:
    """The text as HTML, every character of it escaped. ``like`` is the network whose habits it follows."""
    made = Markup()
    end = 0
    for found in TELLING.finditer(text):
        link = _link(found["link"], like) if found["link"] else Markup("<b>{}</b>").format(found.group())
        made += escape(text[end : found.start()]) + link
        end = found.end()
    return made + escape(text[end:])


def _link(url: str, like: str) -> Markup:
    most = SHORTENING.get(like)
    label = url
    if most is not None:
        label = url.partition("://")[2].removeprefix("www.")
        label = label if len(label) <= most else f"{label[:most]}…"
    return Markup('<a href="{}">{}</a>').format(url, label)


def fold(text: str) -> int:
    """Where LinkedIn cuts a text: after its third line, or after so many characters, between two words."""
    lines = text.splitlines(keepends=True)
    most = min(FOLD, len("".join(lines[:LINES])))
    if most < FOLD or len(text) <= most:
        return most
    return max(text.rfind(" ", 0, most + 1), text.rfind("\n", 0, most + 1)) + 1 or most
