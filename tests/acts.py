"""Acts and plans for tests that only look at them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sharekit.model import Act, Card, Image, LedgerEntry, Outcome, Share
from sharekit.planning import Plan

if TYPE_CHECKING:
    from sharekit.model import Part, Receipt, State

MOMENT = datetime(2026, 5, 21, 6, 30, tzinfo=UTC)


def share_act(
    channel: str = "x",
    state: State = "due",
    *,
    at: datetime = MOMENT,
    post: str = "a",
    text: str = "Bonjour",
    title: str = "Un titre",
    url: str = "https://blog.example/a/",
    part: Part | None = None,
    **given: Any,
) -> Act:
    """The act of one share; ``given`` are other fields of it."""
    card = Card(url=url, title=title, image=Image(url="https://blog.example/a.jpg", alt="Une image"))
    share = Share(post_id=post, channel=channel, slot="launch", text=text, language="fr", card=card, created=at, part=part)
    act = Act(
        key=share.key,
        kind="share",
        target=channel,
        slot="launch",
        title=title,
        planned=at,
        at=at,
        published=at,
        content=share,
        source=f"shares/{post}.md",
        section=channel,
        state=state,
        part=part,
    )
    return replace(act, **given)


def delivered(receipt: Receipt, **given: Any) -> Act:
    """An act that is out, with what the network answered."""
    act = share_act(state="delivered", **given)
    outcome = Outcome(state="delivered", at=act.at, receipt=receipt)
    entry = LedgerEntry(key=act.key, state="delivered", claimed_at=act.at, run="run", nonce="n", outcome=outcome)
    return replace(act, entry=entry)


def plan_of(*acts: Act, **given: Any) -> Plan:
    """A plan that holds these acts."""
    return replace(Plan(acts=acts, since=MOMENT, now=MOMENT), **given)
