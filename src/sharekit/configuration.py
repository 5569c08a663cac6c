"""Loads ``sharekit.toml``, and reports all its errors with file, line, value and what was probably meant."""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from sharekit.config import (
    FILE_NAME,
    Config,
    read_sender,
    required_keys,
    schema_of,
    struct_in,
    toml_value,
    type_words,
)
from sharekit.errors import ConfigError, ConfigErrors, did_you_mean
from sharekit.model import Finding
from sharekit.registry import adapter_of, channel_names, counter_for, declared, imported, kind_named, kinds, table_kind
from sharekit.schedule.calendar import Calendar, Quiet, moments, offset, parse_quiet, parse_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sharekit.config import Settings
    from sharekit.registry import Port

# Far from every date that a person would call quiet, and from the end of the calendar.
FAR = datetime(2500, 1, 1, tzinfo=UTC)
SPAN, SPAN_HINT = "is not a span of time", 'Write it as in "30m", "36h", "7d" or "2w".'
WINDOW = "is not a window in which anything can go out"
# Google Analytics, "URL builders: Collect campaign data with custom URLs".
UTM = ("source", "medium", "campaign", "id", "term", "content", "source_platform", "creative_format", "marketing_tactic")
PLACEHOLDERS = ("channel", "slot")
RESERVED = ("SHAREKIT_LEDGER_URL", "SHAREKIT_SUBSCRIBERS_URL")
# A name becomes part of a ledger key and of a heading in a draft: ``## NAME @ SLOT``.
NAME = re.compile(r"[\w.-]+")
NAME_HINT = "Letters, digits, hyphens, dots and underscores."
UTC_ZONE = ZoneInfo("UTC")
# The schema of what a table of texts holds.
TEXT = {"type": "string"}
Place = tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """What a value has to be besides its type: ``parse`` raises ConfigError, ValueError or OverflowError for any other.

    ``*`` in the place stands for each key of a table. ``kind`` is the type that ``parse`` takes, a list being one of texts.
    """

    place: Place
    parse: Callable[[Any], object]
    reason: str
    hint: str | None = None
    kind: type = str


