"""The command at another moment: ``python -m clockwork MOMENT deliver …`` takes MOMENT (ISO 8601) for the time it is.

``deliver --now`` sends nothing under another date; a test on a network of its own may.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from sharekit.cli import main
from sharekit.session import Session

_open = Session.__init__


def set_clock(moment: str) -> None:
    """Every session of this process takes the moment for the time it is."""
    at = datetime.fromisoformat(moment)

    def opened(session: Session, *given: Any, now: datetime | None = None, **named: Any) -> None:
        _open(session, *given, now=now or at, **named)

    Session.__init__ = opened  # type: ignore[assignment, method-assign]  # the clock of every verb


if __name__ == "__main__":
    set_clock(sys.argv.pop(1))
    main()
