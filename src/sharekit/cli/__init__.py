"""The command line: a file for each verb or group of verbs; each parses, calls the pipeline, reports and exits."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sharekit.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the code of the design (see :mod:`sharekit.errors`)."""
    given = [*(sys.argv[1:] if arguments is None else arguments)]
    if given == ["--version"]:
        # Asked for by scripts at every start; the command line's own imports would take most of the time.
        sys.stdout.write(f"sharekit {__version__}\n")
        return
    from sharekit.cli.app import run

    run(given)
