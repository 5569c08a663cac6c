"""Lint what CI runs: our workflows and action, and the files that ``sharekit init`` writes from templates/ci.

zizmor and check-jsonschema read them, shellcheck reads every ``run:`` and ``script:`` in them, systemd reads the units
where there is a systemd. All of it works without the network. Exit code 1 on the first finding above informational.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sharekit.model import Site
from sharekit.registry import BUILT_IN, credentials
from sharekit.steps.init.answers import PLACES, Answers, Origin, Repository
from sharekit.steps.init.write import propose, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sharekit.registry import Port

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PORTS: tuple[Port, ...] = ("channels", "mailers")
SCHEMAS = {
    "action.yml": "vendor.github-actions",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "dependabot.yml": "vendor.dependabot",
}


def main(folders: Sequence[str]) -> int:
    """Lint the files of ``folders``, else this project's and those that are made from the templates."""
    if folders:
        return lint([path for folder in folders for path in find(Path(folder))])
    with tempfile.TemporaryDirectory(prefix="sharekit-lint-") as scratch:
        made = render(Path(scratch))
        return lint([*find(ROOT / ".github"), ROOT / "action.yml", *made])


def render(scratch: Path) -> list[Path]:
    """Every file of every place, with every secret there is, and without any."""
    paths: list[Path] = []
    every = {
        variable: each.scope
        for port in PORTS
        for kind in BUILT_IN[port]
        for variable, each in credentials(port, kind, {}).items()
    }
    for name, secrets in (("all", every), ("none", dict[str, str]())):
        folder = scratch / name
        answers = Answers(
            site=Site(title="A blog", url="https://blog.example/", language="en"),
            repository=Repository(root=folder),
            timezone="UTC",
            since=datetime(2026, 1, 1, tzinfo=UTC),
            channels={},
            origin=Origin(url="https://github.com/example/sharekit", ref="0" * 40, version="1.0.0"),
            credentials=secrets,
            places=PLACES,
        )
        proposed = propose(answers)
        write(folder, proposed)
        paths += [folder / each.path for each in proposed]
    return paths


def find(folder: Path) -> list[Path]:
    """The files below a folder that this can read."""
    return sorted(path for path in folder.rglob("*") if path.suffix in (".yml", ".yaml", ".service", ".timer"))


def lint(paths: Iterable[Path]) -> int:
    """0 when no linter objects."""
    failed = 0
    for path in paths:
        for command, text in commands(path):
            done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
            if done.returncode:
                failed = 1
                print(f"{path}: {Path(command[0]).name}\n{done.stdout}{done.stderr}", file=sys.stderr)
    return failed


def commands(path: Path) -> Iterator[tuple[list[str], str | None]]:
    """The linters for one file, each with what it is given on standard input."""
    if path.suffix in (".service", ".timer"):
        if shutil.which("systemd-analyze") and path.suffix == ".timer":
            yield ["systemd-analyze", "verify", "--man=no", *_units(path)], None
        return
    if path.suffix not in (".yml", ".yaml"):
        return
    schema = _schema(path)
    if schema:
        yield [str(BIN / "check-jsonschema"), "--builtin-schema", schema, str(path)], None
    if schema in ("vendor.github-actions", "vendor.github-workflows", "vendor.dependabot"):
        yield [str(BIN / "zizmor"), "--offline", "--quiet", "--no-progress", "--min-severity", "low", str(path)], None
    for script in scripts(yaml.safe_load(path.read_text(encoding="utf-8"))):
        # What a runner fills in before the shell sees it must not be in a script; zizmor holds that for GitHub.
        yield [str(BIN / "shellcheck"), "--shell=bash", "--severity=style", "-"], "#!/bin/bash\n" + script


def _schema(path: Path) -> str | None:
    if path.parent.name == "workflows":
        return "vendor.github-workflows"
    if path.parent.name == "ISSUE_TEMPLATE":
        return "vendor.github-issue-config" if path.stem == "config" else "vendor.github-issue-forms"
    return SCHEMAS.get(path.name)


def _units(timer: Path) -> list[str]:
    """The timer and its service with the capitals filled in: systemd refuses a program that is not there."""
    filled = []
    for path in (timer, timer.with_suffix(".service")):
        text = path.read_text(encoding="utf-8").replace("/PATH/TO/sharekit", "/bin/true").replace("/PATH/TO/BLOG", "/")
        path.write_text(re.sub(r"^User=USER$", "User=root", text, flags=re.MULTILINE), encoding="utf-8")
        filled.append(str(path))
    return filled


def scripts(node: Any) -> Iterator[str]:
    """Every shell script in a workflow, an action or a GitLab pipeline."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "run" and isinstance(value, str):
                yield value
            elif key in ("script", "before_script", "after_script") and isinstance(value, list):
                yield "\n".join(map(str, value))
            else:
                yield from scripts(value)
    elif isinstance(node, list):
        for value in node:
            yield from scripts(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
