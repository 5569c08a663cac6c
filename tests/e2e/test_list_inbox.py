"""``sharekit list inbox`` on a real IMAP server: what arrives after an issue went out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest

from list_mail import bounce, complaint
from mailing_list import ENVIRONMENT, KEY, add_subscribers, open_smtp, states, whole_issue
from postgres import postgres
from servers import dovecot
from servers.smtp import SmtpServer
from sharekit.errors import LedgerUnavailable
from sharekit.http import Secret
from sharekit.list.inbox import Mailbox, read_inbox
from sharekit.list.letter import Tokens
from sharekit.list.signups import Signup, Signups
from sharekit.list.subscribers import Subscribers
from sharekit.text.addresses import read_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from commands import Sharekit
    from servers.dovecot import Dovecot
    from sharekit.mailers.smtp import SmtpMailer

__all__ = ["postgres"]  # a fixture is named in the module that uses it
TOKENS = Tokens(environment=ENVIRONMENT)
NAMES = ("asks", "bounces", "full", "complains", "replies", "stays", "writes")


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    if dovecot.PROGRAM is None:
        pytest.skip("Dovecot is not installed (Debian: dovecot-imapd)")
    with dovecot.running() as server:
        yield server


@dataclass
class Sent:
    """A list whose subscribers have an issue, and the headers of what each of them got."""

    mailer: SmtpMailer
    imap: Dovecot
    letters: dict[str, bytes]

    def id_of(self, name: str) -> int:
        found = Subscribers(self.mailer.engine).find(read_address(f"{name}@lecteur.example"))
        assert found is not None
        return found.id

    def state(self, name: str) -> str:
        found = Subscribers(self.mailer.engine).find(self.id_of(name))
        assert found is not None
        return found.state

    def identifier(self, name: str) -> str:
        return str(message_from_bytes(self.letters[f"{name}@lecteur.example"])["message-id"]).strip("<>")

    def read(self, **changes: object) -> dict[str, int]:
        given = {"host": "127.0.0.1", "port": self.imap.port, "security": "none", "tls": None, "user": dovecot.USER}
        mailbox = Mailbox(**{**given, "secret": Secret(dovecot.PASSWORD), **changes})  # type: ignore[arg-type]  # fields by name
        counts = read_inbox(self.mailer.engine, TOKENS, mailbox)
        return {what: count for what, count in counts.items() if count}


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str | None:
    """Where the list is; SQLite without it."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return None
    return str(request.getfixturevalue("postgres").database())


@pytest.fixture
def sent(imap: Dovecot, tmp_path: Path, database: str | None) -> Sent:
    imap.clear()
    with SmtpServer() as smtp:
        mailer = open_smtp(smtp.port, tmp_path, database)
        add_subscribers(mailer, [f"{name}@lecteur.example" for name in NAMES])
        mailer.send(whole_issue(), KEY)
        found = Sent(mailer, imap, dict(smtp.messages))
    add_subscribers(mailer, ["never@lecteur.example"])
    return found


def mail(subject: str, sender: str, *headers: str) -> bytes:
    lines = [f"From: <{sender}@lecteur.example>", "To: leave@blog.example", f"Subject: {subject}", *headers]
    return "\r\n".join([*lines, "", "x", ""]).encode()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_each_message_does_what_it_says_and_once(sent: Sent) -> None:
    asks = f"unsubscribe {TOKENS.token(sent.id_of('asks'))}"
    sent.imap.put(
        mail(asks, "somebody-else"),
        bounce("bounces@lecteur.example", token=TOKENS.token(sent.id_of("bounces"))),
        bounce("full@lecteur.example", status="5.2.2", message_id=sent.identifier("full")),
        complaint(token=TOKENS.token(sent.id_of("complains")), to="redacted"),
        mail("Re: Trois jours d'été", "replies", "Auto-Submitted: auto-replied"),
        mail("A question", "writes"),
        bounce("stays@lecteur.example", message_id="other@another.example"),
        bounce("never@lecteur.example", message_id=""),
        complaint(to="never@lecteur.example", message_id=""),
        mail("unsubscribe 5.forgedforgedforgedforgedforgedforgedforged0000", "stranger"),
        b"\x00\xff broken \xfe\r\n\r\n\x00",
    )
    counts = sent.read()
    assert counts == {
        "unsubscribed": 1,
        "bounced": 2,
        "suppressed": 1,
        "complaints": 1,
        "automatic": 1,
        "not ours": 4,
        "left for you": 2,
    }
    expected = {
        "asks": "unsubscribed",
        "bounces": "suppressed",
        "complains": "suppressed",
        "full": "active",
        "stays": "active",
    }
    assert {name: sent.state(name) for name in expected} == expected
    assert sent.state("never") == "active"
    assert states(sent.mailer) == {"sent": 5, "failed": 2}
    seen = [b"\\Seen" in each for each in sent.imap.flags()]
    assert seen == [True] * 5 + [False] * 6
    assert sent.read() == {}


