"""``sharekit.toml`` → a frozen, typed Config."""

from sharekit.config.reading import convert, line_of, read_config
from sharekit.config.settings import (
    FILE_NAME,
    ChannelSettings,
    Config,
    DeliverSettings,
    FeedSettings,
    Format,
    IssueSettings,
    LedgerSettings,
    SeriesSettings,
    Settings,
    SharesSettings,
    SiteSettings,
    SourceSettings,
    Thread,
    schema,
)

__all__ = [
    "FILE_NAME",
    "ChannelSettings",
    "Config",
    "DeliverSettings",
    "FeedSettings",
    "Format",
    "IssueSettings",
    "LedgerSettings",
    "SeriesSettings",
    "Settings",
    "SharesSettings",
    "SiteSettings",
    "SourceSettings",
    "Thread",
    "convert",
    "line_of",
    "read_config",
    "schema",
]
