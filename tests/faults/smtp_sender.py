"""One sender of a mailing, as a process that a test kills: ``python smtp_sender.py ROOT PORT POLICY [DATABASE]``."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mailing_list import KEY, open_smtp, whole_issue
from sharekit.errors import Unavailable


def main(root: str, port: int, policy: str, database: str | None, connections: int = 4) -> None:
    mailer = open_smtp(port, Path(root), database, policy=policy, connections=connections)
    mailer.pause = 0.05
    with contextlib.suppress(Unavailable):
        mailer.send(whole_issue(), KEY)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else None)
