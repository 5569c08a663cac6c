"""Removes credentials from text that people, logs and the ledger may see."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN = "***"
# RFC 3986, section 3.2.1: user and password end at the last "@" of the authority.
USER = re.compile(r"(?<=://)[^\s'\"/?#]*@")
# A password that was not percent-encoded may hold any of "/?#@". ":3000/@name" is a port and a path, and stays.
PASSWORD = re.compile(r"(?<=://)(?![^\s'\"/:]*:\d+/@[^\s'\"@]*(?:[\s'\"]|$))[^\s'\"/:]*:[^\s'\"]*@")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, in every spelling in which they are sent, and without user and password of a URL."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for spelling in dict.fromkeys((secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1])):
            if len(spelling) > 3:
                text = text.replace(spelling, HIDDEN)
            else:
                # Within longer words, the gaps would tell what was there.
                text = re.sub(rf"(?<!\w){re.escape(spelling)}(?!\w)", HIDDEN, text)
    return USER.sub("", PASSWORD.sub("", text))
