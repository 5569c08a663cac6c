"""The list's mailbox (IMAP, RFC 3501): what is in it is read once, acted on, and marked as read.

A message is done when the database knows its number, which only grows (RFC 3501 §2.3.1.1). Doing it again changes nothing:
what is older than somebody's own confirmation does not undo it. What nobody's program wrote stays unread, for a person.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from sharekit.errors import ChannelPaused, ConfigError, Unavailable
from sharekit.list import mailing as mailings
from sharekit.list.connection import Server, xoauth2
from sharekit.list.database import fetch, transaction
from sharekit.list.letter import Tokens, letter_name
from sharekit.list.reports import Report, read_head, read_report
from sharekit.list.subscribers import COMPLAINT, Subscribers
from sharekit.list.tables import INBOXES
from sharekit.text.addresses import read_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sharekit.http import Secret

# Messages whose header is read at once, reports that are, and numbers that are asked for at once; bytes of a header and of
# a report: what a mailbox of any size takes of the memory.
BATCH, REPORTS, SPAN = 500, 40, 50_000
MOST_HEAD, MOST_REPORT = 16_384, 262_144
TIMEOUT = 60.0
# RFC 5321 §4.5.4.1: servers give up after four or five days. A report that comes later needs the letter itself.
LATEST_BOUNCE = timedelta(days=5)
PAGE = "sharekit help list#inbox"
PORTS = {"tls": 993, "starttls": 143, "none": 143}
WHAT = ("unsubscribed", "bounced", "suppressed", "complaints", "automatic", "not ours", "broken", "left for you")


@dataclass(frozen=True, kw_only=True)
class Mailbox(Server):
    """Where the mailbox is."""

    secret: Secret
    folder: str = "INBOX"


@contextlib.contextmanager
def open_mailbox(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    """The mailbox, with its folder open. Raises Unavailable, and ChannelPaused for what a person has to change."""
    where = f"{mailbox.host}:{mailbox.port}"
    if not mailbox.folder.isascii() or not mailbox.folder.isprintable():
        raise ConfigError(f'folder = "{mailbox.folder}" in [mailers.smtp.inbox] has other letters than ASCII')
    opened = partial(imaplib.IMAP4_SSL, ssl_context=mailbox.tls) if mailbox.security == "tls" else imaplib.IMAP4
    try:
        with opened(mailbox.host, mailbox.port, timeout=TIMEOUT) as server:
            _sign_in(server, mailbox)
            kind, said = server.select(_quoted(mailbox.folder))
            if kind != "OK":
                raise ChannelPaused(f'{where} does not open the folder "{mailbox.folder}": {said}', hint=PAGE)
            yield server
    except (OSError, imaplib.IMAP4.error) as error:
        raise Unavailable(
            f"{where} does not answer: {error}", hint="What was done is kept; the next run goes on."
        ) from error


def _sign_in(server: imaplib.IMAP4, mailbox: Mailbox) -> None:
    try:
        if mailbox.security == "starttls":
            server.starttls(mailbox.tls)
        if mailbox.oauth:
            server.authenticate("XOAUTH2", lambda _challenge: xoauth2(mailbox.user, mailbox.secret.reveal()).encode())
        else:
            # imaplib quotes the password, and not the name.
            server.login(_quoted(mailbox.user), mailbox.secret.reveal())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        # Its words may repeat what it was given.
        raise ChannelPaused(
            f"{mailbox.host} does not let us sign in as {mailbox.user}",
            hint=f"user in [mailers.smtp.inbox], and SHAREKIT_IMAP_PASSWORD (or SHAREKIT_IMAP_TOKEN): {PAGE}",
        ) from None


def _quoted(text: str) -> str:
    """A quoted string (RFC 3501 §4.3)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read_inbox(
    engine: sa.Engine, tokens: Tokens, mailbox: Mailbox, *, watch: Callable[[int], None] = lambda _count: None
) -> dict[str, int]:
    """Read what is new; how many messages there were of each kind. ``watch`` hears how many are done."""
    counts: Counter[str] = Counter()
    place = f"{mailbox.user}@{mailbox.host}/{mailbox.folder}"
    with open_mailbox(mailbox) as server:
        validity = int((server.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
        query = sa.select(INBOXES.c.uid).where(INBOXES.c.place == place, INBOXES.c.validity == validity)
        last = next((int(uid) for (uid,) in fetch(engine, query)), 0)
        for uids in _new(server, last):
            messages = list(_reports(server, uids))
            # Nobody else writes meanwhile, so nothing is asked of the mail server within it.
            with transaction(engine) as connection:
                acts = _Acts(connection, tokens, counts)
                done = [uid for uid, arrived, reports in messages if acts.do(reports, arrived)]
                connection.execute(sa.delete(INBOXES).where(INBOXES.c.place == place))
                connection.execute(sa.insert(INBOXES).values(place=place, validity=validity, uid=uids[-1]))
            if done:
                server.uid("STORE", ",".join(map(str, done)), "+FLAGS.SILENT", "(\\Seen)")
            watch(sum(counts[what] for what in WHAT if what != "suppressed"))
    return {what: counts[what] for what in WHAT}


class _Acts:
    """Does what messages say, within one transaction."""

    def __init__(self, connection: sa.Connection, tokens: Tokens, counts: Counter[str]) -> None:
        self._connection, self._tokens, self._counts = connection, tokens, counts
        self._subscribers = Subscribers(connection)

    def do(self, reports: list[Report], arrived: datetime) -> bool:
        """Act on what one message says; whether it is done."""
        what = [self._act(report, arrived) for report in reports]
        self._counts[min(what, key=WHAT.index, default="broken")] += 1
        return bool(what) and not any(each in ("left for you", "not ours") for each in what)

    def _act(self, report: Report, arrived: datetime) -> str:
        if report.kind in ("automatic", "other"):
            return "automatic" if report.kind == "automatic" else "left for you"
        number, proven = self._subscriber(report, arrived)
        if number is None:
            return "not ours"
        at = datetime.now(UTC)
        if report.kind == "request" or (report.kind == "complaint" and not proven):
            reason = "asked by mail" if report.kind == "request" else f"{COMPLAINT} that returned no letter"
            self._subscribers.leave(number, reason=reason, at=at, sent=arrived)
            return "unsubscribed"
        if report.kind == "complaint":
            reason = f"{COMPLAINT}, reported by their provider"
            self._subscribers.leave(number, "suppressed", reason=reason, at=at, sent=arrived)
            return "complaints"
        said = f"bounced: {report.status} {report.said}".strip()
        letters = self._letters(number)
        if letters:
            letter = letters.get(report.letter, [*letters.values()][-1])
            mailings.bounced(self._connection, letter.id, number, said)
        # Anybody can write that an address is gone: it takes a letter of ours in it, or one that left a short while ago.
        if report.gone and proven:
            self._counts["suppressed"] += self._subscribers.leave(number, "suppressed", reason=said, at=at, sent=arrived)
        return "bounced"

    def _subscriber(self, report: Report, arrived: datetime) -> tuple[int | None, bool]:
        """Whom a message is about, None for nobody of ours; and whether it is surely about a letter of ours."""
        signed = [number for number in map(self._tokens.read, report.tokens) if number is not None]
        if signed:
            return signed[0], True
        name, since = report.letter, (arrived - LATEST_BOUNCE).isoformat(timespec="seconds")
        for text in report.addresses:
            with contextlib.suppress(ValueError):
                found = self._subscribers.find(read_address(text))
                letters = self._letters(found.id) if found else {}
                if found and (report.kind == "request" or (name in letters if name else letters)):
                    recent = any((letter.done_at or since) >= since for letter in letters.values())
                    return found.id, bool(name) or (report.kind == "bounce" and recent)
        return None, False

    def _letters(self, number: int) -> dict[str, sa.Row[Any]]:
        """The letters that left for a subscriber, each by the name in its Message-ID."""
        token, found = self._tokens.token(number), mailings.letters(self._connection, number)
        left = [row for row in found if row.attempts and row.state in ("sent", "held", "failed")]
        return {letter_name(f"{row.site} {row.key}", token): row for row in left}


def _new(server: imaplib.IMAP4, last: int) -> Iterator[list[int]]:
    """The numbers of the messages after ``last``, in batches."""
    after = server.response("UIDNEXT")[1]
    end, span = (int(after[0]), SPAN) if after and after[0] else (2**32, 2**32)
    for start in range(last + 1, end, span):
        found = server.uid("SEARCH", f"UID {start}:{min(start + span, end) - 1}")[1]
        uids = sorted(map(int, (found[0] or b"").split()))
        yield from (uids[first : first + BATCH] for first in range(0, len(uids), BATCH))


def _reports(server: imaplib.IMAP4, uids: Sequence[int]) -> Iterator[tuple[int, datetime, list[Report]]]:
    """What messages say, nothing where they are not understood. Of most the header is enough, of reports all is read."""
    whole: list[int] = []
    for uid, arrived, head in _fetch(server, uids, f"BODY.PEEK[HEADER]<0.{MOST_HEAD}>"):
        reports = _read(read_head, head)
        if reports is None:
            whole.append(uid)
        else:
            yield uid, arrived, reports
    for first in range(0, len(whole), REPORTS):
        for uid, arrived, data in _fetch(server, whole[first : first + REPORTS], f"BODY.PEEK[]<0.{MOST_REPORT}>"):
            yield uid, arrived, _read(read_report, data) or []


def _read(read: Callable[[bytes], list[Report] | None], data: bytes) -> list[Report] | None:
    try:
        return read(data)
    except Exception:  # noqa: BLE001 - a message may be anything, and the next ones are read all the same
        return []


def _fetch(server: imaplib.IMAP4, uids: Sequence[int], what: str) -> Iterator[tuple[int, datetime, bytes]]:
    """Number, moment of arrival and bytes of each message."""
    kind, answer = server.uid("FETCH", ",".join(map(str, uids)), f"(UID INTERNALDATE {what})")
    if kind != "OK":
        raise imaplib.IMAP4.error(f"FETCH: {kind}")
    for number, item in enumerate(answer):
        if not isinstance(item, tuple):
            continue
        # What stands behind the bytes belongs to them too: some servers write the number there.
        after = answer[number + 1] if number + 1 < len(answer) else b""
        around = item[0] + (after if isinstance(after, bytes) else b"")
        if found := re.search(rb"\bUID (\d+)", around):
            parsed = imaplib.Internaldate2tuple(around)
            arrived = datetime.fromtimestamp(time.mktime(parsed), UTC) if parsed else datetime.now(UTC)
            yield int(found[1]), arrived, item[1]
