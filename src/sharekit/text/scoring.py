"""How much a sentence says when it stands alone, as summarisers have measured it since Luhn (1958) and Edmundson (1969).

By the words of the title and the tags, by the words that the article returns to, by names and numbers, by its place; less
for one that needs what stands before it. English, French, German, Spanish and Portuguese.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.text.words import weight, words

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence

# What leans on the sentence before it.
LEANING = {
    "en": (
        r"the (?:first|second|third|fourth|fifth|sixth|final|last|next) "
        r"(?:points?|steps?|thing|ones?|questions?|talk|option|way|reason|part)|"
        r"more (?:specifically|precisely|importantly|generally)|in (?:the|that) case|one time|namely|"
        r"while (?:i[’']m|we[’']re) at it|suffice|"
        r"immediately (?:after|before)|its|it[’']s|"
        r"it(?! (?:took|takes|turns out|is (?:possible|easy|hard|difficult|important|tempting|time))\b)|"
        r"this|that|that[’']s|these|those|"
        r"they|they[’'](?:re|ve|d|ll)|them|their|theirs|he|he[’']s|"
        r"she|she[’']s|his|her|him|but|and|so|"
        r"however|also|then|yet|nor|or|instead|therefore|thus|hence|besides|moreover|furthermore|additionally|"
        r"similarly|likewise|"
        r"otherwise|still|finally|next|firstly|secondly|second|third|thirdly|lastly|for (?:example|instance|this|"
        r"that|these|those)|in (?:other words|addition|"
        r"fact|contrast|particular|short|this|that|these|those|such|both|either)|as (?:a|you|we|i|it|such|for|"
        r"well|expected)|because (?:of )?(?:this|that|these|they|it)|on (?:the other|top)|such|"
        r"both|neither|either|another|at (?:this|that|the same|first|least)|after (?:that|this|a while|all)|"
        r"meanwhile|of course|anyway|anyways|well|ok|okay|"
        r"in the meantime|to make matters|in any case|as an? (?:added|additional|extra|aside)|each (?:one|of)|every one|"
        r"from then|suppose|assum(?:e|ing)|on the contrary|particularly|notice|now that|"
        r"given (?:this|that|these)|the (?:most recent|fix|trick|catch|point|idea|goal|takeaway|lesson)|"
        r"all (?:that|this|these|those)|again|unfortunately|fortunately|luckily|sadly|sure|yes|no|nope|yep|right|"
        r"oh|ah|even (?:so|then|better|worse|though)|nevertheless|nonetheless|"
        r"consequently|accordingly|rather|later|afterwards?|soon|to (?:do|fix|solve|achieve|address|make|avoid|"
        r"get) (?:this|that|so|it)|with (?:this|that|these|those|all)|from (?:this|that|here|there)|"
        r"by (?:this|that|doing)|here|there,|now,|plus|one of (?:them|these|those)|some of|"
        r"none of|all of (?:this|these|them|that)|most of (?:them|these|this)|"
        r"the (?:former|latter|other|second|third|last|next|same|result|reason|answer|solution|rest|"
        r"problem|above|first (?:one|is|thing))|alternatively|specifically|granted|admittedly|basically|actually|indeed|"
        r"hmm+|huh|wow|whew|phew|oops|to be (?:fair|clear|honest)|same|speaking of|once (?:that|this|you|we)|"
        r"while (?:this|that|it)|although (?:this|that|it)|though|only (?:then|after)|which|who|where|whose|"
        r"if (?:so|not|you|this|that|they|it|he|she|any of)|when (?:this|that|it|i|you)|until then|except|unlike|"
        r"like (?:this|that)"
    ),
    "fr": (
        r"l[ae’'] ?(?:première?|deuxième|second|troisième|quatrième|cinquième|sixième|dernière?) "
        r"(?:point|étape|chose|question|option|raison|partie|solution)|"
        r"juste|jusque[- ]là|jusqu[’']ici|j[’']en|je l[ae’']|je les|on l[ae’']|on en|nous l[ae’']|"
        r"l[’'](?:idée|objectif|intérêt|avantage)|"
        r"le (?:constat|but|résultat|problème)|au début|il(?! (?:y a|faut|existe|est (?:possible|temps|difficile|"
        r"facile|important)|suffit|reste))|elle|ils|elles|ce(?! (?:matin|soir|mois|week-end))|cela|ça|ceci|"
        r"cette|cet|ces|celui|celle|celles|ceux|"
        r"mais|et|donc|or|ni|car|cependant|pourtant|toutefois|néanmoins|ensuite|puis|enfin|ainsi|aussi|alors|"
        r"par (?:exemple|contre|conséquent|ailleurs|la suite)|"
        r"en (?:effet|revanche|fait|outre|plus|bref|résumé|gros|clair|somme)|de (?:plus|même|mon côté|son côté)|"
        r"du coup|bref|bon|ben|d[’']ailleurs|d[’']autres?|autrement|sinon|là|ici|oui|non|son|sa|ses|leurs?|"
        r"encore|notamment|lui|malheureusement|heureusement|finalement|au final|au-delà|après (?:cela|ça|quoi)|"
        r"à (?:ce|cet|la fin|partir|cela)|pour (?:cela|ça|ce|cette|ces)|dans (?:ce|cette|ces)|avec (?:ce|cette|ces|ça|cela)|"
        r"grâce à (?:ce|cela|ça|cette)|l[’']autre|la (?:même|deuxième|seconde|suite|suivante|dernière)|le (?:même|"
        r"deuxième|second|suivant|dernier)|les autres|certain(?:e?s)|tous ces|toutes ces|"
        r"quant|idem|pareil|effectivement|évidemment|bien sûr|bien entendu|attention|tout (?:ça|cela)|quoi qu|"
        r"malgré (?:ce|tout|cela|ça)|d[’']abord|dernier|une fois|après avoir|l[’']occasion|"
        r"en soi|il y a d[’']autres|supposons|si (?:vous|tu|on|l[’']on)|puisque|parce|lorsqu[e’']|qui|dont|où|y|"
        # An object that was named before: "Nous allons les regrouper".
        r".{0,30}\b(?:vais|va|allons|allez|veux|veut|peux|peut|pouvons|dois|doit|devons)(?: [^\W\d][\w’'-]*)? "
        r"(?:les? |la |l[’'])\w+(?:er|ir|re)"
    ),
    "de": (
        r"(?:der|die|das) (?:erste|zweite|dritte|vierte|fünfte|letzte|nächste) (?:punkt|schritt|frage|option|grund|teil)|"
        r"es (?!gibt)|er|sie|dies|diese[mnrs]?|das (?:alles|ist|war|hat|kann|sind|heißt|funktioniert|geht|macht|"
        r"bedeutet|wird)|aber|und|oder|denn|doch|jedoch|also|dann|dazu|dabei|damit|darum|deshalb|deswegen|daher|"
        r"dafür|dadurch|danach|daraus|daran|darauf|darin|davon|davor|außerdem|zudem|trotzdem|allerdings|"
        r"schließlich|zuletzt|zum beispiel|ebenso|auch|so|nun|hier|dort|somit|sonst|beide|solche|jene[rsmn]?|"
        r"ihre?[mnrs]?|seine?[mnrs]?|natürlich|leider|zum glück|ja|nein|jetzt|anschließend|stattdessen|"
        r"jedenfalls|übrigens|insofern|in dies(?:em|er)|wenn (?:du|ihr|man|wir)|"
        r"insbesondere|folglich|gleichzeitig|einerseits|andererseits|im gegensatz|bisher|derselbe|dasselbe|"
        r"dieselbe|letztere[rsn]?"
    ),
    "es": (
        r"(?:el|la) (?:primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|quint[oa]|últim[oa]|siguiente) "
        r"(?:punto|paso|cosa|pregunta|opción|razón|parte)|"
        r"él|ella|ellos|ellas|eso|aquello|est[eao]s?|es[ea]s?|pero|y|e|o|sino|porque|entonces|luego|además|"
        r"también|sin embargo|por (?:ejemplo|eso|lo tanto|ello|esto|otro|tanto|último|suerte|desgracia)|así|finalmente|"
        r"en (?:cambio|efecto|resumen|este|esta|ese|esa|estos|definitiva|concreto)|aquí|ahí|allí|sus?|tampoco|aún|"
        r"incluso|ambos|ambas|otr[oa]s?|después|ahora|claro|bueno|de (?:hecho|esta|este|ese|esa|igual)|"
        r"con (?:est[eao]s?|es[eao]s?|todo)|para (?:ello|est[eao]s?|es[eao]s?)|"
        r"pues|por supuesto|desde (?:aquí|ahí)|lo (?:importante|bueno|malo)|la (?:diferencia|clave|idea)|"
        r"es más|dich[oa]s?|una vez|de todos modos|en (?:cualquier|todo) caso|aun así|por cierto|"
        r"si (?:nos|tenemos|queremos|ahora|no)|"
        r"supongamos|asum\w+|"
        r"no obstante|al (?:final|mismo|igual)|lo (?:mismo|que)|a (?:pesar|partir|su vez)|igualmente|"
        # A verb without its subject: "Quitó la hoja".
        r"(?!no |qu[eé])[\wñ]{3,}(?:ó|aba|ía|aron|ieron)|"
        r"la (?:segunda|otra|misma)|el (?:segundo|otro|mismo)|desafortunadamente|afortunadamente|sí|es (?:decir|por)"
    ),
    "pt": (
        r"[oa] (?:primeir[oa]|segund[oa]|terceir[oa]|quart[oa]|quint[oa]|últim[oa]|próxim[oa]) "
        r"(?:ponto|passo|etapa|coisa|pergunta|opção|razão|parte)|"
        r"ele|ela|eles|elas|isto|isso|aquilo|est[ea]s?|ess[ea]s?|mas|e|ou|porque|então|depois|além|também|porém|"
        r"contudo|entretanto|todavia|por (?:exemplo|isso|outro|fim|último|sorte)|portanto|assim|"
        r"finalmente|aqui|ali|lá|"
        r"pois|aí|uma vez|de qualquer (?:forma|modo|jeito|maneira)|se (?:você|quiser|não)|"
        r"suponha\w*|com (?:isso|isto)|a (?:diferença|ideia)|"
        r"seus?|suas?|ainda|inclusive|ambos|ambas|outr[oa]s?|agora|claro|bom|de (?:fato|facto)|com (?:isso|isto|"
        r"esse|essa|este|esta)|para (?:isso|isto)|n(?:o entanto|esse|essa|este|esta|isso)|d(?:esse|essa|este|esta|"
        r"isso)|ao (?:final|mesmo)|o (?:mesmo|outro|segundo)|a (?:mesma|outra|segunda|partir)|logo|"
        r"[\wç]{3,}(?:ou|eram|aram|iram|ava|avam)|"
        r"infelizmente|felizmente|sim|não,"
    ),
}  # fmt: skip
# Near the beginning: something was said before.
_ALSO = re.compile(
    r"(?:[\w’'-]+[ ,]+){1,4}(?:also|too|then|aussi|également|alors|donc|auch|dann|ebenfalls|também|"
    r"también|entonces|então|suivante?|précédente?)\b|the (?:next|previous|latter|former|other)\b|"
    # An object that was named before: "I tried it", "Delete that, and …".
    r"\w+ (?:that|this|it|them)[,.]|"
    r"(?:i|we|you)(?:[’'](?:ve|d|ll))?(?: (?:have|had|just|can|could|would|will))? \w+ (?:it|them)\b"
    r"(?![’']| (?:is|was|will|would|has|takes|to)\b)",
    re.IGNORECASE,
)
# A demonstrative or a pronoun that stands for what was said before, anywhere in a sentence.
_BACK = {
    "en": r"\b(?:this|these|those)\b(?! (?:year|week|month|morning|evening|summer|winter|spring|days?\b|time\b))|"
    r"\bthat(?=[.,;!?]|$| (?:is|was|would|wouldn|will|won|does|doesn|means|happens|way|point|one|in|on|with|and|or)\b)|"
    r"\bthe (?:update|above|same|former|latter|others?)\b|\bthe \w+ (?:above|below)\b|\bsuch an?\b|"
    r"\b(?:also|however|therefore|thus|hence|instead|though)\b|\b(?:another|the other) side\b|"
    r"\bthe (?:problem|issue)[:.,]|\bno longer\b|\bpreviously (?:mentioned|described|discussed)\b",
    "fr": r"\b(?:ce|cet|cette|ces)\b(?! (?:matin|soir|jour|mois|week-end|semaine|année|qu[ie]|qu[’']|sont|n[’'e]))|"
    r"\b(?:cela|ça)\b|-(?:ci|là)\b|\b(?:le|la|les) mêmes?\b|"
    r"\b(?:ensuite|également|donc|cependant|toutefois|pourtant|par contre|en revanche|d[’']ailleurs|en effet)\b",
    "de": r"\bdies(?:e[mnrs]?)?\b|\b(?:aber|dennoch|trotzdem|somit)\b|"
    r"\b(?:nämlich|übrigens|ebenfalls|außerdem|anschließend|jedoch|allerdings|daher|damit|dabei|"
    r"dafür|dadurch|daraus|deshalb|letztere[rsn]?|obige[nrs]?|(?:das|die|der|den|dem)selben?)\b",
    "es": r"\b(?:el mismo|la misma|es[ea]s?|esos|est[eao]s?|estos|eso|dich[oa]s?|aquel(?:la|lo|los)?|"
    r"también|además|sin embargo|por lo tanto|entonces)\b(?! (?:año|semana|mes|mañana|verano))",
    "pt": r"\b[nd]?(?:[oa] mesm[oa](?! tempo)|ess[ea]s?|est[ea]s?|isso|isto|aquilo|aquel[ea]s?|"
    r"também|porém|portanto|no entanto|então)\b(?! (?:ano|semana|mês|manhã|verão))",
}
# One of these is in whatever a pattern above finds.
_BACK_WORDS = frozenset(
    words(
        """
        ailleurs effet nämlich übrigens
        this these those that update above same longer mismo misma mesmo mesma même mêmes dasselbe dieselbe derselbe
        denselben demselben dieselben former latter other others below such also however therefore thus hence
        instead though another side problem issue previously
        ce cet cette ces ci là cela ça ensuite également donc cependant toutefois pourtant contre revanche
        dies diese dieser dieses diesem diesen aber dennoch trotzdem somit ebenfalls außerdem anschließend jedoch allerdings
        daher damit dabei dafür dadurch daraus deshalb letztere letzterer letzteres letzteren obige obigen obiger obiges
        esa ese esas eses esos eso esta este estas estes estos esto dicho dicha dichos dichas aquel aquella aquello aquellos
        aquellas también además embargo tanto entonces
        essa esse essas esses nessa nesse nessas nesses dessa desse dessas desses nesta neste nestas nestes desta deste
        destas destes isso isto nisso nisto disso disto aquilo naquilo daquilo aquela aquele aquelas aqueles naquela naquele
        daquela daquele naquelas naqueles daquelas daqueles também porém portanto entanto então
        """
    )
)
# True on the day that it was written.
_DATED = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|this (?:week|weekend|month|morning|evening|afternoon|year)|"
    r"(?:last|next) (?:night|week|month)|"
    r"just (?:released|launched|announced|shipped|published)|"
    r"(?:excited|happy|pleased|proud|thrilled) to (?:announce|release)|"
    r"aujourd[’']hui|hier (?:soir|matin)|demain|ce (?:matin|soir|week-end|mois)|cette (?:semaine|année)|"
    r"heute|gestern|diese (?:woche|monat)|dieses (?:jahr|wochenende)|"
    r"hoy|ayer|esta (?:semana|mañana|tarde|noche)|este (?:mes|año|fin de semana)|"
    r"(?:minutes|hours) ago|il y a quelques (?:minutes|heures)|vor (?:wenigen|ein paar) stunden|hace unas horas|"
    r"há (?:algumas|poucas) horas|acaba(?:m|mos|ram)? de (?:anunciar|lançar|lanzar|publicar|sortir)|"
    r"vient d(?:e |[’'])(?:annoncer|sortir|publier|lancer)|"
    r"\d{1,2}[:h]\d{2}|"
    r"hoje|ontem|amanhã|est[ea] (?:semana|manhã|tarde|noite|mês|ano)|ess[ea] (?:semana|mês))\b",
    re.IGNORECASE,
)
# Fewer characters than these say nothing alone.
ENOUGH = 45
_TOPICS, _OFTEN = 10, 3
# Of the words of an article; among these many are none that are in any text.
_LOOKED_AT = 100
_LONG = 180
_NAME = re.compile(r"[A-Z](?<=[\w,] [A-Z])\w+")
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
# A sentence of fewer words is a label.
_FEWEST = 4
_LABELLED = re.compile(r"\w+[ \u00a0\u202f]?: ")
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


# The commonest words of a language: a blog's own setting is often that of its theme.
_COMMONEST = {
    name: frozenset(words(common))
    for name, common in {
        "en": "the and of to is that it for was with are be this have you not but from they we at has an can by which",
        "fr": "le les des est une dans pour pas sur que qui du au avec ce il nous vous mais sont je cette aux ou plus par",
        "de": "der die und das ist nicht ein eine den von zu mit sich auf für dem wir es auch ich wird werden im aber oder",
        "es": "el los las una que por con para es del como más pero se lo al un su no esta este y muy sin ya hay",
        "pt": "os as um uma não que para com em do da no na dos das mais por se como é ou mas ao isso ser você são",
    }.items()
}
# Fewer of the common words than these decide nothing.
_LEAST = 12


@functools.cache
def _leaning(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What begins a sentence that leans on another, and what points back in it. Compiled for a language that is met."""
    elided = "|c[’']" if language == "fr" else ""
    begins = rf"[\W_]*(?:(?:{LEANING[language]})(?![\w’'-]){elided})"
    return re.compile(begins, re.IGNORECASE), re.compile(_BACK[language], re.IGNORECASE)


