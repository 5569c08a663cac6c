"""The posts, the series and the feeds of a blog, as JSON and for people. The JSON shapes are stable; they only grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.model import parts_by_post
from sharekit.report.output import fields, shorten, table
from sharekit.text.visible import counted, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.feeds.document import Feed
    from sharekit.model import Part, Post, Reading, Series
    from sharekit.steps.blog import Made
    from sharekit.steps.build import Build
    from sharekit.steps.why import Fact

KINDS = {"site": "The blog", "language": "Language", "series": "Series", "tag": "Tag", "email": "E-mail"}


def posts_json(reading: Reading, series: Sequence[Series]) -> dict[str, Any]:
    """``{"site": {…}, "posts": […], "upcoming": […], "skipped": […]}``."""
    site = reading.site
    parts = parts_by_post(series)
    return {
        "site": fields(site, "title url language description licence timezone generator")
        | {"authors": [author.name for author in site.authors]},
        "posts": [_post_json(post, parts.get(post.id, ())) for post in reading.posts],
        "upcoming": [_post_json(post, parts.get(post.id, ())) for post in reading.upcoming],
        "skipped": [fields(each, "source reason line") for each in reading.skipped],
    }


def _post_json(post: Post, parts: Sequence[Part]) -> dict[str, Any]:
    return fields(post, "id url title published updated language tags source") | {
        "authors": [author.name for author in post.authors],
        "image": post.image.url if post.image else None,
        "series": [{"name": part.series, **fields(part, "position total")} for part in parts],
    }


def series_json(series: Sequence[Series], proposed: Sequence[Series] = ()) -> dict[str, Any]:
    """``{"series": [{"name", "language", "evidence", "members": [{"position", "id", "url", "title"}]}], "proposed": …}``.

    ``proposed`` has the same shape: series that only titles or ambiguous words suggest, and you have not confirmed.
    """
    return {"series": [_series_json(each) for each in series], "proposed": [_series_json(each) for each in proposed]}


def _series_json(series: Series) -> dict[str, Any]:
    members = enumerate(series.members, start=1)
    return fields(series, "name language evidence announced more") | {
        "members": [{"position": position, **fields(post, "id url title")} for position, post in members]
    }


def proposed_lines(proposed: Sequence[Series], accepted: Sequence[str] = ()) -> list[str]:
    """What only titles or doubtful words tell, and the line that confirms it. ``accepted`` are confirmed already."""
    lines: list[str] = []
    for each in proposed:
        how = "its titles" if each.evidence == "titles" else "a list, in words that may mean another series"
        lines += ["", f"Perhaps a series, by {how}: {visible(each.name)} ({each.language})"]
        lines += [f"  {number}. {shorten(post.title, 90)}" for number, post in enumerate(each.members, start=1)]
    if proposed:
        names = ", ".join(f'"{visible(name)}"' for name in (*accepted, *(each.name for each in proposed)))
        lines += ["", "Where they are, write in sharekit.toml, before the first table:", f"  accept_series = [{names}]"]
    return lines


def posts_lines(reading: Reading, series: Sequence[Series]) -> list[str]:
    """A line for each post, newest first, with those to come on top, and what was left out below."""
    parts = parts_by_post(series)
    everything = [(post, "") for post in reading.posts] + [(post, ", to come") for post in reading.upcoming]
    rows = [
        (
            f"{post.published:%Y-%m-%d}{when}",
            shorten(post.title, 60),
            ", ".join(map(_place, parts.get(post.id, ()))),
            post.url,
        )
        for post, when in reversed(everything)
    ]
    lines = table(rows) or ["No published post."]
    if reading.skipped:
        lines += ["", f"Left out: {len(reading.skipped)}"]
        lines += table([(each.source, each.reason) for each in reading.skipped], indent="  ")
    return lines


def _evidence(series: Series) -> str:
    return "a list in the body" if series.evidence == "body list" else series.evidence


def series_lines(series: Sequence[Series]) -> list[str]:
    lines: list[str] = []
    for each in series:
        parts = counted(len(each.members), "part")
        parts += ", more to come" if each.more or each.announced else ""
        lines.append(visible(f"{each.name} ({each.language}): {parts}, from {_evidence(each)}"))
        rows = [(f"{n}.", f"{post.published:%Y-%m-%d}", post.title) for n, post in enumerate(each.members, start=1)]
        lines += table(rows, indent="  ")
        lines += [f"  -   announced   {visible(title)}" for title in each.announced]
    return lines or ["No series found. A series can be named in sharekit.toml: [[series]] name = …, members = […]"]


def why_lines(facts: Sequence[Fact]) -> list[str]:
    return table(
        [(each.name, shorten(each.value, 80), each.rule, ":".join(map(str, filter(None, each[3:])))) for each in facts]
    )


def why_json(facts: Sequence[Fact]) -> dict[str, Any]:
    """``{"facts": [{"name", "value", "rule", "path", "line"}]}``."""
    return {"facts": [{key: value or None for key, value in each._asdict().items()} for each in facts]}


def feeds_json(feeds: Sequence[Feed]) -> list[dict[str, Any]]:
    """``[{"kind", "title", "language", "entries", "urls": {format: URL}}]``."""
    return [
        fields(each, "kind title language")
        | {"entries": len(each.posts), "urls": {form: each.address.url(form) for form in each.formats}}
        for each in feeds
    ]


def feeds_lines(feeds: Sequence[Feed]) -> list[str]:
    rows = []
    for each in feeds:
        count = counted(len(each.posts), "post")
        for number, form in enumerate(each.formats):
            first = (KINDS[each.kind], each.title, count) if not number else ("", "", "")
            rows.append((*first, form, each.address.url(form)))
    return table(rows)


def _place(part: Part) -> str:
    return f"{shorten(part.series, 30)} {part.position}/{part.total}{'+' if part.more else ''}"


# --- what a build made ------------------------------------------------------------------------------------------------


MOST_PATHS = 3
MOST_SERIES = 12
HEADINGS = {"feed": "Feed", "issue": "Issue", "share": "Shares"}


def build_json(build: Build) -> dict[str, Any]:
    """``{"posts", "skipped": [{"source", "reason"}], "series", "made": [{"kind", "path", "change"}], "findings": […]}``.

    ``posts`` is a count, ``series`` a list of names. A finding is ``{"level", "rule", "message", "path", "line"}``.
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
    counts = f"{len(reading.posts)} published ({reading.site.generator}){coming}, {len(reading.skipped)} skipped"
    rows = [("Posts ", counts)]
    rows += [("", f"left out: {each.source}: {each.reason}") for each in reading.skipped]
    for number, series in enumerate(build.series[:MOST_SERIES]):
        parts = counted(len(series.members), "part")
        rows.append(("Series" if not number else "", f"{series.name}: {parts}, from {_evidence(series)}"))
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
    folder = paths[0].rpartition("/")[0] + "/"
    return ", ".join([paths[0], *(path.removeprefix(folder) for path in paths[1:])])
