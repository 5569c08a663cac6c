"""The preview on this machine, made again when a file is saved. It answers loopback alone, and needs no script to read."""

from __future__ import annotations

import contextlib
import os
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds between two looks at the files, and between two signs of life to a page that waits.
PAUSE, ALIVE = 0.15, 15
CHANGES = "/.changes"
RELOAD = (
    f"<script>new EventSource('{CHANGES}').onmessage=()=>location.reload()</script>"
    '<noscript><meta http-equiv="refresh" content="3"></noscript></head>'
).encode()
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


class PreviewServer:
    """Serves the blog's folder. ``again`` makes the pages anew; ``port`` 0 is a free one."""

    def __init__(self, root: Path, place: Path, again: Callable[[], None], *, port: int) -> None:
        self._root = root
        self._again = again
        self._changed = threading.Condition()
        self._count = 0
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        first = quote((place / "index.html").relative_to(root).as_posix())
        self.url = f"http://127.0.0.1:{self._server.server_port}/{first}"

    def run(self) -> None:
        """Serve until interrupted."""
        watcher = threading.Thread(target=self._watch, daemon=True)
        watcher.start()
        try:
            self._server.serve_forever(poll_interval=PAUSE)
        finally:
            self.stop()
            watcher.join()

    def stop(self) -> None:
        """End :meth:`run`, which another thread is in."""
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def _watch(self) -> None:
        before = stamps(self._root)
        while not self._stopped.wait(PAUSE):
            now = stamps(self._root)
            if now != before:
                before = now
                self._again()
                with self._changed:
                    self._count += 1
                    self._changed.notify_all()

    def _handler(self) -> type[SimpleHTTPRequestHandler]:
        outer = self

        class Handler(SimpleHTTPRequestHandler):
            def __init__(self, *given: object, **named: object) -> None:
                super().__init__(*given, directory=str(outer._root), **named)  # type: ignore[arg-type]  # as they came

            def do_GET(self) -> None:
                # Another site's page must not read drafts through a name that it points at this machine.
                if (self.headers.get("host") or "").rpartition(":")[0] not in NAMES:
                    self.send_error(403)
                elif self.path == CHANGES:
                    outer._tell(self)
                elif outer._hidden(self.path):
                    self.send_error(404)
                elif (page := Path(self.translate_path(self.path))).suffix == ".html" and page.is_file():
                    self._page(page.read_bytes().replace(b"</head>", RELOAD, 1))
                else:
                    super().do_GET()

            def _page(self, data: bytes) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-length", str(len(data)))
                self.send_header("cache-control", "no-store")
                self.end_headers()
                self.wfile.write(data)

            def list_directory(self, path: object) -> None:
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        return Handler

    @staticmethod
    def _hidden(path: str) -> bool:
        """Whether a path leads to what is nobody's to read: git's files, and secrets such as those in ``.env``."""
        return any(part.startswith(".") and part != ".sharekit" for part in unquote(urlsplit(path).path).split("/"))

    def _tell(self, request: SimpleHTTPRequestHandler) -> None:
        """Server-sent events (HTML Standard, 9.2): a message for each change."""
        request.send_response(200)
        request.send_header("content-type", "text/event-stream")
        request.send_header("cache-control", "no-store")
        request.end_headers()
        seen = self._count
        while not self._stopped.is_set():
            with self._changed:
                if self._count == seen:
                    self._changed.wait(timeout=ALIVE)
            message = b": alive\n\n" if self._count == seen else b"data: changed\n\n"
            seen = self._count
            try:
                request.wfile.write(message)
                request.wfile.flush()
            except OSError:
                return
