from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans import PARIS, act, at, part, record
from sharekit.schedule.calendar import Calendar, parse_quiet, parse_windows
from sharekit.schedule.queue import Queue, give_windows, in_words, order

if TYPE_CHECKING:
    from sharekit.model import Act

DAY = timedelta(days=1)
HALF_AN_HOUR = timedelta(minutes=30)


def calendar(windows: str | None, *quiet: str) -> Calendar:
    return Calendar(windows=parse_windows(windows, setting="shares.windows"), quiet=parse_quiet(quiet), zone=PARIS)


def carry(
    acts: list[Act],
    now: str,
    windows: str | None = None,
    quiet: tuple[str, ...] = (),
    *,
    spacing: timedelta = HALF_AN_HOUR,
    late: timedelta = 7 * DAY,
    stuck: tuple[str, ...] = (),
) -> dict[str, Act]:
    when = calendar(windows, *quiet)
    given = give_windows(acts, when)
    placed = [replace(each, given=given.get(each.key), at=given.get(each.key, each.at)) for each in acts]
    return Queue(calendar=when, spacing=spacing, late=late, now=at(now), stuck=stuck).carry(placed)


def stands(acts: dict[str, Act]) -> dict[str, tuple[str, str]]:
    return {key: (each.state, f"{each.at.astimezone(PARIS):%a %d %H:%M}") for key, each in acts.items()}


def sent(name: str, planned: str, when: str, **more: Any) -> Act:
    return act(name, planned, state="delivered", entry=record(name, "delivered", when), **more)


def parts(*planned: str, **more: Any) -> list[Act]:
    """The parts of a series, the first named ``1``; what ``more`` maps a part's name to is its own."""
    made = []
    for position, moment in enumerate(planned, start=1):
        own = more.get(f"p{position}", {})
        made.append(act(str(position), moment, part=part(position), answers=str(position - 1), **own))
    return made


# --- windows ------------------------------------------------------------------------------------------------------------


def test_one_act_for_each_window_in_order_of_moment() -> None:
    acts = [act("c", "2026-11-25T10:00"), act("a", "2026-11-23T10:00"), act("b", "2026-11-24T08:00")]
    assert stands(carry(acts, "2026-11-23T11:00", "Tue,Thu 08:30")) == {
        "a": ("scheduled", "Tue 24 08:30"),
        "b": ("scheduled", "Thu 26 08:30"),
        "c": ("scheduled", "Tue 01 08:30"),
    }


def test_the_order_in_which_acts_are_given_changes_nothing() -> None:
    acts = [*parts("2026-11-23T10:00", "2026-11-23T10:00", "2026-11-23T10:00"), act("a", "2026-11-23T10:00")]
    assert carry(acts, "2026-11-26T09:00", "daily 08:30") == carry(acts[::-1], "2026-11-26T09:00", "daily 08:30")


@pytest.mark.parametrize(
    ("now", "state", "moment"),
    [
        ("2026-11-24T08:29:59", "scheduled", "Tue 24 08:30"),
        ("2026-11-24T08:30", "due", "Tue 24 08:30"),
        ("2026-11-24T14:30", "due", "Tue 24 08:30"),
        ("2026-11-24T14:30:01", "scheduled", "Thu 26 08:30"),
    ],
)
def test_a_window_stays_open_for_six_hours(now: str, state: str, moment: str) -> None:
    found = carry([act("a", "2026-11-23T10:00")], now, "Tue,Thu 08:30")
    assert stands(found) == {"a": (state, moment)}


def test_a_lost_run_delays_nothing_behind_it() -> None:
    acts = [act("lost", "2026-11-23T10:00"), act("b", "2026-11-25T10:00"), act("c", "2026-11-26T10:00")]
    assert stands(carry(acts, "2026-11-25T11:00", "Tue,Thu 08:30")) == {
        "lost": ("scheduled", "Thu 26 08:30"),
        "b": ("scheduled", "Thu 26 09:00"),
        "c": ("scheduled", "Tue 01 08:30"),
    }


