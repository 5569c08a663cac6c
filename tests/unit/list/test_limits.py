from __future__ import annotations

import pytest

from sharekit.errors import ConfigError
from sharekit.list.queue import Limits, read_limit


def passed(limits: Limits, domains: list[str], seconds: float, step: float = 0.01) -> int:
    """How many go in so many seconds, when somebody always asks."""
    count, now = 0, 1000.0
    while now < 1000.0 + seconds:
        for domain in domains:
            while limits.wait(domain, now) <= 0:
                count += 1
        now += step
    return count


@pytest.mark.parametrize(
    ("rate", "seconds", "most"),
    [("10/s", 10.0, 110), ("120/min", 30.0, 120), ("0.5/s", 20.0, 10), ("5/h", 100.0, 5), ("100/day", 50.0, 100)],
)
def test_no_more_go_than_a_limit_lets(rate: str, seconds: float, most: int) -> None:
    count = passed(Limits([read_limit(rate, setting="rate")], {}, None), ["a.example"], seconds)
    assert most * 0.9 <= count <= most


def test_a_window_opens_again() -> None:
    limits = Limits([read_limit("2/h", setting="rate")], {}, None)
    assert passed(limits, ["a.example"], 1.0) == 2
    assert limits.wait("a.example", 2000.0) > 2500
    assert limits.wait("a.example", 1000.0 + 3602) == 0


def test_a_domain_has_its_own_limit_and_the_others_do_not_wait_for_it() -> None:
    limits = Limits([], {"slow.example": "1/s"}, "5/s")
    assert passed(limits, ["slow.example", "a.example", "b.example"], 4.0) <= 5 + 2 * 25
    assert limits.wait("slow.example", 1004.0) > 0


def test_what_a_domain_keeps_back_costs_the_total_nothing() -> None:
    limits = Limits([read_limit("10/s", setting="rate")], {"slow.example": "1/s"}, None)
    for _ in range(50):
        limits.wait("slow.example", 1000.0)
    assert sum(limits.wait("a.example", 1000.0) <= 0 for _ in range(20)) == 9


@pytest.mark.parametrize("text", ["", "fast", "10", "10/fortnight", "0/s", "-1/s", "1/s/s"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="not a rate"):
        read_limit(text, setting="rate")
