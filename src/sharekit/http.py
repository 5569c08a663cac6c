"""One HTTP request, sent at most once, and what its outcome means.

Nothing here tries again. The phase decides: before the connection stood nothing can have been taken (Unavailable); once
bytes left and no readable answer came, nobody knows (OutcomeUnknown); an answer is the server's own word (Refused,
ChannelPaused, or Unavailable with the moment that it named).
"""

from __future__ import annotations

import json
import re
import socket
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from sharekit.errors import ChannelPaused, ConfigError, DeliveryError, OutcomeUnknown, Refused, Unavailable
from sharekit.ports import check_claim
from sharekit.text.visible import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from sharekit.ports import Credential

# Seconds for one step of a request.
CONNECT, READ = 10, 30
_WORDS_LENGTH = 300
# The most telling first: of X and Mailchimp, what "detail" says is that something is wrong.
_SAID_IN = ("errors", "detail", "error_description", "message", "msg", "error_message", "error", "title", "reason")
# Credentials (RFC 9110 §15.5.2 to .4) or a version of the API that has ended (§15.5.22): no other text would be taken.
_ABOUT_THE_ACCOUNT = (401, 402, 403, 426)
# The content itself is too large, too long or wrong, whoever answers.
_ABOUT_THE_CONTENT = (413, 414, 415, 422, 431)
_SIGNS_OF_A_PAGE = (b"<!doctype html", b"<html", b"<title")
# In the order in which they are believed. Retry-After: RFC 9110 §10.2.3. X: Unix seconds. Mastodon and Discord:
# "x-ratelimit-reset", ISO 8601 or Unix seconds. Bluesky: "ratelimit-reset", Unix seconds (seconds to go in the IETF draft).
# Brevo: seconds to go (developers.brevo.com/docs/limit-headers). Meta has its own: sharekit.channels.graph.
_RETRY_HEADERS = ("retry-after", "x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset", "x-sib-ratelimit-reset")


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


