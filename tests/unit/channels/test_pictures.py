from __future__ import annotations

import io
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image as Pillow

from contracts.channel import NOW, share
from servers.drawn import noise
from servers.wire import PIXEL, Wire
from sharekit.channels import pictures
from sharekit.channels.bluesky import THUMBNAIL
from sharekit.channels.pictures import MAGIC, Picture, card_picture, post_pictures
from sharekit.errors import Refused
from sharekit.model import Image
from sharekit.ports import PictureRules
from sharekit.registry import BUILT_IN, declared

if TYPE_CHECKING:
    from pathlib import Path

RULES = {
    name: rules for name in BUILT_IN["channels"] if (rules := getattr(declared("channels", name), "pictures", None))
} | {"thumbnail": THUMBNAIL}
SMALL = PictureRules(types=("image/jpeg", "image/png"), most_bytes=20_000, most_pixels=10_000, longest_alt=10)


def taken(root: Path, data: bytes, rules: PictureRules, name: str = "a.png", alt: str = "Le hall") -> Picture:
    (root / name).write_bytes(data)
    (picture,) = post_pictures(replace(share("x"), images=(Image(url=name, alt=alt),)), rules, root=root, clock=lambda: NOW)
    return picture


@pytest.mark.parametrize("network", RULES)
@pytest.mark.parametrize(
    ("form", "mode"), [("WEBP", "RGB"), ("AVIF", "RGB"), ("PNG", "RGBA"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("GIF", "L")]
)
def test_every_network_gets_a_picture_that_it_takes(network: str, form: str, mode: str, tmp_path: Path) -> None:
    rules = RULES[network]
    data = noise(40, 30, form, mode)
    if rules.fetched and form not in ("PNG", "JPEG"):
        with pytest.raises(Refused, match=f"is image/{form.lower()}"):
            taken(tmp_path, data, rules)
        return
    picture = taken(tmp_path, data, rules)
    assert picture.media_type in rules.types
    assert len(picture.data) <= rules.most_bytes
    assert picture.size == (40, 30)
    with Pillow.open(io.BytesIO(picture.data)) as opened:
        opened.load()
        assert (opened.size, Pillow.MIME[str(opened.format)]) == (picture.size, picture.media_type)
    if f"image/{form.lower()}" in rules.types:
        assert picture.data == data


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGB"), ("JPEG", "RGB"), ("WEBP", "RGBA"), ("AVIF", "RGB")])
def test_what_is_too_large_is_scaled_and_keeps_its_shape(form: str, mode: str, tmp_path: Path) -> None:
    picture = taken(tmp_path, noise(400, 100, form, mode), SMALL)
    assert len(picture.data) <= SMALL.most_bytes
    assert picture.size[0] * picture.size[1] <= 10_000
    assert 3.5 < picture.size[0] / picture.size[1] < 4.5


def test_a_limit_of_bytes_is_kept_to_the_byte(tmp_path: Path) -> None:
    data = noise(50, 50, "PNG")
    for over in (0, 1):
        rules = replace(SMALL, most_bytes=len(data) - over)
        picture = taken(tmp_path, data, rules)
        assert (picture.data == data) is (over == 0)
        assert len(picture.data) <= rules.most_bytes


def test_a_limit_of_pixels_is_kept_to_the_pixel(tmp_path: Path) -> None:
    data = noise(50, 50, "PNG")
    assert taken(tmp_path, data, replace(SMALL, most_pixels=2500)).data == data
    smaller = taken(tmp_path, data, replace(SMALL, most_pixels=2499))
    assert smaller.size[0] * smaller.size[1] <= 2499


def test_what_is_transparent_stays_so_where_there_is_room_and_is_on_white_where_not(tmp_path: Path) -> None:
    clear = noise(100, 90, "WEBP", "RGBA", lossless=True)
    assert taken(tmp_path, clear, replace(SMALL, most_bytes=10**6)).media_type == "image/png"
    file = io.BytesIO()
    Pillow.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")
    white = taken(tmp_path, file.getvalue(), replace(SMALL, types=("image/jpeg",)))
    with Pillow.open(io.BytesIO(white.data)) as opened:
        assert opened.getpixel((5, 5)) == (255, 255, 255)


def test_a_photo_stands_upright_and_tells_no_place(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[0x0112], exif[0x010E] = 6, "where it was taken"
    picture = taken(tmp_path, noise(300, 100, "JPEG", exif=exif), SMALL)
    assert picture.size[0] < picture.size[1]
    assert b"where it was taken" not in picture.data


@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.svg", "a"])
def test_the_bytes_tell_the_type_and_not_the_name(name: str, tmp_path: Path) -> None:
    assert taken(tmp_path, noise(9, 9, "JPEG"), SMALL, name).media_type == "image/jpeg"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<!DOCTYPE html><title>Not found</title>",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"%PDF-1.7",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"\xff\xd8\xff",
    ],
)
def test_what_only_says_that_it_is_a_picture_is_none(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is not a picture"):
        taken(tmp_path, data, SMALL)


def test_what_cannot_be_read_to_its_end_is_refused_and_not_half_sent(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be converted"):
        taken(tmp_path, noise(200, 200, "WEBP", lossless=True)[:500], SMALL)


def test_a_picture_that_unpacks_to_gigabytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pillow, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(Refused, match="cannot be converted"):
        taken(tmp_path, noise(40, 40, "WEBP"), SMALL)


def test_a_file_over_all_limits_is_never_sent_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 5000)
    with pytest.raises(Refused, match="more than 5000 bytes"):
        taken(tmp_path, PIXEL + b"0" * 5000, replace(SMALL, most_bytes=10_000))


def test_a_picture_on_the_web_over_all_limits_is_refused_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 20)
    with Wire() as server:
        sent = replace(share("x"), images=(Image(url=f"{server.url}/pixel.png"),))
        with pytest.raises(Refused, match=r"pixel\.png: .* more than 20 bytes"):
            post_pictures(sent, SMALL, root=tmp_path, clock=lambda: NOW)


