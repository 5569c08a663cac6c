"""A share → the record that Bluesky stores. Pure: the same share and first attempt give the same record, under the same key.

Lexicons: https://github.com/bluesky-social/atproto/tree/main/lexicons, ``app.bsky.feed.post`` and
``app.bsky.richtext.facet``. A server checks neither that a facet lies inside of the text nor that an answered post
exists, so this does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

import regex

from sharekit.channels.base import first_attempt
from sharekit.counting.graphemes import count_graphemes
from sharekit.counting.urls import found_links
from sharekit.counting.x_links import top_level_domains
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharekit.model import Share

# TAG_REGEX and TRAILING_PUNCTUATION_REGEX of Bluesky's own app (packages/api/src/rich-text/util.ts): "#C++" is a tag of
# that name, and what follows a slash is none.
INVISIBLE = r"\s\u00AD\u2060\u200A\u200B\u200C\u200D\u20E2"
TAG = regex.compile(
    rf"(?<!\S)#(?!\uFE0F)([^{INVISIBLE}]*[^\d\p{{P}}{INVISIBLE}][^{INVISIBLE}]*?)\p{{P}}*(?=[{INVISIBLE}]|$)"
)
# As the app links an address without its scheme, but only one with a path: "Node.js" and "README.md" are none.
BARE_LINK = regex.compile(
    r"(?<![^\s(])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?P<tld>[a-z]{2,})/(?:[^\s<>\"]*[^\s<>\"'.,;:!?…)\]}»”’])?",
    regex.IGNORECASE,
)
MENTION = regex.compile(
    r"(?<![\w@.])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)"
)
LONGEST_TAG = 64
TID_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
# 2023 and 2024 in microseconds: record keys lie in the past for every reader, and far enough apart.
FIRST_MICROSECOND, MICROSECONDS = 1_672_531_200_000_000, 63_158_400_000_000


@dataclass(frozen=True, kw_only=True)
class Parent:
    """The post that is answered, and the first post of its thread: each an ``at://`` URI and its CID."""

    uri: str
    cid: str
    root_uri: str
    root_cid: str


def record_key(key: str) -> str:
    """The record key (a TID, https://atproto.com/specs/tid) for the act ``key``.

    It is made from the key alone, so that every attempt, on every machine, writes the same record.
    """
    number = int.from_bytes(hashlib.sha256(key.encode()).digest())
    microseconds = FIRST_MICROSECOND + number % MICROSECONDS
    clock = number // MICROSECONDS % 1024
    value = microseconds << 10 | clock
    return "".join(TID_ALPHABET[value >> shift & 31] for shift in range(60, -1, -5))


def facets(text: str, identities: Mapping[str, str]) -> list[dict[str, Any]]:
    """Links, hashtags and mentions with the bytes of UTF-8 that they select, in order and without overlap.

    ``identities`` maps a handle to its DID; a handle that is not in it stays plain text.
    """
    found: list[tuple[int, int, dict[str, str]]] = [
        (first, last, {"$type": "app.bsky.richtext.facet#link", "uri": uri(text[first:last])})
        for first, last in found_links(text)
    ]
    found += [
        (link.start(), link.end(), {"$type": "app.bsky.richtext.facet#link", "uri": uri(f"https://{link.group()}")})
        for link in BARE_LINK.finditer(text)
        if link["tld"].lower() in top_level_domains()
    ]
    found += [
        (tag.start(), tag.end(1), {"$type": "app.bsky.richtext.facet#tag", "tag": tag.group(1)})
        for tag in TAG.finditer(text)
        if count_graphemes(tag.group(1)) <= LONGEST_TAG
    ]
    found += [
        (name.start(), name.end(), {"$type": "app.bsky.richtext.facet#mention", "did": identities[name.group(1).lower()]})
        for name in MENTION.finditer(text)
        if name.group(1).lower() in identities
    ]
    made = []
    last = 0
    for start, end, feature in sorted(found, key=lambda each: each[:2]):
        if start < last:
            continue  # a tag or a name inside of a link belongs to the link
        last = end
        index = {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())}
        made.append({"$type": "app.bsky.richtext.facet", "index": index, "features": [feature]})
    return made


def handles(text: str) -> list[str]:
    """The handles that a text mentions, in lower case."""
    return sorted({name.group(1).lower() for name in MENTION.finditer(text)})


def post_record(
    share: Share,
    *,
    identities: Mapping[str, str],
    thumbnail: Mapping[str, Any] | None,
    images: list[dict[str, Any]],
    parent: Parent | None,
    quote: bool,
) -> dict[str, Any]:
    """The ``app.bsky.feed.post`` of a share. ``thumbnail`` and ``images`` hold uploaded blobs."""
    # Readers sort by the earlier of this and the moment of indexing, and label what is a day older as archived: so it is
    # not the moment of the plan. And a repeat must be the same record: so it is not the moment of this attempt either.
    created = first_attempt(share).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record: dict[str, Any] = {
        "$type": "app.bsky.feed.post",
        "text": share.text,
        "createdAt": created,
        "langs": [share.language],
    }
    if found := facets(share.text, identities):
        record["facets"] = found
    card: dict[str, Any] = {"uri": uri(share.card.url), "title": share.card.title, "description": share.card.description}
    card |= {"thumb": thumbnail} if thumbnail else {}
    media: dict[str, Any] = {"$type": "app.bsky.embed.external", "external": card}
    if images:
        media = {"$type": "app.bsky.embed.images", "images": images}
    if parent and quote:
        quoted = {"$type": "app.bsky.embed.record", "record": {"uri": parent.uri, "cid": parent.cid}}
        media = {"$type": "app.bsky.embed.recordWithMedia", "record": quoted, "media": media}
    elif parent:
        record["reply"] = {
            "root": {"uri": parent.root_uri, "cid": parent.root_cid},
            "parent": {"uri": parent.uri, "cid": parent.cid},
        }
    record["embed"] = media
    return record
