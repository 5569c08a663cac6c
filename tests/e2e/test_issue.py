"""A person's issues: proposed, introduced, approved, looked at; and the filter for anyone's mail."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import feedparser

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Sharekit


def test_an_issue_from_its_proposal_to_its_page_on_the_web(blog: Path, sharekit: Sharekit) -> None:
    made = sharekit("issue", "new", "--series", "Le levain", cwd=blog)
    assert made.returncode == 0, made.stderr
    file = blog / "issues" / "le-levain.md"
    assert made.stdout.strip() == "issues/le-levain.md"
    file.write_text(
        file.read_text(encoding="utf-8").replace("status: draft", "status: approved") + "Bonjour à tous.\n", encoding="utf-8"
    )

    built = sharekit("build", "--only", "issue", cwd=blog)

    assert built.returncode == 0, built.stderr
    page = (blog / "public" / "newsletter" / "le-levain" / "index.html").read_text(encoding="utf-8")
    assert "Bonjour à tous." in page
    feed = feedparser.parse((blog / "public" / "newsletter" / "index.xml").read_bytes())
    assert [entry.link for entry in feed.entries] == ["https://atelier.example/newsletter/le-levain/"]
    # The posts of the approved issue are in no other one.
    others = [path.read_text(encoding="utf-8") for path in (blog / "issues").glob("*.md") if path != file]
    assert len(others) == 1
    assert "levain" not in others[0]


def test_what_a_person_asks_for_wrongly_is_said(blog: Path, sharekit: Sharekit) -> None:
    missing = sharekit("issue", "new", "--post", "2026/03/affuter-un-rabo", cwd=blog)
    assert missing.returncode == 3
    assert 'Did you mean "2026/03/affuter-un-rabot"?' in missing.stderr

    assert sharekit("issue", "new", "--post", "2026/03/affuter-un-rabot", cwd=blog).returncode == 0
    twice = sharekit("issue", "new", "--post", "2026/03/affuter-un-rabot", "--id", "other", cwd=blog)
    assert twice.returncode == 3
    assert "is in issues/" in twice.stderr
    asked = sharekit("issue", "new", "--post", "2026/03/affuter-un-rabot", "--id", "other", "--again", cwd=blog)
    assert asked.returncode == 0, asked.stderr


def test_the_lint_annotates_the_file_of_the_issue(blog: Path, sharekit: Sharekit) -> None:
    sharekit("issue", "new", "--post", "2026/03/affuter-un-rabot", "--id", "rabot", cwd=blog)
    file = blog / "issues" / "rabot.md"
    file.write_text(file.read_text(encoding="utf-8") + "TK\n", encoding="utf-8")

    done = sharekit("issue", "lint", "--format", "github", cwd=blog)

    assert done.returncode == 3
    assert "::error file=issues/rabot.md::the introduction still says" in done.stdout


def test_the_filter_reads_a_file_or_its_input(tmp_path: Path) -> None:
    document = "<!doctype html><style>p{color:red}</style><p>été".encode()
    file = tmp_path / "letter.html"
    file.write_bytes(document)
    command = [sys.executable, "-m", "sharekit", "inline"]

    piped = subprocess.run(command, input=document, capture_output=True, check=True, timeout=60)
    named = subprocess.run([*command, str(file)], capture_output=True, check=True, timeout=60)

    assert piped.stdout == named.stdout
    assert '<p style="color:red">été'.encode() in piped.stdout
    wrong = subprocess.run(command, input=b"<p>\xe9", capture_output=True, check=False, timeout=60)
    assert wrong.returncode == 3
    assert b"not UTF-8" in wrong.stderr
    assert subprocess.run(command, input=b"", capture_output=True, check=True, timeout=60).stdout == b""
