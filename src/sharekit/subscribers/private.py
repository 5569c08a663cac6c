"""Keeping the readers' addresses out of the blog's repository."""

from __future__ import annotations

from pathlib import Path

from sharekit.git import ask_git


def keep_out_of_git(file: Path) -> None:
    """Have git pass a new file over, with what SQLite lays beside it: in this clone's own exclude file (gitignore(5)).

    Does nothing where git passes it over already, where there is no git, and outside of a repository.
    """
    top = ask_git(file.parent, "rev-parse", "--show-toplevel")
    if top is None or ask_git(file.parent, "check-ignore", "--no-index", "-q", file.name) is not None:
        return
    place = ask_git(file.parent, "rev-parse", "--git-path", "info/exclude")
    if place is None:
        return
    exclude = file.parent / place
    exclude.parent.mkdir(parents=True, exist_ok=True)
    kept = exclude.read_text(encoding="utf-8", errors="surrogateescape") if exclude.exists() else ""
    name = file.resolve().relative_to(Path(top).resolve()).as_posix()
    end = "" if not kept or kept.endswith("\n") else "\n"
    with exclude.open("a", encoding="utf-8") as opened:
        opened.write(f"{end}/{_literal(name)}*\n")


def _literal(name: str) -> str:
    return "".join(f"\\{char}" if char in "\\*?[]!# " else char for char in name)
