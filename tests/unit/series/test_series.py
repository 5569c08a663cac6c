"""Series in the order of trust: configuration, front matter, lists in the articles, and titles, which only propose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharekit.config import SeriesSettings
from sharekit.model import Post, Series, post_id
from sharekit.series import find_series
from sharekit.series.declared import declared_order
from sharekit.text.part_words import may_list_parts

BASE = "https://blog.example"


def post(day: int, title: str, html: str = "", *, slug: str = "", language: str = "fr", **params: Any) -> Post:
    url = f"{BASE}/{slug or f'p{day}'}/"
    return Post(
        id=post_id(url),
        url=url,
        title=title,
        published=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day),
        body=lambda: html,
        language=language,
        source=f"content/{slug or f'p{day}'}.md",
        params=params,
    )


def titles(series: Series) -> list[str]:
    return [member.title for member in series.members]


def only(posts: list[Post]) -> Series:
    found, _ = find_series(posts)
    assert len(found) == 1, [(each.name, titles(each)) for each in found]
    return found[0]


# Front matter


@pytest.mark.parametrize(
    "params",
    [
        [{"series": "S", "series_order": 2}, {"series": "S", "series_order": 1}],
        [{"series": ["S"], "series_weight": 20}, {"series": ["S"], "series_weight": 10}],
        [{"series": "S", "series_index": "2"}, {"series": "S", "series_index": "1"}],
        [{"series": "S", "weight": 2}, {"series": "S", "weight": 1}],
        [{"series": "S", "part": "Part 2"}, {"series": "S", "part": "Part 1"}],
        [{"series": "S", "part": "II"}, {"series": "S", "part": "I"}],
        [{"series": {"id": "S", "index": 2}}, {"series": {"id": "S", "index": 1}}],
        [{"series": {"name": "S", "order": 2}}, {"series": {"name": "S", "order": 1}}],
        [{"series": [{"name": "S", "part": 2}]}, {"series": [{"name": "S", "part": 1}]}],
        [
            {"is_series": True, "series_title": "S", "series_order": 2},
            {"is_series": "yes", "series_title": "S", "series_order": 1},
        ],
        [{"serie": "S", "seriesorder": 2}, {"serie": "S", "seriesorder": 1}],
        [{"séries": "S", "episode": 2}, {"séries": "S", "episode": 1}],
        [{"seriename": "S", "order": 2}, {"seriename": "S", "order": 1}],
    ],
)
def test_every_convention_groups_and_orders(params: list[dict[str, Any]]) -> None:
    series = only([post(1, "Second", **params[0]), post(2, "First", **params[1])])
    assert (series.name, series.evidence, titles(series)) == ("S", "front matter", ["First", "Second"])


def test_labels_are_one_over_case_and_accents_but_not_over_signs() -> None:
    found, findings = find_series(
        [
            post(1, "A", series="serie c"),
            post(2, "B", series="Série C"),
            post(3, "C", series="Série C"),
            post(4, "D", series="Série C++"),
        ]
    )
    assert [(each.name, titles(each)) for each in found] == [("Série C", ["A", "B", "C"]), ("Série C++", ["D"])]
    assert [finding.rule for finding in findings] == ["series-name"]


def test_dates_order_what_nothing_else_orders_and_ties_are_told() -> None:
    found, findings = find_series([post(2, "B", series="S"), post(1, "A", series="S"), post(2, "C", series="S", slug="c")])
    assert titles(found[0]) == ["A", "C", "B"]
    assert [finding.rule for finding in findings] == ["series-order"]
    found, findings = find_series([post(1, "A", series="S", series_order=1), post(2, "B", series="S", series_order=1)])
    assert titles(found[0]) == ["A", "B"]
    assert "same place 1" in findings[0].message


def test_those_without_a_place_come_after_those_with_one() -> None:
    series = only(
        [post(1, "None", series="S"), post(2, "Two", series="S", series_index=2), post(3, "One", series="S", series_index=1)]
    )
    assert titles(series) == ["One", "Two", "None"]


@pytest.mark.parametrize("place", [{"of": 3}, [[3]], True, None, "last", ""])
def test_what_is_no_place_orders_nothing(place: Any) -> None:
    assert declared_order(post(1, "A", series="S", part=place)) is None


def test_a_post_in_two_series() -> None:
    found, _ = find_series([post(1, "A", series=["S", "T"], series_order=[2, 1]), post(2, "B", series="S", series_order=1)])
    assert {each.name: titles(each) for each in found} == {"S": ["B", "A"], "T": ["A"]}


def test_languages_are_apart() -> None:
    found, _ = find_series([post(1, "A", series="S"), post(1, "A", series="S", language="en", slug="en")])
    assert sorted(each.language for each in found) == ["en", "fr"]


def test_the_configuration_comes_first() -> None:
    posts = [post(1, "A", series="S"), post(2, "B", series="S")]
    named = [SeriesSettings(name="Mine", members=("p2", f"{BASE}/p1/"))]
    found, _ = find_series(posts, named)
    assert [(each.name, each.evidence, titles(each)) for each in found] == [("Mine", "configuration", ["B", "A"])]
    posts = [post(1, "A", language="en"), post(2, "B", language="fr")]
    for language in (None, "de"):
        [series], _ = find_series(posts, [SeriesSettings(name="Mine", members=("p1", "p2"), language=language)])
        assert series.language == (language or "en")


def test_a_member_that_is_not_published_is_reported_and_left_out() -> None:
    found, (finding,) = find_series([post(1, "A"), post(2, "B")], [SeriesSettings(name="Mine", members=("p1", "p9", "p2"))])
    assert [titles(each) for each in found] == [["A", "B"]]
    assert (finding.level, finding.path) == ("warn", "sharekit.toml")
    assert '"p9"' in finding.message
    assert find_series([], [SeriesSettings(name="Mine", members=("p9",))])[0] == ()


def test_what_the_author_accepts_is_a_series_and_a_name_of_none_is_reported() -> None:
    posts = [post(1, "Ropes, part 1"), post(2, "Ropes, part 2"), post(3, "Another", series="Knots")]
    found, findings = find_series(posts, accepted=["ropes", "Knots", "Sails"])
    assert [(each.name, each.evidence) for each in found] == [("Knots", "front matter"), ("Ropes", "titles")]
    assert [each.message for each in findings] == ['accept_series names "Sails", and no series of that name is proposed']


# Lists in the articles


def listed(intro: str, *items: str) -> str:
    return f"<p>{intro}</p><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def link(slug: str, words: str) -> str:
    return f'<a href="/{slug}/">{words}</a>'


INTRO = "Cet article fait partie d’une série de trois articles :"


def test_the_current_part_is_not_linked_and_the_next_is_announced() -> None:
    first = post(1, "Monter un cluster : le réseau", listed(INTRO, "Monter un cluster : le réseau", "Le stockage (à venir)"))
    second = post(
        2,
        "Monter un cluster : les nœuds",
        listed(INTRO, link("p1", "Le réseau"), "Monter un cluster : les nœuds", "Le stockage"),
    )
    series = only([first, second])
    assert titles(series) == [first.title, second.title]
    assert (series.evidence, series.announced, series.name) == ("body list", ("Le stockage",), "Monter un cluster")
    part = series.part("p2")
    assert part is not None
    assert (part.position, part.total) == (2, 3)


def test_the_current_part_is_linked_to_itself_and_more_is_promised() -> None:
    intro = "Cette série comporte plusieurs articles :"
    html = listed(intro, link("p1", "Un"), link("p2", "Deux"), "Et au moins un autre à suivre")
    series = only([post(1, "Un", html), post(2, "Deux", html)])
    assert (titles(series), series.announced, series.more) == (["Un", "Deux"], (), True)


def test_nothing_is_linked() -> None:
    html = listed("Une série de trois articles :", "Le début", "Le milieu", "La fin", "Le bonus")
    series = only([post(1, "Le début", html), post(2, "Le milieu", html), post(3, "La fin", html)])
    assert (titles(series), series.announced) == (["Le début", "Le milieu", "La fin"], ("Le bonus",))


def test_the_current_part_is_bold_under_another_name() -> None:
    one = post(1, "Rope science, the beginning", language="en")
    html = listed("This post is part of a series on ropes:", link("p1", "Beginning"), "<strong>Metrics</strong>", "Regex")
    two = post(2, "Rope science, counting", html, language="en")
    series = only([one, two])
    assert (titles(series), series.announced) == ([one.title, two.title], ("Regex",))


def test_the_newest_list_wins_and_a_part_that_forgot_it_is_still_in() -> None:
    old = listed("In this series:", link("p1", "One"), link("p2", "Two"), "Three, soon")
    new = listed("In this series:", link("p2", "Two first"), link("p1", "One then"), link("p3", "Three"), link("p4", "Four"))
    posts = [post(1, "One", old), post(2, "Two", old), post(3, "Three"), post(4, "Four", new)]
    assert titles(only(posts)) == ["Two", "One", "Three", "Four"]


def test_two_lists_that_share_two_parts_are_of_one_series() -> None:
    def part(day: int, *others: int) -> Post:
        items = (link(f"p{each}", f"Étape {each}") for each in others)
        return post(day, f"Étape {day}", listed("Cette série se compose de :", *items) if others else "")

    series = only([part(1), part(2), part(3), part(4, 1, 2, 3), part(5, 2, 3, 4)])
    assert titles(series) == [f"Étape {day}" for day in range(1, 6)]


def test_a_list_of_the_previous_parts_makes_the_article_the_next() -> None:
    intro = "This is part 3 of the Ropes series. Previous posts:"
    html = listed(intro, link("p1", "One"), link("p2", "Two"))
    series = only([post(1, "One"), post(2, "Two"), post(3, "Three", html)])
    assert (titles(series), series.name) == (["One", "Two", "Three"], "Ropes")


def test_a_list_that_goes_back_in_time_is_turned_round() -> None:
    posts = [post(1, "One"), post(2, "Two"), post(3, "Three")]
    back = listed(
        "This post forms part of an on-going series. The previous ones:",
        link("p3", "Three"),
        link("p2", "Two"),
        link("p1", "One"),
    )
    assert titles(only([*posts, post(4, "Four", back)])) == ["One", "Two", "Three", "Four"]
    numbered = listed("In this series:", link("p3", "Part 1"), link("p2", "Part 2"), link("p1", "Part 3"))
    assert titles(only([*posts, post(4, "Four", numbered)])) == ["Three", "Two", "One"]


def test_parts_on_one_line() -> None:
    line = f"<p>{link('p1', 'Part 1')} | Part 2 | {link('p3', 'Part 3')}</p>"
    html = f"<p>Some words.</p>{line}"
    posts = [post(1, "Alpha"), post(2, "Beta", html), post(3, "Gamma")]
    assert titles(only(posts)) == ["Alpha", "Beta", "Gamma"]


def test_prose_that_mentions_parts_is_no_list() -> None:
    html = f"<p>As part 1 of {link('p1', 'this')} says at length, and part 2 was never written, nothing is sure.</p>"
    assert find_series([post(1, "Alpha"), post(2, "Beta", html)])[0] == ()


def test_see_also_and_other_series_are_none() -> None:
    posts = [post(1, "A"), post(2, "B")]
    for intro in ("See also:", "Related posts:", "Time series databases:", "Voir aussi :"):
        html = listed(intro, link("p1", "A"), link("p2", "B"))
        assert find_series([*posts, post(3, "C", html)])[0] == (), intro


def test_links_elsewhere_are_external_and_links_to_nothing_are_told() -> None:
    html = listed(INTRO, link("p1", "Un"), link("perdu", "Perdu"), '<a href="https://other.example/">Ailleurs</a>', "Deux")
    found, findings = find_series([post(1, "Un"), post(2, "Deux", html)])
    assert titles(found[0]) == ["Un", "Deux"]
    assert [(finding.rule, finding.path) for finding in findings] == [("series-link", "content/p2.md")]


@pytest.mark.parametrize(
    "intro",
    [
        "The series so far:",
        "Bisher in dieser Serie:",
        "A série até agora:",
        "Dieser Artikel ist Teil einer Artikelserie:",
        "这是关于绳子的系列文章中的第二篇，其他部分：",
        "この記事はロープ連載の第2回です。",
        "이 글은 밧줄 시리즈의 두 번째 글입니다.",
        "Эта статья — вторая часть цикла:",
        "Ten wpis jest częścią serii:",
        "Detta inlägg är en del av en serie:",
    ],
)
def test_introductions_in_many_languages_say_that_the_article_is_a_part(intro: str) -> None:
    html = listed(intro, link("p1", "Un"), link("p3", "Trois"))
    posts = [post(1, "Un"), post(2, "Deux", html), post(3, "Trois")]
    assert may_list_parts(html)
    assert titles(only(posts)) == ["Un", "Deux", "Trois"]


@pytest.mark.parametrize(
    "intro",
    [
        "The article begins here. Once sent, it starts a series of slow steps:",
        "Il lance une série de commandes :",
        "Sie stellen eine Reihe von Forderungen. Die Artikel dazu:",
        "C'è una serie di motivi:",
        "涉及到一系列比较基础的知识：",
        "時系列データベース：",
        "A watch of series 7:",
    ],
)
def test_a_series_of_anything_else_is_none(intro: str) -> None:
    html = listed(intro, link("p1", "Un"), link("p2", "Deux"))
    assert find_series([post(1, "Un"), post(2, "Deux"), post(3, "Trois", html)])[0] == ()


def test_a_page_of_its_own_names_a_series_whose_parts_say_little() -> None:
    html = listed("In this series of articles:", link("p1", "Hemp at sea"), link("p2", "Wire ashore"))
    hub = post(0, "Of ropes", html)
    assert only([hub, post(1, "Hemp at sea"), post(2, "Wire ashore")]).name == "Of ropes"
    aside = post(0, "News", listed("I wrote a series of posts:", link("p1", "x"), link("p2", "y")))
    assert only([aside, post(1, "Good knots, one"), post(2, "Good knots, two")]).name == "Good knots"


def test_where_the_numbers_are_links_another_link_on_the_line_is_no_part() -> None:
    html = f"<p>See {link('p1', 'Part 1')} and Part 2, and {link('p3', 'the petition')}.</p>"
    series = only([post(1, "Alpha"), post(2, "Beta", html), post(3, "Sign here")])
    assert titles(series) == ["Alpha", "Beta"]


def test_two_series_that_share_a_post_stay_two() -> None:
    one = listed("First series of posts:", link("p1", "A"), link("p2", "B"), link("p3", "C"))
    two = listed("Second series of posts:", link("p3", "C"), link("p4", "D"), link("p5", "E"))
    posts = [post(1, "A", one), post(2, "B", one), post(3, "C", one + two), post(4, "D", two), post(5, "E", two)]
    found, _ = find_series(posts)
    assert sorted(titles(each) for each in found) == [["A", "B", "C"], ["C", "D", "E"]]


def test_what_the_front_matter_says_is_not_found_again_in_the_body() -> None:
    html = listed(INTRO, link("p1", "A"), link("p2", "B"))
    assert only([post(1, "A", html, series="S"), post(2, "B", html, series="S")]).evidence == "front matter"


@pytest.mark.parametrize(
    "html", ["<ul><li>", "<p>série d’articles :<ul><li><a href='http://[':>x</a>", "<ul>" * 300, "\x00<li>série"]
)
def test_broken_html_is_read_as_it_can_be(html: str) -> None:
    assert find_series([post(1, "A", html), post(2, "B", html)])[0] == ()


# Properties

SLUGS = st.lists(st.integers(1, 9), min_size=1, max_size=6)


@settings(deadline=None)
@given(st.lists(SLUGS, min_size=2, max_size=6))
def test_any_lists_give_series_without_repeated_members(lists: list[list[int]]) -> None:
    posts = [
        post(day, f"Titre {chr(64 + day)}", listed(INTRO, *(link(f"p{n}", "x") for n in numbers)))
        for day, numbers in enumerate(lists, start=1)
    ]
    found, _ = find_series(posts)
    for series in found:
        ids = [member.id for member in series.members]
        assert len(ids) == len(set(ids)) >= 2
    assert find_series(posts)[0] == found
    assert {each.name for each in find_series(list(reversed(posts)))[0]} == {each.name for each in found}


@given(
    st.lists(
        st.tuples(st.sampled_from(["S", "s", "Š", " S "]), st.one_of(st.none(), st.integers(-3, 5), st.text(max_size=5))),
        max_size=8,
    )
)
def test_any_front_matter_orders_every_post_once(rows: list[tuple[str, Any]]) -> None:
    posts = [post(day, f"T{day}", series=label, series_order=order) for day, (label, order) in enumerate(rows)]
    found, _ = find_series(posts)
    assert sorted(member.id for each in found for member in each.members) == sorted(each.id for each in posts)


def test_the_cheap_test_never_hides_a_list() -> None:
    lists = ["Cet article fait partie d'une série :\n\n- [Un](/un/)\n- Deux\n", "[Part 1](/a/) | Part 2\n", "1. [Part 1: x](/a)\n2. Part 2\n",
        "<p>My series</p><ul><li>x</li></ul>", "> Other parts of this:\n>\n> * [a](b)\n"]  # fmt: skip
    assert [may_list_parts(each) for each in lists] == [True] * len(lists)
    assert not may_list_parts("A series without a link or a list.\n")
    assert not may_list_parts("It takes [part](/x/) in everything.\n\n- Day and night.\n")
