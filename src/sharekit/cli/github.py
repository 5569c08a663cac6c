"""What a step of a workflow leaves for others: its outputs and its summary."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# GitHub drops a summary above 1 MiB, and a job's outputs above it in total.
MOST = 1 << 20
MOST_OUTPUT = 400_000


def tell_github(*, summary: str = "", outputs: Mapping[str, str] | None = None) -> None:
    """Append to the step's summary and outputs; does nothing outside of a workflow.

    A summary that is too long is cut and says so; an output that is too long is empty, as half a JSON is none.

    See https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """
    told = {name: value if len(value.encode()) <= MOST_OUTPUT else "" for name, value in (outputs or {}).items()}
    if summary:
        told["summary"] = _within(summary, MOST_OUTPUT)
    place = os.environ.get("GITHUB_OUTPUT")
    if place and told:
        _append(Path(place), "".join(_output(name, value) for name, value in told.items()))
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if place and summary:
        # A blank line ends a block of HTML; without it the next step's heading would be text.
        _append(Path(place), _within(summary, MOST - 1000) + "\n\n")


def _output(name: str, value: str) -> str:
    # A delimiter that nobody can guess: no title can end the value and begin an output of its own.
    mark = f"sharekit-{secrets.token_hex(16)}"
    return f"{name}<<{mark}\n{value}\n{mark}\n"


def _within(text: str, most: int) -> str:
    data = text.encode()
    if len(data) <= most:
        return text
    return data[:most].decode(errors="ignore").rpartition("\n")[0] + "\n\n… and more, which does not fit here."


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
