"""The colours and fonts of an issue, in light and dark, from the one colour and font that a person configures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.templating import locale_of

if TYPE_CHECKING:
    from sharekit.config import IssueSettings

ACCENT = "#0f609b"
FONT = "Georgia, 'Times New Roman', serif"
SANS = "'Segoe UI', Helvetica, Arial, sans-serif"
HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\Z", re.IGNORECASE)
# WCAG 2.2, 1.4.3: text of a usual size.
READABLE = 4.5


@dataclass(frozen=True, kw_only=True)
class Shades:
    """The colours of one mode."""

    page: str
    frame: str
    ink: str
    strong: str
    muted: str
    line: str
    soft: str
    accent: str


@dataclass(frozen=True, kw_only=True)
class Theme(Shades):
    """What the templates use: the colours of light mode by their own names, those of dark mode under ``dark``."""

    on_accent: str
    font: str
    sans: str
    start: str
    direction: str
    dark: Shades


def theme_of(settings: IssueSettings, language: str) -> Theme:
    """The theme of an issue."""
    from markupsafe import Markup

    accent = settings.colour or ACCENT
    # Their quotes belong to the style sheet; nothing in them could end it.
    font, sans = Markup(settings.font or FONT), Markup(SANS)  # noqa: S704 - the configuration's pattern, or ours
    direction = locale_of(language).text_direction
    dark = Shades(
        page="#11161b", frame="#1a2129", ink="#d5dde5", strong="#f2f5f8", muted="#a3b1bf", line="#3a4754", soft="#262f39",
        accent=readable(accent, "#262f39"),
    )  # fmt: skip
    return Theme(
        page="#eef1f4", frame="#ffffff", ink="#243240", strong="#13202c", muted="#586573", line="#d8dee4", soft="#f2f4f7",
        accent=readable(accent, "#f2f4f7"),
        on_accent="#ffffff" if contrast(readable(accent, "#f2f4f7"), "#ffffff") >= READABLE else "#13202c",
        font=font, sans=sans,
        start="right" if direction == "rtl" else "left", direction=direction, dark=dark,
    )  # fmt: skip


def readable(colour: str, background: str) -> str:
    """The colour, darkened or lightened as little as it takes to be read on the background."""
    target = (0, 0, 0) if luminance(background) > 0.5 else (255, 255, 255)
    red, green, blue = channels(colour)
    for step in range(21):
        share = step / 20
        mixed = [round(part + (goal - part) * share) for part, goal in zip((red, green, blue), target, strict=True)]
        made = "#" + "".join(f"{part:02x}" for part in mixed)
        if contrast(made, background) >= READABLE:
            return made
    return "#000000" if target == (0, 0, 0) else "#ffffff"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a hexadecimal colour, 0 to 1."""
    parts = [part / 255 for part in channels(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