def test_late_acts_go_out_oldest_first_and_apart_and_what_finds_no_room_in_the_next_window() -> None:
    acts = [act(f"{number:02}", f"2026-11-{number:02}T07:00") for number in range(10, 24)]
    found = carry(acts, "2026-11-23T11:00", "daily 08:30", late=30 * DAY)
    assert [found[f"{number}"].state for number in (10, 11)] == ["due", "scheduled"]
    # From 11:00 to 14:30, half an hour apart, are eight; the window of the day after takes on.
    assert stands(found)["17"] == ("scheduled", "Mon 23 14:30")
    assert stands(found)["18"] == ("scheduled", "Tue 24 08:30")
    assert stands(found)["23"] == ("scheduled", "Tue 24 11:00")


@pytest.mark.parametrize(("now", "state"), [("2026-11-30T10:00", "due"), ("2026-11-30T10:01", "held")])
def test_what_is_exactly_as_late_as_it_may_be_still_goes(now: str, state: str) -> None:
    assert carry([act("a", "2026-11-23T10:00")], now)["a"].state == state


def test_late_acts_go_at_once_where_there_are_no_windows() -> None:
    acts = [act("b", "2026-11-22T10:00"), act("a", "2026-11-21T10:00")]
    assert stands(carry(acts, "2026-11-23T11:00")) == {
        "a": ("due", "Sat 21 10:00"),
        "b": ("scheduled", "Mon 23 11:30"),
    }


def test_what_was_sent_keeps_its_window_and_what_was_sent_before_its_turn_frees_it() -> None:
    later = act("b", "2026-11-23T12:00")
    kept = carry([sent("a", "2026-11-23T10:00", "2026-11-24T08:31"), later], "2026-11-24T12:00", "Tue,Thu 08:30")
    assert kept["b"].at == at("2026-11-26T08:30")
    late = carry([sent("a", "2026-11-23T10:00", "2026-11-26T08:31"), later], "2026-11-26T08:35", "Tue,Thu 08:30")
    assert stands(late)["b"] == ("scheduled", "Thu 26 09:01")
    early = carry([sent("a", "2026-11-23T10:00", "2026-11-23T11:00"), later], "2026-11-23T12:00", "Tue,Thu 08:30")
    assert early["b"].at == at("2026-11-24T08:30")


def test_what_waits_for_approval_takes_no_window_from_what_is_approved() -> None:
    acts = [act("a", "2026-11-23T10:00", state="held"), act("b", "2026-11-23T12:00")]
    found = carry(acts, "2026-11-23T13:00", "Tue,Thu 08:30")
    assert found["b"].at == at("2026-11-24T08:30")
    assert (found["a"].state, found["a"].given) == ("held", at("2026-11-26T08:30"))


@pytest.mark.parametrize("state", ["skipped", "refused"])
def test_what_will_not_go_out_takes_no_window(state: str) -> None:
    acts = [act("a", "2026-11-23T10:00", state=state), act("b", "2026-11-23T12:00")]
    assert carry(acts, "2026-11-23T13:00", "Tue,Thu 08:30")["b"].at == at("2026-11-24T08:30")


# --- quiet days ---------------------------------------------------------------------------------------------------------


def test_a_quiet_day_moves_a_moment_to_the_same_time_of_the_next_day() -> None:
    found = carry([act("a", "2026-11-28T09:00")], "2026-11-27T09:00", None, ("Sat", "Sun"))
    assert stands(found) == {"a": ("scheduled", "Mon 30 09:00")}


def test_what_is_late_goes_out_when_the_quiet_day_ends() -> None:
    found = carry([act("a", "2026-11-27T09:00")], "2026-11-28T09:00", None, ("Sat", "Sun"))
    assert stands(found) == {"a": ("scheduled", "Mon 30 00:00")}


def test_no_window_reaches_into_a_quiet_day() -> None:
    acts = [act("a", "2026-11-28T21:00"), act("b", "2026-11-28T21:10")]
    found = carry(acts, "2026-11-28T23:50", "daily 22:00", ("Sun",), spacing=timedelta(minutes=15))
    assert stands(found) == {"a": ("due", "Sat 28 22:00"), "b": ("scheduled", "Mon 30 22:00")}
    late = carry([act("a", "2026-11-28T21:00")], "2026-11-29T00:05", "daily 22:00", ("Sun",))
    assert stands(late) == {"a": ("scheduled", "Mon 30 22:00")}


# --- spacing ------------------------------------------------------------------------------------------------------------


