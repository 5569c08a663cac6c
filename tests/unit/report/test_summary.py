from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sharekit.report.summary import MOST_CARDS, plan_summary
from sharekit.schedule import Act

PARIS = ZoneInfo("Europe/Paris")


def _act(number: int = 1, when: Literal["due", "next", "held"] = "due", **changes: str) -> Act:
    told = {"target": "x", "title": "Un titre", "slot": "launch", "reason": "", "text": "Bonjour", "source": "shares/a.md"}
    return Act(
        key=f"share/{number}/x/launch",
        kind="share",
        at=datetime(2026, 5, 21, 6, 30, tzinfo=UTC),
        when=when,
        **{**told, **changes},
    )


def test_each_act_stands_under_its_heading_with_its_moment_in_the_zone_of_the_blog() -> None:
    made = plan_summary([_act(), _act(2, "held", reason="status: hold")], PARIS)
    assert made.startswith("### sharekit: 1 due, 0 next, 1 held")
    assert "#### Due now" in made
    assert "#### Held" in made
    assert "#### Next" not in made
    assert "Thu 21 May 2026 08&#58;30" in made
    assert "7 of 280" in made
    assert "status&#58; hold" in made


def test_a_text_with_blank_lines_stays_in_its_card() -> None:
    made = plan_summary([_act(text="a\n\n# b\n\n</pre><h1>c")], PARIS)
    card = next(line for line in made.splitlines() if line.startswith("<details"))
    assert "a&#10;&#10;# b&#10;&#10;&lt;/pre&gt;&lt;h1&gt;c</pre></details>" in card


def test_hundreds_of_acts_are_counted_after_the_first_cards() -> None:
    made = plan_summary([_act(n) for n in range(MOST_CARDS + 7)], PARIS)
    assert made.count("<details") == MOST_CARDS
    assert "… and 7 more" in made


def test_an_empty_plan_says_so() -> None:
    assert "Nothing is drafted yet." in plan_summary([], PARIS)
