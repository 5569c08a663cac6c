"""The front-matter splitter: its forms, its dirt, and that it never does anything but split or refuse."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.sources.front import Unreadable, decode, line_of, split

KEYS = st.text(st.characters(categories=["Ll"], max_codepoint=0x17F), min_size=1, max_size=12)
WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=40)
BODIES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=200)


@pytest.mark.parametrize(
    ("text", "table", "body"),
    [
        ("---\ntitle: A\n---\nB\n", {"title": "A"}, "B\n"),
        ("\ufeff---\ntitle: A\n---\nB", {"title": "A"}, "B"),
        ("\n\n---\ntitle: A\n---\nB", {"title": "A"}, "B"),
        ("---\ntitle: A\n...\nB", {"title": "A"}, "B"),
        ("+++\ntitle = 'A'\n+++\nB", {"title": "A"}, "B"),
        (';;;\n{"title": "A"}\n;;;\nB', {"title": "A"}, "B"),
        ('---json\n{"title": "A"}\n---\nB', {"title": "A"}, "B"),
        ('{"title": "A"}\nB', {"title": "A"}, "B"),
        ('{\n  "title": "A"\n}\n\nB', {"title": "A"}, "\nB"),
        ("---\n---\nB", {}, "B"),
        ("no front matter", {}, "no front matter"),
        ("---\n\nA rule, then words.\n", {}, "---\n\nA rule, then words.\n"),
        ("{{< shortcode >}}\nB", {}, "{{< shortcode >}}\nB"),
        ("---   \ntitle: A\n---  \nB", {"title": "A"}, "B"),
    ],
)
def test_each_form_is_split_where_it_ends(text: str, table: dict[str, str], body: str) -> None:
    made = split(text)
    assert (made.table, made.body) == (table, body)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\ntitle: A\n", 1, "no closing ---"),
        ("---\ntitle: [A\ndate: 1\n---\n", 4, "not valid YAML"),
        ("+++\ntitle = A\n+++\n", 2, "not valid TOML"),
        ('{"title": }\n', 1, "not valid JSON"),
        ("---\n- a\n- b\n---\n", 2, "not a table"),
        ("---\n\ttitle: A\n---\n", 2, "not valid YAML"),
        ("---\na: &a [*a]\n---\n", 2, "alias"),
        ("---\ntitle: " + "x" * 300_000 + "\n---\n", 2, "longer than"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        split(text)
    assert words in caught.value.reason
    assert caught.value.line is not None
    assert abs(caught.value.line - line) <= 1


def test_yaml_keeps_what_other_readers_change() -> None:
    made = split("---\non: yes\ntime: 12:30:45\ndate: 2024-02-30\nv: 010\nn: 7\nb: true\n---\n").table
    assert made == {"on": "yes", "time": "12:30:45", "date": "2024-02-30", "v": "010", "n": 7, "b": True}


def test_aliases_that_stand_for_a_thousand_million_values_are_refused_at_once() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(9)]
    with pytest.raises(Unreadable, match="aliases"):
        split("---\n" + "\n".join(lines) + "\n---\n")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("é\r\nb\rc".encode(), "é\nb\nc"),
        (b"\xef\xbb\xbfa", "a"),
        ("é".encode("latin-1"), "\ufffd"),
        ("é".encode("utf-16"), "é"),
    ],
)
def test_bytes_become_text_with_plain_line_ends(data: bytes, text: str) -> None:
    assert decode(data) == text


def test_a_line_of_a_key_is_found_in_every_form() -> None:
    assert line_of("---\ntitle: A\nDate : 1\n---", "date") == 3
    assert line_of('{\n "date": 1}', "date") == 2
    assert line_of(".. title: x\n.. date: y", "date") == 2
    assert line_of("---\n---", "date") is None


@given(st.dictionaries(KEYS, WORDS, max_size=5), BODIES)
def test_what_was_written_comes_back(table: dict[str, str], body: str) -> None:
    quoted = "".join(
        f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in table.items()
    )
    made = split(f"---\n{quoted}---\n{body}")
    assert made.table == table
    assert made.body == body


@given(st.text(alphabet=st.sampled_from(list("-+;.{}[]:#&*!|>%@`\"' \n\tab1,?=\ufeff\u00e9")), max_size=120))
def test_any_text_is_split_or_refused(text: str) -> None:
    made = None
    with contextlib.suppress(Unreadable):
        made = split(text)
    assert made is None or text.endswith(made.body)
