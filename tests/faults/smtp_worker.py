"""One worker, as a process that tests kill and stop."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mailing_list import open_smtp
from sharekit.list.worker import Work, run


def main(root: str, port: int, policy: str, database: str, connections: int = 2) -> None:
    mailer = open_smtp(port, Path(root), database, policy=policy, connections=connections)
    mailer.pause = 0.05
    work = Work(engine=mailer.engine, deliver=mailer.deliver, policy=mailer.settings.policy)
    run(work, said=lambda _line: None, heartbeat=0.5, stalled=2, poll=0.5)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])
