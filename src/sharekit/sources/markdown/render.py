"""An article's source: its title, where its links lead, its HTML, and what only its own generator could have rendered."""

from __future__ import annotations

import posixpath
import re
from functools import partial
from html import escape, unescape
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Markup = Literal["markdown", "mdx", "rst", "html"]
MARKUP: dict[str, Markup] = {".mdx": "mdx", ".rst": "rst", ".txt": "rst", ".html": "html", ".htm": "html"}
HEADING = re.compile(r" {0,3}#[ \t]+(?=[^ \t])")
CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}+|~{3,}+)[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)|`[^`\n]+`", re.MULTILINE | re.DOTALL
)
# A construct, and what it is called where it is reported.
CONSTRUCTS = {
    "Liquid or Jinja tags": re.compile(r"\{%-?\s*(?!raw|endraw)\w+"),
    "template expressions": re.compile(r"\{\{-?\s*[\w.]+"),
    "shortcodes": re.compile(r"\{\{[<%]"),
    "MDX imports or components": re.compile(r"^(?:import\s.+from\s|export\s)|<[A-Z]\w*[\s/>]", re.MULTILINE),
    "MDX expressions": re.compile(r"\{(?!/\*)[^{}\n]*[\w)\]`\"'][^{}\n]*\}"),
    "admonitions": re.compile(r"^(?:!!!|\?\?\?\+?)[ \t]+\w|^:::[ \t]*\w", re.MULTILINE),
    "content tabs": re.compile(r'^===\+?\s+"', re.MULTILINE),
    "snippets": re.compile(r"^[ \t]*-+8<-", re.MULTILINE),
    "directives": re.compile(r"^\.\. [\w-]+::", re.MULTILINE),
    "wiki links": re.compile(r"\[\[[^\[\]\n]+\]\]"),
}
ONLY_IN = {"MDX imports or components": "mdx", "MDX expressions": "mdx", "directives": "rst"}
# ESM stands in blocks of its own, up to a blank line. https://mdxjs.com/docs/what-is-mdx/#esm
ESM = re.compile(r"(?:\A|(?<=\n))(?<![^\n]\n)(?:import|export)[ \t{*\"'\x01][^\n]*(?:\n[ \t]*\S[^\n]*)*")
# What is open at the end of its first line goes on to the line that closes it, whatever empty lines there are.
OPEN_ESM = re.compile(
    r"(?:\A|(?<=\n))(?<![^\n]\n)(?:import|export)[ \t{*\"'\x01][^\n]*[(\[][ \t]*\n(?:(?![)\]])[^\n]*\n){0,500}?[)\]][^\n]*"
)
NESTED = r"[^{}]"
for _ in range(6):
    NESTED = rf"(?:[^{{}}]++|\{{{NESTED}*+\}})"
