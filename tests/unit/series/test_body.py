"""Where the lists of articles stop to be series: how many items have to be posts, and what is known already."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sharekit.model import Post, Series, post_id
from sharekit.series import find_series, propose_series
from sharekit.series.body import follows
from sharekit.series.leads import name_in

INTRO = "In this series of articles:"


def post(day: int, title: str = "", html: str = "", **params: Any) -> Post:
    url = f"https://blog.example/p{day}/"
    return Post(
        id=post_id(url),
        url=url,
        title=title or f"About rope {chr(96 + day) * 4}",
        published=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day),
        body=lambda: html,
        language="en",
        source=f"content/p{day}.md",
        params=params,
    )


def listed(*items: str) -> str:
    return f"<p>{INTRO}</p><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def links(*days: int) -> list[str]:
    return [f'<a href="/p{day}/">Rope {chr(96 + day) * 4}</a>' for day in days]


def elsewhere(count: int) -> list[str]:
    return [f'<a href="https://other.example/{number}/">Knot {number}</a>' for number in range(count)]


def found(*posts: Post) -> list[list[str]]:
    return [[member.id for member in series.members] for series in find_series(posts)[0]]


@pytest.mark.parametrize(
    ("known", "planned", "is_one"), [(2, 0, True), (3, 1, True), (2, 1, False), (5, 2, False), (6, 2, True), (1, 0, False)]
)
def test_the_list_of_an_article_apart_is_one_where_three_quarters_of_it_are_posts(
    known: int, planned: int, is_one: bool
) -> None:
    days = range(1, known + 1)
    html = listed(*links(*days), *(f"Rope number {number}, to come" for number in range(planned)))
    posts = [post(day) for day in days]
    assert found(*posts, post(9, "News of the harbour", html)) == ([[each.id for each in posts]] if is_one else [])


@pytest.mark.parametrize(("members", "external", "is_one"), [(2, 2, True), (2, 3, False), (3, 3, True), (3, 4, False)])
def test_a_list_with_more_links_elsewhere_than_posts_is_none(members: int, external: int, is_one: bool) -> None:
    days = range(1, members + 1)
    html = listed(*links(*days), *elsewhere(external))
    posts = [post(1, html=html), *(post(day) for day in days[1:])]
    assert found(*posts) == ([[each.id for each in posts]] if is_one else [])


@pytest.mark.parametrize(("labelled", "listed_too", "series"), [(3, 5, 1), (2, 5, 2), (2, 3, 1), (3, 6, 2), (4, 4, 1)])
def test_a_longer_list_is_of_a_known_series_where_six_tenths_of_it_are(labelled: int, listed_too: int, series: int) -> None:
    days = range(1, listed_too + 1)
    html = listed(*links(*days))
    posts = [post(day, html=html, **({"series": "Ropes"} if day <= labelled else {})) for day in days]
    assert len(found(*posts)) == series


def test_two_that_go_back_in_time_are_in_the_order_that_they_have() -> None:
    one, two, three = post(1), post(2), post(3)
    assert found(one, two, post(9, "News of the harbour", listed(*links(2, 1)))) == [["p2", "p1"]]
    assert found(one, two, three, post(9, "News of the harbour", listed(*links(3, 2, 1)))) == [["p1", "p2", "p3"]]


@pytest.mark.parametrize(
    ("numbers", "proposed"), [((3, 4), True), ((4, 5), False), ((1, 2), True), ((1, 5), True), ((1, 6), False)]
)
def test_numbers_of_titles_begin_early_and_leave_few_out(numbers: tuple[int, ...], proposed: bool) -> None:
    posts = [post(number, f"Knots, part {number}") for number in numbers]
    series: tuple[Series, ...] = propose_series(posts, ())
    assert bool(series) is proposed


@pytest.mark.parametrize(
    ("titles", "is_sure"),
    [
        (("Zelda sails", "Zelda rows"), False),
        (("Zelda sails", "Knots, part 2"), False),
        (("Long ropes one", "Two long ropes"), True),
    ],
)
def test_one_word_that_titles_share_does_not_make_a_doubtful_list_a_series(titles: tuple[str, str], is_sure: bool) -> None:
    html = f'<p>Zelda series:</p><ul><li>{titles[0]}</li><li><a href="/p2/">{titles[1]}</a></li></ul>'
    posts = [post(1, titles[0], html), post(2, titles[1])]
    assert (found(*posts) != []) is is_sure
    assert is_sure or [len(each.members) for each in propose_series(posts, ())] == [2]


@pytest.mark.parametrize(
    ("title", "others", "is_one"),
    [
        ("Knots, part 3", ("Knots, part 1", "Bowline"), True),
        ("Knots, part 3", ("Bowline", "Ropes, part 1"), False),
        ("Knots, part 3", ("Knots, part 3",), False),
        ("Bowline", ("Knots, part 1",), False),
    ],
)
def test_a_title_that_continues_the_numbers_of_the_others(title: str, others: tuple[str, ...], is_one: bool) -> None:
    assert follows(post(9, title), [post(day, other) for day, other in enumerate(others)]) is is_one


def test_an_item_without_a_link_is_the_article_where_the_dates_leave_it_one_place() -> None:
    html = listed(*links(1), "Hemp", *links(3), "Wire")
    assert found(post(1), post(2, "Bowline", html), post(3)) == [["p1", "p2", "p3"]]


def test_two_posts_in_common_make_one_series_of_the_lists_of_two_articles_but_not_of_one() -> None:
    lists = [
        listed(*links(*days)).replace(INTRO, f"All posts of the series {name}:")
        for name, days in (("Knots at sea", (1, 2, 3)), ("Sails and ropes", (2, 3, 4, 5, 6)))
    ]
    apart = [post(day) for day in range(3, 7)]
    assert [len(each) for each in found(post(1, html=lists[0]), post(2, html=lists[1]), *apart)] == [6]
    assert [len(each) for each in found(post(9, "The harbour", "".join(lists)), post(1), post(2), *apart)] == [3, 5]


@pytest.mark.parametrize(
    ("introduction", "name"),
    [
        ("Cet article fait partie de la série Atelier :", "Atelier"),
        ("Dieser Artikel ist Teil der Reihe Werkstatt im Winter:", "Werkstatt im Winter"),
        ("Este artículo forma parte de la serie Taller:", "Taller"),
        ("Questo articolo fa parte della serie Bottega", "Bottega"),
        ("Este artigo faz parte da série Oficina:", "Oficina"),
        ("Ten artykuł jest częścią serii Warsztat:", "Warsztat"),
        ("Tous les articles de la série Les cahiers du bois :", "Les cahiers du bois"),
        ("All posts of the series Ropes at sea:", "Ropes at sea"),
        ("This post is part of the series Knots:", "Knots"),
        ("All posts in the series:", ""),
        ("Alle Beiträge der Reihe Werkstatt:", "Werkstatt"),
        ("この記事は「工房」シリーズの一部です：", "工房"),
        ("Cet article fait partie de la série :", ""),
        ("This post is part of the blog series:", ""),
        ("This post is part of our blog series:", ""),
        ("Cet article fait partie de la série de billets sur Rennes :", ""),
    ],
)
def test_a_name_needs_no_quotation_marks(introduction: str, name: str) -> None:
    assert name_in(introduction) == name


@pytest.mark.parametrize(
    ("introduction", "name"),
    [
        ("Cet article ouvre le feuilleton « Notre cluster » :", "Notre cluster"),
        ("Ce billet fait partie du cycle « Notre cluster » :", "Notre cluster"),
        ("Questo articolo fa parte del ciclo «Il cluster»:", "Il cluster"),
        ("この記事は連載「クラスタ」の一部です：", "クラスタ"),
        ("本文是系列文章《集群》的一部分：", "集群"),
        ("Série : Monter un cluster", "Monter un cluster"),
        ("Série: Les voici, dans l'ordre :", ""),
    ],
)
def test_an_introduction_names_its_series_in_the_words_of_its_language(introduction: str, name: str) -> None:
    assert name_in(introduction) == name


def titled(day: int, intro: str, *days: int) -> Post:
    items = "".join(f'<li><a href="/p{each}/">{title}</a></li>' for each, title in ((d, f"Rope {d * 'x'}") for d in days))
    return post(day, f"Rope {day * 'x'}", f"{intro}<ul>{items}</ul>")


def test_lists_of_the_others_that_go_back_in_time_are_read_backwards() -> None:
    intro = "<p>Other posts in this series:</p>"
    assert found(titled(1, intro, 3, 2), titled(2, intro, 3, 1), titled(3, intro, 2, 1)) == [["p1", "p2", "p3"]]


@pytest.mark.parametrize(
    "parts",
    [
        "<dl><dt>1</dt><dd>{}</dd><dt>2</dt><dd>{}</dd></dl>",
        "<table><thead><tr><th>{}</th><th>{}</th></tr></thead></table>",
        "<table><tr><td>{}</td><td>{}</td></tr></table>",
    ],
)
def test_links_in_descriptions_and_in_one_row_are_parts(parts: str) -> None:
    html = f"<p>{INTRO}</p>{parts.format(*links(1, 2))}"
    assert found(post(1, "Rope a", html), post(2, "Rope b", html)) == [["p1", "p2"]]


@pytest.mark.parametrize(
    "above",
    ["<h2>🧰 Knots</h2>", "<h2>1. Knots</h2>", "<h3>Knots :</h3>", "<p><strong>Knots</strong></p>", "<p><b>Knots:</b></p>"],
)
def test_the_heading_above_the_lists_is_the_name_without_what_stands_around_it(above: str) -> None:
    posts = [post(day, title, f"{above}{listed(*links(1, 2))}") for day, title in ((1, "Bowline"), (2, "Hitch"))]
    assert [series.name for series in find_series(posts)[0]] == ["Knots"]


@pytest.mark.parametrize(
    "intro", ["<p>Dossier <strong>Notre port</strong> :</p>", "<p>Ce billet fait partie du cycle « Notre port » :</p>"]
)
def test_a_dossier_and_a_cycle_are_series(intro: str) -> None:
    (series,) = find_series([titled(1, intro, 1, 2), titled(2, intro, 1, 2)])[0]
    assert (series.name, len(series.members)) == ("Notre port", 2)


@pytest.mark.parametrize(
    "parts",
    [
        ("This is part 1 of 2 of the series “Notre port”.", "This is part 2 of 2 of the series “Notre port”."),
        ("Dies ist Teil 1 von 2 der Serie „Notre port“.", "Dies ist der zweite Teil der Reihe „Notre port“."),
        (
            "Cet article est le 1er volet de la série « Notre port ».",
            "Deuxième et dernier article de la série « Notre port ».",
        ),
        ("Esta es la primera entrega de la serie «Notre port».", "Este artículo es la parte 2 de la serie «Notre port»."),
    ],
)
def test_articles_that_say_their_number_and_the_name_of_the_series_need_no_list(parts: tuple[str, str]) -> None:
    aside = 'I read <a href="https://rope.example/">part 3 of the series “Knots”</a>.'
    (series,) = find_series(
        [post(day, f"Rope {day * 'x'}", f"<p>{aside}</p><p>{text}</p>") for day, text in enumerate(parts, 1)]
    )[0]
    assert (series.name, [member.id for member in series.members]) == ("Notre port", ["p1", "p2"])


@pytest.mark.parametrize(
    ("last", "goes_on"), [("…", True), ("- etc.", True), ("and more to come", True), ("Rope dddd, to come", False)]
)
def test_a_list_that_ends_with_dots_goes_on(last: str, goes_on: bool) -> None:
    posts = [post(1, html=listed(*links(1, 2, 3), last)), post(2), post(3)]
    (series,) = find_series(posts)[0]
    assert series.more == goes_on
