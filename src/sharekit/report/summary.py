"""What a run says on GitHub, as Markdown: the job summary, and the comment on a pull request.

The plan shows each draft as it will look, a delivery links to what went out. The words and numbers are those of the
other two forms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.errors import ConfigError
from sharekit.registry import outlet
from sharekit.report.deliver import summary_line
from sharekit.report.markdown import block, link, words
from sharekit.report.plan import HEADINGS

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.model import Act
    from sharekit.planning import Plan
    from sharekit.steps.deliver import Delivered, Delivery

# Each act has a card; of a plan of hundreds the first ones.
MOST_CARDS = 40


def plan_summary(plan: Plan, zone: ZoneInfo, config: Config) -> str:
    """Markdown: a line of counts, then the acts under their headings, each with its text behind a fold."""
    groups = {state: [each for each in plan.acts if each.state == state] for state in HEADINGS}
    counts = ", ".join(f"{len(group)} {state}" for state, group in groups.items() if group)
    lines = [f"### sharekit plan: {counts or 'nothing to do'}"]
    shown = 0
    for state, group in groups.items():
        if not group:
            continue
        lines += ["", f"#### {HEADINGS[state]}", ""]
        cards = group[: max(0, MOST_CARDS - shown)]
        shown += len(cards)
        for each in cards:
            lines += [_card(each, zone, config), ""]
        if len(group) > len(cards):
            lines += [f"… and {len(group) - len(cards)} more: sharekit plan", ""]
    lines += [f"\n{words(entry.key)}: {entry.state}, and its draft is gone." for entry in plan.orphans]
    if plan.since is None:
        lines += ["", "Nothing goes out before `since` is in sharekit.toml."]
    return "\n".join(lines).rstrip()


def _card(act: Act, zone: ZoneInfo, config: Config) -> str:
    """One line of HTML, so that nothing in it can begin a block of Markdown."""
    moment = f"{act.at.astimezone(zone):%a %d %b %Y %H:%M}"
    facts = " · ".join(words(each) for each in (act.target, act.slot, moment, _length(act, config)) if each)
    reason = " — ".join(words(each) for each in ("", act.reason, act.hint) if each or each == "") if act.reason else ""
    start = "<details open>" if act.state == "due" else "<details>"
    return f"{start}<summary><b>{facts}</b> {words(act.title)}{reason}</summary>{block(act.text)}</details>"


def _length(act: Act, config: Config) -> str:
    if act.kind != "share":
        return ""
    try:
        rule = outlet(act.target, config.channels.get(act.target, {})).counter
    except ConfigError:
        return ""
    return f"{rule.measure(act.text)} of {rule.limit}"


def delivered_summary(delivery: Delivery) -> str:
    """Markdown: a row for each act with a link to what went out, what a person has to do, and the counts."""
    lines = ["### sharekit deliver", ""]
    if delivery.done:
        lines += ["| | to | what | came of it |", "|-|-|-|-|", *map(_row, delivery.done), ""]
    for act in delivery.plan.acts:
        if act.rule:
            lines += [f"- {words(act.target)} {words(act.title)}: {words(act.reason)} {words(act.hint)}"]
    return "\n".join([*lines, "", summary_line(delivery)])


def _row(done: Delivered) -> str:
    act, result = done.act, done.result
    url = result.receipt.url if result.receipt else None
    what = link(url, result.state) + (f" {words(result.reason)}" if result.reason else "")
    return f"| {act.kind} | {words(act.target)} | {words(act.title)} | {what} |"
