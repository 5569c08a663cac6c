"""The time to read a text grows with its length, and not with its square: no pattern looks from every sign to the end."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sharekit.config import Config
from sharekit.content import cleaned, plain_text
from sharekit.registry import open_source
from sharekit.series import find_series, propose_series
from sharekit.sources.markdown.metadata import metadata
from sharekit.sources.markdown.rules import first_heading
from sharekit.sources.yaml import YamlError, read_yaml
from sharekit.text.sentences import excerpt, sentences

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LENGTH = 48_000
# Seconds of this process for what takes some hundredths; the square would take a minute.
MOST = 4.0
UNITS = (
    "[", "]", "(", ")", "<", ">", "{", "}", "*", "_", "`", "~", "#", "|", "!", "-", "=", ":", ";", "&", "\\", "\n", " ", "1", "A",
    "[[", "](", "![", "<a ", "<div>", "<b>", "<ul><li>", "</p>", "<!--", "{{", "{{<", "{%", "{% link ", "{:.", "a{.", "](x.md",
    "<head", "<meta ", "1. ", "- ", "> ", "e.g. ", "Mr. A ", "x. ", "the A ", "part 1 ", "une série ", "[a](/b/) ",
    "<div><em>", "<em>", "<h2>", "<noscript>", "<source>", "“", "«",
)  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


@pytest.mark.parametrize("unit", UNITS)
def test_an_article_of_one_sign(unit: str, tmp_path: Path) -> None:
    text = unit * (LENGTH // len(unit))
    introduced = f"Cet article fait partie d'une série :\n\n- [a](a.md)\n\n{text} {{ .md"
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text(f"---\ntitle: A\ndate: 2026-01-01\n---\n{introduced}\n", encoding="utf-8")

    def read() -> None:
        reading = open_source(tmp_path, Config(), now=datetime(2026, 11, 1, tzinfo=UTC)).read()
        (post,) = reading.posts
        find_series(reading.posts)
        cleaned(post.html, post.url)
        excerpt(plain_text(post.html), 300)
        sentences(text)

    assert seconds(read) < MOST


@pytest.mark.parametrize("unit", UNITS)
def test_a_title_of_one_sign(unit: str, tmp_path: Path) -> None:
    title = (unit * (LENGTH // 2 // len(unit))).replace("\n", " ")
    (tmp_path / "posts").mkdir()
    for number in (1, 2):
        text = f"---\ndate: 2026-01-0{number}\nseries: S\n---\n# a {title} {number}\n"
        (tmp_path / "posts" / f"{number}.md").write_text(text, encoding="utf-8")

    def read() -> None:
        posts = open_source(tmp_path, Config(), now=datetime(2026, 11, 1, tzinfo=UTC)).read().posts
        assert len(posts) == 2
        series, _ = find_series(posts)
        propose_series(posts, series)
        propose_series(posts, ())

    assert seconds(read) < MOST


@pytest.mark.parametrize("unit", ["<head>", "<head", "<title>", "<head><title>", "<meta ", "<body", "<body>"])
def test_a_page_of_metadata(unit: str) -> None:
    assert seconds(lambda: metadata(unit * (LENGTH // len(unit)), "html")) < MOST


def test_a_heading_with_much_space() -> None:
    assert seconds(lambda: first_heading("# a" + " #" * LENGTH + "b")) < MOST
    assert first_heading("# C# and F# ##\nx") == ("C# and F#", "x")
    assert first_heading("# C#\nx") == ("C#", "x")


@pytest.mark.parametrize("text", ["a: " + "[" * 150_000, "a: " + "{a: " * 40_000, "a:\n" + "- " * 90_000, "? " * 90_000])
def test_yaml_that_is_nested_without_end(text: str) -> None:
    def read() -> None:
        with pytest.raises(YamlError, match=r"nested too deeply|not valid"):
            read_yaml(text)

    assert seconds(read) < MOST


def test_yaml_that_is_only_long_is_read() -> None:
    text = "".join(f"k{n}: [a, {{b: c}}]\n" for n in range(1000)) + f"title: '{'[' * 25_000}'\n"
    assert len(read_yaml(text).value) == 1001
