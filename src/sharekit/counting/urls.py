"""The links of a text, as networks find them: with a scheme, up to white space and closing punctuation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?…)\]}»”’]", re.IGNORECASE)
LINK_LENGTH = 23


# A scheme, then labels of 1 to 63 characters, as DNS writes them (RFC 1035 §2.3.4).
ASCII_HOST = re.compile(r"https?://[^/?#:.]{1,63}(?:\.[^/?#:.]{1,63})*(?:[/?#:]|$)", re.IGNORECASE)


def found_links(text: str) -> Iterator[tuple[int, int]]:
    """Where each link of a text begins and ends, in order, whether or not it has a host."""
    end = 0
    while (colon := text.find("://", end)) >= 0:
        start = colon - (5 if text[colon - 1] in "sS" else 4)
        link = URL.match(text, start) if start >= end else None
        if link is None:
            end = colon + 1
            continue
        end = link.end()
        # "(see https://blog.example/a_(b))": of these two the first belongs to the link.
        if text.startswith(")", end) and link.group().count("(") > link.group().count(")"):
            end += 1
        yield start, end


def links(text: str) -> list[str]:
    """The links of a text that have a host."""
    return [link for link in (text[start:end] for start, end in found_links(text)) if _has_a_host(link)]


def _has_a_host(link: str) -> bool:
    # A label that is longer makes no address; networks count it as text.
    if link.isascii():
        return ASCII_HOST.match(link) is not None
    try:
        return all(label.encode("idna") for label in re.split(r"[/?#:]", link[link.index("//") + 2 :])[0].split("."))
    except UnicodeError:
        return False
