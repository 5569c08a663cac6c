"""A hub is notified of a changed feed, once."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs

from commands import git
from listening import answering

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from commands import Sharekit


class Hub(BaseHTTPRequestHandler):
    """Takes what WebSub hubs take, and keeps the topics."""

    topics: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if fields.get("hub.mode") == ["publish"]:
            self.topics.extend(fields["hub.url"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server gives it
        """Nothing: the test says what it saw."""


@contextmanager
def hub() -> Iterator[str]:
    Hub.topics.clear()
    with answering(Hub) as url:
        yield f"{url}/"


def test_a_hub_is_told_of_each_state_of_a_feed_once(blog: Path, sharekit: Sharekit) -> None:
    feed = "https://atelier.example/index.xml"
    with hub() as place:
        config = f'since = 2099-01-01\ntimezone = "Europe/Paris"\n[feed]\nhub = "{place}"\n'
        (blog / "sharekit.toml").write_text(config, encoding="utf-8")
        sharekit("build", cwd=blog)
        first = sharekit("deliver", "--only", "feeds", cwd=blog)
        assert first.returncode == 0, first.stderr
        assert Hub.topics == [feed]

        sharekit("deliver", "--only", "feeds", cwd=blog)
        assert Hub.topics == [feed]

        post = blog / "content" / "post" / "affuter-un-rabot.md"
        post.write_text(post.read_text(encoding="utf-8").replace("six passes", "sept passes"), encoding="utf-8")
        sharekit("build", cwd=blog)
        sharekit("deliver", "--only", "feeds", cwd=blog)
        assert Hub.topics == [feed, feed]
    assert "delivered hub/index.xml/" in git("log", "sharekit-ledger", "--format=%s", cwd=blog)
