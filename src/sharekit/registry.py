"""Config → ports. The only file that knows every adapter; each is imported when it is used."""

from __future__ import annotations

import difflib
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from sharekit.config import FILE_NAME, Config, convert, read_config
from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Engine

    from sharekit.config import Settings
    from sharekit.model import Site
    from sharekit.ports import Channel, Ledger, LedgerEntry, Mailer, Source

# A kind of source, and its class in its module.
SOURCES = {
    "hugo": "sharekit.sources.hugo:HugoSource",
    "markdown": "sharekit.sources.markdown:MarkdownSource",
    "html": "sharekit.sources.html:HtmlSource",
    "wordpress": "sharekit.sources.wordpress:WordPressSource",
    "feed": "sharekit.sources.feed:FeedSource",
}
# A channel's or mailer's kind, and its class in its module. The module has a `Settings` (a sharekit.config.Settings) for
# its table; the class is made as Class(settings, environment=…, root=…), and a mailer is given `site` and `issue` (the
# [issue] table) too, because a message names them.
CHANNELS = {
    "bluesky": "sharekit.channels.bluesky:BlueskyChannel",
    "chat": "sharekit.channels.chat:ChatChannel",
    "facebook": "sharekit.channels.facebook:FacebookChannel",
    "files": "sharekit.channels.files:FilesChannel",
    "linkedin": "sharekit.channels.linkedin:LinkedInChannel",
    "mastodon": "sharekit.channels.mastodon:MastodonChannel",
    "threads": "sharekit.channels.threads:ThreadsChannel",
    "x": "sharekit.channels.x:XChannel",
}
MAILERS = {
    "brevo": "sharekit.mailers.brevo:BrevoMailer",
    "buttondown": "sharekit.mailers.buttondown:ButtondownMailer",
    "files": "sharekit.mailers.files:FilesMailer",
    "listmonk": "sharekit.mailers.listmonk:ListmonkMailer",
    "mailchimp": "sharekit.mailers.mailchimp:MailchimpMailer",
    "smtp": "sharekit.mailers.smtp:SmtpMailer",
}


class NoLedger(ConfigError):
    """There is no repository and no database to remember in what went out."""


# Drafted where the configuration names no channel of its own.
DEFAULT_CHANNELS = ("x", "mastodon", "bluesky", "linkedin", "facebook")


def load_config(root: Path, given: Path | None) -> Config:
    """The configuration that was named, else the blog's ``sharekit.toml``, else the defaults.

    Raises ConfigError with file and line.
    """
    path = given or root / FILE_NAME
    if given is None and not path.is_file():
        return Config()
    config = read_config(path)
    if config.channels:
        from sharekit.shares.fit import outlet

        for name, table in config.channels.items():
            outlet(name, table)
    return config


def channel_names(config: Config) -> tuple[str, ...]:
    """The channels to draft for, in the order of the configuration."""
    return tuple(config.channels) or DEFAULT_CHANNELS


def open_source(root: Path, config: Config, *, now: datetime | None = None) -> Source:
    """The source of the blog in ``root``: the configured kind, else what the folder looks like."""
    kind: str = config.source.kind
    folder = root / config.source.path
    if kind == "auto":
        from sharekit.sources.detect import detect

        kind = detect(folder)
    if kind not in SOURCES:
        raise ConfigError(f'source.kind = "{kind}" cannot be read yet.', path=FILE_NAME, hint=f"Known: {', '.join(SOURCES)}")
    settings = config.source
    if settings.url is None and config.site.url is not None:
        settings = msgspec.structs.replace(settings, url=config.site.url)
    return cast("Source", _class(SOURCES[kind])(folder, settings=settings, now=now))


