"""The subscribers. Every change of theirs carries when and why, because consent has to be shown (GDPR, article 7)."""

from __future__ import annotations

import functools
import hashlib
import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import sqlalchemy as sa

from sharekit.list.database import change, fetch, transaction
from sharekit.list.tables import ERASED, SIGNUPS, SUBSCRIBERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sharekit.text.addresses import Address


SubscriberState = Literal["active", "pending", "unsubscribed", "suppressed"]
# Each is further away from getting mail than the one before it.
STATES = ("active", "pending", "unsubscribed", "suppressed")

COLUMNS = ("address", "address_key", "language", "tags", "state", "consent", "reason", "added_at", "changed_at")
AWAY = ("unsubscribed", "suppressed")
INSERT = f"INSERT INTO {SUBSCRIBERS.name} ({', '.join(COLUMNS)}) VALUES {{}} ON CONFLICT DO NOTHING"  # noqa: S608 - ours
# Subscribers read at once, imported in one transaction, and in one statement.
BATCH, IMPORTED, ROWS = 500, 100_000, 50
# SQLite takes 32,766.
PARAMETERS = 30_000
# How the reason of a complaint begins: whoever complained gets no letter at all, not even to confirm.
COMPLAINT = "complaint"
# How the consent of somebody begins who confirmed it from their own mailbox.
CONFIRMED = "confirmed "
# How much a mail server's clock may be behind ours.
SKEW = timedelta(hours=1)


