from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sharekit.schedule import Calendar, Placed, Wish, parse_quiet, parse_windows, place

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def calendars(windows: str | None = "Tue,Thu 08:30", *quiet: str) -> dict[str, Calendar]:
    return {"x": Calendar(windows=parse_windows(windows, setting="w"), quiet=parse_quiet(quiet), zone=PARIS)}


def part(number: int, moment: str, **more: object) -> Wish:
    after = f"part{number - 1}" if number > 1 else None
    return Wish(key=f"part{number}", channel="x", moment=at(moment), after=after, position=number, **more)  # type: ignore[arg-type]


def moments(placed: dict[str, Placed]) -> list[tuple[str, str, str]]:
    return [(key, f"{each.at:%m-%d %H:%M}", each.when) for key, each in sorted(placed.items())]


def test_one_share_for_each_window_parts_in_order_across_a_change_of_clocks() -> None:
    wishes = [part(3, "2026-10-29T12:00"), part(1, "2026-10-22T09:00"), part(2, "2026-10-22T10:00")]
    placed = place(wishes, calendars(), now=at("2026-10-22T11:00"), grace=DAY)
    assert moments(placed) == [
        ("part1", "10-27 08:30", "next"),
        ("part2", "10-29 08:30", "next"),
        ("part3", "11-03 08:30", "next"),
    ]


def test_a_part_that_was_published_first_comes_after_the_part_before_it() -> None:
    placed = place(
        [part(2, "2026-11-02T09:00"), part(1, "2026-11-04T09:00")], calendars(), now=at("2026-11-01T09:00"), grace=DAY
    )
    assert placed["part1"].at < placed["part2"].at


def test_a_chosen_moment_wins_over_windows_and_takes_none() -> None:
    wishes = [part(1, "2026-11-04T17:00", exact=True), Wish(key="other", channel="x", moment=at("2026-11-04T16:00"))]
    placed = place(wishes, calendars(), now=at("2026-11-04T18:00"), grace=DAY)
    assert moments(placed) == [("other", "11-05 08:30", "next"), ("part1", "11-04 17:00", "due")]


def test_a_chosen_moment_never_puts_a_part_before_the_one_before_it() -> None:
    wishes = [part(1, "2026-11-04T09:00"), part(2, "2026-11-04T10:00", exact=True)]
    placed = place(wishes, calendars(), now=at("2026-11-04T11:00"), grace=DAY)
    assert placed["part2"].at == placed["part1"].at == at("2026-11-05T08:30")


def test_late_shares_go_out_one_for_each_window() -> None:
    wishes = [part(1, "2026-11-02T09:00"), part(2, "2026-11-02T10:00")]
    placed = place(wishes, calendars(), now=at("2026-11-05T09:00"), grace=7 * DAY)
    assert moments(placed) == [("part1", "11-03 08:30", "due"), ("part2", "11-10 08:30", "next")]
    assert placed["part2"].reason == "one share for each window"


def test_a_share_that_went_out_in_this_window_leaves_none_for_the_next() -> None:
    claimed = part(1, "2026-11-02T09:00", claimed_at=at("2026-11-05T08:40"), settled=True)
    placed = place([claimed, part(2, "2026-11-02T10:00")], calendars(), now=at("2026-11-05T09:00"), grace=7 * DAY)
    assert placed["part2"].when == "next"
    later = place([claimed, part(2, "2026-11-02T10:00")], calendars(), now=at("2026-11-10T08:31"), grace=7 * DAY)
    assert later["part2"].when == "due"


def test_what_is_out_keeps_its_window() -> None:
    out = part(1, "2026-11-02T09:00", claimed_at=at("2026-11-03T08:31"), settled=True)
    placed = place([out, part(2, "2026-11-02T10:00")], calendars(), now=at("2026-11-04T09:00"), grace=DAY)
    assert placed["part2"] == Placed(at=at("2026-11-05T08:30"), when="next")


def test_what_is_too_late_holds_nobody_up() -> None:
    wishes = [part(1, "2026-11-02T09:00"), Wish(key="other", channel="x", moment=at("2026-11-04T09:00"))]
    placed = place(wishes, calendars(), now=at("2026-11-05T09:00"), grace=DAY)
    assert placed["other"].when == "due"


def test_nothing_goes_out_on_a_quiet_day() -> None:
    placed = place([part(1, "2026-11-28T09:00")], calendars(None, "Sun"), now=at("2026-11-29T08:00"), grace=DAY)
    assert moments(placed) == [("part1", "11-30 08:00", "next")]


def test_without_windows_everything_is_due_in_order() -> None:
    wishes = [part(2, "2026-11-02T09:00"), part(1, "2026-11-02T09:00")]
    placed = place(wishes, calendars(None), now=at("2026-11-02T10:00"), grace=DAY)
    assert [each.when for each in placed.values()] == ["due", "due"]


@given(
    st.lists(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), min_size=1, max_size=12),  # noqa: DTZ001  # bounds are naive
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001
)
def test_windows_are_never_shared_and_parts_never_swap(wished: list[datetime], now: datetime) -> None:
    wishes = [part(number, moment.isoformat()) for number, moment in enumerate(wished, start=1)]
    placed = place(wishes, calendars(), now=now.replace(tzinfo=PARIS), grace=400 * DAY)
    due = [key for key, each in placed.items() if each.when == "due"]
    assert len(due) <= 1
    ahead = place(wishes, calendars(), now=at("2020-01-01T00:00"), grace=DAY)
    openings = [ahead[wish.key].at for wish in wishes]
    assert openings == sorted(set(openings))


def test_the_order_in_which_wishes_are_given_changes_nothing() -> None:
    wishes = [part(number, f"2026-11-0{number}T09:00") for number in (1, 2, 3)]
    now = at("2026-11-05T09:00")
    assert place(wishes, calendars(), now=now, grace=DAY) == place(wishes[::-1], calendars(), now=now, grace=DAY)
