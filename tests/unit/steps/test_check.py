"""What a check finds, with its file and its line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from blogs import write
from sharekit.config import Config
from sharekit.registry import open_source
from sharekit.report.output import annotate, check_json, count_line
from sharekit.steps.blog import folders, read_blog
from sharekit.steps.check import check

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.model import Finding

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def checked(root: Path, files: dict[str, str], config: Config = Config()) -> list[Finding]:  # noqa: B008 - it is frozen
    write(root, {"_config.yml": "url: https://c.example\nfuture: true\n", "_site/index.html": "x", **files})
    return check(read_blog(open_source(root, config, now=NOW), config, folders(root, config)), now=NOW)


def reported(findings: list[Finding]) -> list[tuple[str, str | None, int | None]]:
    return [(each.rule, each.path, each.line) for each in findings]


def built(day: int, name: str, body: str) -> dict[str, str]:
    return {f"_site/2024/01/{day:02}/{name}.html": f"<article>{body}</article>"}


def test_each_thing_that_is_wrong_is_told_where_it_is(tmp_path: Path) -> None:
    a, b = "_posts/2024-01-01-a.md", "_posts/2024-01-02-b.md"
    findings = checked(
        tmp_path,
        {
            a: "---\ntitle: A\nid: same\ntags: [Go, web]\n---\n[x](/nowhere/)\n\n![](lost.png)\n",
            b: "---\ntitle: B\nid: same\ntags:\n  - 'go '\n---\n[ok](/2024/01/01/a.html) ![seen](/seen.png)\n",
            **built(1, "a", '<a href="/nowhere/">x</a><img src="lost.png">'),
            **built(2, "b", '<a href="/2024/01/01/a.html#x">ok</a><img alt="seen" src="/seen.png">'),
            "_site/seen.png": "x",
            "_posts/2024-02-30-c.md": "---\ntitle: C\n---\n",
            "_posts/1970-01-01-d.md": "---\ntitle: D\n---\n",
            "_posts/2026-11-24-e.md": "---\ntitle: E\n---\n",
            "_posts/2024-01-05-f.md": "---\ntitle: F\nbroken: [\n---\n",
        },
    )
    found = reported(findings)
    assert ("duplicate-id", b, 3) in found
    assert ("left-out", "_posts/2024-02-30-c.md", None) in found
    assert ("left-out", "_posts/2024-01-05-f.md", 4) in found
    assert ("dead-link", a, 6) in found
    assert ("image-missing", a, 8) in found
    assert ("alt-missing", a, 8) in found
    assert ("near-tag", b, 5) in found or ("near-tag", a, 4) in found
    assert ("date", "_posts/1970-01-01-d.md", None) in found
    assert ("future-post", "_posts/2026-11-24-e.md", None) in found
    assert not [each for each in findings if each.rule in ("dead-link", "image-missing") and each.path == b]
    assert [each.level for each in findings] == sorted(
        (each.level for each in findings), key=["error", "warn", "info"].index
    )


def test_what_hundreds_of_lines_would_say_is_said_once(tmp_path: Path) -> None:
    posts = {f"_posts/2024-01-0{n}-p{n}.md": "---\ntags: [Go]\n---\n![](a.png) ![](b.png) ![](c.png)\n" for n in (1, 2, 3)}
    posts |= {f"_posts/2024-01-0{n}-p{n}.md": "---\ntags: [go]\n---\n![](a.png) ![](b.png)\n" for n in (4, 5)}
    findings = checked(tmp_path, posts)
    tags = [(each.path, each.message) for each in findings if each.rule == "near-tag"]
    assert tags == [("_posts/2024-01-04-p4.md", 'the tag "go" of 2 posts is nearly "Go", which 3 posts have')]
    silent = [each.message for each in findings if each.rule == "alt-missing"]
    assert silent == [
        *["the image a.png has no alternative text, nor have 2 others"] * 3,
        *["the image a.png has no alternative text, nor has another"] * 2,
    ]


def test_series_with_gaps_and_titles_that_number_themselves(tmp_path: Path) -> None:
    part = "---\ntitle: {}\nseries: S\nseries_order: {}\n---\n"
    findings = checked(
        tmp_path,
        {
            "_posts/2024-01-01-a.md": part.format("A", 1),
            "_posts/2024-01-02-b.md": part.format("B", 2),
            "_posts/2024-01-03-d.md": part.format("D", 4),
            "_posts/2024-01-04-r1.md": "---\ntitle: Ropes, part 1\n---\n",
            "_posts/2024-01-05-r2.md": "---\ntitle: Ropes, part 2\n---\n",
        },
    )
    gap = next(each for each in findings if each.rule == "series-gap")
    assert ("no part 3" in gap.message, gap.path, gap.line) == (True, "_posts/2024-01-03-d.md", 4)
    proposed = next(each for each in findings if each.rule == "series-proposed")
    assert "accept_series = " in (proposed.hint or "")


def test_weights_in_tens_are_no_gaps(tmp_path: Path) -> None:
    part = "---\ntitle: {}\nseries: S\nweight: {}\n---\n"
    files = {"_posts/2024-01-01-a.md": part.format("A", 10), "_posts/2024-01-02-b.md": part.format("B", 20)}
    assert "series-gap" not in [each.rule for each in checked(tmp_path, files)]


def test_the_three_forms_say_the_same(tmp_path: Path) -> None:
    findings = checked(tmp_path, {"_posts/2024-01-05-f.md": "---\ntitle: 'F\n---\n"})
    assert check_json(findings)["findings"][0]["path"] == "_posts/2024-01-05-f.md"
    assert count_line(findings, 0).startswith("0 posts: 1 error")
    assert annotate(findings)[0].startswith("::error file=_posts/2024-01-05-f.md,line=")


def test_a_picture_of_a_draft_that_leads_out_of_the_blog_is_reported(tmp_path: Path) -> None:
    (tmp_path / "private.png").write_bytes(b"x")
    root = tmp_path / "blog"
    (root / "static").mkdir(parents=True)
    (root / "static/in.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (root / ".env").write_text("TOKEN=1")
    (root / "static/link.png").symlink_to(tmp_path / "private.png")
    images = '["/static/in.png", "https://c.example/a.png", {url: static/link.png}, ../private.png, gone.png, .env]'
    head = f"---\npost: a\npublished: 2026-11-24T08:30Z\nimages: {images}\n---\n## x\nHello\n"
    files = {"shares/a.md": head, "_posts/2024-01-05-a.md": "---\ntitle: A\n---\nx\n"}
    found = [each for each in checked(root, files) if each.rule == "draft-picture"]
    assert [(each.path, each.line, each.message.partition(", so")[0]) for each in found] == [
        ("shares/a.md", 4, "the picture ../private.png is outside the blog"),
        ("shares/a.md", 4, "the picture .env is not a picture (PNG, JPEG, GIF, WebP or AVIF)"),
        ("shares/a.md", 4, "the picture gone.png cannot be read: there is no such file in the blog"),
        ("shares/a.md", 4, "the picture static/link.png is outside the blog"),
    ]


def test_a_section_that_is_held_is_named_before_anything_is_built(tmp_path: Path) -> None:
    draft = f"---\npost: a\npublished: 2026-11-24T08:30Z\n---\n## x\n{'long ' * 60}\n## y\nHello\n## x @ nox\nHello\n"
    files = {"shares/a.md": draft, "_posts/2024-01-05-a.md": "---\ntitle: A\n---\nx\n"}
    found = reported(checked(tmp_path, files, Config(channels={"x": {}})))
    sections = [
        ("draft-too-long", "shares/a.md", 5),
        ("unknown-section", "shares/a.md", 7),
        ("unknown-section", "shares/a.md", 9),
    ]
    assert [each for each in found if each[1] == "shares/a.md"] == sections


def test_words_of_the_author_that_go_nowhere_are_named(tmp_path: Path) -> None:
    a, b, c = (f"_posts/2024-01-0{day}-{name}.md" for day, name in enumerate("abc", 1))
    findings = checked(
        tmp_path,
        {
            a: "---\ntitle: A\nshare: {x: 12, tooot: Hi, launch: Hi, twitter: {launch: Hi}, mastodon @ launch: Hi}\n---\n",
            b: "---\ntitle: B\nshare: [Hi]\n---\n",
            c: "---\ntitle: C\nshare: false\n---\n",
        },
    )
    assert [(each.path, each.line, each.message) for each in findings if each.rule == "share"] == [
        (a, 3, 'share: the text for "x" is not a text'),
        (a, 3, 'share: there is no channel or slot "tooot"'),
        (b, 3, "share: is not a text"),
    ]
