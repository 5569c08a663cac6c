"""Names in the configuration → adapters: the built-in ones, and those that other packages register.

An adapter declares itself in its class: ``kind``, ``label``, ``Settings`` (its table), ``SECRETS`` and, for a channel,
``counter`` and ``pictures``. Another package registers one as ``module:Class`` under an entry point of the group
``sharekit.channels``, ``sharekit.mailers`` or ``sharekit.sources``. Each is imported when it is used.
"""

from __future__ import annotations

import functools
import importlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

import msgspec

from sharekit.config import FILE_NAME
from sharekit.counting import Outlet
from sharekit.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from sharekit.config import ChannelSettings, Config, Settings
    from sharekit.counting import Counter
    from sharekit.model import Site
    from sharekit.ports import Channel, Credential, Ledger, Mailer, PictureRules, Source

Port = Literal["channels", "mailers", "sources"]
BUILT_IN: Mapping[Port, Mapping[str, str]] = {
    "channels": {
        "x": "sharekit.channels.x:XChannel",
        "mastodon": "sharekit.channels.mastodon:MastodonChannel",
        "bluesky": "sharekit.channels.bluesky:BlueskyChannel",
        "linkedin": "sharekit.channels.linkedin:LinkedInChannel",
        "facebook": "sharekit.channels.facebook:FacebookChannel",
        "threads": "sharekit.channels.threads:ThreadsChannel",
        "chat": "sharekit.channels.chat:ChatChannel",
        "files": "sharekit.channels.files:FilesChannel",
    },
    "mailers": {
        "mailchimp": "sharekit.mailers.mailchimp:MailchimpMailer",
        "buttondown": "sharekit.mailers.buttondown:ButtondownMailer",
        "listmonk": "sharekit.mailers.listmonk:ListmonkMailer",
        "brevo": "sharekit.mailers.brevo:BrevoMailer",
        "smtp": "sharekit.mailers.smtp:SmtpMailer",
        "files": "sharekit.mailers.files:FilesMailer",
    },
    "sources": {
        "hugo": "sharekit.sources.hugo:HugoSource",
        "markdown": "sharekit.sources.markdown:MarkdownSource",
        "html": "sharekit.sources.html:HtmlSource",
        "wordpress": "sharekit.sources.wordpress:WordPressSource",
        "feed": "sharekit.sources.feed:FeedSource",
    },
}


class Declared(Protocol):
    """What the class of a channel or a mailer says of itself.

    Optional are ``aliases``, other names of the kind, and ``price``, what its provider asks money for, or gives to those
    alone who pay.
    """

    kind: str
    label: str
    Settings: type[Settings]
    SECRETS: tuple[Credential, ...]


class DeclaredChannel(Declared, Protocol):
    """What a channel's class says besides: how it counts, and what it takes as a picture; None where it takes none."""

    counter: Counter
    pictures: PictureRules | None


class NoLedger(ConfigError):
    """There is no repository and no database to remember in what went out."""


def kinds(port: Port) -> tuple[str, ...]:
    return (*BUILT_IN[port], *sorted(registered(port).keys() - BUILT_IN[port].keys()))


def kind_named(port: Port, text: str) -> str:
    """The kind that a person means: ``X`` and ``twitter`` are ``x``. Raises ConfigError naming the nearest one."""
    if text in BUILT_IN[port]:
        return text
    name = re.sub(r"[\W_]+", "", text.casefold())
    known = {re.sub(r"[\W_]+", "", each.casefold()): each for each in kinds(port)}
    if name in known:
        return known[name]
    others: dict[str, str] = {}
    if port != "sources":
        others = {alias: each for each in kinds(port) for alias in getattr(declared(port, each), "aliases", ())}
        if name in others:
            return others[name]
    hint = did_you_mean(name, (*kinds(port), *others), f"Known: {', '.join(kinds(port))}")
    raise ConfigError(f'the {port.removesuffix("s")} "{text}" is not known', hint=hint)


def declared(port: Port, kind: str) -> Declared:
    """The class of a known kind (see :func:`kind_named`). Raises ConfigError where it cannot be imported."""
    return cast("Declared", imported(BUILT_IN[port].get(kind) or registered(port)[kind]))


