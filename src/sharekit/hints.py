"""The words by which an article tells of its series: a cheap test on its source, before anything is rendered.

It lets a source say of most posts that their bodies need not be looked at. It must never say so of one that tells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PART_WORDS = (
    r"parts?|partie|parte|pt\.?|teil|deel|del|część|часть|[ée]pisode|episodio|episódio|folge|volet|jour|día|day|tag|"
    r"chapter|chapitre|capítulo|kapitel|capitolo|volume|vol\.?|tome|level|acte?|week|semaine|étape|step|round"
)
# Without them no list is introduced as one of a series; plain text, because a search for text is a hundred times as fast.
SERIES_SIGNS = (
    "serie",
    "série",
    "se\u0301rie",
    "s&eacute;rie",
    "s&#233;rie",
    "reihe",
    "reeks",
    "feuilleton",
    "saga",
    "trilog",
    "seriál",
    "цикл",
    "сери",
    "сері",
    "serii",
    "serię",
    "cykl",
    "시리즈",
    "연재",
    "連載",
    "连载",
    "シリーズ",
    "系列",
    "suite",
    "other ",
    "previous",
    "earlier",
    "autres",
    "précédent",
    "weitere",
    "otras",
    "otros",
)
LIST = re.compile(r"^[ \t>]*(?:[-*+]|\d{1,2}[.)])[ \t]+\S|<[uo]l\b|<li\b", re.MULTILINE)
PART = re.compile(
    rf"\b(?:{PART_WORDS})[ \t]*(?:n?[°º]|#)?[ \t]*(?:\d|[ivx]+\b|one\b|une?\b|first\b|two\b|deux\b)", re.IGNORECASE
)
# Each pattern begins with one fixed character, for which a search is ten times as fast as for a choice of signs.
LINKS = (re.compile(r"\][(\[]"), re.compile("<a"), re.compile(r"\{\{[<%]"))
LISTS = (re.compile(r"\n(?:[-*+>] |1[.)]|  [-*] )"), re.compile("<(?:ul|ol|li)"))
ITEMS = (re.compile(r"\n[ \t>]*(?:[-*+]|\d{1,2}[.)])[ \t]+\S"), re.compile(r"<(?:[uo]l|li)\b"))
# The same for bytes: every tag begins with the last.
MARKS = tuple(re.compile(each.pattern.encode()) for each in (*LINKS, *LISTS) if not each.pattern.startswith("<"))
# How far before a list its introduction may begin.
REACH = 500


def could_tell(data: bytes) -> bool:
    """Whether :func:`tells_of_series` has to be asked of a file: not where its bytes hold neither a link nor a list."""
    if b"\r" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        # Other line ends, or UTF-16: the marks look different.
        return True
    data = b"\n" + data.removeprefix(b"\xef\xbb\xbf")
    return b"<" in data or any(mark.search(data) for mark in MARKS)


def tells_of_series(text: str) -> bool:
    """Whether a text could be that of an article that lists the parts of a series."""
    lowered = f"\n{text.lower()}"
    listed = any(sign.search(lowered) for sign in LISTS)
    if not listed and not any(sign.search(lowered) for sign in LINKS):
        return False
    if listed and _is_introduced(lowered):
        return True
    # Parts that are numbered, in a list or more than once on a line.
    return any(_lists_parts(line) for line in lowered.split("\n") if "]" in line or "<a" in line or "<li" in line)


def _is_introduced(lowered: str) -> bool:
    """Whether a sign stands within reach before an item of a list."""
    lines, tags = ITEMS
    starts = [found.start() + 1 for found in lines.finditer(lowered)] + [found.start() for found in tags.finditer(lowered)]
    starts.sort()
    near = _reached(lowered, starts)
    signs = [sign for sign in SERIES_SIGNS if sign in near]
    return any(sign in lowered[max(0, start - REACH) : start] for sign in signs for start in starts)


def _reached(text: str, starts: Sequence[int]) -> str:
    """What stands within reach before these places, each stretch once: most of an article does not."""
    pieces = []
    end = 0
    for start in starts:
        begin = max(0, start - REACH)
        if begin > end:
            pieces.append("\0")
        pieces.append(text[max(begin, end) : start])
        end = start
    return "".join(pieces)


def _lists_parts(line: str) -> bool:
    first = PART.search(line)
    return first is not None and (LIST.match(line) is not None or PART.search(line, first.end()) is not None)
