"""What a build made, as JSON and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.report.output import fields, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.steps.blog import Made
    from sharekit.steps.build import Build

MOST_PATHS = 3
MOST_SERIES = 12
HEADINGS = {"feed": "Feed", "issue": "Issue", "share": "Shares"}


def build_json(build: Build) -> dict[str, Any]:
    """``{"posts", "skipped": [{"source", "reason"}], "series", "made": [{"kind", "path", "change"}], "findings": […]}``.

    ``posts`` is a count, ``series`` the names. A finding is ``{"level", "rule", "message", "path", "line"}``.
    """
    return {
        "posts": len(build.blog.reading.posts),
        "skipped": [fields(each, "source reason") for each in build.blog.reading.skipped],
        "series": [each.name for each in build.series],
        "made": [fields(each, "kind path change") for each in build.made],
        "findings": [fields(each, "level rule message path line") for each in build.findings],
    }


def build_lines(build: Build) -> list[str]:
    reading = build.blog.reading
    coming = ""
    if reading.upcoming:
        first = f"{min(post.published for post in reading.upcoming):%a %d %b %Y}"
        coming = f", {len(reading.upcoming)} scheduled" + (
            f" for {first}" if len(reading.upcoming) == 1 else f" from {first}"
        )
    rows = [("Posts", f"{len(reading.posts)} published ({reading.site.generator}){coming}, {len(reading.skipped)} skipped")]
    rows += [("", f"left out: {each.source}: {each.reason}") for each in reading.skipped]
    for number, series in enumerate(build.series[:MOST_SERIES]):
        parts = "1 part" if len(series.members) == 1 else f"{len(series.members)} parts"
        rows.append(("Series" if not number else "", f"{series.name}: {parts}, from {series.evidence}"))
    if len(build.series) > MOST_SERIES:
        rows.append(("", f"and {len(build.series) - MOST_SERIES} more: sharekit series lists them"))
    lines = table(rows)
    made = []
    shown = ""
    for each, paths in _grouped(build.made):
        heading = HEADINGS[each.kind]
        change = "edited by you, left alone" if each.change == "edited" else each.change
        made.append((heading if heading != shown else "", f"{paths}: {each.what}", change))
        shown = heading
    lines += table([(heading.ljust(6), *rest) for heading, *rest in made])
    return [*lines, f"Shares  none: {build.no_shares}"] if build.no_shares else lines


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
