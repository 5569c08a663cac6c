"""The text alternative, made from the articles and not from the layout: numbered links, lists, code as it stands."""

from __future__ import annotations

import re
import textwrap
from itertools import chain
from typing import TYPE_CHECKING
from unicodedata import east_asian_width
from urllib.parse import unquote, urlsplit

from sharekit.content import HEADINGS, alignment, blank_repeated_captions, cleaned, remove_title, words
from sharekit.elements import BLOCKS, source_of
from sharekit.issue.notes import is_way_back, note_links
from sharekit.templating import locale_of
from sharekit.text.typography import script

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from lxml.html import HtmlElement

    from sharekit.model import Issue, Post

WIDTH = 78
# Of text that is wrapped later, and of what becomes one line.
UNWRAPPED, ONE_LINE = 10**5, 10**6
BLANK = re.compile(r"[ \t\r\n\f]+")
# The parts of a table in the order in which browsers show them.
PARTS = {"thead": 0, "tr": 1, "tbody": 1, "tfoot": 2}
# What may be in a cell of a table that is written in rows.
LARGE = ("pre", "ul", "ol", "dl", "table", "blockquote")
PLAYERS = ("iframe", "video", "audio")
# What keeps the punctuation of a passage on its side where there is no mark-up (Unicode Bidirectional Algorithm, 2.4).
ISOLATES = {"ltr": "\u2066", "rtl": "\u2067", "auto": "\u2068"}
ISOLATE_ENDS = "\u2069"
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
    (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
MARKS = {"code": ("`", "`"), **dict.fromkeys(("del", "s", "strike"), ("~~", "~~"))}
# Around a q a browser writes the marks of the language.
QUOTES = {"": ("“", "”"), "fr": ("«\u00a0", "\u00a0»"), "de": ("„", "“"), "es": ("«", "»"), "it": ("«", "»")}
# What is shown otherwise than by the words in it.
SHOWN = ("img", "svg", "math", *PLAYERS)


def article_text(post: Post) -> str:
    """An article as plain text of at most 78 columns, its links numbered and listed below."""
    article = cleaned(post.html, post.url)
    remove_title(article, post.title)
    blank_repeated_captions(article)
    return _written(article, post.url, post.language)


def _written(element: HtmlElement, url: str, language: str) -> str:
    locale = locale_of(language)
    writer = _Writer(note_links(element, url), locale.text_direction, locale.language)
    lines = writer.block(element, WIDTH, flowed=True)
    if writer.links:
        lines += ["", *(f"[{number}] {url}" for number, url in enumerate(writer.links, start=1))]
    return "\n".join(lines).strip("\n")


class _Writer:
    """Writes the lines of elements. ``notes`` are links that need no address, ``links`` the addresses so far.

    Where it is ``flowed`` a line that goes on in the next ends in a space (RFC 3676). ``direction`` and ``language`` are
    those of the article.
    """

    def __init__(self, notes: Collection[HtmlElement], direction: str, language: str) -> None:
        self.notes = notes
        self.direction = direction
        self.language = language
        self.links: list[str] = []

    def block(self, element: HtmlElement, width: int, *, flowed: bool = False) -> list[str]:
        """The lines of what is in an element, an empty one between two blocks."""
        pieces: list[list[str]] = []
        inline = element.text or ""
        for child in element:
            if child.tag in BLOCKS:
                pieces += [self._paragraph(inline, width, flowed=flowed), self._element(child, width, flowed=flowed)]
                inline = ""
            else:
                inline += self._inline(child)
            inline += child.tail or ""
        pieces.append(self._paragraph(inline, width, flowed=flowed))
        return _joined(pieces)

    def _element(self, element: HtmlElement, width: int, *, flowed: bool) -> list[str]:
        # An isolate ends with its line.
        return [self._isolated(element, line) for line in self._lines(element, width, flowed=flowed)]

    def _isolated(self, element: HtmlElement, text: str) -> str:
        direction = (element.get("dir") or ("auto" if element.tag == "bdi" else "")).lower()
        if direction not in ISOLATES or direction == self.direction or not text.strip():
            return text
        # What marks a quotation is the first sign of its line.
        start = len(text) - len(text.lstrip("> ")) if element.tag == "blockquote" else 0
        end = len(text.rstrip())
        return f"{text[:start]}{ISOLATES[direction]}{text[start:end]}{ISOLATE_ENDS}{text[end:]}"

    def _lines(self, element: HtmlElement, width: int, *, flowed: bool) -> list[str]:
        tag = element.tag
        if tag == "pre":
            return [f"    {line}".rstrip() for line in self._code(element).strip("\n").split("\n")]
        if tag == "blockquote":
            return [f"> {line}".rstrip() for line in self.block(element, width - 2)]
        if tag in ("ul", "ol", "menu", "dir"):
            return self._list(element, width)
        if tag == "dd":
            return [f"    {line}".rstrip() for line in self.block(element, width - 4)]
        if tag == "dl":
            lines = self.block(element, width)
            return lines if element.find(".//pre") is not None else [line for line in lines if line]
        if tag == "table":
            return self._table(element, width, flowed=flowed)
        if tag == "hr":
            return ["* * *"]
        if tag in HEADINGS:
            text = self._line(element)
            # A heading in a cell has no line of its own to be underlined.
            return [text, *(["-" * min(len(text), WIDTH)] if width < ONE_LINE else [])] if text else []
        return self.block(element, width, flowed=flowed)

    def _paragraph(self, text: str, width: int, *, flowed: bool) -> list[str]:
        lines: list[str] = []
        for part in text.split("\v"):
            # Non-breaking spaces are the author's: French puts them before ":" and "!".
            line = BLANK.sub(" ", part).strip(" \u00a0").replace("\u00a0", "\ue000")
            wrapped = textwrap.wrap(line, max(width - 1, 20), break_long_words=False, break_on_hyphens=False)
            # A line that begins with ">" would be shown as a quotation (RFC 3676, 4.4).
            wrapped = [f" {each}" if each.startswith(">") else each for each in wrapped]
            # Two line breaks are an empty line.
            wrapped = wrapped or [""]
            lines += [f"{each} " if flowed else each for each in wrapped[:-1]] + wrapped[-1:]
        text = "\n".join(lines).strip("\n").replace("\ue000", "\u00a0")
        return text.split("\n") if text else []

    def _list(self, element: HtmlElement, width: int) -> list[str]:
        backwards = element.tag == "ol" and element.get("reversed") is not None
        number = _number(element.get("start"), sum(item.tag == "li" for item in element) if backwards else 1)
        lines = self._paragraph(element.text or "", width, flowed=False)
        for item in element:
            if item.tag != "li":
                lines += self.block(_alone(item), width)
            else:
                number = _number(item.get("value"), number)
                mark = f"{_counted(number, element.get('type') or '')}. " if element.tag == "ol" else "- "
                inner = self.block(item, width - len(mark))
                # A short list stays together; the empty lines of code are the author's.
                inner = inner if item.find(".//pre") is not None else [line for line in inner if line]
                lines += [(mark if at == 0 else " " * len(mark) if line else "") + line for at, line in enumerate(inner)]
                number += -1 if backwards else 1
            lines += self._paragraph(item.tail or "", width, flowed=False)
        return lines

    def _table(self, element: HtmlElement, width: int, *, flowed: bool) -> list[str]:
        head = [self._line(part) for part in element if part.tag == "caption"]
        parts = sorted((part for part in element if part.tag in PARTS), key=lambda part: PARTS[part.tag])
        groups = [[part] if part.tag == "tr" else part for part in parts]
        rows = [row for row in chain.from_iterable(groups) if row.tag == "tr"]
        if any(row.find(f".//{name}") is not None for row in rows for name in LARGE):
            return _joined([head, *(self.block(cell, width, flowed=flowed) for row in rows for cell in row)])
        cells = self._cells(rows)
        widths = [max(_columns(text) for text, _ in column) for column in zip(*cells, strict=False)]
        if len({len(row) for row in cells}) > 1 or sum(widths) + 3 * len(widths) > width:
            return [*head, *(" | ".join(text for text, _ in row) for row in cells)]
        return [
            *head,
            *(
                " | ".join(_padded(*cell, columns) for cell, columns in zip(row, widths, strict=True)).rstrip()
                for row in cells
            ),
        ]

    def _cells(self, rows: Sequence[HtmlElement]) -> list[list[tuple[str, str]]]:
        """Each row's words and how they are aligned; nothing where a cell from above reaches into it."""
        made: list[list[tuple[str, str]]] = []
        reaching: dict[int, int] = {}  # a column → how many more rows the cell above is in
        for row in rows:
            line: list[tuple[str, str]] = []
            for cell in (*row, None):
                while reaching.get(len(line)):
                    reaching[len(line)] -= 1
                    line.append(("", "left"))
                if cell is not None:
                    # As many rows as browsers take (HTML Standard, 4.9.11).
                    reaching[len(line)] = min(_number(cell.get("rowspan"), 1), 65534) - 1
                    line.append((self._line(cell), alignment(cell) or "left"))
            made.append(line)
        return made

    def _line(self, element: HtmlElement) -> str:
        """The words of an element on one line, those of its blocks apart."""
        return " ".join(BLANK.sub(" ", line).strip(" ") for line in self.block(element, ONE_LINE) if line)

    def _inline(self, element: HtmlElement) -> str:
        tag = element.tag
        if tag == "br":
            return "\v"
        if tag in ("img", "svg"):
            return _picture(element)
        if tag == "math":
            return f"`{element.get('alttext') or words(element)}`"
        if tag == "area":
            return self._linked(element.get("alt") or "", element.get("href") or "") + " "
        if tag in PLAYERS:
            return self._player(element)
        text = (element.text or "") + "".join(
            (self._within(child) if child.tag in BLOCKS else self._inline(child)) + (child.tail or "") for child in element
        )
        if tag == "a" and (is_way_back(element) or (element in self.notes and not re.search(r"\w", text))):
            return ""
        if tag == "a" and element not in self.notes:
            return self._linked(text, element.get("href") or "")
        if tag in ("sup", "sub"):
            return script(text, tag) or text
        return self._isolated(element, self._marked(tag, text))

    def _marked(self, tag: str, text: str) -> str:
        """The words of an inline element, with the marks that a browser writes or shows them by."""
        # What is struck out or quoted would say the contrary without its marks.
        before, after = QUOTES.get(self.language, QUOTES[""]) if tag == "q" else MARKS.get(tag, ("", ""))
        return f"{before}{text}{after}" if text.strip() else text

    def _code(self, element: HtmlElement) -> str:
        """What is in a ``pre`` as it stands; a block in it has lines of its own."""
        made = element.text or ""
        for child in element:
            inner = "\n" if child.tag == "br" else self._inline(child) if child.tag in SHOWN else self._code(child)
            if child.tag in BLOCKS:
                made += "\n" if made and not made.endswith("\n") else ""
                inner += "" if inner.endswith("\n") else "\n"
            made += inner + (child.tail or "")
        return made

    def _within(self, block: HtmlElement) -> str:
        # A link or another inline element around a block.
        return "\v" + "\v".join(self._element(block, UNWRAPPED, flowed=False)) + "\v"

    def _player(self, player: HtmlElement) -> str:
        source = source_of(player)
        if not source:
            inside = "".join(self._inline(each) + (each.tail or "") for each in player)
            return f" {player.text or ''}{inside} "
        parts = urlsplit(source)
        name = unquote(parts.path.rpartition("/")[2])
        return (
            " "
            + self._linked(f"▶ {player.get('title') or (name if '.' in name else parts.hostname) or source}", source)
            + " "
        )

    def _linked(self, text: str, href: str) -> str:
        # A link without a word is one that nobody sees.
        if not href or text.strip() in ("", href):
            return text
        if href not in self.links:
            self.links.append(href)
        # The mark belongs to the words: what is white behind them stays behind it.
        said = text.rstrip()
        return f"{said} [{self.links.index(href) + 1}]{text[len(said) :]}"


def _picture(element: HtmlElement) -> str:
    if element.tag == "svg":
        name = element.get("aria-label") or words(element)
    elif (name := element.get("alt")) is None:
        name = unquote(urlsplit(element.get("src") or "").path.rpartition("/")[2])
    return f"[{' '.join(name.split())}]" if name.strip() else ""


def _columns(text: str) -> int:
    """How wide a terminal shows a text: an East Asian character takes two columns (UAX 11)."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, aligned: str, columns: int) -> str:
    missing = columns - _columns(text)
    before = {"center": missing // 2, "right": missing}.get(aligned, 0)
    return " " * before + text + " " * (missing - before)


def _number(given: str | None, otherwise: int) -> int:
    return int(given) if given and re.fullmatch(r"-?\d{1,9}", given.strip()) else otherwise


def _counted(number: int, kind: str) -> str:
    """The number of an item as its list counts: in letters, in Roman numerals, else in digits (HTML Standard, 4.4.5)."""
    text = ""
    if kind in ("a", "A") and number > 0:
        rest = number
        while rest:
            rest, letter = divmod(rest - 1, 26)
            text = chr(ord("a") + letter) + text
    elif kind in ("i", "I") and 0 < number < 4000:
        rest = number
        for value, sign in ROMAN:
            text += sign * (rest // value)
            rest %= value
    return (text.upper() if kind.isupper() else text) or str(number)


def _joined(pieces: Sequence[list[str]]) -> list[str]:
    return [line for piece in pieces if piece for line in ("", *piece)][1:]


def _alone(element: HtmlElement) -> HtmlElement:
    """A copy in a parent of its own, without what follows."""
    from copy import deepcopy

    from lxml.html import builder as make

    copy = deepcopy(element)
    copy.tail = None
    return make.DIV(copy)


def render_text(
    issue: Issue,
    *,
    title: str,
    introduction: str,
    footer: str,
    translate: Callable[[str], str],
    openings: Mapping[str, str] | None = None,
) -> str:
    """The whole issue: ``introduction`` (HTML, of absolute links), each article with its address, footer.

    ``openings`` are the first sentences of the articles, by post id, which stand for the articles in an issue of cards.
    """
    rule = "=" * WIDTH
    pieces = [title, rule, _written(cleaned(introduction, ""), "", issue.language)]
    for entry in issue.entries:
        post = entry.post
        place = "".join(f"\n{part.series} ({part.position}/{part.total})" for part in entry.parts)
        if openings is None:
            pieces += [f"{post.title}{place}\n{post.url}\n{'-' * WIDTH}", entry.blurb, article_text(post)]
        else:
            opening = " \n".join(textwrap.wrap(openings[post.id], WIDTH - 1, break_long_words=False, break_on_hyphens=False))
            pieces += [f"{post.title}{place}\n{'-' * WIDTH}", entry.blurb, opening, f"{translate('Read on')}\n{post.url}"]
    pieces += [rule, footer]
    return "\n\n".join(piece for piece in pieces if piece.strip()) + "\n"