def adapter_of(port: Port, name: str, table: Mapping[str, Any]) -> Declared:
    """The class of the table ``[PORT.NAME]``. Raises ConfigError for one of no known kind."""
    return declared(port, table_kind(port, name, table))


def table_kind(port: Port, name: str, table: Mapping[str, Any]) -> str:
    """The kind of the table ``[PORT.NAME]``: its ``kind``, else its name. Raises ConfigError for one that is not known."""
    try:
        return kind_named(port, str(table.get("kind", name)))
    except ConfigError as error:
        message, hint = f"[{port}.{name}]: {error.message}", error.hint or ""
        if "kind" in table:
            message = f'[{port}.{name}]: kind = "{table["kind"]}" is not known'
        else:
            example = 'kind = "mastodon" (or another network)' if port == "channels" else 'kind = "smtp" (or another mailer)'
            hint = f"{hint}{'' if hint.endswith('?') else '.'} Add {example} to a table with a name of your own."
        raise ConfigError(message, path=FILE_NAME, hint=hint) from error


def prices(channels: Mapping[str, Mapping[str, Any]], mailers: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """What the providers of these tables ask money for, each once."""
    adapters = [adapter_of("channels", *each) for each in channels.items()]
    adapters += [adapter_of("mailers", *each) for each in mailers.items()]
    return tuple(dict.fromkeys(filter(None, (getattr(each, "price", "") for each in adapters))))


def kind_of(port: Port, name: str, config: Config) -> str:
    """The kind of a configured channel or mailer. Raises ConfigError for one that is not known."""
    return table_kind(port, name, (config.channels if port == "channels" else config.mailers).get(name, {}))


def counter_for(name: str, table: Mapping[str, Any]) -> tuple[str, Counter]:
    """The kind that a channel's texts are written for, and how they are counted, with the table's own ``limit``.

    The kind is another than the channel's own where its table may say ``like``, as that of ``files`` may.
    """
    kind = table_kind("channels", name, table)
    channel = cast("DeclaredChannel", declared("channels", kind))
    if "like" in channel.Settings.__struct_fields__:
        like = table.get("like") or (name if name in BUILT_IN["channels"] else kind)
        try:
            kind = kind_named("channels", str(like))
        except ConfigError as error:
            raise ConfigError(f'channels.{name}.like = "{like}" is not known', path=FILE_NAME, hint=error.hint) from error
        channel = cast("DeclaredChannel", declared("channels", kind))
    limit = table.get("limit")
    return kind, replace(channel.counter, limit=limit) if isinstance(limit, int) and limit > 0 else channel.counter


def credentials(port: Port, name: str, table: Mapping[str, Any]) -> dict[str, Credential]:
    """The environment variables that the account of a table needs, and what each must allow."""
    kind = table_kind(port, name, table)
    secrets = declared(port, kind).SECRETS
    return {str(table.get("variable") or each.variable_of(kind, name)): each for each in secrets}


def tables_of(port: Port, kind: str, config: Config) -> dict[str, Mapping[str, Any]]:
    """The tables of a kind, by the names of their accounts. Raises ConfigError for a table of no known kind."""
    tables = config.channels if port == "channels" else config.mailers
    return {name: table for name, table in tables.items() if table_kind(port, name, table) == kind}


def outlet(name: str, table: Mapping[str, Any]) -> Outlet:
    """The channel of the table ``[channels.NAME]``. Raises ConfigError for one that is not known."""
    like, counter = counter_for(name, table)
    label = declared("channels", like).label if name == like else name
    settings = cast("ChannelSettings", settings_of("channels", name, table))
    threaded = settings.thread != "none"
    return Outlet(name=name, like=like, counter=counter, handle=settings.handle or "", label=label, threaded=threaded)


def channel_names(config: Config) -> tuple[str, ...]:
    """The channels to draft for, in the order of the configuration; none where :func:`no_shares` says why."""
    return () if no_shares(config) else tuple(config.channels)


def no_shares(config: Config) -> str | None:
    """Why no shares are drafted or sent, in a line; None where they are."""
    if not config.shares.enabled:
        return "[shares] enabled = false"
    if not config.shares.slots:
        return "[shares] slots is empty"
    if not config.channels:
        return "no channel is configured; add one to sharekit.toml, such as [channels.mastodon]"
    return None


def open_source(root: Path, config: Config, *, now: datetime | None = None) -> Source:
    """The source of the blog in ``root``: the configured kind, else what the folder looks like."""
    kind = config.source.kind
    folder = root / config.source.path
    if kind == "auto":
        from sharekit.sources import detect

        kind = detect(folder)
    settings = config.source
    if settings.url is None and config.site.url is not None:
        settings = msgspec.structs.replace(settings, url=config.site.url)
    made: Any = declared("sources", kind_named("sources", kind))
    return cast("Source", made(folder, settings=settings, now=now))


def open_channel(name: str, config: Config, *, environment: Mapping[str, str], root: Path) -> Channel:
    """The channel of ``[channels.NAME]``. Raises ConfigError for an unknown one, a wrong table or a missing secret."""
    if name not in config.channels:
        hint = f"Add [channels.{name}] to it; sharekit init shows how."
        raise ConfigError(f"there is no channel {name} in the configuration", path=FILE_NAME, hint=hint)
    return cast("Channel", _opened("channels", name, config.channels[name], environment=environment, root=root))


def open_mailer(name: str, config: Config, *, environment: Mapping[str, str], root: Path, site: Site) -> Mailer:
    """The mailer of ``[mailers.NAME]``, by its kind as with :func:`open_channel`. Raises ConfigError like it."""
    table = config.mailers.get(name, {})
    made = _opened("mailers", name, table, environment=environment, root=root, site=site, issue=config.issue)
    return cast("Mailer", made)


def open_ledger(root: Path, config: Config, *, environment: Mapping[str, str]) -> Ledger:
    """The ledger: the database at ``SHAREKIT_LEDGER_URL`` or ``[ledger] url``, else a branch of the repository of ``root``.

    Raises NoLedger where there is neither, and ConfigError for a URL that is none.
    """
    settings = config.ledger
    url = environment.get("SHAREKIT_LEDGER_URL") or settings.url
    if url:
        from sharekit.ledgers.sql import SqlLedger

        setting = "SHAREKIT_LEDGER_URL"
        if url == settings.url:
            setting = f"{FILE_NAME}: [ledger] url"
            if ":" in url.partition("://")[2].rpartition("@")[0] or "password=" in url:
                raise ConfigError(f"{setting} holds a password", hint="Put the URL into the secret SHAREKIT_LEDGER_URL.")
        return SqlLedger(url, root=root, state=_state_folder(environment), setting=setting)
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        raise NoLedger(
            "there is no place to remember what went out: the blog is in no git repository",
            path=FILE_NAME,
            hint='Run git init, or keep it in a database: [ledger] url = "sqlite:///ledger.sqlite"',
        )
    from sharekit.ledgers.git import GitLedger

    return GitLedger(root, branch=settings.branch, remote=settings.remote)


def _state_folder(environment: Mapping[str, str]) -> Path | None:
    """Where programs of this user keep what they remember (XDG Base Directory); None without a home."""
    from pathlib import Path

    home = environment.get("HOME")
    given = environment.get("XDG_STATE_HOME") or (f"{home}/.local/state" if home else None)
    return Path(given) / "sharekit" if given else None


def _opened(port: Port, name: str, table: Mapping[str, Any], **world: Any) -> object:
    made: Any = adapter_of(port, name, table)
    if "like" in made.Settings.__struct_fields__:
        world["counter"] = counter_for(name, table)[1]
    return made(settings_of(port, name, table), name=name, **world)


def settings_of(port: Port, name: str, table: Mapping[str, Any]) -> Settings:
    """The table ``[PORT.NAME]`` as its adapter reads it. Raises ConfigError for what it does not take."""
    own = {key: value for key, value in table.items() if key != "kind"}
    try:
        return msgspec.convert(own, adapter_of(port, name, table).Settings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"[{port}.{name}]: {error}", path=FILE_NAME) from error


@functools.cache
def registered(port: Port) -> Mapping[str, str]:
    """The adapters of other packages: kind → ``module:Class``."""
    from importlib.metadata import entry_points

    return {entry.name: entry.value for entry in entry_points(group=f"sharekit.{port}")}


def imported(place: str) -> Any:
    """What ``module:name`` names. Raises ConfigError where that cannot be imported."""
    module, _, name = place.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{place} cannot be imported: {error}") from error
