"""What a server's reply means: for this recipient, for the letter, or for the sender (RFC 5321 §4.2, RFC 3463 §3).

One's own relay answers for everybody. "No such user" is about the recipient; "daily limit reached", "not authorised" and
"try again later" are about us, whoever the letter was for. Where the enhanced status code leaves it open, the next answers
tell: a recipient is refused for good only when the server took a later letter, and what is said to several in a row is
about us.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sharekit.errors import ChannelPaused, DeliveryError, Refused, Unavailable
from sharekit.list.queue import Recipient, SendResult

if TYPE_CHECKING:
    from datetime import datetime

    from sharekit.list.connection import Reply
    from sharekit.list.mailing import Policy

# Who a refusal is about: the recipient, the letter, our account (a person has to act), or the server as it is now.
About = Literal["recipient", "letter", "account", "server"]

PAGE = "sharekit help smtp#refusals"
FIRST_PAUSE, LONGEST_PAUSE = 300.0, 4 * 3600.0
# With these pauses about two days, which is what mail servers themselves give a message (RFC 5321 §4.5.4.1: 4 to 5).
MOST_ATTEMPTS = 18
AGAIN = 60.0
# So many in a row, with no letter taken in between, are not about the recipients: for good, later, and without a clear word.
MOST_GONE, MOST_LATER, MOST_UNCLEAR = 25, 5, 3
STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})\b")
# "No such mailbox", "moved without a new address", "takes no mail" (RFC 7505), "disabled": nothing will ever arrive there.
GONE = ("1.1", "1.3", "1.6", "1.10", "2.1")
# "Bad sender's address" (X.1.7, X.1.8), "authentication" and "encryption required" (RFC 4954 §6, RFC 3463 X.7.8 ff.).
OURS = ("1.7", "1.8", "7.8", "7.9", "7.11")
LOGIN_CODES = (530, 534, 535, 538)
# A reply may repeat the recipient's address; the database keeps addresses in one place only.
ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>,;]+>?")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a refusal means: ``result`` is the recipient's if it is about them; ``about``, if ``most`` in a row say so."""

    result: SendResult
    about: About
    most: int


def judge(recipient: Recipient, reply: Reply, now: float) -> Verdict:
    """The meaning of a refusal of one recipient's letter or envelope."""
    said = words(reply)
    about, most = classify(reply)
    if about != "server":
        gone = _status(reply) in GONE
        return Verdict(SendResult(recipient, "failed", reply.code, said, suppress=gone), about, most)
    if most == 1:
        return Verdict(SendResult(recipient, "queued", reply.code, said), about, most)
    if recipient.attempts + 1 >= MOST_ATTEMPTS:
        given_up = f"given up after {MOST_ATTEMPTS} attempts: {said}"
        return Verdict(SendResult(recipient, "failed", reply.code, given_up), about, most)
    pause = min(FIRST_PAUSE * 2**recipient.attempts, LONGEST_PAUSE)
    return Verdict(SendResult(recipient, "queued", reply.code, said, next_at=now + pause), about, most)


def classify(reply: Reply) -> tuple[About, int]:
    """What a refusal is about, and how many in a row it takes to be sure of that."""
    status, code, permanent = _status(reply), reply.code, reply.code >= 500
    subject = status.partition(".")[0]
    if code in LOGIN_CODES or status in OURS:
        return "account" if permanent else "server", 1
    if status == "3.4":
        return "letter", 1
    # "Mail system full", "not accepting", "congestion": a quota that is used up is among them (X.4.5).
    if status in ("3.1", "3.2", "4.5") or code in (421, 454) or (code == 452 and subject in ("", "0")):
        return "server", 1
    if not permanent:
        return "server", MOST_GONE if subject in ("1", "2") else MOST_LATER
    if subject in ("1", "2") or status == "6.7":
        return "recipient", MOST_GONE
    if subject == "6":
        return "letter", MOST_UNCLEAR
    return "account", MOST_UNCLEAR


def words(reply: Reply) -> str:
    """What a server said, in one line and without addresses."""
    return ADDRESS.sub("…", " ".join(reply.text.split()))


def unanswered(recipient: Recipient, why: str, policy: Policy, now: float) -> SendResult:
    """The result of an attempt whose letter left, and whose answer never came: it may have arrived."""
    said = f"{why} after the letter left: it may have arrived"
    if policy == "resend":
        return SendResult(recipient, "queued", None, said, next_at=now + AGAIN, doubt=True)
    return SendResult(recipient, "held", None, said, doubt=True)


def impossible(recipient: Recipient, why: str) -> SendResult:
    """The result for a recipient who cannot be sent to at all."""
    return SendResult(recipient, "failed", None, why)


def refusal(about: About, host: str, said: str, *, at: datetime) -> DeliveryError:
    """The error of a server that takes no more letters from us; ``at`` is now, because the next run may try again."""
    if about == "server":
        return Unavailable(f"{host} takes no more mail now: {said}", retry_at=at)
    if about == "letter":
        hint = "That is about the letter. Change it, then release the key: sharekit ledger settle KEY --release"
        return Refused(f"{host} refuses the letter: {said}", hint=hint)
    return ChannelPaused(
        f"{host} refuses mail from this account: {said}",
        hint="It is about the account, the sender (from in [issue], sender in [mailers.smtp]) or its domain's SPF and DKIM: "
        f"{PAGE}. Whoever has no letter yet gets it when the server takes mail again.",
    )


def _status(reply: Reply) -> str:
    """Subject and detail of the enhanced status code, ``1.1`` of ``5.1.1``; empty where there is none that fits the code."""
    found = STATUS.match(reply.text)
    return f"{found[2]}.{found[3]}" if found and found[1] == str(reply.code)[0] else ""
