"""A sender that is asked to end: every answer is written down, and the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mailing_list import KEY, add_subscribers, open_smtp, states, whole_issue
from servers.smtp import SmtpServer

SENDER = Path(__file__).with_name("smtp_sender.py")


@pytest.mark.slow
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_and_goes_on(tmp_path: Path, asked: signal.Signals) -> None:
    with SmtpServer(keep=False, delay=0.01) as server:
        mailer = open_smtp(server.port, tmp_path)
        addresses = add_subscribers(mailer, 600)
        child = subprocess.Popen([sys.executable, str(SENDER), str(tmp_path), str(server.port), "hold"])
        while sum(server.accepted.values()) < 50:
            assert child.poll() is None
            time.sleep(0.01)
        os.kill(child.pid, asked)
        assert child.wait(30) == 0
        there = states(mailer)
        assert set(there) == {"sent", "queued"}
        assert there["sent"] == sum(server.accepted.values())
        mailer.send(whole_issue(), KEY)
        assert server.accepted == dict.fromkeys(addresses, 1)
