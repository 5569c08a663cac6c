"""Against a real socket on loopback: what each way to fail means for us."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sharekit.errors import ConfigError, OutcomeUnknown, Refused, Unavailable
from sharekit.http import Answer, Client, Secret, retry_moment, secret

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@contextmanager
def answering(raw: bytes | None) -> Iterator[str]:
    """A far side that reads one request and answers these bytes, or hangs up without a word."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)

    def serve() -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(10)
            connection.recv(65536)
            if raw is not None:
                connection.sendall(raw)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/path"
    finally:
        listener.close()
        thread.join()


def client(**options: float) -> Client:
    return Client("Example", clock=lambda: NOW, secrets=[Secret("s3cr+t")], login="Renew the key.", **options)  # type: ignore[arg-type]  # each is a number


def response(status: str, body: str = "", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", "Connection: close", *headers, "", body]
    return "\r\n".join(lines).encode()


def test_an_answer_is_returned_whole() -> None:
    with answering(response("200 OK", '{"id": 7}', "X-Name: a")) as url:
        answer = client().request("POST", url, json={})

    assert (answer.status, answer.field("id"), answer.headers["x-name"]) == (200, "7", "a")


@pytest.mark.parametrize(
    ("raw", "error", "message"),
    [
        (response("422 Unprocessable", '{"detail": "too long"}'), Refused, "Example answered 422: too long"),
        (response("401 Unauthorized", '{"error": "key s3cr+t is bad"}'), Refused, "key *** is bad"),
        (response("404 Not Found", "<html><title>Gone &amp; lost</title></html>"), Refused, "404: Gone & lost"),
        (response("301 Moved", "", "Location: /elsewhere"), Refused, "it moved to /elsewhere"),
        (response("500 Oops", "<html></html>"), OutcomeUnknown, "answered 500"),
        (response("502 Bad Gateway"), OutcomeUnknown, "answered 502"),
        (None, OutcomeUnknown, "after the request left"),
        (b"not http at all\r\n\r\n", OutcomeUnknown, "after the request left"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut", OutcomeUnknown, "after the request left"),
    ],
)
def test_what_an_answer_to_a_post_means(raw: bytes | None, error: type[Exception], message: str) -> None:
    with answering(raw) as url, pytest.raises(error) as raised:
        client().request("POST", url, content=b"x")

    assert message in str(raised.value)
    assert "s3cr+t" not in str(raised.value)


@pytest.mark.parametrize("raw", [None, response("500 Oops"), b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut"])
def test_a_lookup_that_fails_left_nothing_behind(raw: bytes | None) -> None:
    with answering(raw) as url, pytest.raises(Unavailable):
        client().request("GET", url)


def test_a_far_side_that_is_away_took_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with pytest.raises(Unavailable, match="cannot be reached"):
        client().request("POST", url, content=b"x")


def test_an_answer_that_trickles_is_cut_off_at_the_deadline() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12") as url, pytest.raises(OutcomeUnknown):
        client(total=0.3).request("POST", url, content=b"x")


def test_an_answer_without_end_is_not_kept() -> None:
    with answering(response("200 OK", "x" * 2000)) as url, pytest.raises(OutcomeUnknown, match="longer than 1000"):
        client(max_bytes=1000).request("POST", url, content=b"x")


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        ({"retry-after": "120"}, NOW + timedelta(seconds=120)),
        ({"retry-after": "Fri, 01 May 2026 12:05:00 GMT"}, NOW + timedelta(minutes=5)),
        ({"retry-after": "Fri, 01 May 2020 12:05:00 GMT"}, NOW),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 60)}, NOW + timedelta(seconds=60)),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "99999999"}, None),
        ({}, None),
    ],
)
def test_when_to_come_again(headers: dict[str, str], moment: datetime | None) -> None:
    assert retry_moment(headers, NOW) == moment


def test_too_many_requests_carry_the_moment() -> None:
    with answering(response("429 Slow down", "", "Retry-After: 60")) as url, pytest.raises(Unavailable) as raised:
        client().request("POST", url, content=b"x")

    assert raised.value.retry_at == NOW + timedelta(seconds=60)


def test_a_success_that_says_nothing_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown, match="answered 200 without an id"):
        client().unreadable(Answer(200, {}, b"<html>hello"), "an id")


def test_a_secret_is_not_shown_and_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    import pickle

    monkeypatch.setenv("SHAREKIT_EXAMPLE_KEY", " s3cr+t\n")
    key = secret("SHAREKIT_EXAMPLE_KEY", scope="posting", page="docs/how-to/example.md")

    assert key.reveal() == "s3cr+t"
    assert "s3cr" not in f"{key} {key!r}"
    with pytest.raises(TypeError, match="never stored"):
        pickle.dumps(key)


def test_a_missing_secret_names_itself_its_scope_and_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHAREKIT_EXAMPLE_KEY", raising=False)
    with pytest.raises(ConfigError, match=r"SHAREKIT_EXAMPLE_KEY is not set; it must allow posting") as raised:
        secret("SHAREKIT_EXAMPLE_KEY", scope="posting", page="docs/how-to/example.md")

    assert raised.value.hint == "Where to get it: docs/how-to/example.md"


def test_a_credential_is_hidden_in_every_spelling() -> None:
    hidden = Client("Example", clock=lambda: NOW, secrets=[Secret('a+b/ç"')])

    assert hidden.redact('a+b/ç" a%2Bb%2F%C3%A7%22 a+b/\\u00e7\\"') == "*** *** ***"
