"""``python -m rehearsal.many FIRST LAST`` from the tests folder: the months of many seeds, and what came of them."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from rehearsal.month import month
from rehearsal.story import networks, stages


def main(first: int, last: int) -> int:
    """Play seeds ``first`` to ``last``; the exit code is the number of seeds that broke the promise, at most 1."""
    states: Counter[str] = Counter()
    events: Counter[str] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as scratch, networks() as (mastodon, linkedin):
        folder = Path(scratch)
        (folder / "story").mkdir()
        story = stages(folder / "story", mastodon=mastodon.url, linkedin=linkedin.url)
        for seed in range(first, last + 1):
            (folder / str(seed)).mkdir()
            reported = month(story, folder / str(seed), seed, mastodon, linkedin)
            states.update(reported.states.values())
            events += reported.events
            events["posts"] += sum(map(len, reported.posts.values()))
            found = [f"seed {seed}: {each}" for each in reported.wrong()]
            wrong += found
            print(seed, dict(Counter(reported.states.values())), *found, flush=True)
    print(f"seeds {first} to {last}: {dict(states)}; {dict(events)}; wrong: {len(wrong)}")
    return min(len(wrong), 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
