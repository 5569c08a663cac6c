"""The progress of a mailing: a bar on a terminal, a line every ten seconds elsewhere, events with ``--format json``."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sharekit.list.sender import Progress

# Seconds between two plain lines, and between two events.
LINE, EVENT = 10.0, 1.0


@runtime_checkable
class Watchable(Protocol):
    """A mailer that reports its progress."""

    watch: Callable[[Progress], None]


@contextmanager
def watched(mailer: object, form: str, *, quiet: bool) -> Iterator[None]:
    """Show the progress of a mailer that reports it, while the block runs."""
    if not isinstance(mailer, Watchable) or (quiet and form != "json"):
        yield
    elif form != "json" and sys.stderr.isatty():
        with click.progressbar(length=0, file=sys.stderr, show_pos=True, item_show_func=lambda rate: rate) as bar:

            def show(progress: Progress) -> None:
                bar.length = progress.total
                bar.update(progress.done - bar.pos, f"{progress.rate:.0f}/s")

            mailer.watch = show
            yield
    else:
        mailer.watch = _at_most_every(*((EVENT, _event) if form == "json" else (LINE, _line)))
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
    event = {"event": "progress", "done": progress.done, "total": progress.total, "rate": round(progress.rate, 1)}
    click.echo(json.dumps(event | dict(progress.counts)))
