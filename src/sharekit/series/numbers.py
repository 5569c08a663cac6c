"""Numbers as titles and front matter write them: digits, Roman numerals, words."""

from __future__ import annotations

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
