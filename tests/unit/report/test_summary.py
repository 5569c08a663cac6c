from __future__ import annotations

from zoneinfo import ZoneInfo

from acts import MOMENT, plan_of, share_act
from sharekit.config import Config
from sharekit.model import Receipt
from sharekit.outbox.outbox import Result
from sharekit.report.summary import MOST_CARDS, delivered_summary, plan_summary
from sharekit.steps.deliver import Delivered, Delivery

PARIS = ZoneInfo("Europe/Paris")


def test_each_act_stands_under_its_heading_with_its_moment_in_the_zone_of_the_blog() -> None:
    made = plan_summary(plan_of(share_act(), share_act(state="held", post="b", reason="status: hold")), PARIS, Config())
    assert made.startswith("### sharekit plan: 1 due, 1 held\n")
    assert "#### Due now" in made
    assert "#### Held" in made
    assert "#### Next" not in made
    assert "Thu 21 May 2026 08&#58;30" in made
    assert "7 of 280" in made
    assert "status&#58; hold" in made


def test_a_text_with_blank_lines_stays_in_its_card() -> None:
    made = plan_summary(plan_of(share_act(text="a\n\n# b\n\n</pre><h1>c")), PARIS, Config())
    card = next(line for line in made.splitlines() if line.startswith("<details"))
    assert "a&#10;&#10;# b&#10;&#10;&lt;/pre&gt;&lt;h1&gt;c</pre></details>" in card


def test_hundreds_of_acts_are_counted_after_the_first_cards() -> None:
    made = plan_summary(plan_of(*[share_act(post=str(n)) for n in range(MOST_CARDS + 7)]), PARIS, Config())
    assert made.count("<details") == MOST_CARDS
    assert "… and 7 more" in made


def test_an_empty_plan_says_so() -> None:
    assert plan_summary(plan_of(), PARIS, Config()) == "### sharekit plan: nothing to do"


def test_first_contact_says_how_to_begin() -> None:
    assert plan_summary(plan_of(since=None), PARIS, Config()).endswith(
        "Nothing goes out before `since` is in sharekit.toml."
    )


def test_a_delivery_links_to_what_went_out_and_names_what_needs_a_person() -> None:
    first = share_act(title="a | b\n| c | [x](javascript:y)")
    second = share_act(state="unknown", post="b", rule="unknown", reason="no answer came", hint="Check `it` | then settle")
    receipt = Receipt(id="1", url="https://x.com/a/status/1", at=MOMENT)
    done = [
        Delivered(act=first, result=Result(key=first.key, state="delivered", receipt=receipt)),
        Delivered(act=second, result=Result(key=second.key, state="unknown", reason="no answer came")),
    ]
    lines = delivered_summary(Delivery(plan=plan_of(second), done=done)).splitlines()
    rows = [line for line in lines if line.startswith("| share")]
    assert len(rows) == 2
    assert all(row.count("|") == 5 for row in rows)
    assert '<a href="https://x.com/a/status/1">delivered</a>' in rows[0]
    assert "- x Un titre: no answer came Check &#96;it&#96; &#124; then settle" in lines
    assert lines[-1] == "1 delivered, 1 unknown"
