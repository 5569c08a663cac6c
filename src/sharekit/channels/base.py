"""What the channels have in common: the address of an API, the pictures that go along, and when two texts are the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

from sharekit.config import FILE_NAME
from sharekit.errors import ConfigError, DeliveryError, Refused, Unavailable
from sharekit.http import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sharekit.model import Image, Share
    from sharekit.ports import PictureRules

T = TypeVar("T")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
MOST_BYTES = 2**24
# The first bytes of the formats that every network takes; a server's Content-Type is often a guess from the name.
MAGIC = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/gif": rb"GIF8[79]a",
    "image/webp": rb"RIFF....WEBP",
}


def utc_now() -> datetime:
    """The moment it is (aware, UTC): the clock of an adapter that was given none."""
    return datetime.now(UTC)


def origin(address: str, *, setting: str) -> str:
    """The address without its trailing slash. Raises ConfigError unless it is https, or on this very machine."""
    parts = urlsplit(address if "//" in address else f"https://{address}")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise ConfigError(
            f'{setting} = "{address}" is not an https address',
            path=FILE_NAME,
            hint='Write it as in "https://social.example".',
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def required(value: str | None, *, setting: str, hint: str) -> str:
    """A setting that the channel cannot work without. Raises ConfigError naming it."""
    if not value:
        raise ConfigError(f"{setting} is not set", path=FILE_NAME, hint=hint)
    return value


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture in hand: its bytes, their type, and what it shows, in words."""

    data: bytes
    media_type: str
    alt: str

    @property
    def file_name(self) -> str:
        """A name for uploads that ask for one."""
        return f"picture.{self.media_type.rpartition('/')[2]}"


def post_pictures(share: Share, rules: PictureRules, *, root: Path, clock: Callable[[], datetime]) -> list[Picture]:
    """The pictures that a person attached to the share, as the network takes them.

    Raises Refused with the line of the draft for one that it does not take, Unavailable where its server does not answer.
    """
    if len(share.images) > rules.most:
        raise Refused(f"{len(share.images)} pictures, and the network takes {rules.most}", path=share.source or None)
    try:
        image = None
        made = []
        for image in share.images:
            made.append(_fit(_fetch(image, root=root, clock=clock), image, rules))
    except Refused as error:
        line = _line_of(image.url, root / share.source) if image and share.source else None
        raise Refused(
            error.message, path=share.source or None, line=line, hint="Correct images: in the draft, or remove it."
        ) from error
    return made


def card_picture(
    share: Share, rules: PictureRules, upload: Callable[[Picture], T], *, root: Path, clock: Callable[[], datetime]
) -> tuple[T | None, dict[str, str]]:
    """What ``upload`` makes of the picture of the card, None where there is none or the network cannot take it.

    A card needs no picture, so why it went without one is only noted (for :attr:`Receipt.detail`). Raises what
    ``upload`` raises, except for Refused.
    """
    image = share.card.image
    if image is None or share.images:
        return None, {}
    try:
        try:
            picture = _fit(_fetch(image, root=root, clock=clock), image, rules)
        except Unavailable as error:
            raise Refused(error.message) from error
        return upload(picture), {}
    except Refused as error:
        return None, {"note": f"the card has no picture: {error.message}"}


def add_note(detail: Mapping[str, str], note: str) -> dict[str, str]:
    """A receipt's detail with one more note for the person who reads it."""
    return {**detail, "note": "; ".join(filter(None, (detail.get("note"), note)))}


def _fetch(image: Image, *, root: Path, clock: Callable[[], datetime]) -> Picture:
    """The picture at the image's address, or at its path in the blog's folder.

    Raises Unavailable where its server does not answer, Refused where there is no picture.
    """
    if urlsplit(image.url).scheme in ("http", "https"):
        client = Client("The picture's server", clock=clock, max_bytes=MOST_BYTES)
        try:
            data = client.request("GET", image.url, follow=True).body
        except Unavailable:
            raise
        except DeliveryError as error:
            raise Refused(f"{image.url}: {error.message}") from error
    else:
        data = _read(image.url, root)
    media_type = next((name for name, magic in MAGIC.items() if re.match(magic, data, re.DOTALL)), None)
    if media_type is None:
        raise Refused(f"what is at {image.url} is not a picture (PNG, JPEG, GIF or WebP)")
    return Picture(data=data, media_type=media_type, alt=image.alt)


def _read(path: str, root: Path) -> bytes:
    # A draft is reviewed as text: nobody sees there where a link or ".." leads to.
    blog = root.resolve()
    try:
        place = (blog / path.lstrip("/")).resolve()
        if not place.is_relative_to(blog):
            raise Refused(f"the picture {path} lies outside of the blog")
        if not place.is_file():
            raise Refused(f"the picture {path} cannot be read: there is no such file in the blog")
        with place.open("rb") as file:
            return file.read(MOST_BYTES)
    except (OSError, ValueError) as error:
        raise Refused(f"the picture {path} cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _fit(picture: Picture, image: Image, rules: PictureRules) -> Picture:
    if picture.media_type not in rules.types:
        raise Refused(f"{image.url} is {picture.media_type}; the network takes {', '.join(rules.types)}")
    if len(picture.data) > rules.most_bytes:
        raise Refused(f"{image.url} has {len(picture.data)} bytes; the network takes {rules.most_bytes}")
    return replace(picture, alt=picture.alt[: rules.longest_alt])


def _line_of(text: str, path: Path) -> int | None:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    return next((number for number, line in enumerate(lines, start=1) if text in line), None)


def digest_of_words(text: str) -> str:
    """SHA-256 (hex) of the text in NFC without white space: the same for what a network did to those."""
    return hashlib.sha256(_bare(text).encode(errors="surrogatepass")).hexdigest()


def matches(share: Share, text: str) -> bool:
    """Whether a text that is out is what an earlier attempt sent (the draft may differ since), or what this one would."""
    return digest_of_words(text) == share.sent.get("digest") or _bare(unquote(text)) == _bare(unquote(share.text))


def alike(share: Share, text: str) -> bool:
    """Whether a text that is out may be this share in other words: it holds the link that was sent, or would be."""
    shown = _bare(unquote(text)).lower()
    # Without their query: the parameters that count clicks may have changed since.
    links = (link.partition("?")[0] for link in (share.sent.get("url"), share.card.url) if link)
    return any(_bare(unquote(link)).lower().partition("://")[2].rstrip("/") in shown for link in links)


def is_edited(share: Share) -> bool:
    """Whether the text differs from what the earlier attempt sent, so that a network would not see it as a duplicate."""
    return share.sent.get("digest", digest := digest_of_words(share.text)) != digest


def first_attempt(share: Share) -> datetime:
    """The moment (aware) of the first attempt to send the share: the same for each repeat of it."""
    return moment(share.sent.get("first"), share.claimed or share.created)


def is_before(share: Share, at: object) -> bool:
    """Whether what was posted ``at`` (a moment, or one in ISO 8601) is older than any attempt to send the share."""
    return moment(at, share.earliest) < share.earliest


def moment(value: object, fallback: datetime) -> datetime:
    """A moment in ISO 8601 as a network writes it (aware), or the fallback."""
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError:
        return fallback
    return read if read.tzinfo else fallback


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))
