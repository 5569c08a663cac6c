"""The lists in an article that could be lists of parts, however they are set: as a list, a table, paragraphs or lines.

Each is held against the words that lead to it. Lines that number their parts ("Part 1: …, Part 2: …", "Teil 3, siehe auch
Teil 1") need no such words.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sharekit.content import parse_fragment
from sharekit.series.leads import (
    HEADINGS,
    LONGEST_INTRODUCTION,
    SENTENCE_END,
    STRONG,
    Lead,
    introduces,
    is_sure,
    lead_of,
    name_in,
    one_line,
)
from sharekit.series.lines import Line, line_of
from sharekit.series.resolve import Item
from sharekit.series.titles import number_of
from sharekit.series.words import (
    LAST,
    MORE,
    NEXT_PART,
    NO_SERIES,
    NUMBERED,
    ORDINAL,
    PART_OF_SERIES,
    PREVIOUS_PART,
    THE,
    THIS_IS,
    TOLD_AROUND,
    TOLD_BEFORE,
)
from sharekit.text.part_words import value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

Form = Literal[
    "list", "table", "paragraphs", "lines", "sentence", "numbered line", "numbered links", "previous and next", "prose"
]

LONGEST_ENTRY = 150
MOST_ITEMS = 100
CONTAINERS = ("p", "div", "td", "blockquote", "aside", "summary", "em", "small", "center", "h2", "h3", "h4", "h5")
BETWEEN_LINKS = re.compile(r"[\s,;|/·•→>–—-]*(?:and|et|und|y|e|en|och|og|i|и)?\s*(?:\(?\d{1,2}[.)]?)?\s*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class RawList:
    """A list, the words and the heading that lead to it, and whether more parts are announced beside it.

    ``name`` is what its introduction sets off as the series' name; ``numbers`` are those that the items give themselves.
    ``partial`` says that only numbers make it a list of parts, and one is not there; ``sure`` that its words can only mean a
    series of the author's.
    """

    introduction: str
    items: tuple[Item, ...]
    form: Form
    more: bool = False
    heading: str = ""
    name: str = ""
    numbers: tuple[int, ...] = ()
    partial: bool = False
    sure: bool = True


def raw_lists(html: str) -> Iterator[RawList]:
    """The lists of an article that its words introduce as a series, and the lines that number their parts."""
    fragment = parse_fragment(html)
    for element in fragment.iter("ul", "ol", "dl"):
        items, lead = tuple(_item(each) for each in element.iterchildren("li", "dt"))[:MOST_ITEMS], lead_of(element)
        if element.tag == "dl" and not any(item.links for item in items):
            # "1: […]": the terms are numbers, the links stand in the descriptions. One term alone introduces them.
            lead = Lead(items[0].text) if len(items) == 1 else lead
            items = tuple(_item(each) for each in element.iterchildren("dd"))[:MOST_ITEMS]
        numbers = _numbers(items)
        found = _introduced(lead, items, "list", numbered=numbers is not None)
        if found is not None:
            yield found
    for element in fragment.iter("table"):
        rows = _rows(element)
        found = _introduced(lead_of(element), rows, "table") if len(rows) > 1 else None
        if found is not None:
            yield found
    yield from _in_paragraphs(fragment)
    yield from _in_headings(fragment)
    linked = _with_links(fragment)
    for element in (each for each in fragment.iter(*CONTAINERS) if each in linked):
        line = line_of(element)
        if line is None or not line.links:
            continue
        found = (
            _numbered_links(line)
            or _neighbours(line)
            or _on_one_line(line)
            or _in_lines(line, element)
            or _in_sentence(line)
            or _told(line)
        )
        if found is not None:
            yield found
    for element in fragment.iter("p"):
        yield from _stated(one_line(element.text_content()))


def _stated(text: str) -> Iterator[RawList]:
    """ "This is part 2 of 3 of the series “Ropes at sea”.": the article alone, without a link to anything."""
    for sentence in SENTENCE_END.split(text):
        begins = THIS_IS.match(sentence.lower())
        mark = begins and PART_OF_SERIES.match(sentence.lower(), begins.end())
        name = name_in(sentence) if mark and not NO_SERIES.search(sentence.lower()) else ""
        if mark and name:
            number = number_of(mark["number"] or mark["ordinal"])
            yield RawList(introduction=sentence, items=(), form="prose", name=name, numbers=(number,))


def _with_links(fragment: HtmlElement) -> set[HtmlElement]:
    """The elements that a link stands in."""
    found: set[HtmlElement] = set()
    for link in fragment.iter("a"):
        for above in link.iterancestors():
            if above in found:
                break
            found.add(above)
    return found


def _introduced(lead: Lead, items: Sequence[Item], form: Form, *, numbered: bool = False) -> RawList | None:
    introduction = lead.introduction()
    if introduction is None and not (numbered and len(items) > 1):
        return None
    return RawList(
        introduction=introduction or lead.text,
        items=tuple(items),
        form=form,
        more=bool(MORE.search(lead.text)),
        heading=lead.heading,
        name=lead.name(),
        partial=introduction is None and len(set(_numbers(items) or ())) != _span(_numbers(items) or ()),
        sure=introduction is None or is_sure(introduction) or (introduction != lead.text and is_sure(lead.heading)),
    )


def _span(numbers: Sequence[int]) -> int:
    return max(numbers, default=0) - min(numbers, default=1) + 1


def _item(element: HtmlElement) -> Item:
    """An item's own words and links: a list within it is another list."""
    pieces: list[str] = []
    strong: list[str] = []
    links: list[str] = []
    marked = 0
    for event, each in _walk(element):
        if event == "start":
            marked += each.tag in STRONG
            if each.tag == "a" and each.get("href"):
                links.append(each.get("href") or "")
        elif each is not element:
            marked -= each.tag in STRONG
        text = each.text if event == "start" else each.tail if each is not element else None
        if text:
            pieces.append(text)
            strong += [text] if marked else []
    words = one_line("".join(pieces))
    is_strong = bool(words) and len(one_line(" ".join(strong))) >= 0.6 * len(words)
    return Item(text=words, links=tuple(links), strong=is_strong)


