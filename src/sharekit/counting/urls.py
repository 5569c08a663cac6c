"""The links of a text, as networks find them: with a scheme, up to white space and closing punctuation."""

from __future__ import annotations

import re

URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?…)\]}»”’]", re.IGNORECASE)
LINK_LENGTH = 23


def without_links(text: str) -> tuple[str, int]:
    """The text without its links, and how many there were."""
    found = [link for link in URL.findall(text) if _has_a_host(link)]
    return URL.sub(lambda link: "" if _has_a_host(link.group()) else link.group(), text), len(found)


def _has_a_host(link: str) -> bool:
    # A label over 63 characters, as DNS writes it, makes no address (RFC 1035 §2.3.4); networks count it as text.
    try:
        return all(label.encode("idna") for label in re.split(r"[/?#:]", link[link.index("//") + 2 :])[0].split("."))
    except UnicodeError:
        return False
