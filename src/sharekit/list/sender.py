"""The sending: some connections at work until nobody is left, each replaced when it ends.

With PIPELINING (RFC 2920) a letter and the envelope of the next one leave in one piece: one round trip. When the server
has taken the envelope, one transaction keeps what came of the letter before and that this one begins. Before it the letter
was certainly not sent; after it, until the reply, nobody knows.

A recipient is refused for good only when the server took a later letter, and what is said to several in a row is about us.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from sharekit.errors import DeliveryError, Refused, Unavailable
from sharekit.list.connection import GONE, MOST_GONE, MOST_UNCLEAR, About, Connection, Lost, Reply, Server, classify, refusal
from sharekit.list.queue import Recipient, RecipientQueue, SendResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharekit.list.letter import Copies
    from sharekit.list.mailing import Policy

# Attempts to connect in a row, each after a pause that doubles; fewer where the server itself says that it is too much.
MOST_CONNECTS, MOST_DEFERRALS = 5, 2
TICK, BEAT = 0.25, 10.0
FIRST_PAUSE, LONGEST_PAUSE = 300.0, 4 * 3600.0
# With these pauses about two days, which is what mail servers themselves give a message (RFC 5321 §4.5.4.1: 4 to 5).
MOST_ATTEMPTS = 18
AGAIN = 60.0


@dataclass
class Progress:
    """How far a run is. ``seconds`` since it began."""

    total: int
    counts: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        return sum(self.counts.values())

    @property
    def rate(self) -> float:
        """Letters in a second, since the beginning."""
        return self.done / max(time.monotonic() - self.began, 0.001)


class Attempt(msgspec.Struct, frozen=True, gc=False):
    """A letter in hand. ``made`` is when, on the monotonic clock: before anything of it went to the server."""

    recipient: Recipient
    body: bytes
    made: float = msgspec.field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a refusal means: ``result`` is the recipient's if it is about them; ``about``, if ``most`` in a row say so."""

    result: SendResult
    about: About
    most: int
    at: float = field(default_factory=time.monotonic)


