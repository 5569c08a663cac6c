"""Posts made into entries: their ids, their content, what they enclose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedkit import first, post, tree
from sharekit.config import FeedSettings
from sharekit.errors import SourceError
from sharekit.feeds.document import first_permalink, iri, refuse_duplicates, stable_id
from sharekit.feeds.entries import Entries
from sharekit.model import Author, Image


def entries(**settings: Any) -> Entries:
    return Entries(settings=FeedSettings(**settings), places={})


def html(article: str, **settings: Any) -> str:
    return entries(**settings).of(post(html=article)).html


def test_an_id_survives_a_new_title_a_new_host_and_a_move_with_an_alias() -> None:
    before = post()
    moved_host = replace(before, url="https://other.example/2026/un/", title="Autre titre")
    moved_path = replace(
        before, id="neuf/un", url="https://blog.example/neuf/un/", aliases=("https://blog.example/2026/un/",)
    )
    assert stable_id(before) == stable_id(moved_host) == stable_id(moved_path) == "2026/un"


def test_a_declared_id_wins_over_an_alias() -> None:
    assert stable_id(post(id="tag:ines,2026:1", aliases=("https://blog.example/vieux/",))) == "tag:ines,2026:1"


def test_permalinks_as_ids_keep_what_another_generator_published() -> None:
    guid = tree(first([post()], guid="permalink")).find("channel/item/guid")
    assert guid is not None
    assert (guid.text, guid.get("isPermaLink")) == ("https://blog.example/2026/un/", "true")


def test_a_permalink_that_was_an_id_stays_it_when_the_post_moves_with_an_alias() -> None:
    moved = replace(post(), id="neuf/un", url="https://blog.example/neuf/un/", aliases=("/2026/un/",))
    guid = tree(first([moved], guid="permalink")).find("channel/item/guid")
    assert guid is not None
    assert (guid.text, guid.get("isPermaLink")) == ("https://blog.example/2026/un/", "true")


@pytest.mark.parametrize(
    ("now", "alias", "guid"),
    [
        ("https://blog.example/neuf/un/", "/2026/un.html", "https://blog.example/2026/un.html"),
        ("https://blog.example/neuf/un.html", "/2026/un/", "https://blog.example/2026/un/"),
        ("https://blog.example/neuf/un.html", "/2026/un.html", "https://blog.example/2026/un.html"),
        ("https://blog.example/neuf/un", "/2026/un", "https://blog.example/2026/un"),
        ("https://blog.example/neuf/un/", "/version-1.2/", "https://blog.example/version-1.2/"),
    ],
)
def test_a_permalink_that_was_an_id_is_written_as_it_was(now: str, alias: str, guid: str) -> None:
    moved = replace(post(), id=now.removeprefix("https://blog.example/").strip("/"), url=now, aliases=(alias,))
    assert first_permalink(moved) == guid


@pytest.mark.parametrize(
    "source", ["content/un.md", "_posts/2026-05-01-un.md", "content/un/index.fr.md", "content/un.fr.md"]
)
@pytest.mark.parametrize("aliases", [("/deux/", "/2026/un/"), ("/2026/un/", "/deux/")])
def test_a_second_alias_changes_no_id_wherever_it_is_put(source: str, aliases: tuple[str, ...]) -> None:
    moved = replace(post(source=source), id="trois", url="https://blog.example/trois/", aliases=aliases)
    assert (stable_id(moved), first_permalink(moved)) == ("2026/un", "https://blog.example/2026/un/")


def test_two_posts_with_one_id_are_refused_by_name() -> None:
    with pytest.raises(SourceError, match=r"same id as content/post/un\.md") as caught:
        refuse_duplicates([post("un"), post("deux", id="2026/un")])
    assert caught.value.path == "content/post/deux.md"


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_any_id_becomes_one_iri_and_stays_it(identifier: str) -> None:
    made = iri(identifier)
    assert made == iri(identifier) == iri(made)
    assert ":" in made
    assert not any(each.isspace() for each in made)


def test_urls_are_absolute_wherever_they_stand() -> None:
    made = html(
        '<img src="/a.png" srcset="a.png 1x, /b.png 2x"><video poster="p.png" src="v.mp4"></video>'
        "<p style=\"background: url('/f.png')\">x</p><a href='#fn:1'>1</a>"
    )
    for url in ("/a.png", "/2026/un/a.png 1x", "/b.png 2x", "/2026/un/p.png", "/2026/un/v.mp4", "/f.png", "/2026/un/#fn:1"):
        assert f"https://blog.example{url}" in made
    assert made.count("https://blog.example") == 8


def test_an_address_that_is_none_breaks_nothing() -> None:
    made = html('<a href="http://[x">a</a><img srcset="http://[y 1x, b.png 2x"><p style="background:url(http://[z)">b</p>')
    assert made.startswith("<a>a</a>")
    assert "https://blog.example/2026/un/b.png 2x" in made


def test_a_quote_out_of_place_makes_no_attribute() -> None:
    assert (
        html('<img src="/a.png" alt="un" rabot" width="3">') == '<img src="https://blog.example/a.png" alt="un" width="3">'
    )


def test_lazy_pictures_are_there_once() -> None:
    made = html('<img src="/blank.gif" data-src="/real.jpg" loading="lazy"><noscript><img src="/real.jpg"></noscript>')
    assert made == '<img src="https://blog.example/real.jpg">'


def test_what_acts_is_gone_and_heading_anchors_too() -> None:
    made = html('<h2 id="x">Titre <a class="anchor" href="#x">#</a></h2><script>a()</script><p onclick="b()">c</p>')
    assert made == '<h2 id="x">Titre </h2><p>c</p>'


def test_a_heading_that_links_to_itself_keeps_its_words_and_another_link_stays() -> None:
    made = html('<h2 id="x"><a href="#x">Titre</a></h2><h3>Voir <a href="/y">ici</a></h3>')
    assert made == '<h2 id="x">Titre</h2><h3>Voir <a href="https://blog.example/y">ici</a></h3>'


def test_frames_are_kept_or_become_links() -> None:
    frame = '<p>a</p><iframe src="https://v.example/1" title="Le montage"></iframe><p>b</p>'
    assert '<iframe src="https://v.example/1"' in html(frame)
    assert html(frame, iframes="link") == '<p>a</p><p><a href="https://v.example/1">Le montage</a></p><p>b</p>'


def test_code_is_its_text() -> None:
    numbered = (
        '<div class="highlight"><table><tr><td><pre><code><span>1\n</span><span>2\n</span></code></pre></td>'
        '<td><pre tabindex="0"><code class="language-go"><span style="color:red">if</span> a &lt; b {\n}</code></pre></td>'
        "</tr></table> so it ends</div>"
    )
    assert html(numbered).endswith("</pre> so it ends</div>")
    assert '<pre><code class="language-go">if a &lt; b {\n}</code></pre>' in html(numbered)
    assert "1\n" not in html(numbered)


def test_a_table_of_two_code_samples_is_no_listing() -> None:
    two = "<table><tr><td><pre>a</pre></td><td><pre>b</pre></td></tr></table>"
    assert "<table>" in html(two)


def test_a_recording_is_enclosed_before_a_picture() -> None:
    known = Image(url="https://blog.example/2026/un/e1.mp3", media_type="audio/mpeg", length=1234)
    made = Entries(settings=FeedSettings(), places={}, picture={known.url: known}.get)
    entry = made.of(
        post(params={"audio": "e1.mp3"}, image=Image(url="https://x.example/a.png", media_type="image/png", length=1))
    )
    assert entry.enclosure == known
    assert entry.image is not None


@pytest.mark.parametrize(
    "table",
    [
        {"url": "e1.mp3", "type": "audio/mpeg"},
        {"file": "e1.mp3"},
        {"src": "https://media.example/e1.ogg", "length": "99", "type": "audio/ogg"},
    ],
)
def test_a_recording_may_be_named_with_its_length_and_type(table: dict[str, str]) -> None:
    known = Image(url="https://blog.example/2026/un/e1.mp3", media_type="audio/mpeg", length=1234)
    made = Entries(settings=FeedSettings(), places={}, picture={known.url: known}.get)
    enclosed = made.of(post(params={"enclosure": table})).enclosure

    elsewhere = Image(url="https://media.example/e1.ogg", media_type="audio/ogg", length=99)
    assert enclosed == (elsewhere if "src" in table else known)


@pytest.mark.parametrize(
    "params",
    [
        {"enclosures": [{"url": "https://media.example/e.mp3", "length": 522}]},
        {"enclosure": "https://media.example/e.mp3\n522\naudio/mpeg"},
        {"enclosure": "https://media.example/e.mp3 522 audio/mpeg"},
        {"podcast": {"mp3": "https://media.example/e.mp3", "size": "522"}},
        {"podcast_file": "https://media.example/e.mp3", "podcast_bytes": 522},
        {"audio_file_path": "https://media.example/e.mp3", "audio_file_size": "522"},
        {"enclosure": {"href": "https://media.example/e.mp3", "bytes": "522", "mime": "audio/mpeg"}},
        {"attachments": [{"url": "https://media.example/e.mp3", "size_in_bytes": 522, "mime_type": "audio/mpeg"}]},
        {"audioUrl": "https://media.example/e.mp3", "podcast_length": 522},
        {"mp3": "https://media.example/e.mp3", "filesize": "522"},
    ],
)
def test_podcast_themes_name_a_recording_in_ways_of_their_own(params: dict[str, object]) -> None:
    assert entries().of(post(params=params)).enclosure == Image(
        url="https://media.example/e.mp3", media_type="audio/mpeg", length=522
    )


@pytest.mark.parametrize("name", ["http://[x", "yes", "Un entretien sur les rabots", "ftp://media.example/e.mp3"])
def test_what_names_no_recording_is_none(name: str) -> None:
    made = entries()
    assert made.of(post(params={"audio": name})).enclosure is None
    assert not made.findings


@pytest.mark.parametrize(
    ("length", "known"), [("1,522", 1522), ("12 345 678", 12345678), (12.5, None), ("12 MB", None), (-1, None)]
)
def test_a_length_is_in_bytes_or_none(length: object, known: int | None) -> None:
    made = entries()
    enclosed = made.of(post(params={"audio": {"file": "https://media.example/e.mp3", "size": length}})).enclosure
    assert (enclosed.length if enclosed else None) == known
    assert bool(made.findings) == (known is None)


def test_what_no_app_can_fetch_is_not_enclosed() -> None:
    given = {"enclosure": {"url": "javascript:alert(1)", "length": 5, "type": "audio/mpeg"}}
    assert entries().of(post(params=given)).enclosure is None


def test_what_cannot_be_measured_is_named() -> None:
    made = entries()
    assert made.of(post(image=Image(url="https://x.example/a.png"))).enclosure is None
    (finding,) = made.findings.values()
    assert (finding.rule, finding.path) == ("enclosure-unmeasured", "content/post/un.md")


def test_a_post_is_read_once_while_it_is_remembered() -> None:
    read: list[str] = []

    def body() -> str:
        read.append("once")
        return "<p>a</p>"

    given = replace(post(), body=body)
    made = entries()
    assert made.of(given) is made.of(given)
    assert read == ["once"]


def test_an_address_with_what_may_not_stand_in_one_is_escaped() -> None:
    made = entries().of(
        post(url='https://blog.example/a b/?x=<é>"%20', image=Image(url="https://blog.example/my photo.png"), id="a")
    )
    assert made.url == "https://blog.example/a%20b/?x=%3C%C3%A9%3E%22%20"
    assert made.image
    assert made.image.url == "https://blog.example/my%20photo.png"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ann <ann@a.example>", "Ann"), ("ann@a.example", "ann@a.example"), ("<ann@a.example>", "<ann@a.example>")],
)
def test_an_author_is_named_without_what_a_letter_needs(name: str, shown: str) -> None:
    assert [each.name for each in entries().of(post(authors=(Author(name=name),))).authors] == [shown]


def test_control_characters_are_left_out_and_reported() -> None:
    made = entries()
    assert made.of(post(html="<p>A\x07 lock</p>")).html == "<p>A lock</p>"
    (finding,) = made.findings.values()
    assert (finding.level, finding.rule, finding.path) == ("warn", "control-character", "content/post/un.md")
    assert made.of(post("deux")).html
    assert len(made.findings) == 1


def test_each_label_stands_once_and_a_tag_that_is_a_category_is_none() -> None:
    made = entries().of(post(tags=(" bois ", "bois", "\x07", "outils"), categories=("outils",)))
    assert (made.tags, made.categories) == (("bois",), ("outils",))


def test_a_table_of_data_stays_a_table() -> None:
    row = "<tr><td><pre>1</pre></td><td><pre>a</pre></td><td><pre>b</pre></td></tr>"
    assert html(f"<table><tbody>{row}</tbody></table>") == f"<table><tbody>{row}</tbody></table>"
