"""What the workflows of GitLab and Forgejo run beside sharekit."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Forge(BaseHTTPRequestHandler):
    """The part of Forgejo's API that is used: https://codeberg.org/api/swagger, repoCreatePullRequest and issue comments."""

    pulls: ClassVar[list[dict[str, Any]]] = []
    comments: ClassVar[dict[int, dict[str, Any]]] = {}

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        assert self.headers["authorization"] == "token job-token"
        if self.path.endswith("/pulls"):
            if self.pulls:
                return self._answer(409, {"message": "pull request already exists for these targets"})
            self.pulls.append({"number": 7, "head": {"ref": body["head"]}, "body": body["body"]})
            return self._answer(201, self.pulls[-1])
        number = len(self.comments) + 1
        self.comments[number] = {"id": number, "body": body["body"]}
        return self._answer(201, self.comments[number])

    def do_GET(self) -> None:
        self._answer(200, self.pulls if "/pulls" in self.path else list(self.comments.values()))

    def do_PATCH(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        comment = self.comments[int(self.path.rpartition("/")[2])]
        comment["body"] = body["body"]
        self._answer(200, comment)

    def _answer(self, code: int, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def forge() -> Iterator[str]:
    Forge.pulls.clear()
    Forge.comments.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Forge)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_pull_request_is_opened_once_and_its_comment_is_renewed(forge: str, project: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    environment = {"GITHUB_API_URL": forge, "GITHUB_REPOSITORY": "someone/blog", "JOB_TOKEN": "job-token"}
    for words in ("Next", "Due now ```"):
        plan.write_text(words, encoding="utf-8")
        command = [sys.executable, "tools/forgejo_pull.py", "sharekit/drafts", "main", str(plan)]
        subprocess.run(command, cwd=project, env=environment, check=True, timeout=60)
    assert [each["head"]["ref"] for each in Forge.pulls] == ["sharekit/drafts"]
    assert "Merging approves the shares" in Forge.pulls[0]["body"]
    [comment] = Forge.comments.values()
    assert comment["body"].startswith("<!-- sharekit plan -->\n````````\nDue now ```\n````````")


def test_a_line_that_looks_like_a_command_stays_text(project: Path) -> None:
    command = ["sh", "tools/muted", "sh", "-c", "echo '::error::owned'; echo told >&2; exit 3"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 3
    first, *middle, last = done.stdout.split()
    mark = first.removeprefix("::stop-commands::")
    assert (first, last) == (f"::stop-commands::{mark}", f"::{mark}::")
    assert middle == ["::error::owned", "told"]
    assert len(mark) == 32
