"""Against a real socket on loopback: what each way to fail means for us."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sharekit.errors import ChannelPaused, ConfigError, OutcomeUnknown, Refused, Unavailable
from sharekit.http import Answer, Client, Secret, credential, retry_moment
from sharekit.ports import Credential, claim_deadline

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEY = Credential(variable="SHAREKIT_EXAMPLE_KEY", scope="posting", page="sharekit help example")


@contextmanager
def answering(raw: bytes | None) -> Iterator[str]:
    """A server that reads one request and answers these bytes, or hangs up without a word."""
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
                with suppress(OSError):  # the client hangs up on what is too long
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
        (response("401 Unauthorized", '{"error": "key s3cr+t is bad"}'), ChannelPaused, "key *** is bad"),
        (response("402 Payment Required", '{"detail": "no credit"}'), ChannelPaused, "402: no credit"),
        (response("403 Forbidden", ""), ChannelPaused, "answered 403"),
        (response("426 Upgrade Required", '{"message": "not active"}'), ChannelPaused, "not active"),
        (response("404 Not Found", "<html><title>Gone &amp; lost</title></html>"), ChannelPaused, "404: Gone & lost; a web"),
        (
            response("403 Forbidden", "<html><title>Are you a robot?</title></html>"),
            ChannelPaused,
            "a web page and not the API",
        ),
        (response("404 Not Found", '{"error": "no such list"}'), Refused, "404: no such list"),
        (
            response("400 No", '{"detail": "Something is wrong.", "errors": [{"message": "The text is too long."}]}'),
            Refused,
            "400: Something is wrong: The text is too long",
        ),
        (response("422 No", '{"detail": [{"loc": ["subject"], "msg": "too long"}]}'), Refused, "422: too long"),
        (response("413 Too Large", "<html><title>Too large</title></html>"), Refused, "413: Too large"),
        (response("301 Moved", "", "Location: /elsewhere"), ChannelPaused, "it moved to /elsewhere"),
        (response("302 Found", "", "Location: /elsewhere"), OutcomeUnknown, "answered 302"),
        (response("303 See Other", "", "Location: /elsewhere"), OutcomeUnknown, "answered 303"),
        (response("408 Timeout"), Unavailable, "answered 408"),
        (response("425 Too Early"), Unavailable, "answered 425"),
        (response("503 Away"), OutcomeUnknown, "answered 503"),
        (b"HTTP/1.1 401 No\r\nContent-Length: 100\r\n\r\ncut", ChannelPaused, "answered 401: cut"),
        (b"HTTP/1.1 429 No\r\nContent-Length: 100\r\n\r\n", Unavailable, "answered 429"),
        (response("403 No", "x" * 2**23), ChannelPaused, "answered 403"),
        (response("200 OK", "x" * 2**23), OutcomeUnknown, "longer than"),
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


def test_a_lookup_that_is_sent_to_a_login_page_pauses() -> None:
    with answering(response("302 Found", "", "Location: /login")) as url, pytest.raises(ChannelPaused, match="to /login"):
        client().request("GET", url)


def test_a_server_that_is_away_took_nothing() -> None:
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
        ({"x-ratelimit-reset": "2026-05-01T12:05:00.125Z"}, NOW + timedelta(minutes=5, milliseconds=125)),  # Mastodon
        ({"x-ratelimit-reset": f"{NOW.timestamp() + 1.5}"}, NOW + timedelta(seconds=1.5)),  # Discord
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 60)}, NOW + timedelta(seconds=60)),  # Bluesky
        ({"ratelimit-reset": "60"}, NOW + timedelta(seconds=60)),  # the IETF's draft
        ({"x-sib-ratelimit-reset": "300"}, NOW + timedelta(minutes=5)),  # Brevo
        ({"retry-after": "60", "ratelimit-reset": "900"}, NOW + timedelta(seconds=60)),
        ({"retry-after": "soon", "ratelimit-reset": "900"}, NOW + timedelta(minutes=15)),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "-1"}, None),
        ({"x-ratelimit-reset": "2026-13-01"}, None),
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


def test_a_secret_is_not_shown_and_not_stored() -> None:
    import pickle

    key = credential(KEY, "example", "example", {"SHAREKIT_EXAMPLE_KEY": " s3cr+t\n"})

    assert key.reveal() == "s3cr+t"
    assert "s3cr" not in f"{key} {key!r}"
    with pytest.raises(TypeError, match="never stored"):
        pickle.dumps(key)


def test_a_missing_secret_names_itself_its_scope_and_where_to_get_it() -> None:
    with pytest.raises(ConfigError, match=r"SHAREKIT_EXAMPLE_KEY is not set; it must allow posting") as raised:
        credential(KEY, "example", "example", {})

    assert raised.value.hint == "Where to get it: sharekit help example"


def test_a_credential_is_hidden_in_every_spelling() -> None:
    hidden = Client("Example", clock=lambda: NOW, secrets=[Secret('a+b/ç"')])

    assert hidden.redact('a+b/ç" a%2Bb%2F%C3%A7%22 a+b/\\u00e7\\"') == "*** *** ***"


@pytest.mark.parametrize("headers", [{"idempotency-key": "été"}, {"x-a": "\ud83d"}, {"x-a": "日本"}])
def test_a_header_that_is_not_ascii_is_never_sent(headers: dict[str, str]) -> None:
    with pytest.raises(Refused, match="cannot be made"):
        client().request("POST", "http://127.0.0.1:9/", headers=headers)


def test_past_the_deadline_of_the_claim_only_harmless_requests_leave() -> None:
    gone = "http://127.0.0.1:9/"
    with claim_deadline(NOW), pytest.raises(Unavailable, match="the claim is too old"):
        client().request("POST", gone)
    with claim_deadline(NOW), answering(response("200 OK")) as url:
        assert client().request("POST", url, harmless=True).status == 200
    with claim_deadline(NOW), answering(response("200 OK")) as url:
        assert client().request("GET", url).status == 200
    with claim_deadline(NOW + timedelta(seconds=1)), answering(response("200 OK")) as url:
        assert client().request("POST", url).status == 200
    with answering(response("200 OK")) as url:
        assert client().request("POST", url).status == 200


@pytest.mark.parametrize(
    ("headers", "body", "page"),
    [
        ({"content-type": "text/html"}, b"<p>Log in", True),
        ({}, b"\xef\xbb\xbf\n <!doctype HTML>", True),
        ({}, b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', True),
        ({"content-type": "text/html"}, b"ok", False),
        ({"content-type": "application/json"}, b'{"html": "<html>"}', False),
        ({"content-type": "text/xml"}, b"<ok/>", False),
        ({}, b"", False),
    ],
)
def test_what_a_web_page_is(headers: dict[str, str], body: bytes, page: bool) -> None:
    assert Answer(200, headers, body).is_page() is page
