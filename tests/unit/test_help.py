"""``sharekit help``: every page and section that a message names is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from sharekit.cli.app import group
from sharekit.registry import BUILT_IN, Port, declared

if TYPE_CHECKING:
    from pathlib import Path


def said(*topics: str) -> str:
    done = CliRunner().invoke(group, ["help", *topics], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.output


def test_every_page_and_section_that_a_message_names_is_there(project: Path) -> None:
    named = set()
    for path in (project / "src").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        source = re.search(r"from sharekit\.([\w.]+) import (?:\([^)]*|[^\n(]*)\bPAGE\b", text)
        where = (project / "src/sharekit" / f"{source[1].replace('.', '/')}.py").read_text() if source else text
        own = re.search(r'^PAGE = "sharekit help ([\w-]+)', where, re.MULTILINE)
        page = own[1] if own else ""
        named |= {f"{page}#{anchor}" for anchor in re.findall(r"\{PAGE\}#([\w-]+)", text)}
        named |= set(re.findall(r"sharekit help ([\w-]+(?:#[\w-]+)?)", text))
    assert len(named) > 20
    for topic in sorted(named):
        assert said(topic).strip(), topic


def test_a_verb_has_its_usage_and_its_page() -> None:
    shown = said("shares")
    assert "sharekit list" not in shown
    assert "shares [OPTIONS] COMMAND" in shown
    assert "# Your share drafts" in shown


@pytest.mark.parametrize("topic", ["linkdin", "linkedin#tokn"])
def test_what_is_not_there_is_an_error(topic: str) -> None:
    with pytest.raises(Exception, match=r"there is no page|has no section"):
        said(topic)


@pytest.mark.parametrize("kind", [*BUILT_IN["channels"], *(each for each in BUILT_IN["mailers"] if each != "smtp")])
def test_each_page_says_how_long_a_credential_lives_and_how_to_renew_it(kind: str) -> None:
    port: Port = "channels" if kind in BUILT_IN["channels"] else "mailers"
    for credential in declared(port, kind).SECRETS:
        page = said(credential.page.removeprefix("sharekit help "))
        assert re.search(r"\b(?:does|do) not expire\b|\bexpires after\b", page)
        assert re.search(r"\b(?:renew|replace)\b", page)