def test_without_pillow_a_card_goes_without_and_what_was_attached_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    (tmp_path / "a.webp").write_bytes(WEBP)
    sent = share("linkedin")
    card = replace(sent.card, image=Image(url="a.webp"))
    made, notes = card_picture(replace(sent, card=card), SMALL, lambda _: "id", root=tmp_path, clock=lambda: NOW)
    assert made is None
    assert "Pillow" in notes["note"]
    with pytest.raises(Refused, match=r"a\.webp is image/webp") as caught:
        taken(tmp_path, WEBP, SMALL, "a.webp")
    assert "[images]" in str(caught.value.hint)


WEBP = noise(9, 9, "WEBP")


def test_the_words_of_a_picture_are_cut_at_the_limit_and_never_missing(tmp_path: Path) -> None:
    assert taken(tmp_path, PIXEL, SMALL, alt="1234567890").alt == "1234567890"
    assert taken(tmp_path, PIXEL, SMALL, alt="12345678901").alt == "123456789…"
    assert taken(tmp_path, PIXEL, replace(SMALL, longest_alt=200), alt="").alt == share("x").card.title


@pytest.mark.parametrize("media_type", MAGIC)
def test_each_type_that_is_known_is_read(media_type: str, tmp_path: Path) -> None:
    form = media_type.partition("/")[2].upper()
    rules = replace(SMALL, types=(media_type,), most_bytes=10**6)
    data = noise(8, 8, form)
    assert taken(tmp_path, data, rules).data == data


def test_a_card_with_a_picture_of_another_type_is_uploaded_as_one_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.webp").write_bytes(WEBP)
    sent = share("linkedin")
    uploaded: list[Any] = []
    card = replace(sent.card, image=Image(url="a.webp"))
    _, notes = card_picture(replace(sent, card=card), SMALL, uploaded.append, root=tmp_path, clock=lambda: NOW)
    assert notes == {}
    assert [each.media_type for each in uploaded] == ["image/jpeg"]
