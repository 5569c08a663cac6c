"""Which issues are proposed, and what their files may say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from letters import post
from sharekit.config import IssueSettings
from sharekit.drafts import format_issue_draft as format_issue
from sharekit.drafts import issue_edited as edited
from sharekit.drafts import parse_issue_draft as parse_issue
from sharekit.errors import ConfigError, DraftError
from sharekit.issue.calendar import read_calendar
from sharekit.issue.compose import compose, propose
from sharekit.model import Series

if TYPE_CHECKING:
    from sharekit.model import Post

PARIS = ZoneInfo("Europe/Paris")
POSTS = [post(number) for number in range(1, 8)]
WHOLE = Series(name="Le rabot, réglé", language="fr", evidence="test", members=tuple(POSTS[:3]))
OPEN = Series(name="Autre", language="fr", evidence="test", members=tuple(POSTS[3:5]), more=True)


def proposed(**settings: Any) -> list[tuple[str, int, str]]:
    made = propose(POSTS, [WHOLE, OPEN], settings=IssueSettings(**settings), language="fr", zone=PARIS)
    return [(each.id, len(each.posts), each.send.isoformat(timespec="minutes") if each.send else "") for each in made]


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"mode": "manual"}, []),
        ({"mode": "digest"}, [("2026-04", 7, "2026-04-01T08:00+02:00")]),
        ({"mode": "digest", "when": "weekly on friday at 07:30"}, [("2026-w11", 7, "2026-03-13T07:30+01:00")]),
        (
            {"mode": "digest", "when": "every 3 posts"},
            [("2026-03-03", 3, "2026-03-03T09:00+01:00"), ("2026-03-06", 3, "2026-03-06T09:00+01:00")],
        ),
        ({"mode": "series"}, [("le-rabot-regle", 3, "2026-03-03T09:00+01:00")]),
    ],
)
def test_each_mode_proposes_its_issues(settings: dict[str, str], wanted: list[tuple[str, int, str]]) -> None:
    assert proposed(**settings) == wanted


def ids(
    *, taken: tuple[str, ...] = (), posts: list[Post] | None = None, **settings: Any
) -> list[tuple[str, tuple[str, ...]]]:
    given = IssueSettings(**settings)
    made = propose(posts or POSTS, [], settings=given, language="fr", zone=PARIS, taken=taken)
    return [(each.id, each.posts) for each in made]


def test_issues_of_one_day_have_ids_of_their_own() -> None:
    busy = [post(number, published=POSTS[0].published + timedelta(minutes=number)) for number in range(1, 8)]
    made = ids(posts=busy, mode="digest", when="every 2 posts", taken=("2026-03-01-2",))

    assert [name for name, _ in made] == ["2026-03-01", "2026-03-01-3", "2026-03-01-4"]
    assert [name for _, posts in made for name in posts] == [f"post/{number}" for number in (2, 1, 4, 3, 6, 5)]


def test_nothing_is_added_to_an_issue_that_is_approved() -> None:
    assert [name for name, _ in ids(mode="digest", taken=("2026-04", "2026-05"))] == ["2026-06"]


def test_two_posts_whose_ids_make_one_name_are_two_issues() -> None:
    made = ids(posts=[post(1, id="notes/a-b"), post(2, id="notes-a/b")], mode="post")

    assert len({name for name, _ in made}) == 2
    assert made == ids(posts=[post(1, id="notes/a-b"), post(2, id="notes-a/b")], mode="post")


def test_a_part_that_came_after_its_series_was_out_is_an_issue() -> None:
    made = propose(
        POSTS[2:3], [WHOLE], settings=IssueSettings(mode="series"), language="fr", zone=PARIS, taken=("le-rabot-regle",)
    )

    assert [(each.id, each.posts) for each in made] == [("le-rabot-regle-2", ("post/3",))]


def test_a_digest_begins_with_the_newest_and_keeps_a_series_together() -> None:
    made = propose(POSTS[:5], [WHOLE], settings=IssueSettings(), language="fr", zone=PARIS)[0]

    assert made.posts == ("post/5", "post/4", "post/1", "post/2", "post/3")
    assert made.subject == "Le rabot, épisode 5 : « le fer », et 4 autres"
    assert made.preheader.startswith("Le rabot, épisode 4 : « le fer » · Le rabot, épisode 1")
    assert "épisode 5" not in made.preheader


def test_the_preheader_of_one_article_is_how_it_goes_on() -> None:
    only = post(
        1, title="Affûter", summary="Affûter. Un fer qui coupe ne force pas.", html="<p>Un fer qui coupe ne force pas.</p>"
    )
    made = propose([only], [], settings=IssueSettings(mode="post"), language="fr", zone=PARIS)[0]

    assert (made.subject, made.preheader) == ("Affûter", "Un fer qui coupe ne force pas.")


def test_an_issue_for_each_post() -> None:
    assert [each[:2] for each in proposed(mode="post")][:2] == [("post-1", 1), ("post-2", 1)]


@pytest.mark.parametrize(
    "when", ["", "daily", "monthly on day 31", "weekly on someday", "monthly at 25:00", "every 0 posts"]
)
def test_a_calendar_that_is_none_is_refused(when: str) -> None:
    with pytest.raises(ConfigError, match="when"):
        read_calendar(when)


def test_the_hour_is_the_site_s_in_summer_and_in_winter() -> None:
    calendar = read_calendar("monthly on day 1 at 08:00")

    assert calendar.after(datetime(2026, 3, 5, tzinfo=UTC), PARIS).isoformat() == "2026-04-01T08:00:00+02:00"
    assert calendar.after(datetime(2026, 10, 5, tzinfo=UTC), PARIS).isoformat() == "2026-11-01T08:00:00+01:00"


FILE = """---
id: "2026-04"
subject: "Le rabot"
preheader: "…"
posts:
  - "post/1"
  - post: "post/2"
    blurb: "Lisez *celui-ci*."
