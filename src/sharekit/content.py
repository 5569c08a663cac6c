"""Article HTML made clean: parsed as a browser would, absolute, and without what acts."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from sharekit.elements import (
    ALL,
    BLOCKS,
    HIDDEN,
    HIDDEN_IN_DRAWINGS,
    UNKNOWN_AS_VOID,
    replace,
    replace_controls,
    replace_embedded,
)
from sharekit.urls import Base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement, HTMLParser
    from selectolax.lexbor import LexborHTMLParser

# XML 1.0 §2.2, and lone surrogates, which no encoding can carry.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
# What is seen without a word in it.
SHOWN = ("img", "svg", "math", "video", "audio", "iframe", "hr")
URL_ATTRIBUTES = frozenset({"href", "src", "poster", "cite", "longdesc", "background", "data-src", "xlink:href"})
SRCSETS = frozenset({"srcset", "imagesrcset", "data-srcset"})
LAZY = (("data-lazy-src", "src"), ("data-original", "src"), ("data-src", "src"), ("data-srcset", "srcset"))
# What a script would have put the picture into; what an author drew is larger.
PLACEHOLDER = re.compile(r"data:.{0,500}\Z", re.DOTALL)
VOID_END = re.compile(f"</(?:{'|'.join(UNKNOWN_AS_VOID)})>")
ANCHOR = re.compile(r"(?:^|[\s_-])(?:anchor|headerlink|permalink|header-mark)(?:$|[\s_-])", re.IGNORECASE)
UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# What a page shows when it is clicked on: with neither, all of it is shown.
UNFOLDS = re.compile(r"tab|panel|accordion|collaps|toggle|spoiler|slide|carousel|reveal|answer|solution", re.IGNORECASE)
ALIGNED = re.compile(r"(?:^|;)\s*text-align\s*:\s*(left|right|center|justify|start|end)\b", re.IGNORECASE)
ALIGNING_CLASS = re.compile(r"(?:^|[\s-])(?:text-align|text|halign|align)-(left|right|center|justify|start|end)(?:$|\s)")
ATTRIBUTE = re.compile(r"[A-Za-z_@:][\w.:-]*")
# Elements of old in which a browser reads text alone, in the last of them to the end of the page.
VERBATIM = "xmp, plaintext"
# What is in them is text to their end tag, which browsers do not show.
RAW = ("iframe", "noembed", "noframes")
# What is in them is for browsers that cannot show them. Authors of JSX and XHTML end them with a slash, which HTML ignores.
SELF_CLOSED = re.compile(r"<(audio|canvas|object|portal|video)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)/>", re.IGNORECASE)
# Whose words never run together with those before or after; the last three are a drawing's.
APART = BLOCKS | {"br", "title", "desc", "text"}
# The classes of a line's number in code, of Chroma and of Pygments and Rouge.
NUMBER = frozenset(("ln", "lnt", "lineno", "linenos"))
# The boxes in which KaTeX, MathJax 2 and MediaWiki write a formula, and what calls its source TeX (MathML 3, 5.1.4).
FORMULAS = frozenset(
    ("katex", "MathJax", "MathJax_CHTML", "MathJax_SVG", "MathJax_MathML", "mjx-chtml", "mjx-container", "mwe-math-element")
)
TEX = re.compile(r"\b(?:x-)?(?:la)?tex\b", re.IGNORECASE)
# Levels of elements. An article has about ten; a parser that keeps the rules of HTML slows down with the square of them.
DEEPEST, MOST_LEVELS = 100, 500
# Elements that end where their end tag stands, and only there.
NESTING = re.compile(
    r"<(?P<end>/?)(?:a|abbr|article|aside|b|bdi|bdo|big|blockquote|center|cite|code|details|dfn|div|dl|em|figure|font|footer|"
    r"h[1-6]|header|i|ins|kbd|main|mark|nav|ol|pre|q|s|samp|section|small|span|strike|strong|sub|summary|sup|table|tt|u|ul|"
    r"var)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)


def strip_illegal(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return ILLEGAL.sub("", text)


def parse_fragment(html: str) -> HtmlElement:
    """The article in one ``div``, as a browser reads it (HTML Standard, 13.2). Markup never reaches beyond the article."""
    from selectolax.lexbor import LexborHTMLParser

    # lexbor builds the browser's tree, lxml the one that can be worked on: all that is written here closes what it opens.
    page = LexborHTMLParser("<!DOCTYPE html><html><body>" + _closed(_shallow(strip_illegal(html))))
    _remove_raw_text(page)
    article = _lxml_tree(page)
    if article.xpath("/".join("*" * DEEPEST)):
        # libxml2 ends a tree that is too deep in silence, and what walks through one calls itself for each level.
        level = page.css("body")
        for _ in range(DEEPEST):
            level = [child for each in level for child in each.iter()]
        for top in level:
            # So deep there is no structure that anybody meant: the words stay.
            words_below = top.text(deep=True, separator=" ")
            for child in list(top.iter(include_text=True)):
                child.decompose()
            top.insert_child(words_below)
        article = _lxml_tree(page)
    article.tag = "div"
    article.attrib.clear()
    for element in list(article.iter(*UNKNOWN_AS_VOID)):
        _empty(element)
    for element in article.iter("listing"):
        element.tag = "pre"
    return article


def _shallow(html: str) -> str:
    """The article without the tags that are nested deeper than anybody meant; their words stay."""
    if html.count("<") < MOST_LEVELS:
        return html
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag["end"]:
            depth = max(0, depth - 1)
            return tag.group() if depth < MOST_LEVELS else " "
        depth += 1
        return tag.group() if depth <= MOST_LEVELS else " "

    return NESTING.sub(kept, html)


def _closed(html: str) -> str:
    """The article with an end tag after a frame, or the like, that has none and would take all of the rest for its own."""
    html = SELF_CLOSED.sub(r"<\1\2></\1>", html) if "/>" in html else html
    lower = html.lower()
    for name in RAW:
        start = lower.rfind(f"<{name}")
        end = html.find(">", start) + 1
        if start > lower.rfind(f"</{name}") and end:
            html = f"{html[:end]}</{name}> {html[end:]}"
            lower = html.lower()
    return html


def _remove_raw_text(page: LexborHTMLParser) -> None:
    # What is in them is no mark-up for a browser, and would be for libxml2.
    for words in page.css(VERBATIM):
        for block in type(page)("<pre></pre>").css("pre"):
            block.insert_child(words.text())
            words.replace_with(block)
    for unseen in page.css("noembed, noframes, template"):
        unseen.decompose()
    for frame in page.css("iframe"):
        for words in list(frame.iter(include_text=True)):
            words.decompose()


def _lxml_tree(page: LexborHTMLParser) -> HtmlElement:
    from lxml import etree

    source = "<!DOCTYPE html><html>" + (page.body.html if page.body and page.body.html else "<body></body>")
    article: HtmlElement | None = etree.fromstring(source.encode(), _parser()).find("body")
    if article is None:
        raise AssertionError("the parser always makes a body")
    return article


def _empty(element: HtmlElement) -> None:
    # libxml2 does not know these to be void, and puts into them all that follows.
    parent, children, after = element.getparent(), list(element), element.tail or ""
    if parent is None:
        raise AssertionError("what is in an article has a parent")
    element.text, element.tail = None, element.text
    for child in reversed(children):
        parent.insert(parent.index(element) + 1, child)
    last = children[-1] if children else element
    last.tail = (last.tail or "") + after


@cache
def _parser() -> HTMLParser:
    from lxml.etree import ElementDefaultClassLookup
    from lxml.html import HtmlElement, HTMLParser

    # Without huge_tree a text over 10 MB, or what lies 256 elements deep, would be lost in silence.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    # One class for all elements: lxml.html's own look-up asks Python for each of them.
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    return parser


def serialise(fragment: HtmlElement) -> str:
    """The HTML inside the fragment's ``div``."""
    from lxml.etree import tostring

    made = tostring(fragment, encoding="unicode", method="html", with_tail=False)[len("<div>") : -len("</div>")]
    return VOID_END.sub("", made)