def test_two_acts_are_never_closer_than_spacing_and_go_on_whole_minutes() -> None:
    acts = [sent("a", "2026-11-23T09:00", "2026-11-23T09:00:20"), act("b", "2026-11-23T09:10")]
    assert stands(carry(acts, "2026-11-23T09:15"))["b"] == ("scheduled", "Mon 23 09:31")
    assert carry(acts, "2026-11-23T09:30:59")["b"].state == "scheduled"
    assert carry(acts, "2026-11-23T09:31")["b"].state == "due"
    whole = [sent("a", "2026-11-23T09:00", "2026-11-23T09:00"), act("b", "2026-11-23T09:10")]
    assert stands(carry(whole, "2026-11-23T09:15"))["b"] == ("scheduled", "Mon 23 09:30")


@pytest.mark.parametrize("state", ["unknown", "claimed"])
def test_what_may_be_out_keeps_the_next_one_away(state: Any) -> None:
    maybe = act("a", "2026-11-23T09:00", state="unknown", entry=record("a", state, "2026-11-23T09:00"))
    assert carry([maybe, act("b", "2026-11-23T09:10")], "2026-11-23T09:15")["b"].at == at("2026-11-23T09:30")


def test_what_was_settled_by_hand_keeps_nothing_away() -> None:
    hand = record("a", "delivered", "2026-11-23T09:00", sent={"by": "hand"})
    acts = [act("a", "2026-11-23T09:00", state="delivered", entry=hand), act("b", "2026-11-23T09:10")]
    assert carry(acts, "2026-11-23T09:15")["b"].state == "due"


def test_a_clock_that_was_a_little_ahead_delays_by_no_more_than_spacing() -> None:
    acts = [sent("a", "2026-11-23T09:00", "2026-11-23T09:08"), act("b", "2026-11-23T09:00")]
    assert carry(acts, "2026-11-23T09:02")["b"].at == at("2026-11-23T09:32")


def test_without_spacing_all_that_is_due_goes() -> None:
    acts = [act(name, "2026-11-23T09:00") for name in "abc"]
    assert {each.state for each in carry(acts, "2026-11-23T09:00", spacing=timedelta(0)).values()} == {"due"}


def test_spacing_counts_hours_that_pass_when_clocks_change() -> None:
    autumn = [act("a", "2026-10-25T02:50+02:00"), act("b", "2026-10-25T02:50+02:00")]
    assert carry(autumn, "2026-10-25T00:00")["b"].at.astimezone(UTC) == at("2026-10-25T02:20+01:00")
    spring = [act("a", "2026-03-29T01:50"), act("b", "2026-03-29T01:50")]
    assert carry(spring, "2026-03-29T00:00")["b"].at.astimezone(UTC) == at("2026-03-29T03:20+02:00")


# --- at: ----------------------------------------------------------------------------------------------------------------


def test_a_chosen_moment_is_exempt_from_windows_quiet_days_and_spacing() -> None:
    acts = [act("a", "2026-11-29T09:00", exact=True), act("b", "2026-11-29T09:01", exact=True)]
    found = carry(acts, "2026-11-29T09:01", "Tue 08:30", ("Sun",))
    assert stands(found) == {"a": ("due", "Sun 29 09:00"), "b": ("due", "Sun 29 09:01")}
    ahead = carry(acts, "2026-11-28T09:01", "Tue 08:30", ("Sun",))
    assert stands(ahead) == {"a": ("scheduled", "Sun 29 09:00"), "b": ("scheduled", "Sun 29 09:01")}


def test_others_keep_their_distance_from_a_chosen_moment() -> None:
    acts = [act("a", "2026-11-23T09:00", exact=True), act("b", "2026-11-23T09:10")]
    assert carry(acts, "2026-11-23T08:00")["b"].at == at("2026-11-23T09:30")


def test_a_chosen_moment_puts_no_part_before_the_one_before_it() -> None:
    acts = parts("2026-11-23T09:00", "2026-11-23T10:00", p2={"exact": True})
    found = carry(acts, "2026-11-23T11:00", "Tue,Thu 08:30")
    assert stands(found) == {"1": ("scheduled", "Tue 24 08:30"), "2": ("scheduled", "Tue 24 08:30")}
    both = carry(acts, "2026-11-24T08:30", "Tue,Thu 08:30")
    assert (both["1"].try_now, both["2"].try_now) == (True, False)
    assert both["2"].reason == "waits for the part before it, which is due"


