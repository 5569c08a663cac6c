from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sharekit.config import Config
from sharekit.model import Post, Reading, Series, Site
from sharekit.report.blog import build_json, build_lines
from sharekit.steps.blog import Blog, Made, folders
from sharekit.steps.build import Build


def post(day: int) -> Post:
    moment = datetime(2026, 5, day, 8, tzinfo=UTC)
    return Post(id=str(day), url=f"https://blog.example/{day}/", title=f"Day {day}", published=moment, body=str)


def build(*made: Made, series: int = 0, upcoming: tuple[Post, ...] = ()) -> Build:
    """What a build of a blog with so many series made; the newest series is the one with the highest number."""
    found = tuple(
        Series(name=f"Series {number}", language="en", evidence="front matter", members=(post(29 - number),) * number)
        for number in range(1, series + 1)
    )
    reading = Reading(
        site=Site(title="Blog", url="https://blog.example/", generator="Hugo"), posts=(post(1),), upcoming=upcoming
    )
    blog = Blog(config=Config(), folders=folders(Path("/blog"), Config()), reading=reading)
    vars(blog)["_series"] = found, ()
    return Build(blog=blog, made=made, findings=())


@pytest.mark.parametrize(
    ("series", "last"),
    [
        (1, "Series  Series 1: 1 part, from front matter"),
        (12, "        Series 12: 12 parts, from front matter"),
        (13, "        and 1 more: sharekit series lists them"),
    ],
)
def test_a_screen_is_not_filled_with_series(series: int, last: str) -> None:
    lines = build_lines(build(series=series))
    assert lines[-1] == last
    assert len(lines) <= 14
    assert len(build_json(build(series=series))["series"]) == series


def test_what_is_still_to_come_is_counted_with_its_day() -> None:
    assert (
        build_lines(build(upcoming=(post(20),)))[0]
        == "Posts   1 published (Hugo), 1 scheduled for Wed 20 May 2026, 0 skipped"
    )
    assert "2 scheduled from Wed 20 May" in build_lines(build(upcoming=(post(21), post(20))))[0]


def test_what_a_person_edited_is_said_to_be_left_alone() -> None:
    made = [
        Made("share", "shares/1.md", "5 channels", "new"),
        Made("share", "shares/2.md", "5 channels", "edited"),
    ]
    lines = build_lines(build(*made))
    assert lines[0].index("1 published") == lines[1].index("shares/1.md")
    assert lines[1].endswith("new")
    assert lines[2].endswith("edited by you, left alone")


def test_a_file_in_another_folder_is_named_with_it() -> None:
    names = ("public/blog/feed.xml", "public/blog/atom.xml", "public/feed.json")
    lines = build_lines(build(*(Made("feed", name, "1 entry", "new", "feeds") for name in names)))
    assert "public/blog/feed.xml, atom.xml, public/feed.json: 1 entry" in lines[1]
