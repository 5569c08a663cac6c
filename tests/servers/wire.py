"""An HTTP server on loopback that a network's server is written on."""

from __future__ import annotations

import contextlib
import json
import re
import select
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

from servers import specs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CLOCK = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
# A picture of one pixel, so that nothing has to be drawn.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


@dataclass(frozen=True)
class Request:
    """What arrived. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}


@dataclass(frozen=True)
class Reply:
    """What goes back. A body that is not bytes is JSON. One that ``trickles`` comes byte by byte, 50 ms apart."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    trickles: bool = False


@dataclass
class Trouble:
    """What goes wrong for the requests that match: an answer ``instead``, or the answer ``lost`` after it was acted on."""

    method: str
    path: str
    kind: Literal["instead", "lost"]
    reply: Reply
    times: int


class Complaint(AssertionError):
    """A request that is not as the description says."""


class Wire:
    """Runs while the ``with`` block does. ``posts`` are the texts that are out, oldest first.

    ``guarded`` tells whether what is out already is known as such; without it, whatever comes is published.
    """

    guarded = True
    # The moment at which a rehearsal acts, where it has one.
    now: datetime | None = None
    # Whether posts are dated by the clock, as for a delivery in real time; else a minute after one another.
    live = False
    # The request that makes a share public.
    ACT: tuple[str, str] = ("POST", "/")
    # The description in tests/specs that every request has to keep to.
    SPEC = ""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        self.replies: list[tuple[Request, Reply]] = []
        self.answered: Callable[[Request], None] = lambda _request: None
        self._troubles: list[Trouble] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def posts(self) -> list[str]:
        raise NotImplementedError

    def handle(self, request: Request) -> Reply:
        """Act on a request and answer it. A :class:`Complaint` is kept, and answered by :meth:`invalid`."""
        raise NotImplementedError

    def page(self, request: Request) -> Reply | None:
        """What the server has beside its API, such as a picture."""
        return Reply(200, PIXEL, {"content-type": "image/png"}) if request.path == "/pixel.png" else None

    def invalid(self, complaint: str) -> Reply:
        """The network's own answer to a request that is not as it describes."""
        return Reply(400, {"error": "invalid_request", "message": complaint})

    def moment(self, number: int) -> datetime:
        """When the nth post came."""
        if self.now is not None:
            return self.now + timedelta(seconds=number)
        return datetime.now(UTC) if self.live else CLOCK + timedelta(minutes=number)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def refuse(self, reply: Reply, *, at: tuple[str, str] | None = None, times: int = 1) -> None:
        """Answer so instead of acting."""
        method, path = at or self.ACT
        self._troubles.append(Trouble(method, path, "instead", reply, times))

    def lose(self, *, at: tuple[str, str] | None = None, times: int = 1) -> None:
        """Act, and hang up without an answer."""
        method, path = at or self.ACT
        self._troubles.append(Trouble(method, path, "lost", Reply(), times))

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self._troubles.clear()

    def made(self, method: str, path: str) -> list[Request]:
        """The requests of a kind that arrived."""
        return [each for each in self.requests if each.method == method and re.fullmatch(path, each.path)]

    def _trouble(self, request: Request) -> Trouble | None:
        for trouble in self._troubles:
            if trouble.times and trouble.method == request.method and re.fullmatch(trouble.path, request.path):
                trouble.times -= 1
                return trouble
        return None

    def _serve(self, request: Request) -> Reply | None:
        with self._lock:
            self.requests.append(request)
            trouble = self._trouble(request)
            if trouble and trouble.path == request.path and trouble.method == "GET":
                return trouble.reply  # the picture of a test, which is not of the API
            if page := self.page(request):
                return page
            try:
                check(not (wrong := self.SPEC and specs.wrong(self.SPEC, request)), wrong or "")
                if trouble and trouble.kind == "instead":
                    return trouble.reply
                reply = self.handle(request)
            except (Complaint, KeyError, ValueError) as complaint:
                self.complaints.append(f"{request.method} {request.path}: {complaint!r}")
                return self.invalid(str(complaint))
            self.replies.append((request, reply))
            self.answered(request)
            return None if trouble else reply

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        wire = self

        class Handler(BaseHTTPRequestHandler):
            def _go(self) -> None:
                parts = urlsplit(self.path)
                length = int(self.headers.get("content-length", 0))
                sent = self.rfile.read(length)
                if len(sent) < length:
                    # Whoever sent it was killed half-way: that is no request.
                    self.close_connection = True
                    return
                request = Request(
                    method=self.command,
                    path=parts.path,
                    query={name: values[-1] for name, values in parse_qs(parts.query).items()},
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=sent,
                )
                reply = wire._serve(request)
                if reply is None:
                    with contextlib.suppress(OSError):
                        self.connection.shutdown(socket.SHUT_RDWR)
                    return
                body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                with contextlib.suppress(OSError):
                    self.send_response(reply.status)
                    given = {"content-type": "application/json", "content-length": str(len(body)), **reply.headers}
                    for name, value in given.items():
                        self.send_header(name, value)
                    self.end_headers()
                    for start in range(len(body)) if reply.trickles else ():
                        self.wfile.write(body[start : start + 1])
                        if wait_for_end(self.connection, 0.05):
                            break
                    else:
                        self.wfile.write(b"" if reply.trickles else body)
                    self.close_connection = given["content-length"] != str(len(body))

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _go  # noqa: N815  # the names that http.server asks for

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        return Handler


def wait_for_end(connection: socket.socket, seconds: float) -> bool:
    """Whether the other side has hung up, or does so within the time."""
    readable, _, _ = select.select([connection], [], [], seconds)
    return bool(readable) and not connection.recv(1, socket.MSG_PEEK)


def check(condition: object, complaint: str) -> None:
    """Raise the complaint unless the condition holds."""
    if not condition:
        raise Complaint(complaint)


def parts(request: Request) -> dict[str, bytes]:
    """The fields and files of a multipart form, by name."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + request.body, policy=HTTP)
    found = {}
    for part in message.iter_parts():
        data = part.get_payload(decode=True)
        check(isinstance(data, bytes), "a part of the form has content")
        found[str(part.get_param("name", header="content-disposition"))] = bytes(data)
    return found
