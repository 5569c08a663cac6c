from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sharekit.cli.github import MOST_OUTPUT, write_github_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    return tmp_path


def _outputs(text: str) -> dict[str, str]:
    """As the runner reads them: ``name<<mark``, the value, ``mark``."""
    found = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, _, mark = line.partition("<<")
        value = []
        for inner in lines:
            if inner == mark:
                break
            value.append(inner)
        found[name] = "\n".join(value)
    return found


def test_a_value_with_lines_of_its_own_cannot_begin_another_output(step: Path) -> None:
    write_github_files(outputs={"plan-json": 'x\nEOF\nfailed=0\nfailed<<EOF\n{"a": 1}'})
    assert list(_outputs((step / "output").read_text())) == ["plan-json"]


def test_the_summary_is_added_to_what_is_there(step: Path) -> None:
    (step / "summary").write_text("before\n")
    write_github_files(summary="### one")
    assert (step / "summary").read_text() == "before\n### one\n\n"
    assert _outputs((step / "output").read_text()) == {"summary": "### one"}


def test_a_summary_over_the_limit_is_cut_and_a_json_over_it_is_left_out(step: Path) -> None:
    write_github_files(summary="line é\n" * 400_000, outputs={"plan-json": json.dumps("x" * MOST_OUTPUT)})
    assert (step / "summary").stat().st_size < 1 << 20
    assert (step / "summary").read_text().rstrip().endswith("which does not fit here.")
    assert _outputs((step / "output").read_text())["plan-json"] == ""


def test_outside_of_a_workflow_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    write_github_files(summary="x", outputs={"a": "b"})
    assert list(tmp_path.iterdir()) == []
