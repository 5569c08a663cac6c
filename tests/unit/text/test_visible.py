"""What a post says is printed; it never acts."""

from __future__ import annotations

import pytest

from sharekit.text.visible import counted, redact, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Régler un rabot", "Régler un rabot"),
        ("Emoji 👩‍💻 and C::D", "Emoji 👩‍💻 and C::D"),
        ("\x1b]0;titre\x07 \x1b[31mrouge", "␛]0;titre␇ ␛[31mrouge"),
        ("a\nb\r\nc\td", "a b c d"),
        ("\x9b2J", "<U+009B>2J"),
        ("\u202eabc", "<U+202E>abc"),
        ("x\ud800", "x\ufffd"),
        ("del\x7f", "del␡"),
    ],
)
def test_control_characters_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["::set-env name=A::b", "  ::warning::x", "\u00a0::error::y", "##[group]x", "\n::debug::z"])
def test_no_text_begins_with_a_command(text: str) -> None:
    shown = visible(text)
    assert not shown.lstrip().startswith(("::", "##["))
    assert shown.replace("\u2060", "").strip() == text.strip()


def test_a_command_inside_of_a_line_stays() -> None:
    assert visible("x\n::set-env name=A::b") == "x ::set-env name=A::b"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("unable to access 'https://me:hunter2@git.example/o/': 403", "unable to access 'https://git.example/o/': 403"),
        ("https://ghp_token@git.example/o/r", "https://git.example/o/r"),
        ("https://me:a@b@git.example/o/r", "https://git.example/o/r"),
        ("https://me:a/b@git.example/o/r", "https://git.example/o/r"),
        ("https://me:a?b#c@git.example/o/r", "https://git.example/o/r"),
        ("https://me:12/34@git.example/o/r", "https://git.example/o/r"),
        ("https://me:p:w@[::1]:8443/o", "https://[::1]:8443/o"),
        ("postgresql+psycopg://me:100%@db/x", "postgresql+psycopg://db/x"),
        ("from ssh://git@git.example/r to https://a:b@c.example/r", "from ssh://git.example/r to https://c.example/r"),
        # No password: they stay.
        ("https://social.example/@name/17", "https://social.example/@name/17"),
        ("http://127.0.0.1:3000/@name/17", "http://127.0.0.1:3000/@name/17"),
        ("git@git.example:o/r.git", "git@git.example:o/r.git"),
        ("mail to me@blog.example, see https://blog.example/", "mail to me@blog.example, see https://blog.example/"),
    ],
)
def test_user_and_password_of_an_address_are_taken_out(text: str, right: str) -> None:
    assert redact(text) == right


@pytest.mark.parametrize("spelled", ["s3 c/r&t", "s3%20c%2Fr%26t", "s3+c%2Fr%26t"])
def test_a_secret_is_hidden_in_every_spelling(spelled: str) -> None:
    assert redact(f"token={spelled};", ["s3 c/r&t"]) == "token=***;"


def test_the_longer_of_two_secrets_is_hidden_whole() -> None:
    assert redact("abcd1234 and abcd", ["abcd", "abcd1234", ""]) == "*** and ***"


def test_a_short_secret_leaves_no_gaps_in_other_words() -> None:
    assert redact('password "a1" of user a1b2 failed', ["a1"]) == 'password "***" of user a1b2 failed'


def test_what_is_counted_is_in_the_plural_unless_it_is_one() -> None:
    assert [counted(0, "post"), counted(1, "post"), counted(2, "post")] == ["0 posts", "1 post", "2 posts"]
    assert counted(3, "entry", "entries") == "3 entries"
