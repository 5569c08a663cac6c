from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.model import Finding
from sharekit.report.output import annotate, annotation, findings_lines, shorten, table, width


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


@pytest.mark.parametrize(
    ("message", "path", "line", "expected"),
    [
        ("plain", None, None, "::error::plain"),
        ("plain", "a.md", 3, "::error file=a.md,line=3::plain"),
        ("100 %\r\n::error::mine", None, None, "::error::100 %25%0D%0A::error::mine"),
        ("x", "a,b:c.md", None, "::error file=a%2Cb%3Ac.md::x"),
    ],
)
def test_a_hostile_title_stays_inside_its_annotation(
    message: str, path: str | None, line: int | None, expected: str
) -> None:
    assert annotation("error", message, path=path, line=line) == expected
    assert "\n" not in annotation("error", message, path=path, line=line)


def test_ten_of_a_kind_are_shown_and_the_rest_is_counted() -> None:
    findings = [Finding(level="warn", rule="r", message=str(n)) for n in range(12)]
    lines = annotate([*findings, Finding(level="error", rule="r", message="e", hint="Do this.")])
    assert sum(line.startswith("::warning") for line in lines) == 10
    assert "::error::e%0ADo this." in lines
    assert lines[-1] == "2 more warnings not shown here"


@pytest.mark.parametrize(("path", "line", "place"), [("a.md", 2, "a.md:2: "), ("a.md", None, "a.md: "), (None, None, "")])
def test_a_finding_names_its_place_and_what_to_do(path: str | None, line: int | None, place: str) -> None:
    finding = Finding(level="warn", rule="r", message="wrong", path=path, line=line, hint="correct it")
    assert findings_lines([finding]) == [f"warning: {place}wrong", "         correct it"]