def undo_lazy_loading(fragment: HtmlElement) -> None:
    """Pictures that a script would have loaded get their real address, and lose the copy for browsers without scripts."""
    for element in fragment.iter("img", "source", "iframe", "video", "audio"):
        for lazy, real in LAZY:
            value = element.attrib.pop(lazy, None)
            if value:
                element.set(real, value)
        element.attrib.pop("loading", None)
    for copy in list(fragment.iter("noscript")):
        before = copy.getprevious()
        for beside in (before, copy.getnext()):
            if beside is not None and copy.find(".//img") is not None and PLACEHOLDER.match(beside.get("src") or ""):
                beside.drop_tree()
        shown = set() if before is None else {img.get("src") for img in before.iter("img")}
        if shown and {img.get("src") for img in copy.iter("img")} == shown:
            copy.drop_tree()


def remove_hidden(fragment: HtmlElement) -> None:
    """Remove what no browser shows: scripts, styles, metadata. What is written for browsers without scripts stays."""
    for element in list(fragment.iter(*HIDDEN, *HIDDEN_IN_DRAWINGS)):
        if element.tag != "title" or next(element.iterancestors("svg"), None) is None:
            # The title of a drawing is what it is called, for those who do not see it.
            element.drop_tree()
    for element in list(fragment.iterdescendants()):
        if _is_off(element) and element.getparent() is not None:
            element.drop_tree()
    for element in list(fragment.iter("noscript")):
        element.drop_tag()
    for element in list(fragment.iter("rp")):
        # Shown where rubies are not known, and meant for brackets alone (HTML Standard, 4.5.11).
        if re.search(r"\w", element.text_content()) or next(element.iterancestors("ruby"), None) is None:
            element.drop_tree()


