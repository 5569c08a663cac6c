"""A WordPress export: what is published in it, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sharekit.config import Config, SourceSettings
from sharekit.errors import SourceError
from sharekit.registry import open_source
from sharekit.sources.wordpress import WordPressSource, paragraphs

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>W</title><link>https://w.example</link><language>fr-FR</language>
 <wp:author><wp:author_login>ann</wp:author_login><wp:author_display_name>Ann Example</wp:author_display_name></wp:author>"""
ITEM = """<item><title>{title}</title><link>https://w.example/{slug}/</link><dc:creator>ann</dc:creator>
 <content:encoded><![CDATA[{content}]]></content:encoded><excerpt:encoded><![CDATA[Court &amp; <b>net</b>]]></excerpt:encoded>
 <wp:post_id>{id}</wp:post_id><wp:post_date_gmt>{date}</wp:post_date_gmt><wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>
 <category domain="category" nicename="c">Réseau &amp;amp; co</category><category domain="post_tag">dns</category>
 <category domain="series">Pas à pas</category>
 <wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta></item>"""
FILE = "<item><title>f</title><wp:post_id>9</wp:post_id><wp:post_type>attachment</wp:post_type><wp:attachment_url>https://w.example/f.png</wp:attachment_url></item>"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def item(title: str, **facts: str) -> str:
    usual = {
        "slug": title.lower() or "x",
        "id": "1",
        "date": "2024-01-02 08:00:00",
        "status": "publish",
        "kind": "post",
        "content": "Hi",
    }
    return ITEM.format(title=title, **{**usual, **facts})


def export(tmp_path: Path, *items: str) -> Path:
    path = tmp_path / "export.xml"
    path.write_text(f"{HEAD}{''.join(items)}</channel></rss>", encoding="utf-8")
    return path


def test_published_posts_are_read_and_the_others_are_not(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        item("One", content="A line\nand more\n\n<h2>Head</h2>\n\n<!-- wp:paragraph --><p>Block</p><!-- /wp:paragraph -->"),
        item("Draft", status="draft"),
        item("Locked").replace("</item>", "<wp:post_password>a</wp:post_password></item>"),
        item("Page", kind="page"),
        item("Later", date="2027-01-01 00:00:00"),
        item(""),
        item("Never", date="2024-02-30 00:00:00"),
        FILE,
    )
    reading = open_source(path, Config(), now=NOW).read()
    assert [(post.title, post.url) for post in reading.posts] == [("One", "https://w.example/one/")]
    one = reading.posts[0]
    assert (one.tags, one.categories, one.params["series"]) == (("dns",), ("Réseau & co",), ["Pas à pas"])
    assert (one.authors[0].name, one.summary, one.language) == ("Ann Example", "Court & net", "fr-FR")
    assert one.image is not None
    assert one.image.url == "https://w.example/f.png"
    assert one.html == "<p>A line<br>\nand more</p>\n<h2>Head</h2>\n<p>Block</p>"
    assert [("no title" in each.reason, each.line is not None) for each in reading.skipped] == [(True, True), (False, True)]


def test_entities_are_refused_and_never_fetched(tmp_path: Path) -> None:
    path = export(tmp_path, item("One"))
    text = path.read_text().replace("?>", '?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', 1)
    path.write_text(text)
    with pytest.raises(SourceError, match="DOCTYPE"):
        WordPressSource(path, SourceSettings()).read()


@pytest.mark.parametrize("text", ["", "<rss", "<a><b/></a>", "not xml at all"])
def test_what_is_no_export_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.xml"
    path.write_text(text)
    with pytest.raises(SourceError):
        WordPressSource(path, SourceSettings()).read()


def test_a_file_cut_off_gives_what_was_whole(tmp_path: Path) -> None:
    path = export(tmp_path, item("One"), item("Two"))
    path.write_text(path.read_text()[:-300])
    assert WordPressSource(path, SourceSettings(), NOW).read().posts[0].title == "One"


def test_code_keeps_its_lines() -> None:
    assert paragraphs("a\n\n<pre>x\n\ny</pre>\n\nb") == "<p>a</p>\n<pre>x\n\ny</pre>\n<p>b</p>"


def linked(url: str) -> str:
    return f'<a href="{url}">{url}</a>'


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("[vimeo 12345678]", f"<p>{linked('https://vimeo.com/12345678')}</p>"),
        ('[youtube id="abc_DEF-123"]', f"<p>{linked('https://www.youtube.com/watch?v=abc_DEF-123')}</p>"),
        ("[dailymotion id=x8abcd]", f"<p>{linked('https://www.dailymotion.com/video/x8abcd')}</p>"),
        ("[twitter https://v.example/1]", f"<p>{linked('https://v.example/1')}</p>"),
        ("a\n\nhttps://v.example/1?a=b\n\nc", f"<p>a</p>\n<p>{linked('https://v.example/1?a=b')}</p>\n<p>c</p>"),
        (
            '<!-- wp:embed {"url":"https://v.example/1"} --><figure><div>\nhttps://v.example/1\n</div></figure><!-- /wp:embed -->',
            f"<figure><div>\n{linked('https://v.example/1')}\n</div></figure>",
        ),
        ("see https://v.example/1 there", "<p>see https://v.example/1 there</p>"),
        ("<pre>\nhttps://v.example/1\n</pre>", "<pre>\nhttps://v.example/1\n</pre>"),
        ('[code language="php"]a[0] < 1;\n\n[gallery][/code]', "<pre><code>a&#91;0] &lt; 1;\n\n&#91;gallery]</code></pre>"),
        ("[[gallery]] is a word", "<p>[gallery] is a word</p>"),
        ('[contact-form-7 id="1"][vc_row][vc_column width="1/2"]a[/vc_column][/vc_row]', "<p>a</p>"),
        ("[1], [youtube video] and [a](b)", "<p>[1], [youtube video] and [a](b)</p>"),
    ],
)
def test_a_shortcode_is_what_wordpress_makes_of_it_or_a_link(written: str, printed: str) -> None:
    assert paragraphs(written) == printed


def test_a_zero_date_of_gmt_is_no_moment(tmp_path: Path) -> None:
    zero = item("One", date="0000-00-00 00:00:00")
    local = "<pubDate>Wed, 30 Nov -0001 00:00:00 +0000</pubDate><wp:post_date>2024-03-04 09:00:00</wp:post_date><wp:status>"
    (post,) = open_source(export(tmp_path, zero.replace("<wp:status>", local)), Config(), now=NOW).read().posts
    assert post.published == datetime(2024, 3, 4, 9, tzinfo=UTC)
