"""One, two and four workers on PostgreSQL, as ratios within one run; never asserted in tests.

``python benchmarks/smtp_workers.py URL [READERS]``, with the URL of an empty database; the mail goes to smtp-sink.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from smtp import sink  # noqa: E402

from faults.smtp_worker import main as worker  # noqa: E402 - after the path is set
from mailing_list import add_subscribers, open_smtp, states, whole_issue  # noqa: E402


def run(url: str, readers: int, count: int, number: int) -> float:
    """Readers in a second, from the hand-over until nobody waits; workers start before."""
    key = f"issue/{number}/smtp"
    with sink() as port, tempfile.TemporaryDirectory() as root:
        mailer = open_smtp(port, Path(root), url, workers=True)
        add_subscribers(mailer, readers)
        context = multiprocessing.get_context("spawn")
        running = [context.Process(target=worker, args=(root, port, "hold", url, 5)) for _ in range(count)]
        for each in running:
            each.start()
        time.sleep(8)
        try:
            began = time.perf_counter()
            mailer.send(whole_issue(), key)
            while states(mailer, key) != {"sent": readers}:
                time.sleep(0.1)
            return readers / (time.perf_counter() - began)
        finally:
            for each in running:
                each.kill()
                each.join()
            mailer.engine.dispose()


def main(url: str, readers: int) -> None:
    """Print the rate of each, and its ratio to one worker."""
    rates: dict[int, float] = {}
    for number, count in enumerate((1, 2, 4)):
        rates[count] = run(url, readers, count, number)
        print(f"{count} workers: {rates[count]:.0f}/s, {rates[count] / rates[1]:.2f} ×", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