def test_a_mailbox_that_is_numbered_afresh_changes_nothing_again(sent: Sent, tmp_path: Path) -> None:
    token = TOKENS.token(sent.id_of("asks"))
    sent.imap.put(mail(f"unsubscribe {token}", "asks"))
    assert sent.read() == {"unsubscribed": 1}
    # They come back, by their own confirmation and hours later.
    from datetime import UTC, datetime, timedelta

    later = datetime.now(UTC) + timedelta(hours=3)
    signups = Signups(sent.mailer.engine)
    signups.ask([Signup(address=read_address("asks@lecteur.example"), language="fr", client="x", text="y")], at=later)
    assert signups.confirm(sent.id_of("asks"), int(later.timestamp()), client="x", at=later)
    with sent.mailer.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sharekit_inboxes SET validity = 1")
    sent.read()
    assert sent.state("asks") == "active"


def test_a_long_mailbox_is_read_in_batches(sent: Sent) -> None:
    token = TOKENS.token(sent.id_of("asks"))
    sent.imap.put(*(mail(f"Question {number}", "writes") for number in range(210)), mail(f"unsubscribe {token}", "asks"))
    assert sent.read() == {"unsubscribed": 1, "left for you": 210}
    sent.imap.put(mail(f"unsubscribe {TOKENS.token(sent.id_of('stays'))}", "stays"))
    assert sent.read() == {"unsubscribed": 1}


def test_a_report_without_the_letter_is_believed_while_servers_still_try(sent: Sent) -> None:
    without = bounce("bounces@lecteur.example", returned="")
    with sent.mailer.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sharekit_mailings SET done_at = '2026-01-01T08:00:00+00:00'")
    sent.imap.put(without, complaint(to="complains@lecteur.example", message_id=""))
    assert sent.read() == {"bounced": 1, "unsubscribed": 1}
    assert (sent.state("bounces"), sent.state("complains")) == ("active", "unsubscribed")
    assert states(sent.mailer) == {"sent": 6, "failed": 1}
    with sent.mailer.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sharekit_mailings SET done_at = NULL")
    sent.imap.put(without)
    assert sent.read() == {"bounced": 1, "suppressed": 1}
    assert sent.state("bounces") == "suppressed"


def test_what_could_not_be_written_down_is_read_again(sent: Sent) -> None:
    sent.imap.put(mail(f"unsubscribe {TOKENS.token(sent.id_of('asks'))}", "asks"))
    with sent.mailer.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON sharekit_inboxes BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    with pytest.raises(LedgerUnavailable, match="full"):
        sent.read()
    assert sent.state("asks") == "active"
    with sent.mailer.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    assert sent.read() == {"unsubscribed": 1}


def test_the_command_reads_what_the_table_names(sent: Sent, sharekit: Sharekit, tmp_path: Path) -> None:
    sent.imap.put(mail("unsubscribe", "asks"))
    (tmp_path / "sharekit.toml").write_text(
        '[issue]\nmailer = "smtp"\n[mailers.smtp]\nhost = "127.0.0.1"\nsecurity = "none"\n'
        f'[mailers.smtp.inbox]\nhost = "127.0.0.1"\nport = {sent.imap.port}\nsecurity = "none"\nuser = "{dovecot.USER}"\n'
    )
    environment = {**ENVIRONMENT, "SHAREKIT_IMAP_PASSWORD": "wrong-word"}
    refused = sharekit("list", "inbox", cwd=tmp_path, **environment)
    assert refused.returncode == 1
    assert "SHAREKIT_IMAP_PASSWORD" in refused.stderr
    assert "wrong-word" not in refused.stderr
    environment["SHAREKIT_IMAP_PASSWORD"] = dovecot.PASSWORD
    done = sharekit("list", "inbox", "--format", "json", cwd=tmp_path, **environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["unsubscribed"] == 1
    assert sent.state("asks") == "unsubscribed"
