from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sharekit.model import Card, Part, Receipt, Share
from sharekit.outbox import Result
from sharekit.report.deliver import delivered_line, would_lines
from sharekit.schedule import Act
from sharekit.steps.acts import Item
from sharekit.steps.deliver import Delivered
from sharekit.steps.plan import Planned

AT = datetime(2026, 5, 21, 6, 30, tzinfo=UTC)
KEY = "share/2/x/launch"
SHARE = Share(
    post_id="2",
    channel="x",
    slot="launch",
    text="Bonjour",
    language="fr",
    card=Card(url="https://blog.example/", title="Deux"),
    created=AT,
    part=Part(series="Four", position=2, total=3),
)
ACT = Act(
    key=KEY,
    kind="share",
    target="x",
    title="Un titre dont la fin, qui le distingue des autres, est loin",
    slot="launch",
    at=AT,
    when="due",
    reason="",
    text="Bonjour",
    source="shares/a.md",
)
PLANNED = Planned(
    item=Item(act=ACT, published=AT, content=lambda at: replace(SHARE, created=at), part=SHARE.part), state="due"
)


def test_a_part_is_told_by_its_place_however_long_the_titles_are() -> None:
    receipt = Receipt(id="1527", url="https://x.example/1527", at=AT)
    done = Delivered(planned=PLANNED, result=Result(key=KEY, state="delivered", receipt=receipt))
    line = delivered_line(done, ZoneInfo("UTC"))
    assert "… (2/3) " in line
    assert line.endswith("delivered  https://x.example/1527")
    assert would_lines([PLANNED])[0].endswith("(2/3)")


def test_a_share_of_no_series_has_no_place() -> None:
    alone = Planned(item=Item(act=ACT, published=AT, content=lambda at: replace(SHARE, created=at)), state="due")
    assert "(" not in would_lines([alone])[0]
