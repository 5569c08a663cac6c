"""Article HTML made fit for mail: what clients cannot show becomes what they can."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.content import HEADINGS, alignment, blank_repeated_captions, cleaned, remove_title, serialise, words
from sharekit.elements import BLOCKS, CONTAINERS, open_box, replace
from sharekit.issue.cut import cut, size
from sharekit.issue.media import formulas, galleries, pictures, players
from sharekit.issue.notes import is_way_back, join_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lxml.html import HtmlElement

    from sharekit.model import Image, Post

KEPT_ATTRIBUTES = {
    "a": ("href", "title"),
    "abbr": ("title",),
    "img": ("src", "alt", "width", "height", "style"),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan"),
    "ol": ("start", "reversed", "type"),
    "li": ("value",),
}
# All that an article may be made of in a mail; of any other element, the words stay.
KEPT_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "a abbr address b bdi bdo blockquote br caption cite code col colgroup dd del dfn div dl dt em h1 h2 h3 h4 h5 h6"
        " hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub sup table tbody td tfoot th"
        " thead time tr u ul var wbr",
    )
)
OWN_CLASSES = frozenset(
    ("code", "block", "half", "wide", "video", "data", "caption", "aside", "summary", "tk", "ts", "tc", "tn", "tf")
)
# Elements of old, and others that some client does not know.
RENAMED = {"tt": "code", "strike": "s", "acronym": "abbr", "menu": "ul", "dir": "ul"}
# Without an alignment of its own a passage in another direction would begin at the wrong edge.
EDGES = {"rtl": "right", "ltr": "left"}
TASK = ("\u2610", "\u2611")
# The first sign of what Mailchimp, Liquid, Django, Marketing Cloud, Mailjet, Freemarker, Pardot, Mailgun, MailerLite, and
# Brevo and SendGrid of old, would replace. Of words in single brackets, those that could be a footer's.
MERGE_TAG = re.compile(
    r"\{(?=[{%#!]|\$?unsubscribe)|\*(?=\|)|<(?=%)|%(?=%|[\w.-]*(?:unsubscribe|recipient|mailing_list)[\w.-]*%)|\[(?=\[)"
    r"|\$(?=\{)|\[(?=(?:\w+_)?(?:unsubscribe|mirror|update_profile|weblink)\])",
    re.IGNORECASE,
)
# Pygments' short names, which Chroma has too, → the five colours that the templates know.
TOKENS = (
    ("tk", re.compile(r"k\w?|ow|nt|gh|gu")),
    ("ts", re.compile(r"s\w?|gi")),
    ("tc", re.compile(r"c(?:h|m|p|pf|1|s)?|gd")),
    ("tn", re.compile(r"m\w?|il|kc|no|l\w?")),
    ("tf", re.compile(r"n[abcf]|nx|bp|fm")),
)
LANGUAGE = re.compile(r"(?:^|\s)lang(?:uage)?-([\w#+.-]+)")
# Longer code than this is data, and would weigh more in colours than the article.
MOST_COLOURED = 20_000


@dataclass(frozen=True, kw_only=True)
class MailArticle:
    """``html`` is ready to stand in a cell. ``cut`` says that it ends before the article does, ``lost`` what was lost.

    ``weight`` is what all of the article would weigh in a letter, in bytes, roughly.
    """

    html: str
    weight: int = 0
    lost: tuple[str, ...] = ()
    cut: bool = False


def mail_article(
    post: Post,
    *,
    picture: Callable[[str], Image | None],
    translate: Callable[[str], str] = str,
    colours: bool = True,
    most: int | None = None,
) -> MailArticle:
    """The article for a mail client.

    ``picture`` tells a picture's size where it is known, ``translate`` our words. Without ``colours`` code has none; with
    ``most`` it ends at a sentence before so many bytes.
    """
    article = cleaned(post.html, post.url)
    remove_title(article, post.title)
    notes = join_notes(article, post.url, post.id)
    formulas(article)
    players(article, picture, translate)
    lost = pictures(article, picture, translate, post.url)
    galleries(article)
    _code(article, colours=colours)
    _tables(article)
    _containers(article)
    _headings(article)
    _unknown(article)
    _strip_attributes(article)
    weight = size(article)
    shorter = most is not None and cut(article, most)
    if shorter:
        _lead_out(article, notes)
    return MailArticle(html=neutral(serialise(article)), weight=weight, lost=tuple(lost), cut=shorter)


def _lead_out(article: HtmlElement, notes: Mapping[str, str]) -> None:
    """Links to what was cut off lead to the web again."""
    here = {f"#{element.get('id')}" for element in article.iter()}
    for link in article.iter("a"):
        href = link.get("href") or ""
        if href in notes and href not in here:
            link.set("href", notes[href])


def neutral(html: str) -> str:
    """The HTML without what a mail provider would take for a placeholder of its own: its first sign as an entity.

    A reader sees the same; Mailchimp's ``*|UNSUB|*`` and the ``{{ }}`` of others stay words of the article.
    """
    return MERGE_TAG.sub(lambda found: f"&#{ord(found[0])};", html)


def one_line(text: str) -> str:
    """A line of text on one line."""
    return " ".join(text.split())


def _code(article: HtmlElement, *, colours: bool) -> None:
    from lxml.html import builder as make

    for block in list(article.iter("pre")):
        if colours:
            colour(block)
        for part in list(block.iter("span")):
            _token(part, colours=colours)
        cell = make.TD()
        cell.set("class", "code")
        table = make.TABLE(make.TR(cell), role="presentation", width="100%", cellpadding="0", cellspacing="0", border="0")
        table.set("class", "block")
        replace(block, table)
        cell.append(block)


def _token(part: HtmlElement, *, colours: bool) -> None:
    classes = (part.get("class") or "").split()
    name = next(filter(None, map(colour_of, classes)), None)
    if name is None or not colours or not (part.text or "").strip():
        part.drop_tag()
    else:
        part.set("class", name)


def _tables(article: HtmlElement) -> None:
    from lxml.html import builder as make

    for table in list(article.iter("table")):
        if table.get("role") == "presentation":
            continue
        table.set("class", "data")
        # A table of many columns scrolls by itself, so that the page does not.
        wide = make.DIV()
        wide.set("class", "wide")
        replace(table, wide)
        wide.append(table)


def _containers(article: HtmlElement) -> None:
    for wrapper in list(article.xpath(".//div[contains(@class, 'highlight')]")):
        wrapper.drop_tag()
    for picture in list(article.iter("picture")):
        if picture.getparent().tag in CONTAINERS:
            picture.tag = "div"
    for element in list(article.iter("aside")):
        element.tag = "div"
        element.set("class", "aside")
    _rename(article)
    for back in list(article.iter("a")):
        if is_way_back(back) and not (back.get("href") or "").startswith("#"):
            back.drop_tree()


def _rename(article: HtmlElement) -> None:
    blank_repeated_captions(article)
    for name, style in (("figcaption", "caption"), ("summary", "summary"), ("legend", "summary")):
        for element in list(article.iter(name)):
            _as_paragraph(element, style)
    for element in list(article.iter(*RENAMED)):
        element.tag = RENAMED[element.tag]
    for element in list(article.iterdescendants("center")):
        element.set("align", "center")
    for element in list(article.iterdescendants()):
        if element.tag in BLOCKS and element.tag not in KEPT_ELEMENTS:
            element.tag = "div"


def _as_paragraph(element: HtmlElement, name: str) -> None:
    for inner in list(element.iterdescendants(*HEADINGS)):
        open_box(inner)
    if len(element) == 1 and element[0].tag == "p":
        open_box(element[0])
    # No paragraph can hold another block (HTML Standard, 4.4.1).
    element.tag = "div" if any(each.tag in BLOCKS for each in element.iterdescendants()) else "p"
    element.set("class", name)


def _headings(article: HtmlElement) -> None:
    # The issue has the h1 and each article's title is an h2.
    for element in list(article.iter("h1", "h2", "h3", "h4", "h5")):
        element.tag = f"h{min(max(int(element.tag[1]) + 1, 3), 6)}"


def _unknown(article: HtmlElement) -> None:
    for element in list(article.iterdescendants()):
        if element.tag not in KEPT_ELEMENTS:
            element.drop_tag()
        elif element.tag == "a" and not element.get("href"):
            # A place to jump to, such as <a name="part-2">, or a link that only a script would follow.
            element.tag = "span"


def _strip_attributes(article: HtmlElement) -> None:
    for element in article.iter():
        kept = {"id", "dir", "lang", *KEPT_ATTRIBUTES.get(element.tag, ())}
        if element.get("class") in OWN_CLASSES:
            kept.add("class")
        if element.get("role") == "presentation":
            kept |= {"role", "width", "cellpadding", "cellspacing", "border"}
        style = element.get("style") if element.tag == "img" else _style(element)
        for name in list(element.attrib):
            if name not in kept:
                del element.attrib[name]
        if style:
            element.set("style", style)


def _style(element: HtmlElement) -> str:
    """What of an element's style carries a meaning: the alignment of its text, and that a task has its box for a bullet."""
    if element.tag not in BLOCKS or element.tag in ("table", "tr", "tbody", "thead", "tfoot"):
        return ""
    align = alignment(element) or EDGES.get((element.get("dir") or "").lower(), "")
    if align:
        return f"text-align:{align}"
    return "list-style-type:none" if element.tag == "li" and words(element).startswith(TASK) else ""


