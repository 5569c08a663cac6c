"""What our RSS says, and how: https://www.rssboard.org/rss-profile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from feedkit import SITE, documents_of, first, parsed, post, tree
from sharekit.feeds.render import render
from sharekit.model import Author, Image, Series

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def test_newest_first_with_full_content_beside_the_summary() -> None:
    posts = [post("un"), post("deux", published=datetime(2026, 3, 2, tzinfo=UTC))]
    items = tree(first(posts)).findall("channel/item")
    assert [each.findtext("title") for each in items] == ["Article deux", "Article un"]
    assert items[1].findtext("description") == "Ce que dit un."
    assert items[1].findtext(CONTENT) == "<p>L'article un.</p>"


def test_a_summary_is_words_and_a_description_is_html() -> None:
    data = first([post(summary="Vec<T> & Cie")])
    assert tree(data).findtext("channel/item/description") == "Vec&lt;T&gt; &amp; Cie"


def test_dates_keep_their_offset_and_are_what_the_post_says() -> None:
    paris = timezone(timedelta(hours=2))
    data = first(
        [post(published=datetime(2026, 5, 19, 8, 30, 1, 999, tzinfo=paris), updated=datetime(2026, 5, 20, tzinfo=UTC))]
    )
    item = tree(data).find("channel/item")
    assert item is not None
    assert item.findtext("pubDate") == "Tue, 19 May 2026 08:30:01 +0200"
    assert (
        item.findtext(f"{ATOM}updated")
        == item.findtext("{http://purl.org/dc/terms/}modified")
        == "2026-05-20T00:00:00+00:00"
    )
    built = tree(data).findtext("channel/lastBuildDate")
    assert built is not None
    assert parsedate_to_datetime(built) == datetime(2026, 5, 20, tzinfo=UTC)


def test_an_offset_with_seconds_is_written_as_utc() -> None:
    old = datetime(1905, 1, 1, 12, tzinfo=timezone(timedelta(minutes=9, seconds=21)))
    assert tree(first([post(published=old)])).findtext("channel/item/pubDate") == "Sun, 01 Jan 1905 11:50:39 +0000"


def test_each_author_is_a_creator() -> None:
    item = tree(first([post(authors=(Author(name="Inès"), Author(name="Rémi")))])).find("channel/item")
    assert item is not None
    assert [each.text for each in item.findall(f"{DC}creator")] == ["Inès", "Rémi"]
    assert item.find("author") is None, "an author of RSS has to have an e-mail address"


def test_a_measured_picture_is_enclosed_and_shown() -> None:
    image = Image(
        url="https://blog.example/a.png", alt="Un rabot", width=960, height=540, media_type="image/png", length=20541
    )
    item = tree(first([post(image=image)])).find("channel/item")
    assert item is not None
    enclosure, media = item.find("enclosure"), item.find(f"{MEDIA}content")
    assert enclosure is not None
    assert media is not None
    assert dict(enclosure.items()) == {"url": image.url, "length": "20541", "type": "image/png"}
    assert (media.get("width"), media.get("fileSize")) == ("960", "20541")
    assert media.findtext(f"{MEDIA}description") == "Un rabot"


def test_what_cannot_be_measured_is_never_none() -> None:
    data = first([post(image=Image(url="https://elsewhere.example/a.png"))])
    assert tree(data).find("channel/item/enclosure") is None
    assert tree(data).find(f"channel/item/{MEDIA}content") is not None
    assert b"None" not in data


def test_the_channel_names_itself_its_site_its_hub_and_its_other_formats() -> None:
    channel = tree(first([post()], hub="https://hub.example/", ttl=30)).find("channel")
    assert channel is not None
    assert channel.findtext("link") == "https://blog.example/"
    links = {(each.get("rel"), each.get("href")) for each in channel.findall(f"{ATOM}link")}
    assert links == {
        ("self", "https://blog.example/index.xml"),
        ("hub", "https://hub.example/"),
        ("alternate", "https://blog.example/atom.xml"),
        ("alternate", "https://blog.example/feed.json"),
    }
    assert channel.findtext("ttl") == "30"
    assert channel.findtext("language") == "fr"
    assert channel.findtext("copyright") == "CC BY-SA 4.0"
    licence = channel.findtext("{http://backend.userland.com/creativeCommonsRssModule}license")
    assert licence == "https://creativecommons.org/licenses/by-sa/4.0/"


def test_the_channels_picture_says_its_size_only_within_the_limits() -> None:
    small = Image(url="https://blog.example/s.png", width=88, height=31)
    for image, width in ((small, "88"), (replace(small, width=512, height=512), None)):
        data = render(next(documents_of([post()], site=replace(SITE, image=image))), "rss")
        assert tree(data).findtext("channel/image/url") == image.url
        assert tree(data).findtext("channel/image/width") == width


def test_a_part_names_its_series_its_neighbours_and_the_feed_of_the_series() -> None:
    posts = [post("un"), post("deux"), post("trois")]
    whole = Series(name="Le levain", language="fr", evidence="front matter", members=tuple(posts))
    document = next(documents_of(posts, of_series=[whole], series=True))
    middle = tree(render(document, "rss")).findall("channel/item")[1]
    assert middle.findtext("title") == "Article deux"
    assert [(e.text, e.get("domain")) for e in middle.findall("category")] == [("Le levain", "https://blog.example/series/")]
    assert {(each.get("rel"), each.get("href")) for each in middle.findall(f"{ATOM}link")} == {
        ("prev", "https://blog.example/2026/un/"),
        ("next", "https://blog.example/2026/trois/"),
        ("collection", "https://blog.example/series/le-levain/index.xml"),
    }


def test_categories_and_series_are_told_apart_by_their_domain() -> None:
    item = tree(first([post(tags=("bois", "outils"), categories=("Atelier", "bois"))])).find("channel/item")
    assert item is not None
    found = [(each.text, each.get("domain")) for each in item.findall("category")]
    base = "https://blog.example/categories/"
    assert found == [("Atelier", base), ("bois", base), ("outils", None)]


def test_characters_that_xml_cannot_hold_are_left_out_everywhere() -> None:
    bad = "\x00\x0b\ud800\uffff"
    given = post(
        title=f"T{bad}",
        summary=f"S{bad}",
        html=f"<p>H{bad}&#1;</p>",
        tags=(f"t{bad}", bad),
        authors=(Author(name=f"A{bad}"),),
    )
    read = parsed(first([given]))
    assert read.entries[0].title == "T"
    assert read.entries[0].content[0].value == "<p>H</p>"
    assert [each.term for each in read.entries[0].tags] == ["t"]


def test_the_end_of_a_cdata_section_in_an_article_does_not_end_ours() -> None:
    html = "<p>Il s'écrit ]]&gt; et ]]></p>"
    assert "]]&gt; et ]]&gt;" in parsed(first([post(html=html)])).entries[0].content[0].value


def test_a_summary_feed_has_no_content() -> None:
    item = tree(first([post()], content="summary")).find("channel/item")
    assert item is not None
    assert item.find(CONTENT) is None
    assert item.findtext("description") == "Ce que dit un."


def test_the_feed_for_e_mail_services_is_a_summary_with_a_sized_picture() -> None:
    image = Image(url="https://blog.example/a.png", width=1200, height=900, media_type="image/png", length=9)
    made = [each for each in documents_of([post(image=image)], email=True) if each.feed.kind == "email"]
    assert len(made) == 1
    item = tree(render(made[0], "rss")).find("channel/item")
    assert item is not None
    media = item.find(f"{MEDIA}content")
    assert media is not None
    assert (media.get("width"), media.get("height")) == ("600", "450")
    assert item.find(CONTENT) is None
    assert made[0].feed.address.url("rss") == "https://blog.example/email.xml"
