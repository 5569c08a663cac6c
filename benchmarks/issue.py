"""How long an issue of ten articles takes, beside one bare call of premailer on the same HTML, in one run.

    python benchmarks/issue.py [--threads]

With ``--threads`` 200 issues are made in 8 threads and compared with the same issues made one after the other.
"""

from __future__ import annotations

import logging
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from letters import context, issue, post, ten
from sharekit.issue.inline import inline
from sharekit.issue.render import draw, render

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7


def main() -> None:
    """Print medians and their ratios."""
    import cssutils
    from premailer import transform
    from premailer.cache import cache

    cssutils.log.setLevel(logging.CRITICAL)
    letter, how = ten()
    drawn, _ = draw(letter, how)

    def bare() -> None:
        cache.clear()
        transform(drawn, allow_network=False)

    jobs: dict[str, Callable[[], object]] = {
        "premailer alone": bare,
        "inline": lambda: inline(drawn),
        "draw and inline": lambda: inline(draw(letter, how)[0]),
        "render, with the text": lambda: render(letter, how),
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _round in range(ROUNDS):
        for name, job in jobs.items():
            start = time.process_time()
            job()
            times[name].append((time.process_time() - start) * 1000)
    base = statistics.median(times["premailer alone"])
    print(f"{len(drawn) // 1024} KB drawn, {len(inline(drawn)) // 1024} KB inlined; medians of {ROUNDS} rounds, CPU time")
    for name, found in times.items():
        median = statistics.median(found)
        print(f"{name:24} {median:7.0f} ms  {median / base:5.2f} ×")


def threads(count: int = 200, workers: int = 8) -> None:
    """Compare issues made in threads with those made alone."""
    letters = [
        (issue([post(n % 7 + 1), post(n % 5 + 8)], subject=f"Lettre {n}"), context(colour=f"#{n % 256:02x}4080"))
        for n in range(count)
    ]
    alone = [render(letter, how)[0].html for letter, how in letters]
    with ThreadPoolExecutor(workers) as pool:
        together = list(pool.map(lambda each: render(*each)[0].html, letters))
    differing = sum(one != other for one, other in zip(alone, together, strict=True))
    print(f"{count} issues in {workers} threads: {differing} differ")


if __name__ == "__main__":
    threads() if "--threads" in sys.argv else main()
