"""An article's page: whether it is there, so that a share can link to it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from sharekit.errors import SharekitError, Unavailable
from sharekit.http import Client
from sharekit.urls import path_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

# Seconds for the page, and the most of it that is read.
TIMEOUT, MOST_BYTES = 20.0, 2**22
# The part of it that its head is in.
HEAD = 200_000
REDIRECTS, MOST_REDIRECTS = (301, 302, 303, 307, 308), 5


def page_answer(url: str, *, clock: Callable[[], datetime]) -> str:
    """Why an article's page cannot be linked to yet; empty where it answers with success.

    A redirect to another page, such as a log-in, is not the article. Nor is a page whose canonical address (RFC 6596) is
    another one of the same host: some hosts answer every address with their front page.
    """
    client = Client("The page", clock=clock, total=TIMEOUT, max_bytes=MOST_BYTES)
    place = url
    try:
        for _ in range(MOST_REDIRECTS):
            answer = client.request("GET", place, also=range(300, 600))
            target = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not target:
                break
            place = urljoin(place, target)
            if _last_part(place) != _last_part(url):
                return f"the page redirects to {place}"
    except Unavailable as error:
        return f"the page does not answer: {error.message}"
    except (SharekitError, ValueError) as error:
        return f"the page cannot be asked for: {error}"
    if not 200 <= answer.status < 300:
        # A wall against robots keeps its readers' browsers in: it would hold the share until it is late.
        walled = "; if your browser opens it, set [deliver] check_page = false" if answer.status in (401, 403) else ""
        return f"the page answers {answer.status}{walled}"
    address = _canonical(answer.body[:HEAD].decode(errors="replace"))
    other = urljoin(place, address)
    if address and urlsplit(other).netloc == urlsplit(place).netloc and _last_part(other) != _last_part(url):
        return f"the page is another article: it names {address} as its address"
    return ""


def _canonical(head: str) -> str:
    link = re.search(r"<link[^>]*\brel=[\"']?canonical\b[^>]*>", head, re.IGNORECASE)
    address = re.search(r"\bhref=[\"']?([^\"'\s>]+)", link[0], re.IGNORECASE) if link else None
    return html.unescape(address[1]) if address else ""


def _last_part(url: str) -> str:
    """What tells an article from the others: hosts add and drop a base path, a slash, ``.html`` and capitals."""
    return path_of(url).rpartition("/")[2].removesuffix(".html").casefold()
