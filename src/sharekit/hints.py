"""The words by which an article tells of its series. A cheap test on its source, before anything is rendered.

It lets a source say of most posts that their bodies need not be looked at. The pattern is one that Python and Go (RE2)
read alike, because Hugo runs it too.
"""

from __future__ import annotations

import re

SERIES_WORDS = (
    r"s(?:é|e|e\x{301}|&eacute;|&#233;)ries?|serien?|beitragsreihe|artikelreihe|reihe|reeks|feuilleton|saga|trilog(?:y|ie|ía)|"
    r"seria|seriál|цикл|серия|серии|連載|シリーズ|系列"
)
PART_WORDS = (
    r"parts?|partie|parte|pt\.?|teil|deel|del|część|часть|[ée]pisode|episodio|episódio|folge|volet|jour|día|day|tag|"
    r"chapter|chapitre|capítulo|kapitel|capitolo|volume|vol\.?|tome|level|acte?|week|semaine|étape|step|round"
)
RE2 = rf"(?i)(?:{SERIES_WORDS})|\b(?:{PART_WORDS})\s*(?:n[°ºo.]\s*)?[#]?(?:\d|[ivx]+\b)"
PATTERN = re.compile(RE2.replace(r"\x{301}", "\u0301"))


def tells_of_series(text: str) -> bool:
    """Whether a text could be that of an article which names its series or the parts of it."""
    return PATTERN.search(text) is not None
