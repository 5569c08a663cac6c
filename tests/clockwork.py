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


def _opened(session: Session, *given: Any, now: datetime | None = None, **named: Any) -> None:
    _open(session, *given, now=now or MOMENT, **named)


if __name__ == "__main__":
    MOMENT = datetime.fromisoformat(sys.argv.pop(1))
    Session.__init__ = _opened  # type: ignore[assignment, method-assign]  # the clock of every verb
    main()
