from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharekit.report.output import shorten, table, width


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
