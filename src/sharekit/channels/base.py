"""What the channels have in common: where a far side is, the pictures that go along, and when two texts are the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.config import FILE_NAME
from sharekit.errors import ConfigError, Refused
from sharekit.http import Client, Secret, secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sharekit.model import Image
    from sharekit.ports import Credential

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


def variable(declared: Credential, kind: str, name: str) -> str:
    """The environment variable of a credential for the account ``name``: its name stands in the place of the kind's.

    ``SHAREKIT_MASTODON_TOKEN`` is ``SHAREKIT_PERSO_TOKEN`` for ``[channels.perso]``. A variable without the kind's name is
    the same for all accounts of the kind.
    """
    if name == kind:
        return declared.variable
    own, account = (re.sub(r"[^A-Z0-9]+", "_", each.upper()) for each in (kind, name))
    return re.sub(rf"(?<![A-Z0-9]){own}(?![A-Z0-9])", account, declared.variable, count=1)


def credential(
    declared: Credential, kind: str, name: str, environment: Mapping[str, str], named: str | None = None
) -> Secret:
    """The credential of the account ``name``, from its environment variable, or from ``named``.

    Raises ConfigError that names the variable, what it must allow and the page that says where to get it.
    """
    found = named or variable(declared, kind, name)
    return secret(found, scope=declared.scope, page=declared.page, environment=environment)


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


def fetch_picture(image: Image, *, root: Path, clock: Callable[[], datetime]) -> Picture:
    """The picture at the image's address, or at its path in the blog's folder.

    Raises Unavailable where its server does not answer, Refused where there is no picture.
    """
    if urlsplit(image.url).scheme in ("http", "https"):
        client = Client("The picture's server", clock=clock, max_bytes=MOST_BYTES)
        data = client.request("GET", image.url, follow=True).body
    else:
        try:
            data = (root / image.url.lstrip("/")).read_bytes()
        except OSError as error:
            raise Refused(
                f"the picture {image.url} cannot be read: {error.strerror}",
                hint="Correct image: in the draft, or remove it.",
            ) from error
    media_type = next((name for name, magic in MAGIC.items() if re.match(magic, data, re.DOTALL)), None)
    if media_type is None:
        raise Refused(
            f"what is at {image.url} is not a picture (PNG, JPEG, GIF or WebP)",
            hint="Correct image: in the draft, or remove it.",
        )
    return Picture(data=data, media_type=media_type, alt=image.alt)


def digest_of_words(text: str) -> str:
    """SHA-256 (hex) of the text in NFC without white space: the same for what a network did to those."""
    return hashlib.sha256(_bare(text).encode(errors="surrogatepass")).hexdigest()


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same, whatever a network did to their white space and Unicode form."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))
