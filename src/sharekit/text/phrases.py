"""What a sentence says that is nothing of the article's subject, and the words by which it leans on the one before.

English, French, German, Spanish and Portuguese.
"""

from __future__ import annotations

import re

# A piece of writing, by the names that authors give to their own.
_PIECE = (
    r"(?:blog ?posts?|posts?|articles?|tutorials?|guides?|write-?ups?|entry|entries|episodes?|parts?|chapters?|"
    r"installments?|"
    r"series|screencasts?|newsletters?|billets?|tutos?|tutoriels?|parties?|volets?|épisodes?|série|artikeln?|beitr[aä]ge?s?|"
    r"teile?n?|folgen?|artículos?|entradas?|partes?|capítulos?|serie|artigos?|textos?|tutoriais|episódios?|guia|guía)"
)
_GREETINGS = (
    r"hi|hey|hello|howdy|dear|welcome|greetings|good (?:morning|evening|afternoon)|hiya|yo|what'?s up|thanks?|"
    r"thank you|happy|"
    r"bonjour|bonsoir|salut|coucou|bienvenue|chers?|chère|merci|bonne lecture|joyeux|"
    r"hallo|moin|servus|willkommen|guten (?:tag|morgen|abend)|liebe|danke|vielen dank|viel spaß|"
    r"hola|buen[oa]s|bienvenid\w+|gracias|saludos|feliz|"
    r"olá|oi|bem[- ]vind\w+|bo[am] (?:dia|tarde|noite)|obrigad\w+|e aí|fala|"
    r"so long|goodbye|bye|au revoir|adieu|à bientôt|à suivre|tschüss|hasta (?:luego|pronto|la próxima)|"
    r"até (?:logo|breve|a próxima)"
)
_LABELS = (
    r"tl[;:]?dr|edit|update|updated|note|nb|n\.b|ps|p\.s|disclaimer|disclosure|spoiler|warning|source|sources|"
    r"credits?|photo|image|"
    r"figure|fig|video|slides|tags|posted|published|originally|cross-?posted|translated|written by|by|author|"
    r"listen|download|"
    r"subscribe|follow|share|reading time|table of contents|contents|references?|related|see also|read more|"
    r"continue reading|"
    r"mise à jour|màj|crédits?|traduit|publié|sommaire|au programme|auteur|abonnez|lire aussi|temps de lecture|lien|"
    r"hinweis|anmerkung|quelle|quellen|bild|foto|inhalt|siehe|übersetzt|"
    r"nota|actualización|aviso|fuente|foto|imagen|índice|traducido|suscr\w+|"
    r"atualização|fonte|imagem|traduzido|inscreva|sumário|q|a|step \d+|étape \d+|todo|fixme"
)
_BEGINS = re.compile(
    rf"[\W_]*(?:(?:{_GREETINGS})\b(?!-)|(?:{_LABELS})\s*[:：\-–—(]|"
    r"(?:posted|published|originally|cross-?posted|translated|subscribe|follow|share|download|listen|image|photo|"
    r"edit|update)\b"
    r"(?=\s+(?:on|by|to|me|us|from|credit|courtesy|this|here|the|in|at|\d))|"
    # It leads to what a share does not show.
    r"(?:part of (?:a|an|my|our|the|this)|if you[’']re interested|"
    r"all (?:episodes|parts|posts)|watch|wee bit|sorry|apologies|long time no|"
    r"à voir aussi|a voir aussi|here(?:[’']s|\s+(?:is|are|were|we|you|goes|it))|below|above|see|let[’']?s|"
    r"let (?:me|us)|let’s|check out|read on|note that|"
    r"stay tuned|voici|voilà|voyons|commençons|passons|regardons|allons|n[’']hésit|je vous|cliquez|rendez-vous|notez|"
    r"hier (?:ist|sind|findest|seht|sieht)|schauen wir|sehen wir|los geht|lasst uns|"
    r"aquí (?:tienes|está|están|va|van|te|os)|veamos|vamos|empecemos|no dudes|"
    r"aqui (?:está|estão|vai|vão)|vejamos|confira|veja|segue)\b|"
    # It leans on another article.
    r"last (?:time|week|month|year|summer|winter|spring|fall)\b|previously\b|as (?:i|we) (?:said|mentioned|wrote|"
    r"promised|saw|discussed)|"
    r"as (?:promised|mentioned|discussed|you may|some of you|you know|always|usual)\b|remember\b|"
    r"it[’']?s been (?:a|quite|some|too|so)\b|"
    r"(?:i|we)[’' ](?:ve|have) (?:been meaning|written|blogged|previously|already)|earlier (?:this|i|we|today)|"
    r"a (?:few|couple)(?: of)? "
    r"(?:days|weeks|months|years) (?:ago|back)\b|some time ago|recently,? i (?:wrote|posted|published)|"
    r"la (?:dernière|semaine dernière|fois précédente|prochaine)\b|précédemment|comme (?:promis|prévu|annoncé|"
    r"convenu|dit|je|vu|nous|"
    r"on l)|souvenez|rappelez-vous|il y a (?:quelques|deux|trois|un certain) (?:temps|jours|semaines|mois|ans)|"
    r"(?:beim )?letzte[nsr]? (?:mal|woche|monat|jahr)|wie (?:versprochen|erwähnt|angekündigt)|vor (?:kurzem|einiger zeit)|"
    r"la última vez|la semana pasada|como (?:prometí|vimos|comenté|comentaba|mencioné|ya)|"
    r"da última vez|na última|na semana passada|como (?:prometido|mencionei|falei|vimos|já))",
)
# The first word of a phrase → what follows it, with the apostrophe or blank between. Phrases are looked for at their first
# word alone, which is what makes the long list quick.
_VERBS = (
    r"(?:see|cover|look|dive|explore|discuss|talk|show|walk|explain|share|describe|go over|go through|present|"
    r"introduce|try to|start|"
    r"begin|focus|learn|outline|write|give|take|examine|continue|only|also|be|use the following)\b"
)
_SHOWN = (
    r"(?:image|figure|screenshot|diagram|picture|graph|chart|table|code|snippet|example|video|list|section|"
    r"listing|gif|animation|"
    r"photo|plot|demo|sections|examples|steps|links?)\b"
)
_VOIR = (
    r" (?:\w+ )?(?:voir|parler|montrer|présenter|expliquer|faire|découvrir|propose|invite|laisse|parle|donne|"
    r"raconte|détailler|aborder|"
    r"essayer|tenter|partager|commencer|explorer|revenir|apprendre|ici|ci)\w*"
)
_VER = (
    r" (?:a )?(?:ver|hablar|falar|mostrar|explicar|explorar|analizar|analisar|aprender|compartir|compartilhar|"
    r"contar|conocer|entender|"
    r"construir|discutir|abordar|enseñar)\b"
)
_PHRASES = {
    "this": rf" (?:(?:\w+ ){{0,2}}?{_PIECE}|{_SHOWN}|(?:blog|page|document|repo|repository|link|gist|tweet|query|command|"
    r"function|method|line|output|file)\b|year[’']s\b)",
    "today": rf"[’']s (?:\w+ )?{_PIECE}\b",
    "previous last earlier next following first second third fourth fifth sixth final prior upcoming future original old "
    "older other recent separate later past another": rf" (?:\w+ )?{_PIECE}\b",
    "part episode chapter partie épisode volet chapitre teil folge parte capítulo episodio episódio": (
        r" (?:\d+|[ivx]+|one|two|three|un|une|deux|trois|eins|zwei|uno|dos|um|dois)\b"
    ),
    "series": r" (?:of (?:posts|articles)|on|about|where|in which|we|i)\b",
    "post blog article": r" series\b",
    "we i you": (
        rf"(?:[’'](?:ll|d like to|m going to|re going to)| will| am going to| are going to| would like to|"
        rf" want to) {_VERBS}"
    ),
    "thank": " you",
    "thanks": " (?:to|for)",
    "let": r"(?:[’']s| me know| us| me) ?",
    "feel": " free",
    "stay": " tuned",
    "sign": " up",
    "leave": " (?:a|your) comment",
    "comments": " (?:below|section)",
    "follow": " me",
    "hope": " (?:you|this|that|it)",
    "hopefully": " this",
    "happy": " (?:coding|hacking|reading)",
    "enjoy": " (?:the|this|reading)",
    "click": " (?:here|on)",
    "newsletter patreon ping mastodon twitter gofundme subscribe": "",
    "read reading": " (?:on|further|more)",
    "my our": " (?:blog|website|site|podcast|channel|newsletter|previous|last|earlier)",
    "mailing": " list",
    "rss": " feed",
    "without": " further ado",
    "wrote blogged posted published": r" (?:about|on|up|a|an|earlier|previously|here|recently)\b",
    "ve have": " (?:written|blogged|posted|published|covered) (?:about|on|a|an|it|in|this)",
    "drop": " (?:me|us)",
    "mail email": " me",
    "hacker": " news",
    "as": r" (?:follows|(?:i|we) (?:said|mentioned|wrote|promised|saw|discussed|described)|"
    r"(?:shown|seen|described|discussed|mentioned) (?:here|below|above|earlier|before|in))\b",
    "shown": r" (?:here|below|above)\b",
    "following": r" (?:\w+ ){0,2}[\w-]*s\b|following:",
    "image figure screenshot diagram picture graph chart table code snippet example video list section listing photo plot": (
        r" (?:below|above)\b"
    ),
    "below above": rf" {_SHOWN}|below\b[.!]",
    "see": r" (?:below|above|also|here|the (?:full|source|docs))\b",
    "the": r" (?:above|below|rest of (?:this|the))\b",
    "last": r" time (?:we|i)\b",
    "cet cette ce ces présent mon mes nos notre": rf" (?:\w+ )?(?:{_PIECE}|blog|page|retour d[’']expérience)\b",
    "dernier dernière derniers dernières précédent précédente précédents précédentes prochain prochaine prochains premier "
    "première premiers deuxième second seconde troisième quatrième cinquième autre autres ancien anciens": rf" {_PIECE}\b",
    "article articles billet billets post posts partie parties épisode épisodes": (
        r" (?:précédente?s?|suivante?s?|dernière?s?|d[’']aujourd[’']hui|anterior(?:es)?|siguiente|seguinte)\b"
    ),
    "nous on je vous j": (
        rf"(?:[ ’'](?:allons|va|vais|vous|te|verrons|verra|allez|parlerons|aimerais|voudrais|souhaite|trouverez)){_VOIR}"
    ),
    "ci": r"-(?:dess(?:ous|us)|après|joint|contre)\b",
    "suivant suivante suivants suivantes siguiente siguientes seguinte seguintes": r"\s*[:.]",
    "bonne": " lecture",
    "n": "[’']hésite",
    "abonnez abonne": "",
    "merci": r" (?:à|de|pour|d[’'])",
    "dieser diese diesem dieses diesen meine meinem meinen unserem unserer unsere": (
        rf" (?:\w+ )?(?:{_PIECE}|\w*(?:artikel|beitrag|serie|reihe|post|tutorial)\w*)\b"
    ),
    "letzten letzte letztem vorigen vorherigen nächsten nächste ersten zweiten dritten folgenden anderen": (
        rf" (?:{_PIECE}|mal|\w*(?:artikel|beitrag))\b"
    ),
    "im": " folgenden",
    "wie": " folgt",
    "siehe": " (?:oben|unten)",
    "folgende folgender folgendes folgenden folgendem": "",
    "werden werde möchte zeige schauen findet findest": r" (?:wir|ich|ihr|du)\b",
    "neste nesse nesta nessa deste desta este esta esse essa mi meu nuestro nuestra nosso nossa": (
        rf" (?:\w+ )?(?:{_PIECE}|blog)\b"
    ),
    "anterior anteriores próximo próxima próximos último última últimos primer primera primeiro primeira segundo "
    "segunda tercer tercera terceiro terceira otro otra otros outro outra outros": rf" {_PIECE}\b",
    "entrada entradas artículo artículos parte artigo artigos texto capítulo": (
        r" (?:anterior(?:es)?|siguiente|seguinte|passad[oa])\b"
    ),
    "vamos vou voy veremos iremos vais vas quiero quero": _VER,
    "te os": " (?:cuento|muestro|explico|presento)",
    "a": r" (?:continuación|seguir)\b",
    "abaixo": "",
    "más": " abajo",
    "espero": " que",
    "no": " dudes",
    "não": " deixe",
    "suscríbete suscribirte inscreva": "",
}  # fmt: skip


