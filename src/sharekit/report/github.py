"""What a run says on GitHub: the step's outputs, and its summary in Markdown, which a pull request shows as a comment.

The plan shows each draft as it will look, a delivery links to what went out. Titles and texts are shown as they are
written: no mark of Markdown or HTML acts, nobody is notified, no line ends.
"""

from __future__ import annotations

import html
import os
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.errors import ConfigError
from sharekit.registry import outlet
from sharekit.report.acts import HEADINGS, summary_line
from sharekit.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.model import Act
    from sharekit.planning import Plan
    from sharekit.steps.deliver import Delivered, Delivery

# GitHub drops a summary above 1 MiB, and a job's outputs above it in total.
MOST = 1 << 20
MOST_OUTPUT = 400_000
# Each act has a card; of a plan of hundreds the first ones.
MOST_CARDS = 40
MARKS = re.compile(r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]""")
# Plain where they are common in titles and mean nothing inside a line.
HARMLESS = frozenset(",.'-/?!;%")
# Between the sign and the name, so that nobody is notified and no issue is linked (U+2060, no width).
JOINER = "&#8288;"


def write_github_files(*, summary: str = "", outputs: Mapping[str, str] | None = None) -> None:
    """Append to the step's summary, cut where it is too long, and its outputs, empty where too long; only in a workflow.

    See https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """
    values = {name: value if len(value.encode()) <= MOST_OUTPUT else "" for name, value in (outputs or {}).items()}
    if summary:
        values["summary"] = _within(summary, MOST_OUTPUT)
    # A random delimiter: no title can end the value and start an output of its own.
    mark = f"sharekit-{secrets.token_hex(16)}"
    texts = {
        "GITHUB_OUTPUT": "".join(f"{name}<<{mark}\n{value}\n{mark}\n" for name, value in values.items()),
        # A blank line ends a block of HTML; without it the next step's heading would be text.
        "GITHUB_STEP_SUMMARY": _within(summary, MOST - 1000) + "\n\n" if summary else "",
    }
    for variable, text in texts.items():
        if text and (place := os.environ.get(variable)):
            with Path(place).open("a", encoding="utf-8") as file:
                file.write(text)


def _within(text: str, most: int) -> str:
    data = text.encode()
    if len(data) <= most:
        return text
    return data[:most].decode(errors="ignore").rpartition("\n")[0] + "\n\n… and more, which does not fit here."


def plan_summary(plan: Plan, zone: ZoneInfo, config: Config) -> str:
    """Markdown: a line of counts, then the acts under their headings, each with its text behind a fold."""
    groups = {state: group for state in HEADINGS if (group := plan.of(state))}
    counts = ", ".join(f"{len(group)} {state}" for state, group in groups.items())
    lines = [f"### sharekit plan: {counts or 'nothing to do'}"]
    shown = 0
    for state, group in groups.items():
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


def delivered_summary(delivery: Delivery, zone: ZoneInfo) -> str:
    """Markdown: a row for each act with a link to what went out, what a person has to do, and the counts."""
    lines = ["### sharekit deliver", ""]
    if delivery.done:
        lines += ["| | to | what | came of it |", "|-|-|-|-|", *map(_row, delivery.done), ""]
    for act in delivery.plan.acts:
        if act.rule:
            lines += [f"- {words(act.target)} {words(act.title)}: {words(act.reason)} {words(act.hint)}"]
    return "\n".join([*lines, "", summary_line(delivery, zone)])


def _row(done: Delivered) -> str:
    act, result = done.act, done.result
    url = result.receipt.url if result.receipt else None
    what = link(url, result.state) + (f" {words(result.reason)}" if result.reason else "")
    return f"| {act.kind} | {words(act.target)} | {words(act.title)} | {what} |"


def words(text: str) -> str:
    """A title or a reason as one line of plain text: what Markdown or HTML could act on is a reference (CommonMark §2.5)."""
    return MARKS.sub(_reference, " ".join(visible(text).split()))


def block(text: str) -> str:
    """A share's text as it will look, line breaks kept, as one line of HTML."""
    kept = "\n".join(map(visible, text.splitlines())).rstrip("\n")
    return f"<pre>{html.escape(kept).replace(chr(10), '&#10;')}</pre>"


def link(url: str | None, label: str) -> str:
    """A link to what went out, or the label alone where there is no web address."""
    if not url or urlsplit(url).scheme not in ("http", "https"):
        return words(label)
    address = re.sub(r"[|\s`]", lambda mark: f"%{ord(mark.group()):02X}", url)
    return f'<a href="{html.escape(address)}">{words(label)}</a>'


def _reference(found: re.Match[str]) -> str:
    mark = found.group()
    if mark in HARMLESS:
        return mark
    return f"&#{ord(mark)};{JOINER if mark in '@#' else ''}"
