"""Loads the configuration, and checks what the types of its keys do not: adapters and their tables, times, names."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from sharekit.config import FILE_NAME, Config, IssueSettings, read_config
from sharekit.errors import ConfigError, did_you_mean
from sharekit.registry import counter_for, declared, kind_named, kinds, table_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sharekit.config import Document
    from sharekit.registry import Port

# Far from every date that a person would call quiet, and from the end of the calendar.
FAR = datetime(2500, 1, 1, tzinfo=UTC)
SPAN, SPAN_HINT = "is not a span of time", 'Write it as in "30m", "36h", "7d" or "2w".'
WINDOW = "is not a window in which anything can go out"
# Google Analytics, "URL builders: Collect campaign data with custom URLs".
UTM = ("source", "medium", "campaign", "id", "term", "content", "source_platform", "creative_format", "marketing_tactic")
RESERVED = ("SHAREKIT_LEDGER_URL", "SHAREKIT_SUBSCRIBERS_URL")


def load_config(root: Path, given: Path | None) -> Config:
    """The configuration that was named, else the blog's ``sharekit.toml``, else the defaults.

    Raises ConfigError with everything that is wrong in it, each with file, line and what was meant.
    """
    path = given or root / FILE_NAME
    if given is None and not os.path.lexists(path):
        return Config()
    config = read_config(path, problems)
    if config.issue.mailer in config.mailers:
        return config
    issue = msgspec.structs.replace(config.issue, mailer=kind_named("mailers", config.issue.mailer))
    return msgspec.structs.replace(config, issue=issue)


def problems(document: Document) -> Iterator[ConfigError]:
    """Everything that is wrong in a configuration file, apart from the types of its own keys."""
    yield from _adapters(document)
    yield from _places(document)
    yield from _names(document)
    yield from _times(document)


def _adapters(document: Document) -> Iterator[ConfigError]:
    variables: Counter[str] = Counter()
    ports: tuple[Port, ...] = ("channels", "mailers")
    for port in ports:
        tables = document.value(port)
        for name, table in tables.items() if isinstance(tables, dict) else ():
            if isinstance(table, dict):
                yield from _table(document, port, name, table, variables)
    mailer = document.value("issue", "mailer")
    if isinstance(mailer, str) and mailer not in (document.value("mailers") or {}):
        yield from _tried(document, ("issue", "mailer"), lambda name: kind_named("mailers", name), "is not known")
    if document.value("source", "kind") != "auto":
        yield from _tried(document, ("source", "kind"), lambda name: kind_named("sources", name), "is not known")


def _table(
    document: Document, port: Port, name: str, table: dict[str, Any], variables: Counter[str]
) -> Iterator[ConfigError]:
    place = (port, name)
    try:
        kind = table_kind(port, name, table)
        adapter = declared(port, kind)
    except ConfigError as error:
        yield document.error((*place, "kind"), error.message, hint=error.hint)
        return
    own = {key: value for key, value in table.items() if key != "kind"}
    yield from document.problems(own, adapter.Settings, place)
    if port == "channels":
        try:
            counter_for(name, table)
        except ConfigError as error:
            yield document.error((*place, "like"), error.message, hint=error.hint)
    for each in adapter.SECRETS:
        needed = each.variable_of(kind, name)
        if needed == each.variable and name != kind:
            continue  # the same for all accounts of the kind
        others = declared(port, name).SECRETS if name != kind and name in kinds(port) else ()
        variables[needed] += 1
        if variables[needed] > 1 or needed in {*RESERVED, *(other.variable for other in others)}:
            message = f"[{port}.{name}] would read {needed}, which another account uses"
            yield document.error(place, message, hint="Give it another name.")


def _places(document: Document) -> Iterator[ConfigError]:
    """Addresses, files and databases."""
    from sharekit.feeds.addresses import feed_name
    from sharekit.mailers.base import sender_of

    for place in (("site", "url"), ("source", "url"), ("feed", "hub")):
        hint = f'Write it as in: {place[1]} = "https://blog.example"'
        yield from _tried(document, place, _web_address, "is not an address of the web", hint=hint)
    yield from _tried(document, ("feed", "name"), feed_name, "cannot name a file")
    hint = 'Write it as in: archive = "newsletter"'
    yield from _tried(document, ("issue", "archive"), feed_name, "is no folder below output", hint=hint)
    hint = 'Write it as in: from = "The blog <letter@blog.example>"'
    yield from _tried(
        document, ("issue", "from"), lambda text: sender_of(IssueSettings(from_=text)), "is not an address", hint=hint
    )
    hint = "Write it as sqlite:///FILE.sqlite or postgresql://user@host:port/database"
    yield from _tried(document, ("ledger", "url"), _database, "is not the URL of a database that can be used", hint=hint)
    hint = 'Write it as in: branch = "sharekit-ledger"'
    yield from _tried(document, ("ledger", "branch"), _branch, "is not the name of a branch", hint=hint)


def _web_address(text: str) -> None:
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError


def _database(url: str) -> None:
    if not re.match(r"(sqlite|postgres|postgresql)(\+\w+)?://", url):
        raise ValueError


def _branch(name: str) -> None:
    # What git-check-ref-format refuses.
    if re.search(r"[\s~^:?*\[\\\x00-\x1f\x7f]|\.\.|@\{|//|^[-/.]|[/.]$|\.lock$|^@$|^$", name):
        raise ValueError


def _names(document: Document) -> Iterator[ConfigError]:
    """The keys of the tables in which a person names networks and parameters."""
    channels = document.value("channels")
    known = (*(channels if isinstance(channels, dict) else ()), *kinds("channels"))
    handles = document.value("shares", "handles")
    for author, table in handles.items() if isinstance(handles, dict) else ():
        for name in table if isinstance(table, dict) else ():
            if name not in known:
                hint = did_you_mean(name, known)
                yield document.error(
                    ("shares", "handles", author, name), f'unknown channel "{name}" in [shares.handles]', hint=hint
                )
    parameters = document.value("shares", "utm")
    for name in parameters if isinstance(parameters, dict) else ():
        if name.removeprefix("utm_") not in UTM:
            message = f'unknown parameter "{name}" in [shares.utm]'
            yield document.error(("shares", "utm", name), message, hint=did_you_mean(name, UTM))


def _times(document: Document) -> Iterator[ConfigError]:
    from sharekit.issue.calendar import read_calendar
    from sharekit.issue.clients import chosen
    from sharekit.schedule.calendar import Calendar, moments, offset, parse_quiet, parse_windows

    utc = ZoneInfo("UTC")
    for key in ("late", "spacing", "grace"):
        yield from _tried(document, ("shares", key), offset, SPAN, hint=SPAN_HINT)
    slots = document.value("shares", "slots")
    for name in slots if isinstance(slots, dict) else ():
        yield from _tried(document, ("shares", "slots", name), lambda span: moments(FAR, {"": span}, utc), SPAN)
    wrong = list(_tried(document, ("shares", "quiet"), parse_quiet, "has an invalid day", list))
    yield from wrong
    days = document.value("shares", "quiet")
    quiet = parse_quiet(days) if isinstance(days, list) and not wrong else ()

    def opens(text: str) -> None:
        Calendar(windows=parse_windows(text, setting="windows"), quiet=quiet, zone=utc).next_from(FAR)

    channels = document.value("channels")
    for name in channels if isinstance(channels, dict) else ():
        yield from _tried(document, ("channels", name, "windows"), opens, WINDOW)
    if document.value("shares", "windows") is not None:
        yield from _tried(document, ("shares", "windows"), opens, WINDOW)
    else:
        yield from _tried(document, ("shares", "quiet"), lambda _: opens(""), "leaves no day", list)
    yield from _tried(document, ("issue", "when"), read_calendar, "is not understood")
    yield from _tried(document, ("issue", "clients"), chosen, "has an unknown name", list)
    yield from _tried(document, ("timezone",), lambda name: Config(timezone=name).zone(), "is not known")
    yield from _tried(document, ("since",), lambda text: Config(since=text).since_moment(utc), "is not a date")


def _tried(
    document: Document,
    place: tuple[str, ...],
    parse: Callable[[Any], object],
    reason: str,
    kind: type = str,
    *,
    hint: str | None = None,
) -> Iterator[ConfigError]:
    """What a parser says of a value, if it is of the type that the parser takes: the others have their error already."""
    value = document.value(*place)
    if not isinstance(value, kind) or (isinstance(value, list) and not all(isinstance(each, str) for each in value)):
        return
    try:
        parse(value)
    except ConfigError as error:
        yield document.problem(place, reason, hint=hint or error.hint)
    except OverflowError:
        yield document.problem(place, f"{reason}: it is out of range", hint=hint)
    except ValueError:
        yield document.problem(place, reason, hint=hint)