def _by_first_word() -> dict[str, re.Pattern[str]]:
    found: dict[str, list[str]] = {}
    for words, rest in _PHRASES.items():
        for first in words.split():
            found.setdefault(first, []).append(rest)
    return {first: re.compile("|".join(f"(?:{rest})" for rest in rests)) for first, rests in found.items()}


_AFTER = _by_first_word()
_WORD = re.compile(r"\w+")
_ENDS = re.compile(
    r"(?:[:：;,(\-–—]|\b(?:below|above|here|this|following|as follows|like so|like this|ci-dessous|suivant|ainsi|"
    r"voici|folgt|unten|"
    r"abajo|abaixo|siguiente|seguinte))[.!…]*[\s\u00a0\u202f:]*$",
)
_MARKUP = re.compile(
    r"https?:|www\.|\{\{|\}\}|\{%|%\}|\{:|\[\^|\]\(|\]\[|</?\w+[^<>]*>|&#?\w+;|\*\*|__\w|```|``|`|\\[A-Za-z({\[]|"
    r"\$[^\s$][^$]*\$|^\s*[|>#]\s|"
    r":::|\[[ x]\]|(?<!\w):[a-z_]{3,}:(?!\w)|\[(?:\d+|toc)\]|==\w|<!--|-->|\bNone\b\s*$|[↩︎↑【】]",
)
_SYMBOLS = re.compile(r"[{}\[\]<>=|\\^~_$#@]")
# What leans on the sentence before it.
_LEANING = {
    "en": (
        r"its?|it[’']s|this|that|that[’']s|these|those|they|they[’'](?:re|ve|d|ll)|them|their|theirs|he|he[’']s|"
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
        r"juste|j[’']en|je l[ae’']|je les|on l[ae’']|on en|nous l[ae’']|l[’'](?:idée|objectif|intérêt|avantage)|"
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
        r"es (?!gibt)|er|sie|dies|diese[mnrs]?|das (?:ist|war|hat|kann|sind|heißt|funktioniert|geht|macht|"
        r"bedeutet|wird)|aber|und|oder|denn|doch|jedoch|also|dann|dazu|dabei|damit|darum|deshalb|deswegen|daher|"
        r"dafür|dadurch|danach|daraus|daran|darauf|darin|davon|davor|außerdem|zudem|trotzdem|allerdings|"
        r"schließlich|zuletzt|zum beispiel|ebenso|auch|so|nun|hier|dort|somit|sonst|beide|solche|jene[rsmn]?|"
        r"ihre?[mnrs]?|seine?[mnrs]?|natürlich|leider|zum glück|ja|nein|jetzt|anschließend|stattdessen|"
        r"insbesondere|folglich|gleichzeitig|einerseits|andererseits|im gegensatz|bisher|derselbe|dasselbe|"
        r"dieselbe|letztere[rsn]?"
    ),
    "es": (
        r"él|ella|ellos|ellas|esto|eso|aquello|est[eao]s?|es[ea]s?|pero|y|e|o|sino|porque|entonces|luego|además|"
        r"también|sin embargo|por (?:ejemplo|eso|lo tanto|ello|esto|otro|tanto|último|suerte|desgracia)|así|finalmente|"
        r"en (?:cambio|efecto|resumen|este|esta|ese|esa|estos|definitiva|concreto)|aquí|ahí|allí|sus?|tampoco|aún|"
        r"incluso|ambos|ambas|otr[oa]s?|después|ahora|claro|bueno|de (?:hecho|esta|este|ese|esa|igual)|"
        r"con (?:esto|este|esta|eso)|para (?:ello|esto|eso)|"
        r"no obstante|al (?:final|mismo|igual)|lo (?:mismo|que)|a (?:pesar|partir|su vez)|igualmente|"
        r"la (?:segunda|otra|misma)|el (?:segundo|otro|mismo)|desafortunadamente|afortunadamente|sí|es (?:decir|por)"
    ),
    "pt": (
        r"ele|ela|eles|elas|isto|isso|aquilo|est[ea]s?|ess[ea]s?|mas|e|ou|porque|então|depois|além|também|porém|"
        r"contudo|entretanto|todavia|no entanto|por (?:exemplo|isso|outro|fim|último|sorte)|portanto|assim|"
        r"finalmente|aqui|ali|lá|"
        r"seus?|suas?|ainda|inclusive|ambos|ambas|outr[oa]s?|agora|claro|bom|de (?:fato|facto)|com (?:isso|isto|"
        r"esse|essa|este|esta)|para (?:isso|isto)|n(?:o entanto|esse|essa|este|esta|isso)|d(?:esse|essa|este|esta|"
        r"isso)|ao (?:final|mesmo)|o (?:mesmo|outro|segundo)|a (?:mesma|outra|segunda|partir)|logo|ou seja|"
        r"infelizmente|felizmente|sim|não,"
    ),
}  # fmt: skip
LEANING = {language: re.compile(rf"[\W_]*(?:{words})(?![\w’'-])", re.IGNORECASE) for language, words in _LEANING.items()}
# Near the beginning: something was said before.
_ALSO = re.compile(
    r"^(?:[\w’'-]+[ ,]+){1,4}(?:also|too|then|aussi|également|auch|ebenfalls|también|também|suivante?|précédente?)\b|"
    r"^the (?:next|previous|latter|former|other)\b",
    re.IGNORECASE,
)
_ELIDED = re.compile(r"[\W_]*c[’']", re.IGNORECASE)


def says_nothing(sentence: str) -> bool:
    """Whether a sentence greets, speaks of the article itself or of another one, or leads to what stands below it."""
    lowered = sentence.lower()
    if _BEGINS.match(lowered) or _ENDS.search(lowered):
        return True
    return any(
        after and after.match(lowered, found.end()) for found in _WORD.finditer(lowered) if (after := _AFTER.get(found[0]))
    )


def has_leftovers(sentence: str) -> bool:
    """Whether markup, an address, a formula or code is left in a sentence."""
    if _MARKUP.search(sentence):
        return True
    return len(_SYMBOLS.findall(sentence)) > 2


def leans(sentence: str, language: str) -> bool:
    """Whether a sentence needs the one before it; False in a language whose words are not known."""
    pattern = LEANING.get(language)
    if pattern and _ALSO.search(sentence):
        return True
    return bool(pattern and (pattern.match(sentence) or (language == "fr" and _ELIDED.match(sentence))))
