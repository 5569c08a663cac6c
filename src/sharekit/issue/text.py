"""The text alternative, made from the articles and not from the layout: numbered links, lists, code as it stands."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sharekit.content import cleaned

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

    from sharekit.model import Issue, Post

WIDTH = 78
BLOCKS = frozenset("p div ul ol pre blockquote table h1 h2 h3 h4 h5 h6 hr dl figure section article details".split())  # noqa: SIM905 - words
BLANK = re.compile(r"[ \t\r\n\f]+")


@dataclass
class _Writer:
    lines: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def paragraph(self, text: str, first: str = "", rest: str = "") -> None:
        # Non-breaking spaces are the author's: French puts them before ":" and "!".
        text = BLANK.sub(" ", text).strip(" ")
        if text:
            wrapper = textwrap.TextWrapper(
                width=WIDTH - 1, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
            )
            # format=flowed (RFC 3676): a line that goes on in the next one ends in a space.
            soft = "" if first or rest else " "
            for line in text.split("\v"):
                wrapped = wrapper.wrap(line.replace("\u00a0", "\ue000"))
                joined = f"{soft}\n".join(wrapped).split("\n") if wrapped else []
                self.lines += [part.replace("\ue000", "\u00a0") for part in joined]

    def blank(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")


def article_text(post: Post) -> str:
    """An article as plain text of at most 78 columns, its links numbered and listed below."""
    writer = _Writer()
    _block(cleaned(post.html, post.url), writer, "")
    if writer.links:
        writer.blank()
        writer.lines += [f"[{number}] {url}" for number, url in enumerate(writer.links, start=1)]
    return "\n".join(writer.lines).strip()


def render_text(issue: Issue, *, title: str, introduction: str, translate: Callable[[str], str], footer: str) -> str:
    """The whole issue: introduction, each article with its address, footer."""
    rule = "=" * WIDTH
    pieces = [title, rule, introduction.strip()]
    for entry in issue.entries:
        place = "".join(f"\n{part.series} ({part.position}/{part.total})" for part in entry.parts)
        pieces += [f"{entry.post.title}{place}\n{entry.post.url}\n{'-' * WIDTH}", entry.blurb, article_text(entry.post)]
    pieces += [rule, translate("All articles:") + "\n" + "\n".join(entry.post.url for entry in issue.entries), footer]
    return "\n\n".join(piece for piece in pieces if piece.strip()) + "\n"


def _block(element: HtmlElement, writer: _Writer, indent: str) -> None:
    inline = element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag in BLOCKS:
            writer.paragraph(inline, indent, indent)
            writer.blank()
            _BLOCK_WRITERS.get(child.tag, _block)(child, writer, indent)
            writer.blank()
            inline = ""
        else:
            inline += _inline(child, writer)
        inline += child.tail or ""
    writer.paragraph(inline, indent, indent)


def _inline(element: HtmlElement, writer: _Writer) -> str:
    if not isinstance(element.tag, str):
        return ""
    if element.tag == "br":
        return "\v"
    if element.tag == "img":
        return f"[{element.get('alt')}]" if element.get("alt") else ""
    text = (element.text or "") + "".join(_inline(child, writer) + (child.tail or "") for child in element)
    href = element.get("href")
    if element.tag == "a" and href and text.strip() and href != text.strip():
        if href not in writer.links:
            writer.links.append(href)
        return f"{text} [{writer.links.index(href) + 1}]"
    return f"`{text}`" if element.tag == "code" else text


def _code(element: HtmlElement, writer: _Writer, indent: str) -> None:
    writer.lines += [f"{indent}    {line}".rstrip() for line in element.text_content().strip("\n").split("\n")]


def _quote(element: HtmlElement, writer: _Writer, indent: str) -> None:
    _block(element, writer, f"{indent}> ")


def _list(element: HtmlElement, writer: _Writer, indent: str) -> None:
    start = element.get("start") or "1"
    number = int(start) if start.isdigit() else 1
    for item in element.iterchildren("li"):
        mark = f"{number}. " if element.tag == "ol" else "- "
        inner = _Writer(links=writer.links)
        _block(item, inner, "")
        text = [line for line in inner.lines if line]
        writer.lines += [indent + (mark if first == 0 else " " * len(mark)) + line for first, line in enumerate(text)]
        number += 1


def _heading(element: HtmlElement, writer: _Writer, indent: str) -> None:
    text = BLANK.sub(" ", _inline(element, writer)).strip()
    writer.lines += [f"{indent}{text}", indent + "-" * min(len(text), WIDTH)] if text else []


def _table(element: HtmlElement, writer: _Writer, indent: str) -> None:
    for row in element.iter("tr"):
        cells = [BLANK.sub(" ", _inline(cell, writer)).strip() for cell in row.iterchildren("td", "th")]
        writer.lines.append(indent + " | ".join(cells))


def _rule(_element: HtmlElement, writer: _Writer, indent: str) -> None:
    writer.lines.append(indent + "* * *")


_BLOCK_WRITERS = {
    "pre": _code,
    "blockquote": _quote,
    "ul": _list,
    "ol": _list,
    "table": _table,
    "hr": _rule,
    **{f"h{level}": _heading for level in range(1, 7)},
}
