"""Sign-ups: somebody asks on a page and confirms from their mailbox. What they agreed to is kept as proof (GDPR, article 7).

Until they confirm, nothing about them changes: who left has left, and who is new is ``pending``. What is said to the person
who asks is the same for every address.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sharekit.errors import SharekitError
from sharekit.list.connection import MOST_LATER, Connection, Lost, Server, submit
from sharekit.list.database import change, fetch, transaction
from sharekit.list.letter import Copies, Signer, Template, Tokens
from sharekit.list.subscribers import COMPLAINT, CONFIRMED, Subscriber, Subscribers, digest, insert, joined
from sharekit.list.tables import ERASED, SIGNUPS, SUBSCRIBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sharekit.list.pages import Pages
    from sharekit.text.addresses import Address

# Seconds: a sign-up that is not confirmed is forgotten; and after the first letter the next one has to wait, four times as
# long with each, so that nobody's mailbox is filled by somebody else.
VALID = 7 * 86400
FIRST_WAIT = 900
# Seconds between two looks for letters that wait, after a server that took none, and between two times of forgetting.
LOOK, PAUSE, FORGET = 30.0, 60.0, 3600.0


@dataclass(frozen=True, kw_only=True)
class Signup:
    """A sign-up. ``client`` is where it came from, ``text`` what the person agreed to."""

    address: Address
    language: str
    client: str
    text: str
    tag: str = ""


class Signups:
    """The sign-ups in the subscribers' database. All methods raise LedgerUnavailable."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def ask(self, signups: Sequence[Signup], *, at: datetime) -> int:
        """Keep sign-ups, all at once; how many letters are to be sent for them. An address that complained gets none."""
        now, moment = int(at.timestamp()), at.isoformat(timespec="seconds")
        by_key = {each.address.key: each for each in reversed(signups)}
        new = [Subscriber(address=each.address.text, language=each.language, state="pending") for each in by_key.values()]
        table, last = SUBSCRIBERS.c, SIGNUPS.c
        known = sa.select(table.id, table.address_key, table.state, table.reason, last.asked_at, last.asks)
        known = known.join_from(SUBSCRIBERS, SIGNUPS, last.subscriber_id == table.id, isouter=True)
        with transaction(self.engine) as connection:
            # It keeps whoever is there as they are, and others who ask for them at this moment waiting.
            insert(connection, sorted(new, key=lambda each: each.address), moment)
            found = connection.execute(known.where(table.address_key.in_(by_key)))
            asked = {row.address_key: row for row in found if _may_ask(row, now)}
            if again := [row.id for row in asked.values() if row.asks]:
                connection.execute(sa.delete(SIGNUPS).where(last.subscriber_id.in_(again)))
            if asked:
                connection.execute(sa.insert(SIGNUPS), [_kept(by_key[key], row, at) for key, row in asked.items()])
        return len(asked)

    def confirm(self, subscriber_id: int, asked_at: int, *, client: str, at: datetime) -> bool:
        """Make somebody a subscriber by their own confirmation; whether they are one now."""
        moment, valid = at.isoformat(timespec="seconds"), at.timestamp() - asked_at <= VALID
        here = SIGNUPS.c.subscriber_id == subscriber_id
        with transaction(self.engine) as connection:
            known = Subscribers(connection).find(subscriber_id)
            row = connection.execute(sa.select(SIGNUPS).where(here, SIGNUPS.c.asked_at == asked_at)).one_or_none()
            if known is None or row is None or not valid:
                return valid and known is not None and known.state == "active"
            asked = json.loads(row.proof)
            consent = f"{CONFIRMED}{moment} from {client}; signed up {asked['at']} from {asked['from']}: “{asked['text']}”"
            values = {"state": "active", "language": row.language, "reason": "", "changed_at": moment}
            values |= {"consent": consent, "tags": joined(with_tag(known.tags, row.tag))}
            connection.execute(sa.update(SUBSCRIBERS).where(SUBSCRIBERS.c.id == subscriber_id).values(**values))
            connection.execute(sa.delete(SIGNUPS).where(here))
            connection.execute(sa.delete(ERASED).where(ERASED.c.digest == digest(known.address.casefold())))
        return True

    def waiting(self, most: int = 20, *, last: Collection[int] = ()) -> Sequence[sa.Row[Any]]:
        """Whom a letter is to be sent: subscriber_id, asked_at, language, address; the oldest first, and ``last`` behind."""
        one = SIGNUPS.c
        query = sa.select(one.subscriber_id, one.asked_at, one.language, SUBSCRIBERS.c.address)
        query = query.join_from(SIGNUPS, SUBSCRIBERS, SUBSCRIBERS.c.id == one.subscriber_id).where(one.sent_at.is_(None))
        return fetch(self.engine, query.order_by(one.subscriber_id.in_(last), one.asked_at).limit(most))

    def sent(self, subscriber_ids: Sequence[int], *, at: datetime) -> None:
        """The letters of these sign-ups left, or never can."""
        these = sa.update(SIGNUPS).where(SIGNUPS.c.subscriber_id.in_(subscriber_ids))
        change(self.engine, these.values(sent_at=int(at.timestamp())))

    def forget(self, *, at: datetime) -> int:
        """Forget what nobody confirmed in time, and the addresses that are known from nothing else; how many."""
        old = SIGNUPS.c.asked_at < int(at.timestamp()) - VALID
        names = sa.select(SIGNUPS.c.subscriber_id).where(old)
        # One who was imported as pending has a consent of their own.
        unknown = sa.and_(SUBSCRIBERS.c.state == "pending", SUBSCRIBERS.c.consent == "", SUBSCRIBERS.c.id.in_(names))
        with transaction(self.engine) as connection:
            connection.execute(sa.delete(SUBSCRIBERS).where(unknown))
            return int(connection.execute(sa.delete(SIGNUPS).where(old)).rowcount)


