"""What a feed may not do: fill the memory, leave its host or folder, lead in circles."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

import pytest

from feedkit import first, many, post
from listening import answering
from sharekit.config import SourceSettings
from sharekit.errors import SourceError
from sharekit.sources.feed import FeedSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sharekit.model import Reading

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ITEM = (
    "<item><title>{0}</title><link>https://blog.example/{0}</link><guid>https://blog.example/{0}</guid>"
    "<pubDate>Sun, 01 Mar 2026 08:00:00 +0000</pubDate><description>x</description></item>"
)


def rss(items: str, links: str = "", prolog: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{prolog}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>B</title><link>https://blog.example/</link><description>d</description>{links}{items}</channel></rss>"
    )


def older(url: str, own: str = "https://blog.example/index.xml") -> str:
    return f'<atom:link rel="self" href="{own}"/><atom:link rel="prev-archive" href="{url}"/>'


def read(folder: Path, text: str | bytes, name: str = "index.xml") -> Reading:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return FeedSource(file, SourceSettings(path=name), now=NOW).read()


@contextmanager
def serving(pages: dict[str, tuple[int, str, bytes]]) -> Iterator[str]:
    """A loopback server: path → status, Location, body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, location, body = pages.get(self.path, (404, "", b""))
            self.send_response(status)
            if location:
                self.send_header("location", location)
            self.send_header("content-type", "application/rss+xml")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with answering(Handler) as url:
        yield url


def fetch(url: str) -> Reading:
    return FeedSource(None, SourceSettings(path=url), now=NOW).read()  # type: ignore[arg-type]  # a URL has no folder


BOMB = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_feed_that_declares_entities_is_refused(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(SourceError, match="entities") as caught:
        read(tmp_path, rss(ITEM.format("&b;"), prolog=BOMB).encode(encoding))
    assert caught.value.path == str(tmp_path / "index.xml")


def test_an_article_about_entities_is_read(tmp_path: Path) -> None:
    article = post(html="<pre>&lt;!DOCTYPE x [&lt;!ENTITY a 'b'&gt;]&gt;</pre>")
    assert "<!ENTITY" not in read(tmp_path, first([article])).posts[0].html
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    assert len(read(tmp_path, rss(ITEM.format("1"), prolog=doctype)).posts) == 1


@pytest.mark.parametrize("path", ["file:///etc/passwd", "ftp://blog.example/index.xml", "data://x"])
def test_only_files_and_http_are_read(path: str) -> None:
    with pytest.raises(SourceError, match="not through"):
        fetch(path)


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/a.xml",
        "file:///etc/passwd",
        "https://blog.example/%2e%2e/%2e%2e/x",
        "//x/",
    ],
)
def test_an_archive_outside_of_the_feeds_folder_is_not_followed(tmp_path: Path, link: str) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    (tmp_path / "x").write_text(rss(ITEM.format("2")), encoding="utf-8")
    reading = read(folder, rss(ITEM.format("1"), older(link)))
    assert [each.rule for each in reading.findings] == ["archive-not-followed"]
    assert len(reading.posts) == 1


def test_a_path_above_the_site_is_the_sites_own(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, rss(ITEM.format("1"), older("../../../../etc/passwd")))
    assert caught.value.path == str(tmp_path / "etc" / "passwd")


def test_archives_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(
        rss(ITEM.format("2"), older("index.xml", "https://blog.example/a.xml")), encoding="utf-8"
    )
    reading = read(tmp_path, rss(ITEM.format("1"), older("a.xml")))
    assert len(reading.posts) == 2
    assert "in a circle" in reading.findings[0].message


def test_a_missing_archive_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, rss(ITEM.format("1"), older("archive/1.xml")))
    assert caught.value.path == str(tmp_path / "archive" / "1.xml")


