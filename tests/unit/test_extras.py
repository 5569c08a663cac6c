"""What CI installs for a configuration."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tools.extras import CHAT, extras

from sharekit.registry import declared

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("config", "environment", "expected"),
    [
        ({}, {}, []),
        ({"channels": {"salon": {"kind": "Discord"}}}, {}, ["chat"]),
        ({"channels": {"x": {}, "files": {}}}, {}, ["images"]),
        ({"issue": {"mailer": "smtp"}}, {}, ["smtp"]),
        ({"mailers": {"letter": {"kind": "smtp", "database": "postgresql://a@b/c"}}}, {}, ["postgres", "smtp"]),
        ({"ledger": {"url": "postgresql://a@b/c"}}, {}, ["postgres"]),
        ({}, {"SHAREKIT_LEDGER_URL": "postgresql+psycopg://a:b@c/d"}, ["postgres"]),
        ({"ledger": {"url": "sqlite:///ledger.sqlite"}}, {"SHAREKIT_LEDGER_URL": ""}, []),
        ({"source": {"kind": "hugo"}}, {}, ["hugo"]),
        ({"channels": "nonsense", "issue": []}, {}, []),
    ],
)
def test_a_configuration_gets_what_it_needs(
    tmp_path: Path, config: dict[str, Any], environment: dict[str, str], expected: list[str]
) -> None:
    assert extras(tmp_path, config, environment) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["hugo.yaml"], ["hugo"]),
        (["config/_default/hugo.toml"], ["hugo"]),
        (["config.toml"], ["hugo"]),
        (["config.toml", "templates/index.html"], []),
        (["_config.yml"], []),
        (["pelicanconf.py", "content/a.rst"], ["rst"]),
    ],
)
def test_a_blog_gets_what_its_generator_needs(tmp_path: Path, files: list[str], expected: list[str]) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert extras(tmp_path, {}, {}) == expected


def test_every_name_of_a_chat_room_is_known() -> None:
    chat: Any = declared("channels", "chat")
    assert {"chat", *chat.aliases} == CHAT


def test_what_is_installed_is_locked_and_nothing_else(project: Path) -> None:
    code = "import sys; sys.path.insert(0, 'tools'); from install import locked; print(locked(sys.argv[1:]))"
    command = [sys.executable, "-c", code]
    plain = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True, timeout=60).stdout
    names = set(re.findall(r"^([\w.-]+)==", plain, re.MULTILINE))
    assert {"click", "lxml", "markupsafe", "hatchling", "pathspec"} <= names, "with what these need in turn"
    assert not names & {"hugo", "pytest", "twisted", "sqlalchemy", "mkdocs"}
    assert plain.count("--hash=sha256:") > len(names)
    more = subprocess.run(
        [*command, "hugo", "smtp"], cwd=project, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert set(re.findall(r"^([\w.-]+)==", more, re.MULTILINE)) - names >= {"hugo", "sqlalchemy", "cryptography"}
