"""Generators whose sources are not read: where each builds its site, which is read instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sharekit.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path


class Generator(NamedTuple):
    """Its name, the files that show it (all groups, one of each), where it builds to, and the command."""

    name: str
    signs: tuple[tuple[str, ...], ...]
    outputs: tuple[str, ...]
    command: str


GENERATORS = (
    Generator("Docusaurus", (("docusaurus.config.*",),), ("build",), "npx docusaurus build"),
    Generator("Gatsby", (("gatsby-config.*",),), ("public",), "npx gatsby build"),
    Generator("Quarto", (("_quarto.yml", "_quarto.yaml"),), ("_site", "docs", "public"), "quarto render"),
    Generator(
        "Hexo",
        (("_config.yml",), ("source/_posts",), ("scaffolds", "themes", "_config.*.yml")),
        ("public",),
        "npx hexo generate",
    ),
    Generator("Next.js", (("next.config.*",),), ("out",), 'npx next build, with output: "export"'),
    Generator("Nuxt", (("nuxt.config.*",),), (".output/public", "dist"), "npx nuxt generate"),
    Generator(
        "VitePress", ((".vitepress", "docs/.vitepress"),), (".vitepress/dist", "docs/.vitepress/dist"), "npx vitepress build"
    ),
    Generator(
        "VuePress",
        ((".vuepress", "docs/.vuepress", "src/.vuepress"),),
        (".vuepress/dist", "docs/.vuepress/dist", "src/.vuepress/dist"),
        "npx vuepress build",
    ),
    Generator("SvelteKit", (("svelte.config.*",),), ("build",), "npx vite build, with the static adapter"),
    Generator("Gridsome", (("gridsome.config.*",),), ("dist",), "npx gridsome build"),
    Generator(
        "Sphinx",
        (
            ("conf.py", "docs/conf.py", "source/conf.py"),
            ("*.rst", "*.md", "docs/*.rst", "docs/*.md", "source/*.rst", "source/*.md"),
        ),
        ("_website", "_build/html", "build/html", "docs/_build/html", "_build/dirhtml"),
        "sphinx-build, or ablog build",
    ),
)


def generator_here(root: Path) -> Generator | None:
    """The one of them whose files lie in a folder."""
    for generator in GENERATORS:
        if all(any(any(root.glob(pattern)) for pattern in group) for group in generator.signs):
            return generator
    return None


def built_folder(root: Path) -> Path | None:
    """Where the site was built; None where no such generator is here.

    Raises SourceError, which says what to do, where it was not built.
    """
    generator = generator_here(root)
    if generator is None:
        return None
    found = next((root / name for name in generator.outputs if any((root / name).glob("*.html"))), None)
    if found is None:
        places = " or ".join(f"{name}/" for name in generator.outputs)
        raise SourceError(
            f"{generator.name} is not read from its sources, and no built site lies in {places}",
            path=str(root),
            hint=f"Build the site first ({generator.command}); its pages are read.",
        )
    return found
