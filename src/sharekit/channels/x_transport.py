"""tweepy's requests, sent by ours: it builds and signs them (OAuth 1.0a), and never sees the network.

Imported when X posts: tweepy takes half a second to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import tweepy
from requests.adapters import BaseAdapter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from requests import PreparedRequest, Response

    from sharekit.http import Answer


class Send(Protocol):
    """Sends a signed request, at most once, and raises what its failure means."""

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer: ...


class _Answered(Exception):
    """Carries an answer past tweepy, which fails on bodies that are not as it expects."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class _Transport(BaseAdapter):
    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        # requests writes header names and values as str or bytes; oauthlib's Authorization is bytes.
        headers = {_text(name).lower(): _text(value) for name, value in request.headers.items()}
        kept: dict[str, str] = {
            name: headers[name] for name in ("authorization", "content-type", "user-agent") if name in headers
        }
        body = request.body.encode() if isinstance(request.body, str) else request.body
        if not isinstance(body, bytes | None):
            raise TypeError("tweepy never streams what we give it")
        raise _Answered(self._send(str(request.method), str(request.url), kept, body or None))

    def close(self) -> None:
        """Nothing is kept open."""


def send_signed(keys: Sequence[str], send: Send, method: str, route: str, **content: Any) -> Answer:
    """A request to ``route``, signed with the four ``keys`` of the app and its user; what ``send`` answers."""
    client = tweepy.Client(None, *keys)
    client.session.mount("https://", _Transport(send))
    try:
        client.request(method, route, user_auth=True, **content)
    except _Answered as answered:
        return answered.answer
    finally:
        client.session.close()
    raise AssertionError("the transport always answers or raises")


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
