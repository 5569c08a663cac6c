"""How articles and titles speak of series, in the languages of the web's blogs.

The patterns without a flag are for lower-case text: to compile them for any case takes three times as long.
"""

from __future__ import annotations

import re

from sharekit.text.part_words import NUMBERS, PART_WORDS

SERIES = (
    r"(?:suite|dossiers?|cycle(?= d['’]articles| de (?:billets|textes|posts)|[ \u00a0][«“„\"])|ciclo(?= di articoli| de (?:art|post)|[ \u00a0][«“„\"])|"
    r"s[ée]ries?|\w*serien?|\w*reihen?|reeks|feuilleton|saga|trilog(?:y|ie|ía)|seri(?:a|i|ę|ą)|cykl\w*|seriál\w*|цикл\w*|"
    r"сер[иі][яиюейіїє]+)"
)
ARTICLES = (
    r"(?:posts?|articles?|parties|parts?|[ée]pisodes?|billets?|volets?|entr[ée]es|entr(?:y|ies)|entradas?|entregas?|art[íi]culos?|partes?|"
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
)
# Words that may mean a series of articles, or any other. "Suite" and "dossier" mean others too often.
SHORT = re.compile(
    rf"(?:^|[^\w])(?!suite|dossier){SERIES}(?:$|[^\w])|^.{{0,20}}{UNSPACED_SERIES}.{{0,6}}$|\b(?:ce|notre|mon|même|complet) dossier\b|"
    r"\bdossier\b(?:\W*$|\s*[:«“\"])",
)
_SERIES_ENDS = (
    r"(?:[ \u00a0](?:complète|completa|entière|entera|inteira|intera|so far|jusqu['’]ici|bisher|bislang|hasta ahora|até agora|finora|tot nu toe|published|parus|publiés|erschienen|"
    r"veröffentlicht|publicad[ao]s|pubblicati|verschenen|\d{4}))?"
    r"[ \u00a0]*[:.…»\"”]*$"
)
# Words that mean the author's own: "this series", "la série complète", "Artikelserie", "Series: Ropes at sea".
OWN = re.compile(
    r"(?:"
    r"\b(?:this|our|my)(?: [\w-]+){0,2} series"
    r"|\b(?:in|of|from|read) the series"
    r"|\bthe (?:whole |entire |full |complete |rest of the )?series"
    r"|\b(?:cette|notre|ma|la|toute la|même)(?: \w+)? (?:série|trilogie)"
    r"|\b(?:ce|notre|mon|le même) dossier"
    r"|\b(?:diese[rn]?|unsere[rn]?|meine[rn]?|die(?: ganze)?|der(?: ganzen)?) \w*(?:serie|reihe)"
    r"|\b(?:esta|nuestra|mi|la|toda la) serie"
    r"|\b(?:d?esta|nesta|nossa|minha|a|n?da|na|toda a) s[ée]rie"
    r"|\b(?:questa|nostra|mia|la|della|nella|intera) serie"
    r"|\b(?:deze|onze|mijn|de(?: hele)?) \w*(?:reeks|serie)"
    r"|\b(?:den här|denna|vår|min|hela) serien?"
    r"|\b(?:denne|vores|min|hele) serien?"
    r"|\b(?:ta|tej|tę|tego|nasz\w*|cał\w+) (?:seri[aięą]|cykl\w*)"
    r"|\b(?:эт\w+|наш\w+|весь|вс[еёяю]\w*|мо\w+) (?:сери\w+|цикл\w*)"
    r")" + _SERIES_ENDS + r"|\b(?:artikel|blog|beitrags?|post|text)[-‑]?(?:serie|reihe)\b"
    rf"|^\W*{SERIES}\W*$|^\W*(?!suite){SERIES}[ \u00a0]*:[ \u00a0]*\w.*$|(?<!\w)(?!suite){SERIES}[ \u00a0]*[«“„\"]"
    rf"|{UNSPACED_SERIES}",
)
OTHERS = re.compile(
    r"\b(?:all|other|previous|earlier|toutes|tous|autres|pr[ée]c[ée]dent\w*|alle|otr[ao]s|weitere|vorige|bisherige)\b.{0,20}"
    r"\b(?:parts?|parties|volets?|[ée]pisodes?|partes|teile|folgen|delen|puntate)\b|"
    r"\b(?:parties|volets|[ée]pisodes|partes|entregas|cap[íi]tulos|puntate) (?:pr[ée]c[ée]dent\w*|anteriores)\b|"
    r"\b(?:part|partie|teil|parte|deel)\s+\d+\s+(?:of|sur|von|de|van|/)\s*\d*",
)
LONGEST_HEADING = 90
# The list names the other parts, so that the article is one as well: by language.
OTHER_PARTS = {
    "en": r"\b(?:in|of|from) the same series\b|\balso in (?:this|the|our) series\b|"
    r"\b(?:other|more|remaining|rest)\b.{0,30}\b(?:in|of|from) (?:this|the same)(?: \w+)? series\b",
    "fr": r"\b(?:dans|de) (?:la|le|ce|cette) même (?:série|dossier)\b|"
    r"\bautres (?:articles?|billets?|parties|[ée]pisodes?|volets?|chapitres?|textes?|posts?) (?:de|dans|du)(?: (?:la|le|ce|cette))?(?: même)? (?:série|dossier)\b",
    "de": r"\b(?:in|aus) (?:derselben|der gleichen|der selben) \w*(?:serie|reihe)\b|"
    r"\b(?:weitere|andere|übrige)n? (?:teile|artikel|beiträge|folgen)(?: (?:in|aus|zu))? (?:der|dieser|derselben) \w*(?:serie|reihe)\b",
    "es": r"\b(?:en|de) la misma serie\b|\botr[oa]s (?:art[íi]culos|entradas|partes|posts|cap[íi]tulos|entregas) (?:de|en) (?:la|esta)(?: misma)? serie\b",
    "pt": r"\b(?:na|da) mesma s[ée]rie\b|\boutr[oa]s (?:artigos|posts|partes|textos|cap[íi]tulos) (?:da|desta|nesta)(?: mesma)? s[ée]rie\b",
    "it": r"\b(?:n|d)ella stessa serie\b|\baltr[ie] (?:articoli|parti|puntate|post|capitoli|episodi) (?:di questa|della|in questa)(?: stessa)? serie\b",
    "nl": r"\b(?:in|uit) dezelfde \w*(?:reeks|serie)\b|"
    r"\b(?:andere|overige) (?:delen|artikelen|berichten|posts|blogs|afleveringen) (?:in|van|uit) (?:deze|de|dezelfde) \w*(?:reeks|serie)\b",
    "sv": r"\bi samma \w*serie\b|\b(?:andra|övriga) (?:delar|delarna|inlägg|artiklar)(?:na)? i (?:samma|den här|denna) \w*serien?\b",
    "da": r"\bi samme \w*serie\b|\b(?:andre|øvrige) (?:dele|indlæg|artikler) i (?:samme|denne) \w*serie\b",
    "pl": r"\b[wz] tej samej serii\b|\b(?:inne|pozostałe) (?:części|wpisy|artykuły)(?: [wz])?(?: tej| tego)?(?: samej)? (?:serii|cyklu)\b",
    "ru": r"\b(?:в|из) (?:той|этой) же серии\b|\b(?:другие|остальные) (?:статьи|части|посты|записи)(?: (?:в|из))?(?: (?:этой|этого|той))?(?: же)? (?:серии|цикла)\b",
    "zh": r"同一?系列|[本该此這这]系列的?其[他它]",
    "ja": r"同じ(?:シリーズ|連載)|この(?:シリーズ|連載)の(?:他|ほか)",
    "ko": r"같은 (?:시리즈|연재)|이 (?:시리즈|연재)의 다른",
}
SAME_SERIES = re.compile("|".join(OTHER_PARTS.values()))
# What follows is related and no more, unless these words are about a series themselves.
RELATED = re.compile(
    r"\bsee also\b|\brelated\b|\bread also\b|\bvoir aussi\b|\b(?:à|a) lire (?:aussi|également)\b|\bliens\b|\bsiehe auch\b|\bmehr zum thema\b|"
    r"\b(?:ver|v[ée]ase|veja) tamb[ié][ée]?n?m?\b|\b(?:vedi|leggi) anche\b|\bzie ook\b|\bse (?:även|också|også)\b|\bzobacz (?:też|także)\b|"
    r"\bсм(?:\.|отрите) также\b|参见|参见：|另见|相关|関連|참고|관련",
    re.IGNORECASE,
)
# Headings that any article has: they name no series.
COMMON_HEADING = re.compile(
    r"(?:introduc\w+|einleitung|einführung|inleiding|vorwort|préambule|preamble|pr[óo]logo|avant[- ]propos|foreword|wstęp|введение|はじめに|引言|前言|简介|"
    r"(?:table of )?contents?|sommaire|table des matières|inhalt\w*|índice|indice|inhoud\w*|innehåll|spis treści|содержание|目次|目录|목차|"
    r"overview|übersicht|aperçu|overzicht|summary|résumé|zusammenfassung|resumen|resumo|riassunto|samenvatting|まとめ|总结|"
    r"conclusions?|fazit|schluss|conclusi[óo]n|conclus[ãa]o|conclusione|conclusie|tl;?dr|context\w*|contexto|background|hintergrund|"
    r"links?|liens|enlaces|referen\w+|références|quellen|sources?|notes?|updates?|mises? à jour|further reading|what'?s next|next steps?|"
    r"posts?|articles?|artikel|beiträge|parts?|parties|teile|partes|parti|delen|delar|części|части)",
    re.IGNORECASE,
)
# "A series of" what is no article.
OF_OTHERS = (
    rf"{SERIES}[ \u00a0](?:(?:of|de|von|di|van)\b|d['’])"
    rf"(?![ \u00a0]?(?:(?!these\b|ces\b|diese\b|est[ao]s\b|quest[ei]\b)[\w’'.,()-]+[ \u00a0]){{0,4}}{ARTICLES}\b)"
)
OTHER_SERIES = re.compile(rf"\b{OF_OTHERS}")
# Series that are none of ours.
NO_SERIES = re.compile(
    rf"(?<!part of )(?<!partie )(?<!teil )\b(?:an?|une?|einer?|una|uma|een)[ \u00a0](?:\w+[ \u00a0])?{OF_OTHERS}|\bder reihe nach\b|\bseries \d+\b|"
    r"\btime[ -]?series|\b(?:tv|web|television|netflix|world|fourier|taylor|power|video|book|anime|game|xbox|drama|comedy|hbo|streaming)[ -]series\b|"
    r"\b(?:fernseh|tv-?|netflix-?|web|krimi|zeit|mess|tele|telewizyjn)(?:serien?|reihen?|serial\w*)\b|\bseriale? (?:telewizyjn\w+|tv)|"
    r"\b(?:теле|веб-?)сериал\w*|电视(?:连续)?剧|テレビ|드라마|"
    r"s[ée]ries? (?:de )?(?:televis\w+|temporelles?|temporales|temporali|tv|t[ée]l[ée]\b|t[ée]l[ée]vis[ée]es?|netflix|de fourier|[ab]\b)|series (?:resistor|connection|[abc]\b)|en série\b|"
    rf"\b(?:watch(?:ed|ing)?|binged?|binge-?watch\w*|regardé|regarder|vu|visto|guardato|assisti|keek|såg|obejrzał\w*|(?:по)?смотрел\w*)\b"
    rf"(?! (?:dans|in|en|nella|i|w|v|в)\b)[^.!?:]{{0,40}}\b{SERIES}\b(?![^.!?:]{{0,20}}\b{ARTICLES}\b)|"
    rf"\b{SERIES}\b[^.!?:]{{0,30}}\b(?:gesehen|geschaut|gekeken|bekeken)\b|"
    # A limited edition, a favourite, a product, a killer, mathematics, electronics.
    rf"\b{SERIES}[ -](?:limit\w+|sp[ée]ci\w+|speciale|noires?|harmoni\w+|statisti\w+|entières?|convergent\w*|num[ée]ri\w+|de produ\w+)\b|"
    rf"\b(?:limit\w+|speci\w+|sp[ée]cial\w*|test|office|num[ée]ro de|n[úu]mero de|convergence de la|tueurs? en|killer|in) {SERIES}\b"
    rf"(?![^.!?:]{{0,20}}\b{ARTICLES}\b| (?:on|about|sur|über|sobre)\b)|\b(?:petite|grande|moyenne) série\b|"
    rf"\b(?:pr[ée]f[ée]r\w*|favou?rit\w*|liebling\w*|ulubion\w*|любим\w*|yndling\w*)\b[ \u00a0]{SERIES}\b(?![^.!?:]{{0,20}}\b{ARTICLES}\b)|"
    rf"\b{SERIES}[ \u00a0](?:pr[ée]f[ée]r\w*|favou?rit\w*|ulubion\w*)|\blieblings\w*(?:serien?|reihen?)|"
    rf"\b(?:netflix|hbo|disney\+?|prime video|apple tv\+?|canal\+?|arte|ard|zdf|bbc|saison|season|staffel|temporadas?|stagion[ei]|seizoen|acteurs?|"
    rf"actors?|actrice|sc[ée]nariste|regisseur)\b[^.!?:]{{0,40}}\b{SERIES}\b(?![^.!?:]{{0,20}}\b{ARTICLES}\b)|"
    rf"\b{SERIES}\b[^.!?:]{{0,40}}\b(?:netflix|hbo|disney\+?|prime video|apple tv\+?|canal\+|zdf|bbc)|"
    rf"\b(?:fans? (?:of|de|von|di|van)|ador\w+|aim[eé]\w*|lov(?:e|ed|ing)|lik(?:e|ed)|enjoy\w*|liebe|encant\w+|gust\w+|piac\w+|amo|elsker|älskar|"
    rf"uwielbiam|kocham|люблю)\b[^.!?:]{{0,30}}\b{SERIES}\b(?![^.!?:]{{0,20}}\b{ARTICLES}\b)|"
    rf"\b(?:eine[rn]?|een)[ \u00a0](?:reihe|reeks|serie)[ \u00a0](?!(?:von|van|über|over)\b)\w+(?![^.!?:]{{0,40}}\b{ARTICLES}\b)|"
    # Somebody else's: "I read a series of articles".
    rf"\b(?:read|found|discovered|came across|stumbled (?:up)?on|recommend|liked|loved|enjoyed|bookmarked|lu|d[ée]couvert|trouv[ée]|appr[ée]ci[ée]|"
    rf"recommande|le[íi](?:do)?|encontr(?:[ée]|ado)|descubierto|encontrei|descubr[íi]|descobri|recomiendo|recomendo|li)\b[ \u00a0](?:\w+[ \u00a0])?(?:an?|une|una|uma)[ \u00a0]"
    rf"(?:\w+[ \u00a0]){{0,2}}{SERIES}\b[^.!?:]*|"
    rf"\b(?:an?|une|una|uma)[ \u00a0](?:\w+[ \u00a0])?{SERIES}[ \u00a0](?:of|de|d['’])[ \u00a0]?{ARTICLES}[ \u00a0][^.!?:]{{0,40}}"
    rf"\b(?:i|j['’]ai|we|me|m['’]a|m['’]ont) (?:(?:really|beaucoup|tant|ha|han) )?(?:read|liked|loved|enjoyed|found|lu|aim[ée]\w*|ador[ée]\w*|plu\w*|gust\w+)\b[^.!?:]*|"
    rf"\beine[rn]?[ \u00a0]\w*(?:serie|reihe)\b[^.!?:]{{0,40}}\b(?:gelesen|gefunden|entdeckt|empfohlen)\b[^.!?:]*|"
    # "the Ryzen 7000 series"; a year may be one of the author's.
    r"\b(?!(?:19|20)\d\d\b)(?:\d[\d.]*[a-z]{0,2}[ -]|[a-z]-)s[ée]ri(?:es?|en)\b(?! of)|\bhors[- ]série|"
    # Praise is for somebody else's: "Great series of posts by Mary".
    rf"\b(?:great|excellent\w*|wonderful|fantastic|nice|interesting|superbe|tolle|gro(?:ß|ss)artige|interesante|[óo]ttim[ao]|excelente)[ \u00a0]"
    rf"{SERIES}\b[^.!?:]*\b(?:by|from|par|von|por|di|van)\b[^.!?:]*|"
    r"\btable of contents\b|\bfurther reading\b",
)
MORE = re.compile(
    r"(?:à|a) suivre|à venir|more to come|to be continued|(?:coming|more) soon|stay tuned|(?:au moins|at least) (?:un|une|one) autre|"
    r"at least one more|fortsetzung folgt|(?:folgt|demnächst)|continuar[áa]|próximamente|prossimamente|wordt vervolgd|em breve|bientôt|"
    r"продолжение следует|つづく|未完待续",
    re.IGNORECASE,
)
# An item of dots alone, or "etc.": further parts that nobody has named yet.
AND_SO_ON = re.compile(r"[\W_]*(?:etc|usw)?[\W_]*", re.IGNORECASE)
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
    rf"\b(?:is|as) (?:the )?(?:\w+ )?(?:part|installment|instalment|post|article|entry|chapter|one) (?:\w+ )?(?:of|in) |"
    rf"(?:part|installment|instalment|entry|post|article) (?:\w+ )?(?:of|in) (?:the|this|my|our|an?) .{{0,60}}\b{SERIES}\b|"
    rf"\bbelongs to\b|fait (?:suite|partie)|(?:s'inscrit|prend place) dans|(?:suite|partie|volet|[ée]pisode|entrega|parte|puntata) (?:\w+ )?(?:del?|d'une|della) .{{0,60}}\b{SERIES}\b|"
    rf"(?:ist|als) (?:der |die )?(?:\w+ )?(?:teil|beitrag) .{{0,60}}\b{SERIES}\b|(?:forma parte|faz parte|fa parte|maakt deel)|"
    rf"previous (?:ones|parts|posts|articles|installments|entries) (?:of|in) th|(?:missed|lu) (?:the previous|les pr[ée]c[ée]dent)|"
    rf"\b{SERIES}\b.{{0,20}}\b(?:so far|jusqu['’]ici|bisher|bislang|hasta ahora|finora|até agora|tot nu toe)\b|\b(?:bisher|bislang)\b.{{0,30}}\b{SERIES}\b|"
    rf"{UNSPACED_SERIES}.{{0,12}}第.{{1,3}}[篇回部話话]|(?:시리즈|연재).{{0,10}}번째|част\w+ (?:\w+ )?(?:цикла|сер[иі]\w+)|(?:częścią|součástí|del a[vf] en) (?:\w+ )?{SERIES}",
)
# "Previous part: …", "Partie suivante : …": by language, what comes before and what comes after. "Previous post" alone is how
# any blog leads to its neighbours.
NEIGHBOURS = {
    "en": ("previous|prev|earlier", "next|following"),
    "fr": (r"pr[ée]c[ée]dente?", "suivante?|prochaine?"),
    "de": (r"vorherige[rs]?|vorige[rs]?|letzte[rs]?", r"nächste[rs]?|folgende[rs]?"),
    "es": ("anterior", "siguiente|pr[óo]xim[oa]"),
    "pt": ("anterior", "seguinte|pr[óo]xim[oa]"),
    "it": ("precedente", "successiv[oa]|prossim[oa]|seguente"),
    "nl": ("vorige?", "volgende?"),
    "sv": ("föregående|förra", "nästa"),
    "da": ("forrige", "næste"),
    "pl": ("poprzedni[ae]?", "następn[ay]|kolejn[ay]"),
    "ru": (r"предыдущ\w+", r"следующ\w+"),
}
_PARTS = (
    r"(?:part|partie|parte|teil|deel|del|część|часть|[ée]pisode|episodio|epis[óo]dio|folge|chapter|chapitre|kapitel|cap[íi]tulo|capitolo|"
    r"volet|puntata|instal?lment|entrega|aflevering|avsnitt|rozdział|odcinek|глава|серия)"
)
_OF_SERIES = rf"\s+(?:(?:in|of|de|du|dans|della|der|aus|in|van|i|z|en|na|da)\s+)?(?:\w+\s+){{0,2}}{SERIES}"


