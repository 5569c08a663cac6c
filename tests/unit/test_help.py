"""``sharekit help``: every page and section that a message names is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from sharekit.cli.app import group

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
        own = re.search(r'^PAGE = "sharekit help ([\w-]+)', text, re.MULTILINE)
        page = own[1] if own else "mailchimp" if "mailchimp_account import" in text else "bluesky"
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
