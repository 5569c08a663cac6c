"""Ten thousand dirty posts: whatever a file holds, it is a post, it is none, or it is left out with a reason.

SHAREKIT_DIRTY is how many are made; the usual run is shorter.
"""

from __future__ import annotations

import contextlib
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from sharekit.config import Config
from sharekit.errors import SourceError
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


# Settings, feeds and pages, a few signs of which are changed at random.
BROKEN = {
    "mkdocs.yml": "site_name: M\nsite_url: https://m.example/\nplugins:\n  - blog:\n      post_dir: '{blog}/posts'\n",
    "_config.yml": "url: https://j.example\nbaseurl: /b\npermalink: /:year/:title/\ndefaults:\n  - scope: {path: ''}\n    values: {lang: fr}\n",
    "config.toml": "base_url = 'https://z.example'\ntitle = 'Z'\n[languages.fr]\n",
    "pelicanconf.py": "SITEURL = 'https://p.example'\nTIMEZONE = 'Europe/Paris'\nARTICLE_URL = '{date:%Y}/{slug}/'\n",
    "astro.config.mjs": "export default { site: 'https://a.example', i18n: { defaultLocale: 'fr', locales: ['fr'] } }",
    "_data/site.json": '{"url": "https://e.example", "title": "E"}',
    "index.xml": '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>B</title><link>https://b.example/</link>'
    "<item><title>A</title><link>https://b.example/a</link><dc:date>2026-01-01</dc:date></item></channel></rss>",
    "feed.json": '{"version": "https://jsonfeed.org/version/1.1", "title": "B", "home_page_url": "https://b.example/", "items": '
    '[{"id": "1", "url": "https://b.example/1", "title": "A", "content_html": "<p>x</p>", "date_published": "2026-01-01"}]}',
    "export.xml": '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>B</title><link>https://b.example</link><item><title>A</title>'
    "<pubDate>Tue, 06 Jan 2026 08:00:00 +0000</pubDate><wp:post_id>1</wp:post_id></item></channel></rss>",
    "a/index.html": '<link rel="canonical" href="https://h.example/a/"><title>A</title><article><time datetime="2026-01-01">x</time></article>',
}  # fmt: skip
BITS = ("---", '"', "'", "{", "}", "[", "]", ":", "\n", "\t", "\x00", "\x1b[31m", "\u202e", "é", "<", ">", "<![CDATA[", "0000-00-00", "9" * 30,
        "-1", "1e999", "null", "true", "*a", "&a", "../../x", "http://[", "%", "\\", "{{", "|", "#", "NaN", "a" * 3000, "[" * 500, " ")  # fmt: skip


def changed(text: str, dice: random.Random) -> str:
    for _ in range(dice.choice((1, 2, 4))):
        at = dice.randrange(len(text) + 1)
        text = text[:at] + dice.choice(BITS) + text[at + dice.choice((0, 0, 1, 5, 20)) :]
    return text


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("mkdocs.yml", 'site_url: https://d.example\ndocs_dir: "{}"\nplugins:\n  - blog:\n      blog_dir: "{}"\n'),
        ("_config.yml", 'url: https://d.example\nsource: "{}"\n'), ("pelicanconf.py", "SITEURL = 'https://d.example'\nPATH = '{}'\n"),
        ("conf.py", "SITE_URL = 'https://d.example'\nPOSTS = [['{}/*.md', 'posts', 'x']]\n"),
        (".eleventy.js", 'module.exports = {{ dir: {{ input: "{}", data: "{}" }} }}'), ("_config.yml", 'url: "http://[{}"\n'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("folder", ["a" * 3000, "/etc", "\\0", "../..", "nowhere"])
def test_a_folder_or_an_address_that_is_none_is_no_traceback(name: str, setting: str, folder: str, tmp_path: Path) -> None:
    root = tmp_path / "blog" / "site"
    (root / "_posts").mkdir(parents=True)
    (root / "_posts/2024-01-02-a.md").write_text("---\ntitle: A\n---\n[x]({{ site.baseurl }}/y)")
    (root / name).write_text(setting.format(folder, folder))
    reading = open_source(root, Config(), now=datetime(2026, 11, 23, tzinfo=UTC)).read()
    assert all(post.html for post in reading.posts)
    assert reading.posts or reading.findings


@pytest.mark.parametrize("name", BROKEN)
def test_broken_settings_feeds_and_pages_are_read_or_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    dice = random.Random(f"broken {name}")
    kind = {"index.xml": "feed", "feed.json": "feed", "export.xml": "wordpress"}.get(name, "auto")
    config = msgspec.convert({"source": {"kind": kind, "path": name if kind != "auto" else "."}}, Config)
    post = "---\ntitle: A\ndate: 2024-01-02\n---\nHi"
    for n in range(12):
        root = tmp_path / str(n)
        for place in ("_posts/2024-01-02-a.md", "docs/blog/posts/a.md", "content/a.md", "src/content/blog/a.md"):
            (root / place).parent.mkdir(parents=True)
            (root / place).write_text(post)
        if name.startswith("_data"):
            (root / ".eleventy.js").write_text("module.exports = {}")
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(changed(BROKEN[name], dice), encoding="utf-8")
        with contextlib.suppress(SourceError):
            reading = open_source(root, config, now=datetime(2026, 11, 23, tzinfo=UTC)).read()
            assert reading.posts or reading.skipped or reading.findings


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
