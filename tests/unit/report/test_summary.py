from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from sharekit.model import Card, Receipt, Share
from sharekit.outbox import Result
from sharekit.report.summary import MOST_CARDS, delivered_summary, plan_summary
from sharekit.schedule import Act
from sharekit.steps.acts import Item
from sharekit.steps.deliver import Delivered
from sharekit.steps.plan import Plan, Planned, State

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 5, 21, 6, 30, tzinfo=UTC)


def _planned(
    number: int = 1, state: State = "due", *, reason: str = "", text: str = "Bonjour", title: str = "Un titre"
) -> Planned:
    key = f"share/{number}/x/launch"
    card = Card(url="https://blog.example/", title=title)
    share = Share(post_id=str(number), channel="x", slot="launch", text=text, language="fr", card=card, created=AT)
    act = Act(
        key=key,
        kind="share",
        target="x",
        title=title,
        slot="launch",
        at=AT,
        when="due",
        reason="",
        text=text,
        source="shares/a.md",
    )
    return Planned(item=Item(act=act, published=AT, content=partial(replace, share)), state=state, reason=reason)


def _plan(*planned: Planned) -> Plan:
    return Plan(planned=planned, since=AT, orphans=(), findings=(), entries={})


def test_each_act_stands_under_its_heading_with_its_moment_in_the_zone_of_the_blog() -> None:
    made = plan_summary(_plan(_planned(), _planned(2, "held", reason="status: hold")), PARIS)
    assert made.startswith("### sharekit plan: 1 due, 1 held\n")
    assert "#### Due now" in made
    assert "#### Held" in made
    assert "#### Next" not in made
    assert "Thu 21 May 2026 08&#58;30" in made
    assert "7 of 280" in made
    assert "status&#58; hold" in made


def test_a_text_with_blank_lines_stays_in_its_card() -> None:
    made = plan_summary(_plan(_planned(text="a\n\n# b\n\n</pre><h1>c")), PARIS)
    card = next(line for line in made.splitlines() if line.startswith("<details"))
    assert "a&#10;&#10;# b&#10;&#10;&lt;/pre&gt;&lt;h1&gt;c</pre></details>" in card


def test_hundreds_of_acts_are_counted_after_the_first_cards() -> None:
    made = plan_summary(_plan(*[_planned(n) for n in range(MOST_CARDS + 7)]), PARIS)
    assert made.count("<details") == MOST_CARDS
    assert "… and 7 more" in made


def test_an_empty_plan_says_so() -> None:
    assert plan_summary(_plan(), PARIS) == "### sharekit plan: nothing to do"


def test_a_delivery_links_to_what_went_out_and_asks_for_what_nobody_knows() -> None:
    first = _planned(title="a | b\n| c | [x](javascript:y)")
    receipt = Receipt(id="1", url="https://x.com/a/status/1", at=AT)
    done = [
        Delivered(planned=first, result=Result(key=first.key, state="delivered", receipt=receipt)),
        Delivered(planned=_planned(2), result=Result(key="share/2/x/launch", state="unknown", reason="no answer came")),
    ]
    lines = delivered_summary(done, _plan()).splitlines()
    rows = [line for line in lines if line.startswith("| share")]
    assert len(rows) == 2
    assert all(row.count("|") == 5 for row in rows)
    assert '<a href="https://x.com/a/status/1">delivered</a>' in rows[0]
    assert any(line.startswith("Nobody knows whether share/2/x/launch is out.") for line in lines)
    assert lines[-1] == "1 delivered, 0 refused, 1 unknown"
