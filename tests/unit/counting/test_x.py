"""X's own conformance suite, and its own library: https://github.com/twitter/twitter-text."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
import regex
import yaml

from sharekit.counting.x import HEAVY, weighted_length
from sharekit.counting.x_links import links

if TYPE_CHECKING:
    from pathlib import Path

# The long run takes 20,000: SHAREKIT_DIFFERENTIAL=20000.
STRINGS = int(os.environ.get("SHAREKIT_DIFFERENTIAL", "2000"))
PIECES = (
    "a", "é", "e\u0301", "字", "の", "ю", "ع", "\u200d", "\ufe0f", "\ufe0e", "\u20e3", "1", "#",
    "*", "😀", "👍", "\U0001f3fd", "👩", "👩\u200d👧", "\U0001f1eb\U0001f1f7", "\U0001f1eb",
    "❤\ufe0f", "❤", "☺", "©", "®", "™", "⚡", "⚡\ufe0f", "♾\ufe0f", "✊", "👨\u200d💻",
    "🧑\U0001f3fd\u200d🚀", "🫠", "https://", "http://", "example.com", "blog.example",
    "t.co/abc", "https://t.co/abcdef", "/path", "(a)", "?q=1", "@user", "@", "#tag", "\u3000",
    " ", "\n", "\r\n", "-", "_", ".", ",", "…", "’", "“", "\u2028", "\u202a", "\ufeff", "ﬁ",
    "ﷺ", "한", "ก็", "नि", "xn--80ak6aa92e.com", "münchen.de", "пример.рф", "co.uk", "$", "&",
    "%20", "🧑\u200d🧑", "🏳\ufe0f\u200d🌈", "⁉\ufe0f", "Ⓜ\ufe0f", "🅰", "⏰", "☎", "✈\ufe0f",
)  # fmt: skip
# Where the library of 2018 and Unicode's emoji of today differ: it has no picture for these, and counts their pieces.
YOUNGER = regex.compile(
    r"\p{RI}+"  # two letters that are no country
    r"|[🧑🫠♾](?:\p{EMod}|\ufe0f)*(?:\u200d\p{Extended_Pictographic}(?:\p{EMod}|\ufe0f)*)*"  # of 2018 and later
    r"|[@＠#＃$\w][\U00010000-\U0010ffff]"  # it works in UTF-16, and takes half of a character for the start of a host
    r"|\p{Cyrillic}+\.рф/"  # after another host it finds that one, and then goes on by the length of what it made of both
    r"|\p{Emoji_Presentation}\p{EMod}*\ufe0f"  # marked as a picture, which it is already
    r"|[\p{Extended_Pictographic}\p{EMod}](?:\p{EMod}|\ufe0f)*"  # joined as nobody draws them
    r"(?:\u200d[\p{Extended_Pictographic}\p{EMod}](?:\p{EMod}|\ufe0f)*)+"
)


def cases(shared: Path, suite: str, kind: str) -> list[dict[str, Any]]:
    text = (shared / f"conformance/twitter-text-{suite}.yml").read_text()
    found: list[dict[str, Any]] = yaml.safe_load(text)["tests"][kind]
    return found


@pytest.mark.parametrize(
    ("kind", "count"), [("WeightedTweetsWithDiscountedEmojiCounterTest", 22), ("UnicodeDirectionalMarkerCounterTest", 2)]
)
def test_the_weighted_counts_of_version_3(shared: Path, kind: str, count: int) -> None:
    found = cases(shared, "validate", kind)
    assert len(found) == count
    for case in found:
        assert weighted_length(case["text"]) == case["expected"]["weightedLength"], case["description"]


def test_the_weighted_counts_of_version_2_which_has_no_emoji(shared: Path) -> None:
    """Version 2 counted each code point of an emoji; the rest of it is as in version 3."""
    for case in cases(shared, "validate", "WeightedTweetsCounterTest"):
        text, rest, end = unicodedata.normalize("NFC", case["text"]), "", 0
        for first, last in links(text):
            rest, end = rest + text[end:first], last
        rest += text[end:]
        length = 23 * len(links(text)) + len(rest) + len(HEAVY.findall(rest))
        emoji = length != weighted_length(text)
        assert (length if emoji else weighted_length(text)) == case["expected"]["weightedLength"], case["description"]


@pytest.mark.parametrize(("kind", "count"), [("urls", 91), ("tco_urls_with_params", 5)])
def test_the_links_of_a_text(shared: Path, kind: str, count: int) -> None:
    found = cases(shared, "extract", kind)
    assert len(found) == count
    for case in found:
        assert [case["text"][first:last] for first, last in links(case["text"])] == case["expected"], case["description"]


@pytest.mark.parametrize(("kind", "count"), [("urls_with_indices", 10), ("urls_with_directional_markers", 2)])
def test_where_the_links_stand(shared: Path, kind: str, count: int) -> None:
    found = cases(shared, "extract", kind)
    assert len(found) == count
    for case in found:
        expected = [(each["url"], each["indices"]) for each in case["expected"]]
        got = [(case["text"][first:last], [first, last]) for first, last in links(case["text"])]
        assert got == expected, case["description"]


def test_every_top_level_domain_that_x_knows(shared: Path) -> None:
    found = [*cases(shared, "tlds", "country"), *cases(shared, "tlds", "generic")]
    assert len(found) == 1574
    wrong = [case["text"] for case in found if [case["text"][a:b] for a, b in links(case["text"])] != case["expected"]]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Bonjour", 7),
        ("cafe\u0301", 4),
        ("日本", 4),
        ("🎉", 2),
        ("👩\u200d👩\u200d👧\u200d👦", 2),
        ("https://blog.example.org/" + "a" * 200, 23),
        ("voir blog.example.org, puis", 34),
        (f"(https://{'a' * 63}.com)", 25),
        ("blog.nosuchdomain", 17),
        ("مرحبا", 5),
        ("ſblog.example.org", 24),  # the long s is no letter of ASCII, whatever a pattern without case thinks
        ("https://blog.example.org/a?q=ſ", 24),
        ("a.a." * 20_000, 80_000),
        ("🎉" * 20_000, 40_000),
        ("e" + "\u0301" * 20_000, 20_000),
    ],
)
def test_lengths(text: str, length: int) -> None:
    assert weighted_length(text) == length


def test_random_texts_against_the_library_of_x(project: Path) -> None:
    folder = project / "tests/npm/twitter-text"
    node = shutil.which("node")
    if node is None or not (folder / "node_modules/twitter-text").is_dir():
        pytest.skip("tests/npm/twitter-text is not installed: apt-get install nodejs npm, then make test")
    chance = random.Random(20261124)
    texts = ["".join(chance.choice(PIECES) for _ in range(chance.randint(1, 14))) for _ in range(STRINGS)]
    plain = [YOUNGER.sub("x", text) for text in texts]
    given = json.dumps([*texts, *plain])
    done = subprocess.run(
        [node, "lengths.cjs"], cwd=folder, input=given, capture_output=True, text=True, check=True, timeout=300
    )
    lengths = json.loads(done.stdout)
    theirs, theirs_plain = lengths[: len(texts)], lengths[len(texts) :]
    differing = [text for text, length in zip(texts, theirs, strict=True) if weighted_length(text) != length]
    unexplained = [
        (text, length, weighted_length(text))
        for text, length in zip(plain, theirs_plain, strict=True)
        if weighted_length(text) != length
    ]
    print(f"{len(texts)} texts, {len(differing)} differ by emoji that the library does not have")
    assert unexplained == []
    assert all(YOUNGER.search(text) for text in differing)
