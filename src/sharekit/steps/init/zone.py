"""Which time zone a blog lives in, and how that is known."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from sharekit.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from sharekit.model import Site

# Country-code domains that people register for their sound, wherever they live.
ANYWHERE = frozenset(("ai", "cc", "co", "fm", "gg", "io", "is", "la", "ly", "me", "nu", "sh", "so", "st", "to", "tv", "ws"))


def guess_zone(site: Site, machine: str | None = None) -> tuple[str, str]:
    """The zone's IANA name, and in words how it is known; ``("UTC", …)`` where nothing tells.

    In order of trust: what the generator says; the country of the language (``fr-FR``) or of the domain; ``machine``, the
    zone of the computer; the country where the language is most spoken.
    """
    if site.timezone:
        return site.timezone, f"{site.generator.split()[0] if site.generator else 'the blog'} says so"
    for country in _countries(site):
        if found := _main_zone(country):
            return found, f"from the blog's language or domain ({country})"
    if machine and machine not in ("UTC", "Etc/UTC", "GMT"):
        return machine, "this computer's"
    likely = _likely_country(site.language)
    if likely and (found := _main_zone(likely)):
        return found, f"a guess from the language ({site.language})"
    return "UTC", "a guess: the blog does not say"


def _countries(site: Site) -> list[str]:
    ending = (urlsplit(site.url).hostname or "").rpartition(".")[2]
    domain = "gb" if ending == "uk" else ending if len(ending) == 2 and ending not in ANYWHERE else ""
    regions = (part for part in site.language.split("-")[1:] if len(part) == 2 and part.isalpha())
    return [each.upper() for each in (domain, *regions) if each]


def _likely_country(language: str) -> str:
    from babel.core import get_global

    full = get_global("likely_subtags").get(language.split("-")[0].lower(), "")
    return str(full.rpartition("_")[2])


def _main_zone(country: str) -> str | None:
    """The one zone of a country, or the one of its zones that CLDR takes for their rules: Berlin, not Büsingen."""
    from babel.core import get_global

    zones = [zone for zone in get_global("territory_zones").get(country, ()) if zone in available_timezones()]
    main = [zone for zone in zones if zone in get_global("windows_zone_mapping").values()]
    return zones[0] if len(zones) == 1 else main[0] if len(main) == 1 else None


def zone_named(text: str) -> str:
    """The zone that a person means: ``europe/paris`` and ``Paris`` are Europe/Paris."""
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
