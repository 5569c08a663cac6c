"""A share's text as its network shows it: what is a link, a hashtag or a mention there stands out, the rest is plain."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# These show an address without its scheme, and cut it after so many characters.
SHORTENING = {"x": 34, "mastodon": 30}
TELLING = re.compile(
    r"(?P<link>https?://\S*[^\s.,;:!?)\]»”’'\"])"
    r"|(?<![\w/&])(?P<tag>[#＃]\w*[^\W\d]\w*)"
    r"|(?<![\w/@])(?P<mention>@\w[\w.-]*\w(?:@[\w.-]+\w)?)"
)


def shown(text: str, like: str) -> Markup:
    """The text as HTML, every character of it escaped. ``like`` is the network whose habits it follows."""
    parts: list[Markup] = []
    end = 0
    for found in TELLING.finditer(text):
        parts.append(escape(text[end : found.start()]))
        link = found["link"]
        parts.append(_link(link, like) if link else Markup("<b>{}</b>").format(found.group()))
        end = found.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def _link(url: str, like: str) -> Markup:
    most = SHORTENING.get(like)
    label = url
    if most is not None:
        label = url.partition("://")[2].removeprefix("www.")
        label = label if len(label) <= most else f"{label[:most]}…"
    return Markup('<a href="{}">{}</a>').format(url, label)
