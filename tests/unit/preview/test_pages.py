from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from sharekit.config import Config
from sharekit.model import Act, Card, Finding, Image, LedgerEntry, Outcome, Part, Receipt, Share, Site
from sharekit.planning import Plan
from sharekit.preview.pages import Overview, by_post, calendar_of, folded, month, render_preview, shown
from sharekit.report.acts import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lxml.html import HtmlElement

    from sharekit.model import State

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
HOSTILE = "</style><script>alert(1)</script>{{ 7 * 7 }}"


def planned(
    channel: str = "x",
    state: State = "scheduled",
    *,
    at: datetime = NOW + timedelta(days=1),
    post: str = "a",
    text: str = "Bonjour",
    title: str = "Un titre",
    url: str = "https://blog.example/a/",
    part: Part | None = None,
    entry: LedgerEntry | None = None,
) -> Act:
    card = Card(url=url, title=title, image=Image(url="https://blog.example/a.jpg", alt="Une image"))
    share = Share(post_id=post, channel=channel, slot="launch", text=text, language="fr", card=card, created=at, part=part)
    return Act(
        key=f"share/{post}/{channel}/launch",
        kind="share",
        target=channel,
        title=title,
        slot="launch",
        planned=at,
        at=at,
        published=at,
        content=share,
        source=f"shares/{post}.md",
        state=state,
        part=part,
        entry=entry,
    )


def overview(*shares: Act, findings: Sequence[Finding] = (), config: Config | None = None) -> Overview:
    return Overview(
        site=Site(title="Carnet", url="https://blog.example/", language="fr"),
        series=(),
        posts=3,
        plan=Plan(acts=shares, since=NOW, now=NOW),
        config=config or Config(),
        issues={},
        feeds=(),
        findings=findings,
        place=lambda image: image.url,
        now=NOW,
        zone=PARIS,
    )


def rows(made: dict[str, str], name: str, kind: str) -> list[str]:
    return [" ".join(str(each.text_content()).split()) for each in page(made, name).find_class(kind)]


def test_a_day_shows_what_goes_out_together_as_one() -> None:
    at = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)
    months, events = calendar_of([planned("x", at=at), planned("mastodon", at=at)], now=NOW, zone=PARIS)
    assert (list(months), month(date(2026, 6, 1), "en")) == ([date(2026, 6, 1)], "June 2026")
    assert [[act.target for act in group] for group in events[date(2026, 6, 1)]] == [["x", "mastodon"]]
    assert rows(render_preview(overview(planned("x", at=at), planned("mastodon", at=at))), "index", "event") == [
        "00:30 X Mastodon, À venir:Un titre"
    ]


def test_a_second_account_looks_like_its_network_and_has_its_own_name() -> None:
    made = render_preview(
        overview(planned("perso"), planned("x"), config=Config(channels={"perso": {"kind": "mastodon"}, "x": {}}))
    )
    assert '<span class="on-mastodon">perso</span>' in made["index.html"]
    [perso, x] = page(made, "shares").find_class("card")
    assert perso.get("class") == "card on-mastodon"
    assert [card.find_class("foot")[0].text_content() for card in (perso, x)] == ["7 / 500", "7 / 280"]


def test_a_month_has_whole_weeks_and_each_of_its_days_once() -> None:
    may = page(render_preview(overview(planned())), "index").find_class("month")[0]
    days = may.xpath(".//td")
    assert len(days) % 7 == 0
    inside = [day.xpath("string(time/@datetime)") for day in days if "outside" not in (day.get("class") or "")]
    assert inside == [f"2026-05-{day:02}" for day in range(1, 32)]
    assert [day.xpath("string(time/@datetime)") for day in may.find_class("today")] == ["2026-05-20"]


def test_what_is_far_away_or_old_is_in_no_month() -> None:
    far = planned(at=NOW + timedelta(days=200))
    assert calendar_of([far, planned(state="skipped")], now=NOW, zone=PARIS) == ({}, {})


