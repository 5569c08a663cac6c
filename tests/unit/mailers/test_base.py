"""Who a letter is from, as every provider takes it."""

from __future__ import annotations

import pytest

from sharekit.config import IssueSettings
from sharekit.errors import ConfigError
from sharekit.mailers.base import MailFrom, sender_of


@pytest.mark.parametrize(
    ("given", "name", "address"),
    [
        ("Zoé <brief@straße.example>", "Zoé", "brief@xn--strae-oqa.example"),
        ("Müller, Zoé <a@blog.example>", "Müller, Zoé", "a@blog.example"),
        ('"Müller, \\"Zoé\\"" <a@blog.example>', 'Müller, "Zoé"', "a@blog.example"),
        ("Blog: la lettre <a@b-c.example>", "Blog: la lettre", "a@b-c.example"),
        ("かんな <a@例え.テスト>", "かんな", "a@xn--r8jz45g.xn--zckzah"),
        ("a.b+c@blog.example", "a.b+c@blog.example", "a.b+c@blog.example"),
        ("<a@blog.example>", "a@blog.example", "a@blog.example"),
    ],
)
def test_a_sender_has_a_name_and_an_address_in_ascii(given: str, name: str, address: str) -> None:
    assert sender_of(IssueSettings(from_=given)) == MailFrom(name=name, address=address, reply_to=address)


def test_answers_may_go_elsewhere() -> None:
    sender = sender_of(IssueSettings(from_="Zoé <a@blog.example>", reply_to="Antwort <b@straße.example>"))
    assert sender.reply_to == "b@xn--strae-oqa.example"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Zoé",
        "a@",
        "@b.example",
        "a@localhost",
        "zoé@blog.example",
        "a b@c.example",
        f"a@{'b' * 64}.example",
        "a..b@c.example",
    ],
)
def test_what_no_server_takes_is_told_with_the_setting(given: str) -> None:
    with pytest.raises(ConfigError, match=r"\[issue\] from"):
        sender_of(IssueSettings(from_=given))
    if given:
        with pytest.raises(ConfigError, match=r"\[issue\] reply_to"):
            sender_of(IssueSettings(from_="a@blog.example", reply_to=given))
