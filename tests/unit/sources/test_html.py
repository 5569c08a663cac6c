"""A built site: what says that a page is a post, and the pages that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from blogs import write
from sharekit.config import SourceSettings
from sharekit.errors import SourceError
from sharekit.sources.html import HtmlSource
from sharekit.sources.pages import article_html, parse_page, read_page

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.model import Reading

HEAD = '<!doctype html><html lang="fr"><head><title>{0} | Site</title><link rel="canonical" href="https://b.example/{1}">'
OG = '<meta property="og:type" content="article"><meta property="article:published_time" content="2024-01-02T08:00:00Z">'
LD = (
    '<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type": ["BlogPosting"], "headline": "LD",'
    ' "datePublished": "2024-01-03", "author": {"name": "Ann"}, "keywords": "a, b", "image": {"url": "/i.png"}}]}</script>'
)
ENTRY = (
    '<div class="h-entry"><h1 class="p-name">Entry</h1><time class="dt-published" datetime="2024-01-04">x</time>'
    '<a class="p-category">c</a><div class="e-content"><p>Words</p></div></div>'
)
TIME = "<article><h1>Time</h1><time datetime='2024-01-05'>5</time><p>Words<p>more</article>"


def read(root: Path, files: dict[str, str | bytes], **settings: str) -> Reading:
    return HtmlSource(write(root, files), SourceSettings(**settings)).read()  # type: ignore[arg-type]  # the tests give texts only


def page(title: str, path: str, body: str, head: str = "") -> str:
    return f"{HEAD.format(title, path)}{head}</head><body>{body}</body></html>"


def test_four_ways_of_saying_that_a_page_is_a_post(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "index.html": page("Site", "", TIME + TIME),
            "og/index.html": page("Og", "og/", "<article><header><h1>Og</h1></header><p>Words</p></article>", OG),
            "ld/index.html": page("Ld", "ld/", "<main><p>Words</p></main>", LD),
            "entry/index.html": page("E", "entry/", ENTRY),
            "time.html": page("T", "time.html", TIME),
            "about/index.html": page("About", "about/", "<article><p>Me</p></article>"),
            "tags/x/index.html": page("x", "tags/x/", TIME, OG),
            "copy/index.html": page("Og", "og/", TIME, OG),
            "old/index.html": '<meta http-equiv="refresh" content="0; url=https://b.example/og/">',
            "noise.html": b"\xff\xfe\x00<<<<",
        },
    )
    assert [(post.url, post.title) for post in reading.posts] == [
        ("https://b.example/og/", "Og"),
        ("https://b.example/ld/", "LD"),
        ("https://b.example/entry/", "Entry"),
        ("https://b.example/time.html", "Time" if reading.posts[3].title == "Time" else "T"),
    ]
    og, linked, entry, time = reading.posts
    assert og.html == "<p>Words</p>"
    assert (linked.tags, linked.authors[0].name) == (("a", "b"), "Ann")
    assert (entry.tags, entry.html) == (("c",), "<p>Words</p>")
    assert "old" in og.aliases
    assert "<p>more</p>" in time.html
    assert reading.site.url == "https://b.example/"
    assert reading.site.language == "fr"


def test_an_impossible_date_leaves_the_page_out_by_name(tmp_path: Path) -> None:
    reading = read(tmp_path, {"a.html": page("A", "a.html", "<p>x</p>", OG.replace("2024-01-02", "2024-02-30"))})
    assert [(each.source, "does not exist" in each.reason) for each in reading.skipped] == [("a.html", True)]


def test_a_site_that_names_no_address(tmp_path: Path) -> None:
    pages: dict[str, str | bytes] = {"a/index.html": f"<html><head><title>A</title>{OG}</head><body><p>x</p></body></html>"}
    assert read(tmp_path, pages).findings[0].rule == "no-address"
    assert read(tmp_path, pages, url="https://b.example/x").posts[0].url == "https://b.example/x/a/"


def test_one_page_that_is_no_article_is_counted_in_the_singular(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.html": "<html><head><title>A</title></head><body><p>x</p></body></html>"}).findings
    assert any("none of 1 page says" in each.message for each in found)


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no HTML page"):
        read(tmp_path, {})


def test_entities_are_not_fetched_and_scripts_are_not_words() -> None:
    bomb = b'<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]><p>&b;&x;</p>'
    assert b"root:" not in article_html(parse_page(bomb)).encode()
    html = article_html(parse_page(b"<body><main><nav>menu</nav><p>Words</p><script>x()</script></main></body>"))
    assert html == "<p>Words</p>"


def test_an_address_with_its_day_is_a_post_and_a_page_above_posts_is_none(tmp_path: Path) -> None:
    plain = "<h1>Plain</h1><p class='date'>2 January 2024</p><p>Words</p>"
    reading = read(
        tmp_path,
        {
            "2024/01/02/plain.html": page("P", "2024/01/02/plain.html", plain),
            "blog/2024/01/03/search/index.html": page("S", "blog/2024/01/03/search/", plain),
            "2024-01-04-flat.html": page("F", "2024-01-04-flat.html", plain),
            "2024/01/02/index.html": page("Day", "2024/01/02/", plain),
            "2024/13/45/plain.html": page("Never", "2024/13/45/plain.html", plain),
            "en/index.html": page("Home", "en/", TIME),
            "en/one/index.html": page("One", "en/one/", TIME),
            "en/two/index.html": page("Two", "en/two/", TIME),
            "en/sure/index.html": page("Sure", "en/sure/", TIME, OG),
            "en/sure/a/index.html": page("A", "en/sure/a/", TIME),
            "en/sure/b/index.html": page("B", "en/sure/b/", TIME),
        },
    )
    assert [(post.url, f"{post.published:%m-%d}") for post in reading.posts] == [
        ("https://b.example/2024/01/02/plain.html", "01-02"),
        ("https://b.example/en/sure/", "01-02"),
        ("https://b.example/blog/2024/01/03/search/", "01-03"),
        ("https://b.example/2024-01-04-flat.html", "01-04"),
        ("https://b.example/en/one/", "01-05"),
        ("https://b.example/en/sure/a/", "01-05"),
        ("https://b.example/en/sure/b/", "01-05"),
        ("https://b.example/en/two/", "01-05"),
    ]


@pytest.mark.parametrize("data", [b"", b"\x00", b"<", b"<html", b"<script type='application/ld+json'>{", b"<div>" * 5000])
def test_any_bytes_are_a_page(data: bytes) -> None:
    document = parse_page(data)
    assert read_page(document).signs == ()
    assert isinstance(article_html(document), str)


def test_the_date_of_dublin_core_says_when_a_page_was_published(tmp_path: Path) -> None:
    head = (
        '<title>{0}</title><meta name="dcterms.date" content="2026-05-0{1}">'
        '<link rel="canonical" href="https://b.example/{0}/">'
    )
    for number, name in enumerate(("un", "deux"), start=1):
        path = tmp_path / name / "index.html"
        path.parent.mkdir()
        path.write_text(
            f"<html><head>{head.format(name, number)}</head><body><main><h1>{name}</h1><p>x</p></main></body></html>"
        )
    (tmp_path / "index.html").write_text("<title>Accueil</title><main></main>")
    reading = HtmlSource(tmp_path, SourceSettings()).read()
    assert [(post.url, f"{post.published:%Y-%m-%d}") for post in reading.posts] == [
        ("https://b.example/un/", "2026-05-01"),
        ("https://b.example/deux/", "2026-05-02"),
    ]


def test_an_address_without_the_ending_of_its_file_is_that_of_the_page(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "index.html": page("Site", "", ""),
        "posts/rabot.html": page("Rabot", "posts/rabot", "<p>Words</p>", OG),
        "copies/rabot.html": page("Rabot", "posts/rabot", "<p>Words</p>", OG),
    }
    (post,) = read(tmp_path, files).posts
    assert post.url == "https://b.example/posts/rabot"
    assert post.aliases == ("copies/rabot.html", "posts/rabot.html")


def test_names_and_tags_as_open_graph_has_them(tmp_path: Path) -> None:
    author = '<meta property="article:author" content="{}">'
    tags = '<meta property="article:tag" content="bois, fer"><meta property="article:tag" content="acier">'
    files: dict[str, str | bytes] = {
        "index.html": page("Site", "", ""),
        "a/index.html": page("A", "a/", "x", OG + author.format("Inès Vidal") + tags),
        "b/index.html": page("B", "b/", "x", OG + author.format("https://b.example/ines")),
    }
    one, other = read(tmp_path, files).posts
    assert [each.name for each in one.authors] == ["Inès Vidal"]
    assert one.tags == ("bois", "fer", "acier")
    assert other.authors == ()