def test_a_card_is_measured_as_its_network_counts() -> None:
    shown = page(render_preview(overview(planned(text="🌧️" * 10))), "shares")
    assert shown.find_class("foot")[0].text_content() == "20 / 280"
    assert [each.get("style") for each in shown.iter("i")] == ["width:7%"]
    assert "jeu. 21 mai 2026 11:00" in shown.text_content()


def test_a_text_that_is_too_long_fills_its_meter_and_no_more() -> None:
    made = render_preview(overview(planned(text="a" * 500)))["shares.html"]
    assert 'class="meter over"' in made
    assert "width:100%" in made


def test_posts_come_in_the_order_in_which_they_want_attention_with_all_of_their_shares() -> None:
    out = planned("x", state="delivered", at=NOW - timedelta(days=1), post="out")
    old = [planned(name, state="due", at=NOW - timedelta(days=9), post="old") for name in ("x", "mastodon")]
    far, near = (planned(at=NOW + timedelta(days=days), post=f"in-{days}") for days in (300, 2))
    made = by_post([out, far, near, *old, planned(state="held", post="new")])
    assert [(acts[0].source.split("/")[1][:-3], len(acts)) for acts in made] == [
        *[("new", 1), ("old", 2)],
        *[("in-2", 1), ("in-300", 1)],
        ("out", 1),
    ]


def test_what_is_out_links_to_where_it_is() -> None:
    receipt = Receipt(id="1", url="https://x.example/1", at=NOW)
    entry = LedgerEntry(
        key="share/a/x/launch",
        state="delivered",
        claimed_at=NOW,
        run="test",
        nonce="n",
        outcome=Outcome(state="delivered", at=NOW, receipt=receipt),
    )
    made = render_preview(overview(planned(state="delivered", entry=entry)))["shares.html"]
    assert '<a href="https://x.example/1">c’est publié</a>' in made


@pytest.mark.parametrize("page", ["index.html", "shares.html"])
def test_a_hostile_title_is_only_words(page: str) -> None:
    hostile = planned(title=HOSTILE, text=HOSTILE, url="javascript:alert(1)", part=Part(series=HOSTILE, position=1, total=2))
    finding = Finding(level="warn", rule="r", message=HOSTILE, path=HOSTILE)
    document = cast(
        "HtmlElement", lxml.html.document_fromstring(render_preview(overview(hostile, findings=[finding]))[page])
    )
    assert not document.findall(".//script")
    assert not [link for link in document.iterlinks() if link[2].startswith("javascript:")]
    assert HOSTILE in document.text_content()


def test_nothing_drafted_says_how_to_begin() -> None:
    pages = render_preview(overview())
    assert all("sharekit build" in pages[name] for name in ("index.html", "shares.html", "issues.html"))


def test_before_the_first_seed_the_plan_says_that_nothing_goes_out() -> None:
    unseeded = overview(planned())
    plan = replace(unseeded.plan, since=None)
    assert "sharekit ledger seed" in render_preview(replace(unseeded, plan=plan))["index.html"]


def test_what_a_person_decides_has_the_command_beside_it() -> None:
    send = "sharekit shares send share/a/x/launch"
    acts = [
        replace(planned("x", state="held"), reason="9 days late", hint=send),
        planned("mastodon", state="due", post="b"),
        planned("bluesky", state="due", post="b"),
    ]
    english = overview(*acts)
    shown = page(render_preview(replace(english, site=replace(english.site, language="en"))), "index")
    assert [" ".join(str(each.text_content()).split()) for each in shown.find_class("decision")] == [
        f"Held Un titre X · launch · Thu 21 May 2026 11:00 9 days late{send}",
        "Due now Un titre Mastodon, Bluesky · launch · Thu 21 May 2026 11:00 sharekit deliver",
    ]


def test_a_paused_channel_is_named_with_its_reason() -> None:
    given = overview(planned())
    shown = render_preview(replace(given, plan=replace(given.plan, paused={"x": "the token ended"})))["index.html"]
    assert "the token ended" in shown


def test_linkedin_alone_folds_a_text() -> None:
    text = "un mot " * 60
    shown, hidden = folded(text, "linkedin")
    assert (shown + hidden, bool(hidden), folded(text, "x")) == (text, True, (text, ""))
    assert page(render_preview(overview(planned("linkedin", text=text))), "shares").find_class("rest")
    assert not page(render_preview(overview(planned("x", text=text))), "shares").find_class("rest")


