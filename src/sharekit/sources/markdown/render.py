"""An article's source → HTML, and what of it only its own generator could have rendered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharekit.sources.markdown.rules import Markup

CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}+|~{3,}+)[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)|`[^`\n]+`", re.MULTILINE | re.DOTALL
)
# A construct, and what it is called where it is reported.
CONSTRUCTS = {
    "Liquid or Jinja tags": re.compile(r"\{%-?\s*(?!raw|endraw)\w+"),
    "template expressions": re.compile(r"\{\{-?\s*[\w.]+"),
    "shortcodes": re.compile(r"\{\{[<%]"),
    "MDX imports or components": re.compile(r"^(?:import\s.+from\s|export\s)|<[A-Z]\w*[\s/>]", re.MULTILINE),
    "admonitions": re.compile(r"^(?:!!!|\?\?\?\+?)[ \t]+\w|^:::[ \t]*\w", re.MULTILINE),
    "content tabs": re.compile(r'^===\+?\s+"', re.MULTILINE),
    "snippets": re.compile(r"^[ \t]*-+8<-", re.MULTILINE),
    "directives": re.compile(r"^\.\. [\w-]+::", re.MULTILINE),
    "wiki links": re.compile(r"\[\[[^\[\]\n]+\]\]"),
}
ONLY_IN = {"MDX imports or components": "mdx", "directives": "rst"}
# ESM stands in blocks of its own, up to a blank line. https://mdxjs.com/docs/what-is-mdx/#esm
ESM = re.compile(r"(?:\A|(?<=\n))(?<![^\n]\n)(?:import|export)[ \t{*\"'][^\n]*(?:\n[ \t]*\S[^\n]*)*")
MDX_COMMENT = re.compile(r"\{\s*/\*(?:(?!\{/\*).)*?\*/\s*\}", re.DOTALL)
# An element that is nothing without a value that only JavaScript knows, and such values of others.
VALUED = re.compile(r"<[A-Za-z][\w.]*(?=[^<>]{0,2000}\s(?:src|href)=\{)(?:[^<>{}]|\{[^{}]*\})*/?>")
VALUE = re.compile(r"(?<=[\w\"'}])\s+[\w:-]+=\{[^{}]*\}(?=[^<>]{0,2000}>)")
BESIDE = re.compile(r"!\[[^\[\]\n]*\]\((?!\w+:|[/#])[^()\s]+(?:\s+[\"'][^\n\"']*[\"'])?\)")
# More cells than so many in one row are no table.
MOST_CELLS = 1000
ATTRIBUTES = re.compile(r"(?<=[)\w`*])\{:?[ \t]*[.#][^{}\n]*\}|^\{:[^{}\n]*\}[ \t]*$", re.MULTILINE)
PELICAN_LINK = re.compile(r"\{(?:static|filename|attach|author|category|index|tag)\}|\|(?:static|filename|attach)\|")


def left_to_render(body: str, markup: Markup) -> list[str]:
    """The names of what stands in the source that only the generator and its plugins render. Code does not count."""
    if markup == "html" or not any(
        sign in body for sign in ("{%", "{{", "<", "!!!", "???", "===", "8<", ".. ", "[[", ":::")
    ):
        return []
    bare = CODE.sub("", body)
    return [name for name, pattern in CONSTRUCTS.items() if ONLY_IN.get(name, markup) == markup and pattern.search(bare)]


def render(body: str, markup: Markup) -> str:
    """The HTML of an article, without what its generator's plugins would have made of it."""
    if markup == "html":
        return body
    if markup == "rst":
        return _rst(body)
    return _markdown(_without_mdx(body) if markup == "mdx" else body)


def _without_mdx(body: str) -> str:
    """MDX without what is no Markdown: modules, comments, and elements whose values are JavaScript. Code stays."""

    def stripped(text: str) -> str:
        for pattern in (ESM, MDX_COMMENT, VALUED, VALUE):
            text = pattern.sub("", text)
        return text

    return outside_code(body, stripped)


def pictures_beside(body: str) -> list[str]:
    """The pictures that lie beside an article, as its Markdown names them."""
    return BESIDE.findall(CODE.sub("", body))


def without_pictures_beside(body: str) -> str:
    """The article without them: where they are when the site is built, only the generator knows."""
    return outside_code(body, lambda text: BESIDE.sub("", text))


def outside_code(body: str, change: Callable[[str], str]) -> str:
    """The text changed everywhere but in its code."""
    codes: list[str] = []

    def kept(found: re.Match[str]) -> str:
        codes.append(found[0])
        return f"\x00{len(codes) - 1}\x00"

    changed = change(CODE.sub(kept, body.replace("\x00", "")))
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
    made: str = comrak.render_markdown(
        PELICAN_LINK.sub("", _without_attributes(body)), extensions, comrak.ParseOptions(), options
    )
    return made


def _without_attributes(body: str) -> str:
    # Attribute lists ({: .class}, {#id}) are no words; in code they are.
    if "{" not in body:
        return body
    return outside_code(body, lambda text: ATTRIBUTES.sub("", text))


def can_render_rst() -> bool:
    """Whether docutils is installed."""
    import importlib.util

    return importlib.util.find_spec("docutils") is not None


def _rst(body: str) -> str:
    if not can_render_rst():
        from html import escape

        # Words without marks are better than marks that look like words.
        return "".join(f"<p>{escape(part.strip())}</p>" for part in re.split(r"\n\s*\n", body) if part.strip())
    from docutils.core import publish_parts

    options = {
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "report_level": 5,
        "halt_level": 6,
        "initial_header_level": 2,
        "_disable_config": True,
    }
    return str(publish_parts(body, writer="html5", settings_overrides=options)["body"])
