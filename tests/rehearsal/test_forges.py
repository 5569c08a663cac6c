"""The generated workflows on real runners. ``python -m rehearsal.forges`` in the tests folder runs all six setups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rehearsal.forges import SETUPS, rehearse, world

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hugo-mailchimp-github", "astro-forgejo", "hugo-gitlab"])
def test_what_is_pushed_is_drafted_reviewed_and_goes_out_once(tmp_path: Path, name: str) -> None:
    with world() as servers:
        rehearse(SETUPS[name], tmp_path, servers)
