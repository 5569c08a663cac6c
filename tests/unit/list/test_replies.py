"""Who a refusal is about (RFC 3463 §3), and what becomes of a recipient."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sharekit.errors import ChannelPaused, DeliveryError, Refused, Unavailable
from sharekit.list.connection import MOST_GONE, MOST_LATER, MOST_UNCLEAR, Reply, classify, refusal
from sharekit.list.queue import Recipient
from sharekit.list.sender import FIRST_PAUSE, LONGEST_PAUSE, MOST_ATTEMPTS, judge, unanswered

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ONE = Recipient(1, "zoe@blog.example", 0)


def reply(line: str) -> Reply:
    return Reply(int(line[:3]), line[4:])


@pytest.mark.parametrize(
    ("line", "about", "most"),
    [
        ("550 5.1.1 no such user", "recipient", MOST_GONE),
        ("556 5.1.10 the domain takes no mail", "recipient", MOST_GONE),
        ("550 5.2.1 mailbox disabled", "recipient", MOST_GONE),
        ("552 5.2.2 mailbox full", "recipient", MOST_GONE),
        ("553 5.6.7 no accents here", "recipient", MOST_GONE),
        ("452 4.2.2 mailbox full", "server", MOST_GONE),
        ("550 5.4.5 daily user sending limit exceeded", "server", 1),
        ("452 4.3.1 mail system full", "server", 1),
        ("552 5.3.1 mail system full", "server", 1),
        ("450 4.3.2 system not accepting messages", "server", 1),
        ("452 insufficient storage", "server", 1),
        ("454 4.7.0 temporary authentication failure", "server", 1),
        ("421 4.7.0 too many messages", "server", 1),
        ("451 4.7.1 slow down", "server", MOST_LATER),
        ("450 come back", "server", MOST_LATER),
        ("451 4.3.0 lookup failed", "server", MOST_LATER),
        ("552 5.3.4 message too big", "letter", 1),
        ("554 5.6.0 malformed", "letter", MOST_UNCLEAR),
        ("530 5.7.0 authentication required", "account", 1),
        ("535 5.7.8 credentials invalid", "account", 1),
        ("550 5.1.8 sender's domain does not exist", "account", 1),
        ("550 5.7.1 relaying denied", "account", MOST_UNCLEAR),
        ("550 5.7.26 no DMARC", "account", MOST_UNCLEAR),
        ("554 no", "account", MOST_UNCLEAR),
        # The status code contradicts the reply code, so it says nothing.
        ("550 2.1.5 fine", "account", MOST_UNCLEAR),
    ],
)
def test_a_refusal_is_about_the_recipient_or_about_us(line: str, about: str, most: int) -> None:
    assert classify(reply(line)) == (about, most)


@pytest.mark.parametrize(
    ("line", "state", "suppressed"),
    [
        ("550 5.1.1 no such user", "failed", True),
        ("556 5.1.10 takes no mail", "failed", True),
        ("550 5.1.2 no such host", "failed", False),
        ("552 5.2.2 mailbox full", "failed", False),
        ("550 5.7.1 not from you", "failed", False),
        ("550 5.4.5 limit exceeded", "queued", False),
        ("451 4.7.1 slow down", "queued", False),
    ],
)
def test_only_a_mailbox_that_is_gone_is_suppressed(line: str, state: str, suppressed: bool) -> None:
    result = judge(ONE, reply(line), 0.0).result
    assert (result.state, result.suppress) == (state, suppressed)


def test_a_quota_costs_the_recipient_no_pause() -> None:
    assert judge(ONE, reply("550 5.4.5 limit exceeded"), 1000.0).result.next_at == 0
    assert judge(ONE, reply("451 4.7.1 slow down"), 1000.0).result.next_at == 1000 + FIRST_PAUSE


def test_pauses_grow_and_end() -> None:
    later = reply("451 4.7.1 later, zoe@blog.example")
    pauses = [judge(Recipient(1, "a@b.example", n), later, 0.0).result.next_at for n in range(MOST_ATTEMPTS - 1)]
    assert pauses[0] == FIRST_PAUSE
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    last = judge(Recipient(1, "a@b.example", MOST_ATTEMPTS - 1), later, 0.0).result
    assert last.state == "failed"
    assert "@" not in last.said


def test_no_answer_is_held_or_sent_again_and_always_a_doubt() -> None:
    held, again = unanswered(ONE, "reset", "hold", 0.0), unanswered(ONE, "reset", "resend", 0.0)
    assert (held.state, again.state) == ("held", "queued")
    assert held.doubt
    assert again.doubt


@pytest.mark.parametrize(("about", "kind"), [("server", Unavailable), ("letter", Refused), ("account", ChannelPaused)])
def test_what_stops_a_run_says_who_has_to_act(about: Any, kind: type[DeliveryError]) -> None:
    error = refusal(about, "relay.example", "550 no", at=NOW)
    assert type(error) is kind
    assert "relay.example" in str(error)
    assert "550 no" in str(error)
    # Whatever says "later" without a moment is asked again by the next run.
    assert not isinstance(error, Unavailable) or error.retry_at == NOW
