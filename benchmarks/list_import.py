"""How fast subscribers are imported, as ratios within one run; never asserted in tests.

``python benchmarks/list_import.py [LINES]``   a file of LINES, sorted and in no order, against ``sqlite3 .import`` of the
same file into a table whose addresses are unique. Each command runs in a process of its own, and starts with no database.
Seconds by the clock and of CPU, the command's own start of about half a second included: of the default of 200,000 lines
it is a larger part than of a million, which is what counts (``list_import.py 1000000``, three minutes).
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
HEAD = "email,first_name,created_at"


def write(file: Path, lines: int, *, ordered: bool) -> None:
    """A file as services export it."""
    numbers = list(range(lines))
    if not ordered:
        random.Random(7).shuffle(numbers)
    rows = (f"reader{number:08}@host{number % 7}.example,Zoé {number % 1000},2024-01-02 03:04:05" for number in numbers)
    file.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")


def sqlite(file: Path, folder: Path) -> None:
    """What the shell of SQLite does."""
    table = "CREATE TABLE t (email TEXT NOT NULL UNIQUE, first_name TEXT, created_at TEXT);"
    commands = f"{table}\n.import --csv --skip 1 {file} t\n"
    subprocess.run(["sqlite3", str(folder / "list.sqlite")], input=commands, text=True, check=True)


def sharekit(file: Path, folder: Path) -> None:
    """What ``sharekit subscribers import`` does."""
    command = [sys.executable, "-m", "sharekit", "subscribers", "import", str(file), "--consent", "form"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)


def took(run: Callable[[Path, Path], None], file: Path, scratch: Path) -> tuple[float, float]:
    """Seconds of a command, by the clock and of CPU."""
    folder = Path(tempfile.mkdtemp(dir=scratch))
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run(file, folder)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    shutil.rmtree(folder)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(lines: int) -> None:
    """Print seconds of both, and their ratio."""
    with tempfile.TemporaryDirectory() as scratch:
        for ordered in (True, False):
            file = Path(scratch) / "list.csv"
            write(file, lines, ordered=ordered)
            theirs, ours = [], []
            for _ in range(ROUNDS):
                theirs.append(took(sqlite, file, Path(scratch)))
                ours.append(took(sharekit, file, Path(scratch)))
            print(f"{lines} lines {'sorted' if ordered else 'in no order'}")
            for name, place in (("clock", 0), ("CPU", 1)):
                pairs = [(one[place], other[place]) for one, other in zip(theirs, ours, strict=True)]
                ratio = statistics.median(other / one for one, other in pairs)
                shown = ", ".join(f"{one:.1f} and {other:.1f} s" for one, other in pairs)
                print(f"  {name}: sqlite3 and sharekit {shown}; median {ratio:.2f} ×", flush=True)


if __name__ == "__main__":
    if not shutil.which("sqlite3"):
        print("skipped: it needs sqlite3: apt-get install sqlite3")
        sys.exit()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
