"""A look at a ledger in an SQLite file without the library that writes it: that takes longer to import than all the rest."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sharekit.ledgers.rows import entry_of
from sharekit.ledgers.seen import Mark

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.ports import LedgerEntry

# What SQLAlchemy reads as the same path: nothing escaped, no parameters.
PLAIN = re.compile(r"sqlite:///([\w./ -]+)")
EVERYTHING = "SELECT * FROM sharekit_ledger ORDER BY key"
LATEST = "SELECT max(max(claimed_at), coalesce(max(settled_at), '')) FROM sharekit_ledger"


def look(url: str, *, root: Path, state: Path | None) -> list[LedgerEntry] | None:
    """Every entry, in order of key; None where only :class:`sharekit.ledgers.sql.SqlLedger` can tell.

    Raises LedgerError when the file is older than the mark in ``state`` says.
    """
    named = PLAIN.fullmatch(url)
    if named is None:
        return None
    file = root / named[1]
    mark = Mark(state, str(file.resolve())) if state else None
    if not file.exists():
        if mark:
            mark.check("")
        return []
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            latest = connection.execute(LATEST).fetchone()[0] or ""
            entries = [entry_of(row) for row in connection.execute(EVERYTHING)]
    except sqlite3.Error:
        return None
    if mark:
        mark.check(latest)
    return entries
