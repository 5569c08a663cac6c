"""How articles and titles speak of series, in the languages of the web's blogs."""

from __future__ import annotations

import re

from sharekit.hints import PART_WORDS

SERIES = r"(?:suite|s[ée]ries?|serien?|\w*reihe|reeks|feuilleton|saga|trilog(?:y|ie|ía)|seria|seriál|цикл\w*|сери[яиюей]+|連載|シリーズ|系列)"
ARTICLES = (
    r"(?:posts?|articles?|parties|parts?|[ée]pisodes?|billets?|volets?|entr[ée]es|entr(?:y|ies)|entradas?|art[íi]culos?|partes?|"
    r"beitr[äa]ge\w*|teile?\w*|artikel\w*|articol[oi]|part[ei]|puntat[ae]|artigos?|del(?:en|ar)?|artikelen|blogs?|blogposts?|"
    r"installments?|instalments?|chapters?|chapitres?|tutorials?|notes?|talks?|стат\w+|част\w+|記事|回)"
)
# An introduction names a series and its articles, or is a heading that names a series.
INTRODUCTION = re.compile(rf"\b{SERIES}\b.{{0,80}}?\b{ARTICLES}\b|\b{ARTICLES}\b.{{0,80}}?\b{SERIES}\b", re.IGNORECASE)
SHORT = re.compile(rf"(?:^|[^\w]){SERIES}(?:$|[^\w])", re.IGNORECASE)
OTHERS = re.compile(
    r"\b(?:all|other|previous|earlier|toutes|tous|autres|pr[ée]c[ée]dent\w*|alle|otr[ao]s|weitere|vorige|bisherige)\b.{0,20}"
    r"\b(?:parts?|parties|volets?|[ée]pisodes?|partes|teile|folgen|delen|puntate)\b|\b(?:part|partie|teil|parte|deel)\s+\d+\s+(?:of|sur|von|de|van|/)\s*\d*",
    re.IGNORECASE,
)
LONGEST_HEADING = 90
# Series that are none of ours.
NO_SERIES = re.compile(
    r"\btime[ -]?series|\b(?:tv|web|television|netflix|world|fourier|taylor|power|video|book|anime|game|xbox)[ -]series\b|"
    r"s[ée]ries? (?:temporelles?|tv|t[ée]l[ée]vis[ée]es?|de fourier|[ab]\b)|series (?:resistor|connection|[abc]\b)|en s[ée]rie\b|"
    r"\bsee also\b|\brelated (?:posts|articles)\b|\bvoir aussi\b|\btable of contents\b|\bfurther reading\b",
    re.IGNORECASE,
)
MORE = re.compile(
    r"(?:à|a) suivre|à venir|more to come|to be continued|(?:coming|more) soon|stay tuned|(?:au moins|at least) (?:un|une|one) autre|"
    r"at least one more|fortsetzung folgt|(?:folgt|demnächst)|continuar[áa]|próximamente|prossimamente|wordt vervolgd|em breve|bientôt|"
    r"продолжение следует|つづく|未完待续",
    re.IGNORECASE,
)
PLANNED = re.compile(
    r"coming soon|to come|upcoming|planned|not yet|tba|tbd|todo|soon|à venir|a venir|bientôt|prochainement|en cours|prévu|"
    r"demnächst|folgt|in arbeit|geplant|próximamente|pr[óo]xim[oa]|em breve|in arrivo|binnenkort|скоро|wip\b|draft",
    re.IGNORECASE,
)
HERE = re.compile(
    r"this (?:post|article|part|one|page|entry|episode)|you(?:'|’)?(?:re| are) (?:here|reading)|current(?:ly)? (?:post|article|part|reading)|"
    r"cet (?:article|épisode)|ce (?:billet|post)|cette partie|vous (?:êtes|lisez)|dieser (?:artikel|beitrag|teil)|"
    r"est[ea] (?:art[íi]culo|entrada|parte|post|artigo)|questo articolo|dit artikel|эта статья|👈|⬅|\(here\)|\(ici\)|\(hier\)",
    re.IGNORECASE,
)
# The article says that it is a part itself, though its list names only the others.
BELONGS = re.compile(
    rf"(?:is|as) (?:the )?(?:\w+ )?(?:part|installment|instalment|post|article|entry|chapter|one) (?:\w+ )?(?:of|in) |"
    rf"(?:part|installment|instalment|entry|post|article) (?:\w+ )?(?:of|in) (?:the|this|my|our|a) .{{0,60}}\b{SERIES}\b|"
    rf"fait (?:suite|partie)|(?:s'inscrit|prend place) dans|(?:suite|partie|volet|[ée]pisode) (?:\w+ )?(?:de|d'une) .{{0,60}}\b{SERIES}\b|"
    rf"(?:ist|als) (?:der |die )?(?:\w+ )?(?:teil|beitrag) .{{0,60}}\b{SERIES}\b|(?:forma parte|faz parte|fa parte|maakt deel)|"
    rf"previous (?:ones|parts|posts|articles|installments|entries) (?:of|in) th|(?:missed|lu) (?:the previous|les pr[ée]c[ée]dent)",
    re.IGNORECASE,
)
PREVIOUS = re.compile(r"\bprevious|\bearlier|\bpr[ée]c[ée]dent|\banterior|\bvorherig|\bbefore continuing", re.IGNORECASE)
NAMED = re.compile(
    r"\b(?:the|our|my|this|part of) [\"“«‘]?\s?(?P<name>(?:[A-Z0-9][\w’'/&.+#-]*[ \u00a0]|(?:of|in|for|with|to|and|on|the|from|a)[ ]){1,9}?)"
    r"[\"”»’]?\s?(?:blog |article |post )?[Ss]eries\b|"
    r"\b(?:[Ss][ée]ries?|Serie|Reihe|reeks)(?: d['’]articles| de \w+| von \w+)?\s*(?:sur\s*)?[\"“«„]\s*(?P<quoted>[^\"”»“]{3,80}?)\s*[\"”»“]"
)
ROMAN = r"(?:x{0,3}(?:ix|iv|v?i{1,3}|v|x))"
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
WORDED = "|".join(sorted(NUMBERS, key=len, reverse=True))
_PART = PART_WORDS.replace("parts?", "part")
# A part of a series by its number: "Part 2", "épisode n°3", "jour deux", "Level IV".
NUMBERED = re.compile(
    rf"(?<!\w)(?P<word>{_PART})[ \u00a0]*(?:n[°ºo]\.?[ \u00a0]*|#[ \u00a0]*)?(?P<number>\d{{1,3}}(?![\d.,]\d)|{ROMAN}(?!\w)|(?:{WORDED})(?!\w))"
    r"(?:[ \u00a0]*(?:/|of|sur|von|de|di|van|sobre)[ \u00a0]*(?P<total>\d{1,3}))?",
    re.IGNORECASE,
)


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
