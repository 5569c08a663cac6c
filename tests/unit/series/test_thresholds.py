"""Where a number decides: on its one side a series is found, on its other side none, or another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sharekit.content import parse_fragment
from sharekit.model import Post, post_id
from sharekit.series import find_series, propose_series
from sharekit.series.leads import introduces
from sharekit.series.lines import line_of
from sharekit.series.lists import raw_lists
from sharekit.series.resolve import Posts, same_title, similarity
from sharekit.series.titles import common_name

INTRO = "In this series of articles:"


def post(day: int, title: str = "", html: str = "", slug: str = "", **params: Any) -> Post:
    url = f"https://blog.example/{slug or f'p{day}'}/"
    published = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)
    title = title or f"About rope {chr(96 + day) * 4}"
    return Post(id=post_id(url), url=url, title=title, published=published, body=lambda: html, source=url, params=params)


def link(day: int, words: str = "") -> str:
    return f'<a href="/p{day}/">{words or f"Rope {chr(96 + day) * 4}"}</a>'


def items(count: int = 2) -> str:
    return "<ul>" + "".join(f"<li>{link(day)}</li>" for day in range(1, count + 1)) + "</ul>"


def is_found(html: str) -> bool:
    return bool(find_series([post(1, html=html), post(2), post(3)])[0])


@pytest.mark.parametrize(("length", "found"), [(300, True), (301, False)])
def test_only_the_end_of_an_introduction_is_read(length: int, found: bool) -> None:
    assert is_found(f"<p>{'series of articles'.ljust(length, 'x').replace('sx', 's x', 1)[:length]}</p>{items()}") is found


@pytest.mark.parametrize(("letters", "found"), [(120, True), (121, False)])
def test_a_sentence_between_a_heading_and_its_list(letters: int, found: bool) -> None:
    assert is_found(f"<h2>In this series of articles</h2><p>{'x' * letters}</p>{items()}") is found


@pytest.mark.parametrize(("letters", "found"), [(88, True), (91, False)])
def test_a_short_word_for_a_series_stands_at_the_end(letters: int, found: bool) -> None:
    assert introduces("trilogy " + "x" * (letters - 7)) is found


@pytest.mark.parametrize(("letters", "found"), [(150, True), (151, False)])
def test_the_words_of_an_entry(letters: int, found: bool) -> None:
    long = link(1, "x" * letters)
    assert is_found(f"<p>{INTRO}</p><p>{long}</p><p>{link(2)}</p>") is found


@pytest.mark.parametrize(("share", "found"), [(0.5, True), (0.45, False)])
def test_a_link_is_half_of_the_words_before_which_others_stand(share: float, found: bool) -> None:
    inside = round(100 * share)
    entry = f"<p>{'y' * (99 - inside)} {link(1, 'x' * inside)}</p>"
    assert is_found(f"<p>{INTRO}</p>{entry}<p>{link(2)}</p>") is found


@pytest.mark.parametrize(("rules", "found"), [(5, True), (6, False)])
def test_what_says_nothing_before_a_list(rules: int, found: bool) -> None:
    assert is_found(f"<p>{INTRO}</p>{'<hr>' * rules}{items()}") is found


@pytest.mark.parametrize(("wrappers", "found"), [(11, True), (12, False)])
def test_the_wrappers_of_a_list(wrappers: int, found: bool) -> None:
    assert is_found(f"<p>{INTRO}</p>{'<div>' * wrappers}{items()}{'</div>' * wrappers}") is found


def test_no_more_items_than_a_hundred_are_read() -> None:
    (found,) = (each for each in raw_lists(f"<p>{INTRO}</p>{items(120)}") if each.form == "list")
    assert len(found.items) == 100


@pytest.mark.parametrize(("bold", "found"), [(12, True), (11, False)])
def test_an_item_is_bold_where_six_tenths_of_it_are(bold: int, found: bool) -> None:
    words = f"<strong>{'z' * bold}</strong>{'q' * (20 - bold)}"
    html = f"<p>{INTRO}</p><ul><li>{link(2)}</li><li>{words}</li><li>{'k' * 20}</li><li>{link(3)}</li></ul>"
    posts = [post(2), post(3), post(4, "Something else entirely", html)]
    series, _ = find_series(posts)
    assert [len(each.members) for each in series] == ([3] if found else [])


@pytest.mark.parametrize(("letters", "found"), [(189, True), (201, False)])
def test_the_words_of_a_numbered_part(letters: int, found: bool) -> None:
    html = f"<p>Part 1: {link(1)}, Part 2: {link(2, 'x' * (letters - 8))}</p>"
    assert is_found(html) is found


@pytest.mark.parametrize(("missing", "found"), [(1, True), (2, False)])
def test_one_number_may_be_missing(missing: int, found: bool) -> None:
    numbers = [1, 2 + missing]
    lines = "".join(f"<li>Part {number}: {link(day)}</li>" for day, number in enumerate(numbers, start=1))
    forms = [each.form for each in raw_lists(f"<p>My trips.</p><ul>{lines}</ul>")]
    assert bool(forms) is found


@pytest.mark.parametrize(("html", "found"), [
    (f"<p>{'x' * 2990}<a href='/'>y</a></p>", True), (f"<p>{'x' * 3100}<a href='/'>y</a></p>", False),
    ("<p>" + "<b>x</b>" * 390 + "</p>", True), ("<p>" + "<b>x</b>" * 410 + "</p>", False),
    ("<p>" + "<b>" * 11 + "x" + "</b>" * 11 + "</p>", True), ("<p>" + "<b>" * 13 + "x" + "</b>" * 13 + "</p>", False),
])  # fmt: skip
def test_how_much_one_paragraph_may_hold(html: str, found: bool) -> None:
    assert (line_of(next(parse_fragment(html).iter("p"))) is not None) is found


@pytest.mark.parametrize(("words", "found"), [(40, True), (41, False)])
def test_a_name_is_looked_for_in_so_many_words(words: int, found: bool) -> None:
    titles = [" ".join([*(f"{letter}{n}" for n in range(words - 1)), "Ropes"]) for letter in "ab"]
    assert (common_name([post(1, titles[0]), post(2, titles[1])]) == "Ropes") is found


@pytest.mark.parametrize(("one", "other", "same"), [
    ("abcdefghijklmnopqrst", "abcdefghijklmnopqrXY", True), ("abcdefghijklmnopqrst", "abcdefghijklmnopqXYZ", False),
    ("Rope", "rope!", True), ("Ropes 2", "Ropes 3", False),
])  # fmt: skip
def test_titles_that_are_nine_tenths_alike_are_the_same(one: str, other: str, same: bool) -> None:
    assert same_title(one, other) is same


@pytest.mark.parametrize(("length", "alike"), [(300, True), (301, False)])
def test_what_is_longer_is_no_title(length: int, alike: bool) -> None:
    assert (similarity("x" * length, "x" * length) > 0) is alike


@pytest.mark.parametrize(("letters", "itself"), [(11, True), (10, False)])
def test_an_item_without_a_link_is_the_article_where_it_is_near_to_its_title(letters: int, itself: bool) -> None:
    # The ratio is twice what they share by what they hold: 22/40 is near enough, 20/40 is not.
    title = "abcdefghijklmnopqrst"
    item = title[:letters] + "0123456789"[: 20 - letters]
    html = f"<p>{INTRO}</p><ul><li>{link(2)}</li><li>{item}</li><li>{'-' * 3} later</li><li>{link(3)}</li></ul>"
    series, _ = find_series([post(4, title, html), post(2), post(3)])
    assert [len(each.members) for each in series] == ([3] if itself else [])


@pytest.mark.parametrize(("slug", "found"), [("old-rope", True), ("rope", False)])
def test_a_slug_of_one_word_may_be_any_page_s(slug: str, found: bool) -> None:
    known = Posts([post(1, slug=slug)])
    assert (known.moved(f"https://elsewhere.example/2011/{slug}.html") is not None) is found


@pytest.mark.parametrize(("letters", "proposed"), [(292, True), (293, False)])
def test_a_longer_title_numbers_nothing(letters: int, proposed: bool) -> None:
    titles = [f"{'x' * letters} part {number}" for number in (1, 22)]
    posts = [post(1, titles[0]), post(2, titles[1].replace("22", "2"))]
    assert (
        bool(propose_series([replace_title(each, each.title.ljust(len(each.title) + 1, "!")) for each in posts], ()))
        is proposed
    )


def replace_title(each: Post, title: str) -> Post:
    return post(each.published.timetuple().tm_yday - 1, title)


@pytest.mark.parametrize(("parts", "proposed"), [(6, True), (5, False)])
def test_four_of_five_parts_follow_each_other(parts: int, proposed: bool) -> None:
    days = [2, 1, *range(3, parts + 1)]
    posts = [post(day, f"Knots, part {number}") for number, day in enumerate(days, start=1)]
    assert bool(propose_series(posts, ())) is proposed
    # One part alone is none.
    assert propose_series(posts[:1], ()) == ()


@pytest.mark.parametrize(
    ("before", "unlinked", "found"),
    [("", 1, True), ("", 2, False), ("In this series: ", 2, True), ("In this series: ", 3, False)],
)
def test_the_numbered_parts_of_a_line_that_are_not_linked(before: str, unlinked: int, found: bool) -> None:
    parts = [f"Part {day}: {link(day) if day > unlinked else 'to come'}" for day in range(1, 5)]
    assert [each.form for each in raw_lists(f"<p>{before}{', '.join(parts)}</p>")] == (["numbered line"] if found else [])
