"""How far a mailing is: a bar on a terminal, a line now and then elsewhere, events as JSON."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Seconds between two plain lines, and between two events.
LINE, EVENT = 10.0, 1.0


class Progress(Protocol):
    """What a mailer tells of its way."""

    total: int

    @property
    def done(self) -> int: ...
    @property
    def rate(self) -> float: ...
    @property
    def counts(self) -> dict[str, int]: ...


@runtime_checkable
class Watchable(Protocol):
    """A mailer that tells how far it is."""

    watch: Callable[[Progress], None]


@contextmanager
def watched(mailer: object, form: str, *, quiet: bool) -> Iterator[None]:
    """Show the progress of a mailer that tells it, while the block runs."""
    if not isinstance(mailer, Watchable) or (quiet and form != "json"):
        yield
    elif form == "json":
        mailer.watch = _at_most_every(EVENT, _event)
        yield
    elif sys.stderr.isatty():
        with _bar(mailer):
            yield
    else:
        mailer.watch = _at_most_every(LINE, _line)
        yield


@contextmanager
def _bar(mailer: Watchable) -> Iterator[None]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}/s"), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rate=0)

        def show(progress: Progress) -> None:
            bar.update(task, total=progress.total, completed=progress.done, rate=f"{progress.rate:.0f}")

        mailer.watch = show
        yield


def _at_most_every(seconds: float, show: Callable[[Progress], None]) -> Callable[[Progress], None]:
    last = [time.monotonic(), -1.0]

    def watch(progress: Progress) -> None:
        now = time.monotonic()
        ended = progress.done >= progress.total
        if progress.done != last[1] and (now - last[0] >= seconds or ended):
            last[:] = [now, progress.done]
            show(progress)

    return watch


def _line(progress: Progress) -> None:
    left = (progress.total - progress.done) / progress.rate if progress.rate else 0
    click.echo(f"{progress.done} of {progress.total}, {progress.rate:.0f}/s, about {left:.0f} s left", err=True)


def _event(progress: Progress) -> None:
    told = {"event": "progress", "done": progress.done, "total": progress.total, "rate": round(progress.rate, 1)}
    click.echo(json.dumps(told | dict(progress.counts)))