def _walk(element: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """The starts and ends of an element and what is in it, however deep, without the lists within it."""
    from lxml.etree import iterwalk

    walker = iterwalk(element, events=("start", "end"))
    for event, each in walker:
        if event == "start" and each is not element and each.tag in ("ul", "ol"):
            walker.skip_subtree()
        elif event == "end" and each is not element and each.tag in ("ul", "ol"):
            if each.tail:
                yield "end", each
        else:
            yield event, each


def _rows(table: HtmlElement) -> list[Item]:
    """For each row that has a link, the cell with the first one; the unlinked row of the article itself stays. Of a table of
    one row every cell with a link."""
    groups = [table, *table.iterchildren("thead", "tbody", "tfoot")]
    items: list[Item] = []
    row_of_links: list[Item] = []
    for row in (row for group in groups for row in group.iterchildren("tr")):
        cells = [_item(cell) for cell in list(row.iterchildren("td", "th"))[:12]]
        if any(cell.tag == "td" for cell in row.iterchildren()) and cells:
            items.append(next((cell for cell in cells if cell.links), max(cells, key=lambda cell: len(cell.text))))
        row_of_links = [cell for cell in cells if cell.links]
    if len(items) <= 1 and len(row_of_links) > 1:
        items = row_of_links
    return items[:MOST_ITEMS] if sum(bool(item.links) for item in items) > 1 else []


def _numbers(items: Sequence[Item]) -> list[int] | None:
    """The numbers of the items as parts, where each begins with one, they count up, and at most one is not there."""
    found = [NUMBERED.match(item.text) for item in items]
    if not all(found) or not any(item.links for item in items):
        return None
    numbers = [value_of(each["number"]) for each in found if each]
    return numbers if _counts_up(numbers) else None


def _counts_up(numbers: Sequence[int]) -> bool:
    return numbers == sorted(set(numbers)) and _span(numbers) - len(numbers) <= 1


def _in_paragraphs(fragment: HtmlElement) -> Iterator[RawList]:
    """Paragraphs, or blocks that are set as such, that each hold one link, after words that introduce them."""
    run: list[HtmlElement] = []
    for paragraph in (*fragment.iter("p", "div"), None):
        if paragraph is not None and _is_entry_paragraph(paragraph) and (not run or paragraph.getprevious() is run[-1]):
            run.append(paragraph)
            continue
        items = [_item(each) for each in run][:MOST_ITEMS]
        if sum(bool(item.links) for item in items) > 1:
            found = _introduced(lead_of(run[0]), items, "paragraphs")
            if found is not None:
                yield found
        run = [paragraph] if paragraph is not None and _is_entry_paragraph(paragraph) else []


def _in_headings(fragment: HtmlElement) -> Iterator[RawList]:
    """Headings of one level that are each a link, whatever stands below them, after words that introduce them."""
    for level in HEADINGS:
        run: list[HtmlElement] = []
        for heading in (*fragment.iter(*HEADINGS), None):
            if heading is not None and heading.tag >= level:
                run += [heading] if heading.tag == level else []
                continue
            if sum(_leads_away(each) for each in run) > 1:
                first = next((at for at, each in enumerate(run) if lead_of(each).introduction()), len(run))
                items = [_item(each) for each in run[first:] if _is_entry_paragraph(each)][:MOST_ITEMS]
                found = _introduced(lead_of(run[first]), items, "paragraphs") if len(items) > 1 else None
                if found is not None:
                    yield found
            run = []


def _leads_away(heading: HtmlElement) -> bool:
    # Themes put a link to itself into each heading.
    return any(not (link.get("href") or "#").startswith("#") for link in heading.iter("a"))


def _is_entry_paragraph(paragraph: HtmlElement) -> bool:
    if len(one_line(paragraph.text_content())) > LONGEST_ENTRY:
        return False  # as most are
    line = line_of(paragraph)
    return line is not None and "\n" not in line.text.strip() and _is_entry(line, 0, len(line.text))


def _is_entry(line: Line, start: int, end: int) -> bool:
    """Whether a stretch is one link and little else, or short words that end no sentence."""
    words = line.text[start:end].strip()
    if not words or len(words) > LONGEST_ENTRY:
        return False
    links = line.between(start, end)
    if links:
        # A few words about the part may follow its link.
        first = not re.search(r"[^\W\d]", line.text[start : links[0].start])
        return len(links) == 1 and (first or links[0].end - links[0].start >= 0.5 * len(words))
    return words[-1] not in ".:!?…。：！？"


def _in_lines(line: Line, element: HtmlElement) -> RawList | None:
    """A link on each line of one paragraph, after words on its first lines or before it."""
    lines = [part for part in line.lines() if line.text[part[0] : part[1]].strip()]
    linked = [at for at, part in enumerate(lines) if line.between(*part) and _is_entry(line, *part)]
    if len(linked) < 2 or any(not _is_entry(line, *part) for part in lines[linked[0] : linked[-1] + 1]):
        return None
    leading = [at for at in range(linked[0]) if line.text[slice(*lines[at])].strip()[-1] in ":："]
    first = (
        leading[-1] + 1 if leading else linked[0] if any(not _is_entry(line, *part) for part in lines[: linked[0]]) else 0
    )
    lead = Lead(one_line(line.text[: lines[first][0]])[-LONGEST_INTRODUCTION:]) if first else lead_of(element)
    items = [
        Item(text=one_line(line.text[slice(*part)]), links=tuple(link.href for link in line.between(*part)))
        for part in lines[first:]
        if _is_entry(line, *part)
    ]
    return _introduced(lead, items[:MOST_ITEMS], "lines")


def _in_sentence(line: Line) -> RawList | None:
    """Links one after the other behind a colon."""
    links = line.links
    start = links[0].start
    colon = max(line.text.rfind(":", 0, start), line.text.rfind("：", 0, start))
    last = links[-1].end
    gaps = [(colon + 1, start), *((one.end, other.start) for one, other in itertools.pairwise(links))]
    if len(links) < 2 or colon < 0 or not all(BETWEEN_LINKS.fullmatch(line.text, *gap) for gap in gaps):
        return None
    if re.match(r"\s*\w", line.text[last:]):
        return None
    items = [Item(text=one_line(line.text[link.start : link.end]), links=(link.href,)) for link in links]
    return _introduced(Lead(one_line(line.text[: colon + 1])[-LONGEST_INTRODUCTION:]), items[:MOST_ITEMS], "sentence")


def _told(line: Line) -> RawList | None:
    """ "This is part 2 of the series [Ropes at sea]": one article, and the page that all of them link to."""
    for link in line.links:
        said = SENTENCE_END.split(line.text[: link.start])[-1].lower()
        around = TOLD_AROUND.search(said) and re.match(r"\W*series\b", line.text[link.end :])
        if (around or TOLD_BEFORE.search(said)) and not NO_SERIES.search(said):
            mark = NUMBERED.search(said)
            name = one_line(line.text[link.start : link.end]).strip(' :«»"“”')
            return RawList(
                introduction=one_line(line.text[: link.start])[-LONGEST_INTRODUCTION:],
                items=(Item(text=name, links=(link.href,)),),
                form="prose",
                name=name,
                numbers=(value_of(mark["number"]),) if mark else (),
            )
    return None


def _numbered_links(line: Line) -> RawList | None:
    """ "This is part 3, see also [part 1] and the [second part]": the article numbers itself, the links are the others."""
    marks = [*NUMBERED.finditer(line.text), *ORDINAL.finditer(line.text)]
    linked = {}
    free = []
    for mark in marks:
        inside = [link for link in line.links if link.start <= mark.start() and mark.end() <= link.end <= mark.end() + 2]
        if inside and THE.fullmatch(line.text, inside[0].start, mark.start()):
            linked[value_of(mark["number"])] = inside[0]
        elif not line.between(mark.start(), mark.end()):
            free.append(mark)
    itself = [mark for mark in free if _is_this(SENTENCE_END.split(line.text[: mark.start()])[-1].lower())]
    if not linked or len(itself) > 1 or len({mark["word"].casefold() for mark in marks}) != 1:
        return None
    # A part whose link is broken counts all the same.
    named = {value_of(mark["number"]) for mark in free if mark not in itself}
    # "The [third and last part]": the article is one of so many.
    last = next((value_of(mark["number"]) for mark in marks if LAST.search(mark[0])), 0)
    missing = set(range(1, last + 1)) - linked.keys()
    if itself:
        own = value_of(itself[0]["number"])
    elif last and len(missing) < 2 and named <= missing:
        own = missing.pop() if missing else 0
        named = set()
    elif not free and all(mark.re is ORDINAL for mark in marks) and linked.keys() == set(range(1, len(linked) + 1)):
        # "The [first part] was about ropes": the one that says so goes on with it, perhaps.
        own = len(linked) + 1
    else:
        return None
    if own in linked or own in named or not {own - 1, own + 1} & (linked.keys() | named):
        return None
    numbers = sorted({own, *linked} - {0})
    items = [
        Item(text=f"{marks[0]['word']} {number}", links=(linked[number].href,))
        if number in linked
        else Item(text="", itself=True)
        for number in numbers
    ]
    return RawList(
        introduction=one_line(line.text),
        items=tuple(items),
        form="numbered links",
        numbers=tuple(numbers),
        sure=bool(itself) or last > 0,
    )


def _is_this(before: str) -> bool:
    """Whether the words before a number say that it is the article's own: "This is the", "After part 1, here is the"."""
    clause = before.rpartition(", ")[2]
    return THIS_IS.fullmatch(before) is not None or (bool(clause.strip()) and THIS_IS.fullmatch(clause) is not None)


def _neighbours(line: Line) -> RawList | None:
    """ "Previous part: […]", "[Next part]": the parts before and after the article."""
    items = [Item(text="", itself=True)]
    start = 0
    for link in line.links:
        label = line.text[max(start, line.text.rfind("\n", 0, link.start) + 1) : link.start].lower()
        words = line.text[link.start : link.end]
        start = link.end
        if PREVIOUS_PART.fullmatch(label) or PREVIOUS_PART.fullmatch(words.lower()):
            items.insert(0, Item(text=words, links=(link.href,)))
        elif NEXT_PART.fullmatch(label) or NEXT_PART.fullmatch(words.lower()):
            items.append(Item(text=words, links=(link.href,)))
    if not 2 <= len(items) <= 3:
        return None
    return RawList(introduction=one_line(line.text)[:LONGEST_INTRODUCTION], items=tuple(items), form="previous and next")


def _on_one_line(line: Line) -> RawList | None:
    text = line.text
    marks = _counting([mark for mark in NUMBERED.finditer(text) if _stands_alone(line, mark.start(), mark.end())], line)
    if len(marks) < 2:
        return None
    introduction = one_line(text[: marks[0].start()])[-LONGEST_INTRODUCTION:]
    introduced = introduces(introduction)
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    # Where the numbers are the links ("Part 1 and Part 2, the petition"), other links on the line are none of a part's.
    marked = any(line.between(mark.start(), mark.end()) for mark in marks)
    items = []
    for mark, end in zip(marks, ends, strict=True):
        links = line.between(mark.start(), mark.end() if marked else end)
        words = one_line(text[mark.start() : end]).strip(" |/·•,;–—-")
        items.append(Item(text=words, links=tuple(link.href for link in links)))
    # Prose mentions parts as well; a list gives each an entry of its own, short and mostly linked.
    unlinked = sum(not item.links for item in items)
    if unlinked > (len(items) / 2 if introduced else 1) or any(len(item.text) > 200 for item in items):
        return None
    numbers = [value_of(mark["number"]) for mark in marks]
    return RawList(
        introduction=introduction,
        items=tuple(items),
        form="numbered line",
        more=bool(MORE.search(text)),
        partial=not introduced and numbers != list(range(1, len(numbers) + 1)),
    )


def _counting(marks: list[re.Match[str]], line: Line) -> list[re.Match[str]]:
    """The marks that count up from the first or second part with one word, at most one number left out."""
    found: list[re.Match[str]] = []
    numbers: list[int] = []
    for mark in marks:
        number = value_of(mark["number"])
        last = numbers[-1] if numbers else 0
        missing = (numbers[0] - 1 if numbers else 0) + (_span(numbers) - len(numbers) if numbers else 0)
        if number == last + 1 or (number == last + 2 and not missing and line.between(mark.start(), len(line.text))):
            found.append(mark)
            numbers.append(number)
    return found if len({mark["word"].casefold().rstrip(".") for mark in found}) == 1 else []


def _stands_alone(line: Line, start: int, end: int) -> bool:
    """Whether a numbered part stands for itself: it is a link, or a mark of punctuation or the end follows it."""
    rest = line.text[end:].lstrip()
    return bool(line.between(start, end)) or not rest or rest[0] in ":|–—-·•/,;)]("
