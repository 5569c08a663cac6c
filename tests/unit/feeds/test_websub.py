"""Which feeds a hub is notified of, and how (PubSubHubbub 0.4 §7, the form that WebSub's hubs take)."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from sharekit.errors import Refused, Unavailable
from sharekit.feeds.websub import Hub, plan_pings

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FEEDS = {
    "index.xml": ("https://blog.example/index.xml", b"<rss/>"),
    "atom.xml": ("https://blog.example/atom.xml", b"<feed/>"),
}


@contextmanager
def hub(status: int, heard: list[dict[str, list[str]]]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            heard.append({**parse_qs(body), "type": [self.headers["content-type"]]})
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_feed_is_told_once_for_each_state_of_it() -> None:
    first = plan_pings(FEEDS, known=())
    assert [ping.topic for ping in first] == ["https://blog.example/atom.xml", "https://blog.example/index.xml"]
    known = {ping.key for ping in first}
    assert plan_pings(FEEDS, known) == ()
    changed = {**FEEDS, "index.xml": (FEEDS["index.xml"][0], b"<rss> </rss>")}
    assert [ping.path for ping in plan_pings(changed, known)] == ["index.xml"]


def test_the_hub_hears_what_changed() -> None:
    heard: list[dict[str, list[str]]] = []
    (ping,) = plan_pings({"index.xml": FEEDS["index.xml"]}, known=())
    with hub(204, heard) as url:
        receipt = Hub(url, clock=lambda: NOW).notify(ping)
    assert heard == [
        {
            "hub.mode": ["publish"],
            "hub.url": [ping.topic],
            "hub.topic": [ping.topic],
            "type": ["application/x-www-form-urlencoded"],
        }
    ]
    assert (receipt.id, receipt.url, receipt.at) == (ping.digest, ping.topic, NOW)


@pytest.mark.parametrize(("status", "error"), [(400, Refused), (500, Unavailable), (503, Unavailable), (429, Unavailable)])
def test_an_answer_means_refused_or_later_and_never_unknown(status: int, error: type[Exception]) -> None:
    (ping,) = plan_pings({"index.xml": FEEDS["index.xml"]}, known=())
    with hub(status, []) as url, pytest.raises(error):
        Hub(url, clock=lambda: NOW).notify(ping)
