"""The words and numbers by which an article lists the parts of a series, and a cheap test for them on its source.

The test spares a source most of its articles: it must never say no of one that lists parts. Its pattern means the same to
Python and to Go (RE2), for Hugo runs it within a template; both are given lower-case text.
"""

from __future__ import annotations

import re

PART_WORDS = (
    r"parts?|partie|parte|pt\.?|teil|deel|del|część|часть|[ée]pisode|episodio|episódio|folge|volet|jour|día|day|tag|"
    r"chapter|entrega|puntata|chapitre|capítulo|kapitel|capitolo|volume|vol\.?|tome|level|acte?|week|semaine|étape|step|round"
)
# One of these is in every article that lists anything or links anywhere: Markdown, HTML, shortcodes, Org, AsciiDoc.
MARKS = ("](", "][", "{{", "<", "\n- ", "\n* ", "\n+ ", "\n1")
# Without one of these no list is introduced as one of a series, but for what PATTERN finds.
SIGNS = (
    "serie", "série", "se\u0301rie", "s&eacute;rie", "s&#233;rie", "reihe", "reeks", "feuilleton", "saga", "trilog",
    "seriál", "цикл", "сери", "сері", "serii", "serię", "cykl", "시리즈", "연재", "連載", "连载", "シリーズ", "系列",
    "suite ", "dossier", "cycle ", "ciclo ",
)  # fmt: skip
_PART = rf"(?:{PART_WORDS})[ \t ]*(?:n?[°º]|#)?[ \t ]*(?:\d|[ivx]+\b|one|un|first|two|deux)"
PATTERN = (
    # "the other parts", "alle Teile"
    r"\b(?:all|other|previous|earlier|tou(?:te)?s|autres|pr[ée]c[ée]dent\w*|alle|otr[ao]s|weitere|vorige|bisherige)\b.{0,20}"
    r"(?:parts?\b|parties|volets?|[ée]pisodes?|partes|teile|folgen|delen|puntate)|"
    # "Previous part:", "Partie suivante"
    r"(?:prev|earlier|next|following|vor|letzte|nächste|folgende|anterior|siguiente|seguinte|pr[óo]xim|precedente|successiv|prossim|vorig|"
    r"volgend|föregående|förra|nästa|forrige|næste|poprzedni|następn|kolejn|предыдущ|следующ)\S{0,6}\s+"
    r"(?:part|teil|deel|del|część|часть|[ée]pisod|folge|chapter|kapitel|chapitre|capítulo|capitolo|puntata|instal|entrega|aflev|avsnitt|rozdz|odcin|глава)|"
    r"(?:part[ei]e?s?|[ée]pisod[eio]+s?|chapitres?|cap[íi]tulos?|capitolo|volets?|puntat[ae]|entregas?|część|часть)\s+"
    r"(?:pr[ée]c[ée]d|suivant|anterior|siguiente|seguinte|successiv|seguente|poprzed|następ)|"
    # "the first part", "deuxième partie"
    r"\b(?:\d|first|second|third|fourth|premi[eè]re?|deuxi[eè]me|troisi[eè]me|erste|zweite|dritte|primer|segund|tercer|terceir)"
    r"\S{0,3}\s+"
    r"(?:part|teil|deel|volet|[ée]pisod|chap|kapitel|cap[íi]t|folge)|"
    # "part 2 of 5"
    r"(?:part|partie|teil|parte|deel)\s+\d+\s*(?:of|sur|von|de|van|/)|"
    # An item that begins with its number as a part.
    rf"\n[ \t>]*(?:[-*+]|\d{{1,2}}[.)])[^\w\n]*{_PART}|<li\b.{{0,300}}?{_PART}|"
    # Two numbered parts in one paragraph.
    rf"{_PART}(?:\n?[^\n]){{0,900}}?\n?{_PART}"
)
_PATTERN = re.compile(PATTERN)
NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "one first premier première primer primera primeiro primo prima erster erste ersten eerste une un",
            "two second deuxième seconde second deux segundo segunda secondo zweiter zweite zweiten tweede dos",
            "three third troisième trois tercer tercera terceiro terzo dritter dritte dritten derde tres",
            "four fourth quatrième quatre cuarto cuarta quarto vierter vierte vierten vierde cuatro",
            "five fifth cinquième cinq quinto quinta fünfter fünfte fünften vijfde cinco",
            "six sixth sixième sexto sesto sechster sechste zesde seis",
            "seven seventh septième sept séptimo settimo siebter siebte zevende siete",
            "eight eighth huitième huit octavo ottavo achter achte achtste ocho",
            "nine ninth neuvième neuf noveno nono neunter neunte negende nueve",
            "ten tenth dixième dix décimo decimo zehnter zehnte tiende diez",
        ),
        start=1,
    )
    for word in words.split()
}


def may_list_parts(text: str) -> bool:
    """Whether a text, as it was written, could be that of an article that lists the parts of a series."""
    lowered = f"\n{text.lower()}"
    if not any(mark in lowered for mark in MARKS):
        return False
    return any(sign in lowered for sign in SIGNS) or _PATTERN.search(lowered) is not None


def value_of(text: str) -> int:
    """The number that digits, Roman numerals or a word stand for."""
    text = text.strip().casefold()
    if text.isdigit():
        return int(text)
    if text in NUMBERS:
        return NUMBERS[text]
    digits = {"i": 1, "v": 5, "x": 10}
    values = [digits[char] for char in text]
    return sum(-value if value < max(values[at:], default=0) else value for at, value in enumerate(values))