def test_a_chosen_moment_waits_for_the_moment_that_the_provider_named() -> None:
    entry = record("a", "waiting", "2026-11-23T09:00", retry_at=at("2026-11-23T10:00"), reason="429")
    found = carry([act("a", "2026-11-23T09:00", exact=True, entry=entry)], "2026-11-23T09:30")["a"]
    assert (found.state, found.at, found.try_now, found.reason) == ("waiting", at("2026-11-23T10:00"), False, "429")


# --- parts --------------------------------------------------------------------------------------------------------------


def test_a_part_that_was_published_first_comes_after_the_part_before_it() -> None:
    found = carry(parts("2026-11-25T09:00", "2026-11-23T09:00"), "2026-11-23T10:00", "Tue,Thu 08:30")
    assert stands(found) == {"1": ("scheduled", "Thu 26 08:30"), "2": ("scheduled", "Tue 01 08:30")}


def test_a_part_waits_for_one_that_is_scheduled_or_due() -> None:
    early = carry(parts("2026-11-25T09:00", "2026-11-23T09:00"), "2026-11-24T09:00")
    assert stands(early) == {"1": ("scheduled", "Wed 25 09:00"), "2": ("scheduled", "Wed 25 09:30")}
    due = carry(parts("2026-11-23T09:00", "2026-11-23T09:00"), "2026-11-23T09:00", spacing=timedelta(0))
    assert (due["1"].try_now, due["2"].try_now) == (True, False)


def test_what_closes_a_series_waits_for_its_last_part() -> None:
    launch = act("share/last/x/launch", "2026-11-23T09:00", part=part(3))
    closing = act("share/last/x/closing", "2026-11-23T09:00", part=part(3), answers=launch.key)
    found = carry([closing, launch], "2026-11-23T09:00", spacing=timedelta(0))
    assert (found[launch.key].try_now, found[closing.key].try_now) == (True, False)
    assert carry([closing, launch], "2026-11-22T09:00", "daily 09:00")[closing.key].at == at("2026-11-24T09:00")


@pytest.mark.parametrize(
    ("state", "entry"),
    [
        ("waiting", record("1", "claimed", "2026-11-23T09:00")),
        ("unknown", record("1", "unknown", "2026-11-23T09:00")),
    ],
)
def test_a_part_waits_for_one_that_waits_or_of_which_nobody_knows(state: str, entry: Any) -> None:
    acts = parts("2026-11-23T09:00", "2026-11-23T10:00", "2026-11-23T11:00", p1={"state": state, "entry": entry})
    found = carry(acts, "2026-11-30T12:00")
    assert (found["2"].state, found["2"].try_now) == ("waiting", False)
    assert found["2"].reason == f"waits for the part before it, which is {state}"
    assert (found["3"].state, found["3"].reason) == ("waiting", "waits for the part before it, which is waiting")


def test_parts_behind_one_that_waits_for_its_page_are_not_dated_by_each_other() -> None:
    page = record("1", "waiting", "2026-11-23T09:00", retry_at=at("2026-11-23T09:00"), sent={"page": "404"}, reason="404")
    chosen = {"exact": True}
    acts = parts("2026-11-23T09:00", "2026-11-25T10:00", "2026-11-23T11:00", p1={"entry": page}, p2=chosen, p3=chosen)
    found = carry(acts, "2026-11-23T12:00")
    assert [found[key].reason for key in "23"] == ["waits for the part before it, which is waiting"] * 2
    assert [found[key].try_now for key in "123"] == [True, False, False]


def test_a_part_comes_after_one_that_is_retried() -> None:
    entry = record("1", "waiting", "2026-11-23T09:00", retry_at=at("2026-11-23T12:00"), reason="429")
    found = carry(parts("2026-11-23T09:00", "2026-11-23T10:00", p1={"entry": entry}), "2026-11-23T10:30")
    assert stands(found) == {"1": ("waiting", "Mon 23 12:00"), "2": ("waiting", "Mon 23 12:30")}


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-11-30T09:59:59", "waiting"),
        ("2026-11-30T10:00", "due"),
        ("2026-12-07T10:00", "due"),
        ("2026-12-07T10:01", "held"),
    ],
)
def test_a_part_waits_at_most_late_for_one_that_is_held(now: str, state: str) -> None:
    acts = parts("2026-11-23T09:00", "2026-11-23T10:00", p1={"state": "held"})
    found = carry(acts, now)["2"]
    assert found.state == state
    verb = "waits for" if state == "waiting" else "goes out without"
    assert f"{verb} the part before it, which is held" in found.reason
    if state == "waiting":
        assert found.at == at("2026-11-30T10:00")


