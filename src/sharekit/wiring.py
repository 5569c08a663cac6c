"""Config → ports. The only file that knows every adapter; each is imported when it is used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, cast

import msgspec

from sharekit.config import FILE_NAME, Config, read_config
from sharekit.counting import counter
from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sharekit.ports import Source

# A kind of source, and its class in its module.
SOURCES = {
    "hugo": "sharekit.sources.hugo:HugoSource",
    "markdown": "sharekit.sources.markdown:MarkdownSource",
    "html": "sharekit.sources.html:HtmlSource",
    "wordpress": "sharekit.sources.wordpress:WordPressSource",
}
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
    for name in config.channels:
        counter(name)
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


def _class(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
