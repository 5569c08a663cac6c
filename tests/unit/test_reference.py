from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest

if TYPE_CHECKING:
    from pathlib import Path


def test_the_reference_is_what_the_code_says(project: Path) -> None:
    command = [sys.executable, str(project / "tools" / "reference.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run python tools/reference.py\n{done.stderr}"


def test_the_schema_takes_a_right_configuration_and_refuses_a_wrong_one(project: Path) -> None:
    schema = json.loads((project / "docs" / "sharekit.schema.json").read_text(encoding="utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    check.validate({"since": "2026-11-23", "shares": {"approve": "merge"}, "channels": {"x": {"thread": "none"}}})
    with pytest.raises(jsonschema.ValidationError):
        check.validate({"shares": {"hastags": 3}})
