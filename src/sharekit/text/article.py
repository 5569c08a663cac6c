"""An article's HTML → its paragraphs and headings: what it says, without code, captions, quotations of others and lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sharekit.content import strip_illegal
from sharekit.text.typography import script
from sharekit.text.words import plain

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SKIPPED = frozenset(
    {
        "pre", "table", "figure", "figcaption", "blockquote", "aside", "nav", "details", "script", "style", "noscript",
        "template", "form", "iframe", "svg", "video", "audio", "button", "select", "textarea", "footer", "dl", "hr",
        "object", "embed", "canvas", "picture", "img",
    }
)  # fmt: skip
_LISTS = frozenset({"ul", "ol", "menu"})
_CONTAINERS = frozenset({"div", "section", "article", "main", "body", "header", "center", "font", "html", "address"})
_BLOCKS = _HEADINGS | _SKIPPED | _LISTS | _CONTAINERS | {"p"}
_NOISE = re.compile(
    r"(?:^|[\s_-])(?:toc|table-of-contents|tableofcontents|footnotes?|endnotes?|caption|admonition|alert|callout|notice|"
    r"warning|series|related|comments?|disqus|discussion|shar(?:e|ing)|author|byline|meta|nav|breadcrumbs?|highlight|gist|tweet|twitter-tweet|katex|"
    r"mathjax|mermaid|newsletter|subscribe|sr-only|visually-hidden|hidden|copyright|ad|ads|note)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOTE = re.compile(r"footnote|^#?(?:fn|user-content-fn|_ftn|note)", re.IGNORECASE)
# What a line of text can say of a formula; fractions, roots and matrices it cannot.
_LINEAR = frozenset(("math", "semantics", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mpadded", "-text"))
_FORMULAS = "math, .katex, mjx-container, .mjx-chtml, .mwe-math-element, script[type^='math/tex']"
_UNSEEN = ("script", "style", "svg", "noscript", "del", "s")
_UNREAD = f"sup, script, style, br, a, .MathJax, del, s, svg, noscript, {_FORMULAS}"
# Whose text is read as it stands: most paragraphs hold nothing else, and a selector costs more than all the rest.
_PLAIN = frozenset(("-text", "p", *_HEADINGS, "li", "b", "code", "em", "i", "kbd", "mark", "q", "strong", "u"))
_PICTURES = frozenset(("img", "picture", "iframe", "video"))
# What is left of brackets that held nothing but marks of notes.
_EMPTY = re.compile(r"\s*[(\[][\s,;]*[)\]]")
# "02:10 How it began", in the notes of a podcast.
_TIMESTAMP = re.compile(r"^[(\[]?\d{1,2}(?::\d{2}){1,2}[)\]]?[\s:–—-]*")
_LONGEST_CAPTION = 100
# Above this share of linked text a paragraph leads to other pages, and above this share of code it is code.
_LINKED = 0.8
# A generator's summary is in no more than so many blocks.
_BEGINNING = 16
# Deeper than any theme nests its wrappers.
_DEEPEST = 30


class Paragraph(NamedTuple):
    """``section`` counts the headings before it; ``follows`` says that only text stands between it and the one before.

    ``code`` says that a listing stands right before or after it.
    """

    text: str
    section: int
    follows: bool
    code: bool = False


@dataclass(kw_only=True)
class Article:
    """``text`` is all of it, ``beginning`` its first blocks, ``headings`` are those of the level below the title."""

    text: str = ""
    paragraphs: list[Paragraph] = field(default_factory=list)
    items: list[Paragraph] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    beginning: list[str] = field(default_factory=list)


def read_article(html: str, *, only_beginning: bool = False) -> Article:
    """What an article says, or its first blocks. ``items`` are the items of its lists."""
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(strip_illegal(html)).body
    reader = _Reader(only_beginning=only_beginning)
    if body is not None:
        reader.made.text = body.text(deep=True)
        reader.read(body)
    for level in ("h2", "h3", "h1"):
        reader.made.headings = [text for name, text in reader.headings if name == level]
        if reader.made.headings:
            break
    return reader.made


class _Reader:
    def __init__(self, *, only_beginning: bool) -> None:
        self.made = Article()
        self._only_beginning = only_beginning
        self.headings: list[tuple[str, str]] = []
        self._section = 0
        self._follows = False
        self._code = False
        self._loose: list[str] = []

    def read(self, node: LexborNode, depth: int = 0) -> None:
        for child in node.iter(include_text=True):
            if self._only_beginning and len(self.made.beginning) >= _BEGINNING:
                return
            tag = child.tag or ""
            if tag in _BLOCKS:
                self._flush()
                self._block(child, tag, depth)
            elif tag == "br":
                self._loose.append(" ")
            elif tag not in ("-comment", "_comment", "!--"):
                # Text that stands bare, and inline elements in it.
                self._loose.append(child.text(deep=True) if tag == "-text" else words_of(child))
        self._flush()

    def _block(self, node: LexborNode, tag: str, depth: int) -> None:
        if tag in _HEADINGS:
            self._heading(node, tag)
        elif tag in _SKIPPED or depth > _DEEPEST or _is_noise(node):
            if tag == "pre" or node.css_first("pre") is not None:
                self._listing()
            self._follows = False
        elif tag == "p":
            self._paragraph(node)
        elif tag in _LISTS:
            self._list(node)
        else:
            self.read(node, depth + 1)

    def _heading(self, node: LexborNode, tag: str) -> None:
        text = words_of(node)
        if text:
            self._began(text)
            self.headings.append((tag, text))
            self._section += 1
        self._follows = self._code = False

    def _paragraph(self, node: LexborNode) -> None:
        tags = _tags(node)
        text = words_of(node, tags)
        if not tags.isdisjoint(_PICTURES) and len(text) < _LONGEST_CAPTION:
            # A picture with its caption: the text goes on below it.
            return
        if ("a" in tags and _is_navigation(node, text)) or ("code" in tags and _is_code(node, text)):
            self._follows = False
            return
        self._add(text)

    def _add(self, text: str) -> None:
        if text:
            self._began(text)
            self.made.paragraphs.append(Paragraph(text, self._section, self._follows, code=self._code))
            self._follows, self._code = True, False

    def _listing(self) -> None:
        if self._follows:
            self.made.paragraphs[-1] = self.made.paragraphs[-1]._replace(code=True)
        self._code = True

    def _list(self, node: LexborNode) -> None:
        for item in node.iter():
            text = _TIMESTAMP.sub("", words_of(item))
            if text:
                self._began(text)
                self.made.items.append(Paragraph(text=text, section=self._section, follows=False))
        self._follows = False

    def _began(self, text: str) -> None:
        if len(self.made.beginning) < _BEGINNING:
            self.made.beginning.append(text)

    def _flush(self) -> None:
        if self._loose:
            text = " ".join(plain("".join(self._loose)).split())
            self._loose = []
            self._add(text)


def _is_navigation(node: LexborNode, text: str) -> bool:
    """Whether a paragraph is nothing but links to other pages, such as "Home | All parts | Subscribe"."""
    links = node.css("a")
    linked = sum(len(link.text(deep=True).strip()) for link in links)
    return bool(links) and linked > _LINKED * len(text) and (len(links) > 1 or not text.endswith((".", "!", "?", "…")))


def _is_code(node: LexborNode, text: str) -> bool:
    return sum(len(code.text(deep=True).strip()) for code in node.css("code")) > _LINKED * len(text)


def _is_noise(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('role') or ''}"
    return bool(_NOISE.search(named)) or "hidden" in attributes


def _tags(node: LexborNode) -> set[str]:
    return {each.tag or "" for each in node.traverse(include_text=True)}


def words_of(node: LexborNode, tags: set[str] | None = None) -> str:
    """A node's text on one line, as it is read: without the marks of footnotes, pictures and leftovers of Markdown."""
    if _PLAIN.issuperset(tags or _tags(node)) or node.css_first(_UNREAD) is None:
        text = node.text(deep=True)
    else:
        text = "".join(_pieces(node))
    text = plain(" ".join(text.replace("\u00ad", "").split()))
    if "(" in text or "[" in text:
        text = _EMPTY.sub("", text)
    return text


