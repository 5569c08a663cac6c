"""``issue test``, ``issue send``, ``issue report`` and ``subscribers`` as a person runs them, on the example blog."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from servers.mailchimp import KEY, LIST, MailchimpServer
from servers.smtp import SmtpServer

if TYPE_CHECKING:
    from pathlib import Path

    from commands import Sharekit

CONFIG = """\
since = 2020-01-01
timezone = "Europe/Paris"
[issue]
mailer = "{mailer}"
from = "Le Blog <lettre@blog.example>"
[ledger]
url = "sqlite:///ledger.sqlite"
[mailers.{mailer}]
{table}
"""
SECRET = {"SHAREKIT_SECRET": "s" * 48}


def prepare(sharekit: Sharekit, blog: Path, mailer: str, table: str) -> str:
    """A built blog with one approved issue; its id."""
    (blog / "sharekit.toml").write_text(CONFIG.format(mailer=mailer, table=table))
    done = sharekit("build", "--only", "issue", "--all", cwd=blog)
    assert done.returncode == 0, done.stderr
    first, *others = sorted((blog / "issues").glob("*.md"))
    first.write_text(first.read_text().replace("status: draft", "status: approved"))
    for other in others:
        other.unlink()
    return first.stem


def test_files_are_the_first_mailer_and_nothing_leaves(sharekit: Sharekit, blog: Path) -> None:
    issue = prepare(sharekit, blog, "files", 'folder = "outbox"')
    done = sharekit("issue", "test", "--to", "zoe@blog.example", cwd=blog)
    assert done.returncode == 0, done.stderr
    done = sharekit("issue", "send", "--yes", cwd=blog)
    assert done.returncode == 0, done.stderr
    assert "delivered  outbox/issue/" in done.stdout
    mail = (blog / "outbox" / "issue" / issue / "files.eml").read_bytes()
    assert b"List-Unsubscribe: <mailto:lettre@blog.example?subject=unsubscribe>" in mail
    assert b".invalid" not in mail.replace(b"=\r\n", b"")
    assert len(list((blog / "outbox" / "Maildir" / "new").iterdir())) == 2
    again = sharekit("issue", "send", issue, "--yes", cwd=blog)
    assert again.returncode == 3
    assert "files is delivered" in again.stderr


def test_mailchimp_is_asked_for_a_yes_with_the_number_of_readers(sharekit: Sharekit, blog: Path) -> None:
    with MailchimpServer() as server:
        issue = prepare(sharekit, blog, "mailchimp", f'list = "{LIST}"\nurl = "{server.url}/3.0"')
        secret = {"SHAREKIT_MAILCHIMP_KEY": KEY}
        asked = sharekit("issue", "send", cwd=blog, **secret)
        assert asked.returncode == 2
        assert "to 120 subscribers through mailchimp?" in asked.stderr
        assert server.held == {}
        done = sharekit("issue", "test", "--to", "zoe@blog.example", cwd=blog, **secret)
        assert done.returncode == 0, done.stderr
        done = sharekit("issue", "send", "--yes", cwd=blog, **secret)
        assert done.returncode == 0, done.stderr
        (held,) = server.held.values()
        assert held.sent == 1
        assert held.tests == [["zoe@blog.example"], ["zoe@blog.example"]]
        assert 'href="*|UNSUB|*"' in server.html(held)
        assert KEY not in done.stdout + done.stderr
    assert issue in held.fields["settings"]["title"]


def test_a_schedule_long_past_is_held_and_one_ahead_is_left_with_the_provider(sharekit: Sharekit, blog: Path) -> None:
    with MailchimpServer() as server:
        prepare(sharekit, blog, "mailchimp", f'list = "{LIST}"\nurl = "{server.url}/3.0"')
        secret = {"SHAREKIT_MAILCHIMP_KEY": KEY}
        late = sharekit("issue", "send", "--yes", "--at", "2026-06-01T08:00", "--now", "2026-06-20", cwd=blog, **secret)
        assert late.returncode == 3
        assert "more than 7d ago" in late.stderr
        assert server.held == {}
        done = sharekit("issue", "send", "--yes", "--at", "2030-01-01T08:00", cwd=blog, **secret)
        assert done.returncode == 0, done.stderr
        (held,) = server.held.values()
        assert held.status == "schedule"


def test_smtp_tells_how_far_it_is_and_what_came_of_it(sharekit: Sharekit, blog: Path) -> None:
    calm: list[bool] = []

    def answer(verb: str, to: str) -> str | None:
        if verb == "RCPT" and to.startswith("gone"):
            return "550 5.1.1 no such user"
        if verb == "RCPT" and to.startswith("later") and not calm:
            return "550 5.7.1 not now"
        return "drop" if verb == "." and to.startswith("silent") else None

    with SmtpServer(answer=answer) as server:
        table = f'host = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nunsubscribe = "https://l.example/u/"'
        issue = prepare(sharekit, blog, "smtp", table)
        addresses = [
            "gone@h.example",
            "later@far.example",
            "silent@h.example",
            *(f"reader{number}@h.example" for number in range(20)),
        ]
        rows = "".join(f"{address},zoe,fr\n" for address in [*addresses, "not an address"])
        (blog / "readers.csv").write_text("Email Address,First Name,Language\n" + rows)
        done = sharekit("subscribers", "import", "readers.csv", "--consent", "form", cwd=blog)
        assert done.returncode == 1
        assert "23 added" in done.stdout
        assert "readers.csv:25: left out" in done.stderr
        assert (blog / "subscribers.sqlite").stat().st_mode & 0o077 == 0
        done = sharekit("issue", "send", "--yes", "--format", "json", cwd=blog, **SECRET)
        assert done.returncode == 0, done.stderr
        *progress, result = map(json.loads, done.stdout.splitlines())
        assert {name: result["detail"][name] for name in ("sent", "failed", "held")} == {
            "sent": "20",
            "failed": "2",
            "held": "1",
        }
        assert "sharekit issue report" in result["detail"]["see"]
        assert all(each["event"] == "progress" for each in progress)
        calm.append(True)
        again = sharekit("issue", "send", issue, "--failed", "--yes", "--quiet", cwd=blog, **SECRET)
        assert again.returncode == 0, again.stderr
        assert "sent: 21" in again.stdout
        assert server.accepted["later@far.example"] == 1
        assert set(server.accepted.values()) == {1}
        none = sharekit("issue", "send", issue, "--failed", "--yes", cwd=blog, **SECRET)
        assert none.returncode == 2
        assert "nobody who is still subscribed failed" in none.stderr
    report = sharekit("issue", "report", issue, cwd=blog)
    assert "1 × 550 5.1.1 no such user" in report.stdout
    assert "--resend-held" in report.stdout
    assert "@" not in report.stdout
    named = sharekit("issue", "report", issue, "--list", "held", cwd=blog)
    assert named.stdout.startswith("silent@h.example\t")
    counted = sharekit("subscribers", "count", "--format", "json", cwd=blog)
    assert json.loads(counted.stdout) == {"active": 22, "pending": 0, "unsubscribed": 0, "suppressed": 1}


def test_subscribers_come_and_go(sharekit: Sharekit, blog: Path) -> None:
    add = sharekit("subscribers", "add", "zoe@blog.example", "max@bücher.example", "--tag", "blog", cwd=blog)
    assert add.returncode == 0, add.stderr
    assert "2 added" in add.stdout
    assert sharekit("subscribers", "remove", "zoe@blog.example", cwd=blog).returncode == 0
    assert sharekit("subscribers", "remove", "--erase", "max@bücher.example", cwd=blog).returncode == 0
    back = sharekit("subscribers", "add", "zoe@blog.example", "max@bücher.example", cwd=blog)
    assert back.stdout.strip() == "0 added, 0 back, 0 known, 2 unsubscribed"
    exported = sharekit("subscribers", "export", cwd=blog).stdout.splitlines()
    assert len(exported) == 2
    assert exported[1].startswith("zoe@blog.example,,blog,unsubscribed,,asked for it,")
    assert sharekit("subscribers", "edit", "zoe@blog.example", "--tag", "fr", "--untag", "blog", cwd=blog).returncode == 0
    listed = sharekit("subscribers", "list", "--state", "unsubscribed", cwd=blog)
    assert listed.stdout.split() == ["zoe@blog.example", "unsubscribed", "fr"]
    shown = json.loads(sharekit("subscribers", "show", "zoe@blog.example", "--format", "json", cwd=blog).stdout)
    assert (shown["reason"], shown["letters"]) == ("asked for it", [])
    wrong = sharekit("subscribers", "add", "zoe@", cwd=blog)
    assert wrong.returncode == 2
    assert "not a domain" in wrong.stderr


@pytest.mark.parametrize(("arguments", "said"), [(["nope"], 'there is no issue "nope"'), ([], "there is no issue")])
def test_an_issue_that_is_not_there_is_named(sharekit: Sharekit, blog: Path, arguments: list[str], said: str) -> None:
    (blog / "sharekit.toml").write_text(CONFIG.format(mailer="files", table=""))
    done = sharekit("issue", "send", "--yes", *arguments, cwd=blog)
    assert done.returncode == 2
    assert said in done.stderr
