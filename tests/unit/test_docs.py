"""Every configuration and every command of the documentation is one that sharekit takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from sharekit.cli.app import group
from sharekit.configuration import load_config

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?: {4}| {4}\$ |\$ |)(?:[A-Z_]+=\S+ )*(?:\S* && )?(sharekit [a-z].*)$")


def blocks() -> Iterator[object]:
    for page in PAGES:
        for number, text in enumerate(FENCE.findall(page.read_text(encoding="utf-8"))):
            if (
                re.search(r"^\[", text, re.MULTILINE)
                and "[tool." not in text
                and "[project" not in text
                and "haiku" not in text
            ):
                yield pytest.param(text, id=f"{page.stem}-{number}")


@pytest.mark.parametrize("text", list(blocks()))
def test_a_configuration_of_the_documentation_is_right(tmp_path: Path, text: str) -> None:
    (tmp_path / "sharekit.toml").write_text(text, encoding="utf-8")
    load_config(tmp_path, None)


def commands() -> Iterator[object]:
    for page in PAGES:
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
            found = COMMAND.match(line)
            if found and not line.startswith("sharekit "):
                yield pytest.param(found[1], id=f"{page.stem}:{number}")


def in_ci() -> Iterator[object]:
    for page in sorted((ROOT / "templates" / "ci").rglob("*")):
        for line in page.read_text(encoding="utf-8").splitlines() if page.is_file() else ():
            if found := re.search(r"/(sharekit [a-z].*)$", line):
                yield pytest.param(found[1], id=f"{page.name}: {found[1]}")


@pytest.mark.parametrize("line", [*commands(), *in_ci()])
def test_a_command_of_the_documentation_exists_with_its_options(line: str) -> None:
    words = shlex.split(re.split(r"\s{2,}|\s[#>|]|\s&&|\s\|\||\s\(", line)[0].replace("…", "x"))[1:]
    command: click.Command = group
    context = click.Context(group, info_name="sharekit")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no {words[0]}"
        command, words = found, words[1:]
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {
        "--help",
        "-h",
        "--version",
    }
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known
