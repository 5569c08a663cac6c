"""The pages of the list as a service: sign up, confirm, unsubscribe, preferences; and health and metrics for who runs it.

A GET never changes anything, because scanners follow every link of a letter. There are no cookies and no sessions, so there
is nothing that another site could use in a person's name: who may do what is in the link.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import hashlib
import ipaddress
import json
import time
from collections import Counter, OrderedDict
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from sharekit.errors import LedgerUnavailable, not_installed
from sharekit.list import mailing as mailings
from sharekit.list.queue import Limit, read_limit, take_place
from sharekit.list.signups import Confirmations, Signup, Signups, with_tag
from sharekit.templating import shipped_templates
from sharekit.text.addresses import read_address

try:
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.exceptions import HTTPException
    from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
    from starlette.routing import Route
except ModuleNotFoundError as error:
    raise not_installed("Starlette, which answers the pages of the list,", "serve") from error

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sharekit.list.letter import Tokens
    from sharekit.list.pages import Pages
    from sharekit.list.subscribers import Subscriber, Subscribers

Read = TypeVar("Read")
# Bytes of a form, and its fields.
LONGEST_FORM, MOST_FIELDS = 8192, 20
# Clients that are remembered, the latest ones: what a flood may take of the memory.
MOST_CLIENTS = 10_000
WRONG, LATER = "Something went wrong", "Please try again later."
ASKED = "A message with a link is on its way to this address. You are subscribed once you confirm there."
FORM = "application/x-www-form-urlencoded"
# Nothing of a page is for anybody else: no script, no frame, no device, and no site that opened it.
POLICY = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # The token in the address of a page is nobody else's business, and stays in no cache.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), fullscreen=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Strict-Transport-Security": "max-age=31536000",
}
# What programs read is no page (OWASP ASVS 4.0.3, 14.4.2).
API = {"Content-Disposition": 'attachment; filename="api.json"'}


@dataclass(kw_only=True)
class Service:
    """The answers. ``per_client`` and ``rate`` limit the sign-ups; ``said`` takes the lines of the log."""

    subscribers: Subscribers
    signups: Signups
    tokens: Tokens
    pages: Pages
    confirmations: Confirmations
    per_client: str
    rate: str
    said: Callable[[str], None]
    counts: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    clients: OrderedDict[str, Limit] = field(default_factory=OrderedDict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asking: list[Signup] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.writing: asyncio.Task[None]
        # The one page that a flood gets.
        self.asked = functools.cache(functools.partial(self._said, "Check your inbox", ASKED))
        self.total = read_limit(self.rate, setting="mailers.smtp.signup.rate")
        self.of_each = read_limit(self.per_client, setting="mailers.smtp.signup.per_client")

    # --- to leave: what is not async runs in a thread, as it waits for the database ---

    def leave_page(self, request: Request) -> Response:
        known = self.subscribers.find(self._number(request))
        if known is None or known.state not in ("active", "pending"):
            return self._left(request, known)
        choice = next((tag for tag in self.pages.choices if tag in known.tags), "")
        language = self.pages.language_of(known.language, _accepted(request))
        return self._page("leave.html", language, chosen=language, choice=choice, here=request.url.path)

    def leave(self, request: Request) -> Response:
        """RFC 8058 §3.2: no cookies, no questions; what the body says does not matter."""
        number = self._number(request)
        self.subscribers.leave(number, reason="unsubscribed by their link", at=datetime.now(UTC))
        return self._left(request, self.subscribers.find(number))

    def _left(self, request: Request, known: Subscriber | None) -> Response:
        language = self._language(request, known)
        return self._said("You are unsubscribed", "You get no more letters from “%(title)s”.", language, again=True)

    async def preferences(self, request: Request) -> Response:
        number = self._number(request)
        return await run_in_threadpool(self._prefer, number, await _form(request))

    def _prefer(self, number: int, given: dict[str, str]) -> Response:
        known, language = self.subscribers.find(number), given.get("language", "")
        if known and known.state in ("active", "pending"):
            tag, among = given.get("choice", ""), self.pages.choices
            tags = with_tag(known.tags, tag, among) if tag in among else None
            self.subscribers.edit(number, language=language if language in self.pages.languages else None, tags=tags)
        language = self.pages.language_of(language, known.language if known else "")
        return self._said("Saved", "Your preferences are saved.", language)

    def _language(self, request: Request, known: Subscriber | None) -> str:
        return self.pages.language_of(known.language if known else "", _accepted(request))

    def _number(self, request: Request) -> int:
        return _ours(self.tokens.read(request.path_params["token"]))

    # --- to join ---

    async def subscribe_page(self, request: Request) -> Response:
        language = self.pages.language_of(request.query_params.get("language", ""), _accepted(request))
        return self._page("subscribe.html", language, email="", error="")

    async def subscribe(self, request: Request) -> Response:
        """The same answer for every address: whoever asks learns of nobody whether they are subscribed."""
        client = _client(request)
        if wait := self._wait(client):
            raise HTTPException(429, headers={"Retry-After": str(int(wait) + 1)})
        given = await _form(request)
        language = self.pages.language_of(given.get("language", ""), _accepted(request))
        try:
            address = read_address(given.get("email", ""))
        except ValueError:
            error = self.pages.words("This is not an e-mail address.", language)
            return self._page("subscribe.html", language, 422, email=given.get("email", ""), error=error)
        if not given.get("website"):
            tag = given.get("choice", "") if given.get("choice", "") in self.pages.choices else ""
            text = self.pages.consent(language)
            # Those that come while others are written are written together.
            if not self.asking:
                self.writing = asyncio.create_task(self._write())
            self.asking.append(Signup(address=address, language=language, client=client, text=text, tag=tag))
            await asyncio.shield(self.writing)
        return self.asked(language)

    async def _write(self) -> None:
        async with self.lock:
            signups, self.asking = self.asking, []
            if await run_in_threadpool(self.signups.ask, signups, at=datetime.now(UTC)):
                self.confirmations.new.set()

    def _wait(self, client: str) -> float:
        """Seconds that a client has to wait; 0 takes its place."""
        now, key = time.monotonic(), _network(client)
        own = self.clients.pop(key, None) or Limit(self.of_each.count, self.of_each.seconds)
        self.clients[key] = own
        if len(self.clients) > MOST_CLIENTS:
            self.clients.popitem(last=False)
        return take_place((own, self.total), now)

    async def confirm_page(self, request: Request) -> Response:
        _ours(self.tokens.read_confirmation(request.path_params["token"]))
        return self._page("confirm.html", self.pages.language_of(_accepted(request)), here=request.url.path)

    def confirm(self, request: Request) -> Response:
        number, asked = _ours(self.tokens.read_confirmation(request.path_params["token"]))
        done = self.signups.confirm(number, asked, client=_client(request), at=datetime.now(UTC))
        language = self._language(request, self.subscribers.find(number))
        if not done:
            return self._said("This link is no longer valid", "Please subscribe again.", language, 410, again=True)
        return self._said("You are subscribed", "The next letter from “%(title)s” comes to you.", language)

    async def home(self, _request: Request) -> Response:
        return RedirectResponse(self.pages.paths.subscribe)

    # --- for who runs it ---

    def health(self, _request: Request) -> Response:
        self.subscribers.find(0)
        return JSONResponse({"status": "ok"}, headers=API)

    def metrics(self, request: Request) -> Response:
        """Prometheus' text format (0.0.4), for this machine and private networks alone."""
        headers = request.headers
        if "x-forwarded-for" in headers or "forwarded" in headers or not _is_private(_client(request)):
            raise HTTPException(404)
        engine = self.subscribers.engine
        mailing = mailings.find_mailing(engine, None)
        letters = mailings.counts(engine, mailing) if mailing else {}
        lines = ["# TYPE sharekit_subscribers gauge"]
        lines += [f'sharekit_subscribers{{state="{state}"}} {count}' for state, count in self.subscribers.counts().items()]
        lines.append("# TYPE sharekit_letters gauge")
        lines += [f'sharekit_letters{{issue="last",state="{state}"}} {count}' for state, count in letters.items()]
        lines.append("# TYPE sharekit_requests_total counter")
        for (page, method, status), count in sorted(self.counts.copy().items()):
            lines.append(f'sharekit_requests_total{{page="{page}",method="{method}",status="{status}"}} {count}')
        return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")

    async def openapi(self, _request: Request) -> Response:
        """What the service answers (OpenAPI 3.1)."""
        value, paths = json.loads((shipped_templates() / "list" / "openapi.json").read_bytes()), self.pages.paths
        value["paths"] = {
            path.replace("/unsubscribe/", paths.leave) if "/unsubscribe/" in path else paths.base + path[1:]: each
            for path, each in value["paths"].items()
        }
        return JSONResponse(value, headers=API)

    # --- answers ---

    async def refused(self, request: Request, error: HTTPException) -> Response:
        heading, said = {
            404: ("This page does not exist", "Is the link complete? A part of it may have been cut off."),
            429: ("Too many requests", LATER),
        }.get(error.status_code, (WRONG, LATER))
        answer = self._said(heading, said, self.pages.language_of(_accepted(request)), error.status_code)
        answer.headers.update(error.headers or {})
        if error.status_code == 405:
            # Starlette names the methods of one route alone, and a path has one for each method (RFC 9110 §10.2.1).
            here = [each for each in request.app.routes if each.path_regex.match(request.url.path)]
            answer.headers["Allow"] = ", ".join(sorted({method for each in here for method in each.methods}))
        return answer

    async def away(self, request: Request, error: Exception) -> Response:
        known = isinstance(error, LedgerUnavailable)
        self.said(json.dumps({"event": "failed", "why": type(error).__name__}))
        answer = self._said(WRONG, LATER, self.pages.language_of(_accepted(request)), 503 if known else 500)
        answer.headers["Retry-After"] = "60"
        return answer

    def _said(self, heading: str, said: str, language: str, status: int = 200, *, again: bool = False) -> Response:
        heading, said = (self.pages.words(each, language) for each in (heading, said))
        return self._page("said.html", language, status, heading=heading, said=said, again=again)

    def _page(self, name: str, language: str, status: int = 200, **values: Any) -> Response:
        return HTMLResponse(self.pages.page(name, language, **values), status, {"Content-Language": language})


