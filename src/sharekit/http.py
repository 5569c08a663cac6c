"""One request to a far side, at most once, and what its outcome means for us.

Nothing here tries again. What happened is told apart by phase: before the connection stood nothing can have been
taken (Unavailable); once bytes left and no readable answer came, nobody knows (OutcomeUnknown); an answer is the far
side's own word (Refused, or Unavailable with the moment it named).
"""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
import socket
import threading
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NoReturn

from sharekit.errors import ConfigError, DeliveryError, OutcomeUnknown, Refused, Unavailable
from sharekit.redact import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

_WORDS_LENGTH = 300
_SAID_IN = ("detail", "error_description", "message", "error_message", "error", "title", "reason", "errors")


_DEADLINE: ContextVar[datetime | None] = ContextVar("claim_deadline", default=None)


@contextlib.contextmanager
def claim_deadline(at: datetime) -> Iterator[None]:
    """Within the block nothing that can be seen is sent from ``at`` (aware) on: another run may hold the claim by then."""
    token = _DEADLINE.set(at)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


class Secret:
    """A credential that shows itself only to :meth:`reveal`."""

    __slots__ = ("_value", "name")

    def __init__(self, value: str, name: str = "") -> None:
        self._value = value
        self.name = name

    def reveal(self) -> str:
        """The credential itself, for the header or field that carries it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self.name or '…'})"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never stored")


def secret(name: str, *, scope: str, page: str, environment: Mapping[str, str] = os.environ) -> Secret:
    """The credential in the environment variable ``name``, without the blanks that pasting adds.

    Raises ConfigError that names the variable, what the credential must allow (``scope``), and the ``page`` of our
    documentation that says where to get it.
    """
    value = environment.get(name, "").strip()
    if not value:
        raise ConfigError(f"{name} is not set; it must allow {scope}", hint=f"Where to get it: {page}")
    if not value.isprintable() or not value.isascii():
        raise ConfigError(f"{name} holds characters that no credential has", hint=f"Copy it again: {page}")
    return Secret(value, name)


@dataclass(frozen=True)
class Answer:
    """What came back. ``headers`` have lower-case names; ``body`` is decoded from its transfer and content coding."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON, or None where it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def field(self, *path: str) -> str:
        """A string or number at ``path`` of the JSON body, as text; empty where there is none."""
        node = self.json()
        for name in path:
            node = node.get(name) if isinstance(node, dict) else None
        return str(node) if isinstance(node, str | int) and not isinstance(node, bool) else ""

    def words(self) -> str:
        """What the far side says, in one line: of JSON, problem+json (RFC 9457) or an HTML title."""
        said = _said(self.json())
        if not said:
            text = self.body[:100_000].decode(errors="replace")
            title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
            said = html.unescape(title.group(1)) if title else "" if "<" in text else text
        line = " ".join("".join(c if c.isprintable() else " " for c in said).split())
        return line if len(line) <= _WORDS_LENGTH else line[: _WORDS_LENGTH - 1] + "…"


def _said(node: object) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return "; ".join(filter(None, map(_said, node[:3])))
    if isinstance(node, dict):
        found = [_said(node[name]) for name in _SAID_IN if node.get(name)]
        return ": ".join(dict.fromkeys(filter(None, reversed(found[:2]))))
    return ""


