"""Subscribers as CSV: as sharekit and spreadsheets write it, and as mail services export it."""

from __future__ import annotations

import codecs
import csv
import functools
import io
import re
import tomllib
from dataclasses import dataclass
from operator import itemgetter
from pathlib import PurePath
from typing import TYPE_CHECKING, TextIO

from sharekit.errors import ConfigError
from sharekit.list.subscribers import STATES, Subscriber, SubscriberState
from sharekit.templating import shipped_templates
from sharekit.text.addresses import read_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

COLUMNS = ("address", "language", "tags", "state", "consent", "reason", "added_at")
EXPORTS = tomllib.loads((shipped_templates() / "list" / "exports.toml").read_text(encoding="utf-8"))


def _plain(name: str) -> str:
    """A column's name, whether its words have spaces, "_" or "-" between them."""
    return name.strip().lower().lstrip("\ufeff").replace("_", " ").replace("-", " ")


NAMES: dict[str, list[str]] = {ours: [*dict.fromkeys(map(_plain, theirs))] for ours, theirs in EXPORTS["columns"].items()}
STATE_NAMES: list[str] = [*map(_plain, EXPORTS["state_columns"])]
MEANS: dict[str, SubscriberState] = {word: state for state, words in EXPORTS["states"].items() for word in words}
LEFT: dict[str, tuple[SubscriberState, str]] = {
    _plain(each): (state, kind)
    for state, kinds in EXPORTS["leave"].items()
    for kind, names in kinds.items()
    for each in names
}
YES, NO, NOTHING = EXPORTS["yes"], EXPORTS["no"], EXPORTS["nothing"]
# A column that may tell of leaving, and that is not understood, must not be ignored: its file is not imported.
SUSPICIOUS, HARMLESS = ("|".join(EXPORTS[each]) for each in ("suspicious", "harmless"))
FILE_STATES: dict[str, SubscriberState] = EXPORTS["files"]
FILE_STATE = re.compile(rf"({'|'.join(FILE_STATES)})(?:_|-|\.|$)")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
# "Deutsch" names no language to a mail client (RFC 5646, 2.1).
TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
# A cell that begins so is a formula to a spreadsheet (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Wrong:
    """A line that was left out, and why."""

    line: int
    why: str