@dataclass(kw_only=True)
class Confirmations:
    """Sends the letters that ask for a confirmation, one after the other.

    ``name`` and ``address`` are the sender's, ``bounces`` the envelope's; ``said`` takes lines of a log.
    """

    signups: Signups
    tokens: Tokens
    pages: Pages
    server: Server
    name: str
    address: str
    bounces: str
    signer: Signer | None
    said: Callable[[str], None]
    new: asyncio.Event = field(default_factory=asyncio.Event)
    later: set[int] = field(default_factory=set)

    async def run(self) -> None:
        """Send whatever waits, until cancelled. What could not be sent is tried again."""
        forgot = -FORGET
        while True:
            try:
                await asyncio.to_thread(self.send_waiting)
                if time.monotonic() - forgot >= FORGET:
                    forgot = time.monotonic()
                    await asyncio.to_thread(self.signups.forget, at=datetime.now(UTC))
            except (SharekitError, OSError) as error:
                # The words of a server may hold an address.
                self.said(json.dumps({"event": "confirmations wait", "why": type(error).__name__}))
                await asyncio.sleep(PAUSE)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self.new.wait()
            self.new.clear()

    def send_waiting(self) -> int:
        """Send those that wait, over one connection; how many. Raises what keeps some from leaving."""
        count, later = 0, set[int]()
        while waiting := self.signups.waiting(last=self.later | later):
            waiting = [each for each in waiting if each.subscriber_id not in later]
            if not waiting or (not count and len(later) >= MOST_LATER):
                self.later = later
                raise Lost("the mail server asked us to try again later")
            connection = Connection(self.server)
            done: list[int] = []
            try:
                for each in waiting:
                    reply = submit(connection, self.bounces, each.address, self.message(each))
                    self.said(json.dumps({"event": "confirmation", "code": reply.code}))
                    count += reply.ok
                    # One address that the server does not take now keeps the others from nothing.
                    if 400 <= reply.code < 500:
                        later.add(each.subscriber_id)
                    else:
                        done.append(each.subscriber_id)
            finally:
                connection.close()
                self.signups.sent(done, at=datetime.now(UTC))
        return count

    def message(self, waiting: sa.Row[Any]) -> bytes:
        """The letter for one, as it follows DATA."""
        pages, language = self.pages, self.pages.language_of(waiting.language)
        made = EmailMessage(policy=SMTP)
        made["From"] = Mailbox(self.name, addr_spec=self.address)
        made["To"] = waiting.address
        made["Subject"] = pages.words("Confirm: %(title)s", language)
        made["Date"] = format_datetime(datetime.now(UTC))
        made["Message-ID"] = make_msgid(domain=self.address.rpartition("@")[2])
        made["Auto-Submitted"] = "auto-generated"
        token = self.tokens.confirmation(waiting.subscriber_id, waiting.asked_at)
        link = f"{pages.paths.origin}{pages.paths.confirm}{token}"
        made.set_content(pages.page("confirm.txt", language, link=link).rstrip() + "\n", cte="quoted-printable")
        head, _, body = made.as_bytes().partition(b"\r\n\r\n")
        template = Template(pieces=(head + b"\r\n", b"\r\n" + body), headers=1)
        return Copies(template, key="", domain="", leave=None, signer=self.signer).message(0, waiting.address)


def _may_ask(row: Any, now: int) -> bool:
    if row.state == "suppressed" and row.reason.startswith(COMPLAINT):
        return False
    return row.asked_at is None or now >= row.asked_at + FIRST_WAIT * 4 ** min(row.asks - 1, 5)


def _kept(signup: Signup, known: Any, at: datetime) -> dict[str, object]:
    proof = json.dumps({"at": at.isoformat(timespec="seconds"), "from": signup.client, "text": signup.text})
    row = {"subscriber_id": known.id, "asked_at": int(at.timestamp()), "asks": (known.asks or 0) + 1}
    return {**row, "language": signup.language, "tag": signup.tag, "proof": proof}


def with_tag(tags: Sequence[str], tag: str, among: Collection[str] = ()) -> tuple[str, ...]:
    """Tags with one more, or none; ``among`` are those that it takes the place of."""
    return tuple(dict.fromkeys([*(each for each in tags if each not in among), *([tag] if tag else [])]))