send: "2026-04-01T08:00+02:00"
status: draft
---
Bonjour.
"""


def parsed(text: str) -> object:
    return parse_issue(text, "issues/2026-04.md")


def test_a_file_is_read_and_written_again_as_it_is() -> None:
    file = parse_issue(FILE, "issues/2026-04.md")
    again = parse_issue(format_issue(file), file.path)

    assert again.blurbs == {"post/2": "Lisez *celui-ci*."}
    assert again.introduction == "Bonjour."
    assert not edited(again)
    assert edited(parse_issue(format_issue(file).replace("Bonjour", "Salut"), file.path))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"post/1"', '"post/2"', "twice"),
        ("status: draft", "status: sent", "sent"),
        ("send: ", "sent: ", "unknown key"),
        ('"2026-04-01T08:00+02:00"', '"tomorrow"', "not a moment"),
        ('"2026-04"', '"../x"', "cannot name a file"),
        ('  - "post/1"', "  - {}", "names no post"),
        ('subject: "', 'subject: "unclosed', "broken"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(old: str, new: str, said: str) -> None:
    broken = FILE.replace(old, new) if said != "broken" else FILE.replace('subject: "Le rabot"', 'subject: "Le rabot')

    with pytest.raises(DraftError, match=said) as raised:
        parsed(broken)

    assert raised.value.path == "issues/2026-04.md"


def test_a_post_that_is_not_there_is_refused() -> None:
    file = parse_issue(FILE.replace("post/1", "post/9"), "issues/2026-04.md")

    with pytest.raises(DraftError, match="no published post"):
        compose(file, {each.id: each for each in POSTS}, {}, language="fr")


def test_an_issue_without_posts_is_refused() -> None:
    file = parse_issue("---\nid: a\nsubject: b\n---\n", "issues/a.md")

    with pytest.raises(DraftError, match="no post"):
        compose(file, {}, {}, language="fr")


def test_what_no_mail_can_carry_is_left_out_of_a_person_s_words() -> None:
    text = '---\nid: i\nsubject: "Le\\u0007 rabot"\npreheader: "\\x00 un fer"\nposts: [post/1]\n---\nUne\x0bscie\n'
    file = parse_issue(text, path="issues/i.md")
    made = compose(file, {each.id: each for each in POSTS}, {}, language="fr")
    assert (made.subject, made.preheader, made.introduction.strip()) == ("Le rabot", "un fer", "Unescie")