# A comment or another expression, or a formula (remark-math), in which braces are TeX.
EXPRESSION = re.compile(
    rf"\{{\s*/\*(?:(?!\{{/\*).)*?\*/\s*\}}|(?<![\\$])\{{{NESTED}*+\}}|(?P<formula>\$\$[^$]+\$\$|\$(?! )[^$\n]+(?<! )\$)",
    re.DOTALL,
)
# A value that is written out: a string, a template without values in it, or code that was set aside.
LITERAL = re.compile(r"""\{\s*(?:"([^"]*)"|'([^']*)'|`((?:[^`$]|\$(?!\{))*)`|(\x00\d+\x00))\s*\}""")
# What stands for an expression: an element that is nothing without its value goes with it, another one loses the attribute.
VALUED = re.compile(r"<[A-Za-z][\w.]*\s(?:[^<>]{0,2000}\s)?(?:src|href)=\x01[^<>]*>")
VALUE = re.compile(r"(?<!\s)\s++[\w:-]+=\x01(?=[^<>]{0,2000}>)|(?<!\s)\s*+\x01(?=\s*+/?>)|\x01")
# "Tabs.Item" is no name that HTML knows: it would be shown as words.
DOTTED = re.compile(r"</?[A-Z]\w*(?:\.\w+)+(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
# A component with nothing in it, which HTML would leave open; "Image" HTML knows as a picture. "<>" is a fragment.
EMPTY = re.compile(r"<(?!(?:Image|Picture)\b)[A-Z]\w*(?:\s(?:[^<>\"'/]|/(?!>)|\"[^\"]*\"|'[^']*')*)?/>|</?>")
# A tag over several lines, of which Markdown would take the last one, ">", for a quotation.
SPREAD = re.compile(r"<[A-Za-z][\w.]*+(?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*+>")
# What stands in a component is Markdown in MDX, and would be HTML without an empty line beside the tags.
COMPONENT_OPENS = re.compile(r"^( {0,3}<[A-Z]\w*(?:\s[^<>\n]*)?(?<!/)>)[ \t]*\n(?= {0,3}[^\s<])", re.MULTILINE)
COMPONENT_CLOSES = re.compile(r"(?<=[^\s>])[ \t]*\n( {0,3}</[A-Z]\w*>)[ \t]*$", re.MULTILINE)
BESIDE = re.compile(r"!\[[^\[\]\n]*\]\((?!\w+:|[/#])[^()\s]+(?:\s+[\"'][^\n\"']*[\"'])?\)")
# More cells than so many in one row are no table.
MOST_CELLS = 1000
ATTRIBUTES = re.compile(r"(?<=[)\w`*\x00])(?:\{(?::|[ \t]*(?:[.#]|\w+=))[^{}\n]*\})+|^\{:[^{}\n]*\}[ \t]*$", re.MULTILINE)
# Where kramdown, Python-Markdown and markdown-it put a table of contents.
TOC = re.compile(
    r"^(?:(?:[*+-]|\d+\.)[ \t]+\S.*\n\{:[ \t]*toc\b[^}\n]*\}|\[TOC\]|\[\[_?toc_?\]\])[ \t]*$", re.MULTILINE | re.IGNORECASE
)
# Jekyll's own code block.
HIGHLIGHT = re.compile(r"\{%-?\s*highlight\b[^%]*%\}[ \t]*\n?(?P<code>.*?)\{%-?\s*endhighlight\s*-?%\}", re.DOTALL)
HEADING_ATTRIBUTES = re.compile(r"(?<!\s)[ \t]*\{:?[ \t]*[#.:][^{}\n]*\}[ \t]*(?=\n|\Z)")
PELICAN_LINK = re.compile(r"\{(?:static|filename|attach|author|category|index|tag)\}|\|(?:static|filename|attach)\|")

# What a Markdown link, a reference definition or an HTML attribute leads to.
TARGET = re.compile(
    r"""(?P<before>\]\(\s*<?|^[ ]{0,3}\[[^\]\n]+\]:[ \t]*<?|href=["'])"""
    r"""(?P<target>[^\s"')>#?]{1,400}\.(?:md|mdx|markdown|rst))(?P<after>[#?][^\s"')>]*)?""",
    re.MULTILINE,
)
LIQUID = re.compile(r"""\{%-?\s*(?P<name>post_url|link)\s(?P<target>[^%{]{1,400})%\}""")
SITE = re.compile(
    r"\{\{\s*site\.(?:url|(?P<base>baseurl))\s*\}\}|\{\{\s*['\"](?P<path>/[^'\"]*)['\"]\s*\|\s*(?:relative_url|absolute_url|url)\s*\}\}"
)
# What stands before a path in a link is the site's own base, whatever a layout calls it: "{{ base }}/2024/…".
BASE = re.compile(
    r"""(?P<before>\]\(\s*<?|^[ ]{0,3}\[[^\]\n]+\]:[ \t]*<?|(?:href|src)=["'])"""
    r"""\{\{-?\s*(?!site\.url\b)[\w.]+\s*-?\}\}(?=/)""",
    re.MULTILINE,
)
MARKS = re.compile(r"^(?:@/|\{filename\}|\|filename\|)")


def left_to_render(body: str, markup: Markup) -> list[str]:
    """The names of what stands in the source that only the generator and its plugins render. Code does not count."""
    if markup == "html" or not any(sign in body for sign in ("{", "<", "!!!", "???", "===", "8<", ".. ", "[[", ":::")):
        return []
    bare = CODE.sub("", body)
    return [name for name, pattern in CONSTRUCTS.items() if ONLY_IN.get(name, markup) == markup and pattern.search(bare)]


def render(body: str, markup: Markup) -> str:
    """The HTML of an article, without what its generator's plugins would have made of it."""
    if markup == "html":
        return body
    if markup == "rst":
        return _rst(body)
    return _markdown(_outside_code(body, _plain_mdx) if markup == "mdx" else body)


def _plain_mdx(text: str) -> str:
    """The Markdown of MDX: without modules, without comments and whatever else only JavaScript knows."""

    def known(found: re.Match[str]) -> str:
        literal = LITERAL.fullmatch(found[0])
        return found["formula"] or ("".join(filter(None, literal.groups())) if literal else "\x01")

    text = EXPRESSION.sub(known, text)
    for pattern in (OPEN_ESM, ESM, VALUED, VALUE, DOTTED, EMPTY):
        text = pattern.sub("", text)
    text = SPREAD.sub(lambda found: re.sub(r"\s*\n\s*", " ", found[0]), text)
    return COMPONENT_CLOSES.sub(r"\n\n\1", COMPONENT_OPENS.sub(r"\1\n\n", text))


def pictures_beside(body: str) -> list[str]:
    """The pictures that lie beside an article, as its Markdown names them."""
    return BESIDE.findall(CODE.sub("", body))


def without_pictures_beside(body: str) -> str:
    """The article without them: where they are when the site is built, only the generator knows."""
    return _outside_code(body, partial(BESIDE.sub, ""))


def _outside_code(body: str, change: Callable[[str], str]) -> str:
    """The text with everything but its code changed."""
    codes: list[str] = []

    def kept(found: re.Match[str]) -> str:
        codes.append(found[0])
        return f"\x00{len(codes) - 1}\x00"

    changed = change(CODE.sub(kept, re.sub("[\x00\x01]", "", body)))
    return re.sub(r"\x00(\d+)\x00", lambda found: codes[int(found[1])], changed)


def _markdown(body: str) -> str:
    import comrak

    extensions = comrak.ExtensionOptions()
    for name in ("strikethrough", "autolink", "tasklist", "footnotes", "description_lists"):
        setattr(extensions, name, True)
    # The time for one row grows with the square of its cells.
    extensions.table = all(line.count("|") <= MOST_CELLS for line in body.split("\n"))
    options = comrak.RenderOptions()
    options.unsafe_ = True
    body = HIGHLIGHT.sub(lambda found: f"\n~~~~~~\n{found['code'].rstrip()}\n~~~~~~\n", body) if "{%" in body else body
    # Attribute lists ({: .class}, {#id}) and the place of a table of contents are no words; in code they are.
    if "{" in body or TOC.search(body):
        body = _outside_code(body, lambda text: ATTRIBUTES.sub("", TOC.sub("", text)))
    body = PELICAN_LINK.sub("", body)
    made: str = comrak.render_markdown(body, extensions, comrak.ParseOptions(), options)
    return made


def _rst(body: str) -> str:
    try:
        from docutils.core import publish_parts
    except ImportError:
        # Words without marks are better than marks that look like words.
        return "".join(f"<p>{escape(part.strip())}</p>" for part in re.split(r"\n\s*\n", body) if part.strip())
    options = {
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "report_level": 5,
        "halt_level": 6,
        "initial_header_level": 2,
        "_disable_config": True,
    }
    return str(publish_parts(body, writer="html5", settings_overrides=options)["body"])


def resolve(body: str, source: str, addresses: Mapping[str, str], prefix: str = "") -> str:
    """The body with links to files replaced. ``addresses`` leads from a post's file to its URL; ``source`` is this file.

    ``prefix`` is the path that the site lies below, without a slash at its end.
    """

    def linked(found: re.Match[str]) -> str:
        url = url_of(found["target"], source, addresses)
        return f"{found['before']}{url}{found['after'] or ''}" if url else found[0]

    def tagged(found: re.Match[str]) -> str:
        name = found["target"].strip().removesuffix("-").strip("\"' ")
        return url_of(name, "", addresses) or _by_stem(name, addresses) or found[0]

    if "{" in body:
        body = BASE.sub(lambda found: f"{found['before']}{prefix}", LIQUID.sub(tagged, body))
        body = SITE.sub(lambda found: f"{prefix}{found['path'] or ''}" if found["base"] or found["path"] else "", body)
    return TARGET.sub(linked, body) if ".md" in body or ".rst" in body or ".markdown" in body else body


def url_of(target: str, source: str, addresses: Mapping[str, str]) -> str | None:
    """The URL of the post whose file a link names, from the file that it stands in; None where there is none."""
    bare = unquote(MARKS.sub("", target))
    if "://" in bare:
        return None
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(source), bare.lstrip("/")))
    for name in (beside, posixpath.normpath(bare.lstrip("/"))):
        if name in addresses:
            return addresses[name]
        # A site's root is often a folder of the repository: content/, src/, docs/.
        ending = [url for file, url in addresses.items() if file.endswith(f"/{name}")] if not name.startswith("..") else []
        if len(ending) == 1:
            return ending[0]
    return None


def _by_stem(name: str, addresses: Mapping[str, str]) -> str | None:
    stem = posixpath.basename(name)
    found = [url for file, url in addresses.items() if posixpath.splitext(posixpath.basename(file))[0] == stem]
    return found[0] if len(found) == 1 else None


def first_heading(body: str) -> tuple[str, str]:
    """The first heading of the first level, as plain words, and the body without it; ``("", body)`` without one."""
    fenced = False
    lines = body.split("\n")
    for number, line in enumerate(lines):
        if re.match(r"\s{0,3}(```|~~~)", line):
            fenced = not fenced
        if fenced:
            continue
        underlined = number + 1 < len(lines) and re.match(r" {0,3}=+[ \t]*$", lines[number + 1]) and line.strip()
        length = 1 if HEADING.match(line) else 2 if underlined else 0
        if length:
            # An attribute list at its end is no word of it.
            heading = HEADING_ATTRIBUTES.sub("", "\n".join(lines[number : number + length]))
            rest = "\n".join(lines[:number] + lines[number + length :])
            words = unescape(re.sub(r"<[^<>]*>", "", _markdown(heading)))
            return " ".join(words.split()), rest.lstrip("\n")
    return "", body
