"""``sharekit help``."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, cast

import click

from sharekit.errors import ConfigError, did_you_mean
from sharekit.templating import shipped_templates

if TYPE_CHECKING:
    from pathlib import Path

# Verbs whose page has another name.
PAGES = {
    "shares": "drafts",
    "subscribers": "list",
    "serve": "list",
    "init": "tutorial",
    "deliver": "what-happens-when",
    "plan": "what-happens-when",
}


@click.command("help", epilog="Example: sharekit help linkedin#token")
@click.argument("topic", required=False)
def command(topic: str | None) -> None:
    """Show a page of the documentation, or one section of it: a network, a mailer, a task or a verb.

    Without a topic the pages are listed.
    """
    pages = _pages()
    if topic is None:
        click.echo("\n".join(f"{name:<24}{_title(path)}" for name, path in pages.items()))
        return
    name, _, section = topic.removesuffix(".md").partition("#")
    root = click.get_current_context().find_root()
    verb = cast("click.Group", root.command).get_command(root, name)
    text = verb.get_help(click.Context(verb, info_name=name, parent=root)) if verb else ""
    page = pages.get(PAGES.get(name, name))
    if page is None and verb is None:
        raise ConfigError(f'there is no page "{name}"', hint=did_you_mean(name, pages, "List them with: sharekit help"))
    if page is not None:
        words = page.read_text(encoding="utf-8")
        text = "\n\n".join(filter(None, [text, _section(words, section) if section else words]))
    text = re.sub(r'<a id="[\w-]+"></a>', "", text)
    if sys.stdout.isatty():
        click.echo_via_pager(f"{text.rstrip()}\n")
    else:
        click.echo(text.rstrip())


def _pages() -> dict[str, Path]:
    """The pages by name."""
    docs = shipped_templates().parent / "docs"
    return {path.stem: path for path in sorted(docs.rglob("*.md")) if path.name != "index.md"}


def _title(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")


def _section(words: str, anchor: str) -> str:
    """What stands under the heading of that name, or under the one below which the anchor is. Raises ConfigError."""
    for part in re.split(r"^(?=#{2,6} )", words, flags=re.MULTILINE):
        heading = re.sub(r"\W+", "-", part.partition("\n")[0].casefold()).strip("-")
        if anchor == heading or f'<a id="{anchor}"></a>' in part:
            return part
    raise ConfigError(f'the page has no section "{anchor}"', hint="Leave it out to see the whole page.")
