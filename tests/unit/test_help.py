"""``sharekit help``: every page and section that a message names is there."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from sharekit.cli.app import group
from sharekit.errors import ConfigError

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
        if anchors := re.findall(r"\{PAGE\}#([\w-]+)", text):
            module = ".".join(path.relative_to(project / "src").with_suffix("").parts)
            page = importlib.import_module(module).PAGE.removeprefix("sharekit help ")
            named |= {f"{page}#{anchor}" for anchor in anchors}
        named |= set(re.findall(r"sharekit help ([\w-]+(?:#[\w-]+)?)", text))
    assert len(named) > 20
    missing = []
    for topic in sorted(named):
        try:
            assert said(topic).strip()
        except ConfigError:
            missing.append(topic)
    assert missing == []


def test_a_verb_has_its_usage_and_its_page() -> None:
    shown = said("shares")
    assert "sharekit list" not in shown
    assert "shares [OPTIONS] COMMAND" in shown
    assert "# Your share drafts" in shown


@pytest.mark.parametrize("topic", ["linkdin", "linkedin#tokn"])
def test_what_is_not_there_is_an_error(topic: str) -> None:
    with pytest.raises(Exception, match=r"there is no page|has no section"):
        said(topic)