@dataclass(kw_only=True)
class Sender:
    """One run over what waits in a mailing. ``sender`` is the envelope's.

    ``pause`` is in seconds, before the second attempt to connect; it doubles with each. ``taken`` tells whether the server
    took a letter of this mailing before.
    """

    queue: RecipientQueue
    copies: Copies
    server: Server
    sender: str
    policy: Policy
    connections: int
    pause: float
    progress: Progress
    taken: bool
    watch: Callable[[Progress], None]

    def __post_init__(self) -> None:
        # What stopped the run.
        self.why: Exception | None = None
        self._lock = threading.Lock()
        # Refusals that no later letter has explained yet.
        self._open: list[Verdict] = []
        # How many it takes to be sure, for each refusal of a domain since it took a letter; and who takes none now.
        self._streaks: dict[str, list[int]] = {}
        self._refusing: dict[str, DeliveryError] = {}

    def run(self) -> None:
        """Send to everybody who is due. Raises what stopped it: Refused, ChannelPaused, Unavailable, LedgerUnavailable."""
        beaten = 0.0
        try:
            with ThreadPoolExecutor(self.connections) as pool:
                running = {pool.submit(self._guarded, self._work) for _ in range(self.connections)}
                while running:
                    if time.monotonic() - beaten > BEAT:
                        beaten = time.monotonic()
                        self._guarded(self.queue.beat)
                    self._guarded(partial(self.watch, self.progress))
                    running = wait(running, timeout=TICK).not_done
            if self._open and not self.why:
                self._guarded(self._close_open)
        finally:
            self.queue.close()
            self.watch(self.progress)
        if self.why:
            raise self.why
        for domain, why in self._refusing.items():
            if not self.progress.counts["sent"]:
                raise why
            said = f"{domain} takes no mail from us now: {why.message}"
            raise Unavailable(said, retry_at=datetime.now(UTC), hint=why.hint)

    def next(self, *, wait: bool = True) -> Attempt | None:
        """The next letter, when it may go; None when nobody is left. Without ``wait`` None also when that is not now."""
        while recipient := self.queue.take(wait=wait):
            try:
                return Attempt(recipient, self.copies.message(recipient.id, recipient.address))
            except ValueError as error:
                self.keep([SendResult(recipient, "failed", None, str(error))])
        return None

    def keep(self, results: list[SendResult], begin: Attempt | None = None) -> bool:
        """Write down what came of attempts, and that the next one begins, at once; whether it may. Empties ``results``."""
        if not results and begin is None:
            return True
        begun = self.queue.turn(results, begin=begin.recipient.id if begin else None)
        with self._lock:
            self.progress.counts.update(result.state for result in results if result.state != "claimed")
        results.clear()
        return begun

    def weigh(self, attempt: Attempt, reply: Reply) -> list[SendResult]:
        """What to keep after a reply. One that may be about the sender stays open, and enough of them stop the run."""
        domain = attempt.recipient.domain
        with self._lock:
            if reply.ok:
                self.taken = True
                self._streaks.pop(domain, None)
                # Refusals before it were about their recipients.
                explained = [each.result for each in self._open if each.at <= attempt.made]
                self._open = [each for each in self._open if each.at > attempt.made]
                return [SendResult(attempt.recipient, "sent", reply.code, reply.words), *explained]
            verdict = judge(attempt.recipient, reply, time.time())
            if domain in self._refusing:
                return [self._later(verdict)]
            self._open.append(verdict)
            streak = self._streaks.setdefault(domain, [])
            streak.append(verdict.most)
            if 1 < verdict.most <= sum(most <= verdict.most for most in streak):
                return self._refused_by(domain, verdict)
            if (same := sum(each.most <= verdict.most for each in self._open)) >= verdict.most:
                self._stop(self._refusal(verdict, same))
            return [replace(verdict.result, state="claimed", next_at=0.0, suppress=False)]

    def _refused_by(self, domain: str, verdict: Verdict) -> list[SendResult]:
        """One domain takes nothing from us: its recipients wait, and the others get their letter."""
        self._refusing[domain] = self._refusal(verdict, verdict.most)
        self.queue.avoided.add(domain)
        theirs = [each for each in self._open if each.result.recipient.domain == domain]
        self._open = [each for each in self._open if each.result.recipient.domain != domain]
        return [self._later(each) for each in theirs]

    def _later(self, verdict: Verdict) -> SendResult:
        """The result of a refusal by a domain that takes nothing: not before the next run, and in three runs for good."""
        if self.taken and verdict.result.recipient.attempts + 1 >= MOST_UNCLEAR:
            return verdict.result
        return replace(verdict.result, state="queued", next_at=0.0, suppress=False)

    def _refusal(self, verdict: Verdict, count: int) -> DeliveryError:
        """The error of ``count`` refusals, of which this was the last one."""
        said = f"{verdict.result.code} {verdict.result.said}"
        if verdict.most > 1:
            said = f"{count} recipients in a row were refused, the last one with {said}"
        about = "account" if verdict.about == "recipient" else verdict.about
        return refusal(about, self.server.host, said, at=datetime.now(UTC))

    def _close_open(self) -> None:
        """At the end no later letter explains anything: a clear word is taken as it is, any other is about the account."""
        clear: list[Verdict] = []
        unclear: list[Verdict] = []
        for verdict in self._open:
            sure = verdict.about == "server" or verdict.most == MOST_GONE
            # The letter is the same for everybody; and whoever was refused in three runs, while others were not, is alone.
            alone = self.taken and (verdict.about == "letter" or verdict.result.recipient.attempts + 1 >= MOST_UNCLEAR)
            (clear if sure or alone else unclear).append(verdict)
        # Where nobody at all was taken, even "no such user" is not believed for good.
        self.keep([replace(each.result, suppress=each.result.suppress and self.taken) for each in clear])
        if unclear and not self.queue.stopped:
            raise self._refusal(unclear[-1], len(unclear))

    def _stop(self, why: Exception) -> None:
        """Begin nothing any more, because of this. The others end in order, with their answers read and written down."""
        self.why = self.why or why
        self.queue.stop()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - raised by run() when all have come to rest
            self._stop(error)

    def _work(self) -> None:
        failures: int = 0
        failure: Exception | None = None
        while attempt := self.next():
            before = self.progress.counts["sent"]
            try:
                connection, size = Connection(self.server), len(attempt.body)
                if 0 < connection.most_bytes < size:
                    connection.close()
                    raise Refused(
                        f"{self.server.host} takes messages of {connection.most_bytes} bytes, and the issue has {size}",
                        hint='variant = "cards" in [issue] sends excerpts instead of whole articles.',
                    )
            except Exception as error:
                self.queue.give_back(attempt.recipient)
                if not isinstance(error, OSError | Unavailable):
                    raise
                failures, failure = failures + 1, error
            else:
                failure = _Line(self, connection, attempt).work()
                failures = failures + 1 if failure and self.progress.counts["sent"] == before else 0
            if failure:
                self._pause(failures, failure)

    def _pause(self, failures: int, error: Exception) -> None:
        deferred = isinstance(error, Unavailable) or (isinstance(error, Lost) and error.reply is not None)
        if failures >= (MOST_DEFERRALS if deferred else MOST_CONNECTS):
            said = f"{self.server.host}:{self.server.port} takes no mail now: {str(error) or 'no answer in time'}"
            # What the server says may be over in a minute; a server that is away is not asked by every run.
            raise Unavailable(said, retry_at=datetime.now(UTC) if deferred else None) from error
        if failures:
            self.queue.sleep(self.pause * 2 ** (failures - 1))


