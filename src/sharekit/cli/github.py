"""The outputs and the job summary of a step in a GitHub workflow."""

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


def write_github_files(*, summary: str = "", outputs: Mapping[str, str] | None = None) -> None:
    """Append to the step's summary and outputs; does nothing outside a workflow.

    A summary that is too long is cut and says so; an output that is too long is left empty.

    See https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """
    values = {name: value if len(value.encode()) <= MOST_OUTPUT else "" for name, value in (outputs or {}).items()}
    if summary:
        values["summary"] = _within(summary, MOST_OUTPUT)
    place = os.environ.get("GITHUB_OUTPUT")
    if place and values:
        _append(Path(place), "".join(_output(name, value) for name, value in values.items()))
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if place and summary:
        # A blank line ends a block of HTML; without it the next step's heading would be text.
        _append(Path(place), _within(summary, MOST - 1000) + "\n\n")


def _output(name: str, value: str) -> str:
    # A random delimiter: no title can end the value and start an output of its own.
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