def decoded(data: bytes) -> TextIO:
    """The text of a file in UTF-8, in UTF-16, or else in Windows-1252, as older spreadsheets write it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in data[:2]:  # without its mark: a Latin letter has one byte of nothing
        encoding = "utf-16-be" if data[0] == 0 else "utf-16-le"
    else:
        try:
            data.decode()
            encoding = "utf-8-sig"
        except UnicodeDecodeError:
            encoding = "cp1252"
    return io.TextIOWrapper(io.BytesIO(data), encoding, errors="replace", newline="")


def read_subscribers(file: TextIO, wrong: list[Wrong], *, consent: str = "", name: str = "") -> Iterator[Subscriber]:
    """The subscribers of a CSV file, line by line; ``wrong`` gets the lines that are left out.

    ``consent`` is theirs where the file tells none, ``name`` the file's own. Columns are set apart by commas (RFC 4180),
    semicolons or tabs. Raises ConfigError when there is no column of addresses, or one that may tell who left and is not
    understood.
    """
    try:
        before, head, said = 0, "\n", None
        while head.isspace() or (said is None and (said := re.fullmatch(r'"?sep=(.)"?\s*', head))):  # Excel's own first line
            before, head = before + 1, file.readline()
        # The sign that makes a column of addresses, and most columns.
        signs = said[1] if said else ",;\t|"
        read = {sign: [*map(_plain, next(csv.reader([head], delimiter=sign), []))] for sign in signs}
        delimiter = max(read, key=lambda sign: (not {*read[sign]}.isdisjoint(NAMES["address"]), len(read[sign])))
        rows, fields = csv.reader(file, strict=True, delimiter=delimiter), read[delimiter]
        names = {name: place for place, name in enumerate(fields)}
        columns = {ours: names[each] for ours, theirs in NAMES.items() for each in reversed(theirs) if each in names}
        if "address" not in columns:
            raise ConfigError(
                f"the file has no column of addresses; it has: {', '.join(names) or 'nothing'}",
                hint=f"Its first line names the columns. Known names: {', '.join(NAMES['address'])}",
            )
        known = {*LEFT, *STATE_NAMES, *(each for theirs in NAMES.values() for each in theirs)}
        odd = [name for name in names if name not in known and re.search(SUSPICIOUS, name) and not re.match(HARMLESS, name)]
        if odd:
            raise ConfigError(
                f'the column "{odd[0]}" may tell who left, and is not known: nothing was imported',
                hint='Rename it to "state", with active or unsubscribed in each line; or delete it, if it does not.',
            )
        left = {names[each]: meaning for each, meaning in LEFT.items() if each in names}
        stated = [names[each] for each in STATE_NAMES if each in names]
        of_file = FILE_STATE.match(PurePath(name).name.lower())
        of_all: SubscriberState = FILE_STATES[of_file[1]] if of_file else "active"
        # Cells that a line leaves out are empty, and a column that is not there is the last one.
        empty = [""] * (len(fields) + 1)
        cells = itemgetter(*(columns.get(each, -1) for each in NAMES))
        line = before
        for row in rows:
            first, line = line + 1, rows.line_num + before
            if "'" in "".join(row):
                row[:] = map(_armed, row)
            row += empty
            try:
                state = _state(row, left, stated, of_all) if left or stated else of_all
                yield _subscriber(cells(row), state, consent)
            except ValueError as error:
                if any(map(str.strip, row)):
                    wrong.append(Wrong(first, str(error)))
    except csv.Error as error:
        raise ConfigError(f"the file cannot be read as CSV: {error}", hint="Nothing after that was read.") from error


def _subscriber(cells: Iterable[str], state: SubscriberState, consent: str) -> Subscriber:
    """The subscriber of a line's cells, in the order of NAMES. Raises ValueError for an address that cannot be mailed."""
    address, language, tags, own_consent, reason, added_at = cells
    if own_consent and (own_consent := own_consent.strip()) and own_consent.lower() in NO:
        state = max(state, "unsubscribed", key=STATES.index)
    if (address := address.strip()).endswith(">"):  # "Name <address>", as address books have it
        address = address.rpartition("<")[2][:-1]
    return Subscriber(
        address=read_address(address).text,
        language=tag[0] if language and (tag := TAG.fullmatch(language.strip())) else "",
        tags=_tags(tags) if tags else (),
        state=state,
        consent=own_consent or consent,
        reason=reason and reason.strip(),
        added_at=added_at.strip(),
    )


def _state(
    row: Sequence[str], left: Mapping[int, tuple[SubscriberState, str]], stated: Sequence[int], state: SubscriberState
) -> SubscriberState:
    """What all columns of a line say together: the one that is furthest from getting mail. Raises ValueError."""
    for place in stated:
        word = row[place].strip().lower()
        if word not in MEANS:
            raise ValueError(f'the state "{word}" is not known; known: {", ".join(STATES)}')
        state = max(state, MEANS[word], key=STATES.index)
    for place, (away, kind) in left.items():
        value = "" if (said := row[place].strip().lower()) in NOTHING else said
        if MOMENT.match(value):  # MailerLite writes into "Subscribed" and "Unsubscribed" when that was
            kind, value = ("moment", value) if kind == "yes" else (kind, "yes" if kind == "no" else value)
        if kind != "moment" and value not in YES + NO:
            raise ValueError(f'"{value}", which should tell whether they get mail, is neither yes nor no')
        if value and (kind == "moment" or value in (YES if kind == "yes" else NO)):
            state = max(state, away, key=STATES.index)
    return state


# Most lines of a file have the same ones.
@functools.lru_cache(maxsize=1000)
def _tags(text: str) -> tuple[str, ...]:
    return tuple(tag for each in text.split(",") if (tag := each.strip(' "')))


def write_subscribers(subscribers: Iterable[Subscriber], file: TextIO) -> None:
    """Write them as CSV (RFC 4180). Cells that a spreadsheet would run are disarmed."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for subscriber in subscribers:
        values = {name: getattr(subscriber, name) for name in COLUMNS} | {"tags": ",".join(subscriber.tags)}
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in values.values()])


def _armed(cell: str) -> str:
    """A cell's value, whether it was disarmed or not."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell
