"""How much a sentence says, as summarisers have measured it since Luhn (1958) and Edmundson (1969).

By the words of the title and the tags, by the words that the article returns to, by names and numbers, by its place; less
for one that needs what stands before it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.text.leaning import leans, points_back
from sharekit.text.words import weight, words

if TYPE_CHECKING:
    from collections.abc import Iterable

# Fewer characters than these say nothing alone.
ENOUGH = 45
_TOPICS, _OFTEN = 10, 3
_LONG = 180
_NAME = re.compile(r"(?<=[\w,] )[A-Z]\w+")
_DIGIT = re.compile(r"\d")
# What was found, learned, broken or measured draws a reader in more than what is described (Edmundson's cue words).
_CUES = frozenset(
    words(
        """
        found turns turned learned learnt mistake mistakes fails failed failure broke broken bug bugs faster slower cheaper
        nobody worst best wrong cost costs saved lost wasted crash crashed crashes
        appris erreur erreurs raté ratée cassé cassée trashé planté rapide lent cher jamais personne pire meilleur meilleure
        coûte coûtent
        fehler gelernt kaputt niemand schneller langsamer billiger teurer schlimm schlimmste kostet gescheitert
        error errores falló nunca nadie peor mejor rápido lento barato cuesta cuestan
        erro erros falhou ninguém pior melhor custa custam
        """
    )
)
_CUE_STEMS = tuple(
    words("discover surpris découvr découvert surpren überrasch descubr descub aprend sorprend descob surpreend quebr")
)
# "art: drew a dragon", and notes that begin without a capital.
_NOTE = re.compile(r"[\w ]{1,24}: |[a-zà-öø-ÿ]")
# Words of four letters and more that are in any text.
_FUNCTION_WORDS = frozenset(
    words(
        """
        about above after again also always another because been before being below between both came cannot come could does
        doing done down each even ever every find first from gets getting give goes going good great have having here into
        just know like little long look made make making many maybe might more most much must need never next nothing often
        once only other over people really same several should since some something still such sure take than that their
        them then there these they thing things think this those though through time times today together under until using
        used very want wants well were what when where which while will with within without work would year years your ainsi
        alors après assez aucun aussi autre autres avant avec avoir beaucoup bien cela celle celui cette ceux chaque chez
        chose comme comment dans depuis deux donc elle elles encore entre était être faire fait faut leur leurs lors mais
        même moins notre nous parce pendant permet peut plus plusieurs pour pouvoir quand quel quelle quelque quelques rien
        sans sera soit sont sous surtout sur tous tout toute toutes très trop utiliser vers voir vous vraiment aber alle
        allem allen aller alles also andere anderen auch aufgrund bereits beim bevor dabei dafür damit dann daraus dass dazu
        dem denn derer deren dessen deshalb diese diesem diesen dieser dieses doch dort durch eigentlich eine einem einen
        einer eines einfach einmal etwas gegen geht gibt haben hatte hier ihre ihrer immer jede jedoch jetzt kann kein keine
        können machen mehr meine mich muss müssen nach nicht nichts noch nach oder ohne schon sehr sein seine selbst sich
        sind soll sollte sondern unter viel viele vom waren warum weil welche wenn werden wieder wird wurde wurden zwei
        zwischen ahora algo algunos antes aquí aunque bien cada casi como cómo cosas cual cuando desde después donde dos
        ellos entonces entre eran esta están estas este esto estos fueron hace hacer hacia hasta hemos incluso luego mejor
        menos mientras mismo mucho muchos nada ningún nuestra nuestro otra otras otro otros para pero poco podemos poder
        porque puede pueden pues sido siempre sino sobre solo tanto también tener tiene todas todo todos tras vamos veces
        vez agora ainda algumas alguns além antes apenas aqui assim até cada coisa como depois desde dessa desse deste dois
        então entre eram essa esse estão estava este fazer ficar foram gente hoje isso isto mais mas melhor menos mesmo
        muita muito muitos nada nossa nosso outra outras outro outros para pela pelo pode podem porque pouco precisa quais
        qual quando quem sempre sendo seria será sobre também tanto tem temos tenho tinha toda todas todo todos tudo umas
        você vocês
        """
    )
)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an article is about: the words of its title, of its tags, and those that it returns to most often."""

    title: frozenset[str]
    tags: frozenset[str]
    topics: frozenset[str]


def subject(title: str, tags: Iterable[str], said: Iterable[str]) -> Subject:
    """The subject of an article. ``said`` are the words of its sentences."""
    counts = Counter(word for word in said if len(word) > 3 and word not in _FUNCTION_WORDS)
    return Subject(
        title=frozenset(content_words(title)),
        tags=frozenset(word for tag in tags for word in words(tag) if len(word) > 2),
        topics=frozenset(word for word, count in counts.most_common(_TOPICS) if count >= _OFTEN),
    )


def content_words(text: str) -> list[str]:
    """The words of a text that are not in any text."""
    return [word for word in words(text) if len(word) > 3 and word not in _FUNCTION_WORDS]


def score(text: str, known: frozenset[str], about: Subject, language: str, *, first: bool) -> float:
    """How much a sentence says when it stands alone. ``known`` are its words; ``first``: it begins its paragraph."""
    specific = min(2.0, 0.7 * len(known & about.title)) + min(1.0, 0.5 * len(known & about.tags))
    specific += min(1.2, 0.4 * len(known & about.topics))
    specific += 0.4 * bool(_DIGIT.search(text)) + min(0.6, 0.2 * len(_NAME.findall(text)))
    specific += 0.6 * _has_cue(text, known)
    value = specific + 0.3 * text.endswith("?") + 0.9 * first
    if not specific:
        value -= 1.2
    length = weight(text)
    if length < ENOUGH:
        value -= 1.2 * (1 - length / ENOUGH) + 0.3
    elif length > _LONG:
        value -= (length - _LONG) / 100
    if leans(text, language):
        value -= 3.5
    elif points_back(text, language, known):
        value -= 2.2
    if _NOTE.match(text):
        value -= 1.5
    return value - 0.3 * ("(" in text)


def _has_cue(text: str, known: frozenset[str]) -> bool:
    return "%" in text or not known.isdisjoint(_CUES) or any(word.startswith(_CUE_STEMS) for word in known)


def place_value(place: int, count: int, *, ending: bool) -> float:
    """What the place of a paragraph is worth: the opening says what it is about, the conclusion what was found."""
    if place < 3:
        return 2.6 - 0.7 * place
    if ending or place >= count - 3:
        return 0.9
    return 0.6 if place < 8 else 0.0
