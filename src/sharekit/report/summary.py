"""The plan as a job summary of GitHub's and as the comment on a pull request: what is due, and each draft as it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.counting import counter
from sharekit.errors import ConfigError
from sharekit.report.markdown import block, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from sharekit.schedule import Act

HEADINGS = {"due": "Due now", "next": "Next", "held": "Held"}
# Each act has a card; a plan of hundreds is a table.
MOST_CARDS = 40


def plan_summary(acts: Sequence[Act], zone: ZoneInfo) -> str:
    """Markdown: a line of counts, then the acts under their headings, each with its text behind a fold."""
    counts = {when: sum(act.when == when for act in acts) for when in HEADINGS}
    lines = ["### sharekit: " + ", ".join(f"{count} {when}" for when, count in counts.items())]
    if not acts:
        lines += ["", "Nothing is drafted yet."]
    shown = 0
    for when, heading in HEADINGS.items():
        group = [act for act in acts if act.when == when]
        if not group:
            continue
        lines += ["", f"#### {heading}", ""]
        cards = group[: max(0, MOST_CARDS - shown)]
        shown += len(cards)
        for act in cards:
            lines += [_card(act, zone), ""]
        if len(group) > len(cards):
            lines += [f"… and {len(group) - len(cards)} more: sharekit plan", ""]
    return "\n".join(lines).rstrip()


def _card(act: Act, zone: ZoneInfo) -> str:
    """One line of HTML, so that nothing in it can begin a block of Markdown."""
    moment = f"{act.at.astimezone(zone):%a %d %b %Y %H:%M}"
    facts = " · ".join(words(each) for each in (act.target, act.slot, moment, _length(act)) if each)
    reason = f" — {words(act.reason)}" if act.reason else ""
    start = "<details open>" if act.when == "due" else "<details>"
    return f"{start}<summary><b>{facts}</b> {words(act.title)}{reason}</summary>{block(act.text)}</details>"


def _length(act: Act) -> str:
    if act.kind != "share":
        return ""
    try:
        rule = counter(act.target)
    except ConfigError:
        return ""
    return f"{rule.measure(act.text)} of {rule.limit}"