def _is_off(element: HtmlElement) -> bool:
    """Whether a browser does not show an element, and the reader of the page has no way to make it appear."""
    if element.tag == "dialog" and element.get("open") is None:
        return True
    hidden = element.get("hidden")
    if (hidden is None or hidden.lower() == "until-found") and not UNSEEN.search(element.get("style") or ""):
        return False
    return not UNFOLDS.search(f"{element.get('role') or ''} {element.get('class') or ''}")


def make_attributes_fit(fragment: HtmlElement, base: Base) -> None:
    """Make every address absolute, in srcset and style too, and remove event handlers and unsafe schemes.

    ``#x`` becomes ``base#x``, but for what a drawing takes from within itself.
    """
    for element in fragment.iter():
        for name, value in element.items():
            fitting = _fitting(element, name, value, base)
            if fitting is None:
                _remove(element, name)
            elif fitting != value:
                element.set(name, fitting)


def _fitting(element: HtmlElement, name: str, value: str, base: Base) -> str | None:
    if name in URL_ATTRIBUTES:
        within = value.startswith("#") and name.endswith("href") and element.tag not in ("a", "area")
        return value if within else base.link(value)
    if name in SRCSETS:
        return base.srcset(value)
    if name == "style":
        return base.style(value) if "url(" in value.lower() else value
    # A quote out of place makes names that no attribute has, and that an XML reader of the feed may choke on.
    acts = name.startswith("on") or name in ("srcdoc", "formaction", "ping") or not ATTRIBUTE.fullmatch(name)
    return None if acts else value


def _remove(element: HtmlElement, name: str) -> None:
    if not name.startswith("{"):
        element.attrib.pop(name, None)
        return
    # A placeholder that was never filled, such as "{{x}}", which lxml reads as a namespace.
    kept = [(each, value) for each, value in element.items() if not each.startswith("{")]
    element.attrib.clear()
    for each, value in kept:
        element.set(each, value)


def remove_heading_anchors(fragment: HtmlElement) -> None:
    """The links that themes put on headings, to the heading itself, mean nothing outside of the page: words stay."""
    for heading in list(fragment.iter(*HEADINGS)):
        for link in list(heading.iter("a")):
            words = re.search(r"\w", link.text_content())
            own = (link.get("href") or "").startswith("#")
            if own and (link.get("aria-hidden") == "true" or ANCHOR.search(link.get("class") or "")):
                link.drop_tree()
            elif not words and link.find(".//img") is None:
                link.drop_tree()
            elif own and link.text_content().strip() == heading.text_content().strip():
                link.drop_tag()


def remove_line_numbers(fragment: HtmlElement) -> None:
    """Code without the numbers of its lines, which stand in a table beside it, or before each line."""
    for table in list(fragment.iter("table")):
        cells = table.findall(".//td")
        numbers, code = (cell.find(".//pre") for cell in cells) if len(cells) == 2 else (None, None)
        if numbers is not None and code is not None and "".join(numbers.text_content().split()).isdigit():
            replace(table, code)
            if next(code.iterancestors("pre"), None) is not None:
                code.drop_tag()
    for span in list(fragment.xpath(".//pre//span")):
        if not NUMBER.isdisjoint((span.get("class") or "").split()):
            span.drop_tree()


def _is_formula(element: HtmlElement) -> bool:
    return not FORMULAS.isdisjoint((element.get("class") or "").split())


def _named_source(whole: HtmlElement) -> Iterator[HtmlElement]:
    """The source of a drawn formula, which MathJax 4 keeps on the drawing, else what a screen reader says."""
    from lxml.html import builder as make

    named = (each.get(name) for name in ("data-latex", "aria-label") for each in whole.iter())
    source = next(filter(None, named), "") if whole.tag == "mjx-container" else ""
    if source:
        yield make.CODE(source)


