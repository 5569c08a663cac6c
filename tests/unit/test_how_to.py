"""The pages that hints lead to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sharekit.registry import BUILT_IN, declared

ROOT = Path(__file__).resolve().parents[2]


def _places() -> set[tuple[str, str]]:
    """The pages that channels, mailers and steps name, each with its anchor."""
    found = set()
    for path in (ROOT / "src" / "sharekit").glob("*/*.py"):
        text = path.read_text()
        found |= set(re.findall(r"(docs/how-to/\w+\.md)#([\w-]+)", text))
        for page in re.findall(r'^PAGE = "(.*)"$', text, re.MULTILINE):
            found |= {(page, anchor) for anchor in re.findall(r"\{PAGE\}#([\w-]+)", text)}
    return found


PLACES = sorted(_places())


@pytest.mark.parametrize(("page", "anchor"), PLACES)
def test_what_a_hint_leads_to_is_there(page: str, anchor: str) -> None:
    text = (ROOT / page).read_text()
    headings = [heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)]
    assert f'<a id="{anchor}"></a>' in text or anchor in headings


def test_there_is_something_to_look_for() -> None:
    assert len(PLACES) > 15


@pytest.mark.parametrize("kind", [*BUILT_IN["channels"], *BUILT_IN["mailers"]])
def test_each_page_says_how_long_a_credential_lives_and_how_to_renew_it(kind: str) -> None:
    port = "channels" if kind in BUILT_IN["channels"] else "mailers"
    for credential in declared(port, kind).SECRETS:  # type: ignore[arg-type]  # one of the two
        text = (ROOT / credential.page).read_text()
        assert re.search(r"\brenew\b", text) or kind == "smtp", credential.page
        assert re.search(r"\b(?:does|do) not end\b|\bends after\b", text) or kind == "smtp", credential.page