def _pieces(node: LexborNode) -> list[str]:
    found: list[str] = []
    shown = False  # whether the formula that MathJax 2 keeps the source of, in a script beside it, is there already
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag == "script" and shown:
            continue
        shown = tag not in ("-text", "script") and child.css_matches(_FORMULAS)
        if tag == "-text":
            found.append(child.text(deep=True))
        elif tag == "br":
            found.append(" ")
        elif tag == "sup":
            text = child.text(deep=True).strip()
            if child.css_first("a") is None and not _NOTE.search(f"{child.id or ''}"):
                found.append(script(text, "sup") or text)
        elif child.css_matches(_FORMULAS):
            found.append(_formula(child))
        elif tag not in _UNSEEN and not (tag == "a" and _is_mark(child)) and not _is_noise(child):
            found += _pieces(child)
    return found


def _formula(node: LexborNode) -> str:
    """A formula on a line of text: as it is read where that can be written, else its TeX source, where the page has it."""
    math = node if node.tag == "math" else node.css_first("math")
    if math is None:
        # MathJax 2 keeps the source in a script.
        return node.text(deep=True)
    source = math.css_first("annotation[encoding='application/x-tex']")
    tex = source.text(deep=True) if source else math.attributes.get("alttext") or ""
    line = _line(math)
    return line if line is not None else tex.strip() or math.text(deep=True)


def _line(node: LexborNode) -> str | None:
    if node.tag == "-text":
        return node.text(deep=True)
    parts = [_line(each) for each in node.iter(include_text=True) if each.tag not in ("annotation", "annotation-xml")]
    if None in parts:
        return None
    if node.tag in ("msup", "msub") and len(parts) == 2:
        small = script(str(parts[1]), node.tag[1:])
        return f"{parts[0]}{small}" if small else None
    return "".join(map(str, parts)) if node.tag in _LINEAR else None


def _is_mark(link: LexborNode) -> bool:
    """Whether a link is a footnote's mark, or the anchor that a theme puts on a heading."""
    attributes = link.attributes
    target = attributes.get("href") or ""
    text = link.text(deep=True).strip()
    if target.startswith("#") and (_NOTE.search(target) or not re.search(r"\w", text)):
        return True
    return bool(_NOTE.search(attributes.get("class") or "")) or bool(re.fullmatch(r"\[?\d{1,3}\]?", text))
