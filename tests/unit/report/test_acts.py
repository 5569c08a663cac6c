from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from acts import MOMENT, plan_of, share_act
from sharekit.model import Finding, Part, Receipt
from sharekit.outbox import Result
from sharekit.report.acts import delivered_line, plan_lines, summary_line, would_lines
from sharekit.steps.deliver import Delivered, Delivery

if TYPE_CHECKING:
    from sharekit.model import State

PARIS = ZoneInfo("Europe/Paris")
ACT = share_act(
    title="Un titre dont la fin, qui le distingue des autres, est loin", part=Part(series="Four", position=2, total=3)
)


def done(state: str = "delivered", **values: object) -> Delivered:
    return Delivered(act=ACT, result=Result(key=ACT.key, state=state, **values))  # type: ignore[arg-type]  # a shorthand


def test_a_part_is_shown_by_its_place_however_long_the_titles_are() -> None:
    line = delivered_line(done(receipt=Receipt(id="1527", url="https://x.example/1527", at=MOMENT)), PARIS)
    assert "… (2/3) " in line
    assert line.endswith("delivered  https://x.example/1527")
    assert would_lines([ACT])[0].endswith("(2/3)")


def test_a_share_of_no_series_has_no_place() -> None:
    assert "(" not in would_lines([share_act()])[0]


def test_what_the_adapter_left_out_is_said() -> None:
    receipt = Receipt(id="1", url="https://x.example/1", at=MOMENT, detail={"note": "sent without its picture"})
    assert delivered_line(done(receipt=receipt), PARIS).endswith("https://x.example/1  (sent without its picture)")


def test_a_wait_says_until_when_in_the_zone_of_the_blog() -> None:
    line = delivered_line(done("waiting", reason="429", retry_at=MOMENT + timedelta(hours=1)), PARIS)
    assert line.endswith("waiting    429, again after Thu 09:30")


@pytest.mark.parametrize(("kind", "shown"), [("share", "channel paused: 401"), ("issue", "mailer paused: 401")])
def test_an_act_that_waits_for_a_paused_account_says_so(kind: str, shown: str) -> None:
    paused = done("waiting", reason="401", rule="paused")
    line = delivered_line(paused._replace(act=replace(paused.act, kind=kind)), PARIS)  # type: ignore[arg-type]  # a parameter
    assert line.endswith(f"waiting    {shown}")


@pytest.mark.parametrize(("threaded", "shown"), [(True, True), (False, False)])
def test_only_a_channel_that_threads_answers_the_part_before(threaded: bool, shown: bool) -> None:
    act = replace(share_act(state="scheduled"), answers="share/before/x/launch", threaded=threaded)
    assert ("answers the part before it" in "\n".join(plan_lines(plan_of(act), PARIS))) is shown


def test_the_plan_gives_the_reason_of_a_pause_once() -> None:
    acts = [share_act("mastodon", "waiting", post=post, reason="channel paused: 401. Renew the token") for post in "abc"]
    other = share_act("x", "waiting", reason="429")
    lines = plan_lines(replace(plan_of(*acts, other), paused={"mastodon": "401. Renew the token"}), PARIS)
    assert "\n".join(lines).count("Renew the token") == 1
    assert lines[2].strip() == "2 more shares after that"
    assert [line.endswith("paused") for line in lines] == [False, False, False, True, True, False]


def test_what_nobody_knows_comes_with_the_command_that_settles_it() -> None:
    lines = delivered_line(done("unknown", reason="no answer came", hint="report it"), PARIS).splitlines()
    assert any(f"sharekit ledger settle '{ACT.key}' --delivered URL" in line for line in lines)
    assert lines[-1].strip() == "report it"


def test_a_rehearsal_tells_looking_up_from_sending_and_what_is_left() -> None:
    lines = would_lines([share_act(state="unknown"), share_act(text="eins\nzwei")], left=3)
    assert lines[0].startswith("would look up")
    assert lines[2:5] == ["would send  share  x  Un titre", "    eins", "    zwei"]
    assert "3 more" in lines[-1]
    assert would_lines([]) == ["Nothing is due."]


def test_a_rehearsal_ends_with_what_waits_for_a_person() -> None:
    plan = plan_of(share_act(state="held", post="b", rule="late"))
    assert would_lines([], plan) == ["Nothing is due. 1 late: sharekit plan"]
    assert would_lines([ACT], plan)[-1] == "1 late: sharekit plan"


@pytest.mark.parametrize(
    ("delivery", "line"),
    [
        (Delivery(plan=plan_of(), done=[]), "Nothing was due."),
        (
            Delivery(plan=plan_of(share_act(state="scheduled"), share_act(state="held", post="b", rule="late")), done=[]),
            "Nothing was due. Next: Thu 21 May 08:30. 1 late: sharekit plan",
        ),
        (Delivery(plan=plan_of(), done=[done()]), "1 delivered"),
        (
            Delivery(plan=plan_of(), done=[done("waiting")], left=2),
            "0 delivered, 2 left for the next run (max_per_run), 1 waiting: sharekit plan",
        ),
        (
            Delivery(
                plan=plan_of(
                    ACT,
                    share_act("mastodon", "waiting"),
                    share_act("linkedin", "waiting"),
                    share_act(state="held", post="b", rule="late"),
                    share_act(state="held", post="c"),
                    share_act(state="refused", post="d"),
                    share_act(state="unknown", post="e"),
                    paused={"linkedin": "401"},
                ),
                done=[done(), done("refused"), done("unknown"), done("held"), done("waiting", rule="paused")],
            ),
            "1 delivered, 1 waiting, 2 paused, 1 late, 2 held, 2 refused, 2 unknown: sharekit plan",
        ),
    ],
)
def test_the_last_line_counts_what_was_done_and_what_waits_for_a_person(delivery: Delivery, line: str) -> None:
    assert summary_line(delivery, PARIS) == line


def test_a_draft_that_cannot_be_read_is_not_said_to_be_missing() -> None:
    assert plan_lines(plan_of(), PARIS)[0].startswith("Nothing is drafted yet.")
    broken = Finding("error", "draft", "a merge conflict marker", path="shares/a.md", line=3)
    assert plan_lines(plan_of(findings=(broken,)), PARIS) == ["No draft can go out before its errors are corrected."]


@pytest.mark.parametrize(("state", "days", "shown"), [("held", 1, True), ("held", -1, False), ("refused", 1, False)])
def test_what_waits_for_a_person_is_shown_with_its_moment_while_it_is_on_time(state: State, days: int, shown: bool) -> None:
    act = share_act(state=state, at=MOMENT + timedelta(days=days))
    line = plan_lines(plan_of(act), PARIS)[1]
    assert ("08:30" in line) == shown
