"""``sharekit inline`` against the browser: no element may look otherwise than before, in four conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser import cases_cascade, cases_document, cases_odd
from sharekit.issue.inline import inline

if TYPE_CHECKING:
    from browser.oracle import Oracle

CASES = {**cases_cascade.CASES, **cases_document.CASES, **cases_odd.CASES}


@pytest.mark.parametrize("name", CASES)
def test_every_element_looks_as_before(oracle: Oracle, name: str) -> None:
    before = CASES[name]

    after = inline(before)

    assert oracle.differences(before, after) == [], after


@pytest.mark.parametrize("name", CASES)
def test_a_second_time_changes_nothing(oracle: Oracle, name: str) -> None:
    once = inline(CASES[name])

    twice = inline(once)

    assert twice == once or oracle.differences(CASES[name], twice) == [], twice
