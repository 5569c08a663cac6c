"""Which time zone a blog lives in, how that is known, and which one a person or a computer names."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from sharekit.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sharekit.model import Post, Site

# Country-code domains that people register for their sound, wherever they live.
ANYWHERE = frozenset(("ai", "cc", "co", "fm", "gg", "io", "is", "la", "ly", "me", "nu", "sh", "so", "st", "to", "tv", "ws"))
# A zone that explains this share of what the best one does may be chosen over it.
NEAR = 0.6
# Where neither language nor domain names a country; the last is the likeliest.
LARGE = (
    "Asia/Jakarta", "Europe/Moscow", "Europe/Kyiv", "Europe/Lisbon", "Europe/Madrid",
    "Pacific/Auckland", "America/Toronto", "America/Mexico_City", "America/Argentina/Buenos_Aires", "Australia/Sydney",
    "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "America/Sao_Paulo", "America/Chicago",
    "America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Berlin", "Europe/Paris",
)  # fmt: skip


def guess_zone(site: Site, posts: Sequence[Post], machine: str | None = None) -> tuple[str, str]:
    """The zone's IANA name, and in words how it is known; ``("UTC", …)`` where nothing tells.

    In order of trust: what the generator says; the offsets that the posts carry; the country of the language
    (``fr-FR``) or of the domain; ``machine``, the zone of the computer; the country where the language is most spoken.
    """
    if site.timezone:
        return site.timezone, f"from {site.generator.split()[0] if site.generator else 'the blog'}"
    countries = _countries(site.url, [site.language])
    carried = [post.published for post in posts if post.published.utcoffset()]
    written = _countries(site.url, {site.language: None, **{post.language: None for post in posts}})
    if carried and (found := _fitting(carried, written)):
        offsets = sorted({f"{moment:%z}" for moment in carried})
        return found, f"from the dates of the posts: {' and '.join(f'{each[:3]}:{each[3:5]}' for each in offsets[:3])}"
    for country in countries:
        if found := _main_zone(country):
            return found, f"from the blog's language or domain: {country}"
    if machine and machine not in ("UTC", "Etc/UTC", "GMT"):
        return machine, "of this computer"
    likely = _likely_country(site.language)
    if likely and (found := _main_zone(likely)):
        return found, f"a guess from the language ({site.language})"
    return "UTC", "a guess: the blog does not say"


def _countries(url: str, languages: Iterable[str]) -> list[str]:
    ending = (urlsplit(url).hostname or "").rpartition(".")[2]
    domain = "gb" if ending == "uk" else ending if len(ending) == 2 and ending not in ANYWHERE else ""
    regions = [part for language in languages for part in language.split("-")[1:] if len(part) == 2 and part.isalpha()]
    return [each.upper() for each in dict.fromkeys((domain, *(region.lower() for region in regions))) if each]


def _likely_country(language: str) -> str:
    from babel.core import get_global

    full = get_global("likely_subtags").get(language.split("-")[0].lower(), "")
    return str(full.rpartition("_")[2])


@functools.cache
def _representative() -> frozenset[str]:
    """One zone for each rule set, as CLDR names it: Europe/Paris, not Europe/Monaco."""
    from babel.core import get_global

    return frozenset(get_global("windows_zone_mapping").values())


def _zones_of(country: str) -> Sequence[str]:
    from babel.core import get_global

    return list(get_global("territory_zones").get(country, ()))


def _main_zone(country: str) -> str | None:
    zones = [zone for zone in _zones_of(country) if zone in available_timezones()]
    main = [zone for zone in zones if zone in _representative()]
    return zones[0] if len(zones) == 1 else main[0] if len(main) == 1 else None


def _fitting(carried: Sequence[datetime], countries: Sequence[str]) -> str | None:
    """The zone in which the posts have the offsets that they carry: one of the blog's own countries, else a large one."""

    def fit(zone: str) -> float:
        there = ZoneInfo(zone)
        return sum(moment.astimezone(there).utcoffset() == moment.utcoffset() for moment in carried) / len(carried)

    home = [zone for country in countries for zone in _zones_of(country) if zone in available_timezones()]
    fits = {zone: fit(zone) for zone in (*home, *LARGE)}
    best = max(fits.values())
    if best <= 0.5:
        return None
    # Some write one offset all year: a zone of the blog's own countries need not be the best.
    if near := [zone for zone in home if fits[zone] >= best * NEAR]:
        return max(near, key=lambda zone: (zone in _representative(), _rank(zone), fits[zone]))
    return max(LARGE, key=lambda zone: (fits[zone], _rank(zone)))


def _rank(zone: str) -> int:
    return LARGE.index(zone) if zone in LARGE else -1


def zone_named(text: str) -> str:
    """The zone that a person means: ``europe/paris`` and ``Paris`` are Europe/Paris. Raises ConfigError."""
    zones = sorted(available_timezones())
    name = text.strip().replace(" ", "_").casefold()
    found = [zone for zone in zones if zone.casefold() == name] or [
        zone for zone in zones if zone.count("/") == 1 and zone.casefold().rpartition("/")[2] == name
    ]
    if not found:
        hint = did_you_mean(text, zones, 'Write it as in "Europe/Paris".')
        raise ConfigError(f'there is no time zone "{text}"', hint=hint)
    return found[0]


def machine_zone() -> str | None:
    """The zone of this computer by its IANA name, where it tells: ``TZ``, ``/etc/localtime``, ``/etc/timezone``."""
    named = [os.environ.get("TZ", "").lstrip(":"), os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]]
    noted = Path("/etc/timezone")
    named += [noted.read_text(encoding="utf-8", errors="replace").strip()] if noted.is_file() else []
    return next((name for name in named if name in available_timezones()), None)
