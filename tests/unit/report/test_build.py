from __future__ import annotations

import pytest

from sharekit.report.build import build_json, build_lines
from sharekit.steps.made import Account, Found


def account(series: int) -> Account:
    found = tuple(Found(name=f"Series {number}", parts=number, evidence="front matter") for number in range(1, series + 1))
    return Account(posts=3, generator="Hugo", skipped=(), series=found, made=(), findings=())


@pytest.mark.parametrize(
    ("series", "last"),
    [
        (1, "Series  Series 1: 1 part, from front matter"),
        (12, "        Series 12: 12 parts, from front matter"),
        (13, "        and 1 more: sharekit series lists them"),
    ],
)
def test_a_screen_is_not_filled_with_series(series: int, last: str) -> None:
    lines = build_lines(account(series))
    assert lines[-1] == last
    assert len(lines) <= 14
    assert len(build_json(account(series))["series"]) == series
