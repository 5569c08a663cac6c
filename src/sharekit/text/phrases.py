"""What a sentence says that is nothing of the article's subject: greetings, labels, words about the article itself.

English, French, German, Spanish and Portuguese.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from sharekit.text.words import WORD, words

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    r"postado|publicado|atualização|fonte|imagem|traduzido|inscreva|sumário|q|a|step \d+|étape \d+|todo|fixme"
)
_BEGINS = re.compile(
    rf"[\W_]*(?:(?:{_GREETINGS})\b(?!-)|(?:{_LABELS})\s*[:：\-–—(]|"
    r"(?:postado|publicado|publié|veröffentlicht|erschienen) (?:originalmente|initialement|ursprünglich|zuerst)\b|"
    r"(?:posted|published|originally|cross-?posted|translated|subscribe|follow|share|download|listen|image|photo|"
    r"edit|update)\b"
    r"(?=\s+(?:on|by|to|me|us|from|credit|courtesy|this|here|the|in|at|\d))|"
    # It leads to what a share does not show.
    r"(?:an? |the |une? |eine? |una |uma )?(?:picture|photo|screenshot|image|capture|bild|foto|imagen|imagem|captura)\b"
    r"(?= (?:of|showing|d|de|d[oa]s?|von|vom|der)\b)|for .{0,120}\bsee\b|"
    r"para .{0,120}\b(?:visita|visite|consulta|consulte|mira|acesse|confira|veja)\b|"
    r"pour .{0,120}\b(?:consultez|visitez|lisez)\b|"
    r"(?:if|should) (?:anyone|anybody|someone|you)\b.{0,60}\b(?:comments?|suggestions?|feedback|questions)\b|"
    r"if you (?:want|need|would like|[’']d like) (?:\w+ ){0,3}(?:help|more|to (?:hire|learn|read|know))|"
    r"(?:part of (?:a|an|my|our|the|this)|if you[’']re interested|"
    r"all (?:episodes|parts|posts)|watch|wee bit|sorry|apologies|long time no|"
    r"à voir aussi|a voir aussi|here(?:[’']s|\s+(?:is|are|were|we|you|goes|it))|below|above|see|let[’']?s|"
    r"let (?:me|us)|let’s|check out|read on|note that|"
    r"stay tuned|voici|voilà|voyons|commençons|passons|regardons|allons|n[’']hésit|je vous|cliquez|rendez-vous|notez|"
    r"hier (?:ist|sind|findest|seht|sieht)|schauen wir|sehen wir|los geht|lasst uns|"
    r"aquí (?:tienes|está|están|va|van|te|os)|veamos|vamos|empecemos|no dudes|"
    r"aqui (?:está|estão|vai|vão)|vejamos|confira|veja|segue)\b|"
    # It leads on, or leans on another article.
    r"anyways?\b|back to\b|moving on\b|(?:but )?more on (?:this|that)\b|(?:aber )?der reihe nach|"
    r"(?:aber )?dazu (?:später|gleich)|mehr dazu|(?:mais )?(?:nous|j[’'])y revi\w+|(?:mas )?mais adiante|"
    r"(?:pero )?más adelante|"
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
    r"hace (?:un|algún|mucho|poco) tiempo|há (?:um|algum|muito|pouco) tempo|vor (?:einiger|langer) zeit|"
    r"(?:beim )?letzte[nsr]? (?:mal|woche|monat|jahr)|wie (?:versprochen|erwähnt|angekündigt)|vor (?:kurzem|einiger zeit)|"
    r"la última vez|la semana pasada|como (?:prometí|vimos|comenté|comentaba|mencioné|ya)|"
    r"como (?:ya )?(?:sab(?:éis|en|es|emos)|(?:vocês |você )?sabem?)\b|"
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
    r"(?:guy|person|dude|talk|thread|comment|paper|image|figure|screenshot|diagram|picture|graph|chart|table|code|snippet|example|video|list|section|"
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
    "previous next last above earlier": r" (?:\w+ )?(?:examples?|sections?|steps?|snippets?|listings?)\b",
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
    "reach reaching": " out",
    "email": r" (?:course|list|me)\b",
    "free": r" (?:\S+ ){0,3}(?:course|webinar|e-?book|consultation|newsletter)\b",
    "rss": " feed",
    "without": " further ado",
    "wrote blogged posted published": (
        r" (?:(?:this|that) (?:piece|essay)|about|on|up|a|an|earlier|previously|here|recently)\b"
    ),
    "ve have": " (?:written|blogged|posted|published|covered|seen|learned|learnt) "
    r"(?:about|on|a|an|it|in|this|how|that|the)\b",
    "avons avez": " vu",
    "hemos": " visto",
    "veremos verás vimos arriba acima inscrever inscrevam curtiu": "",
    "vamos vou voy": r" (?:a )?\w+[aei]r\b",
    "allons": r" (?:\w+ )?\w+(?:er|ir|re)\b",
    "drop": " (?:me|us)",
    "mail": " me",
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
    "last": r" (?:time (?:we|i)|week)\b",
    "since": r" (?:we|i) (?:last )?(?:shared|wrote|posted|published|blogged)\b",
    "ya": r" (?:he|hemos) (?:cubierto|escrito|hablado|publicado|explicado)\b",
    "cet cette ce ces présent mon mes nos notre": rf" (?:\w+ )?(?:{_PIECE}|blog|page|retour d[’']expérience)\b",
    "dernier dernière derniers dernières précédent précédente précédents précédentes prochain prochaine prochains premier "
    "première premiers deuxième second seconde troisième quatrième cinquième autre autres ancien anciens": rf" {_PIECE}\b",
    "article articles billet billets post posts partie parties épisode épisodes": (
        r" (?:précédente?s?|suivante?s?|dernière?s?|d[’'](?:aujourd[’']hui|hier)|anterior(?:es)?|siguiente|seguinte)\b"
    ),
    "nous on je vous j": (
        rf"(?:[ ’'](?:allons|va|vais|vous|te|verrons|verra|allez|parlerons|aimerais|voudrais|souhaite|trouverez)){_VOIR}"
    ),
    "este neste esse nesse ce cet diesen diesem": r" (?:links?|enlace|lien|vídeo|video|repositorio|repositório|tweet)\b",
    "mais más": rf" (?:um|un|uma|una) {_PIECE}\b",
    "vista vistas visto vistos": r" (?:aquí|aqui|hasta|até|arriba|antes|anteriormente)\b",
    "playlist": "",
    "estou": " ouvindo",
    "trilha": " sonora",
    "ci": r"-(?:dess(?:ous|us)|après|joint|contre)\b",
    "suivant suivante suivants suivantes siguiente siguientes seguinte seguintes": r"\s*[:.]",
    "bonne": " lecture",
    "dernière prochaine": " fois",
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
    "entrada entradas artículo artículos parte artigo artigos texto capítulo episódio episodio vídeo programa": (
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


_AFTER: dict[str, str] = {}
for _words, _rest in _PHRASES.items():
    for _first in _words.split():
        _AFTER[_first] = f"{_AFTER[_first]}|(?:{_rest})" if _first in _AFTER else f"(?:{_rest})"
_FIRST_WORDS = frozenset(words(" ".join(_AFTER)))
# "So here is the short version."
_HERE = re.compile(r"\bhere(?:[’']s| is| are) (?:an? |the |my |some )?[^.,;:!?]{0,80}[.!]?$")
# It leads to what stands below it.
_ENDS = (
    ":", "：", ";", ",", "(", "-", "–", "—", " below", " above", " here", " this", " following", " as follows", " like so",
    " like this", " ci-dessous", " suivant", " ainsi", " voici", " ici", " aquí", " aqui", " hier", " folgt", " unten",
    " abajo", " abaixo", " siguiente", " seguinte",
)  # fmt: skip
_MARKUP = re.compile(
    # A line of a program.
    r"\b(?:def|fn|func|function|class|import|public|private|const|let|var|return|print|echo|SELECT)\s+[\w.$\"']+"
    r"(?:\(|\s*[={;]|\":)|"
    r"^\$ \w|;\s*$|"
    r"https?:|www\.|\{\{|\}\}|\{%|%\}|\{:|\[\^|\]\(|\]\[|</?\w+[^<>]*>|&#?\w+;|\*\*|__\w|```|``|`|\\[A-Za-z({\[]|"
    r"\$[^\s$][^$]*\$|^\s*[|>#]\s|"
    r":::|\[[ x]\]|(?<!\w):[a-z_]{3,}:(?!\w)|\[(?:\d+|toc|\w[^\[\]]*\w)\]|==\w|[-=]>|<!--|-->|\bNone\b\s*$|[↩︎↑【】]",
)
# One of these is in whatever is markup, an address or code.
_SUSPECT = re.compile(r"[`*\[\]{}<>|#=:;/\\_&$^~@(↩︎↑【】]")
_SYMBOLS = re.compile(r"[{}\[\]<>=|\\^~_$#@]")


def says_nothing(sentence: str, own: Iterable[str]) -> bool:
    """Whether a sentence greets, speaks of the article itself or of another one, or leads to what stands below it.

    ``own`` are its words.
    """
    lowered = sentence.lower()
    if (
        _BEGINS.match(lowered)
        or lowered.rstrip(".!… \u00a0\u202f").endswith(_ENDS)
        or ("here" in lowered and _HERE.search(lowered))
    ):
        return True
    if _FIRST_WORDS.isdisjoint(own):
        return False
    for found in WORD.finditer(lowered):
        first = found[0]
        if first in _AFTER and _after(first).match(lowered, found.end()):
            return True
    return False


@functools.cache
def _after(first: str) -> re.Pattern[str]:
    return re.compile(_AFTER[first])


def has_leftovers(sentence: str) -> bool:
    """Whether markup, an address, a formula or code is left in a sentence."""
    if not _SUSPECT.search(sentence) and "www." not in sentence and "None" not in sentence:
        return False
    if _MARKUP.search(sentence):
        return True
    return len(_SYMBOLS.findall(sentence)) > 2