def open_channel(name: str, config: Config, *, environment: Mapping[str, str], root: Path) -> Channel:
    """The channel of ``[channels.NAME]``. Raises ConfigError for an unknown one, a wrong table or a missing secret.

    Its kind is its name, unless the table says ``kind``. Where no channel is configured at all, what would have gone out
    is written to files.
    """
    table = dict(config.channels.get(name, {}))
    kind = table.pop("kind", name if config.channels else "files")
    if kind == "files":
        table.setdefault("like", name)
    place = _place(CHANNELS, kind, f"channels.{name}")
    settings = _table_settings(table, place, root, prefix=f"channels.{name}")
    return cast("Channel", _class(place)(settings, environment=environment, root=root))


def open_mailer(name: str, config: Config, *, environment: Mapping[str, str], root: Path, site: Site) -> Mailer:
    """The mailer of ``[mailers.NAME]``, by its kind as with :func:`open_channel`. Raises ConfigError like it."""
    table = dict(config.mailers.get(name, {}))
    place = _place(MAILERS, table.pop("kind", name), f"mailers.{name}")
    settings = _table_settings(table, place, root, prefix=f"mailers.{name}")
    made = _class(place)(settings, environment=environment, root=root, site=site, issue=config.issue)
    return cast("Mailer", made)


def open_readers(config: Config, *, environment: Mapping[str, str], root: Path) -> Engine:
    """The database of one's own subscribers: SHAREKIT_SUBSCRIBERS_URL, else ``database`` in the SMTP mailer's table."""
    from sharekit.list import DEFAULT_URL, URL_VARIABLE, open_database

    tables = [table for name, table in config.mailers.items() if table.get("kind", name) == "smtp"]
    named = [str(table["database"]) for table in tables if "database" in table]
    return open_database(environment.get(URL_VARIABLE) or next(iter(named), DEFAULT_URL), root=root)


def open_ledger(root: Path, config: Config, *, environment: Mapping[str, str]) -> Ledger:
    """The ledger: the database at ``SHAREKIT_LEDGER_URL`` or ``[ledger] url``, else a branch of the repository of ``root``.

    Raises NoLedger where there is neither.
    """
    url = environment.get("SHAREKIT_LEDGER_URL") or config.ledger.url
    if url:
        return cast("Ledger", _class("sharekit.ledgers.sql:SqlLedger")(url, root=root, state=_state_folder(environment)))
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        raise NoLedger(
            "there is no place to remember what went out: the blog is in no git repository",
            path=FILE_NAME,
            hint='Run git init, or keep it in a database: [ledger] url = "sqlite:///ledger.sqlite"',
        )
    settings = config.ledger
    made = _class("sharekit.ledgers.git:GitLedger")(root, branch=settings.branch, remote=settings.remote)
    return cast("Ledger", made)


def look_at_ledger(root: Path, config: Config, *, environment: Mapping[str, str]) -> Iterable[LedgerEntry]:
    """What the ledger holds now, for those who only look. Raises what :func:`open_ledger` and reading it raise."""
    url = environment.get("SHAREKIT_LEDGER_URL") or config.ledger.url
    if url:
        from sharekit.ledgers.look import look

        known = look(url, root=root, state=_state_folder(environment))
        if known is not None:
            return known
    return open_ledger(root, config, environment=environment).entries()


def _state_folder(environment: Mapping[str, str]) -> Path | None:
    """Where programs of this user keep what they remember (XDG Base Directory); None without a home."""
    home = environment.get("HOME")
    given = environment.get("XDG_STATE_HOME") or (f"{home}/.local/state" if home else None)
    return Path(given) / "sharekit" if given else None


def _place(known: Mapping[str, str], kind: object, table: str) -> str:
    if kind not in known:
        near = difflib.get_close_matches(str(kind), known, n=1)
        hint = f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(known)}"
        raise ConfigError(f'[{table}]: the kind "{kind}" is not known.', path=FILE_NAME, hint=hint)
    return known[str(kind)]


def _table_settings(table: dict[str, Any], place: str, root: Path, *, prefix: str) -> Settings:
    module = importlib.import_module(place.partition(":")[0])
    path = root / FILE_NAME
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    return cast("Settings", convert(table, module.Settings, text=text, path=FILE_NAME, prefix=prefix))


def _class(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