@dataclass(frozen=True, kw_only=True)
class Document:
    """A configuration file as it is written. A place in it is the path of keys: ``("shares", "late")``."""

    path: str
    text: str
    table: Mapping[str, Any]

    def value(self, *place: str) -> Any:
        """What is at a place; None where nothing is."""
        node: Any = self.table
        for key in place:
            if isinstance(node, list):
                node = node[int(key)] if key.isdecimal() and int(key) < len(node) else None
            else:
                node = node.get(key) if isinstance(node, dict) else None
        return node

    def checked(self, rule: Rule) -> Iterator[ConfigError]:
        """What a rule says of the values at its place, where they are of the type that it is for."""
        place = rule.place
        if "*" in place:
            at = place.index("*")
            table = self.value(*place[:at])
            for name in table if isinstance(table, dict) else ():
                yield from self.checked(replace(rule, place=(*place[:at], name, *place[at + 1 :])))
            return
        value: Any = self.value(*place)
        if type(value) is not rule.kind or (isinstance(value, list) and not all(isinstance(each, str) for each in value)):
            return  # it has its error already
        try:
            rule.parse(value)
        except ConfigError as error:
            yield self.problem(place, rule.reason, hint=rule.hint or error.hint)
        except OverflowError:
            yield self.problem(place, f"{rule.reason}: it is out of range", hint=rule.hint)
        except ValueError:
            yield self.problem(place, rule.reason, hint=rule.hint)

    def problem(self, place: Place, reason: str, *, hint: str | None = None) -> ConfigError:
        """An error about the value at a place: ``[shares] late = "3 days" …reason``."""
        value = self.value(*place)
        table = f"[{_name(place[:-1])}] " if len(place) > 1 else ""
        # What stands between a colon and an @ may be a password, also in what is no URL for a slip.
        shown = re.sub(r':[^\s"]*@', ":…@", toml_value(value))
        return self.error(place, f"{table}{place[-1]} = {shown} {reason}", hint=hint)

    def error(self, place: Place, message: str, *, hint: str | None = None) -> ConfigError:
        """An error with the line of a place."""
        return ConfigError(message, path=self.path, line=line_of(self.text, place), hint=hint)

    def problems(self, table: Mapping[str, Any], into: type[Settings], place: Place = ()) -> Iterator[ConfigError]:
        """Everything in a table that its Settings do not take."""
        fields = {field.encode_name: field for field in msgspec.structs.fields(into)}
        known = [key for key in fields if key != "grace"]
        wrong = [self._unknown(key, known, place) for key in table if key not in fields]
        wrong += [
            self.error(place, f"[{_name(place)}] has no {key}, which is required")
            for key, field in fields.items()
            if field.required and key not in table
        ]
        for key in fields.keys() & table.keys():
            wrong += self._wrong(table[key], fields[key].type, (*place, key))
        if not wrong:
            try:
                msgspec.convert(dict(table), into)
            except msgspec.ValidationError as error:
                wrong.append(self.error(_blamed(str(error), table, place), f"[{_name(place)}] {error}"))
        yield from wrong

    def _unknown(self, key: str, known: Iterable[str], place: Place) -> ConfigError:
        where = f" in [{_name(place)}]" if place else ""
        otherwise = f"Known here: {', '.join(sorted(known))}"
        return self.error((*place, key), f'unknown key "{key}"{where}.', hint=did_you_mean(key, known, otherwise))

    def _wrong(self, value: Any, kind: Any, place: Place) -> Iterator[ConfigError]:
        inner, name = struct_in(kind), _name(place)
        many = inner is not None and schema_of(kind).get("type") == "array"
        if inner and many and isinstance(value, list) and all(isinstance(each, dict) for each in value):
            for number, each in enumerate(value):
                yield from self.problems(each, inner, (*place, str(number)))
        elif inner and many:
            yield self.error(place, f"{name} is not a list of tables", hint=f"Begin each with: [[{name}]]")
        elif inner and isinstance(value, dict):
            yield from self.problems(value, inner, place)
        elif inner:
            yield self.error(place, f"{name} is not a table", hint=f"Begin it with: [{name}]")
        else:
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError:
                yield from self._mistyped(value, schema_of(kind), place)

    def _mistyped(self, value: Any, schema: Mapping[str, Any], place: Place) -> Iterator[ConfigError]:
        inner = schema.get("additionalProperties")
        if isinstance(value, dict) and isinstance(inner, dict):
            for key, each in value.items():
                yield from self._mistyped(each, inner, (*place, key))
        elif schema != TEXT or not isinstance(value, str):
            options = schema.get("enum", ())
            hint = did_you_mean(value, options) if options and isinstance(value, str) else _example(place[-1], schema)
            yield self.problem(place, f"is not {type_words(schema)}", hint=hint)


def read_config(path: Path) -> Config:
    """Read a configuration file. Raises ConfigError with everything that is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            "there is no such file", path=str(path), hint="Name another with --config, or run: sharekit init"
        ) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", path=str(path)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError("is not UTF-8", path=_shown(path), line=line, hint="Save it as UTF-8.") from error
    shown = _shown(path)
    document = Document(path=shown, text=text, table=_parsed(text, shown))
    found = [*document.problems(document.table, Config), *problems(document)]
    if found:
        found.sort(key=lambda each: each.line or 0)
        raise found[0] if len(found) == 1 else ConfigErrors(found)
    return msgspec.convert(document.table, Config)


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _parsed(text: str, path: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found.group(1)) if found else None
        # A line with another slip may hold a secret.
        shown = f"{text.splitlines()[line - 1].strip()}: " if line and str(error).startswith("Invalid date") else ""
        raise ConfigError(f"is not valid TOML: {shown}{error}", path=path, line=line) from error
    except RecursionError as error:
        raise ConfigError("is nested too deeply", path=path, hint="No setting needs more than three levels.") from error
    if isinstance(table.get("since"), date):
        table["since"] = table["since"].isoformat()
    shares = table.get("shares")
    if isinstance(shares, dict) and isinstance(shares.get("quiet"), list):
        # A date needs no quotes in TOML.
        shares["quiet"] = [each.isoformat() if type(each) is date else each for each in shares["quiet"]]
    return table


def line_of(text: str, place: Place) -> int | None:
    """The 1-based line of a place, by a scan of the lines: its own, else its table's, else the first table's below it."""
    current: Place = ()
    tables: dict[str, int] = {}
    best: tuple[int, int] = (0, 0)
    below = None
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]", line)
        key = re.match(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""", line)
        if header:
            current = _keys(header[2])
            if header[1] == "[[":
                tables[header[2]] = tables.get(header[2], -1) + 1
                current = (*current, str(tables[header[2]]))
            found = current
        elif key:
            found = (*current, *_keys(key[1]))
        else:
            continue
        # A header of a deeper table belongs to it alone; a line with the key of a table holds all of it.
        if found == place[: len(found)] and len(found) > best[0]:
            best = (len(found), number)
        elif below is None and found[: len(place)] == place:
            below = number
    return best[1] or below


