"""The words by which an article tells of its series: a cheap test on its source, before anything is rendered.

It lets a source say of most posts that their bodies need not be looked at. It must never say so of one that tells.
"""

from __future__ import annotations

import re

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
LINKS = ("](", "][", "<a", "{{<", "{{%")
LISTS = ("\n- ", "\n* ", "\n+ ", "\n1.", "\n1)", "\n  - ", "\n  * ", "\n> ", "<ul", "<ol", "<li")
# How far before a list its introduction may begin.
REACH = 500


def tells_of_series(text: str) -> bool:
    """Whether a text could be that of an article that lists the parts of a series."""
    lowered = f"\n{text.lower()}"
    listed = any(sign in lowered for sign in LISTS)
    if not listed and not any(sign in lowered for sign in LINKS):
        return False
    signs = [sign for sign in SERIES_SIGNS if sign in lowered]
    if (
        listed
        and signs
        and any(_leads(lowered[max(0, found.start() - REACH) : found.start()], signs) for found in LIST.finditer(lowered))
    ):
        return True
    # Parts that are numbered, in a list or more than once on a line.
    return any(_lists_parts(line) for line in lowered.split("\n") if "]" in line or "<a" in line or "<li" in line)


def _leads(before: str, signs: list[str]) -> bool:
    return any(sign in before for sign in signs)


def _lists_parts(line: str) -> bool:
    first = PART.search(line)
    return first is not None and (LIST.match(line) is not None or PART.search(line, first.end()) is not None)
