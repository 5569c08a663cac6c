"""A network that records: ``python faulty_server.py FILE`` serves on loopback, and writes its address to FILE.

It takes ``POST /post/KEY`` and answers ``GET /find/KEY`` and ``GET /counts/PREFIX``. What it shall do beyond that is in
the request: ``repeat: once`` takes a key only once, and ``kill: before`` or ``after`` kills the sender ``pid`` with
SIGKILL before or after the key is recorded.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

taken: Counter[str] = Counter()
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"] or 0))
        key = unquote(self.path).removeprefix("/post/")
        self._kill("before")
        # A network takes its time, before and after: a moment in which a sender may die.
        time.sleep(random.random() * 0.01)
        with lock:
            if not (taken[key] and self.headers["repeat"] == "once"):
                taken[key] += 1
        self._kill("after")
        time.sleep(random.random() * 0.01)
        self._answer({"id": key})

    def do_GET(self) -> None:
        path = unquote(self.path)
        with lock:
            if path.startswith("/find/"):
                self._answer({"there": taken[path.removeprefix("/find/")] > 0})
            else:
                prefix = path.removeprefix("/counts/")
                self._answer({key: count for key, count in taken.items() if key.startswith(prefix)})

    def _kill(self, moment: str) -> None:
        if self.headers["kill"] == moment:
            os.kill(int(self.headers["pid"]), signal.SIGKILL)

    def _answer(self, content: object) -> None:
        body = json.dumps(content).encode()
        try:
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the sender was killed

    def log_message(self, *_: object) -> None:
        """Nothing: there is nobody to read it."""


class FaultyServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nothing: that a sender is killed is what the tests are about."""


def main() -> None:
    server = FaultyServer(("127.0.0.1", 0), Handler)
    address = Path(sys.argv[1])
    beside = address.with_suffix(".new")
    beside.write_text(f"http://127.0.0.1:{server.server_address[1]}")
    beside.replace(address)
    server.serve_forever()


if __name__ == "__main__":
    main()
