"""The feeds of a build: what is written, refused and reported, and what a hub is notified of."""

from __future__ import annotations

import gzip
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from feedkit import SITE, parsed, post
from listening import answering
from sharekit.config import Config, FeedSettings
from sharekit.errors import OutputError, SourceError
from sharekit.ledgers.sql import SqlLedger
from sharekit.model import Finding, Image, Reading
from sharekit.outbox import Outbox
from sharekit.steps.blog import Blog, folders
from sharekit.steps.feeds import feed_pings, notify_hub, write_feeds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sharekit.model import Post
    from sharekit.outbox import Result


NOW = datetime(2026, 3, 1, tzinfo=UTC)


def blog(root: Path, posts: Sequence[Post], *, findings: Sequence[Finding] = (), **settings: Any) -> Blog:
    config = Config(feed=FeedSettings(**settings))
    reading = Reading(site=SITE, posts=tuple(posts), findings=tuple(findings))
    return Blog(config=config, folders=folders(root, config), reading=reading)


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    first, _ = write_feeds(blog(tmp_path, [post()], formats=("rss", "json")))
    assert [(each.path, each.change) for each in first] == [
        ("public/index.xml", "new"),
        ("public/feed.json", "new"),
        ("public/feed.css", "new"),
    ]
    again, _ = write_feeds(blog(tmp_path, [post()], formats=("rss", "json")))
    assert {each.change for each in again} == {"unchanged"}
    changed, _ = write_feeds(blog(tmp_path, [post(title="Autre")], formats=("rss", "json")))
    assert [each.change for each in changed] == ["changed", "changed", "unchanged"]


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_a_feed_is_never_emptied_but_may_be_empty_from_the_start(tmp_path: Path, form: str) -> None:
    write_feeds(blog(tmp_path, [], formats=(form,)))
    write_feeds(blog(tmp_path, [], formats=(form,)))
    made, _ = write_feeds(blog(tmp_path, [post()], formats=(form,)))
    file = tmp_path / made[0].path
    before = file.read_bytes()
    with pytest.raises(OutputError, match="has 1 entry and would be left with none") as caught:
        write_feeds(blog(tmp_path, [], formats=(form,)))
    assert caught.value.path == made[0].path
    assert file.read_bytes() == before


def test_nothing_is_written_when_two_posts_share_an_id(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="same id"):
        write_feeds(blog(tmp_path, [post("un"), post("deux", id="2026/un")]))
    assert not (tmp_path / "public").exists()


def test_an_article_that_is_still_to_come_is_in_no_feed(tmp_path: Path) -> None:
    given = blog(tmp_path, [post()])
    late = post("tard", published=datetime(2099, 1, 1, tzinfo=UTC))
    made, findings = write_feeds(replace(given, reading=replace(given.reading, upcoming=(late,))))
    assert [each.what for each in made[:1]] == ["1 entry"]
    assert findings == []


def test_a_tag_that_nobody_uses_is_named(tmp_path: Path) -> None:
    _, findings = write_feeds(blog(tmp_path, [post()], tags=("bricolge",)))
    assert [each.rule for each in findings] == ["tag-unused"]


def test_a_picture_that_is_missing_is_told_once(tmp_path: Path) -> None:
    given = post(image=Image(url="https://blog.example/absent.png"))
    _, findings = write_feeds(blog(tmp_path, [given]))
    assert [each.rule for each in findings] == ["enclosure-unmeasured"]
    known = Finding(level="warn", rule="image-missing", message="x", path=given.source)
    assert write_feeds(blog(tmp_path, [given], findings=[known]))[1] == []


def test_the_packed_copy_has_no_time_and_no_name(tmp_path: Path) -> None:
    write_feeds(blog(tmp_path, [post()], gzip=True))
    packed = (tmp_path / "public" / "index.xml.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "public" / "index.xml").read_bytes()
    assert packed[3] == 0, "RFC 1952 §2.3.1: no flag, so no name"
    assert packed[4:8] == b"\0\0\0\0", "no time"


def test_the_configured_picture_is_the_feeds(tmp_path: Path) -> None:
    write_feeds(blog(tmp_path, [post()], image="/logo.png"))
    assert parsed((tmp_path / "public" / "index.xml").read_bytes()).feed.image.href == "https://blog.example/logo.png"


def test_the_feed_of_another_language_has_its_title_and_its_home_page(tmp_path: Path) -> None:
    one = blog(tmp_path, [post("un"), post("en/one", language="en")])
    english = replace(SITE, title="Workshop notes", url=f"{SITE.url}en/", language="en", description="")
    write_feeds(replace(one, reading=replace(one.reading, others=(english,))))
    feeds = [parsed((tmp_path / "public" / name).read_bytes()).feed for name in ("index.xml", "en/index.xml")]
    assert [(each.title, each.link) for each in feeds] == [(SITE.title, SITE.url), ("Workshop notes", english.url)]


def test_a_hub_is_told_of_what_changed_and_only_where_there_is_one(tmp_path: Path) -> None:
    def pings(
        posts: Sequence[Post], known: Sequence[str] = (), hub: str | None = "https://hub.example/"
    ) -> list[tuple[str, str]]:
        given = blog(tmp_path, posts, formats=("rss", "atom"), hub=hub)
        write_feeds(given)
        return [(each.key, each.topic) for each in feed_pings(given, known)]

    assert pings([post()], hub=None) == []
    first = pings([post()])
    assert [topic for _, topic in first] == ["https://blog.example/atom.xml", "https://blog.example/index.xml"]
    keys = [key for key, _ in first]
    assert pings([post()], keys) == []
    assert len(pings([post(), post("deux")], keys)) == 2


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

    with answering(Handler) as url:
        yield f"{url}/"


def notified(root: Path, status: int, heard: list[dict[str, list[str]]]) -> Result:
    ledger = SqlLedger("sqlite:///ledger.sqlite", root=root)
    outbox = Outbox(ledger, run="run", clock=lambda: datetime.now(UTC))
    with hub(status, heard) as url:
        given = blog(root, [post()], hub=url)
        write_feeds(given)
        (result,) = notify_hub(given, (), clock=lambda: NOW, outbox=outbox)
    return result


def test_the_hub_hears_what_changed(tmp_path: Path) -> None:
    heard: list[dict[str, list[str]]] = []
    result = notified(tmp_path, 204, heard)
    topic = "https://blog.example/index.xml"
    form = "application/x-www-form-urlencoded"
    assert heard == [{"hub.mode": ["publish"], "hub.url": [topic], "hub.topic": [topic], "type": [form]}]
    assert result.state == "delivered"
    assert result.receipt is not None
    assert (result.receipt.url, result.receipt.at) == (topic, NOW)
    assert result.key == f"hub/index.xml/{result.receipt.id}"


@pytest.mark.parametrize(("status", "state"), [(400, "refused"), (500, "waiting"), (503, "waiting"), (429, "waiting")])
def test_an_answer_means_refused_or_later_and_never_unknown(tmp_path: Path, status: int, state: str) -> None:
    assert notified(tmp_path, status, []).state == state
