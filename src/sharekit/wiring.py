"""Config → ports. The only file that knows every adapter; each is imported when it is used."""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING, Any, cast

from sharekit.config import FILE_NAME, Config, Settings, convert, read_config
from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from sharekit.ports import Channel, Source

# A kind of source, and its class in its module.
SOURCES = {
    "hugo": "sharekit.sources.hugo:HugoSource",
    "markdown": "sharekit.sources.markdown:MarkdownSource",
    "html": "sharekit.sources.html:HtmlSource",
    "feed": "sharekit.sources.feed:FeedSource",
    "wordpress": "sharekit.sources.wordpress:WordpressSource",
}
# The name of a table [channels.NAME], and the class beside its Settings.
CHANNELS = {
    "x": "sharekit.channels.x:XChannel",
    "mastodon": "sharekit.channels.mastodon:MastodonChannel",
    "bluesky": "sharekit.channels.bluesky:BlueskyChannel",
    "linkedin": "sharekit.channels.linkedin:LinkedInChannel",
    "facebook": "sharekit.channels.facebook:FacebookChannel",
    "threads": "sharekit.channels.threads:ThreadsChannel",
    "chat": "sharekit.channels.chat:ChatChannel",
    "files": "sharekit.channels.files:FilesChannel",
}
# Drafted where the configuration names no channel of its own.
DEFAULT_CHANNELS = ("x", "mastodon", "bluesky", "linkedin", "facebook")


def load_config(root: Path, given: Path | None) -> Config:
    """The configuration that was named, else the blog's ``sharekit.toml``, else the defaults.

    The tables of the adapters are checked too. Raises ConfigError with file and line.
    """
    path = given or root / FILE_NAME
    if given is None and not path.is_file():
        return Config()
    config = read_config(path)
    text = path.read_text(encoding="utf-8-sig")
    for name, table in config.channels.items():
        convert(table, settings_of(name, CHANNELS, "channels"), text=text, path=str(path), prefix=f"channels.{name}")
    return config


def channel_names(config: Config) -> tuple[str, ...]:
    """The channels to draft for, in the order of the configuration."""
    return tuple(config.channels) or DEFAULT_CHANNELS


def open_channel(name: str, config: Config) -> Channel:
    """The adapter of a channel with its settings. Credentials are looked up only when it posts."""
    settings = convert(
        config.channels.get(name, {}),
        settings_of(name, CHANNELS, "channels"),
        text="",
        path=FILE_NAME,
        prefix=f"channels.{name}",
    )
    return cast("Channel", _class(CHANNELS[name])(settings))


def open_source(root: Path, config: Config, *, now: datetime | None = None) -> Source:
    """The source of the blog in ``root``: the configured kind, else what the folder looks like."""
    kind: str = config.source.kind
    folder = root / config.source.path
    if kind == "auto":
        from sharekit.sources.detect import detect

        kind = detect(folder)
    return cast("Source", _class(SOURCES[kind])(folder, settings=config.source, now=now))


def settings_of(name: str, adapters: Mapping[str, str], table: str) -> type[Settings]:
    """The Settings class beside an adapter. Raises ConfigError with the nearest known name."""
    if name not in adapters:
        near = difflib.get_close_matches(name, adapters, n=1)
        hint = f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(adapters)}"
        raise ConfigError(f'there is no [{table}.{name}] in sharekit; "{name}" is not known', path=FILE_NAME, hint=hint)
    module = importlib.import_module(adapters[name].partition(":")[0])
    return cast("type[Settings]", module.Settings)


def _class(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
