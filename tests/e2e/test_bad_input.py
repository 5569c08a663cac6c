"""Each thing that a person gets wrong: one clear message with the place and what to do, and nothing half written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import feedparser
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Sharekit

POST = "---\ntitle: {title}\ndate: {date}\n---\n{body}\n"


def write(blog: Path, text: str, name: str = "new.md") -> None:
    (blog / "content" / "post" / name).write_text(text, encoding="utf-8")


def made(blog: Path) -> set[str]:
    return {name for name in ("public", "issues", "shares") if (blog / name).exists()}


def test_a_folder_without_a_blog(tmp_path: Path, sharekit: Sharekit) -> None:
    done = sharekit("build", cwd=tmp_path)

    assert done.returncode == 3
    assert "no blog was found here" in done.stderr
    assert "sharekit build ~/blog" in done.stderr


def test_a_folder_that_is_not_there(tmp_path: Path, sharekit: Sharekit) -> None:
    done = sharekit("build", "nowhere", cwd=tmp_path)

    assert done.returncode == 3
    assert "nowhere: there is no such folder" in done.stderr


def test_a_configuration_that_hugo_rejects(blog: Path, sharekit: Sharekit) -> None:
    (blog / "hugo.yaml").write_text("baseURL: https://atelier.example/\ntitle: [\n", encoding="utf-8")

    done = sharekit("build", cwd=blog)

    assert done.returncode == 3
    assert "error: hugo.yaml:2:" in done.stderr
    assert not made(blog)


@pytest.mark.parametrize(
    ("text", "place", "cause"),
    [
        ('---\ntitle: "x\ndate: 2026-01-01\n---\n', "new.md:2:", "its front matter is broken"),
        ('+++\ntitle = "x\n+++\n', "new.md:2:", "its front matter is broken"),
        (POST.format(title="x", date="2026-02-30", body=""), "new.md:3:", 'the date "2026-02-30" does not exist'),
        (POST.format(title="x", date="demain", body=""), "new.md:3:", 'the date "demain" does not exist or is not written'),
        (POST.format(title="x", date="2026-02-03", body="{{< absent >}}"), "new.md:5:", 'shortcode "absent" not found'),
    ],
)
def test_a_post_for_which_hugo_refuses_the_site(blog: Path, sharekit: Sharekit, text: str, place: str, cause: str) -> None:
    write(blog, text)

    done = sharekit("build", cwd=blog)

    assert done.returncode == 3
    assert f"error: content/post/{place}" in done.stderr
    assert cause in done.stderr
    assert "Correct it and run again" in done.stderr
    assert not made(blog)
    assert sharekit("check", cwd=blog).returncode == 3
    assert "content/post/new.md" in sharekit("posts", cwd=blog).stdout


def test_a_refused_post_leaves_what_was_there(blog: Path, sharekit: Sharekit) -> None:
    sharekit("build", cwd=blog)
    before = (blog / "public" / "index.xml").read_bytes()
    write(blog, '---\ntitle: "x\n---\n')

    assert sharekit("build", cwd=blog).returncode == 3
    assert (blog / "public" / "index.xml").read_bytes() == before


def test_posts_without_title_or_date_are_left_out_by_name(blog: Path, sharekit: Sharekit) -> None:
    write(blog, "---\ndate: 2026-02-03\n---\n", "untitled.md")
    write(blog, "---\ntitle: No day\n---\n", "undated.md")

    done = sharekit("build", cwd=blog)

    assert done.returncode == 0
    assert "6 published" in done.stdout
    assert "2 skipped" in done.stdout
    assert "content/post/untitled.md: it has no title" in done.stdout
    assert "content/post/undated.md: it has no date" in done.stdout


def test_an_image_that_is_not_there(blog: Path, sharekit: Sharekit) -> None:
    write(blog, "---\ntitle: x\ndate: 2026-02-03\nimage: gone.png\n---\n")

    done = sharekit("build", cwd=blog)

    assert done.returncode == 0
    assert (
        done.stderr.count("warning: content/post/new.md: the featured image https://atelier.example/2026/02/x/gone.png") == 1
    )


def test_control_characters_are_left_out_and_told(blog: Path, sharekit: Sharekit) -> None:
    write(blog, '---\ntitle: "ding \\u0007 dong"\ndate: 2026-05-03\n---\nbefore\x0b\x08after\n')

    done = sharekit("build", cwd=blog)

    assert done.returncode == 0
    assert "warning: content/post/new.md: it holds control characters" in done.stderr
    feed = feedparser.parse((blog / "public" / "index.xml").read_bytes())
    assert not feed.bozo
    assert feed.entries[0].title == "ding  dong"
    assert "\\u0007" not in "".join(path.read_text(encoding="utf-8") for path in (blog / "shares").glob("*.md"))


def test_a_word_that_looks_like_an_escape_is_no_control_character(blog: Path, sharekit: Sharekit) -> None:
    write(blog, POST.format(title="x", date="2026-05-03", body="`\\u0001` and `\\b`"))

    assert "control characters" not in sharekit("build", cwd=blog).stderr


def test_a_configuration_file_that_is_not_there(blog: Path, sharekit: Sharekit) -> None:
    done = sharekit("build", "--config", "absent.toml", cwd=blog)

    assert done.returncode == 2
    assert "error: absent.toml: there is no such file" in done.stderr


def test_an_unknown_key_with_the_one_that_was_meant(blog: Path, sharekit: Sharekit) -> None:
    (blog / "sharekit.toml").write_text("[shares]\nhastags = 3\n", encoding="utf-8")

    done = sharekit("build", cwd=blog)

    assert done.returncode == 2
    assert 'sharekit.toml:2: unknown key "hastags" in [shares].' in done.stderr
    assert 'Did you mean "hashtags"?' in done.stderr


def test_an_output_that_cannot_be_written(blog: Path, sharekit: Sharekit) -> None:
    (blog / "public").write_text("a file where a folder should be", encoding="utf-8")

    done = sharekit("build", cwd=blog)

    assert done.returncode == 3
    assert "cannot be written" in done.stderr
    assert "--output" in done.stderr
    assert (blog / "public").read_text(encoding="utf-8") == "a file where a folder should be"


def test_a_missing_theme_is_told_and_the_posts_are_read(blog: Path, sharekit: Sharekit) -> None:
    with (blog / "hugo.yaml").open("a", encoding="utf-8") as file:
        file.write("theme: absent\n")
    write(blog, POST.format(title="x", date="2026-02-03", body="{{< of-the-theme >}}"))

    done = sharekit("build", cwd=blog)

    assert done.returncode == 0
    assert "7 published" in done.stdout
    assert "warning: The theme could not be loaded" in done.stderr
    assert 'The shortcode "of-the-theme" comes from the missing theme' in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["biuld"], "error: No such command 'biuld'. Did you mean \"build\"?"),
        (["build", "--now", "tomorrow"], "write it as 2026-11-23T08:30:00+01:00"),
    ],
)
def test_a_command_that_was_mistyped(tmp_path: Path, sharekit: Sharekit, arguments: list[str], message: str) -> None:
    done = sharekit(*arguments, cwd=tmp_path)

    assert done.returncode == 2
    assert message in done.stderr
    assert "--help" in done.stderr
