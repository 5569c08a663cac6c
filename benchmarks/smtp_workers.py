"""One, two and four workers on PostgreSQL, as ratios within one run; never asserted in tests.

``python benchmarks/smtp_workers.py [SUBSCRIBERS]`` starts a PostgreSQL cluster of its own; the mail goes to smtp-sink.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from smtp import sink, sink_program  # noqa: E402 - after the path is set, as the next three are

from faults.smtp_worker import main as worker  # noqa: E402 - after the path is set
from mailing_list import add_subscribers, open_smtp, states, whole_issue  # noqa: E402 - as above
from postgres import PROGRAMS, running  # noqa: E402 - as above


def run(url: str, subscribers: int, count: int, number: int) -> float:
    """Subscribers per second, from the hand-over until nobody waits; workers start before."""
    key = f"issue/{number}/smtp"
    with sink() as port, tempfile.TemporaryDirectory() as root:
        mailer = open_smtp(port, Path(root), url, workers=True)
        add_subscribers(mailer, subscribers)
        context = multiprocessing.get_context("spawn")
        workers = [context.Process(target=worker, args=(root, port, "hold", url, 5)) for _ in range(count)]
        for each in workers:
            each.start()
        time.sleep(8)
        try:
            began = time.perf_counter()
            mailer.send(whole_issue(), key)
            while states(mailer, key) != {"sent": subscribers}:
                time.sleep(0.1)
            return subscribers / (time.perf_counter() - began)
        finally:
            for each in workers:
                each.kill()
                each.join()
            mailer.engine.dispose()


def main(url: str, subscribers: int) -> None:
    """Print the rate of each, and its ratio to one worker."""
    rates: dict[int, float] = {}
    for number, count in enumerate((1, 2, 4)):
        rates[count] = run(url, subscribers, count, number)
        print(f"{count} workers: {rates[count]:.0f}/s, {rates[count] / rates[1]:.2f} ×", flush=True)


if __name__ == "__main__":
    if not PROGRAMS or not sink_program():
        print("skipped: it needs PostgreSQL and smtp-sink: apt-get install postgresql postfix")
        sys.exit()
    with running() as cluster:
        main(cluster.database(), int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
