"""Days as an editor writes them."""

from __future__ import annotations

from datetime import date

import pytest

from sharekit.issue.dates import format_day

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
