"""What a build made, as JSON and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.report.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.steps.made import Account, Made

MOST_PATHS = 3
MOST_SERIES = 12
HEADINGS = {"feed": "Feed", "issue": "Issue", "share": "Shares"}


def build_json(account: Account) -> dict[str, Any]:
    """``{"posts", "skipped", "series", "made": [{"kind", "path", "change"}], "findings": […]}``."""
    return {
        "posts": account.posts,
        "skipped": [{"source": each.source, "reason": each.reason} for each in account.skipped],
        "series": [each.name for each in account.series],
        "made": [{"kind": each.kind, "path": each.path, "change": each.change} for each in account.made],
        "findings": [
            {"level": each.level, "rule": each.rule, "message": each.message, "path": each.path, "line": each.line}
            for each in account.findings
        ],
    }


def build_lines(account: Account) -> list[str]:
    """A line for each file that was looked after."""
    rows = [("Posts", f"{account.posts} published ({account.generator}), {len(account.skipped)} skipped")]
    rows += [("", f"left out: {each.source}: {each.reason}") for each in account.skipped]
    for number, series in enumerate(account.series[:MOST_SERIES]):
        parts = "1 part" if series.parts == 1 else f"{series.parts} parts"
        rows.append(("Series" if not number else "", f"{series.name}: {parts}, from {series.evidence}"))
    if len(account.series) > MOST_SERIES:
        rows.append(("", f"and {len(account.series) - MOST_SERIES} more: sharekit series lists them"))
    lines = table(rows)
    made = []
    shown = ""
    for each, paths in _grouped(account.made):
        heading = HEADINGS[each.kind]
        change = "edited by you, left alone" if each.change == "edited" else each.change
        made.append((heading if heading != shown else "", f"{paths}: {each.what}", change))
        shown = heading
    return lines + table([(heading.ljust(6), *rest) for heading, *rest in made])


def _grouped(made: Sequence[Made]) -> list[tuple[Made, str]]:
    """One line for the files of a group that changed alike: all of their names, or the first and how many more."""
    groups: dict[tuple[str, ...], list[Made]] = {}
    for number, each in enumerate(made):
        name = (each.group, each.what, each.change) if each.group else (str(number),)
        groups.setdefault(name, []).append(each)
    return [(same[0], _paths([each.path for each in same])) for same in groups.values()]


def _paths(paths: Sequence[str]) -> str:
    if len(paths) > MOST_PATHS:
        return f"{paths[0]} and {len(paths) - 1} more"
    return ", ".join([paths[0], *(path.rpartition("/")[2] for path in paths[1:])])
