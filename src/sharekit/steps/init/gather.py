"""What the blog says, what the flags say, what a person answers → the answers that the files are made from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from sharekit.errors import ConfigError
from sharekit.steps.init.answers import PLACES, Answers, Origin, Place
from sharekit.steps.init.credentials import SECRETS, SETTINGS, secrets_for, value_of
from sharekit.steps.init.repository import installed_origin
from sharekit.steps.init.zone import guess_zone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sharekit.config import Config
    from sharekit.model import Site
    from sharekit.steps.blog import Blog
    from sharekit.steps.init.repository import Repository

MAILERS = ("files", "smtp", "mailchimp", "buttondown", "listmonk", "brevo")


class Asker(Protocol):
    """Asks a person. Where nobody can be asked it answers with the default."""

    def __call__(self, question: str, default: str) -> str:
        """The answer, stripped."""
        ...


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the flags said; None or empty where they said nothing.

    ``now`` is aware; ``settings`` holds a channel's name, a key and its value.
    """

    now: datetime
    channels: tuple[str, ...] = ()
    settings: tuple[tuple[str, str, str], ...] = ()
    mailer: str | None = None
    timezone: str | None = None
    url: str | None = None
    origin: Origin | None = None
    places: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the blog said, for the report. ``zone_from`` is in words how the zone is known; ``old`` counts the posts
    that count as already out."""

    posts: int
    old: int
    series: tuple[str, ...]
    zone_from: str
    places: tuple[Place, ...]
    is_git: bool
    again: bool


def gather(blog: Blog, repository: Repository, wishes: Wishes, ask: Asker) -> tuple[Answers, Found]:
    """Raises ConfigError for a flag that cannot be: an unknown zone, network or mailer.

    What an earlier run wrote stays: its ``since`` above all, so that running it again does not move it.
    """
    config, site = blog.config, blog.site
    again = config.since is not None
    zone_name, zone_from = _zone(blog, wishes, ask)
    zone = ZoneInfo(zone_name)
    since = config.since_moment(zone) or wishes.now.astimezone(zone).replace(microsecond=0)
    channels = _channels(config, wishes, ask, again=again)
    mailer = wishes.mailer or config.issue.mailer
    if not wishes.mailer and not again:
        mailer = ask(f"What takes an issue to its readers ({', '.join(MAILERS)})?", mailer)
    _known(mailer, MAILERS, "mailer")
    table = {
        **config.mailers.get(mailer, {}),
        **{key: value_of(key, value) for name, key, value in wishes.settings if name == mailer},
    }
    _complete("mailer", mailer, table, ask)
    url = _url(site, wishes, ask)
    # Hugo makes a feed unless told otherwise, and its guid is the permalink (its template _default/rss.xml).
    old = sum(post.published < since for post in blog.reading.posts)
    answers = Answers(
        title=site.title,
        url=url or (site.url if _has_address(site) else ""),
        language=site.language,
        generator=site.generator,
        kind=config.source.kind,
        timezone=zone_name,
        since=since,
        channels=channels,
        mailer=mailer,
        mailer_table=table,
        branch=repository.branch,
        folder=repository.folder,
        output=config.output,
        origin=wishes.origin or installed_origin(),
        credentials=secrets_for([*channels, mailer]),
        given_url=url is not None,
        keeps_guids=config.feed.guid == "permalink" if again else old > 0 and site.generator.startswith("Hugo"),
    )
    found = Found(
        posts=len(blog.reading.posts),
        old=old,
        series=tuple(each.name for each in blog.series),
        zone_from=zone_from,
        places=_places(repository, wishes, ask),
        is_git=repository.is_git,
        again=again,
    )
    return answers, found


def _zone(blog: Blog, wishes: Wishes, ask: Asker) -> tuple[str, str]:
    if wishes.timezone:
        return _valid_zone(wishes.timezone), "given"
    if blog.config.timezone:
        return _valid_zone(blog.config.timezone), "sharekit.toml says so"
    name, known = guess_zone(blog.site, blog.reading.posts, machine_zone())
    answer = ask(f"Time zone of the blog ({known})?", name)
    return _valid_zone(answer), known if answer == name else "given"


def _valid_zone(name: str) -> str:
    if name not in available_timezones():
        raise ConfigError(f'there is no time zone "{name}"', hint='Write it as in "Europe/Paris".')
    return name


def _channels(config: Config, wishes: Wishes, ask: Asker, *, again: bool) -> dict[str, dict[str, Any]]:
    kept = {name: dict(table) for name, table in config.channels.items()}
    names = list(wishes.channels)
    if not names and not again:
        networks = [name for name in SECRETS if name not in MAILERS]
        answer = ask(f"Networks to share on, or none yet ({', '.join(networks)})?", "")
        names = [name for name in answer.replace(",", " ").split() if name != "none"]
    made = dict(kept)
    for name in names:
        _known(name, [*(each for each in SECRETS if each not in MAILERS), "files"], "network")
        made.setdefault(name, {})
    for name, key, value in wishes.settings:
        if name in MAILERS and name != "files":
            continue
        if name not in made:
            raise ConfigError(f'--set {name}.{key}: there is no channel "{name}"', hint=f"--channel {name}")
        made[name][key] = value_of(key, value)
    for name, table in made.items():
        _complete("channel", name, table, ask)
    return made


def _complete(what: str, name: str, table: dict[str, Any], ask: Asker) -> None:
    if table.get("kind"):
        return
    for key, question, example in SETTINGS.get(name, ()):
        if not table.get(key):
            answer = ask(f"{question}, such as {example}?", "")
            if not answer:
                raise ConfigError(f"the {what} {name} needs its {key}", hint=f"--set {name}.{key}={example}")
            table[key] = value_of(key, answer)


def _known(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        raise ConfigError(f'the {what} "{name}" is not known', hint=f"Known: {', '.join(known)}")


def _url(site: Site, wishes: Wishes, ask: Asker) -> str | None:
    if wishes.url or _has_address(site):
        return wishes.url
    return ask("The blog does not say its address. Which is it?", "") or None


def _has_address(site: Site) -> bool:
    # A source that finds no address makes one up below .invalid (RFC 2606 §2), which is nobody's.
    parts = urlsplit(site.url)
    return parts.scheme in ("http", "https") and not (parts.hostname or "").endswith(".invalid")


def _places(repository: Repository, wishes: Wishes, ask: Asker) -> tuple[Place, ...]:
    if "none" in wishes.places:
        return ()
    named: tuple[str, ...] = wishes.places or ((repository.place,) if repository.place else ())
    if not named:
        named = tuple(ask(f"Where does it run ({', '.join(PLACES)}, none)?", "github").replace(",", " ").split())
    return tuple(place for place in PLACES if place in named)


def machine_zone() -> str | None:
    """The zone of this computer by its IANA name, where it tells: ``TZ``, ``/etc/timezone``, ``/etc/localtime``."""
    named = os.environ.get("TZ", "").lstrip(":")
    if named in available_timezones():
        return named
    try:
        target = os.path.realpath("/etc/localtime", strict=True)
    except OSError:
        return None
    found = target.partition("zoneinfo/")[2]
    if found in available_timezones():
        return found
    noted = Path("/etc/timezone")
    text = noted.read_text(encoding="utf-8", errors="replace").strip() if noted.is_file() else ""
    return text if text in available_timezones() else None