def _neighbour(which: int) -> re.Pattern[str]:
    words = "|".join(pair[which] for pair in NEIGHBOURS.values())
    either = rf"(?:(?:{words})\s+{_PARTS}|{_PARTS}\s+(?:{words}))(?:{_OF_SERIES})?"
    article = rf"(?:(?:{words})\s+{ARTICLES}|{ARTICLES}\s+(?:{words})){_OF_SERIES}"
    return re.compile(rf"\W*(?:(?:the|la|le|l['’]|der|die|das|el|il|de|den|het|a|o)\s*)?(?:{either}|{article})\W*")


PREVIOUS_PART, NEXT_PART = _neighbour(0), _neighbour(1)
# What leads to the page of a series: "This is part 2 of the series […]", "Partie 2 de la série […]", "one of my […] series".
_MEMBER = rf"\b(?:{_PARTS}|{ARTICLES}|one|fait partie|forma parte|faz parte|fa parte|maakt deel)\b[^.!?]{{0,40}}?"
TOLD_BEFORE = re.compile(rf"{_MEMBER}\b{SERIES}\W*$")
TOLD_AROUND = re.compile(rf"{_MEMBER}\b(?:of|in) (?:the|my|our|this)\W*$")
# What stands before an article's own number at the beginning of a sentence: "This is part 3", "(Teil 3".
THIS_IS = re.compile(
    r"\W*(?:(?:this(?: (?:post|article|one))? is|you are reading|dies(?:er (?:artikel|beitrag|text))? ist|das(?: hier)? ist|hier ist|"
    r"ceci est|c['’]est|voici|cet article est|ce billet est|est[ea](?: (?:art[íi]culo|entrada|post))? es|est[ea](?: (?:artigo|post))? [ée]|"
    r"quest[ao](?: articolo)? è|dit(?: artikel)? is|det(?:ta| här)(?: inlägg(?:et)?)? är|dette(?: indlæg)? er|to(?: jest)?|это)\W+"
    r"(?:the|der|die|das|la|le|el|il|a|de|den|our|my)?\W*)?",
)
PREVIOUS = re.compile(r"\bprevious|\bearlier|\bpr[ée]c[ée]dent|\banterior|\bvorherig|\bbefore continuing", re.IGNORECASE)
NAMED = re.compile(
    r"\b(?:the|our|my|this|part of) (?!(?:an?|the) [Ss]eries)[\"“«‘]?\s?(?P<name>(?:[A-Z0-9][\w’'/&.+#-]*[ \u00a0]|(?:of|in|for|with|to|and|on|the|from|a|at|by|into|over|as|or)[ ]){1,9}?)"
    r"[\"”»’]?\s?(?:blog |article |post )?[Ss]eries\b|"
    r"\b(?:[Ss][ée]ries?|\w*[Ss]erie|\w*[Rr]eihe|[Rr]eeks|[Dd]ossier|[Ff]euilleton|[Ss]aga|[Cc]ycle|[Cc]iclo|[Ss]erii|[Cc]yklu|серии|цикла)"
    r"(?: d['’]articles| de \w+| von \w+)?\s*"
    r"(?:sur\s*)?[\"“«„]\s*(?P<quoted>[^\"”»“]{3,80}?)\s*[\"”»“]|[「『《“‘](?P<bracketed>[^」』》”’]{2,60})[」』》”’]\s*(?:という)?(?:シリーズ|連載|系列|连载|시리즈|연재)|"
    r"(?:シリーズ|連載|系列(?:文章)?|连载)\s*[「『《“](?P<after>[^」』》”]{2,60})[」』》”]|"
    r"^(?:[Ss]eries|[Ss][ée]rie|[Rr]eihe|[Rr]eeks|[Dd]ossier|[Cc]ykl|[Сс]ерия|[Цц]икл)[ \u00a0]+(?P<bare>(?!des?\b|du\b|of\b|von\b|d['’])[A-ZÀ-ÖØ-ÞА-Я0-9][^.!?:]{2,70}?)[ \u00a0]*:?$|"
    # A heading "Série : Atelier".
    r"^(?:[Ss]eries|[Ss][ée]rie|[Rr]eihe|[Rr]eeks|[Dd]ossier)[ \u00a0]*[:–—][ \u00a0]*(?P<titled>[A-ZÀ-ÖØ-ÞА-Я0-9][^.!?:]{2,70})$|"
    # "fait partie de la série Atelier :", "alle Artikel der Reihe Werkstatt:", without quotation marks around it.
    r"\b(?:partie|Teil|part[es]?|deel|częścią|del av|часть|articles|billets|posts|Artikel|Beiträge|artículos|artigos|articoli)\b"
    r"[^.!?:«“„\"]{1,16}?\b(?:[Ss][ée]ries?|\w*[Ss]erien?|\w*[Rr]eihe|[Rr]eeks|[Dd]ossier|[Ss]erii|[Cc]yklu|серии|цикла)"
    r"[ \u00a0]+(?P<told>[A-ZÀ-ÖØ-ÞА-Я0-9][^.!?:«“„\"]{2,60}?)[ \u00a0]*:?$"
)
ROMAN = r"(?:x{0,3}(?:ix|iv|v?i{1,3}|v|x))"
WORDED = "|".join(sorted(NUMBERS, key=len, reverse=True))
_PART = PART_WORDS.replace("parts?", "part")
# A part of a series by its number: "Part 2", "épisode n°3", "jour deux", "Level IV".
NUMBERED = re.compile(
    rf"(?<!\w)(?P<word>{_PART})[ \u00a0]*(?:n[°ºo]\.?[ \u00a0]*|#[ \u00a0]*)?(?P<number>\d{{1,3}}(?![\d.,]\d)|{ROMAN}(?!\w)|(?:{WORDED})(?!\w))"
    r"(?:[ \u00a0]*(?:/|of|sur|von|de|di|van|sobre)[ \u00a0]*(?P<total>\d{1,3}))?",
    re.IGNORECASE,
)
# The same with the number first: "First day", "deuxième partie", "dritter Teil".
ORDINAL = re.compile(
    rf"(?<!\w)(?P<number>{WORDED}|\d{{1,2}}(?=st|nd|rd|th|er|re|ère|e|ème|è|º|ª|\.))(?:st|nd|rd|th|er|re|ère|e|ème|è|º|ª|\.)?\s+"
    rf"(?:(?:et|and|und|y|e|en)\s+\w+\s+)?(?P<word>{PART_WORDS})(?!\w)",
    re.IGNORECASE,
)
LAST = re.compile(
    r"\b(?:last|final|derni[eè]re?|letzte[rsn]?|[uú]ltim[oa]|laatste|sista|sidste|ostatni\w*|последн\w+)\b", re.IGNORECASE
)
# What may stand before a number within its link.
THE = re.compile(r"\W*(?:(?:the|my|our|la|le|l|ma|der|die|das|el|o|a|de|il|den)\W+)?\W*", re.IGNORECASE)
# "part 2 of 3 of the series", "deuxième article de la série": a number of a part, then the word for a series.
PART_OF_SERIES = re.compile(
    rf"(?:{NUMBERED.pattern}|(?P<ordinal>{WORDED}|\d{{1,2}}(?=st|nd|rd|th|er|re|e|ème|è|º|ª|\.))(?:st|nd|rd|th|er|re|e|ème|è|º|ª|\.)?"
    rf"\s+(?:(?:et|and|und|y|e)\s+\w+\s+)?(?:{PART_WORDS}|{ARTICLES}))[^.!?:]{{0,40}}?\b{SERIES}\b",
)