def retry_moment(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The moment that ``Retry-After`` names (RFC 9110 §10.2.3), else an ``x-rate-limit-reset`` in Unix seconds.

    ``now`` is what seconds count from. None where neither can be read, or where it lies more than 31 days ahead.
    """
    after, reset = headers.get("retry-after", "").strip(), headers.get("x-rate-limit-reset", "").strip()
    try:
        if after.isascii() and after.isdigit():
            moment = now + timedelta(seconds=int(after))
        elif after:
            moment = parsedate_to_datetime(after)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        elif reset.isascii() and reset.isdigit():
            moment = datetime.fromtimestamp(int(reset), UTC)
        else:
            return None
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return max(moment, now) if moment - now < timedelta(days=31) else None


class _Watch:
    """Knows whether bytes left, and ends the connection at the deadline, whatever trickles in."""

    def __init__(self, seconds: float) -> None:
        self.sent = False
        self.late = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()
        if self._socket:
            self._socket.close()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """See https://www.encode.io/httpcore/extensions/#trace for the names of the events."""
        if event == "connection.connect_tcp.complete":
            # A duplicate: wrapping the connection in TLS detaches the socket object, but not this one.
            if self._socket:
                self._socket.close()
            self._socket = info["return_value"].get_extra_info("socket").dup()
            if self.late:
                self._end()
        elif event.endswith("send_request_headers.started"):
            self.sent = True

    def _end(self) -> None:
        self.late = True
        if self._socket:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself


class Client:
    """One far side. Knows its name, what its credentials are called, and what it must never repeat to anyone.

    ``connect`` and ``read`` are seconds for one step, ``total`` for the whole request with its answer, ``max_bytes``
    bounds the decoded body. ``login`` is the sentence that follows a 401 or 403, ``clock`` tells the (aware) time.
    """

    def __init__(
        self,
        name: str,
        *,
        clock: Callable[[], datetime],
        secrets: Collection[Secret] = (),
        login: str = "",
        connect: float = 10,
        read: float = 30,
        total: float = 90,
        max_bytes: int = 2**22,
    ) -> None:
        self.name = name
        self.clock = clock
        self.login = login
        self._hidden = [secret.reveal() for secret in secrets]
        self._connect, self._read, self._total, self._max_bytes = connect, read, total, max_bytes

    def request(
        self,
        method: str,
        url: str,
        *,
        harmless: bool = False,
        also: Collection[int] = (),
        follow: bool = False,
        **content: Any,
    ) -> Answer:
        """Send one request and read its answer; ``content`` is as ``httpx.request`` takes it.

        ``harmless`` says that nothing is out even if the far side acted on it, as with a lookup or an upload; a GET
        is so by itself. Answers with a status in ``also`` are returned for the caller to judge.
        ``follow`` follows redirects of a GET.
        Raises Refused, Unavailable or OutcomeUnknown.
        """
        import httpx

        harmless = harmless or method == "GET"
        watch = _Watch(self._total)
        try:
            with watch:
                answer = self._exchange(method, url, follow and method == "GET", watch, content)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            # OSError: a platform error that httpx has no name for, such as a socket that the deadline ended.
            self._no_answer(error, watch, url, harmless=harmless)
        if not 200 <= answer.status < 300 and answer.status not in also:
            self.fail(answer, harmless=harmless)
        return answer

    def _exchange(self, method: str, url: str, follow: bool, watch: _Watch, content: dict[str, Any]) -> Answer:
        import httpx

        timeout = httpx.Timeout(self._read, connect=self._connect)
        headers = {"accept-encoding": "identity", "user-agent": "sharekit", **content.pop("headers", {})}
        # A fresh connection each time: on a kept one that the far side is just closing, nobody can tell what arrived.
        with httpx.Client(timeout=timeout, follow_redirects=follow, verify=follow or _tls(url)) as client:
            sent = client.stream(method, url, headers=headers, extensions={"trace": watch.trace}, **content)
            with sent as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > self._max_bytes:
                        raise httpx.ReadError(f"the answer is longer than {self._max_bytes} bytes")
                if watch.late:
                    raise httpx.ReadTimeout("cut off at the deadline")
                return Answer(response.status_code, dict(response.headers), bytes(body))

    def _no_answer(self, error: Exception, watch: _Watch, url: str, *, harmless: bool) -> NoReturn:
        import httpx

        what = f"no whole answer within {self._total:g} s" if watch.late else self.redact(str(error)) or "timed out"
        host = re.sub(r"^(https?://)?(?:[^/@]*@)?([^/?#]*).*", r"\2", url)
        if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL | httpx.LocalProtocolError):
            raise Refused(f"{self.name}: the request cannot be made: {what}") from None
        if not watch.sent:
            raise Unavailable(f"{self.name} cannot be reached at {host}: {what}") from None
        if harmless:
            raise Unavailable(f"{self.name} gave no readable answer: {what}") from None
        raise OutcomeUnknown(f"{self.name} gave no readable answer after the request left: {what}") from None

    def fail(self, answer: Answer, *, harmless: bool = False, hint: str | None = None) -> NoReturn:
        """Raise what an answer that is not a success means."""
        status = answer.status
        said = self.redact(answer.words())
        message = f"{self.name} answered {status}" + (f": {said}" if said else "")
        retry_at = retry_moment(answer.headers, self.clock())
        # 408 and 425: the far side says itself that it did not process the request (RFC 9110 §15.5.9, RFC 8470).
        if status in (408, 425, 429) or (status == 503 and retry_at):
            raise Unavailable(message, retry_at=retry_at, hint=hint)
        if status in (401, 403):
            raise Refused(message, hint=hint or self.login or None)
        if status >= 500 or status == 303 or status < 300:
            error: type[DeliveryError] = Unavailable if harmless else OutcomeUnknown
            raise error(message, hint=hint)
        if status < 400:
            message += f"; it moved to {self.redact(answer.headers.get('location', 'nowhere'))}"
        raise Refused(message, hint=hint)

    def unreadable(self, answer: Answer, missing: str) -> NoReturn:
        """Raise OutcomeUnknown for a success whose body does not hold what a success holds."""
        said = self.redact(answer.words())
        raise OutcomeUnknown(
            f"{self.name} answered {answer.status} without {missing}" + (f': "{said}"' if said else ""),
            hint="Something between may have answered in its place, or it took the request and failed later.",
        )

    def redact(self, text: str) -> str:
        """The text without any of the credentials, in any of the spellings in which they leave."""
        return redact(text, self._hidden)


def _tls(url: str) -> Any:
    """Certificates are checked; a plain loopback address has none, and loading the roots takes tens of ms."""
    import httpx

    return False if url.startswith("http://") else httpx.create_ssl_context()
