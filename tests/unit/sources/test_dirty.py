"""Ten thousand dirty posts: whatever a file holds, it is a post, it is none, or it is left out with a reason.

SHAREKIT_DIRTY is how many are made; the usual run is shorter.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sharekit.config import Config
from sharekit.registry import open_source
from sharekit.series import find_series, propose_series

MANY = int(os.environ.get("SHAREKIT_DIRTY", "700"))
OPEN = ("---\n", "\ufeff---\r\n", "\n\n---\n", "+++\n", "{\n", ";;;\n", "--- \n", "", "<!--\n", "---\n---\n", "...\n")
CLOSE = ("---\n", "...\r\n", "+++\n", "}\n", ";;;\n", "", "-->\n", "--\n")
LINES = (
    "title: Un titre\n", "title: \n", "title: [a\n", "title = 'x'\n", '"title": "x",\n', "title: {a: 1}\n", "title: 'a\x03b'\n", "Title: X\n",
    ".. title: N\n", ":title: R\n", "date: 2024-01-02\n", "date: 2024-02-30\n", "date: March 5, 2024\n", "date: 0001-01-01\n", "date: yes\n",
    "date: 99999999999\n", "date = 2024-01-02\n", ".. date: 2024-01-02\n", "date: {created: 2024-01-01}\n", "date: [1]\n", "tags: [Go, 'go ', ' go']\n",
    "tags: 7\n", "tags: {a: b}\n", "series: [S, s]\n", "series: {id: 1}\n", "series_order: NaN\n", "series_order: 1e400\n", "slug: ../../etc\n",
    "permalink: 'http://['\n", "url: https://other.example/x\n", "on: yes\n", "title: b\ntitle: c\n", "a: &a [*a]\n", "\ttab: 1\n", "draft: true\n",
    "image: {src: x}\n", "authors: [{name: A}, 7, null]\n", "lang: '../..'\n", "aliases: [1, /x]\n", "\x00\n", "é" * 50 + "\n", "? [a]\n: b\n",
    "weight: !!python/object:os.system x\n", "description: " + "x" * 3000 + "\n", "published: false\n", "status: draft\n", "updated: never\n",
)  # fmt: skip
BODIES = (
    "# Titre\n\nMots.\n", "<div><p>", "{{< shortcode >}}", "{% include x %}", "[a](b.md)", "Une série d'articles :\n\n- [a](/x/)\n- b\n", "\x00\x1b",
    "- " * 3000, "<a href='http://['>x</a>", "![](x.png)", "[[wiki]]", "```\n", "\ud7ff", "", "Part 1 | [Part 2](/y/)", "<script>x", "&" * 500,
    "[x]: y.md\n", "{: .c}\n", "import X from 'x'\n\n<X/>",
)  # fmt: skip
SITES = {
    "jekyll": ({"_config.yml": "url: https://d.example\n"}, "_posts/2024-01-{day:02}-p{n}.md"),
    "pelican": ({"pelicanconf.py": "SITEURL = 'https://d.example'\nPATH = 'content'\n"}, "content/p{n}.{ending}"),
    "zola": ({"config.toml": 'base_url = "https://d.example"\n', "content/_index.md": "+++\n"}, "content/p{n}.md"),
    "astro": ({"astro.config.mjs": "export default { site: 'https://d.example' }"}, "src/content/blog/p{n}.mdx"),
    "eleventy": ({".eleventy.js": "module.exports = {}"}, "posts/2024-01-{day:02}-p{n}.md"),
    "mkdocs": ({"mkdocs.yml": "site_url: https://d.example\nplugins: [blog]\n"}, "docs/blog/posts/p{n}.md"),
    "nikola": ({"conf.py": "BLOG_TITLE = 'D'\nSITE_URL = 'https://d.example'\n"}, "posts/p{n}.{ending}"),
    "plain": ({"posts/a.md": "---\ntitle: A\ndate: 2024-01-01\n---\n"}, "posts/p{n}.md"),
}


def dirty(dice: random.Random) -> bytes:
    front = "".join(dice.choice(LINES) for _ in range(dice.randrange(6)))
    text = dice.choice(OPEN) + front + dice.choice(CLOSE) + "".join(dice.choice(BODIES) for _ in range(dice.randrange(3)))
    data = text.encode(dice.choice(["utf-8", "utf-8", "utf-8", "utf-16"]), "replace")
    return data[: dice.randrange(len(data) + 1)] + b"\xff\xe9" if dice.random() < 0.1 else data


@pytest.mark.parametrize("name", SITES)
def test_whatever_a_file_holds_it_is_read_or_left_out_with_a_reason(name: str, tmp_path: Path) -> None:
    files, pattern = SITES[name]
    dice = random.Random(f"dirty {name}")
    for place, text in files.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)
    for n in range(MANY // len(SITES)):
        path = tmp_path / pattern.format(n=n, day=n % 28 + 1, ending=dice.choice(["md", "rst", "html"]))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dirty(dice))
    reading = open_source(tmp_path, Config(), now=datetime(2026, 11, 23, tzinfo=UTC)).read()
    assert all(each.reason and (tmp_path / each.source).is_file() for each in reading.skipped)
    assert len({post.url for post in reading.posts}) == len(reading.posts)
    for post in reading.posts:
        assert post.title.strip()
        assert post.published.tzinfo is not None
        assert "\x00" not in post.html
    series, _ = find_series(reading.posts)
    assert isinstance(propose_series(reading.posts, series), tuple)


@pytest.mark.parametrize("kind", ["markdown", "html"])
def test_what_is_no_file_or_has_no_name_is_left_out_by_name(kind: str, tmp_path: Path) -> None:
    ending = "md" if kind == "markdown" else "html"
    folder = tmp_path / "_posts"
    folder.mkdir()
    text = (
        "---\ntitle: A\n---\nHi" if kind == "markdown" else "<title>A</title><article><time datetime='2024-01-01'>1</time>"
    )
    if kind == "markdown":
        (tmp_path / "_config.yml").write_text("url: https://d.example\n")
    else:
        (tmp_path / "index.html").write_text("<title>Home</title>")
    (folder / f"2024-01-01-fine.{ending}").write_text(text)
    os.mkfifo(folder / f"2024-01-02-pipe.{ending}")
    (folder / f"2024-01-03-two\nlines.{ending}").write_text(text)
    Path(os.fsdecode(os.fsencode(folder) + f"/2024-01-04-\udcff.{ending}".encode(errors="surrogateescape"))).write_text(text)
    (folder / f"2024-01-05-loop.{ending}").symlink_to(f"2024-01-05-loop.{ending}")
    reading = open_source(tmp_path, Config(), now=datetime(2026, 11, 23, tzinfo=UTC)).read()
    assert [post.source for post in reading.posts] == [f"_posts/2024-01-01-fine.{ending}"]
    assert [each.source.encode() for each in reading.skipped] == [
        f"_posts/2024-01-0{name}.{ending}".encode() for name in ("2-pipe", "3-two\ufffdlines", "4-\ufffd", "5-loop")
    ]
    assert all(each.reason for each in reading.skipped)
