"""The feeds of the example blog, as a person builds them."""

from __future__ import annotations

import gzip
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from commands import under_git
from feedkit import check_atom, check_json, parsed

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Sharekit

ALL = """
[feed]
formats = ["rss", "atom", "json"]
series = true
tags = ["web", "bois"]
archive = 2
limit = 2
hub = "https://hub.example/"
email = true
gzip = true
image = "/img/miche.png"
"""
FEED_ONLY = ("build", "--only", "feed", "--quiet")


def built(sharekit: Sharekit, blog: Path, settings: str = ALL, **environment: str) -> dict[str, bytes]:
    """What a build publishes: file → bytes."""
    (blog / "sharekit.toml").write_text(settings, encoding="utf-8")
    done = sharekit(*FEED_ONLY, cwd=blog, **environment)
    assert done.returncode == 0, done.stderr
    return {path.relative_to(blog / "public").as_posix(): path.read_bytes() for path in (blog / "public").rglob("*.*")}


def check(files: dict[str, bytes]) -> int:
    """Hold every feed to the rules of its format; tells how many there were."""
    held = 0
    for name, data in files.items():
        if name.endswith(".json"):
            check_json(data)
        elif name.endswith(".xml"):
            parsed(data)
            if "atom" in name:
                check_atom(data)
        else:
            continue
        held += 1
    return held


def test_every_feed_keeps_the_rules_and_every_copy_is_the_same(blog: Path, sharekit: Sharekit) -> None:
    files = built(sharekit, blog)
    assert check(files) == 3 * ((1 + 3) + (1 + 1) + (1 + 1) + 1 + (1 + 1)) + 1
    packed = [name for name in files if name.endswith(".gz")]
    assert len(packed) == check(files)
    assert all(gzip.decompress(files[name]) == files[name.removesuffix(".gz")] for name in packed)


@pytest.mark.parametrize("name", ["index.xml", "atom.xml", "feed.json"])
def test_a_feed_read_back_as_a_blog_gives_the_same_posts(blog: Path, sharekit: Sharekit, name: str) -> None:
    built(sharekit, blog)
    reported = [json.loads(sharekit("posts", "--format", "json", cwd=blog).stdout)]
    (blog / "sharekit.toml").write_text(f'[source]\nkind = "feed"\npath = "public/{name}"\n', encoding="utf-8")
    reported.append(json.loads(sharekit("posts", "--format", "json", cwd=blog).stdout))
    ours, theirs = ({post["id"]: post for post in each["posts"]} for each in reported)
    assert theirs.keys() == ours.keys()
    for identifier, post in ours.items():
        for fact in ("url", "title", "published", "language"):
            assert theirs[identifier][fact] == post[fact]
    series = json.loads(sharekit("series", "--format", "json", cwd=blog).stdout)
    assert json.dumps(series, ensure_ascii=False).count("Station météo maison") >= 1


def test_another_machine_gives_the_same_bytes(blog: Path, sharekit: Sharekit, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(blog, tmp_path / "ailleurs" / "copie")
    here = built(sharekit, blog, TZ="Europe/Paris", LANG="C.UTF-8", PYTHONHASHSEED="1")
    there = built(sharekit, elsewhere, TZ="Pacific/Auckland", LANG="tr_TR.UTF-8", LC_ALL="tr_TR.UTF-8", PYTHONHASHSEED="77")
    assert here == there


def test_a_second_build_touches_nothing(blog: Path, sharekit: Sharekit) -> None:
    built(sharekit, blog)
    before = {path: path.stat().st_mtime_ns for path in (blog / "public").rglob("*.*")}
    built(sharekit, blog)
    assert {path: path.stat().st_mtime_ns for path in (blog / "public").rglob("*.*")} == before


def test_a_broken_build_does_not_empty_a_feed(blog: Path, sharekit: Sharekit) -> None:
    before = built(sharekit, blog, "")
    shutil.rmtree(blog / "content")
    (blog / "content").mkdir()
    done = sharekit(*FEED_ONLY, cwd=blog)
    assert done.returncode == 3
    assert "public/index.xml: the feed has 6 entries and would be left with none" in done.stderr
    assert (blog / "public" / "index.xml").read_bytes() == before["index.xml"]
    (blog / "public" / "index.xml").unlink()
    assert sharekit(*FEED_ONLY, cwd=blog).returncode == 0
    assert parsed((blog / "public" / "index.xml").read_bytes()).entries == []


def test_two_posts_with_one_id_are_refused_by_name(blog: Path, sharekit: Sharekit) -> None:
    for name in ("le-levain-1-la-naissance", "affuter-un-rabot"):
        file = blog / "content" / "post" / f"{name}.md"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("---\n", '---\nid: "le-meme"\n', 1), encoding="utf-8")
    done = sharekit(*FEED_ONLY, cwd=blog)
    assert done.returncode == 3
    assert "le-levain-1-la-naissance.md" in done.stderr
    assert "affuter-un-rabot.md" in done.stderr


def test_the_links_for_the_theme_are_ready_to_paste(blog: Path, sharekit: Sharekit) -> None:
    (blog / "sharekit.toml").write_text('[feed]\nformats = ["rss", "atom"]\n', encoding="utf-8")
    done = sharekit("feeds", "--links", "--quiet", cwd=blog)
    assert done.stdout.splitlines() == [
        '<link rel="alternate" type="application/rss+xml" title="Carnet d&#x27;atelier" href="https://atelier.example/index.xml">',
        '<link rel="alternate" type="application/atom+xml" title="Carnet d&#x27;atelier" href="https://atelier.example/atom.xml">',
    ]
    listed = json.loads(sharekit("feeds", "--format", "json", cwd=blog).stdout)
    assert [(each["kind"], each["entries"]) for each in listed] == [("site", 6)]
    assert not (blog / "public").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["zwindler", "anze3db", "helmedeiros"])
def test_the_feeds_of_real_blogs_keep_the_rules(name: str, shared: Path, sharekit: Sharekit, tmp_path: Path) -> None:
    packed = shared / "corpus" / f"{name}.tar.gz"
    if packed.is_file():
        shutil.unpack_archive(packed, tmp_path / name, filter="data")
    else:
        shutil.copytree(shared / "corpus" / name, tmp_path / name)
    names = ("hugo.yaml", "hugo.toml", "config.toml")
    config = next(path for path in sorted((tmp_path / name).rglob("*")) if path.name in names)
    blog = under_git(config.parent)
    files = built(
        sharekit, blog, ALL.replace('"web", "bois"', "").replace("archive = 2", "archive = 50").replace("gzip = true\n", "")
    )
    assert check(files) >= 4