class Subscriber(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One subscriber. ``consent`` says how and when it was given; ``reason`` why the state is what it is.

    ``address`` is as :func:`read_address` gives it.
    """

    address: str
    language: str = ""
    tags: tuple[str, ...] = ()
    state: SubscriberState = "active"
    consent: str = ""
    reason: str = ""
    added_at: str = ""
    changed_at: str = ""
    id: int = 0


class Subscribers:
    """The subscribers in a database, or as a transaction sees them. All methods raise LedgerUnavailable."""

    def __init__(self, where: sa.Engine | sa.Connection) -> None:
        self._where, self.engine = where, where.engine

    def add(self, subscribers: Iterable[Subscriber], *, at: datetime) -> dict[str, int]:
        """Import subscribers; how many were ``added``, ``known`` already, ``unsubscribed`` or ``erased``.

        Whoever left stays away: an import never subscribes anybody again. Whoever is active here and left in what is
        imported leaves here too.
        """
        counts = dict.fromkeys(("added", "known", "unsubscribed", "erased"), 0)
        given = iter(subscribers)
        while batch := list(itertools.islice(given, IMPORTED)):
            self._add(batch, _moment(at), counts)
        # The next one to use the connection needs no 64 MB.
        self.engine.dispose()
        return counts

    def _add(self, batch: list[Subscriber], moment: str, counts: dict[str, int]) -> None:
        table, number = SUBSCRIBERS.c, sa.select(sa.func.count())
        with transaction(self.engine) as connection:
            if connection.dialect.name == "sqlite":
                # Addresses come in no order, and each has its place in the index: of a million all are at hand in 64 MB.
                connection.exec_driver_sql("PRAGMA cache_size=-65536")
            if connection.execute(sa.select(ERASED).limit(1)).first():
                erased = set(connection.execute(sa.select(ERASED.c.digest)).scalars())
                given, batch = batch, [each for each in batch if digest(each.address.casefold()) not in erased]
                counts["erased"] += len(given) - len(batch)
            last = connection.execute(sa.select(sa.func.max(table.id))).scalar_one() or 0
            added, away = insert(connection, batch, moment), 0
            if added < len(batch):
                _leave(connection, batch, moment)
                away_before = number.where(table.id <= last, table.state.in_(AWAY))
                keys = list({each.address.casefold() for each in batch})
                for some in (keys[first : first + PARAMETERS] for first in range(0, len(keys), PARAMETERS)):
                    away += connection.execute(away_before.where(table.address_key.in_(some))).scalar_one()
        counts["added"] += added
        counts["unsubscribed"] += away
        counts["known"] += len(batch) - added - away

    def subscribe(self, subscriber: Subscriber, *, at: datetime) -> str:
        """Add one who asked for it: ``added``, ``known``, ``back`` after they had left, or ``unsubscribed``.

        Whoever left comes back only with a new consent, and an address that takes no mail does not.
        """
        key, moment = subscriber.address.casefold(), _moment(at)
        one = SUBSCRIBERS.c.address_key == key
        with transaction(self.engine) as connection:
            state = connection.execute(sa.select(SUBSCRIBERS.c.state).where(one)).scalar_one_or_none()
            gone = connection.execute(sa.select(ERASED).where(ERASED.c.digest == digest(key))).one_or_none()
            left = gone if state is None else state == "unsubscribed"
            if state == "suppressed" or (left and not subscriber.consent):
                return "unsubscribed"
            connection.execute(sa.delete(ERASED).where(ERASED.c.digest == digest(key)))
            if state is None:
                insert(connection, [subscriber], moment)
            elif left:
                back = {name: getattr(subscriber, name) for name in ("state", "consent", "reason")}
                connection.execute(sa.update(SUBSCRIBERS).where(one).values(**back, changed_at=moment))
        return "back" if left else "added" if state is None else "known"

    def leave(
        self,
        one: Address | int,
        state: SubscriberState = "unsubscribed",
        *,
        reason: str,
        at: datetime,
        sent: datetime | None = None,
    ) -> bool:
        """Take one off who asked for it, or who is ``suppressed``: gone, or complained; whether anything changed.

        ``sent`` is when that was: what is older than a confirmation of their own does not undo it.
        """
        there = sa.and_(_is(one), SUBSCRIBERS.c.state.in_(STATES[: STATES.index(state)]))
        if sent:
            before = SUBSCRIBERS.c.changed_at <= _moment((sent + SKEW).astimezone(UTC))
            there = sa.and_(there, sa.or_(before, sa.not_(SUBSCRIBERS.c.consent.startswith(CONFIRMED))))
        left = sa.update(SUBSCRIBERS).where(there).values(state=state, reason=reason, changed_at=_moment(at))
        return change(self._where, left) > 0

    def edit(self, one: int, *, language: str | None = None, tags: Collection[str] | None = None) -> bool:
        """Change language or tags, and nothing about their consent; whether there is such a subscriber."""
        given = {"language": language, "tags": None if tags is None else joined(tuple(tags))}
        values = {name: SUBSCRIBERS.c[name] if value is None else value for name, value in given.items()}
        return change(self._where, sa.update(SUBSCRIBERS).where(_is(one)).values(values)) > 0

    def find(self, one: Address | int) -> Subscriber | None:
        """The subscriber with an address, or an id."""
        return next(map(_subscriber, fetch(self._where, sa.select(SUBSCRIBERS).where(_is(one)))), None)

    def erase(self, address: Address) -> bool:
        """Forget a subscriber, and keep only the digest that says so; whether there was such a subscriber."""
        with transaction(self.engine) as connection:
            one = sa.select(SUBSCRIBERS.c.id).where(_is(address))
            connection.execute(sa.delete(SIGNUPS).where(SIGNUPS.c.subscriber_id.in_(one)))
            gone = connection.execute(sa.delete(SUBSCRIBERS).where(_is(address)))
            connection.execute(sa.delete(ERASED).where(ERASED.c.digest == digest(address.key)))
            connection.execute(sa.insert(ERASED).values(digest=digest(address.key)))
        return bool(gone.rowcount)

    def counts(self) -> dict[str, int]:
        """How many subscribers are in each state."""
        query = sa.select(SUBSCRIBERS.c.state, sa.func.count()).group_by(SUBSCRIBERS.c.state)
        found = dict(fetch(self.engine, query))
        return {state: found.get(state, 0) for state in STATES}

    def count(self, *, tags: Collection[str] = ()) -> int:
        """How many subscribers would be sent an issue."""
        return int(fetch(self.engine, sa.select(sa.func.count()).select_from(SUBSCRIBERS).where(wanted(tags)))[0][0])

    def each(self, *, tags: Collection[str] = (), state: str | None = None) -> Iterator[Subscriber]:
        """Every subscriber, in the order in which they came; read in pages, so that a long list is never in memory."""
        last = 0
        chosen = [_tagged(tag) for tag in tags] + ([SUBSCRIBERS.c.state == state] if state else [])
        query = sa.select(SUBSCRIBERS).where(*chosen).order_by(SUBSCRIBERS.c.id).limit(BATCH)
        while rows := fetch(self.engine, query.where(SUBSCRIBERS.c.id > last)):
            yield from map(_subscriber, rows)
            last = rows[-1].id


def wanted(tags: Collection[str]) -> sa.ColumnElement[bool]:
    """Who is sent an issue: active subscribers, with one of the tags where tags are given."""
    active = SUBSCRIBERS.c.state == "active"
    return sa.and_(active, sa.or_(*map(_tagged, tags))) if tags else active


def _is(one: Address | int) -> sa.ColumnElement[bool]:
    return SUBSCRIBERS.c.id == one if isinstance(one, int) else SUBSCRIBERS.c.address_key == one.key


def digest(key: str) -> str:
    """What is kept of an address that is erased."""
    return hashlib.sha256(f"sharekit erased {key}".encode()).hexdigest()


def _tagged(tag: str) -> sa.ColumnElement[bool]:
    return SUBSCRIBERS.c.tags.contains(f",{tag},", autoescape=True)


# Most subscribers of a file have the same ones.
@functools.lru_cache(maxsize=1000)
def joined(tags: tuple[str, ...]) -> str:
    """Tags as they are kept. Raises ValueError for one with a comma."""
    if any("," in tag for tag in tags):
        raise ValueError("a tag has a comma")
    return f",{','.join(tags)}," if tags else ""


def _subscriber(row: sa.Row[Any]) -> Subscriber:
    values = {**row._mapping, "tags": tuple(filter(None, row.tags.split(",")))}  # noqa: SLF001 - its public name
    del values["address_key"]
    return Subscriber(**values)


def _row(each: Subscriber, moment: str) -> tuple[str, ...]:
    """The values of ``COLUMNS``."""
    key, tags, added_at = each.address.casefold(), joined(each.tags) if each.tags else "", each.added_at or moment
    return each.address, key, each.language, tags, each.state, each.consent, each.reason, added_at, moment


def insert(connection: sa.Connection, subscribers: list[Subscriber], moment: str) -> int:
    """Insert subscribers, but for whoever is there already; how many."""
    # The driver itself, because a list may have a million lines.
    cursor: Any = connection.connection.cursor()
    mark, most, added = "?" if connection.dialect.name == "sqlite" else "%s", len(subscribers), 0
    for count, starts in ((ROWS, range(0, most - ROWS + 1, ROWS)), (1, range(most // ROWS * ROWS, most))):
        marks = ", ".join([f"({', '.join([mark] * len(COLUMNS))})"] * count)
        rows = ([_row(each, moment) for each in subscribers[first : first + count]] for first in starts)
        cursor.executemany(INSERT.format(marks), (tuple(itertools.chain(*some)) for some in rows))
        added += max(cursor.rowcount, 0)
    cursor.close()
    return added


def _leave(connection: sa.Connection, subscribers: Collection[Subscriber], moment: str) -> None:
    """Take over who left: an import takes a subscriber further away from getting mail, and never back."""
    table = SUBSCRIBERS.c
    for away in AWAY:
        nearer = sa.or_(*(table.state == each for each in STATES[: STATES.index(away)]))
        these = sa.update(SUBSCRIBERS).where(table.address_key == sa.bindparam("key"), nearer)
        values = {"state": away, "reason": sa.bindparam("why"), "changed_at": moment}
        if left := [{"key": each.address.casefold(), "why": each.reason} for each in subscribers if each.state == away]:
            connection.execute(these.values(values), left)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