def _keys(text: str) -> Place:
    return tuple(each.strip("\"'") for each in re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", text))


def _name(place: Place) -> str:
    return ".".join(key for key in place if not key.isdecimal())


def _blamed(message: str, table: Mapping[str, Any], place: Place) -> Place:
    """The key of the table that a message of its own names first."""
    key = next((key for key in table if message.startswith(f"{key} ")), None)
    return (*place, key) if key else place


def _example(key: str, schema: Mapping[str, Any]) -> str | None:
    examples = schema.get("examples")
    return f"Write it as in: {key} = {toml_value(examples[0])}" if examples else None


# --- what the types do not say -------------------------------------------------------------------------------------


def load_config(root: Path, given: Path | None) -> Config:
    """The configuration that was named, else the blog's ``sharekit.toml``, else the defaults.

    Raises ConfigError with everything that is wrong in it, each with file, line and what was meant.
    """
    path = given or root / FILE_NAME
    if given is None and not os.path.lexists(path):
        return Config()
    config = read_config(path)
    # The keys of a TOML table have no order: the first slot is the earliest one.
    after = moments(FAR, config.shares.slots, UTC_ZONE)
    slots = {name: config.shares.slots[name] for name in sorted(after, key=after.__getitem__)}
    shares = msgspec.structs.replace(config.shares, slots=slots)
    mailer = config.issue.mailer
    issue = msgspec.structs.replace(
        config.issue, mailer=mailer if mailer in config.mailers else kind_named("mailers", mailer)
    )
    return msgspec.structs.replace(config, issue=issue, shares=shares)


def unset_settings(config: Config, text: str) -> Iterator[Finding]:
    """Warnings of what a channel or the mailer cannot send without: ``init`` leaves it for later. ``text`` is the file's."""
    mailer = config.issue.mailer
    tables: list[tuple[Port, str, Mapping[str, Any]]] = [
        *(("channels", name, config.channels[name]) for name in channel_names(config)),
        ("mailers", mailer, config.mailers.get(mailer, {})),
    ]
    for port, name, table in tables:
        for key, hint in required_keys(adapter_of(port, name, table).Settings).items():
            if not table.get(key):
                message = f"[{port}.{name}] has no {key}, so nothing can be sent with it"
                line = line_of(text, (port, name))
                yield Finding("warn", "unset", message, path=FILE_NAME, line=line, hint=hint)
    if not config.issue.from_ and table_kind("mailers", mailer, tables[-1][2]) != "files":
        message, hint = "[issue] has no from, so no issue can be sent", 'from = "Name <letter@blog.example>"'
        yield Finding("warn", "unset", message, path=FILE_NAME, line=line_of(text, ("issue",)), hint=hint)


def problems(document: Document) -> Iterator[ConfigError]:
    """Everything that is wrong in a configuration file, apart from the types of its own keys."""
    yield from _adapters(document)
    yield from _names(document)
    yield from _windows(document)
    for rule in RULES:
        yield from document.checked(rule)


def _adapters(document: Document) -> Iterator[ConfigError]:
    variables: Counter[str] = Counter()
    ports: tuple[Port, ...] = ("channels", "mailers")
    for port in ports:
        tables = document.value(port)
        for name, table in tables.items() if isinstance(tables, dict) else ():
            if not NAME.fullmatch(name):
                yield document.error((port, name), f'"{name}" cannot name a {port.removesuffix("s")}', hint=NAME_HINT)
            if isinstance(table, dict):
                yield from _table(document, port, name, table, variables)
    if document.value("issue", "mailer") not in [*(document.value("mailers") or ())]:
        yield from document.checked(Rule(("issue", "mailer"), partial(kind_named, "mailers"), "is not known"))
    if document.value("source", "kind") != "auto":
        yield from document.checked(Rule(("source", "kind"), partial(kind_named, "sources"), "is not known"))


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


def _names(document: Document) -> Iterator[ConfigError]:
    """The keys of the tables in which a person names networks and parameters."""
    channels = document.value("channels")
    own = tuple(channels) if isinstance(channels, dict) else ()
    handles = document.value("shares", "handles")
    for author, table in handles.items() if isinstance(handles, dict) else ():
        for name in table if isinstance(table, dict) else ():
            if name not in (known := (*own, *kinds("channels"))):
                hint = did_you_mean(name, known)
                yield document.error(
                    ("shares", "handles", author, name), f'unknown channel "{name}" in [shares.handles]', hint=hint
                )
    parameters = document.value("shares", "utm")
    for name, value in parameters.items() if isinstance(parameters, dict) else ():
        if name.removeprefix("utm_") not in UTM:
            message = f'unknown parameter "{name}" in [shares.utm]'
            yield document.error(("shares", "utm", name), message, hint=did_you_mean(name, UTM))
        for filled in re.findall(r"\{(\w*)\}", str(value)):
            if filled not in PLACEHOLDERS:
                message = f'unknown placeholder "{{{filled}}}" in [shares.utm]'
                yield document.error(("shares", "utm", name), message, hint=did_you_mean(filled, PLACEHOLDERS))


def _windows(document: Document) -> Iterator[ConfigError]:
    """The slots' names, and the windows with the quiet days, which together may leave no time at all."""
    slots = document.value("shares", "slots")
    for name in slots if isinstance(slots, dict) else ():
        if not NAME.fullmatch(name):
            yield document.error(("shares", "slots", name), f'"{name}" cannot name a slot', hint=NAME_HINT)
    quiet: list[Quiet] = [()]
    days = Rule(("shares", "quiet"), lambda days: quiet.append(parse_quiet(days)), "has an invalid day", kind=list)
    yield from document.checked(days)

    def opens(text: str) -> None:
        Calendar(windows=parse_windows(text, setting="windows"), quiet=quiet[-1], zone=UTC_ZONE).next_from(FAR)

    yield from document.checked(Rule(("channels", "*", "windows"), opens, WINDOW))
    if document.value("shares", "windows") is not None:
        yield from document.checked(Rule(("shares", "windows"), opens, WINDOW))
    elif quiet[-1]:
        yield from document.checked(replace(days, parse=lambda _: opens(""), reason="leaves no day"))


def _by(place: str) -> Callable[[Any], object]:
    """A parser, imported where there is something to parse."""
    return lambda value: imported(place)(value)


FEED_NAME = _by("sharekit.feeds.document:feed_name")
RULES = (
    Rule(("since",), lambda text: Config(since=text).since_moment(UTC_ZONE), "is not a date"),
    Rule(("timezone",), lambda name: Config(timezone=name).zone(), "is not known"),
    Rule(("feed", "name"), FEED_NAME, "cannot name a file"),
    Rule(("issue", "archive"), FEED_NAME, "is not a folder below output", 'Write it as in: archive = "newsletter"'),
    Rule(("issue", "from"), read_sender, "is not an address", 'Write it as in: from = "The blog <letter@blog.example>"'),
    Rule(("issue", "reply_to"), read_sender, "is not an address", 'Write it as in: reply_to = "letter@blog.example"'),
    Rule(("issue", "list_id"), _by("sharekit.issue.mime:list_id"), "is not the name of a list (RFC 2919)"),
    Rule(("issue", "when"), _by("sharekit.issue.calendar:read_calendar"), "is not understood"),
    Rule(("issue", "clients"), _by("sharekit.issue.lint:chosen"), "has an unknown name", kind=list),
    *(Rule(("shares", key), offset, SPAN, SPAN_HINT) for key in ("late", "spacing", "grace")),
    Rule(("shares", "slots", "*"), lambda span: moments(FAR, {"": span}, UTC_ZONE), SPAN),
)
