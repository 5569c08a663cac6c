"""The cheap test for articles that tell of a series: as quick as it may be, it must say what the plain reading says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sharekit.hints import LIST, PART, REACH, SERIES_SIGNS, could_tell, tells_of_series
from sharekit.sources.front import body_of, decode

LINKS = ("](", "][", "<a", "{{<", "{{%")
LISTS = ("\n- ", "\n* ", "\n+ ", "\n1.", "\n1)", "\n  - ", "\n  * ", "\n> ", "<ul", "<ol", "<li")
PIECES = (
    "\n", "\n", "\n\n", " ", "a", "mot ", "x" * 60, "x" * 450, "Série", "SÉRIE ", "suite", "other ", "earlier",
    "\n- ", "\n* un", "\n+ ", "\n1.", "\n1) a", "\n12) b", "\n  - c", "\n> ", "\n>- d", "<ul>", "<OL", "<li",
    "<a href=x>", "](", "[a](/b)", "][", "]", "{{< x >}}", "{{", "Part 1", "partie 2", "[Part 1](a) [Part 2](b)",
    "-", "<", "K", "\r\n", "\r", "\ufeff", "é", "…", "---\n", "title: x\n", "\t- e",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def plainly(text: str) -> bool:
    """The rule as one would write it without a thought for time."""
    lowered = f"\n{text.lower()}"
    listed = any(sign in lowered for sign in LISTS)
    if not listed and not any(sign in lowered for sign in LINKS):
        return False
    before = [lowered[max(0, found.start() - REACH) : found.start()] for found in LIST.finditer(lowered)]
    if listed and any(sign in each for each in before for sign in SERIES_SIGNS):
        return True
    lines = [line for line in lowered.split("\n") if "]" in line or "<a" in line or "<li" in line]
    return any(PART.search(line) and (LIST.match(line) or len(PART.findall(line)) > 1) for line in lines)


@settings(deadline=None)
@given(texts)
def test_the_quick_way_says_what_the_plain_way_says(text: str) -> None:
    assert tells_of_series(text) == plainly(text)


@settings(deadline=None)
@given(texts, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_no_article_that_tells_is_passed_over_for_its_bytes(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert could_tell(data) or not tells_of_series(body_of(decode(data)[0]))


def test_an_article_of_words_alone_is_passed_over() -> None:
    assert not could_tell("---\ntitle: Été\ntags: [a, b]\n---\nDes mots, une suite.\n\n## Titre\n".encode())
