"""What ``--format json`` prints has the names that docs/json.md documents, and no others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from acts import MOMENT, delivered, plan_of, share_act
from sharekit.drafts import Drafts
from sharekit.model import Finding, LedgerEntry, Part, Receipt, ShareDraft, Skipped
from sharekit.outbox import News, Result
from sharekit.registry import outlet
from sharekit.report.acts import delivered_json, drafts_json, plan_json, would_json
from sharekit.report.blog import build_json
from sharekit.steps.blog import Made
from sharekit.steps.build import Build
from sharekit.steps.deliver import Delivered, Delivery
from unit.report.test_blog import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RECEIPT = Receipt(id="1", url="https://x.example/1", at=MOMENT)
ORPHAN = LedgerEntry(key="share/gone/x/launch", state="claimed", claimed_at=MOMENT, run="run", nonce="n")
PLAN = plan_of(
    *(
        share_act(state=state, post=state)
        for state in ("due", "scheduled", "waiting", "unknown", "held", "refused", "skipped")
    ),
    orphans=(ORPHAN,),
)
DONE = Delivered(act=share_act(), result=Result(key=share_act().key, state="delivered", receipt=RECEIPT))
DRAFT = ShareDraft(
    post="a",
    title="Un titre",
    url="https://blog.example/a/",
    published=MOMENT,
    sections={"x": "Bonjour", "gone": "Salut"},
    part=Part(series="Four", position=1, total=2),
    path="shares/a.md",
)


def built() -> Build:
    made = build(Made("share", "shares/a.md", "1 channel", "new"), series=1)
    reading = made.blog.reading
    object.__setattr__(reading, "skipped", (Skipped(source="a.md", reason="no date"),))
    finding = Finding(level="warn", rule="r", message="m", path="a.md", line=1, hint="h")
    return Build(blog=made.blog, made=made.made, findings=(finding,))


SHAPES: list[tuple[Callable[..., Any], Callable[[], Any]]] = [
    (build_json, lambda: build_json(built())),
    (plan_json, lambda: plan_json(PLAN)),
    (delivered_json, lambda: delivered_json(Delivery(plan=PLAN, done=[DONE], left=1, news=[News("late", "k")]))),
    (would_json, lambda: would_json([share_act()])),
    (drafts_json, lambda: drafts_json(Drafts(shares=(DRAFT,)), plan_of(delivered(RECEIPT)), {"x": outlet("x", {})})),
]


def names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from names(each)


@pytest.mark.parametrize(("function", "sample"), SHAPES, ids=lambda each: getattr(each, "__name__", ""))
def test_every_name_is_documented_and_every_documented_name_is_there(
    function: Callable[..., Any], sample: Callable[[], Any], project: Path
) -> None:
    page = (project / "docs" / "json.md").read_text(encoding="utf-8")
    command = {"delivered": "deliver", "drafts": "shares list", "would": "deliver --dry-run"}
    name = function.__name__.removesuffix("_json")
    section = page.partition(f"## {command.get(name, name)}\n")[2].partition("\n## ")[0]
    assert set(re.findall(r'"(\w+)"', section)) == set(names(sample()))


def test_a_section_tells_where_it_stands() -> None:
    [draft] = drafts_json(Drafts(shares=(DRAFT,)), plan_of(delivered(RECEIPT)), {"x": outlet("x", {})})
    out, gone = draft["sections"]
    assert (out["state"], out["url"], out["length"], out["limit"]) == ("delivered", "https://x.example/1", 7, 280)
    assert (gone["state"], gone["key"], gone["limit"]) == ("held", None, None)


def test_the_older_names_say_the_same() -> None:
    assert plan_json(PLAN)["next"] == plan_json(PLAN)["scheduled"]
    reported = delivered_json(Delivery(plan=PLAN, done=[]))
    assert reported["missed"] == reported["held"] == ["share/held/x/launch", "share/refused/x/launch"]
