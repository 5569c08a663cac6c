from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING

import pytest

from contracts.mailer import ISSUE, NOW, SITE
from mailing_list import whole_issue
from sharekit.config import IssueSettings
from sharekit.errors import ConfigError, Unavailable
from sharekit.mailers.files import FilesMailer

if TYPE_CHECKING:
    from pathlib import Path

KEY = "issue/2026-12/files"


def open_files(root: Path, issue: IssueSettings = ISSUE) -> FilesMailer:
    return FilesMailer(FilesMailer.Settings(), environment={}, root=root, site=SITE, issue=issue)


def test_it_is_a_whole_mail_in_a_file_and_in_a_maildir(tmp_path: Path) -> None:
    mailer = open_files(tmp_path)
    receipt = mailer.send(whole_issue(), KEY)
    assert receipt.url == "outbox/issue/2026-12/files.eml"
    data = (tmp_path / receipt.url).read_bytes()
    (delivered,) = (tmp_path / "outbox" / "Maildir" / "new").iterdir()
    assert delivered.read_bytes() == data
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    assert parsed["list-unsubscribe"] == "<mailto:lettre@blog.example?subject=unsubscribe>"
    body = parsed.get_body(("html",))
    assert body is not None
    assert ".invalid" not in body.get_content()
    assert "Le Blog" in body.get_content()


def test_a_repeat_writes_the_same_and_delivers_no_second_mail(tmp_path: Path) -> None:
    mailer = open_files(tmp_path)
    assert mailer.find(KEY).repeat_is_harmless
    mailer.send(whole_issue(), KEY)
    (delivered,) = (tmp_path / "outbox" / "Maildir" / "new").iterdir()
    delivered.rename(tmp_path / "outbox" / "Maildir" / "cur" / f"{delivered.name}:2,S")
    mailer.send(whole_issue(), KEY)
    assert list((tmp_path / "outbox" / "Maildir" / "new").iterdir()) == []
    assert mailer.find(KEY).receipt is not None


def test_an_unsubscribe_page_of_ones_own_stands_in_it(tmp_path: Path) -> None:
    own = IssueSettings(from_=ISSUE.from_, unsubscribe="https://blog.example/adieu?a=1&b=2")
    receipt = open_files(tmp_path, own).send(whole_issue(), KEY)
    parsed = email.message_from_bytes((tmp_path / str(receipt.url)).read_bytes(), policy=email.policy.default)
    assert parsed["list-unsubscribe"] == "<https://blog.example/adieu?a=1&b=2>"
    assert parsed["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    receipt = open_files(tmp_path).send(whole_issue(), "issue/../../../etc/x/files")
    assert str(receipt.url).startswith("outbox/")
    assert ".." not in str(receipt.url).split("/")


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(Unavailable):
        open_files(tmp_path).send(whole_issue(), KEY)


def test_nobody_waits_to_write_later(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at once"):
        open_files(tmp_path).schedule(whole_issue(), KEY, NOW)