def leans(sentence: str, language: str) -> bool:
    """Whether a sentence needs the one before it; False in a language whose words are not known."""
    return language in LEANING and bool(_ALSO.match(sentence) or _leaning(language)[0].match(sentence))


def points_back(sentence: str, language: str, known: frozenset[str]) -> bool:
    """Whether a sentence has a "this" or "that" of what was said before; ``known`` are its words."""
    if language not in LEANING or known.isdisjoint(_BACK_WORDS):
        return False
    return bool(_leaning(language)[1].search(sentence))


def is_label(sentence: str, own: Sequence[str]) -> bool:
    """Whether a sentence is a label or has one ("Software.", "Exercise: measure the rain"). ``own`` are its words."""
    return (len(own) < _FEWEST and sentence.isascii() and sentence.endswith(".")) or bool(_LABELLED.match(sentence))


def is_dated(sentence: str) -> bool:
    """Whether a sentence speaks of its own day or week, which is another one when it is read again."""
    return bool(_DATED.search(sentence))


def spoken(said: Counter[str], declared: str) -> str:
    """The language of a text by its words, as an ISO 639-1 code: the declared one unless another is plainly more likely.

    Only English, French, German, Spanish and Portuguese are distinguished; a text declared in another one is believed.
    """
    language = declared.partition("-")[0].lower()
    if language not in _COMMONEST:
        return language
    found = {name: sum(said[word] for word in common & said.keys()) for name, common in _COMMONEST.items()}
    likely, count = max(found.items(), key=lambda pair: pair[1])
    return likely if count >= _LEAST and count > 2 * found[language] else language


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an article is about: the words of its title, of its tags, those that it returns to most often, and its cues."""

    title: frozenset[str]
    tags: frozenset[str]
    topics: frozenset[str]
    cues: frozenset[str]


def subject(title: str, tags: Iterable[str], said: Counter[str]) -> Subject:
    """The subject of an article. ``said`` counts the words of its sentences."""
    often = ((word, count) for word, count in said.most_common(_LOOKED_AT) if len(word) > 3 and word not in _FUNCTION_WORDS)
    return Subject(
        title=frozenset(content_words(title)),
        tags=frozenset(word for tag in tags for word in words(tag) if len(word) > 2),
        topics=frozenset(word for word, count in itertools.islice(often, _TOPICS) if count >= _OFTEN),
        cues=frozenset(word for word in said if word in _CUES or word.startswith(_CUE_STEMS)),
    )


def content_words(text: str) -> list[str]:
    """The words of a text that are not in any text."""
    return [word for word in words(text) if len(word) > 3 and word not in _FUNCTION_WORDS]


def score(
    text: str, known: frozenset[str], about: Subject, language: str, *, first: bool, leaning: bool, code: bool
) -> float:
    """How much a sentence says when it stands alone.

    ``known`` are its words; ``first``: it begins its paragraph; ``leaning``: it needs the sentence before it;
    ``code``: it stands beside a listing, of which it speaks more often than not.
    """
    specific = min(2.0, 0.7 * len(known & about.title)) + min(1.0, 0.5 * len(known & about.tags))
    specific += min(1.2, 0.4 * len(known & about.topics))
    specific += 0.4 * bool(_DIGIT.search(text)) + min(0.6, 0.2 * len(_NAME.findall(text)))
    specific += 0.6 * ("%" in text or not known.isdisjoint(about.cues))
    value = specific + 0.3 * text.endswith("?") + 0.9 * first
    if not specific:
        value -= 1.2
    length = weight(text)
    if length < ENOUGH:
        value -= 1.2 * (1 - length / ENOUGH) + 0.3
    elif length > _LONG:
        value -= (length - _LONG) / 100
    if leaning:
        value -= 3.5
    elif points_back(text, language, known):
        value -= 2.2
    if _NOTE.match(text):
        value -= 1.5
    # So many commas make a list.
    listing = text.count(",") > max(3, len(text) // 25)
    return value - 0.3 * ("(" in text) - 1.2 * code - 1.5 * listing


def place_value(place: int, count: int, *, ending: bool) -> float:
    """What the place of a paragraph is worth: the opening says what it is about, the conclusion what was found."""
    if place < 3:
        return 2.6 - 0.7 * place
    if ending or place >= count - 3:
        return 0.9
    return 0.6 if place < 8 else 0.0
