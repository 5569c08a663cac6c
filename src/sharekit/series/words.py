"""How articles and titles speak of series, in the languages of the web's blogs."""

from __future__ import annotations

import re

from sharekit.text.part_words import PART_WORDS

SERIES = (
    r"(?:suite|s[ée]ries?|\w*serien?|\w*reihen?|reeks|feuilleton|saga|trilog(?:y|ie|ía)|seri(?:a|i|ę|ą)|cykl\w*|seriál\w*|цикл\w*|"
    r"сер[иі][яиюейіїє]+)"
)
ARTICLES = (
    r"(?:posts?|articles?|parties|parts?|[ée]pisodes?|billets?|volets?|entr[ée]es|entr(?:y|ies)|entradas?|art[íi]culos?|partes?|"
    r"beitr[äa]ge\w*|teile?\w*|artikel\w*|articol[oi]|part[ei]|puntat[ae]|artigos?|del(?:en|ar)?|artikelen|blogs?|blogposts?|"
    r"installments?|instalments?|chapters?|chapitres?|tutorials?|notes?|talks?|inlägg\w*|indlæg\w*|wpis\w*|artykuł\w*|częś\w*|díl\w*|"
    r"стат\w+|част\w+)"
)
# Scripts that put no space between words: neither before these nor after them is a boundary. 時系列 is a time series, and
# 一系列 "a series of" whatever follows it.
UNSPACED_SERIES = r"(?:(?<![时時一])系列|連載|连载|シリーズ|시리즈|연재)"
UNSPACED_ARTICLES = r"(?:文章|[第一二三四五六七八九十\d][篇回部話话]|部分|目[录錄次]|其[他它]|他の|記事|一覧|글|목록|편)"
# An introduction names a series and its articles, or is a heading that names a series.
INTRODUCTION = re.compile(
    rf"\b{SERIES}\b.{{0,80}}?\b{ARTICLES}\b|\b{ARTICLES}\b.{{0,80}}?\b{SERIES}\b|"
    rf"{UNSPACED_SERIES}.{{0,40}}?{UNSPACED_ARTICLES}|{UNSPACED_ARTICLES}.{{0,40}}?{UNSPACED_SERIES}|一系列.{{0,4}}文章",
    re.IGNORECASE,
)
SHORT = re.compile(rf"(?:^|[^\w]){SERIES}(?:$|[^\w])|^.{{0,20}}{UNSPACED_SERIES}.{{0,6}}$", re.IGNORECASE)
OTHERS = re.compile(
    r"\b(?:all|other|previous|earlier|toutes|tous|autres|pr[ée]c[ée]dent\w*|alle|otr[ao]s|weitere|vorige|bisherige)\b.{0,20}"
    r"\b(?:parts?|parties|volets?|[ée]pisodes?|partes|teile|folgen|delen|puntate)\b|\b(?:part|partie|teil|parte|deel)\s+\d+\s+(?:of|sur|von|de|van|/)\s*\d*",
    re.IGNORECASE,
)
LONGEST_HEADING = 90
# Series that are none of ours, and "a series of" what is no article.
NO_SERIES = re.compile(
    rf"(?<!part of )(?<!partie )(?<!teil )\b(?:an?|une?|einer?|una|uma|een)[ \u00a0](?:\w+[ \u00a0])?{SERIES}[ \u00a0](?:of|de|d['’]|von|di|van)\b"
    rf"(?![^.!?:]{{0,40}}\b{ARTICLES}\b)|\bder reihe nach\b|\bseries \d+\b|"
    r"\btime[ -]?series|\b(?:tv|web|television|netflix|world|fourier|taylor|power|video|book|anime|game|xbox)[ -]series\b|"
    r"s[ée]ries? (?:temporelles?|tv|t[ée]l[ée]vis[ée]es?|de fourier|[ab]\b)|series (?:resistor|connection|[abc]\b)|en série\b|"
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
    rf"(?:part|installment|instalment|entry|post|article) (?:\w+ )?(?:of|in) (?:the|this|my|our|an?) .{{0,60}}\b{SERIES}\b|"
    rf"fait (?:suite|partie)|(?:s'inscrit|prend place) dans|(?:suite|partie|volet|[ée]pisode) (?:\w+ )?(?:de|d'une) .{{0,60}}\b{SERIES}\b|"
    rf"(?:ist|als) (?:der |die )?(?:\w+ )?(?:teil|beitrag) .{{0,60}}\b{SERIES}\b|(?:forma parte|faz parte|fa parte|maakt deel)|"
    rf"previous (?:ones|parts|posts|articles|installments|entries) (?:of|in) th|(?:missed|lu) (?:the previous|les pr[ée]c[ée]dent)|"
    rf"\b{SERIES}\b.{{0,20}}\b(?:so far|jusqu['’]ici|bisher|bislang|hasta ahora|finora|até agora|tot nu toe)\b|\b(?:bisher|bislang)\b.{{0,30}}\b{SERIES}\b|"
    rf"{UNSPACED_SERIES}.{{0,12}}第.{{1,3}}[篇回部話话]|(?:시리즈|연재).{{0,10}}번째|част\w+ (?:\w+ )?(?:цикла|сер[иі]\w+)|(?:częścią|součástí|del a[vf] en) (?:\w+ )?{SERIES}",
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
