from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from rehearsal.month import MonthReport, month

if TYPE_CHECKING:
    from pathlib import Path

    from rehearsal.conftest import Scene

# The long form: python -m rehearsal.many 1 200, in tests/. Each of these catches a run that sends again without looking.
SEEDS = [int(each) for each in os.environ.get("SHAREKIT_SEEDS", "3 4 5").split()]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_each_share_is_out_once_or_told_whatever_happens_to_the_runs(scene: Scene, tmp_path: Path, seed: int) -> None:
    reported = month(scene.story, tmp_path / "month", seed, scene.mastodon, scene.linkedin)
    assert reported.wrong() == []
    # Both slots on both networks, but for the two parts whose launch on LinkedIn says all that there is to say.
    assert len(reported.states) == 10
    assert "delivered" in reported.states.values()


def test_the_judge_sees_what_is_out_twice_lost_or_not_told() -> None:
    key = "share/2042/03/partie-1/mastodon/launch"
    text = "https://blog.example/2042/03/partie-1/?utm_campaign=launch"
    reported: dict[str, Any] = {"posts": {"mastodon": [text, text]}, "events": {}, "complaints": []}
    twice = MonthReport(states={key: "unknown"}, **reported)
    assert twice.wrong() == [f"{key}: out 2 times, and reported as unknown"]
    reported["posts"] = {"mastodon": [text.replace("-1", "-2"), text.replace("launch", "reminder")]}
    assert MonthReport(states={key: "delivered"}, **reported).wrong() == [f"{key}: reported as delivered, and out 0 times"]
    reported["posts"] = {"mastodon": [text]}
    assert MonthReport(states={key: "missed"}, **reported).wrong() == [f"{key}: reported as missed, and it is out"]
