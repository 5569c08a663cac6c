from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import lxml.html
import pytest

from acts import delivered, plan_of, share_act
from sharekit.config import Config
from sharekit.model import Finding, Part, Receipt, Site
from sharekit.preview import Sight, render_preview
from sharekit.preview.calendar import months
from sharekit.preview.cards import post_cards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from sharekit.model import Act, State

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
HOSTILE = "</style><script>alert(1)</script>{{ 7 * 7 }}"


def planned(channel: str = "x", state: State = "scheduled", *, at: datetime = NOW + timedelta(days=1), **given: Any) -> Act:
    return share_act(channel, state, at=at, **given)


def sight(*acts: Act, findings: Sequence[Finding] = ()) -> Sight:
    return Sight(
        site=Site(title="Carnet", url="https://blog.example/", language="fr"),
        series=(),
        posts=3,
        plan=plan_of(*acts),
        config=Config(),
        issues={},
        feeds=(),
        findings=findings,
        place=lambda image: image.url,
        now=NOW,
        zone=PARIS,
    )


def test_a_day_shows_what_goes_out_together_as_one() -> None:
    at = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)
    [june] = months([planned("x", at=at), planned("mastodon", at=at)], Config(), now=NOW, zone=PARIS)
    assert june.name == "June 2026"
    [day] = [day for week in june.weeks for day in week if day.events]
    assert (day.date.day, day.outside) == (1, False)
    [event] = day.events
    assert (event.time, dict(event.places)) == ("00:30", {"mastodon": "Mastodon", "x": "X"})


def test_a_month_has_whole_weeks_and_each_of_its_days_once() -> None:
    [may] = months([planned()], Config(), now=NOW, zone=PARIS)
    assert all(len(week) == 7 for week in may.weeks)
    assert [day.date.day for week in may.weeks for day in week if not day.outside] == list(range(1, 32))
    assert [day.date.day for week in may.weeks for day in week if day.today] == [20]


def test_what_is_far_away_or_skipped_is_in_no_month() -> None:
    far = planned(at=NOW + timedelta(days=200))
    assert months([far, planned(state="skipped")], Config(), now=NOW, zone=PARIS) == []


def test_a_card_is_measured_as_its_network_counts() -> None:
    [post] = post_cards([planned(text="🌧️" * 10)], Config(), zone=PARIS, place=lambda image: image.url)
    [card] = post.cards
    assert (card.length, card.limit, card.share_of_limit) == (20, 280, 7)
    assert card.moment == "Thu 21 May 2026 11:00"


def test_a_text_that_is_too_long_fills_its_meter_and_no_more() -> None:
    [post] = post_cards([planned(text="a" * 500)], Config(), zone=PARIS, place=lambda image: image.url)
    assert post.cards[0].share_of_limit == 100
    assert 'class="meter over"' in render_preview(sight(planned(text="a" * 500))).pages["shares.html"]


def test_posts_come_newest_first_with_all_of_their_shares() -> None:
    old = [planned(name, at=NOW - timedelta(days=9), post="old") for name in ("x", "mastodon")]
    made = post_cards([*old, planned(post="new")], Config(), zone=PARIS, place=lambda image: image.url)
    assert [(post.source, len(post.cards)) for post in made] == [("shares/new.md", 1), ("shares/old.md", 2)]


def test_what_is_out_links_to_where_it_is() -> None:
    receipt = Receipt(id="1", url="https://x.example/1", at=NOW)
    made = render_preview(sight(delivered(receipt))).pages["shares.html"]
    assert '<a href="https://x.example/1">it is out</a>' in made


@pytest.mark.parametrize("page", ["index.html", "shares.html"])
def test_a_hostile_title_is_only_words(page: str) -> None:
    hostile = planned(title=HOSTILE, text=HOSTILE, url="javascript:alert(1)", part=Part(series=HOSTILE, position=1, total=2))
    finding = Finding(level="warn", rule="r", message=HOSTILE, path=HOSTILE)
    document = cast(
        "HtmlElement", lxml.html.document_fromstring(render_preview(sight(hostile, findings=[finding])).pages[page])
    )
    assert not document.findall(".//script")
    assert not [link for link in document.iterlinks() if link[2].startswith("javascript:")]
    assert HOSTILE in document.text_content()


def test_nothing_drafted_says_how_to_begin() -> None:
    pages = render_preview(sight()).pages
    assert all("sharekit build" in pages[name] for name in ("index.html", "shares.html", "issues.html"))


def test_before_the_first_seed_the_plan_says_that_nothing_goes_out() -> None:
    unseeded = replace(sight(), plan=plan_of(planned(), since=None))
    assert "sharekit ledger seed" in render_preview(unseeded).pages["index.html"]
