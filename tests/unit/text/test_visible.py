"""What a post says is printed; it never acts."""

from __future__ import annotations

import pytest

from sharekit.text.visible import visible, visible_lines


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


def test_lines_are_kept_where_they_are_wanted() -> None:
    assert visible_lines("un\n::error::deux\n\x1b[2J") == "un\n\u2060::error::deux\n␛[2J"
