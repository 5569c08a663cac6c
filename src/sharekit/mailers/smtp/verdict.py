"""What a server's reply to one message means for its reader (RFC 5321 §4.2.1, RFC 3463)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sharekit.mailers.smtp.journal import Result, Target

if TYPE_CHECKING:
    from sharekit.mailers.smtp.mailing import Policy
    from sharekit.mailers.smtp.wire import Reply

FIRST_PAUSE, LONGEST_PAUSE = 300.0, 4 * 3600.0
# With these pauses about two days, which is what mail servers themselves give a message (RFC 5321 §4.5.4.1: 4 to 5).
MOST_ATTEMPTS = 18
AGAIN = 60.0
# "No such mailbox", "moved without a new address", "mailbox disabled": nothing will ever arrive there.
GONE = re.compile(r"5\.(?:1\.(?:1|3|6|10)|2\.1)\b")
# A reply may repeat the reader's address; the ledger keeps addresses in one place only.
ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>,;]+>?")


def judge(target: Target, reply: Reply, now: float) -> Result:
    """The result of an attempt that was answered."""
    said = ADDRESS.sub("…", " ".join(reply.text.split()))
    if reply.ok:
        return Result(target.reader_id, "sent", reply.code, said)
    if reply.code >= 500:
        return Result(target.reader_id, "failed", reply.code, said, suppress=bool(GONE.match(said)))
    if target.attempts + 1 >= MOST_ATTEMPTS:
        return Result(target.reader_id, "failed", reply.code, f"given up after {MOST_ATTEMPTS} attempts: {said}")
    pause = min(FIRST_PAUSE * 2**target.attempts, LONGEST_PAUSE)
    return Result(target.reader_id, "queued", reply.code, said, next_at=now + pause)


def unanswered(target: Target, why: str, policy: Policy, now: float) -> Result:
    """The result of an attempt whose message left, and whose answer never came: it may have arrived."""
    said = f"{why} after the message left: it may have arrived"
    if policy == "resend":
        return Result(target.reader_id, "queued", None, said, next_at=now + AGAIN, doubt=True)
    return Result(target.reader_id, "held", None, said, doubt=True)


def impossible(target: Target, why: str) -> Result:
    """The result for a reader who cannot be sent to at all."""
    return Result(target.reader_id, "failed", None, why)
