"""A licence as its author names it → the URL that machines know it by."""

from __future__ import annotations

import re

NAMED = re.compile(r"\bCC[\s-]*(BY(?:-NC)?(?:-(?:SA|ND))?)\b(?:[\s-]*(\d\.\d))?", re.IGNORECASE)
LINKED = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/[a-z-]+/\d\.\d/", re.IGNORECASE)


def licence_url(text: str) -> str | None:
    """The Creative Commons licence that a line such as "Licensed under CC BY-SA 4.0" names, else None.

    A licence without its version is not one; CC0 has only one.
    """
    linked = LINKED.search(text)
    if linked:
        return linked.group(0)
    if re.search(r"\bCC[\s-]*0\b", text, re.IGNORECASE):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    named = NAMED.search(text)
    if named and named.group(2):
        return f"https://creativecommons.org/licenses/{named.group(1).lower()}/{named.group(2)}/"
    return None