def colour_of(short: str) -> str | None:
    """The class of the colour that a token has, by its short name."""
    return next((own for own, pattern in TOKENS if pattern.fullmatch(short)), None)


def colour(block: HtmlElement) -> None:
    """Give a ``pre`` whose ``code`` names its language, and is plain text, spans with the short names of its tokens."""
    from lxml.html import builder as make

    for code in block.iter("code"):
        named = LANGUAGE.search(code.get("class") or "")
        text = code.text or ""
        if not named or len(code) or len(text) > MOST_COLOURED:
            continue
        code.text = ""
        last = None
        for short, value in _tokens(text, named[1].lower()):
            own = colour_of(short) if value.strip() else None
            if own and last is not None and not last.tail and colour_of(last.get("class", "")) == own:
                last.text += value
            elif own:
                last = make.SPAN(value)
                last.set("class", short)
                code.append(last)
            elif last is None:
                code.text += value
            else:
                last.tail = (last.tail or "") + value


def _tokens(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The short names of the tokens, and their text; one without a name where the language is not known."""
    from pygments.lexers import get_lexer_by_name
    from pygments.token import STANDARD_TYPES
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        yield "", text
        return
    for kind, value in lexer.get_tokens(text):
        while kind not in STANDARD_TYPES:
            kind = kind.parent
        yield STANDARD_TYPES[kind], value