def test_a_feed_on_the_web_with_its_archive() -> None:
    pages: dict[str, tuple[int, str, bytes]] = {}
    with serving(pages) as base:
        pages["/index.xml"] = (200, "", rss(ITEM.format("1"), older(f"{base}/a.xml", f"{base}/index.xml")).encode())
        pages["/a.xml"] = (200, "", rss(ITEM.format("2")).encode())
        pages["/old"] = (301, f"{base}/index.xml", b"")
        assert [each.id for each in fetch(f"{base}/old").posts] == ["1", "2"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((302, "/loop", b""), "redirect"),
        ((302, "file:///etc/passwd", b""), "protocol"),
        ((404, "", b""), "404"),
        ((500, "", b""), "500"),
    ],
)
def test_what_the_web_refuses_is_one_clear_error(answer: tuple[int, str, bytes], words: str) -> None:
    with serving({"/loop": answer}) as base, pytest.raises(SourceError, match=words) as caught:
        fetch(f"{base}/loop")
    assert caught.value.path == f"{base}/loop"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a feed"),
        ("<html><body>Bonjour</body></html>", "not a feed"),
        ("{", "JSON"),
        ('{"version": 3}', "JSON Feed"),
        ("[" * 100_000, "not a feed"),
        ('{"version":' + "[" * 100_000, "JSON"),
        ("<rss version='2.0'><channel><title>x</title></channel></rss>", "which blog"),
    ],
)
def test_what_is_no_feed_says_so(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read(tmp_path, text)


def test_entries_that_cannot_be_posts_are_left_out_by_name(tmp_path: Path) -> None:
    items = "".join(
        [
            "<item><title>Sans date</title><link>https://blog.example/a</link></item>",
            "<item><title>Sans lien</title><pubDate>Sun, 01 Mar 2026 08:00:00 +0000</pubDate></item>",
            "<item><link>https://blog.example/c</link><pubDate>Sun, 01 Mar 2026 08:00:00 +0000</pubDate></item>",
            ITEM.format("1"),
            ITEM.format("1"),
        ]
    )
    reading = read(tmp_path, rss(items))
    assert [each.reason for each in reading.skipped] == [
        "it has no date",
        "neither its link nor its id is a full address, so nothing can lead to it",
        "it has no title",
    ]
    assert "https://blog.example/a" in reading.skipped[0].source
    assert [each.id for each in reading.posts] == ["1"]


def test_entries_that_lead_to_one_page_are_posts_by_their_ids(tmp_path: Path) -> None:
    guids = "".join(
        f"<item><title>{number}</title><link>https://elsewhere.example/</link><guid isPermaLink='false'>tag:{number}</guid>"
        "<pubDate>Sun, 01 Mar 2026 08:00:00 +0000</pubDate></item>"
        for number in (1, 2, 2)
    )
    reading = read(tmp_path, rss(guids))
    assert [each.id for each in reading.posts] == ["tag:1", "tag:2"]
    assert reading.skipped == ()


def test_a_feed_that_is_not_well_formed_is_read_with_a_warning(tmp_path: Path) -> None:
    reading = read(tmp_path, rss(ITEM.format("1")).replace("<description>x", "<description>x & y"))
    assert [each.rule for each in reading.findings] == ["feed-malformed"]
    assert len(reading.posts) == 1


def test_posts_of_the_future_are_upcoming(tmp_path: Path) -> None:
    reading = read(tmp_path, first([*many(2), post("tard", published=datetime(2027, 1, 1, tzinfo=UTC))]))
    assert len(reading.posts) == 2
    assert [each.id for each in reading.upcoming] == ["2026/tard"]


def test_a_folder_without_a_feed_says_what_it_looked_for(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"index\.xml, atom\.xml, feed\.json"):
        FeedSource(tmp_path, SourceSettings()).read()


ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>B</title>{0}<updated>2026-03-01T08:00:00Z</updated>
<entry><title>Rabot</title>{1}<updated>2026-03-01T08:00:00Z</updated><content type="html">Un rabot.</content></entry></feed>"""


@pytest.mark.parametrize(
    "links",
    [
        "<id>https://blog.example/</id>",
        "<id>https://blog.example/atom.xml</id>",
        "<id>tag:blog.example,2026:b</id><link rel='self' href='https://blog.example/atom.xml'/>",
        "<id>urn:x</id><link href='https://blog.example/'/>",
    ],
)
def test_an_entry_of_atom_with_content_needs_no_link(tmp_path: Path, links: str) -> None:
    reading = read(tmp_path, ATOM.format(links, "<id>https://blog.example/rabot/</id>"), "atom.xml")
    assert reading.site.url == "https://blog.example/"
    assert [(each.id, each.url) for each in reading.posts] == [("rabot", "https://blog.example/rabot/")]


def test_an_entry_that_nothing_can_lead_to_is_named(tmp_path: Path) -> None:
    reading = read(tmp_path, ATOM.format("<id>https://blog.example/</id>", "<id>urn:uuid:1225c695</id>"), "atom.xml")
    assert not reading.posts
    assert reading.skipped[0].source.endswith("atom.xml: urn:uuid:1225c695")
    assert "nor its id is a full address" in reading.skipped[0].reason


def test_comments_and_pages_in_bloggers_export_are_no_posts(tmp_path: Path) -> None:
    kind = "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{}'/>"
    entry = "<entry><title>{0}</title><id>tag:blogger.com,1999:{0}</id><published>2026-03-01T08:00:00Z</published>{1}"
    entry += "<category term='wood'/><link rel='alternate' href='https://blog.example/{0}.html'/></entry>"
    entries = "".join(entry.format(each, kind.format(each)) for each in ("settings", "post", "comment", "page"))
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>B</title><id>https://blog.example/</id>{entries}</feed>'
    assert [(post.title, post.tags) for post in read(tmp_path, feed, "atom.xml").posts] == [("post", ("wood",))]


def test_the_configuration_says_where_the_blog_of_a_feed_is(tmp_path: Path) -> None:
    (tmp_path / "atom.xml").write_text(ATOM.format("<id>urn:x</id>", "<id>https://blog.example/rabot/</id>"))
    settings = SourceSettings(path="atom.xml", url="https://blog.example")
    assert FeedSource(tmp_path / "atom.xml", settings, now=NOW).read().site.url == "https://blog.example/"


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ('<title type="html">Fer &amp;amp; &lt;em&gt;bois&lt;/em&gt;</title>', "Fer & bois"),
        ('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Fer <b>bleu</b></div></title>', "Fer bleu"),
        ("<title>List&lt;T&gt; &amp;amp; co</title>", "List<T> &amp; co"),
    ],
)
def test_a_title_is_what_its_feed_says_that_it_is(tmp_path: Path, title: str, words: str) -> None:
    feed = ATOM.format("<id>https://blog.example/</id>", "<id>https://blog.example/rabot/</id>")
    reading = read(tmp_path, feed.replace("<title>Rabot</title>", title), "atom.xml")
    assert [each.title for each in reading.posts] == [words]
