from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.channels.bluesky_record import facets, record_key

PIECES = st.sampled_from(
    [
        "https://blog.example/é/?a=1#b",
        "#Été",
        "#été2026",
        "#42",
        "@friend.test",
        "👩‍👩‍👧",
        "𝕏",
        "ل",
        " ",
        "\n",
        "e\u0301",
        "mot",
        "(",
        ")",
        ".",
    ]
)


def selected(text: str) -> list[tuple[str, dict[str, Any]]]:
    data = text.encode()
    return [
        (data[each["index"]["byteStart"] : each["index"]["byteEnd"]].decode(), each["features"][0])
        for each in facets(text, {"friend.test": "did:plc:friend"})
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🎉 https://blog.example/é.", ["https://blog.example/é"]),
        ("(https://blog.example/a)", ["https://blog.example/a"]),
        ("l’été #Kubernetes, #C3", ["#Kubernetes", "#C3"]),
        ("#1 n’est pas un tag, x#y non plus", []),
        ("https://blog.example/#Kubernetes", ["https://blog.example/#Kubernetes"]),
        ("@friend.test @unknown.test a@friend.test", ["@friend.test"]),
        ("#" + "a" * 65, []),
        ("#C++, #C# et #Ada.", ["#C++", "#C", "#Ada"]),
        ("voir example.com/#intro, et (www.example.org/a).", ["example.com/#intro", "www.example.org/a"]),
        ("Node.js, README.md et and/or ne sont pas des liens", []),
        ("a/#b #日本語。 #🎉", ["#日本語", "#🎉"]),
    ],
)
def test_what_facets_select(text: str, expected: list[str]) -> None:
    assert [words for words, _ in selected(text)] == expected


@given(st.lists(PIECES).map("".join))
def test_facets_select_exactly_what_they_mean_and_stay_inside(text: str) -> None:
    last = 0
    for facet in facets(text, {"friend.test": "did:plc:friend"}):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert last <= start < end <= len(text.encode())
        last = end
    for words, feature in selected(text):
        assert words in (unquote(feature.get("uri", "")), f"#{feature.get('tag')}", "@friend.test")


@given(st.text(), st.text())
def test_a_record_key_is_a_tid_of_the_act_alone(one: str, other: str) -> None:
    assert re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", record_key(one))
    assert (record_key(one) == record_key(other)) == (one == other)


def test_a_record_key_never_changes() -> None:
    assert record_key("share/a/bluesky/launch") == record_key("share/a/bluesky/launch") == "3lapofxo2lepf"
