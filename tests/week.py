"""A small blog that is lived with: real Hugo, real git, the command as a person runs it, and a network on loopback."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from commands import Sharekit, git, under_git
from servers.mastodon import TOKEN, MastodonServer
from servers.wire import Reply, Request

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

WORDS = "Un rabot bien réglé glisse sans effort, et le bois reste lisse comme un galet. On règle le fer, puis la lumière."
FILES = '[channels.mastodon]\nkind = "files"\nlike = "mastodon"\n'


class Town(MastodonServer):
    """A Mastodon server that serves the blog's pages too; ``down`` maps a path to the status it answers."""

    live = True

    def __init__(self) -> None:
        super().__init__()
        self.down: dict[str, int] = {}

    def page(self, request: Request) -> Reply | None:
        if request.path.startswith("/api/"):
            return None
        return Reply(
            self.down.get(request.path, 200), b"<!DOCTYPE html><title>A page</title>", {"content-type": "text/html"}
        )


@dataclass
class Week:
    """The blog in ``folder``. What goes out lies in ``outbox/`` where its channels are files."""

    folder: Path
    sharekit: Sharekit
    base: str = "https://atelier.example/"
    environment: dict[str, str] = field(default_factory=lambda: {"SHAREKIT_MASTODON_TOKEN": TOKEN})

    def begin(self, settings: str = FILES, *, since: str = "2026-01-01") -> Week:
        """An empty blog with a configuration, under git."""
        self.folder.mkdir()
        hugo = f'baseURL = "{self.base}"\ntitle = "Carnet"\nlocale = "fr"\ndefaultContentLanguage = "fr"\n'
        self.write("hugo.toml", hugo + '[permalinks]\npost = "/post/:slug/"\n')
        self.write("sharekit.toml", f'since = {since}\ntimezone = "Europe/Paris"\n{settings}')
        self.write(".gitignore", ".sharekit/\npublic/\noutbox/\n")
        under_git(self.folder)
        return self

    def configure(self, settings: str) -> None:
        """Another configuration, with the same ``since``."""
        self.write("sharekit.toml", f'since = 2026-01-01\ntimezone = "Europe/Paris"\n{settings}')

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def article(self, name: str, date: str, *, words: str = WORDS, **front: Any) -> Path:
        """An article, ``content/post/NAME.md``; its slug is its name unless given."""
        values = {"title": name.capitalize(), "date": date, "slug": name, **front}
        header = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
        return self.write(f"content/post/{name}.md", f"---\n{header}---\n{words}\n")

    def run(self, *arguments: str, code: int | None = 0) -> str:
        """What a command says, on both streams; it has to end with ``code``."""
        done: subprocess.CompletedProcess[str] = self.sharekit(*arguments, cwd=self.folder, **self.environment)
        said = done.stdout + done.stderr
        assert "Traceback" not in said, said
        assert code is None or done.returncode == code, f"{arguments}: {done.returncode}\n{said}"
        return said

    def build(self, now: str | None = None, *, only: str = "shares", code: int = 0) -> str:
        return self.run("build", *(("--only", only) if only else ()), "-q", *_now(now), code=code)

    def approve(self) -> None:
        """Every draft is read, approved and merged."""
        for path in self.drafts():
            path.write_text(path.read_text().replace("status: draft", "status: approved"))
        self.commit()

    def commit(self) -> None:
        git("add", "-A", cwd=self.folder)
        git("commit", "-q", "--allow-empty", "-m", "more", cwd=self.folder)

    def draft(self, name: str) -> Path:
        return next(path for path in self.drafts() if name in path.name)

    def drafts(self) -> list[Path]:
        return sorted((self.folder / "shares").glob("*.md"))

    def plan(self, now: str | None = None) -> dict[str, list[dict[str, Any]]]:
        done = self.sharekit("plan", "--format", "json", *_now(now), cwd=self.folder, **self.environment)
        assert done.returncode in (0, 3), done.stderr
        made: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
        return made

    def state(self, name: str, now: str | None = None, *, slot: str = "launch") -> tuple[str, str]:
        """Where the share of an article stands, and when it goes out in Paris or why it does not."""
        for state, acts in self.plan(now).items():
            if state in ("next", "since"):
                continue
            for act in acts:
                if isinstance(act, dict) and name in act["key"] and act["slot"] == slot:
                    return state, act["reason"] or re.sub(r":\d\d[+-].*", "", act["at"])
        return "delivered", ""

    def deliver(self, now: str | None = None, *arguments: str, code: int | None = 0) -> str:
        return self.run("deliver", *_now(now), *arguments, code=code)

    def out(self) -> list[str]:
        """The texts that lie in the outbox, in order of their files' names."""
        return [json.loads(path.read_text())["text"] for path in sorted((self.folder / "outbox").rglob("*.json"))]


def _now(now: str | None) -> tuple[str, ...]:
    return ("--now", now) if now else ()


def ago(**span: float) -> str:
    """A moment of the real past (or future, with negative spans), for blogs whose network is real."""
    return (datetime.now(UTC) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")
