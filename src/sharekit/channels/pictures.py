"""The pictures that go along with a share: read, checked by their bytes, and converted or scaled to what a network takes.

Pillow (extra ``images``) converts. Without it a card goes without a picture that does not fit, and a picture that a person
attached is refused with the line of the draft.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from sharekit.errors import DeliveryError, Refused, Unavailable, not_installed
from sharekit.http import Client

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from PIL.Image import Image as Bitmap

    from sharekit.model import Image, Share
    from sharekit.ports import PictureRules

T = TypeVar("T")
MOST_BYTES = 2**24
# The first bytes of each format; a server's Content-Type is often a guess from the name.
MAGIC = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/gif": rb"GIF8[79]a",
    "image/webp": rb"RIFF....WEBP",
    "image/avif": rb"....ftypavi[fs]",
}
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
NO_PICTURE = "is not a picture (PNG, JPEG, GIF, WebP or AVIF)"
QUALITY, STEP, STEPS = 85, 0.8, 12


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture in hand: its bytes, their type, its size in pixels (width, height), and what it shows, in words."""

    data: bytes
    media_type: str
    size: tuple[int, int]
    alt: str

    @property
    def file_name(self) -> str:
        """A name for uploads that ask for one."""
        return f"picture.{self.media_type.rpartition('/')[2]}"


def post_pictures(share: Share, rules: PictureRules, *, root: Path, clock: Callable[[], datetime]) -> list[Picture]:
    """The pictures that a person attached to the share, as the network takes them.

    One without words of its own has the title of the article for them. Raises Refused with the line of the draft for one
    that the network does not take, Unavailable where its server does not answer.
    """
    if len(share.images) > rules.most:
        raise Refused(f"{len(share.images)} pictures, and the network takes {rules.most}", path=share.source or None)
    made = []
    for image in share.images:
        try:
            made.append(_fetch(image, rules, image.alt or share.card.title, root=root, clock=clock))
        except Refused as error:
            draft = re.sub(r":\d+$", "", share.source)  # its section's line is not that of the picture
            line = _line_of(image.url, root / draft) if draft else None
            hint = error.hint or "Correct images: in the draft, or remove it."
            raise Refused(error.message, path=draft or None, line=line, hint=hint) from error
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
            picture = _fetch(image, rules, image.alt, root=root, clock=clock)
        except Unavailable as error:
            raise Refused(error.message) from error
        return upload(picture), {}
    except Refused as error:
        return None, {"note": f"the card has no picture: {error.message}"}


def _fetch(image: Image, rules: PictureRules, alt: str, *, root: Path, clock: Callable[[], datetime]) -> Picture:
    """The picture at the image's address, or at its path in the blog's folder, as the network takes it.

    Raises Unavailable where its server does not answer, Refused where there is no picture, or none that can be made to fit.
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
        data = picture_file(image.url, root)
    picture = Picture(data=data, media_type=picture_type(data), size=_size_of(data), alt=_cut(alt, rules.longest_alt))
    if not picture.media_type or min(picture.size) < 1:
        raise Refused(f"{image.url} {NO_PICTURE}")
    unfit = _unfit(picture, rules)
    if unfit is None:
        return picture
    if rules.fetched:
        raise Refused(f"{image.url} {unfit}")
    return _converted(picture, rules, f"{image.url} {unfit}")


def picture_type(data: bytes) -> str:
    """The media type of a picture by its first bytes; empty for what is none that a network may take."""
    return next((name for name, magic in MAGIC.items() if re.match(magic, data, re.DOTALL)), "")


def _size_of(data: bytes) -> tuple[int, int]:
    import imagesize

    try:
        width, height = imagesize.get(io.BytesIO(data))
    except (ValueError, OverflowError, IndexError):
        return -1, -1
    return int(width), int(height)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _unfit(picture: Picture, rules: PictureRules) -> str | None:
    width, height = picture.size
    if picture.media_type not in rules.types:
        return f"is {picture.media_type}; the network takes {', '.join(rules.types)}"
    if len(picture.data) > rules.most_bytes:
        return f"has {len(picture.data)} bytes; the network takes {rules.most_bytes}"
    if rules.most_pixels and width * height > rules.most_pixels:
        return f"has {width} × {height} pixels; the network takes {rules.most_pixels}"
    return None


def _converted(picture: Picture, rules: PictureRules, unfit: str) -> Picture:
    """The picture as PNG where it is transparent, else as JPEG, and as small as the network asks for."""
    bitmap = _opened(picture.data, unfit)
    most = rules.most_pixels or bitmap.width * bitmap.height
    factor = min(1.0, (most / (bitmap.width * bitmap.height)) ** 0.5)
    for _ in range(STEPS):
        size = max(1, int(bitmap.width * factor)), max(1, int(bitmap.height * factor))
        scaled = bitmap if size == bitmap.size else bitmap.resize(size)
        for media_type in ("image/png", "image/jpeg") if bitmap.mode == "RGBA" else ("image/jpeg",):
            data = _encoded(scaled, media_type)
            if media_type in rules.types and len(data) <= rules.most_bytes:
                return Picture(data=data, media_type=media_type, size=scaled.size, alt=picture.alt)
        factor *= STEP
    raise Refused(f"{unfit}, and it cannot be made so small")


def _opened(data: bytes, unfit: str) -> Bitmap:
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        missing = not_installed("Pillow, which converts pictures,", "images")
        raise Refused(f"{unfit}; {missing.message}", hint=missing.hint) from error
    try:
        with warnings.catch_warnings():
            # What would take gigabytes when it is unpacked.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                upright = ImageOps.exif_transpose(opened)
                return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, MemoryError, Warning, Image.DecompressionBombError) as error:
        raise Refused(f"{unfit}, and it cannot be converted: {error}") from error


def _encoded(bitmap: Bitmap, media_type: str) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    if media_type == "image/png":
        bitmap.save(file, "PNG", optimize=True)
        return file.getvalue()
    if bitmap.mode == "RGBA":
        white = Image.new("RGB", bitmap.size, "white")
        white.paste(bitmap, mask=bitmap.getchannel("A"))
        bitmap = white
    bitmap.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


def picture_file(path: str, root: Path) -> bytes:
    """The picture in the blog's folder. Raises Refused for what is outside of it, missing, too large or no picture."""
    # A draft is reviewed as text: nobody sees there where a link or ".." leads to.
    blog = root.resolve()
    try:
        place = (blog / path.lstrip("/")).resolve()
        if not place.is_relative_to(blog):
            raise Refused(f"the picture {path} is outside the blog")
        if not place.is_file():
            raise Refused(f"the picture {path} cannot be read: there is no such file in the blog")
        with place.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Refused(f"the picture {path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > MOST_BYTES:
        raise Refused(f"the picture {path} has more than {MOST_BYTES} bytes")
    if not picture_type(data):
        raise Refused(f"the picture {path} {NO_PICTURE}")
    return data


def _line_of(text: str, path: Path) -> int | None:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    return next((number for number, line in enumerate(lines, start=1) if text in line), None)
