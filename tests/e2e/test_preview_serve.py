"""``sharekit preview --serve``: on loopback, and made again when a file is saved."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Sharekit

NOW = ("--now", "2026-04-20T09:00:00+02:00")


def test_a_draft_that_is_saved_is_on_the_page_at_once(blog: Path, sharekit: Sharekit) -> None:
    assert sharekit("build", "--quiet", *NOW, cwd=blog).returncode == 0
    command = [sys.executable, "-m", "sharekit", "preview", "--serve", "--port", "0", "--quiet", *NOW]
    server = subprocess.Popen(command, cwd=blog, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[1].removesuffix("index.html")
        assert url.startswith("http://127.0.0.1:")
        before = httpx.get(f"{url}shares.html").text
        base = url.partition("/.sharekit")[0]
        assert httpx.get(f"{base}/.changes").text == "0"
        assert "count==0||location.reload()" in before
        draft = next((blog / "shares").glob("*capteurs.md"))
        draft.write_text(draft.read_text().replace("Trois capteurs, quatre fils", "Trois capteurs et mes mots"))
        assert httpx.get(f"{base}/.changes", timeout=60).text == "1"
        after = httpx.get(f"{url}shares.html").text
        assert "Trois capteurs et mes mots" in after
        assert "Trois capteurs, quatre fils" in after, "what sharekit would write stands beside it"
        for hidden in ("/.git/config", "/%2egit/config", "/.env", "/shares/"):
            assert httpx.get(f"{base}{hidden}").status_code == 404, hidden
        assert httpx.get(f"{url}index.html", headers={"host": "blog.example:80"}).status_code == 403
    finally:
        server.kill()
        server.communicate()
