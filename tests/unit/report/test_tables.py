from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.model import Finding
from sharekit.report.tables import findings_lines, shorten, table, width


def test_columns_are_aligned_by_what_a_terminal_shows() -> None:
    assert table([("日本", "x"), ("ab", "yy"), ("e\u0301", "z")]) == ["日本  x", "ab    yy", "e\u0301     z"]


def test_rows_of_unequal_length_and_no_rows() -> None:
    assert table([("a",), ("bb", "c")]) == ["a", "bb  c"]
    assert table([]) == []


@given(st.text(max_size=40), st.integers(min_value=1, max_value=20))
def test_a_shortened_text_fits(text: str, most: int) -> None:
    short = shorten(text, most)
    assert width(short) <= most
    assert short == text or short.endswith("…")


@pytest.mark.parametrize(("path", "line", "place"), [("a.md", 2, "a.md:2: "), ("a.md", None, "a.md: "), (None, None, "")])
def test_a_finding_names_its_place_and_what_to_do(path: str | None, line: int | None, place: str) -> None:
    finding = Finding(level="warn", rule="r", message="wrong", path=path, line=line, hint="mend it")
    assert findings_lines([finding]) == [f"warning: {place}wrong", "         mend it"]
