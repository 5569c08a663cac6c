"""The issue as it leaves: in every language, in both parts, and under the size that clients show."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from letters import SITE, UNSUBSCRIBE, context, issue, post, ten
from sharekit.errors import DraftError
from sharekit.issue.render import MOST_BYTES, draw, render
from sharekit.model import Series

if TYPE_CHECKING:
    from pathlib import Path

WORDS = {
    "fr": "Se désabonner", "en": "Unsubscribe", "es": "Darse de baja", "de": "Abbestellen", "it": "Annulla l’iscrizione",
    "pt": "Cancelar a subscrição", "nl": "Uitschrijven", "ar": "إلغاء الاشتراك", "fr-CA": "Se désabonner",
    "xx": "Unsubscribe",
}  # fmt: skip


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_its_words(language: str) -> None:
    series = Series(name="S", language=language, evidence="test", members=(post(1), post(2)), announced=("Next one",))
    rendered, _ = render(issue([post(1), post(2), post(3)], language=language, series=series), context(series))

    assert WORDS[language] in rendered.html
    assert WORDS[language] in rendered.text
    assert f'lang="{language}"' in rendered.html
    english = (
        "Unsubscribe",
        "You receive",
        "Read online",
        "In this issue",
        "Share:",
        "Watch on",
        "part 1",
    )
    left = [word for word in english if word in rendered.html]
    assert language in ("en", "xx") or left == []


def test_the_same_issue_gives_the_same_bytes() -> None:
    letter, how = ten()

    assert render(letter, how) == render(letter, how)


def test_a_series_names_once_the_parts_that_are_here_and_those_that_are_not() -> None:
    letter, how = ten()
    rendered, _ = render(letter, how)

    assert "partie 2 sur 4" in rendered.html
    assert rendered.html.count("La cale") == 1
    assert rendered.html.index("La cale") > rendered.html.rindex("partie 3 sur 4")


def test_one_article_says_its_title_date_and_series_once() -> None:
    parts = tuple(post(number) for number in (1, 2, 3))
    series = Series(name="Régler un rabot", language="fr", evidence="test", members=parts)
    letter = issue(parts[1:2], series=series, subject=parts[1].title, date=parts[1].published, introduction="")
    rendered, _ = render(letter, context(series, site=replace(SITE, title="Carnet")))
    shown = rendered.html[rendered.html.index("<body") :]

    said = ("épisode 2 : «", "2 mars 2026", "Régler un rabot · partie 2 sur 3", "épisode 1", "épisode 3")
    assert [shown.count(each) for each in said] == [1, 1, 1, 1, 1]
    assert re.search(r'<li value="3"[^>]*><a href="https://atelier.example/post/3/"', shown)


def test_the_unsubscribe_link_is_there_whatever_a_template_does(tmp_path: Path) -> None:
    (tmp_path / "issue").mkdir()
    (tmp_path / "issue" / "full.html").write_text(
        '{% extends "sharekit/issue/full.html" %}{% block footer %}<tr><td>mine</td></tr>{% endblock %}'
    )
    how = context()
    rendered, _ = render(
        issue([post(1)]),
        type(how)(**{**{name: getattr(how, name) for name in how.__dataclass_fields__}, "overrides": (tmp_path,)}),
    )

    assert "mine" in rendered.html
    assert UNSUBSCRIBE.replace("&", "&amp;") in rendered.html
    assert "Vous recevez" not in rendered.html


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ('{% extends "sharekit/issue/full.html" %}\n{% block header %}\n{{ nothing.here }}{% endblock %}', 3),
        ("{% if %}", 1),
        ("a\n{{ 1 / 0 }}", 2),
    ],
)
def test_a_template_that_fails_is_named_with_its_line(tmp_path: Path, template: str, line: int) -> None:
    (tmp_path / "issue").mkdir()
    (tmp_path / "issue" / "full.html").write_text(template)
    how = context()
    broken = type(how)(**{**{name: getattr(how, name) for name in how.__dataclass_fields__}, "overrides": (tmp_path,)})

    with pytest.raises(DraftError) as raised:
        render(issue([post(1)]), broken)

    assert (raised.value.path or "").endswith("issue/full.html")
    assert raised.value.line == line


def test_a_template_without_the_unsubscribe_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "issue").mkdir()
    (tmp_path / "issue" / "full.html").write_text("<p>{{ issue.subject }}</p>")
    how = context()
    broken = type(how)(**{**{name: getattr(how, name) for name in how.__dataclass_fields__}, "overrides": (tmp_path,)})

    with pytest.raises(DraftError, match="unsubscribe"):
        render(issue([post(1)]), broken)


def test_links_in_a_persons_own_words_start_at_the_blog() -> None:
    rendered, _ = render(issue([post(1)], introduction="[one](/post/1/) <b>two</b> ![plan](/plan.png)"), context())
    assert 'href="https://atelier.example/post/1/"' in rendered.html
    assert 'src="https://atelier.example/plan.png"' in rendered.html
    assert "<b>two" not in rendered.html
    assert "one [1] two" in rendered.text
    assert "[1] https://atelier.example/post/1/" in rendered.text


def test_an_issue_that_gmail_would_cut_is_cut_by_us_and_told() -> None:
    long = "".join(f"<p>{'mot ' * 60}{number}</p>" for number in range(90))
    rendered, findings = render(issue([post(number, html=long) for number in range(1, 7)]), context(variant="full"))

    assert len(rendered.html.encode()) <= MOST_BYTES
    assert "Lire la suite" in rendered.html
    assert [each.rule for each in findings] == ["size"]
    assert "mot" in rendered.text


def test_a_hostile_title_says_nothing_but_itself() -> None:
    title = 'A</title><script>x()</script>\r\nBcc: all@x.example *|UNSUB|* {{ 7*7 }} "><b>'
    rendered, _ = render(issue([post(1, title=title)], subject=" ".join(title.split())), context())

    assert "<script>" not in rendered.html
    assert "*|UNSUB|*" not in rendered.html
    assert "49" not in rendered.html


@pytest.mark.parametrize("variant", ["full", "cards", "plain"])
def test_fonts_reach_the_reader_with_their_quotes(variant: str) -> None:
    rendered, _ = render(issue([post(1)]), context(variant=variant))

    assert 'font-family:Georgia, "Times New Roman", serif' in rendered.html
    assert 'font-family:"Segoe UI", Helvetica, Arial, sans-serif' in rendered.html
    assert "#39;" not in rendered.html


def test_cards_show_a_series_once_after_the_last_of_its_parts() -> None:
    series = Series(name="Le rabot", language="fr", evidence="test", members=(post(1), post(2), post(3)))
    rendered, _ = render(issue([post(1), post(3), post(4)], series=series), context(series, variant="cards"))

    assert rendered.html.count("épisode 2") == 1
    first, box, last = (rendered.html.index(words) for words in ("épisode 3", "épisode 2", "épisode 4"))
    assert first < box < last


def test_a_line_in_another_script_keeps_its_own_direction() -> None:
    rendered, _ = render(issue([post(1)], language="ar"), context(address="3 rue des Copeaux, 35000 Rennes"))

    assert '<p dir="auto"' in rendered.html[: rendered.html.index("3 rue des Copeaux")].rpartition("\n")[2]


@pytest.mark.parametrize("variant", ["full", "cards", "plain"])
def test_an_issue_of_one_post_says_its_title_once(variant: str) -> None:
    rendered, _ = render(issue([post(1, title="Affûter  un ciseau")], subject="Affûter un ciseau"), context(variant=variant))

    page = rendered.html[rendered.html.index("<body") :]
    assert page.count("Affûter un ciseau<") == 1
    assert '<a class="title" href="https://atelier.example/post/1/"' in page[: page.index("</h1>")]
    assert " ".join(rendered.text.split()).count("Affûter un ciseau") == 1


def test_a_subject_in_other_words_stands_above_the_title() -> None:
    rendered, _ = render(issue([post(1, title="Affûter un ciseau")], subject="Ce mois-ci"), context())

    assert "Ce mois-ci</h1>" in rendered.html
    assert "Affûter un ciseau</a></h2>" in rendered.html


def test_words_in_cells_are_not_broken() -> None:
    table = "<table><tr><th>Prometheus</th></tr><tr><td>une <code>authentification</code></td></tr></table>"
    rendered, _ = render(issue([post(1, html=table)]), context())
    cells = rendered.html[rendered.html.index("<th") : rendered.html.index("</code>")]

    assert "break-word" not in cells
    assert cells.count("word-break:normal") == 3


@pytest.mark.parametrize("more", ["", "<p><a href=/x>x</a> <a href='#y'>y</a> <a href=mailto:a@b.example>z</a></p>"])
def test_links_and_pictures_are_an_even_number(more: str) -> None:
    rendered, _ = render(issue([post(1, html=f"<p>Un.</p>{more}")]), context())

    assert len(re.findall(r'<(?:a|img)[^>]* (?:href|src)="http', rendered.html)) % 2 == 0
    assert "Lire en ligne" in rendered.html


@pytest.mark.parametrize("logo", ["/img/logo.png", "img/logo.png", "https://atelier.example/img/logo.png"])
def test_a_logo_is_a_file_of_the_blog_or_an_address(logo: str) -> None:
    drawn, _ = draw(issue([post(1)]), context(logo=logo))
    assert '<img class="logo" src="https://atelier.example/img/logo.png"' in drawn
