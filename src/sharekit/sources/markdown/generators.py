"""Which generator a folder of Markdown is written for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.errors import SourceError
from sharekit.sources.markdown import astro, eleventy, jekyll, mkdocs, nikola, pelican, plain, zola

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sharekit.sources.markdown.rules import Rules

# In order: a file of its own before a file that several share, a plain folder last.
GENERATORS: tuple[tuple[Callable[[Path], bool], type[Rules]], ...] = (
    (pelican.is_here, pelican.Pelican),
    (astro.is_here, astro.Astro),
    (eleventy.is_here, eleventy.Eleventy),
    (mkdocs.is_here, mkdocs.MkDocs),
    (zola.is_here, zola.Zola),
    (nikola.is_here, nikola.Nikola),
    (jekyll.is_here, jekyll.Jekyll),
    (plain.is_here, plain.Plain),
)


def knows(root: Path) -> bool:
    """Whether any of them is here."""
    return any(is_here(root) for is_here, _ in GENERATORS)


def knows_by_settings(root: Path) -> bool:
    """Whether the settings of one of them are here, and not only files with front matter."""
    return any(is_here(root) for is_here, rules in GENERATORS if rules is not plain.Plain)


def generator_of(root: Path) -> type[Rules]:
    """The rules for a folder. Raises SourceError when there is nothing in it that could be a blog."""
    for is_here, rules in GENERATORS:
        if is_here(root):
            return rules
    raise SourceError(
        "no Markdown blog was found here: no configuration of a known generator, and no file with front matter.",
        path=str(root),
        hint="Name the folder that holds your generator's configuration.",
    )
