"""The preview on this machine, made again when a file was saved. It answers loopback alone, and needs no script to read."""

from __future__ import annotations

import contextlib
import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGES = "/.changes"
# A page asks for the number of changes, and loads again when it is another one than its own.
RELOAD = (
    "<script>setInterval(()=>fetch('%s').then(answer=>answer.text()).then(count=>count==%d||location.reload()),250)</script>"
    '<noscript><meta http-equiv="refresh" content="3"></noscript></head>'
)
# What sharekit, git and generators write, and what is no source of a blog.
NOT_WATCHED = {".git", ".sharekit", "node_modules", ".venv", "public", "_site", "resources", "dist", "__pycache__"}
DRAFTS = {"shares", "issues"}
MADE = {".html", ".txt", ".eml"}
NAMES = ("127.0.0.1", "localhost", "[::1]")


def stamps(root: Path, *, drafts: bool = True) -> dict[str, int]:
    """The files of a blog that a person edits, and when each was written; without ``drafts`` those of the articles."""
    found: dict[str, int] = {}
    for folder, folders, files in os.walk(root):
        here = Path(folder).relative_to(root).parts
        folders[:] = [name for name in folders if name not in NOT_WATCHED and (drafts or here or name not in DRAFTS)]
        for name in files:
            path = Path(folder, name)
            if here[:1] == ("issues",) and path.suffix in MADE:
                continue
            with contextlib.suppress(OSError):
                found[str(path)] = path.stat().st_mtime_ns
    return found


class PreviewServer(ThreadingHTTPServer):
    """Serves the blog's folder. ``again`` makes the pages anew; ``port`` 0 is a free one."""

    daemon_threads = True

    def __init__(self, root: Path, place: Path, again: Callable[[], None], *, port: int) -> None:
        super().__init__(("127.0.0.1", port), partial(_Handler, directory=str(root)))
        self.url = f"http://127.0.0.1:{self.server_port}/{quote((place / 'index.html').relative_to(root).as_posix())}"
        self._root = root
        self._again = again
        self._lock = threading.Lock()
        self._seen, self._changes = stamps(root), 0

    def changes(self) -> int:
        """How often files were saved; the pages are made anew after each time."""
        with self._lock:
            now = stamps(self._root)
            if now != self._seen:
                self._seen = now
                self._changes += 1
                self._again()
            return self._changes


class _Handler(SimpleHTTPRequestHandler):
    server: PreviewServer

    def do_GET(self) -> None:
        # Another site's page must not read drafts through a name that it points at this machine.
        if (self.headers.get("host") or "").rpartition(":")[0] not in NAMES:
            self.send_error(403)
        elif self.path == CHANGES:
            self._answer(str(self.server.changes()), "text/plain")
        elif any(part.startswith(".") and part != ".sharekit" for part in unquote(urlsplit(self.path).path).split("/")):
            # Nobody's to read: git's files, and secrets such as those in .env.
            self.send_error(404)
        elif (page := Path(self.translate_path(self.path))).suffix == ".html" and page.is_file():
            reload = RELOAD % (CHANGES, self.server.changes())
            self._answer(page.read_text(encoding="utf-8").replace("</head>", reload, 1), "text/html; charset=utf-8")
        else:
            super().do_GET()

    def _answer(self, text: str, kind: str) -> None:
        data = text.encode()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def list_directory(self, path: object) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Nothing."""
