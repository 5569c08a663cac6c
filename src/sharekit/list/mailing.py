"""A mailing: one letter, the audience frozen when it begins, and what came of it for each recipient.

::

    queued ── a batch is taken ─► claimed ── before the letter leaves ──► sending ──► sent
       ▲                            │                                       ├──────► failed   this address, for good
       ├────────────────────────────┘ the process died before it began      ├──────► queued   later
       │                                                                    └──────► held     nobody knows
       └── resend, or the policy ``resend``, from held                      skipped: unsubscribed since

A recipient whom the server refused for what may be the sender's fault is ``claimed`` until the next answers tell.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from sharekit.errors import Refused
from sharekit.list.database import LONGEST_WORDS, change, fetch, guard, transaction
from sharekit.list.subscribers import wanted
from sharekit.list.tables import DELIVERIES, MAILINGS, SENDERS, SUBSCRIBERS
from sharekit.process import is_running, own_name, place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

Policy = Literal["hold", "resend"]
# Seconds without a sign of life after which a sender on another machine counts as dead.
LEASE = 120.0
DIED = "the sender stopped halfway: it may have arrived"
STATES = ("queued", "claimed", "sending", "sent", "failed", "held", "skipped")
# Nothing more happens to these by itself.
FINAL = ("sent", "failed", "held", "skipped")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What everybody gets: the message, and the blog's URL and postal address, which fill its gaps for all."""

    message: bytes
    site: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Mailing(Letter):
    """One issue on its way. ``audience`` is a digest of who it goes to, ``content`` one of what they get."""

    id: int
    key: str
    recipients: int
    audience: str
    content: str
    began_at: str
    done_at: str | None

    @property
    def issue_id(self) -> str:
        """The issue's id, which its key holds: ``issue/<id>/<mailer>``."""
        return self.key.removeprefix("issue/").rpartition("/")[0]


def find_mailing(engine: sa.Engine, name: str | int | None) -> Mailing | None:
    """The mailing of a key, or of a number, as jobs name it; without either the last one. None where it is not there."""
    query = sa.select(*(column.label(column.key) for column in MAILINGS.c)).order_by(MAILINGS.c.id.desc()).limit(1)
    if name is not None:
        query = query.where((MAILINGS.c.id if isinstance(name, int) else MAILINGS.c.key) == name)
    return next((Mailing(**row._mapping) for row in fetch(engine, query)), None)  # noqa: SLF001 - its public name


def freeze(engine: sa.Engine, key: str, letter: Letter, *, tags: Collection[str], at: datetime) -> Mailing:
    """Begin a mailing: who is subscribed now is its audience for ever, in one transaction. Or the one that began already.

    While nobody has anything of it, a letter that was corrected takes the place of the first, and those who were refused
    are tried again. Raises Refused when there is no subscriber at all.
    """
    known = find_mailing(engine, key)
    if known is None:
        # Another sender may freeze it at the same moment, and be first: its audience is everybody's.
        with guard(engine), suppress(sa.exc.IntegrityError), engine.begin() as connection:
            _freeze(connection, key, letter, tags, at)
    elif not known.done_at:
        _correct(engine, known, letter)
    found = find_mailing(engine, key)
    assert found is not None  # noqa: S101 - nobody takes it away
    return found


def _freeze(connection: sa.Connection, key: str, letter: Letter, tags: Collection[str], at: datetime) -> None:
    new = {"key": key, "recipients": 0, "audience": "", "began_at": at.isoformat(timespec="seconds")}
    made = connection.execute(sa.insert(MAILINGS).values(**new, **_values(letter)).returning(MAILINGS.c.id))
    number, one = made.scalar_one(), DELIVERIES.c.subscriber_id
    audience = sa.select(sa.literal(number), SUBSCRIBERS.c.id).where(wanted(tags)).order_by(SUBSCRIBERS.c.id)
    connection.execute(sa.insert(DELIVERIES).from_select(["mailing_id", "subscriber_id"], audience))
    chosen = sa.select(one).where(DELIVERIES.c.mailing_id == number).order_by(one)
    digest, count = hashlib.sha256(), 0
    for rows in connection.execute(chosen, execution_options={"yield_per": 5000}).partitions():
        digest.update(b"".join(b"%d\n" % number for (number,) in rows))
        count += len(rows)
    if not count:
        raise Refused(
            "there is no subscriber to send to", hint="sharekit subscribers count; sharekit subscribers import FILE"
        )
    this = sa.update(MAILINGS).where(MAILINGS.c.id == number)
    connection.execute(this.values(recipients=count, audience=digest.hexdigest()))


