"""CSS into style attributes, by premailer, around its known defects; and what of a document's CSS it cannot follow."""

from __future__ import annotations

import os
import re
import threading
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from sharekit.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cssutils import CSSParser
    from cssutils.css import CSSStyleSheet
    from lxml.etree import _Element

    Found = tuple[int, str]

# Read by premailer when it is first imported. Its default of 128 entries thrashes with the rules of one issue.
os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "4096")
# premailer has one cache for the process, keyed on arguments alone, and is not thread-safe by its author's word
# (https://github.com/peterbe/premailer/pull/218): one document at a time, each with an empty cache.
LOCK = threading.Lock()
# Above every level of logging: cssutils reports each property that it does not know.
SILENT = 60
BASIC_ATTRIBUTES = ["align", "valign", "bgcolor", "width", "height"]
# What stands before the doctype: a byte order mark, an XML declaration.
PROLOGUE = re.compile(r"\ufeff?\s*(?:<\?xml[^>]*>)?\s*")
DOCTYPE = re.compile(r"<!doctype\b[^>]*>", re.IGNORECASE)
# libxml2 percent-encodes these characters of an address and decodes character references. Addresses keep every byte; so do
# the placeholders of mail providers, and the references that keep an article's words from being taken for one.
PROTECTED = re.compile(
    r"""(?<=href=["']|\ssrc=["'])[^"'<>]*[][{}|\\^`\s\x7f-\U0010ffff][^"'<>]*|&\#\d+;"""
    r"""|\{\{.*?\}\}|\{%.*?%\}|\*\|[^|<>]+\|\*|%%\w+%%|<%.*?%>|\$\{[^}<>]*\}""",
    re.IGNORECASE | re.DOTALL,
)


