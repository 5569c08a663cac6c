"""The tables of ``sharekit.toml``. Every key is optional; what the blog says is not repeated.

Adapters own the tables of their names (``[channels.x]``, ``[mailers.smtp]``): here they are kept as they are read,
and ``wiring`` checks them against the adapter's own Settings with :func:`sharekit.config.convert`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sharekit.errors import ConfigError

FILE_NAME = "sharekit.toml"
Format = Literal["rss", "atom", "json"]
Thread = Literal["reply", "quote", "none"]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table: an unknown key is an error."""


class SiteSettings(Settings, frozen=True):
    """[site] What the source does not know, or has wrong."""

    title: str | None = None
    url: str | None = None
    language: str | None = None
    description: str | None = None
    licence: str | None = None


class SourceSettings(Settings, frozen=True):
    """[source] Where the posts are read from."""

    kind: Literal["auto", "hugo", "markdown", "html", "feed", "wordpress"] = "auto"
    path: str = "."
    sections: tuple[str, ...] = ()
    url: str | None = None
    hugo: str | None = None


class FeedSettings(Settings, frozen=True):
    """[feed] The feeds.

    ``limit`` and ``archive`` count entries, 0 is no limit and no archives. ``guid = "permalink"`` keeps the ids of a
    generator that used the address, so that a reader does not show every article anew. ``ttl`` is in minutes.
    """

    formats: tuple[Format, ...] = ("rss",)
    limit: Annotated[int, msgspec.Meta(ge=0)] = 20
    content: Literal["full", "summary"] = "full"
    series: bool = False
    tags: tuple[str, ...] = ()
    archive: Annotated[int, msgspec.Meta(ge=0)] = 0
    guid: Literal["id", "permalink"] = "id"
    image: str | None = None
    ttl: Annotated[int, msgspec.Meta(ge=0)] = 60
    hub: str | None = None
    iframes: Literal["keep", "link"] = "keep"
    email: bool = False
    gzip: bool = False


class IssueSettings(Settings, frozen=True):
    """[issue] The mailing-list issue."""

    mode: Literal["post", "digest", "series", "manual"] = "digest"
    when: str = "monthly on day 1 at 08:00"
    mailer: str = "files"
    from_: str | None = msgspec.field(default=None, name="from")
    reply_to: str | None = None
    variant: Literal["cards", "full", "plain"] = "full"
    address: str | None = None
    unsubscribe: str | None = None
    list_id: str | None = None
    logo: str | None = None
    colour: str | None = None
    font: str | None = None
    clients: tuple[str, ...] = ()
    archive: str = "newsletter"


class SharesSettings(Settings, frozen=True):
    """[shares] The share posts."""

    slots: dict[str, str] = msgspec.field(default_factory=lambda: {"launch": "0d"})
    windows: str | None = None
    quiet: tuple[str, ...] = ()
    enabled: bool = True
    late: str = "7d"
    spacing: str = "30m"
    grace: str | None = None
    approve: Literal["merge", "explicit"] = "merge"
    hashtags: int = 3
    names: dict[str, str] = msgspec.field(default_factory=dict)
    utm: dict[str, str] = msgspec.field(default_factory=dict)
    handles: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    closing: bool = False
    alt: Literal["warn", "error"] = "warn"


class ChannelSettings(Settings, frozen=True):
    """[channels.NAME] What every channel knows; an adapter's own Settings add to it.

    ``limit`` overrides the network's own where an instance or a plan takes more. ``windows`` override those of [shares].
    ``thread`` says how a part of a series answers the part before it; :attr:`THREADS` is what the network can do.
    """

    THREADS: ClassVar[tuple[Thread, ...]] = ("none",)

    handle: str | None = None
    limit: int | None = None
    windows: str | None = None
    thread: Thread = "none"

    def __post_init__(self) -> None:
        if self.thread not in self.THREADS:
            raise ValueError(f'thread = "{self.thread}" cannot be done here; known: {", ".join(self.THREADS)}')


class LedgerSettings(Settings, frozen=True):
    """[ledger] Where it is remembered what went out."""

    url: str | None = None
    branch: str = "sharekit-ledger"
    remote: str = "origin"


class DeliverSettings(Settings, frozen=True):
    """[deliver] How much one run may do, and whether the page of an article has to answer before it is shared."""

    max_per_run: int = 10
    check_page: bool = True


class SeriesSettings(Settings, frozen=True):
    """[[series]] A series that is named here: its name and the ids or files of its members, in order."""

    name: str
    members: tuple[str, ...]
    language: str | None = None


class Config(Settings, frozen=True):
    """The whole file. ``channels`` and ``mailers`` are the adapters' own tables, unchecked."""

    since: str | None = None
    timezone: str | None = None
    output: str = "public"
    templates: str = "sharekit"
    site: SiteSettings = SiteSettings()
    source: SourceSettings = SourceSettings()
    feed: FeedSettings = FeedSettings()
    issue: IssueSettings = IssueSettings()
    shares: SharesSettings = SharesSettings()
    ledger: LedgerSettings = LedgerSettings()
    deliver: DeliverSettings = DeliverSettings()
    series: tuple[SeriesSettings, ...] = ()
    channels: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    mailers: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)

    def zone(self, fallback: str | None = None) -> ZoneInfo:
        """The blog's zone: configured, else the source's, else UTC."""
        name = self.timezone or fallback or "UTC"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ConfigError(
                f'timezone "{name}" is not known', path=FILE_NAME, hint='Write it as in "Europe/Paris".'
            ) from error

    def since_moment(self, zone: ZoneInfo) -> datetime | None:
        """The configured ``since`` as an aware moment; a bare date is its first instant in the blog's zone."""
        if self.since is None:
            return None
        try:
            moment = datetime.fromisoformat(self.since)
        except ValueError as error:
            raise ConfigError(
                f'since = "{self.since}" is not a date', path=FILE_NAME, hint="Write it as in 2026-11-23."
            ) from error
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the configuration file, for editors."""
    made = msgspec.json.schema(Config)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FILE_NAME, **made}