def credential(
    declared: Credential, kind: str, name: str, environment: Mapping[str, str], named: str | None = None
) -> Secret:
    """The credential of the account ``name``, from its environment variable or from ``named``, without pasted blanks.

    Raises ConfigError that names the variable, what it must allow and the page that says where to get it.
    """
    variable = named or declared.variable_of(kind, name)
    value = environment.get(variable, "").strip()
    if not value:
        hint = f"Where to get it: {declared.page}"
        raise ConfigError(f"{variable} is not set; it must allow {declared.scope}", hint=hint)
    if not value.isprintable() or not value.isascii():
        raise ConfigError(f"{variable} holds characters that no credential has", hint=f"Copy it again: {declared.page}")
    return Secret(value, variable)


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

    def is_page(self) -> bool:
        """Whether it is a web page, as something between sends it in the place of an API."""
        start = self.body[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        return start.startswith(b"<") and (
            "html" in self.headers.get("content-type", "") or any(sign in start for sign in _SIGNS_OF_A_PAGE)
        )

    def words(self) -> str:
        """What the server says, in one line: of JSON, problem+json (RFC 9457) or an HTML title."""
        said = _said(self.json())
        if not said:
            text = self.body[:100_000].decode(errors="replace")
            from html import unescape

            title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
            said = unescape(title.group(1)) if title else "" if "<" in text else text
        line = " ".join("".join(c if c.isprintable() else " " for c in said).split())
        return line if len(line) <= _WORDS_LENGTH else line[: _WORDS_LENGTH - 1] + "…"


def _said(node: object) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return "; ".join(filter(None, map(_said, node[:3])))
    if isinstance(node, dict):
        found = [_said(node[name]) for name in _SAID_IN if node.get(name)]
        return ": ".join(dict.fromkeys(said.rstrip(".") for said in reversed(found[:2]) if said))
    return ""


def retry_moment(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The moment (aware) from which the server takes requests again, from the headers in which servers name it.

    ``now`` is what seconds to go count from. None where no header can be read, or names a moment over 31 days ahead.
    """
    for name in _RETRY_HEADERS:
        moment = _moment(headers.get(name, "").strip(), now)
        if moment and moment - now < timedelta(days=31):
            return max(moment, now)
    return None


def _moment(value: str, now: datetime) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        if value.isascii() and value.replace(".", "", 1).isdigit():
            seconds = float(value)
            # More than thirty years to go are Unix seconds.
            return datetime.fromtimestamp(seconds, UTC) if seconds > 1e9 else now + timedelta(seconds=seconds)
        moment = datetime.fromisoformat(value) if value[:1].isdigit() else parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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
    """Talks to one server. Knows its name, and the credentials that no message may repeat.

    ``total`` is seconds for the whole request with its answer, ``max_bytes`` bounds the decoded body. ``login`` is the hint
    after an answer about the account, ``clock`` tells the (aware) time.
    ``api`` says that no success of this server is a web page: one comes from something between, such as a login.
    """

    def __init__(
        self,
        name: str,
        *,
        clock: Callable[[], datetime],
        secrets: Collection[Secret] = (),
        login: str = "",
        total: float = 90,
        max_bytes: int = 2**22,
        api: bool = False,
    ) -> None:
        self.name = name
        self._api = api
        self.clock = clock
        self.login = login
        self._hidden = [secret.reveal() for secret in secrets]
        self._total, self._max_bytes = total, max_bytes

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

        ``harmless`` says that nothing is out even if the server acted on it, as with a look-up or an upload; a GET
        is so by itself. Answers with a status in ``also`` are returned for the caller to judge.
        ``follow`` follows the redirects of a GET, wherever they lead: for requests without a credential.
        Raises Refused, ChannelPaused, Unavailable or OutcomeUnknown; Unavailable too where the claim is too old.
        """
        import httpx

        harmless = harmless or method == "GET"
        if not harmless:
            check_claim(self.clock())
        watch = _Watch(self._total)
        try:
            with watch:
                answer = self._exchange(method, url, follow and method == "GET", watch, content)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            # OSError: a platform error that httpx has no name for, such as a socket that the deadline ended.
            # ValueError: what cannot be written into a request, such as a header that is not ASCII.
            self._no_answer(error, watch, url, harmless=harmless)
        if not 200 <= answer.status < 300 and answer.status not in also:
            self.fail(answer, harmless=harmless)
        if self._api and answer.status < 300 and answer.is_page():
            if not harmless:
                self.unreadable(answer, "the API's answer")
            raise Unavailable(f"{self.name} answered {answer.status} with a web page: {self.redact(answer.words())}")
        return answer

    def _exchange(self, method: str, url: str, follow: bool, watch: _Watch, content: dict[str, Any]) -> Answer:
        import httpx

        timeout = httpx.Timeout(READ, connect=CONNECT)
        headers = {"accept-encoding": "identity", "user-agent": "sharekit", **content.pop("headers", {})}
        # A fresh connection each time: on a kept one that the server is just closing, nobody can tell what arrived.
        with httpx.Client(timeout=timeout, follow_redirects=follow, verify=follow or _tls(url)) as client:
            sent = client.stream(method, url, headers=headers, extensions={"trace": watch.trace}, **content)
            with sent as response:
                body = bytearray()
                try:
                    for chunk in response.iter_bytes():
                        body += chunk
                        if len(body) > self._max_bytes and follow:
                            raise Refused(f"{self.name}: what it sends has more than {self._max_bytes} bytes")
                        if len(body) > self._max_bytes:
                            raise httpx.ReadError(f"the answer is longer than {self._max_bytes} bytes")
                    if watch.late:
                        raise httpx.ReadTimeout("cut off at the deadline")
                except (httpx.HTTPError, OSError):
                    # The status says already that it was not taken.
                    if not 400 <= response.status_code < 500:
                        raise
                return Answer(response.status_code, dict(response.headers), bytes(body[: self._max_bytes]))

    def _no_answer(self, error: Exception, watch: _Watch, url: str, *, harmless: bool) -> NoReturn:
        import httpx

        what = f"no whole answer within {self._total:g} s" if watch.late else self.redact(str(error)) or "timed out"
        host = re.sub(r"^(https?://)?(?:[^/@]*@)?([^/?#]*).*", r"\2", url)
        if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL | httpx.LocalProtocolError | UnicodeError):
            raise Refused(f"{self.name}: the request cannot be made: {what}") from None
        if not watch.sent:
            raise Unavailable(f"{self.name} cannot be reached at {host}: {what}") from None
        if harmless:
            raise Unavailable(f"{self.name} gave no readable answer: {what}") from None
        raise OutcomeUnknown(f"{self.name} gave no readable answer after the request left: {what}") from None

    def fail(self, answer: Answer, *, harmless: bool = False, hint: str | None = None) -> NoReturn:
        """Raise what an answer that is not a success means."""
        status, message = answer.status, self.message(answer)
        retry_at = retry_moment(answer.headers, self.clock())
        # 408 and 425: the server says itself that it did not process the request (RFC 9110 §15.5.9, RFC 8470).
        if status in (408, 425, 429) or (status == 503 and "retry-after" in answer.headers):
            raise Unavailable(message, retry_at=retry_at, hint=hint)
        if 400 <= status < 500 and answer.is_page() and status not in _ABOUT_THE_CONTENT:
            raise ChannelPaused(
                f"{message}; a web page and not the API",
                hint="Check the address in the settings, and whether a proxy answers in its place.",
            )
        if status in _ABOUT_THE_ACCOUNT:
            raise ChannelPaused(message, hint=hint or self.login or None)
        if status in (301, 307, 308) or (harmless and 300 <= status < 400):
            place = self.redact(answer.headers.get("location", "nowhere"))
            raise ChannelPaused(f"{message}; it moved to {place}", hint=hint or "Correct the address in the settings.")
        if status < 400 or status >= 500:
            # A 302 or 303 may follow on what was done (RFC 9110 §15.4.3 and .4).
            error: type[DeliveryError] = Unavailable if harmless else OutcomeUnknown
            raise error(message, hint=hint)
        raise Refused(message, hint=hint)

    def unreadable(self, answer: Answer, missing: str) -> NoReturn:
        """Raise OutcomeUnknown for a success whose body does not hold what a success holds."""
        said = self.redact(answer.words())
        raise OutcomeUnknown(
            f"{self.name} answered {answer.status} without {missing}" + (f': "{said}"' if said else ""),
            hint="Something between may have answered in its place, or it took the request and failed later.",
        )

    def message(self, answer: Answer) -> str:
        """What the server answered, in its own words."""
        said = self.redact(answer.words()).rstrip(".")
        return f"{self.name} answered {answer.status}" + (f": {said}" if said else "")

    def redact(self, text: str) -> str:
        """The text without any of the credentials, in any of the spellings in which they leave."""
        return redact(text, self._hidden)


def _tls(url: str) -> Any:
    """Certificates are checked; a plain loopback address has none, and loading the roots takes tens of ms."""
    import httpx

    return False if url.startswith("http://") else httpx.create_ssl_context()
