from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from sharekit.errors import SourceError
from sharekit.sources.hugo.program import Hugo

if TYPE_CHECKING:
    from pathlib import Path


def program(folder: Path, script: str) -> Path:
    path = folder / "hugo"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_a_hugo_that_does_not_end_is_stopped(tmp_path: Path) -> None:
    hugo = Hugo(program=program(tmp_path, f'echo $$ > "{tmp_path}/pid"; exec sleep 60'), timeout=0.5)
    with pytest.raises(SourceError, match=r"after 0\.5 seconds") as caught:
        hugo.run([])
    assert "waits for" in str(caught.value.hint)
    pid = (tmp_path / "pid").read_text().strip()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_its_code_and_its_words_are_told(tmp_path: Path) -> None:
    output = Hugo(program=program(tmp_path, 'echo "$1"; echo no >&2; exit 3')).run(["build"])
    assert (output.returncode, output.stdout, output.stderr) == (3, "build\n", "no\n")
