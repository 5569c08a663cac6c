from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from sharekit.model import Part
from sharekit.templating import environment, format_day, locale_of, shipped_templates, translations

if TYPE_CHECKING:
    from pathlib import Path

PART = Part(series="A garden", position=2, total=3)


def test_a_person_s_template_comes_first_and_may_change_one_block(tmp_path: Path) -> None:
    (tmp_path / "issue").mkdir()
    (tmp_path / "issue" / "full.html").write_text("mine", encoding="utf-8")

    made = environment(language="fr", overrides=[tmp_path], html=True)

    assert made.get_template("issue/full.html").render() == "mine"
    assert made.get_template("sharekit/issue/full.html").filename == str(shipped_templates() / "issue" / "full.html")


def test_values_are_escaped_in_html_only() -> None:
    for html, expected in ((True, "&lt;b&gt;"), (False, "<b>")):
        template = environment(language="en", html=html).from_string("{{ value }}")
        assert template.render(value="<b>") == expected


def test_a_misspelt_name_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="titel"):
        environment(language="en", html=False).from_string("{{ titel }}").render(title="x")


def test_a_template_cannot_reach_into_python() -> None:
    with pytest.raises(SecurityError):
        environment(language="en", html=False).from_string("{{ ''.__class__.__mro__ }}").render()


@pytest.mark.parametrize(("language", "words"), [("fr", "Se désabonner"), ("fr-CA", "Se désabonner"), ("xx", "Unsubscribe")])
def test_a_language_falls_back_to_its_base_and_then_to_english(language: str, words: str) -> None:
    assert translations(language).gettext("Unsubscribe") == words


@pytest.mark.parametrize("expression", ["part.__class__", "''.join.__self__", "part.__init__.__globals__"])
@pytest.mark.parametrize("html", [False, True])
def test_what_is_not_safe_stays_so_when_it_is_asked_again(expression: str, html: bool) -> None:
    template = environment(language="en", html=html).from_string(f"{{{{ {expression} }}}}")
    for _ in range(2):
        with pytest.raises(SecurityError):
            template.render(part=PART)


def test_a_template_reads_a_part_and_translates() -> None:
    made = environment(language="fr", html=False)
    text = made.from_string('{{ part.position }}: {{ _("episode %(number)s", number=part.total) }}').render(part=PART)
    assert text == "2: épisode 3"


def test_a_format_cannot_reach_further_than_an_expression() -> None:
    with pytest.raises(SecurityError):
        environment(language="en", html=False).from_string('{{ "{0.__class__.__mro__}".format(part) }}').render(part=PART)


@pytest.mark.parametrize(
    ("tag", "found"), [("fr", "fr"), ("pt_BR", "pt_BR"), ("zh-Hant", "zh_Hant"), ("x", "en"), ("", "en")]
)
def test_the_locale_of_a_tag(tag: str, found: str) -> None:
    assert str(locale_of(tag)) == found


FIRST_OF_MAY = {
    "fr": "1er mai 2022", "fr-CA": "1er mai 2022", "it": "1º maggio 2022", "pt": "1º de maio de 2022",
    "pt-PT": "1.º de maio de 2022", "es": "1 de mayo de 2022", "de": "1. Mai 2022", "nl": "1 mei 2022",
    "en": "May 1, 2022", "en-GB": "1 May 2022", "xx": "May 1, 2022",
}  # fmt: skip


@pytest.mark.parametrize("language", FIRST_OF_MAY)
def test_the_first_of_a_month(language: str) -> None:
    assert format_day(date(2022, 5, 1), language) == FIRST_OF_MAY[language]


@pytest.mark.parametrize(("day", "wanted"), [(2, "2 mai 2022"), (11, "11 mai 2022"), (21, "21 mai 2022")])
def test_the_other_days_are_plain_numbers(day: int, wanted: str) -> None:
    assert format_day(date(2022, 5, day), "fr") == wanted