def test_a_part_that_is_late_is_a_held_one() -> None:
    acts = parts("2026-11-13T09:00", "2026-11-23T09:00")
    found = carry(acts, "2026-11-24T09:00")
    assert (found["1"].state, found["1"].rule) == ("held", "late")
    assert (found["2"].state, found["2"].at) == ("waiting", at("2026-11-30T09:00"))


@pytest.mark.parametrize("state", ["refused", "skipped"])
def test_a_part_that_is_refused_or_skipped_is_not_waited_for(state: str) -> None:
    found = carry(parts("2026-11-23T09:00", "2026-11-23T10:00", p1={"state": state}), "2026-11-23T10:00")
    assert (found["2"].state, found["2"].reason) == ("due", f"goes out without the part before it, which is {state}")


def test_a_part_that_waited_for_a_refused_one_is_late_from_the_refusal_on() -> None:
    refused = {"state": "refused", "entry": record("1", "refused", "2026-12-10T09:00")}
    acts = parts("2026-11-23T09:00", "2026-11-23T10:00", p1=refused)
    assert carry(acts, "2026-12-17T09:00")["2"].state == "due"
    assert carry(acts, "2026-12-17T09:01")["2"].state == "held"


def test_a_late_part_takes_the_next_one_with_it() -> None:
    out = {"state": "delivered", "entry": record("1", "delivered", "2026-12-10T09:00")}
    acts = parts("2026-11-23T09:00", "2026-11-23T10:00", p1=out)
    assert carry(acts, "2026-12-10T12:00")["2"].state == "due"


# --- late ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "state"),
    [("2026-11-30T09:00", "due"), ("2026-11-30T09:00:01", "held"), ("2026-12-10T09:00", "held")],
)
def test_what_is_more_than_late_behind_is_held(now: str, state: str) -> None:
    found = carry([act("share/a/x/launch", "2026-11-23T09:00")], now)["share/a/x/launch"]
    assert (found.state, found.rule) == (state, "late" if state == "held" else "")
    if state == "held":
        assert found.reason == "late: it was due at Mon 23 Nov 09:00, more than 7 days ago"
        assert found.hint == "Send it now: sharekit shares send 'share/a/x/launch'"


def test_an_act_in_a_window_is_as_late_as_the_window_opens() -> None:
    waits = [act("a", "2026-11-24T08:00")]
    assert carry(waits, "2026-12-01T14:30", "Tue 08:30")["a"].state == "due"
    assert carry(waits, "2026-12-01T14:31", "Tue 08:30")["a"].state == "held"


def test_a_chosen_moment_is_late_to_the_second() -> None:
    chosen = [act("a", "2026-11-24T08:30", exact=True)]
    assert carry(chosen, "2026-12-01T08:30", "Tue 08:00")["a"].state == "due"
    late = carry(chosen, "2026-12-01T08:30:01", "Tue 08:00")["a"]
    assert (late.state, late.rule) == ("held", "late")


def test_a_week_is_a_week_when_clocks_change() -> None:
    assert carry([act("a", "2026-10-20T08:00")], "2026-10-27T08:30", "Tue 08:30")["a"].state == "due"
    assert carry([act("a", "2026-03-24T08:00")], "2026-03-31T08:30", "Tue 08:30")["a"].state == "due"


def test_what_can_only_go_out_too_late_is_held_at_once() -> None:
    found = carry([act("a", "2026-11-24T08:00")], "2026-11-24T18:00", "Tue,Thu 08:30", late=DAY)["a"]
    assert (found.state, found.rule) == ("held", "late")
    assert found.reason == "late: it was due at Tue 24 Nov 08:30, and may go out more than 1 day later"


def test_a_place_far_back_in_the_queue_is_not_lateness() -> None:
    acts = [act(f"{number:02}", "2026-11-23T09:00") for number in range(40)]
    slow = carry(acts, "2026-11-23T09:00", spacing=DAY)
    assert {each.state for each in slow.values()} == {"due", "scheduled"}
    assert slow["39"].at == at("2027-01-01T09:00")
    weekly = carry(acts, "2026-11-23T09:00", "Tue 08:30")
    assert {each.state for each in weekly.values()} == {"scheduled"}
    apart = carry(acts, "2026-11-23T09:00", "daily 08:30", spacing=3 * DAY)
    assert {each.state for each in apart.values()} == {"scheduled"}


