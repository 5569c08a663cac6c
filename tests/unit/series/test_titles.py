"""Titles that number themselves: proposed to the author, never assumed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.model import Post, Series, post_id
from sharekit.series import find_series, propose_series
from sharekit.series.titles import common_name, numbered


def post(day: int, title: str) -> Post:
    url = f"https://blog.example/p{day}/"
    return Post(
        id=post_id(url),
        url=url,
        title=title,
        published=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day),
        body=lambda: "",
        language="fr",
        source=f"content/p{day}.md",
    )


def titles(series: Series) -> list[str]:
    return [member.title for member in series.members]


@pytest.mark.parametrize(
    ("title", "number", "total"),
    [
        ("Migration (2/3) : la suite", 2, 3),
        ("Ropes, part 2", 2, 0),
        ("Ropes Part Two: Orinoco", 2, 0),
        ("Ropes, part 2 of 5", 2, 5),
        ("Mon terminal, épisode 3", 3, 0),
        ("Kubecon, jour 2", 2, 0),
        ("Troisième partie : la fin", 3, 0),
        ("Level 3: ropes", 3, 0),
        ("Ropes II", 2, 0),
        ("Netzwerk, Teil 4", 4, 0),
        ("Redes, parte 2", 2, 0),
        ("Dev update #7", 7, 0),
        ("ロープ 第3回", 3, 0),
        ("绳子（二）", 2, 0),
        ("绳子 (十二)：结", 12, 0),
        ("绳子 第二十一篇", 21, 0),
        ("Python 3.12 is out", 0, 0),
        ("What I did in 2024", 0, 0),
        ("Rope 3.0.0 preview 2", 0, 0),
        ("Rope 3.0.0 preview 2 released", 0, 0),
        ("Corde, versión previa 1", 0, 0),
        ("10/10 would read", 10, 10),
        ("24/7", 0, 0),
        ("No number", 0, 0),
    ],
)
def test_titles_that_number_themselves(title: str, number: int, total: int) -> None:
    made = numbered(title)
    assert (made and (made.number, made.total)) == ((number, total) if number else None)


def test_titles_are_proposed_and_never_assumed() -> None:
    posts = [post(1, "Ropes, part 1"), post(2, "Ropes, part 2"), post(3, "Another")]
    assert find_series(posts)[0] == ()
    assert [(each.name, each.evidence, titles(each)) for each in propose_series(posts, ())] == [
        ("Ropes", "titles", ["Ropes, part 1", "Ropes, part 2"])
    ]


def test_the_first_part_may_have_no_number_and_the_total_says_whether_more_comes() -> None:
    (made,) = propose_series([post(1, "Ropes"), post(2, "Ropes (2/4)"), post(3, "Ropes (3/4)")], ())
    assert (titles(made), made.more) == (["Ropes", "Ropes (2/4)", "Ropes (3/4)"], True)


@pytest.mark.parametrize(
    ("one", "two", "name"),
    [
        ("[Café] #1: beans", "[Café] #2: cups", "Café"),
        ("[Café #1] beans", "[Café #2] cups", "Café"),
        ("[2024] Café, part 1", "[2024] Café, part 2", "[2024] Café"),
        ("Café [1/2]", "Café [2/2]", "Café"),
        ("Talk #2: Ann", "Talk #2: Ann, part 2", "Talk #2: Ann"),
    ],
)
def test_a_name_keeps_its_brackets_whole(one: str, two: str, name: str) -> None:
    assert name in [each.name for each in propose_series([post(1, one), post(2, two)], ())]


def test_years_and_what_is_known_are_not_proposed() -> None:
    assert propose_series([post(1, "Review 22"), post(2, "Review 23")], ()) == ()
    posts = [post(1, "Ropes, part 1"), post(2, "Ropes, part 2")]
    known = Series(name="R", language="fr", evidence="configuration", members=tuple(posts))
    assert propose_series(posts, (known,)) == ()


@given(st.text(max_size=80))
def test_any_title_is_taken_apart_or_left(title: str) -> None:
    made = numbered(title)
    assert made is None or (made.number >= 1 and made.total >= 0)


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (("Why rope is fast", "Why rope is slow"), "Why rope"),
        (("A walk through Rome", "A walk through Bonn"), "Walk"),
        (("Sailing with my mother", "Sailing with my father"), "Sailing"),
        (("Apprendre avec mon père", "Apprendre avec mon frère"), "Apprendre"),
        (("Cuadernos hacia Lima", "Cuadernos hacia Quito"), "Cuadernos"),
        (("My workshop, the bench", "My workshop, the saw"), "My workshop"),
    ],
)
def test_a_name_does_not_wait_for_what_follows(titles: tuple[str, ...], name: str) -> None:
    assert common_name([post(day, title) for day, title in enumerate(titles, start=1)]) == name


def test_a_number_in_front_is_followed_by_the_name() -> None:
    made = [numbered(title) for title in ("[1/2] The well: digging", "2/2 – The well – lining it")]
    assert [(each.name, each.number, each.stem) for each in made if each] == [
        ("The well", 1, "the well"),
        ("The well", 2, "the well"),
    ]


@pytest.mark.parametrize(
    ("title", "number"), [("Cordes, partie ii", 2), ("Cordes, partie I", 1), ("Cordes, partie v", None)]
)
def test_a_small_letter_alone_is_no_roman_numeral(title: str, number: int | None) -> None:
    found = numbered(title)
    assert (found.number if found else None) == number


@pytest.mark.parametrize(("total", "more"), [(3, False), (4, True)])
def test_more_comes_where_the_last_number_is_less_than_the_total(total: int, more: bool) -> None:
    posts = [post(day, f"Argile ({day}/{total})") for day in (1, 2, 3)]
    assert [series.more for series in propose_series(posts, ())] == [more]