def _values(letter: Letter) -> dict[str, object]:
    content = hashlib.sha256(letter.message).hexdigest()
    return {"content": content, "message": letter.message, "site": letter.site, "address": letter.address}


def _correct(engine: sa.Engine, known: Mailing, letter: Letter) -> None:
    """Take another letter for a mailing of which nobody has anything, and may have anything."""
    rows = DELIVERIES.c.mailing_id == known.id
    begun = sa.select(DELIVERIES.c.state).where(rows, DELIVERIES.c.state.in_(("claimed", "sending", "sent", "held")))
    with transaction(engine) as connection:
        if connection.execute(begun.limit(1)).first() is None:
            connection.execute(sa.update(MAILINGS).where(MAILINGS.c.id == known.id).values(**_values(letter)))
            again = sa.update(DELIVERIES).where(rows, DELIVERIES.c.state == "failed")
            connection.execute(again.values(state="queued", next_at=0.0))


def recover(engine: sa.Engine, mailing: Mailing, *, policy: Policy, within: tuple[int, int] | None = None) -> None:
    """Take back what dead senders left.

    ``within`` are recipients that belong to the caller alone: there, whoever else claimed them has lost them.
    """
    with transaction(engine) as connection:
        here = sa.and_(_rows(mailing, within), DELIVERIES.c.state.in_(("claimed", "sending")))
        owners = [str(name) for name in connection.execute(sa.select(DELIVERIES.c.owner).where(here).distinct()).scalars()]
        beating = set(connection.execute(sa.select(SENDERS.c.owner).where(SENDERS.c.beat > time.time() - LEASE)).scalars())
        now, running = _epoch(connection), {name: is_running(name.partition("|")[2]) for name in owners}
        # Of a process on another machine only its beat is known.
        dead = [name for name, alive in running.items() if within or not (name in beating if alive is None else alive)]
        for name in dead:
            left = sa.and_(here, DELIVERIES.c.owner == name)
            # What a process of this epoch wrote is all there, so what it only claimed it never began.
            if name.partition("|")[0] == now:
                back = sa.update(DELIVERIES).where(left, DELIVERIES.c.state == "claimed")
                connection.execute(back.values(state="queued", owner=None))
            # Of the others nobody knows: held for a person, or sent again and named.
            doubt = {"state": "queued" if policy == "resend" else "held", "said": DIED, "doubts": DELIVERIES.c.doubts + 1}
            connection.execute(sa.update(DELIVERIES).where(left).values(**doubt))
        if dead and not within:
            connection.execute(sa.delete(SENDERS).where(SENDERS.c.owner.in_(dead)))


def owner_now(connection: sa.Connection) -> str:
    """Who claims a recipient: ``<epoch>|<process>``.

    The epoch is the run of the machine (SQLite) or of the server (PostgreSQL) whose writes may be lost with it: what is
    committed without waiting for the disk survives the death of a process, and not the end of its epoch.
    """
    return f"{_epoch(connection)}|{own_name() or os.getpid()}"


def _epoch(connection: sa.Connection) -> str:
    if connection.dialect.name == "postgresql":
        return str(connection.exec_driver_sql("SELECT extract(epoch FROM pg_postmaster_start_time())").scalar_one())
    return (place() or "unknown").partition("-")[0]


def _rows(mailing: Mailing, within: tuple[int, int] | None = None) -> sa.ColumnElement[bool]:
    rows = DELIVERIES.c.mailing_id == mailing.id
    return sa.and_(rows, DELIVERIES.c.subscriber_id.between(*within)) if within else rows


def counts(engine: sa.Engine, mailing: Mailing) -> dict[str, int]:
    """How many recipients are in each state; all of them, together the audience."""
    query = sa.select(DELIVERIES.c.state, sa.func.count()).where(_rows(mailing))
    found = {str(state): int(count) for state, count in fetch(engine, query.group_by(DELIVERIES.c.state))}
    return {state: found.get(state, 0) for state in STATES}


def waiting(found: Mapping[str, int]) -> int:
    """How many of :func:`counts` have not come to an end."""
    return sum(found[state] for state in STATES if state not in FINAL)


def causes(engine: sa.Engine, mailing: Mailing) -> Sequence[sa.Row[Any]]:
    """Why recipients are where they are: state, code, said and how many; the most frequent reason first, but of "sent"."""
    table = DELIVERIES.c
    query = sa.select(table.state, table.code, table.said, sa.func.count().label("recipients"))
    query = query.where(_rows(mailing), table.state != "sent", table.said.is_not(None))
    query = query.group_by(table.state, table.code, table.said).order_by(sa.func.count().desc(), table.said).limit(50)
    return fetch(engine, query)


