"""Makes ``src/sharekit/issue/caniemail.json`` from a checkout of https://github.com/hteumeuleu/caniemail.

    python tools/caniemail.py PATH-TO-ITS-GIT-DIRECTORY

Each feature is one letter for each client: y yes, a with a condition, n no, u unknown, - not tested. Where a client has
several versions the newest counts. The facts are Can I email's, by Rémi Parmentier and contributors, MIT.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).parent.parent / "src" / "sharekit" / "issue" / "caniemail.json"


def main(repository: str) -> None:
    """Write the table."""
    commit = _git(repository, "rev-parse", "HEAD").strip()
    names = [
        name
        for name in _git(repository, "ls-tree", "-r", "--name-only", "HEAD", "_features").split()
        if name.endswith(".md")
    ]
    support: dict[str, dict[str, str]] = {}
    for name in names:
        text = _git(repository, "show", f"HEAD:{name}")
        facts = yaml.safe_load(re.split(r"^---\s*$", text, flags=re.MULTILINE)[1].replace("\t", "  "))
        support[Path(name).stem] = dict(_answers(facts.get("stats") or {}))
    clients = sorted({client for answers in support.values() for client in answers})
    table = {
        "source": "https://www.caniemail.com, https://github.com/hteumeuleu/caniemail",
        "licence": "MIT, Copyright (c) Rémi Parmentier and contributors",
        "commit": commit,
        "clients": clients,
        "features": {name: "".join(answers.get(each, "-") for each in clients) for name, answers in sorted(support.items())},
    }
    TABLE.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{len(support)} features × {len(clients)} clients")


def _answers(stats: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (f"{family}/{platform}", _newest(versions))
        for family, platforms in stats.items()
        for platform, versions in (platforms or {}).items()
        if versions
    ]


def _newest(versions: dict[Any, Any]) -> str:
    return str(versions[max(versions, key=_rank)]).strip()[:1].lower() or "u"


def _rank(version: object) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", str(version))] or [0]


def _git(repository: str, *arguments: str) -> str:
    return subprocess.run(["git", "-C", repository, *arguments], capture_output=True, check=True, encoding="utf-8").stdout


if __name__ == "__main__":
    main(sys.argv[1])
