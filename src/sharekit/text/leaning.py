"""The words by which a sentence needs the one before it, or the day that it was written.

English, French, German, Spanish and Portuguese.
"""

from __future__ import annotations

import re

from sharekit.text.words import words

# What leans on the sentence before it.
_LEANING = {
    "en": (
        r"the (?:first|second|third|fourth|fifth|sixth|final|last|next) "
        r"(?:points?|steps?|thing|ones?|questions?|talk|option|way|reason|part)|"
        r"more (?:specifically|precisely|importantly|generally)|in (?:the|that) case|one time|namely|"
        r"while (?:i[’']m|we[’']re) at it|suffice|so far|as it turns out|"
        r"immediately (?:after|before)|its?|it[’']s|this|that|that[’']s|these|those|"
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
        r"in the meantime|to make matters|that said|in any case|each (?:one|of)|every one|with that|from then|"
        r"given (?:this|that|these)|the (?:most recent|fix|trick|catch|point|idea|goal|takeaway|lesson)|"
        r"all (?:that|this|these|those)|again|unfortunately|fortunately|luckily|sadly|sure|yes|no|nope|yep|right|"
        r"oh|ah|even (?:so|then|better|worse|though)|nevertheless|nonetheless|"
        r"consequently|accordingly|rather|later|afterwards?|soon|to (?:do|fix|solve|achieve|address|make|avoid|"
        r"get) (?:this|that|so|it)|with (?:this|that|these|those|all)|from (?:this|that|here|there)|"
        r"by (?:this|that|doing)|here|there,|now,|plus|that way|this way|one of (?:them|these|those)|some of|"
        r"none of|all of (?:this|these|them|that)|most of (?:them|these|this)|"
        r"each of|the (?:former|latter|other|second|third|last|next|same|result|reason|answer|solution|rest|"
        r"problem|above|first (?:one|is|thing))|alternatively|specifically|granted|admittedly|basically|actually|indeed|"
        r"hmm+|huh|wow|whew|phew|oops|to be (?:fair|clear|honest)|same|speaking of|once (?:that|this|you|we)|"
        r"while (?:this|that|it)|although (?:this|that|it)|though|only (?:then|after)|which|who|where|whose|"
        r"if (?:so|not|you|this|that)|when (?:this|that|it|i|you)|until then|except|unlike|like (?:this|that)"
    ),
    "fr": (
        r"l[ae’'] ?(?:première?|deuxième|second|troisième|quatrième|cinquième|sixième|dernière?) "
        r"(?:point|étape|chose|question|option|raison|partie|solution)|"
        r"juste|jusque[- ]là|jusqu[’']ici|j[’']en|je l[ae’']|je les|on l[ae’']|on en|nous l[ae’']|"
        r"l[’'](?:idée|objectif|intérêt|avantage)|"
        r"le (?:constat|but|résultat|problème)|au début|il(?! (?:y a|faut|existe|est (?:possible|temps|difficile|"
        r"facile|important)|suffit|reste))|elle|ils|elles|ce(?! (?:matin|soir|mois|week-end))|c[’']|cela|ça|ceci|"
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
        r"puisque|parce|lorsqu[e’']|qui|dont|où|y"
    ),
    "de": (
        r"(?:der|die|das) (?:erste|zweite|dritte|vierte|fünfte|letzte|nächste) (?:punkt|schritt|frage|option|grund|teil)|"
        r"es (?!gibt)|er|sie|dies|diese[mnrs]?|das (?:alles|ist|war|hat|kann|sind|heißt|funktioniert|geht|macht|"
        r"bedeutet|wird)|aber|und|oder|denn|doch|jedoch|also|dann|dazu|dabei|damit|darum|deshalb|deswegen|daher|"
        r"dafür|dadurch|danach|daraus|daran|darauf|darin|davon|davor|außerdem|zudem|trotzdem|allerdings|"
        r"schließlich|zuletzt|zum beispiel|ebenso|auch|so|nun|hier|dort|somit|sonst|beide|solche|jene[rsmn]?|"
        r"ihre?[mnrs]?|seine?[mnrs]?|natürlich|leider|zum glück|ja|nein|jetzt|anschließend|stattdessen|"
        r"insbesondere|folglich|gleichzeitig|einerseits|andererseits|im gegensatz|bisher|derselbe|dasselbe|"
        r"dieselbe|letztere[rsn]?"
    ),
    "es": (
        r"(?:el|la) (?:primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|quint[oa]|últim[oa]|siguiente) "
        r"(?:punto|paso|cosa|pregunta|opción|razón|parte)|"
        r"él|ella|ellos|ellas|esto|eso|aquello|est[eao]s?|es[ea]s?|pero|y|e|o|sino|porque|entonces|luego|además|"
        r"también|sin embargo|por (?:ejemplo|eso|lo tanto|ello|esto|otro|tanto|último|suerte|desgracia)|así|finalmente|"
        r"en (?:cambio|efecto|resumen|este|esta|ese|esa|estos|definitiva|concreto)|aquí|ahí|allí|sus?|tampoco|aún|"
        r"incluso|ambos|ambas|otr[oa]s?|después|ahora|claro|bueno|de (?:hecho|esta|este|ese|esa|igual)|"
        r"con (?:est[eao]s?|es[eao]s?|todo)|para (?:ello|est[eao]s?|es[eao]s?)|"
        r"no obstante|al (?:final|mismo|igual)|lo (?:mismo|que)|a (?:pesar|partir|su vez)|igualmente|"
        # A verb without its subject: "Quitó la hoja".
        r"(?!no |qu[eé])[\wñ]{3,}(?:ó|aba|ía|aron|ieron)|"
        r"la (?:segunda|otra|misma)|el (?:segundo|otro|mismo)|desafortunadamente|afortunadamente|sí|es (?:decir|por)"
    ),
    "pt": (
        r"[oa] (?:primeir[oa]|segund[oa]|terceir[oa]|quart[oa]|quint[oa]|últim[oa]|próxim[oa]) "
        r"(?:ponto|passo|etapa|coisa|pergunta|opção|razão|parte)|"
        r"ele|ela|eles|elas|isto|isso|aquilo|est[ea]s?|ess[ea]s?|mas|e|ou|porque|então|depois|além|também|porém|"
        r"contudo|entretanto|todavia|no entanto|por (?:exemplo|isso|outro|fim|último|sorte)|portanto|assim|"
        r"finalmente|aqui|ali|lá|"
        r"seus?|suas?|ainda|inclusive|ambos|ambas|outr[oa]s?|agora|claro|bom|de (?:fato|facto)|com (?:isso|isto|"
        r"esse|essa|este|esta)|para (?:isso|isto)|n(?:o entanto|esse|essa|este|esta|isso)|d(?:esse|essa|este|esta|"
        r"isso)|ao (?:final|mesmo)|o (?:mesmo|outro|segundo)|a (?:mesma|outra|segunda|partir)|logo|ou seja|"
        r"[\wç]{3,}(?:ou|eram|aram|iram|ava|avam)|"
        r"infelizmente|felizmente|sim|não,"
    ),
}  # fmt: skip
LEANING = {
    language: re.compile(rf"[\W_]*(?:{openings})(?![\w’'-])", re.IGNORECASE) for language, openings in _LEANING.items()
}
# Near the beginning: something was said before.
_ALSO = re.compile(
    r"^(?:[\w’'-]+[ ,]+){1,4}(?:also|too|then|aussi|également|auch|ebenfalls|también|também|suivante?|précédente?)\b|"
    r"^the (?:next|previous|latter|former|other)\b",
    re.IGNORECASE,
)
# A demonstrative or a pronoun that stands for what was said before, anywhere in a sentence.
_BACK = {
    language: re.compile(pattern, re.IGNORECASE)
    for language, pattern in {
        "en": r"\b(?:this|these|those)\b(?! (?:year|week|month|morning|evening|summer|winter|spring|days?\b|time\b))|"
        r"\bthat(?=[.,;!?]|$| (?:is|was|would|wouldn|will|won|does|doesn|means|happens|way|point|one|in|on|with|and|or)\b)|"
        r"\bthe (?:update|above|same|former|latter|others?)\b|\bthe \w+ (?:above|below)\b|\bsuch an?\b|"
        r"\b(?:also|however|therefore|thus|hence|instead|though)\b|\b(?:another|the other) side\b|"
        r"\bthe (?:problem|issue)[:.,]|\bpreviously (?:mentioned|described|discussed)\b",
        "fr": r"\b(?:ce|cet|cette|ces)\b(?! (?:matin|soir|jour|mois|week-end|semaine|année|qu[ie]|qu[’']|sont|n[’'e]))|"
        r"\b(?:celui|celle|ceux|celles)-(?:ci|là)\b|\b(?:cela|ça)\b|-(?:ci|là)\b|"
        r"\b(?:ensuite|également|donc|cependant|toutefois|pourtant|par contre|en revanche)\b",
        "de": r"\bdies(?:e[mnrs]?)?\b|\b(?:aber|dennoch|trotzdem|somit)\b|"
        r"\b(?:ebenfalls|außerdem|anschließend|jedoch|allerdings|daher|damit|dabei|"
        r"dafür|dadurch|daraus|deshalb|letztere[rsn]?|obige[nrs]?)\b",
        "es": r"\b(?:es[ea]s?|esos|est[eao]s?|estos|eso|dich[oa]s?|aquel(?:la|lo|los)?|"
        r"también|además|sin embargo|por lo tanto|entonces)\b(?! (?:año|semana|mes|mañana|verano))",
        "pt": r"\b[nd]?(?:ess[ea]s?|est[ea]s?|isso|isto|aquilo|aquel[ea]s?|"
        r"também|porém|portanto|no entanto|então)\b(?! (?:ano|semana|mês|manhã|verão))",
    }.items()
}
# One of these is in whatever a pattern above finds.
_BACK_WORDS = frozenset(
    words(
        """
        this these those that update above same former latter other others below such also however therefore thus hence
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
    r"hoje|ontem|amanhã|est[ea] (?:semana|manhã|tarde|noite|mês|ano)|ess[ea] (?:semana|mês))\b",
    re.IGNORECASE,
)
_ELIDED = re.compile(r"[\W_]*c[’']", re.IGNORECASE)


def leans(sentence: str, language: str) -> bool:
    """Whether a sentence needs the one before it; False in a language whose words are not known."""
    pattern = LEANING.get(language)
    if pattern and _ALSO.search(sentence):
        return True
    return bool(pattern and (pattern.match(sentence) or (language == "fr" and _ELIDED.match(sentence))))


def points_back(sentence: str, language: str, known: frozenset[str] | None = None) -> bool:
    """Whether a sentence has a "this" or "that" of what was said before; False in a language whose words are not known.

    ``known`` are its words, where they were counted already.
    """
    pattern = _BACK.get(language)
    if pattern is None or (known is not None and known.isdisjoint(_BACK_WORDS)):
        return False
    return bool(pattern.search(sentence))


def is_dated(sentence: str) -> bool:
    """Whether a sentence speaks of its own day or week, which is another one when it is read again."""
    return bool(_DATED.search(sentence))
