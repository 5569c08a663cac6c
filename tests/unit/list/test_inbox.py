"""What is believed of a message in the mailbox; how it is read on a real server is tests/e2e/test_list_inbox.py's."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from imaplib import Time2Internaldate
from typing import TYPE_CHECKING, Any

import pytest

from list_mail import bounce, words
from mailing_list import ENVIRONMENT, KEY, add_subscribers, open_smtp, states, whole_issue
from servers.smtp import SmtpServer
from sharekit.http import Secret
from sharekit.list import inbox
from sharekit.list.inbox import LATEST_BOUNCE, Mailbox, read_inbox
from sharekit.list.letter import Tokens
from sharekit.list.subscribers import Subscribers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sharekit.mailers.smtp import SmtpMailer

TOKENS = Tokens(environment=ENVIRONMENT)
MAILBOX = Mailbox(
    host="imap.blog.example", port=143, security="none", tls=None, user="leave", secret=Secret("not a secret", "TEST")
)
FORMS = {
    "a report": lambda address: bounce(address, returned="", message_id=""),
    "words": lambda address: words("Hi. This is the qmail-send program", f"<{address}>:\r\nGone. (#5.1.1)", message_id=""),
}


class Folder:
    """A folder with messages, as imaplib's commands answer for it (RFC 3501 §6.4, §7.4.2). ``seen`` are marked as read."""

    def __init__(self, *messages: bytes, arrived: datetime) -> None:
        self.messages, self.arrived, self.seen = messages, arrived, ""

    def response(self, code: str) -> tuple[str, list[bytes]]:
        return code, [b"7" if code == "UIDVALIDITY" else b"%d" % (len(self.messages) + 1)]

    def uid(self, command: str, *arguments: str) -> tuple[str, list[Any]]:
        if command == "SEARCH":
            return "OK", [b" ".join(b"%d" % (place + 1) for place in range(len(self.messages)))]
        if command == "STORE":
            self.seen = arguments[0]
            return "OK", []
        moment = Time2Internaldate(self.arrived).encode()
        chosen = [int(each) for each in arguments[0].split(",")]
        return "OK", [(b"1 (UID %d INTERNALDATE %s BODY[]" % (each, moment), self.messages[each - 1]) for each in chosen]


def read(mailer: SmtpMailer, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    @contextmanager
    def opened(_mailbox: Mailbox) -> Iterator[Folder]:
        yield folder

    monkeypatch.setattr(inbox, "open_mailbox", opened)
    return {what: count for what, count in read_inbox(mailer.engine, TOKENS, MAILBOX).items() if count}


@pytest.fixture
def mailer(tmp_path: Path) -> SmtpMailer:
    """A list whose one subscriber has had a letter."""
    with SmtpServer() as server:
        made = open_smtp(server.port, tmp_path)
        add_subscribers(made, ["zoe@lecteur.example"])
        made.send(whole_issue(), KEY)
    return made


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("after", "suppressed"), [(timedelta(hours=1), 1), (LATEST_BOUNCE + timedelta(hours=1), 0)], ids=["soon", "late"]
)
def test_a_bounce_without_its_letter_takes_nobody_off_once_servers_have_given_up(
    mailer: SmtpMailer, monkeypatch: pytest.MonkeyPatch, form: str, after: timedelta, suppressed: int
) -> None:
    folder = Folder(FORMS[form]("zoe@lecteur.example"), arrived=datetime.now(UTC) + after)
    assert read(mailer, folder, monkeypatch)["bounced"] == 1
    assert Subscribers(mailer.engine).counts()["suppressed"] == suppressed
    assert states(mailer) == {"failed": 1}


def test_a_bounce_with_the_letter_is_believed_whenever_it_comes(mailer: SmtpMailer, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bounce("zoe@lecteur.example", token=TOKENS.token(1))
    assert read(mailer, Folder(data, arrived=datetime.now(UTC) + 3 * LATEST_BOUNCE), monkeypatch)["suppressed"] == 1


def test_what_a_mail_server_says_in_its_own_words_is_left_unread_and_counted(
    mailer: SmtpMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = words("Ihre Nachricht kam nicht an.", "zoe@lecteur.example: unbekannt (5.1.1)", token=TOKENS.token(1))
    folder = Folder(odd, bounce("zoe@lecteur.example", token=TOKENS.token(1)), arrived=datetime.now(UTC))
    assert read(mailer, folder, monkeypatch) == {"bounced": 1, "suppressed": 1, "left for you": 1}
    assert folder.seen == "2"
