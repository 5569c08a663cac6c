"""Sign-ups: somebody asks on a page and confirms from their mailbox. What they agreed to is kept as proof (GDPR, article 7).

Until they confirm, nothing about them changes: who left has left, and who is new is ``pending``. What is said to the person
who asks is the same for every address.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sharekit.list.database import guard, reading
from sharekit.list.subscribers import COMPLAINT, CONFIRMED, ERASED, SIGNUPS, SUBSCRIBERS, digest, prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.list.addresses import Address

# Seconds: a sign-up that is not confirmed is forgotten; and after the first letter the next one has to wait, four times as
# long with each, so that nobody's mailbox is filled by somebody else.
VALID = 7 * 86400
FIRST_WAIT = 900


@dataclass(frozen=True, kw_only=True)
class Signup:
    """A sign-up. ``client`` is where it came from, ``text`` what the person agreed to."""

    address: Address
    language: str
    client: str
    text: str
    tag: str = ""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A sign-up whose letter is to be sent."""

    subscriber_id: int
    address: str
    asked_at: int
    language: str


class Signups:
    """The sign-ups in the subscribers' database. All methods raise LedgerUnavailable."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        prepare(engine)

    def ask(self, signups: Sequence[Signup], *, at: datetime) -> list[bool]:
        """Keep sign-ups, all at once; whether a letter is to be sent for each. An address that complained gets none."""
        with guard(self.engine):
            try:
                return self._ask(signups, at)
            except sa.exc.IntegrityError:
                # Another process kept one of the addresses at the same moment, and now it is known.
                return self._ask(signups, at)

    def _ask(self, signups: Sequence[Signup], at: datetime) -> list[bool]:
        now, moment = int(at.timestamp()), at.isoformat(timespec="seconds")
        by_key = {each.address.key: each for each in reversed(signups)}
        columns = (SUBSCRIBERS.c.id, SUBSCRIBERS.c.address_key, SUBSCRIBERS.c.state, SUBSCRIBERS.c.reason)
        query = sa.select(*columns, SIGNUPS.c.asked_at, SIGNUPS.c.asks).where(SUBSCRIBERS.c.address_key.in_(by_key))
        query = query.join_from(SUBSCRIBERS, SIGNUPS, SIGNUPS.c.subscriber_id == SUBSCRIBERS.c.id, isouter=True)
        fresh = {"state": "pending", "added_at": moment, "changed_at": moment}
        with self.engine.begin() as connection:
            known = {row.address_key for row in connection.execute(query)}
            new = [
                {"address": each.address.text, "address_key": key, "language": each.language, **fresh}
                for key, each in by_key.items()
                if key not in known
            ]
            if new:
                connection.execute(sa.insert(SUBSCRIBERS), new)
            asked = {row.address_key: row for row in connection.execute(query) if _may_ask(row, now)}
            if asked:
                ids = [row.id for row in asked.values()]
                connection.execute(sa.delete(SIGNUPS).where(SIGNUPS.c.subscriber_id.in_(ids)))
                values = [_row(by_key[key], row, now) for key, row in asked.items()]
                connection.execute(sa.insert(SIGNUPS), values)
        return [by_key[each.address.key] is each and each.address.key in asked for each in signups]

    def confirm(self, subscriber_id: int, asked_at: int, *, client: str, at: datetime) -> bool:
        """Make somebody a subscriber by their own confirmation; whether they are one now."""
        now = int(at.timestamp())
        here, one = SIGNUPS.c.subscriber_id == subscriber_id, SUBSCRIBERS.c.id == subscriber_id
        with guard(self.engine), self.engine.begin() as connection:
            subscriber = connection.execute(sa.select(SUBSCRIBERS).where(one)).one_or_none()
            row = connection.execute(sa.select(SIGNUPS).where(here, SIGNUPS.c.asked_at == asked_at)).one_or_none()
            if subscriber is None or row is None or now - asked_at > VALID:
                return subscriber is not None and subscriber.state == "active" and now - asked_at <= VALID
            asked = json.loads(row.proof)
            connection.execute(
                sa.update(SUBSCRIBERS)
                .where(one)
                .values(
                    state="active",
                    language=row.language,
                    tags=with_tag(subscriber.tags, row.tag) if row.tag else subscriber.tags,
                    consent=f"{CONFIRMED}{_moment(now)} from {client}; signed up {asked['at']} from {asked['from']}: "
                    f"“{asked['text']}”",
                    reason="",
                    changed_at=_moment(now),
                )
            )
            connection.execute(sa.delete(SIGNUPS).where(here))
            connection.execute(sa.delete(ERASED).where(ERASED.c.digest == digest(subscriber.address_key)))
        return True

    def waiting(self, most: int = 20) -> list[Waiting]:
        """The sign-ups whose letter is to be sent, the oldest first."""
        query = (
            sa.select(SIGNUPS.c.subscriber_id, SIGNUPS.c.asked_at, SIGNUPS.c.language, SUBSCRIBERS.c.address)
            .join_from(SIGNUPS, SUBSCRIBERS, SUBSCRIBERS.c.id == SIGNUPS.c.subscriber_id)
            .where(SIGNUPS.c.sent_at.is_(None))
            .order_by(SIGNUPS.c.asked_at)
            .limit(most)
        )
        with guard(self.engine), reading(self.engine).connect() as connection:
            rows = connection.execute(query).all()
        return [Waiting(**row._mapping) for row in rows]  # noqa: SLF001 - the public name of a row's columns

    def sent(self, subscriber_ids: Sequence[int], *, at: datetime) -> None:
        """The letters of these sign-ups left, or never can."""
        change = sa.update(SIGNUPS).where(SIGNUPS.c.subscriber_id.in_(subscriber_ids))
        with guard(self.engine), self.engine.begin() as connection:
            connection.execute(change.values(sent_at=int(at.timestamp())))

    def forget(self, *, at: datetime) -> int:
        """Forget what nobody confirmed in time, and the addresses that are known from nothing else; how many."""
        old = SIGNUPS.c.asked_at < int(at.timestamp()) - VALID
        pending = SUBSCRIBERS.c.state == "pending"
        with guard(self.engine), self.engine.begin() as connection:
            names = sa.select(SIGNUPS.c.subscriber_id).where(old)
            # One who was imported as pending has a consent of their own.
            connection.execute(
                sa.delete(SUBSCRIBERS).where(pending, SUBSCRIBERS.c.consent == "", SUBSCRIBERS.c.id.in_(names))
            )
            return int(connection.execute(sa.delete(SIGNUPS).where(old)).rowcount)


def _may_ask(row: Any, now: int) -> bool:
    if row.state == "suppressed" and row.reason.startswith(COMPLAINT):
        return False
    return row.asked_at is None or now >= row.asked_at + FIRST_WAIT * 4 ** min(row.asks - 1, 5)


def _row(signup: Signup, known: Any, now: int) -> dict[str, object]:
    proof = {"at": _moment(now), "from": signup.client, "text": signup.text}
    return {
        "subscriber_id": known.id,
        "asked_at": now,
        "asks": (known.asks or 0) + 1,
        "language": signup.language,
        "tag": signup.tag,
        "proof": json.dumps(proof, ensure_ascii=False),
    }


def with_tag(tags: str, tag: str, among: tuple[str, ...] = ()) -> str:
    """A subscriber's tags, as they are kept, with one more; ``among`` are those that it takes the place of."""
    kept = [each for each in tags.split(",") if each and each != tag and each not in among]
    return f",{','.join([*kept, tag])}," if tag or kept else ""


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
