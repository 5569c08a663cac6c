"""Start-up: `sharekit --version` and `--help` against `python -c pass`, interleaved in one run."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 21
SCRIPT = str(Path(sys.executable).with_name("sharekit"))
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "sharekit --version": [SCRIPT, "--version"],
    "sharekit --help": [SCRIPT, "--help"],
}


def seconds(command: list[str]) -> float:
    """Wall time of one whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print the median of each command and its ratio to the bare interpreter."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    bare = statistics.median(times["python -c pass"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:20} {median * 1000:7.1f} ms  {median / bare:5.2f} x")


if __name__ == "__main__":
    main()