def letters(where: sa.Engine | sa.Connection, subscriber_id: int) -> Sequence[sa.Row[Any]]:
    """The mailings that a subscriber was part of, and what came of their letter: its state, why, and the attempts."""
    mailing, delivery = MAILINGS.c, DELIVERIES.c
    query = sa.select(
        mailing.id, mailing.site, mailing.key, mailing.done_at, delivery.state, delivery.said, delivery.attempts
    )
    query = query.join_from(MAILINGS, DELIVERIES, delivery.mailing_id == mailing.id).order_by(mailing.id)
    return fetch(where, query.where(delivery.subscriber_id == subscriber_id))


def addresses(engine: sa.Engine, mailing: Mailing, state: str) -> Iterator[tuple[str, str]]:
    """The address of each recipient in a state, and why."""
    query = sa.select(SUBSCRIBERS.c.address, DELIVERIES.c.said).where(_rows(mailing), DELIVERIES.c.state == state)
    query = query.join_from(DELIVERIES, SUBSCRIBERS, SUBSCRIBERS.c.id == DELIVERIES.c.subscriber_id, isouter=True)
    with transaction(engine, reads=True) as connection:
        for row in connection.execute(query.order_by(DELIVERIES.c.subscriber_id), execution_options={"yield_per": 1000}):
            yield row.address or "(erased)", row.said or ""


def bounced(where: sa.Engine | sa.Connection, mailing_id: int, subscriber_id: int, said: str) -> None:
    """Keep that a letter that the server took came back."""
    one = sa.and_(DELIVERIES.c.mailing_id == mailing_id, DELIVERIES.c.subscriber_id == subscriber_id)
    sent = sa.update(DELIVERIES).where(one, DELIVERIES.c.state == "sent")
    change(where, sent.values(state="failed", said=said[:LONGEST_WORDS]))


def take_as_sent(engine: sa.Engine, mailing: Mailing) -> int:
    """A person's word on the held: they have it; how many there were."""
    held = sa.update(DELIVERIES).where(_in_state(mailing, "held"))
    return change(engine, held.values(state="sent", said="taken as sent by hand"))


def send_again(engine: sa.Engine, mailing: Mailing, state: Literal["held", "failed"]) -> int:
    """Send again to those who are held, or who failed and are still subscribed; how many."""
    again = sa.update(DELIVERIES).where(_in_state(mailing, state))
    count = change(engine, again.values(state="queued", next_at=0.0, attempts=0, owner=None))
    if count:
        change(engine, sa.update(MAILINGS).where(MAILINGS.c.id == mailing.id).values(done_at=None))
    return count


def failed(engine: sa.Engine, mailing: Mailing) -> int:
    """How many of those that failed are still subscribed."""
    return int(fetch(engine, sa.select(sa.func.count()).where(_in_state(mailing, "failed")))[0][0])


def _in_state(mailing: Mailing, state: str) -> sa.ColumnElement[bool]:
    active = sa.select(SUBSCRIBERS.c.id).where(SUBSCRIBERS.c.state == "active")
    still = [DELIVERIES.c.subscriber_id.in_(active)] if state == "failed" else []
    return sa.and_(_rows(mailing), DELIVERIES.c.state == state, *still)


def next_moment(engine: sa.Engine, mailing: Mailing, *, within: tuple[int, int] | None = None) -> float | None:
    """When the first of those who wait may be tried again, in Unix seconds; None when nobody waits."""
    query = sa.select(sa.func.min(DELIVERIES.c.next_at)).where(_rows(mailing, within), DELIVERIES.c.state == "queued")
    moment: float | None = fetch(engine, query)[0][0]
    return moment


def ranges(engine: sa.Engine, mailing: Mailing, size: int) -> Iterator[tuple[int, int]]:
    """The audience cut into ranges of ids, each with at most ``size`` recipients, that leave nobody out."""
    low, number = 0, DELIVERIES.c.subscriber_id
    query = sa.select(number).where(_rows(mailing)).order_by(number).limit(size)
    while rows := fetch(engine, query.where(number > low)):
        yield low + 1, int(rows[-1][0])
        low = int(rows[-1][0])


def finish(engine: sa.Engine, mailing: Mailing, *, at: datetime) -> dict[str, int]:
    """Close the mailing when nobody waits any more; how many recipients are in each state.

    One that the server refused for everybody stays open, so that it can be sent when that is corrected.
    """
    found = counts(engine, mailing)
    if not waiting(found) and (found["sent"] or found["held"] or not found["failed"]):
        this = sa.update(MAILINGS).where(MAILINGS.c.id == mailing.id, MAILINGS.c.done_at.is_(None))
        change(engine, this.values(done_at=at.isoformat(timespec="seconds")))
    return found