def test_what_is_too_late_holds_nobody_up() -> None:
    acts = [act("old", "2026-11-03T09:00"), act("a", "2026-11-24T07:00")]
    found = carry(acts, "2026-11-24T09:00", "Tue,Thu 08:30")
    assert (found["old"].state, found["a"].state) == ("held", "due")


# --- what was tried -----------------------------------------------------------------------------------------------------


def test_what_was_tried_in_vain_takes_nobodys_place() -> None:
    acts = [act("a", "2026-11-23T09:00"), act("b", "2026-11-23T09:00")]
    found = carry(acts, "2026-11-23T09:00", stuck=("a",))
    assert (found["a"].state, found["a"].try_now, found["b"].state) == ("waiting", False, "due")


def test_what_is_retried_later_has_its_place_then() -> None:
    entry = record("a", "waiting", "2026-11-23T09:00", retry_at=at("2026-11-23T09:20"), reason="503")
    acts = [act("a", "2026-11-23T09:00", entry=entry), act("b", "2026-11-23T09:25")]
    for stuck in ((), ("a",)):
        found = carry(acts, "2026-11-23T09:00", stuck=stuck)
        assert stands(found) == {"a": ("waiting", "Mon 23 09:20"), "b": ("scheduled", "Mon 23 09:50")}


def test_what_waits_for_its_page_is_looked_at_in_every_run_in_which_it_could_go() -> None:
    entry = record("a", "waiting", "2026-11-23T09:00", retry_at=at("2026-11-23T09:00"), sent={"page": "404"}, reason="404")
    acts = [act("a", "2026-11-23T08:00", entry=entry), act("b", "2026-11-23T09:00")]
    open_now = carry(acts, "2026-11-24T12:00", "daily 08:30")
    assert (open_now["a"].state, open_now["a"].try_now, open_now["b"].state) == ("waiting", True, "due")
    closed = carry(acts, "2026-11-24T20:00", "daily 08:30")
    assert (closed["a"].state, closed["a"].try_now) == ("waiting", False)
    assert carry(acts, "2026-12-03T12:00", "daily 08:30")["a"].state == "held"


@pytest.mark.parametrize(
    ("span", "words"), [("7d", "7 days"), ("1d", "1 day"), ("36h", "36 hours"), ("90m", "90 minutes"), ("1m", "1 minute")]
)
def test_a_span_in_words(span: str, words: str) -> None:
    units = {"d": DAY, "h": timedelta(hours=1), "m": timedelta(minutes=1)}
    assert in_words(int(span[:-1]) * units[span[-1]]) == words


@settings(deadline=None)
@given(
    st.lists(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), min_size=1, max_size=12),  # noqa: DTZ001 - bounds are naive
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - bounds are naive
)
def test_windows_are_never_shared_and_parts_never_swap(planned: list[datetime], now: datetime) -> None:
    acts = parts(*(moment.isoformat() for moment in planned))
    when = calendar("Tue,Thu 08:30")
    openings = [give_windows(acts, when)[each.key] for each in acts]
    assert openings == sorted(set(openings))
    found = carry(acts, now.isoformat(), "Tue,Thu 08:30", late=400 * DAY)
    assert sum(each.state == "due" for each in found.values()) <= 1
    moments = [found[each.key].at for each in acts if found[each.key].state == "scheduled"]
    assert moments == sorted(set(moments))


def test_of_one_moment_an_article_alone_goes_before_the_part_of_a_series() -> None:
    acts = [act("a", "2026-11-24T08:30", part=part(1)), act("b", "2026-11-24T08:30")]
    assert stands(carry(acts, "2026-11-24T08:00")) == {
        "b": ("scheduled", "Tue 24 08:30"),
        "a": ("scheduled", "Tue 24 09:00"),
    }
    assert [each.key for each in sorted(acts, key=order)] == ["b", "a"]


def test_a_part_that_waited_for_a_held_one_is_not_late_for_the_window_after_it() -> None:
    acts = parts("2026-11-24T08:30", "2026-11-24T08:30", p1={"state": "held"})
    found = carry(acts, "2026-12-01T08:30", "Tue 08:30", late=DAY)
    assert (found["2"].state, found["2"].reason) == ("due", "goes out without the part before it, which is held")