def make_app(service: Service) -> ASGIApp:
    """The service as an ASGI application."""
    paths = service.pages.paths

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        sending = asyncio.create_task(service.confirmations.run())
        yield
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending

    routes = [
        Route(paths.subscribe, service.subscribe, methods=["POST"]),
        Route(paths.subscribe, service.subscribe_page, methods=["GET"]),
        Route(paths.leave + "{token}", service.leave_page, methods=["GET"]),
        Route(paths.leave + "{token}", service.leave, methods=["POST"]),
        Route(paths.leave + "{token}/preferences", service.preferences, methods=["POST"]),
        Route(paths.confirm + "{token}", service.confirm_page, methods=["GET"]),
        Route(paths.confirm + "{token}", service.confirm, methods=["POST"]),
        Route(paths.base + "health", service.health, methods=["GET"]),
        Route(paths.base + "metrics", service.metrics, methods=["GET"]),
        Route(paths.base + "openapi.json", service.openapi, methods=["GET"]),
        Route(paths.base, service.home, methods=["GET"]),
    ]
    handlers: dict[Any, Any] = {HTTPException: service.refused, LedgerUnavailable: service.away, Exception: service.away}
    return _guarded(Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan), service)


def _guarded(app: ASGIApp, service: Service) -> ASGIApp:
    """The app, every answer of which has HEADERS, a place in the counts and a line in the log, without address and token."""
    raw = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    # CSP 3, §2.3.1: the one style sheet is known by its digest.
    style = base64.b64encode(hashlib.sha256(service.pages.style.encode()).digest()).decode()
    raw.append((b"content-security-policy", f"style-src 'sha256-{style}'; {POLICY}".encode()))

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *raw]
                page, status = getattr(scope.get("endpoint"), "__name__", "none"), message["status"]
                # Another method is anything that a client may write.
                method = scope["method"] if page != "none" and status != 405 else "other"
                service.counts[page, method, status] += 1
                line: dict[str, object] = {"event": "request", "page": page, "method": method, "status": status}
                service.said(json.dumps({**line, "ms": round((time.monotonic() - began) * 1000)}))
            await send(message)

        await app(scope, receive, sending)

    return guarded


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form. Raises HTTPException for what is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(415)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise HTTPException(413)
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise HTTPException(422) from error


def _ours(read: Read | None) -> Read:
    """What a token says. Raises HTTPException where it is not ours."""
    if read is None:
        raise HTTPException(404)
    return read


def _accepted(request: Request) -> str:
    """The first language that a browser asks for."""
    return request.headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip()[:20]


def _client(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _network(client: str) -> str:
    """What counts as one client: an address, or the /64 that a host of IPv6 has to itself."""
    with suppress(ValueError):
        if ":" in client:
            return str(ipaddress.IPv6Network((client, 64), strict=False))
    return client


def _is_private(client: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(client).is_private
    return False
