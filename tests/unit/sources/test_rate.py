"""Long texts of one sign are read to their end. With a pattern that looks from every sign to the end this takes minutes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sharekit.config import Config
from sharekit.content import cleaned, plain_text
from sharekit.registry import open_source
from sharekit.series import find_series, propose_series
from sharekit.sources.front import Unreadable, read_yaml
from sharekit.sources.markdown.python import pelican_metadata
from sharekit.sources.markdown.render import first_heading, render
from sharekit.text.sentences import excerpt, sentences

if TYPE_CHECKING:
    from pathlib import Path

LENGTH = 48_000
UNITS = (
    "[", "]", "(", ")", "<", ">", "{", "}", "*", "_", "`", "~", "#", "|", "!", "-", "=", ":", ";", "&", "\\", "\n", " ", "1", "A",
    "[[", "](", "![", "<a ", "<div>", "<b>", "<ul><li>", "</p>", "<!--", "{{", "{{<", "{%", "{% link ", "{:.", "a{.", "](x.md",
    "<head", "<meta ", "1. ", "- ", "> ", "e.g. ", "Mr. A ", "x. ", "the A ", "part 1 ", "une série ", "[a](/b/) ",
    "<div><em>", "<em>", "<h2>", "<noscript>", "<source>", "“", "«",
)  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_an_article_of_one_sign(unit: str, tmp_path: Path) -> None:
    text = unit * (LENGTH // len(unit))
    introduced = f"Cet article fait partie d'une série :\n\n- [a](a.md)\n\n{text} {{ .md"
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text(f"---\ntitle: A\ndate: 2026-01-01\n---\n{introduced}\n", encoding="utf-8")
    reading = open_source(tmp_path, Config(), now=datetime(2026, 11, 1, tzinfo=UTC)).read()
    (post,) = reading.posts
    assert find_series(reading.posts)[0] == ()
    assert cleaned(post.html, post.url) is not None
    assert len(excerpt(plain_text(post.html), 300)) <= 300
    assert sentences(text) is not None


@pytest.mark.parametrize("unit", UNITS)
def test_a_title_of_one_sign(unit: str, tmp_path: Path) -> None:
    title = (unit * (LENGTH // 2 // len(unit))).replace("\n", " ")
    (tmp_path / "posts").mkdir()
    for number in (1, 2):
        text = f"---\ndate: 2026-01-0{number}\nseries: S\n---\n# a {title} {number}\n"
        (tmp_path / "posts" / f"{number}.md").write_text(text, encoding="utf-8")
    posts = open_source(tmp_path, Config(), now=datetime(2026, 11, 1, tzinfo=UTC)).read().posts
    assert len(posts) == 2
    series, _ = find_series(posts)
    assert [len(each.members) for each in series] == [2]
    assert propose_series(posts, series) == ()


@pytest.mark.parametrize("unit", ["<head>", "<head", "<title>", "<head><title>", "<meta ", "<body", "<body>"])
def test_a_page_of_metadata(unit: str) -> None:
    assert pelican_metadata(unit * (LENGTH // len(unit)), "html")[0].keys() <= {"title"}


@pytest.mark.parametrize(
    "unit", ["{", "{{", "}{", "<a x={y} ", "import a\n\n", "$a ", "{/* ", "<A.b ", "{`", '<A "', "</A>\n"]
)
def test_an_article_of_mdx_of_one_sign(unit: str) -> None:
    assert render(unit * (LENGTH // len(unit)), "mdx") is not None


def test_a_heading_with_much_space() -> None:
    assert first_heading("# a" + " #" * LENGTH + "b")[1] == ""
    assert first_heading("# C# and F# ##\nx") == ("C# and F#", "x")
    assert first_heading("# C#\nx") == ("C#", "x")
    assert first_heading("# Un fer {#fer}\nx") == first_heading("# Un fer { #fer .bleu }\nx") == ("Un fer", "x")
    assert first_heading("# Un {fer}\nx") == ("Un {fer}", "x")


@pytest.mark.parametrize("text", ["a: " + "[" * 150_000, "a: " + "{a: " * 40_000, "a:\n" + "- " * 90_000, "? " * 90_000])
def test_yaml_that_is_nested_without_end(text: str) -> None:
    with pytest.raises(Unreadable, match=r"nested too deeply|not valid"):
        read_yaml(text)


def test_yaml_that_is_only_long_is_read() -> None:
    text = "".join(f"k{n}: [a, {{b: c}}]\n" for n in range(1000)) + f"title: '{'[' * 25_000}'\n"
    assert len(read_yaml(text)) == 1001


def test_a_row_of_very_many_cells_is_no_table() -> None:
    row = "|a" * 30_000 + "|\n" + "|-" * 30_000 + "|\n"
    assert "<table>" not in render(row, "markdown")
    assert "<table>" in render("|a|b|\n|-|-|\n|1|2|\n", "markdown")
