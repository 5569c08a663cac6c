"""Lists of parts in articles: who lists what, how it is set, and what it is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sharekit.model import Post, Series, post_id
from sharekit.series import find_series, propose_series
from sharekit.series.leads import introduces, is_sure
from sharekit.series.lists import raw_lists
from sharekit.series.words import NEIGHBOURS, OTHER_PARTS
from sharekit.text.part_words import may_list_parts

TITLES = {"knots": "The knots", "splices": "Long splices", "rigging": "All the rigging"}
INTRO = "This article is part of a series of articles:"


def link(slug: str, words: str = "") -> str:
    return f'<a href="/{slug}/">{words or TITLES[slug]}</a>'


def post(day: int, slug: str, html: str, title: str = "") -> Post:
    url = f"https://ropes.example/{slug}/"
    published = datetime(2025, 3, 1, tzinfo=UTC) + timedelta(days=day)
    return Post(id=post_id(url), url=url, title=title or TITLES[slug], published=published, body=lambda: html, source=slug)


def blog(**articles: str) -> list[Post]:
    return [post(day, slug, html) for day, (slug, html) in enumerate(articles.items())]


def same(html: str) -> list[Post]:
    return blog(**dict.fromkeys(TITLES, html))


def slugs(series: Series) -> list[str]:
    return [member.source for member in series.members]


def read(posts: list[Post]) -> list[tuple[str, list[str]]]:
    return [(each.name, slugs(each)) for each in find_series(posts)[0]]


def items(*slugs: str) -> str:
    return "<ul>" + "".join(f"<li>{link(slug)}</li>" for slug in slugs) + "</ul>"


ALL = tuple(TITLES)
SET = {
    "list": f"<p>{INTRO}</p>{items(*ALL)}",
    "table": f"<p>{INTRO}</p><table><thead><tr><th>No</th><th>Article</th></tr></thead><tbody>"
    + "".join(f"<tr><td>{n}</td><td>{link(slug)}</td></tr>" for n, slug in enumerate(ALL, start=1))
    + "</tbody></table>",
    "paragraphs": f"<p>{INTRO}</p>" + "".join(f"<p>{link(slug)}</p>" for slug in ALL) + "<p>Thank you</p>",
    "lines": f"<p>{INTRO}<br>" + "<br>\n".join(link(slug) for slug in ALL) + "</p>",
    "soft lines": f"<p>{INTRO}\n" + "\n".join(f'<a id="{slug}">·</a> {link(slug)}' for slug in ALL) + "</p>",
    "lines of their own": f"<p>{INTRO}</p><p>" + "<br>".join(link(slug) for slug in ALL) + "</p>",
    "paragraphs with words": f"<p>{INTRO}</p>" + "".join(f"<p>{link(slug)}, in a few words</p>" for slug in ALL),
    "definitions": f"<p>{INTRO}</p><dl>" + "".join(f"<dt>{link(slug)}</dt><dd>Words.</dd>" for slug in ALL) + "</dl>",
    "one term": f"<p>Words.</p><dl><dt>{INTRO}</dt>" + "".join(f"<dd>{link(slug)}</dd>" for slug in ALL) + "</dl>",
    "blocks": f"<p>{INTRO}</p>" + "".join(f"<div>{link(slug)}</div>" for slug in ALL),
    "one row": f"<p>{INTRO}</p><table><tbody><tr>" + "".join(f"<td>{link(slug)}</td>" for slug in ALL) + "</tr></tbody></table>",
    "heading and a word": f"<h2>The series</h2><p>Here is the whole list.</p>{items(*ALL)}",
    "sentence": f"<p>{INTRO} {link('knots')}, {link('splices')} and {link('rigging')}.</p>",
    "numbered line": f"<p>Part 1: {link('knots')}, Part 2: {link('splices')}, Part 3: {link('rigging')}</p>",
    "one entry": f"<p>{INTRO}</p><ul><li>Ropes at sea{items(*ALL)}</li></ul>",
    "one entry of a loose list": f"<p>{INTRO}</p><ul><li><p>Ropes at sea</p>{items(*ALL)}</li></ul>",
    "headings": f"<p>{INTRO}</p>" + "".join(f"<h2>{link(slug)}</h2><p>What it says.</p><h3>More</h3>" for slug in ALL),
    "small headings": f"<p>{INTRO}</p>" + "".join(f"<h6>{link(slug)}</h6>" for slug in ALL),
    "heading and sentence": f"<h2>In the same series</h2><hr><p>Here they are, in order:</p>{items(*ALL)}",
    "long introduction": "<p>" + "Hemp is heavy, wire is cold and nylon stretches more than one would like. " * 3
    + f"The method and all the measurements are in the series:</p>{items(*ALL)}",
}  # fmt: skip


@pytest.mark.parametrize("form", SET)
def test_a_list_is_one_however_it_is_set(form: str) -> None:
    assert [found for _, found in read(same(SET[form]))] == [list(ALL)]
    assert may_list_parts(SET[form])


@pytest.mark.parametrize(
    "between",
    [
        "<p></p>",
        "<br>",
        "<hr>",
        '<p><img src="/x.png" alt="A rope"></p>',
        "<p>&nbsp;</p><hr>",
        "<!-- more -->",
        "<figure><img src='/x.png'><figcaption>A rope</figcaption></figure>",
    ],
)
def test_what_says_nothing_may_stand_before_a_list(between: str) -> None:
    assert [found for _, found in read(same(f"<p>{INTRO}</p>{between}{items(*ALL)}"))] == [list(ALL)]


@pytest.mark.parametrize("form", ["table", "paragraphs", "lines", "one entry", "headings"])
def test_the_article_itself_is_not_linked(form: str) -> None:
    html = SET[form].replace(link("splices"), "Long splices")
    assert [found for _, found in read(blog(knots="", splices=html, rigging=""))] == [list(ALL)]


@pytest.mark.parametrize("form", ["table", "paragraphs", "lines", "sentence", "one entry", "headings"])
def test_links_that_nothing_introduces_are_no_list(form: str) -> None:
    assert read(same(SET[form].replace(INTRO, "I went out, and this is what I saw:") + "<p>A series.</p>")) == []


WORDINGS = [
    ("en", "Other posts in this series:"), ("en", "In the same series"), ("en", "Also in the series:"), ("en", "More from this series:"),
    ("fr", "Dans la même série :"), ("fr", "Les autres articles de cette série :"), ("fr", "Dans le même dossier :"),
    ("de", "In derselben Reihe:"), ("de", "Weitere Artikel dieser Serie:"), ("es", "En la misma serie:"),
    ("es", "Otros artículos de esta serie:"), ("pt", "Na mesma série:"), ("pt", "Outros artigos desta série:"),
    ("it", "Nella stessa serie:"), ("it", "Altri articoli di questa serie:"), ("nl", "In dezelfde reeks:"),
    ("nl", "Andere delen in deze reeks:"), ("sv", "I samma serie:"), ("sv", "Andra delar i denna serie:"),
    ("da", "I samme serie:"), ("da", "Andre indlæg i denne serie:"), ("pl", "W tej samej serii:"),
    ("pl", "Pozostałe części tej serii:"), ("ru", "В этой же серии:"), ("ru", "Другие статьи этой серии:"),
    ("zh", "同系列文章："), ("zh", "本系列的其他文章："), ("ja", "同じシリーズの記事："), ("ja", "このシリーズの他の記事："),
    ("ko", "같은 시리즈:"), ("ko", "이 시리즈의 다른 글:"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "words"), WORDINGS)
def test_each_article_lists_the_others(language: str, words: str) -> None:
    posts = blog(**{slug: f"<p>{words}</p>{items(*(each for each in ALL if each != slug))}" for slug in ALL})
    assert [found for _, found in read(posts)] == [list(ALL)], language
    assert all(may_list_parts(each.html) for each in posts)
    # These words are enough: one article that says so is a part of what it lists.
    assert [found for _, found in read(blog(knots="", splices=posts[1].html, rigging=""))] == [list(ALL)]


def test_every_language_has_a_wording_that_is_tried() -> None:
    assert {language for language, _ in WORDINGS} == set(OTHER_PARTS)


def test_articles_that_list_each_other_are_parts_whatever_the_words() -> None:
    posts = blog(
        **{slug: f"<p>Series <b>Ropes at sea</b>:</p>{items(*(each for each in ALL if each != slug))}" for slug in ALL}
    )
    assert read(posts) == [("Ropes at sea", list(ALL))]
    two = f"<p>My series of posts:</p>{items('splices')}", f"<p>My series of posts:</p>{items('knots')}"
    assert [found for _, found in read(blog(knots=two[0], splices=two[1]))] == [["knots", "splices"]]
    assert read(blog(knots=two[0], splices="")) == []


def test_a_number_that_is_not_there_is_the_article_itself() -> None:
    parts = {slug: f"<p>Part {n}: {link(slug)}</p>" for n, slug in enumerate(ALL, start=1)}
    html = {
        slug: "<p>" + " | ".join(f"Part {n}: {link(each)}" for n, each in enumerate(ALL, start=1) if each != slug) + "</p>"
        for slug in parts
    }
    assert [found for _, found in read(blog(**html))] == [list(ALL)]
    # One alone may be about the two others.
    assert read(blog(knots="", splices=html["splices"], rigging="")) == []


@pytest.mark.parametrize(
    ("word", "first", "second", "third"),
    [
        (
            "Teil",
            "Das ist {0} 1, {2} ist schon da.",
            "Dies ist {0} 2 und folgt auf {1}.",
            "({0} 3, siehe auch {1} und {2}.)",
        ),
        ("Part", "This is {0} 1; {2} is out.", "This is {0} 2, after {1}.", "{0} 3, see also {1} and {2}."),
        ("Partie", "Voici la {0} 1, puis {2}.", "Ceci est la {0} 2, après {1}.", "{0} 3 (voir aussi {2})."),
    ],
)
def test_articles_that_number_themselves_and_link_the_other_numbers(word: str, first: str, second: str, third: str) -> None:
    links = [word, link("knots", f"{word} 1"), link("splices", f"{word} 2"), link("rigging", f"{word} 3")]
    html = [f"<p>{text.format(*links)}</p>" for text in (first, second, third)]
    assert [found for _, found in read(blog(**dict(zip(ALL, html, strict=True))))] == [list(ALL)]


@pytest.mark.parametrize(
    ("words", "html"),
    [
        (("first part", "second part"), ("This is the first part, the {2} is out.", "This is the second part; see {1}.")),
        (("1re partie", "2e partie"), ("Voici la première partie ; la {2} arrive.", "Ceci est la 2e partie, après la {1}.")),
        (("ersten Teil", "zweiten Teil"), ("Dies ist der erste Teil, zum {2}.", "Das ist der zweite Teil, nach dem {1}.")),
    ],
)
def test_a_number_may_stand_before_its_noun(words: tuple[str, str], html: tuple[str, str]) -> None:
    links = ["", link("knots", words[0]), link("splices", f"the {words[1]}")]
    parts = [f"<p>{text.format(*links)}</p>" for text in html]
    assert [found for _, found in read(blog(knots=parts[0], splices=parts[1]))] == [["knots", "splices"]]
    assert [found for _, found in read(blog(knots="", splices=parts[1]))] == [["knots", "splices"]]
    assert all(map(may_list_parts, parts))


def test_an_article_after_the_first_part_is_the_second_where_the_titles_agree() -> None:
    html = f"<p>The {link('knots', 'first part')} was about rope.</p>"
    named = [post(1, "knots", "", "Ropes at sea, part 1"), post(2, "splices", html, "Ropes at sea, part 2")]
    assert read(named) == [("Ropes at sea", ["knots", "splices"])]
    alone = blog(knots="", splices=html)
    assert read(alone) == []
    assert [slugs(each) for each in propose_series(alone, ())] == [["knots", "splices"]]


def test_an_entry_that_names_its_own_list_names_the_series() -> None:
    assert read(same(SET["one entry"])) == [("Ropes at sea", list(ALL))]


def test_a_part_whose_link_is_broken_leaves_the_numbers_of_the_others() -> None:
    first = f"<p>Dies ist Teil 1, {link('splices', 'Teil 2')} kommt noch.</p>"
    third = f"<p>(Teil 3, siehe auch {link('knots', 'Teil 1')} und [Teil 2]({{* link x %}}).)</p>"
    assert [found for _, found in read(blog(knots=first, splices="", rigging=third))] == [list(ALL)]


NEIGHBOUR_LABELS = [
    ("en", "Previous part", "Next part"), ("en", "Previous post in this series", "Next post in this series"),
    ("fr", "Partie précédente", "Partie suivante"), ("de", "Voriger Teil", "Nächster Teil"),
    ("es", "Parte anterior", "Parte siguiente"), ("pt", "Parte anterior", "Próxima parte"),
    ("it", "Parte precedente", "Parte successiva"), ("nl", "Vorig deel", "Volgend deel"),
    ("sv", "Föregående del", "Nästa del"), ("da", "Forrige del", "Næste del"),
    ("pl", "Poprzednia część", "Następna część"), ("ru", "Предыдущая часть", "Следующая часть"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "back", "on"), NEIGHBOUR_LABELS)
def test_articles_that_lead_to_the_part_before_and_after(language: str, back: str, on: str) -> None:
    knots = f"<p>{on}: {link('splices')}</p>"
    splices = f"<p>{back}: {link('knots')}<br>{on}: {link('rigging')}</p>"
    rigging = f"<p>{link('splices', '← ' + back)}</p>"
    posts = blog(knots=knots, splices=splices, rigging=rigging)
    assert [found for _, found in read(posts)] == [list(ALL)], language
    assert all(may_list_parts(each.html) for each in posts)
    # A chain of links back is enough.
    chain = blog(knots="", splices=f"<p>{back}: {link('knots')}</p>", rigging=f"<p>{back}: {link('splices')}</p>")
    assert [found for _, found in read(chain)] == [list(ALL)]


def test_every_language_has_labels_that_are_tried() -> None:
    assert {language for language, *_ in NEIGHBOUR_LABELS} == set(NEIGHBOURS)


@pytest.mark.parametrize(
    "label", ["Previous post", "Next", "Article précédent", "Nächster Beitrag", "Read the next part of this page"]
)
def test_the_neighbours_that_every_blog_links_to_are_no_series(label: str) -> None:
    assert read(blog(knots="", splices=f"<p>{label}: {link('knots')}</p>", rigging="")) == []


def test_a_number_in_prose_is_not_the_article_s_own() -> None:
    prose = f"<p>In a talk, which was about Part 3 of the law, I cited {link('knots', 'Part 1')} and {link('splices', 'Part 2')}.</p>"
    assert all("rigging" not in found for _, found in read(blog(knots="", splices="", rigging=prose)))


@pytest.mark.parametrize(
    "words",
    [
        "I watched the TV series, see also:", "I loved the series. See also:", "Related posts:", "J'ai vu la série télé :",
        "Ich habe die Fernsehserie gesehen, siehe auch:", "He visto la serie de televisión:", "Ho visto la serie TV, vedi anche:",
        "Ik keek de tv-serie, zie ook:", "Vi a série de televisão, veja também:", "Jag såg tv-serien, se även:",
        "Obejrzałem serial telewizyjny, zobacz też:", "Посмотрел сериал, см. также:", "Voir aussi :",
        "I binged a series at the weekend. Here are my articles:", "Cards of the Ryzen 7000 series:",
        "Die Serie habe ich gesehen. Meine Artikel:", "Dark is a great series. Articles that I liked:", "J'ai vu une série hier :",
    ],
)  # fmt: skip
def test_a_series_to_watch_and_related_articles_are_none(words: str) -> None:
    assert not introduces(words)
    assert read(same(f"<p>{words}</p>{items(*ALL)}")) == []


@pytest.mark.parametrize(
    "words",
    [
        "Comme nous l'avons vu dans cette série d'articles :",
        "My 2024 series:",
        "A 3-part series:",
        "A series of short, practical blog posts:",
        "Siehe auch in dieser Reihe von Artikeln:",
        "Our great series on saws:",
    ],
)
def test_words_that_are_near_to_those_are_about_articles(words: str) -> None:
    assert introduces(words)


@pytest.mark.parametrize(
    "words",
    [
        "Série limitée de montres :", "Une série limitée à 100 exemplaires, voir :", "A limited series of clocks:", "Serie limitada de relojes:",
        "My favourite series:", "Mes séries préférées :", "Meine Lieblingsserien:", "Le mie serie preferite:", "Fabriqué en petite série :",
        "Numéro de série :", "Tueur en série :", "La série harmonique :", "Die Serie läuft auf Netflix:", "I am a fan of this series, and of:",
        "Eine Reihe nützlicher Links:", "La suite de Fibonacci :", "Test suite:", "Dossier médical :", "Xbox Series X games:", "In Serie geschaltet:",
        "Voir aussi dans la même série de mesures :", "Read also in the same series of trials:", "Siehe auch in dieser Reihe von Messungen:",
        "A series of lucky accidents led to these posts:", "Es gibt eine Reihe von Gründen, diese Artikel zu lesen:",
        "Die BMW 3er-Serie und anderes:", "My Casio F-series watch:", "Hors-série, à lire également :",
        "Great series of posts by Ada:", "Superbe série d'articles par Ada :", "Eine tolle Artikelserie von Ada:",
    ],
)  # fmt: skip
def test_other_things_that_are_called_a_series(words: str) -> None:
    assert not introduces(words)
    assert read(same(f"<p>{words}</p>{items(*ALL)}")) == []
    assert propose_series(same(f"<p>{words}</p>{items(*ALL)}"), ()) == ()


OWN_WORDS = [
    ("en", "The whole series:"), ("en", "In this little series:"), ("en", "Series: Ropes at sea"), ("fr", "La série complète :"),
    ("fr", "Série « Ropes at sea » :"), ("de", "Artikelserie:"), ("de", "Diese Reihe:"), ("de", "In dieser Serie erschienen:"), ("es", "Toda la serie:"), ("pt", "Nesta série:"),
    ("it", "La serie completa:"), ("nl", "De hele reeks:"), ("sv", "Hela serien:"), ("da", "Hele serien:"), ("pl", "Cały cykl:"),
    ("ru", "Весь цикл:"), ("zh", "系列文章："), ("ja", "連載一覧："), ("ko", "연재 목록:"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "words"), OWN_WORDS)
def test_words_for_a_series_of_the_author_s_own_are_enough(language: str, words: str) -> None:
    assert is_sure(words), language
    assert [found for _, found in read([*blog(knots="", splices="", rigging=""), hub(words)])] == [list(ALL)]


def hub(words: str) -> Post:
    return post(9, "hub", f"<p>{words}</p>{items(*ALL)}", "News of the harbour")


DOUBTFUL = "La série des Civilization :"


def test_words_that_may_mean_another_series_propose_one() -> None:
    posts = [*blog(knots="", splices="", rigging=""), hub(DOUBTFUL)]
    assert read(posts) == []
    (made,) = propose_series(posts, ())
    assert (made.name, made.evidence, slugs(made)) == ("News of the harbour", "body list", list(ALL))
    assert [each.name for each in find_series(posts, (), ["news of the HARBOUR"])[0]] == ["News of the harbour"]
    assert [each.rule for each in find_series(posts, (), ["Sails"])[1]] == ["series-name"]
    # Its links are no concern of the author's until it is accepted.
    assert find_series([*posts, hub(f"{DOUBTFUL}</p><ul><li><a href='/gone/'>x</a></li></ul><p>")])[1] == ()


def test_doubtful_words_are_enough_where_two_parts_have_the_list_or_titles_agree() -> None:
    html = f"<p>{DOUBTFUL}</p>{items(*ALL)}"
    assert read(blog(knots=html, splices="", rigging="")) == []
    assert [found for _, found in read(blog(knots=html, splices=html, rigging=""))] == [list(ALL)]
    numbered = [post(n, slug, html if n == 2 else "", f"At sea, part {n}") for n, slug in enumerate(ALL, start=1)]
    assert [found for _, found in read(numbered)] == [list(ALL)]
    named = [post(n, slug, html if n == 2 else "", f"{slug} of old ships") for n, slug in enumerate(ALL, start=1)]
    assert read(named) == [("Old ships", list(ALL))]


def test_see_also_the_series_is_about_it() -> None:
    assert introduces("See also the other parts of the series:")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Cet article fait partie du dossier « Ropes at sea » :", "Ropes at sea"),
        ("Série <strong>Ropes at sea</strong> :", "Ropes at sea"),
        ("Dies ist ein Artikel der Serie „Ropes at sea“:", "Ropes at sea"),
        ("Previous parts in the Ropes at Sea series:", "Ropes at Sea"),
        ("Series Ropes at sea:", "Ropes at sea"),
        ("This article is part of the series “The long way home”:", "The long way home"),
        ("Cet article fait partie de la série « À bord » :", "À bord"),
        ("Dies ist ein Artikel der Serie „In der Takelage“:", "In der Takelage"),
        ("本文是《海上的绳索》系列的第2篇：", "海上的绳索"),
        ("이 글은 ‘바다의 밧줄’ 시리즈의 글입니다:", "바다의 밧줄"),
    ],
)
def test_the_introduction_names_it(words: str, name: str) -> None:
    assert read(same(f"<p>{words}</p>{items(*ALL)}")) == [(name, list(ALL))]


@pytest.mark.parametrize(
    ("heading", "name"), [("Ropes at sea", "Ropes at sea"), ("Introduction", "The knots"), ("Inhalt", "The knots")]
)
def test_the_heading_above_names_it_but_for_one_that_any_article_has(heading: str, name: str) -> None:
    assert read(same(f"<h2>{heading}</h2><p>{INTRO}</p>{items(*ALL)}")) == [(name, list(ALL))]


def test_two_lists_under_one_heading_are_named_by_it() -> None:
    html = f"<h2>Ropes at sea</h2><p>{INTRO}</p>{items('knots', 'splices')}"
    assert read(blog(knots=html, splices=html)) == [("Ropes at sea", ["knots", "splices"])]


def test_a_heading_of_one_article_names_nothing() -> None:
    posts = blog(knots=f"<h2>My week</h2><p>{INTRO}</p>{items(*ALL)}", splices=f"<p>{INTRO}</p>{items(*ALL)}", rigging="")
    assert read(posts) == [("The knots", list(ALL))]


@pytest.mark.parametrize("last", ["from", "with", "avec", "für", "con", "met", "från", "dla", "для"])
def test_a_name_does_not_end_in_a_word_that_wants_another(last: str) -> None:
    html = f"<p>{INTRO}</p><ul><li><a href='/a/'>x</a></li><li><a href='/b/'>y</a></li></ul>"
    posts = [post(1, "a", html, f"Tar kettles {last} Ada"), post(2, "b", html, f"Tar kettles {last} Bo")]
    assert read(posts) == [("Tar kettles", ["a", "b"])]


def test_an_item_with_another_post_s_exact_title_is_that_post() -> None:
    html = "<p>A series of articles:</p><ul><li><a href='/c/'>Trees in C</a></li><li>Trees in C++</li><li><a href='/d/'>Trees in D</a></li></ul>"
    posts = [post(1, "all", html, "Trees in"), post(2, "c", "", "Trees in C"), post(3, "cpp", "", "Trees in C++")]
    posts.append(post(4, "d", "", "Trees in D"))
    assert [found for _, found in read(posts)] == [["c", "cpp", "d"]]


def test_an_old_link_finds_a_page_that_moved() -> None:
    html = f"<p>{INTRO}</p><ul><li><a href='https://ropes.example/2011/05/the-old-rope.html'>one</a></li><li>Long splices</li></ul>"
    posts = [post(1, "the-old-rope", "", "Anything"), post(2, "splices", html)]
    assert [found for _, found in read(posts)] == [["the-old-rope", "splices"]]
    other = html.replace("https://ropes.example", "https://elsewhere.example")
    assert read([posts[0], post(2, "splices", other)]) == []


@pytest.mark.parametrize(("elsewhere", "found"), [(1, True), (2, False)])
def test_a_page_of_its_own_lists_posts_in_three_of_four_items(elsewhere: int, found: bool) -> None:
    away = "".join(f"<li><a href='https://away.example/{n}'>w</a></li>" for n in range(elsewhere))
    html = f"<p>A series of posts:</p>{items(*ALL)[:-5]}{away}</ul>"
    posts = [*blog(knots="", splices="", rigging=""), post(9, "hub", html, "All about it")]
    assert bool(read(posts)) is found


@pytest.mark.parametrize(("elsewhere", "found"), [(2, True), (3, False)])
def test_a_list_with_more_links_elsewhere_than_posts_is_none(elsewhere: int, found: bool) -> None:
    away = "".join(f"<li><a href='https://away.example/{n}'>w</a></li>" for n in range(elsewhere))
    html = f"<p>{INTRO}</p>{items('knots', 'splices')[:-5]}{away}</ul>"
    assert bool(read(blog(knots="", splices=html))) is found


@pytest.mark.parametrize(
    "html",
    [
        "<table>" * 2000, "<p>series of posts:<br>" + "<br>".join(["<a href='/x/'>x</a>"] * 3000) + "</p>",
        "<p><a href='/x/'>x</a></p>" * 3000, "<div>" * 3000 + "<ul><li>series</li></ul>", "Part 1 " * 5000,
        "<p>" + "series of posts " * 5000 + "</p><ul><li><a href='/x/'>x</a></li></ul>",
    ],
    ids=range(6),
)  # fmt: skip
def test_long_texts_are_read_to_their_end(html: str) -> None:
    assert len(list(raw_lists(html))) <= 1


def test_two_numbered_parts_on_lines_of_one_paragraph_are_seen_in_the_source() -> None:
    assert may_list_parts("[x](/x/)\nPart 1: a\nPart 2: b\n")
    assert may_list_parts("<\npart 1" * 12_000)


def test_a_name_of_titles_that_number_themselves_and_of_a_script_without_spaces() -> None:
    numbered = [post(1, "knots", f"<p>{INTRO}</p>{items('knots', 'splices')}", "Tar and hemp")]
    numbered.append(post(2, "splices", "", "Tar and hemp - Part 2"))
    assert read(numbered) == [("Tar and hemp", ["knots", "splices"])]
    titles = ("はじめての索具：第1章 結び", "はじめての索具：第2章 継ぎ", "はじめての索具：第3章 帆")
    html = f"<p>この連載の記事：</p>{items(*ALL)}"
    posts = [post(day, slug, html, title) for day, (slug, title) in enumerate(zip(ALL, titles, strict=True))]
    assert read(posts) == [("はじめての索具", list(ALL))]


def test_lists_of_one_name_that_share_a_part_are_one_series() -> None:
    named = 'Series "Ropes at sea"'
    posts = blog(
        knots=f"<p>{named}, first posts:</p>{items('knots', 'splices')}<p>{named}, the other posts:</p>{items('knots', 'rigging')}",
        splices="",
        rigging="",
    )
    assert read(posts) == [("Ropes at sea", list(ALL))]


# --- told in prose ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        'This is part {n} of the series <a href="/ropes/">Ropes at sea</a>.',
        'This post is part of the <a href="/ropes/#top">Ropes at sea</a> series.',
        'Ce billet est la partie {n} de la série « <a href="https://ropes.example/ropes">Ropes at sea</a> ».',
        'Dieser Beitrag ist Teil {n} der Serie <a href="/ropes/">Ropes at sea</a>.',
        'Esta es la parte {n} de la serie <a href="/ropes/">Ropes at sea</a>.',
    ],
)
def test_articles_that_name_the_page_of_their_series_are_its_parts(told: str) -> None:
    posts = blog(**{slug: f"<p>{told.format(n=number)} Rope is old.</p>" for number, slug in enumerate(TITLES, start=1)})
    (series,), findings = find_series(posts)
    assert (series.name, slugs(series), findings) == ("Ropes at sea", list(TITLES), ())


def test_their_numbers_order_them() -> None:
    told = 'This is part {} of the series <a href="/ropes/">Ropes at sea</a>.'
    (series,), _ = find_series(blog(knots=told.format(2), splices=told.format(1)))
    assert slugs(series) == ["splices", "knots"]


@pytest.mark.parametrize(
    "told",
    [
        'A part of the series <a href="https://films.example/">Ropes at sea</a>.',
        'I watched all parts of the television series <a href="/ropes/">Ropes at sea</a>.',
        'The series <a href="/ropes/">Ropes at sea</a> is old.',
    ],
)
def test_other_series_are_none_of_the_blogs(told: str) -> None:
    assert find_series(same(f"<p>{told}</p>"))[0] == ()


def test_one_article_that_names_a_page_is_no_series() -> None:
    assert find_series(blog(knots='This is part 1 of the series <a href="/ropes/">Ropes</a>.', splices="x"))[0] == ()


LINK = '<a href="/p{}/">{}</a>'


@pytest.mark.parametrize(
    "text",
    [
        f"Zum {LINK.format(1, 'ersten Teil')} und zum {LINK.format(2, 'zweiten Teil')}: dies ist der dritte und letzte Teil.",
        f"Après la {LINK.format(1, 'première partie')} et la {LINK.format(2, 'seconde partie')}, voici la troisième et dernière partie.",
        f"The {LINK.format(1, 'first part')} cut, the {LINK.format(2, 'second part')} planed; the third and last part glues.",
    ],
)
def test_the_last_of_several_is_the_article_itself(text: str) -> None:
    (found,) = raw_lists(f"<p>{text}</p>")
    assert [item.links or item.itself for item in found.items] == [("/p1/",), ("/p2/",), True]
    assert found.numbers == (1, 2, 3)
    assert found.sure


def test_the_first_and_the_last_leave_the_second_to_the_article() -> None:
    first, last = LINK.format(1, "première partie"), LINK.format(3, "troisième et dernière partie")
    (found,) = raw_lists(f"<p>Entre la {first} et la {last}, on ponce.</p>")
    assert [item.links or item.itself for item in found.items] == [("/p1/",), True, ("/p3/",)]


def test_all_parts_up_to_the_last_are_all_there_are() -> None:
    links = [LINK.format(n, f"{name} part") for n, name in ((1, "first"), (2, "second"), (3, "third and final"))]
    (found,) = raw_lists(f"<p>The {links[0]}, the {links[1]} and the {links[2]}.</p>")
    assert [item.links for item in found.items] == [("/p1/",), ("/p2/",), ("/p3/",)]


@pytest.mark.parametrize(
    "words",
    [
        "I read a short series of articles:",
        "A series of posts about saws that I enjoyed:",
        "J'ai découvert une série d'articles sur les scies :",
        "Ich habe eine Artikelserie über Sägen gelesen:",
        "He encontrado una serie de artículos:",
        "Encontrei uma série de artigos:",
    ],
)
def test_a_series_that_the_author_read_is_none_of_theirs(words: str) -> None:
    items = f"<ul><li>{LINK.format(1, 'Saws')}</li><li>{LINK.format(2, 'Files')}</li></ul>"
    assert list(raw_lists(f"<p>{words}</p>{items}")) == []
    assert len(list(raw_lists(f"<p>I wrote a series of articles:</p>{items}"))) == 1


@pytest.mark.parametrize(
    "introduction",
    [
        "Segunda entrega de la serie sobre el huerto. Las anteriores:",
        "Las entregas anteriores:",
        "Le puntate precedenti:",
        "Les épisodes précédents :",
    ],
)
def test_what_came_before_is_named_with_its_adjective_behind(introduction: str) -> None:
    parts = {
        me: f"<p>{introduction}</p><ul>"
        + "".join(f"<li>{TITLES[slug] if slug == me else link(slug)}</li>" for slug in ALL)
        + "</ul>"
        for me in ALL
    }
    assert [found for _, found in read(blog(**parts))] == [list(ALL)]
    assert may_list_parts(f"{introduction}\n- [x](/y/)")
