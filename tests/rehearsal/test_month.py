from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from rehearsal.month import Told, month

if TYPE_CHECKING:
    from pathlib import Path

    from rehearsal.conftest import Scene

# The long form: python -m rehearsal.many 1 200, in tests/. Each of these catches a run that sends again without looking.
SEEDS = [int(each) for each in os.environ.get("SHAREKIT_SEEDS", "3 4 5").split()]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_each_share_is_out_once_or_told_whatever_happens_to_the_runs(scene: Scene, tmp_path: Path, seed: int) -> None:
    told = month(scene.story, tmp_path / "month", seed, scene.mastodon, scene.linkedin)
    assert told.wrong() == []
    # Two slots on Mastodon; on LinkedIn the launch says all that there is to say.
    assert len(told.states) == 9
    assert "delivered" in told.states.values()


def test_the_judge_sees_what_is_out_twice_lost_or_not_told() -> None:
    key = "share/2042/03/partie-1/mastodon/launch"
    text = "https://blog.example/2042/03/partie-1/?utm_campaign=launch"
    told: dict[str, Any] = {"posts": {"mastodon": [text, text]}, "events": {}, "complaints": []}
    twice = Told(states={key: "unknown"}, **told)
    assert twice.wrong() == [f"{key}: out 2 times, and told as unknown"]
    told["posts"] = {"mastodon": [text.replace("-1", "-2"), text.replace("launch", "reminder")]}
    assert Told(states={key: "delivered"}, **told).wrong() == [f"{key}: told as delivered, and out 0 times"]
    told["posts"] = {"mastodon": [text]}
    assert Told(states={key: "missed"}, **told).wrong() == [f"{key}: told as missed, and it is out"]