def test_what_sharekit_would_write_stands_beside_what_a_person_wrote() -> None:
    act = replace(planned(text="Mes mots"), section="x")
    given = replace(overview(act), fresh={(act.source, "x"): "Ses mots"})
    shown = page(render_preview(given), "shares")
    [details] = shown.iter("details")
    assert "Ses mots" in details.text_content()
    same = replace(given, fresh={(act.source, "x"): "Mes mots"})
    assert not list(page(render_preview(same), "shares").iter("details"))


def test_samples_are_apart_from_the_plan() -> None:
    given = replace(overview(), samples=[planned("x", state="skipped", text="Un essai")])
    made = render_preview(given)
    assert "Un essai" in page(made, "shares").text_content()
    assert "Un essai" not in page(made, "index").text_content()


@pytest.mark.parametrize("language", ["fr", "de", "es", "it", "nl", "pt", "ar"])
def test_the_pages_are_in_the_language_of_the_blog(language: str) -> None:
    given = overview(planned(), planned("mastodon", state="due"))
    shown = page(render_preview(replace(given, site=replace(given.site, language=language))), "index")
    assert (shown.get("lang"), shown.get("dir")) == (language, "rtl" if language == "ar" else "ltr")
    assert "What goes out, and when" not in shown.text_content()


def test_every_word_of_the_pages_is_in_every_catalogue(project: Path) -> None:
    templates = project / "templates"
    words = {
        found
        for path in (templates / "preview").glob("*.html")
        for found in re.findall(r"_\(\"([^\"]+)\"", path.read_text(encoding="utf-8"))
    } | set(HEADINGS.values())
    assert len(words) > 30
    for folder in sorted((templates / "locale").iterdir()):
        known = {entry.id for entry in read_po(io.BytesIO((folder / "preview.po").read_bytes())) if entry.string}
        assert words <= known, f"{folder.name}: {sorted(words - known)}"


def page(made: dict[str, str], name: str) -> HtmlElement:
    return cast("HtmlElement", lxml.html.document_fromstring(made[f"{name}.html"]))


# --- a text as its network shows it --------------------------------------------------------------------------------------


def test_links_hashtags_and_mentions_stand_out() -> None:
    made = shown("Merci @moi@ici.example & #météo https://blog.example/a?b=1&c=2.", "bluesky")
    assert made == (
        "Merci <b>@moi@ici.example</b> &amp; <b>#météo</b> "
        '<a href="https://blog.example/a?b=1&amp;c=2">https://blog.example/a?b=1&amp;c=2</a>.'
    )


@pytest.mark.parametrize("text", ["C#", "n°#", "a/#b", "# seul", "moi@ici.example", "#2026"])
def test_what_no_network_links_stays_plain(text: str) -> None:
    assert "<b>" not in shown(text, "x")


def test_x_shows_the_beginning_of_an_address() -> None:
    made = shown("https://www.blog.example/2026/04/un-article-au-nom-long/", "x")
    assert made == (
        '<a href="https://www.blog.example/2026/04/un-article-au-nom-long/">blog.example/2026/04/un-article-au…</a>'
    )


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.sampled_from(["x", "mastodon", "linkedin"]))
def test_no_text_becomes_markup(text: str, like: str) -> None:
    made = lxml.html.fragment_fromstring(f"<div>{shown(text, like)}</div>")
    assert {each.tag for each in made.iter()} <= {"div", "a", "b"}
    if like == "linkedin":
        assert made.text_content() == text


def test_linkedin_folds_a_text_after_three_lines_or_two_hundred_characters() -> None:
    assert folded("court", "linkedin") == ("court", "")
    text = "un mot " * 60
    seen, hidden = folded(text, "linkedin")
    assert seen.endswith(" ")
    assert len(seen) <= 200
    assert seen + hidden == text
    assert folded("un\n\ndeux\n\ntrois", "linkedin") == ("un\n\ndeux\n", "\ntrois")