def keep_one_formula(fragment: HtmlElement) -> None:
    """A formula once, as MathML with its TeX source as ``alttext``, or as that source.

    KaTeX, MathJax and MediaWiki write it for the eye, for the ear and as it was typed.
    """
    from lxml.html import builder as make

    for script in list(fragment.iter("script")):
        if (script.get("type") or "").startswith("math/tex"):
            # MathJax 2 keeps the source beside what it shows.
            for shown in takewhile(
                lambda each: "MathJax" in (each.get("class") or ""), list(script.itersiblings(preceding=True))
            ):
                shown.drop_tree()
            replace(script, make.CODE((script.text or "").strip()))
    for whole in [each for each in fragment.iter() if each.tag == "mjx-container" or _is_formula(each)]:
        shown = next(chain(whole.iter("math"), _named_source(whole)), None)
        if shown is not None and whole.getparent() is not None:
            replace(whole, shown)
    for copy in fragment.xpath(".//span[@class='katex-mathml']/following-sibling::*[1][@class='katex-html']"):
        copy.drop_tree()
    for math in list(fragment.iter("math")):
        for note in list(math.iter("annotation", "annotation-xml")):
            if TEX.search(note.get("encoding") or "") and not math.get("alttext"):
                math.set("alttext", note.text_content().strip())
            note.drop_tree()


def unwrap_unknown(fragment: HtmlElement) -> None:
    """Leave what is in an element that HTML does not know, such as a component: no reader knows what it looks like."""
    for element in list(fragment.iterdescendants()):
        if element.tag not in ALL and next(element.iterancestors("svg", "math"), None) is None:
            element.drop_tag()


def cleaned(html: str, base: str) -> HtmlElement:
    """An article ready to be published elsewhere: see the functions above. ``base`` is the post's URL."""
    fragment = parse_fragment(html)
    given = next((each.get("href") for each in fragment.iter("base") if each.get("href")), None)
    undo_lazy_loading(fragment)
    keep_one_formula(fragment)
    replace_embedded(fragment, base)
    replace_controls(fragment, base)
    remove_hidden(fragment)
    unwrap_unknown(fragment)
    remove_heading_anchors(fragment)
    remove_line_numbers(fragment)
    for paragraph in list(fragment.iter("p")):
        if any(each.tag in BLOCKS for each in paragraph.iterdescendants()):
            # What took the place of an object: no paragraph can hold it (HTML Standard, 4.4.1).
            paragraph.tag = "div"
    make_attributes_fit(fragment, Base(Base(base).resolve(given) if given else base))
    return fragment


def remove_title(fragment: HtmlElement, title: str) -> None:
    """Take away the heading that an article begins with where it is the title, which stands above the article anyway."""
    first = next((each for each in fragment.iterdescendants() if words(each) or each.tag in SHOWN), None)
    while first is not None and first.tag not in HEADINGS and len(first) and not (first.text or "").strip():
        first = first[0]
    if first is not None and first.tag in HEADINGS and words(first).casefold() == " ".join(title.split()).casefold():
        first.drop_tree()


def blank_repeated_captions(fragment: HtmlElement) -> None:
    """Take away an alternative that is the picture's caption, word for word: without pictures it is read twice."""
    for caption in fragment.iter("figcaption"):
        for picture in caption.getparent().iter("img"):
            if picture.get("alt") and picture.get("alt") == words(caption):
                picture.set("alt", "")


def alignment(element: HtmlElement) -> str:
    """How the text of an element is aligned by itself, by its row or its part of a table; empty where nothing says it.

    By its style, by HTML's attribute of old, or by a class that carries it where there is a style sheet (Asciidoctor,
    Bootstrap, docutils, WordPress).
    """
    around = takewhile(lambda each: each.tag != "table", element.iterancestors())
    for each in (element, *around) if element.tag in ("td", "th") else (element,):
        found = ALIGNED.search(each.get("style") or "") or ALIGNING_CLASS.search(each.get("class") or "")
        value = (found[1] if found else each.get("align") or "").lower()
        if value in ("start", "end"):
            rtl = next((one.get("dir") for one in (each, *each.iterancestors()) if one.get("dir")), "") == "rtl"
            return "right" if (value == "end") != rtl else "left"
        if value in ("left", "right", "center", "justify"):
            return value
    return ""


def plain_text(html: str) -> str:
    """The words that a browser shows, on one line; a formula as its TeX source."""
    fragment = parse_fragment(html)
    keep_one_formula(fragment)
    remove_hidden(fragment)
    return words(fragment)


def words(element: HtmlElement) -> str:
    """The words in an element, on one line. Those of two blocks never run together."""
    from lxml import etree

    found: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, each in walk:
        if event == "end":
            found += [" "] if each.tag in APART else []
            found += [each.tail or ""] if each is not element else []
        elif each.tag == "math" and each.get("alttext"):
            found.append(each.get("alttext", ""))
            walk.skip_subtree()
        else:
            found += [" "] if each.tag in APART else []
            found.append(each.text or "")
    return " ".join("".join(found).split())