class _Line:
    """One connection at work: one letter on its way, and the next one announced behind it."""

    def __init__(self, sender: Sender, connection: Connection, attempt: Attempt) -> None:
        self._sender = sender
        self._connection = connection
        self._pipelining = "pipelining" in connection.extensions
        # Announced or about to be; on its way without a reply; answered and not yet written down.
        self._next: Attempt | None = attempt
        self._flight: Attempt | None = None
        self._done: list[SendResult] = []

    def work(self) -> Exception | None:
        """Send until nobody is left, or the connection ends; why it ended. Raises what stops the whole mailing."""
        try:
            self._announce()
            while self._step():
                pass
            self._connection.quit()
        except OSError as error:
            if self._flight:
                self._done.append(unanswered(self._flight.recipient, str(error), self._sender.policy, time.time()))
            return error
        finally:
            self._connection.close()
            if self._next:
                self._sender.queue.give_back(self._next.recipient)
            # What was answered is kept, whatever happened.
            self._sender.keep(self._done)
        return None

    def _step(self) -> bool:
        """Read what is said of one letter and send the next; whether there was one."""
        if self._flight:
            reply = self._connection.reply()
            answered, self._flight = self._flight, None
            self._weigh(answered, reply)
        if self._sender.why and self._next:
            # Its envelope may be on its way: only hanging up takes that back.
            raise Lost("stopped")
        if self._next is None:
            self._sender.keep(self._done)
            self._next = self._sender.next()
            if self._next is None:
                return False
            self._announce()
        attempt = self._next
        if not self._envelope(attempt):
            self._next = None
            self._sender.keep(self._done)
            self._connection.command("RSET")
            return True
        following = self._sender.next(wait=False) if self._pipelining else None
        if not self._sender.keep(self._done, begin=attempt):
            # The server waits for a letter that must not come: only hanging up takes the envelope back.
            self._next = following
            raise Lost("a subscriber left at the last moment")
        self._connection.write(attempt.body + self._piece(following) if following else attempt.body)
        self._flight, self._next = attempt, following
        return True

    def _weigh(self, attempt: Attempt, reply: Reply) -> None:
        if reply.code == 421:
            # RFC 5321 §3.8: the connection ends, and the letter was not taken. Many servers count letters per connection.
            if attempt is not self._next:
                self._done.append(SendResult(attempt.recipient, "queued", reply.code, reply.words))
            raise Lost(str(reply), reply)
        self._done += self._sender.weigh(attempt, reply)

    def _announce(self) -> None:
        if self._next and self._pipelining:
            self._connection.write(self._piece(self._next))

    def _piece(self, attempt: Attempt) -> bytes:
        """The envelope in one piece."""
        return "\r\n".join((*self._commands(attempt), "")).encode()

    def _commands(self, attempt: Attempt) -> tuple[str, str, str]:
        return self._connection.envelope(self._sender.sender, attempt.recipient.address, len(attempt.body))

    def _envelope(self, attempt: Attempt) -> bool:
        """Have the envelope taken, so that the server waits for the letter; whether it was."""
        connection = self._connection
        if self._pipelining:
            mail, rcpt, data = connection.reply(), connection.reply(), connection.reply()
        else:
            commands = self._commands(attempt)
            mail = connection.command(commands[0])
            # Nothing is said after a refusal, which then stands for all.
            rcpt = connection.command(commands[1]) if mail.ok else mail
            data = connection.command(commands[2]) if rcpt.ok else rcpt
        if data.code == 354 and not rcpt.ok:
            # RFC 2920 §3.1: there is nobody to send to, so what is sent is nothing.
            connection.command(".")
        if not rcpt.ok and not attempt.recipient.address.isascii() and "smtputf8" not in connection.extensions:
            said = "the server takes no address with accents (SMTPUTF8)"
            self._done.append(SendResult(attempt.recipient, "failed", None, said))
            return False
        if not mail.ok:
            # It names no recipient, so it is about us.
            if mail.code == 421:
                raise Lost(str(mail), mail)
            about = classify(mail)[0]
            said, host = f"the sender {self._sender.sender}: {mail}", self._sender.server.host
            raise refusal("account" if about == "recipient" else about, host, said, at=datetime.now(UTC))
        if rcpt.ok and data.code == 354:
            return True
        refused = rcpt if not rcpt.ok else data
        self._weigh(attempt, refused if not refused.ok else Reply(451, str(refused)))
        return False


def judge(recipient: Recipient, reply: Reply, now: float) -> Verdict:
    """The meaning of a refusal of one recipient's letter or envelope."""
    said = reply.words
    about, most = classify(reply)
    if about != "server":
        return Verdict(SendResult(recipient, "failed", reply.code, said, suppress=reply.status in GONE), about, most)
    if most > 1 and recipient.attempts + 1 >= MOST_ATTEMPTS:
        given_up = f"given up after {MOST_ATTEMPTS} attempts: {said}"
        return Verdict(SendResult(recipient, "failed", reply.code, given_up), about, most)
    next_at = now + min(FIRST_PAUSE * 2**recipient.attempts, LONGEST_PAUSE) if most > 1 else 0.0
    return Verdict(SendResult(recipient, "queued", reply.code, said, next_at=next_at), about, most)


def unanswered(recipient: Recipient, why: str, policy: Policy, now: float) -> SendResult:
    """The result of an attempt whose letter left, and whose answer never came: it may have arrived."""
    said = f"{why} after the letter left: it may have arrived"
    state, next_at = ("queued", now + AGAIN) if policy == "resend" else ("held", 0.0)
    return SendResult(recipient, state, None, said, next_at=next_at, doubt=True)