def inline(html: str) -> str:
    """The document with the rules of its style sheets in style attributes.

    ``@media`` rules and rules with pseudo-classes stay in their style element and become important; a style element marked
    ``data-premailer="ignore"`` stays as it is. Nothing is fetched. What premailer cannot follow is named by
    :func:`unsupported`. Raises SourceError for CSS that premailer fails on.
    """
    if "<style" not in html.lower():
        return html
    prologue = PROLOGUE.match(html)
    start = prologue.end() if prologue else 0
    mark = next(mark for number in count() if (mark := f"sharekit{number}x") not in html)
    kept: list[str] = []

    def protect(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"{mark}{len(kept) - 1}x"

    made = _transformed(PROTECTED.sub(protect, html[start:]))
    return html if made is None else html[:start] + re.sub(rf"{mark}(\d+)x", lambda found: kept[int(found[1])], made)


def css_parser() -> CSSParser:
    """A parser of cssutils that fetches nothing for ``@import``, which premailer's ``allow_network`` does not see to."""
    from cssutils import CSSParser

    return CSSParser(fetcher=lambda _url: None, validate=False, loglevel=SILENT)


def _transformed(html: str) -> str | None:
    """The inlined document, or None for one without an element."""
    from lxml import etree

    doctype = DOCTYPE.match(html)
    # premailer's own parser stops at a depth of 256 elements, and loses a doctype in lower case.
    options = {"encoding": "utf-8", "huge_tree": True, "default_doctype": False}
    parser = etree.HTMLParser(**options)  # type: ignore[arg-type]  # the stubs are older than default_doctype
    root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    if root is None:
        return None
    with LOCK:
        from premailer import Premailer
        from premailer.cache import cache

        class Offline(Premailer):  # type: ignore[misc]  # premailer has no types
            def _parse_css_string(self, css_body: str, validate: bool = False) -> CSSStyleSheet:
                return css_parser().parseString(css_body)

        cache.clear()
        try:
            tree = Offline(
                root,
                strip_important=False,
                include_star_selectors=True,
                disable_validation=True,
                disable_basic_attributes=BASIC_ATTRIBUTES,
                align_floating_images=False,
                remove_unset_properties=False,
                allow_network=False,
                cssutils_logging_level=SILENT,
            ).transform()
        except Exception as error:
            raise SourceError(
                f"its CSS cannot be inlined: {error}", hint="sharekit issue lint names what premailer cannot follow."
            ) from error
        finally:
            cache.clear()
    text: str = etree.tostring(tree, method="html", encoding="unicode", doctype=doctype[0] if doctype else "")
    return text.strip("\n") + "\n"


# --- what premailer 3.10 cannot follow -----------------------------------------------------------------------------------


STYLE = re.compile(r"<style\b([^>]*)>(.*?)</style>", re.IGNORECASE | re.DOTALL)
LEFT_ALONE = re.compile(r"data-premailer|\bmedia\s*=\s*[\"']?(?!all\b|screen\b)\w", re.IGNORECASE)
STYLE_ATTRIBUTE = re.compile(r"""\sstyle\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
LINK = re.compile(r"<link\b[^>]*\bstylesheet\b[^>]*>", re.IGNORECASE)
# A condition for Outlook outside of a comment.
REVEALED = re.compile(r"<!\[(?:if|endif)\b[^>]*>", re.IGNORECASE)
NOT_READ = re.compile(r"<!--.*?-->|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
WORD = "xjinja"
STAYS = 'put it in a <style data-premailer="ignore">'
# The only pseudo-classes that premailer inlines, and only at the end of a selector.
INLINED = re.compile(r"[^:]+:(?:first|last)-child\Z")
# Pseudo-classes of the document's structure. Those of a state (:hover) and pseudo-elements belong in the sheet.
STRUCTURE = re.compile(r"(?<!:):(?:(?:not|is|where|has|root|empty|link|lang)\b|(?:nth|first|last|only)-(?:child|of|last))")
# What clients put around a message when they show it, so that nothing matches before (https://howtotarget.email).
HOOK = re.compile(
    r"\[data-og|\[owa\b|\[office365|\[class[~^*]?=[\"']?x_|\bu ?\+|#outlook\b|#MessageView|\.(?:ExternalClass|ReadMsgBody)\b"
)
CAPITAL_ELEMENT = re.compile(r"(?:^|[\s>+~])[a-z]*[A-Z]")
# The longhands of margin, padding, border, background, font and list-style.
SHORTHANDS = re.compile(r"(?:margin|padding|list-style|background|font|border)-(?!collapse|spacing|.*radius)")


class _Token(NamedTuple):
    kind: str
    text: str
    line: int

    @property
    def opens(self) -> int:
        """1 for an opening bracket, -1 for a closing one."""
        if self.kind == "FUNCTION":
            return 1
        return {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(self.text, 0) if self.kind == "CHAR" else 0


class _Declaration(NamedTuple):
    """A declaration that premailer inlines, with one of the selectors of its rule."""

    selector: str
    name: str
    important: bool
    line: int

    @property
    def weight(self) -> tuple[int, ...]:
        """What premailer sorts by."""
        elements = len(re.findall(r"(?:^|\s)\w", self.selector))
        return self.important, self.selector.count("#"), self.selector.count("."), elements


def unsupported(source: str) -> list[Found]:
    """What premailer would lose or get wrong in an HTML document or a Jinja template: line (1-based) and reason."""
    text = EXPRESSION.sub(lambda found: WORD + _lines(found), NOT_READ.sub(_lines, source))
    found = [
        (_line(text, each.start()), "a linked style sheet is not read: put it in a <style>") for each in LINK.finditer(text)
    ]
    found += [
        (_line(text, each.start()), f"{each[0]} becomes a comment: write <!--[if …]><!--> and <!--<![endif]-->")
        for each in REVEALED.finditer(text)
    ]
    declarations: list[_Declaration] = []
    # cssutils keeps how it treats errors in one place for the process.
    with LOCK:
        for style in STYLE.finditer(text):
            if not LEFT_ALONE.search(style[1]):
                found += _sheet(_tokens(style[2], _line(text, style.start(2))), declarations)
    attributes = ";".join(one or other for one, other in STYLE_ATTRIBUTE.findall(STYLE.sub("", text)))
    named = set(re.findall(r"(?:^|;)\s*([\w-]+)\s*:", attributes))
    found += [
        (each.line, f"{each.name}: its !important loses to the style attributes that set {each.name}")
        for each in declarations
        if each.important and each.name in named
    ]
    return sorted({*found, *_order(sorted(declarations, key=lambda each: each.weight), STYLE.sub("", text))})


def _lines(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _tokens(css: str, line: int) -> list[_Token]:
    from cssutils.tokenize2 import Tokenizer

    return [
        _Token(kind, " " if kind == "S" else text, line + at - 1)
        for kind, text, at, _ in Tokenizer().tokenize(css)
        if kind not in ("COMMENT", "CDO", "CDC", "EOF")
    ]


def _sheet(tokens: Sequence[_Token], declarations: list[_Declaration] | None) -> Iterator[Found]:
    """What is wrong with the rules of a sheet or, without ``declarations`` to add to, of a media query."""
    for prelude, block in _statements(tokens):
        line, keyword = prelude[0].line, prelude[0].text.lower()
        if keyword == "@media" and declarations is not None and _is_read(f"{_text(prelude)} {{ a {{ top: 0 }} }}"):
            yield from _sheet(block, None)
        elif keyword.startswith("@"):
            yield line, f"{_text(prelude)} is lost: {STAYS}"
        else:
            parts = [each for each in _split(block, ";") if each]
            yield from (problem for part in parts for problem in _value(part))
            for selector in filter(None, _split(prelude, ",")):
                text = _text(selector)
                yield from _selector(selector[0].line, text, in_media=declarations is None)
                if declarations is not None:
                    own = [_declaration(text, part) for part in parts]
                    yield from _fallbacks(own)
                    declarations += own


def _statements(tokens: Iterable[_Token]) -> Iterator[tuple[list[_Token], list[_Token]]]:
    """Each rule as what stands before its block and what stands in it."""
    prelude: list[_Token] = []
    block: list[_Token] = []
    depth = 0
    for token in tokens:
        before = depth
        depth = max(0, depth + (token.opens if token.text in ("{", "}") else 0))
        if depth == 0 and (before == 1 or (token.text == ";" and prelude)):
            yield prelude, block
            prelude, block = [], []
        elif before:
            block.append(token)
        elif depth == 0 and (prelude or token.text != " "):
            prelude.append(token)


def _split(tokens: Iterable[_Token], separator: str) -> Iterator[list[_Token]]:
    part: list[_Token] = []
    depth = 0
    for token in tokens:
        depth += token.opens
        if token.text == separator and depth == 0:
            yield part
            part = []
        elif part or token.text != " ":
            part.append(token)
    yield part


def _text(tokens: Iterable[_Token]) -> str:
    return " ".join("".join(each.text for each in tokens).split())


def _is_read(rule: str) -> bool:
    return WORD in rule or bool(css_parser().parseString(rule).cssText.strip())


def _selector(line: int, text: str, *, in_media: bool) -> Iterator[Found]:
    if "&" in text or not _is_read(f"{text} {{ top: 0 }}") or re.search(r":\w+\([^()]*,", text):
        yield line, f'the rule "{text}" is lost: premailer cannot read its selector; write it out with classes'
    elif in_media:
        return
    elif HOOK.search(text):
        yield line, f'"{text}" matches nothing before a client shows the message, and is lost: {STAYS}'
    elif "\\" in text or (STRUCTURE.search(text) and not INLINED.match(text)):
        yield line, f'"{text}" is not inlined and stays in the <style>, which some clients drop: use a class'
    elif CAPITAL_ELEMENT.search(text):
        yield line, f'"{text}" matches nothing: write elements in lower case'
    elif "[" in text or ":first-child" in text or ":last-child" in text:
        yield line, f'"{text}" loses to a class that comes before it: premailer counts only ids, classes and elements'


def _value(tokens: Sequence[_Token]) -> Iterator[Found]:
    text, line = _text(tokens), tokens[0].line
    if text.startswith("--") or "var(" in text:
        yield line, f'"{text}" is not resolved, and most clients know no variables: write the value'
    elif any(each.text == "{" for each in tokens):
        yield line, f'"{text}" is lost, and what follows it in the rule: premailer knows no nested rules'
    elif not _is_read(f"a {{ {text} }}"):
        yield line, f'"{text}" is lost: premailer cannot read it'


def _declaration(selector: str, tokens: Sequence[_Token]) -> _Declaration:
    name, _, value = _text(tokens).lower().partition(":")
    return _Declaration(selector, name.strip(), bool(re.search(r"!\s*important\Z", value)), tokens[0].line)


def _fallbacks(declarations: Sequence[_Declaration]) -> Iterator[Found]:
    names = [each.name for each in declarations]
    for number, each in enumerate(declarations):
        if each.name in names[number + 1 :]:
            yield each.line, f"this {each.name} is lost: of several in one rule premailer keeps the last"


def _order(declarations: Sequence[_Declaration], document: str) -> Iterator[Found]:
    """Shorthands and longhands that end up in another order.

    A property that is set again keeps its first place in the style attribute: of ``margin``, ``margin-top``, ``margin``
    the second wins.
    """
    from lxml import etree

    tree = etree.fromstring(f"<html>{document}</html>", etree.HTMLParser(huge_tree=True))
    for number, last in enumerate(declarations):
        between: list[_Declaration] = []
        for earlier in reversed(declarations[:number]):
            same = between if earlier.name == last.name else []
            winner = next((each for each in same if _meet(tree, earlier, each, last)), None)
            if winner:
                yield last.line, f"{last.name} loses to {winner.name} of line {winner.line}: write {winner.name} here too"
                break
            if _overlap(earlier.name, last.name):
                between.append(earlier)


def _overlap(one: str, other: str) -> bool:
    """Whether one is a shorthand of the other."""
    short, long = sorted((one, other), key=len)
    return bool(long.startswith(f"{short}-") and SHORTHANDS.match(long)) or {short, long} == {"font", "line-height"}


def _meet(tree: _Element, *declarations: _Declaration) -> bool:
    """Whether all reach one element of the document, or end in one class, which another document may have."""
    from lxml.cssselect import CSSSelector, SelectorError

    names = (frozenset(re.findall(r"[.#][\w-]+", re.split(r"[\s>+~]+", each.selector)[-1])) for each in declarations)
    try:
        found = (CSSSelector(each.selector)(tree) for each in declarations)
        reached = (frozenset(each) for each in found)  # type: ignore[arg-type]  # a selector finds elements alone
        return bool(frozenset.intersection(*names) or frozenset.intersection(*reached))
    except SelectorError:
        return False
