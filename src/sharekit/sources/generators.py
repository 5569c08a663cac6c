"""What shows which generator made a blog, and where one whose sources are not read builds its site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sharekit.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

ZOLA = ("zola.toml", "config.toml")
BASE_URL = re.compile(rb"^\s*base_url\s*=", re.MULTILINE)


class Generator(NamedTuple):
    """Its name, the files that show it (one of each group), where it builds to, and the command; blanks part names.

    What stands after a ``~`` is a word that the file holds.
    """

    name: str
    signs: tuple[str, ...]
    outputs: str
    command: str


SPHINX = ("conf.py docs/conf.py source/conf.py", "*.rst *.md docs/*.rst docs/*.md source/*.rst source/*.md")
SPHINX_OUTPUTS = "_website _build/html build/html docs/_build/html _build/dirhtml"
HEXO = 'scaffolds themes _config.*.yml package.json~"hexo"'
VUEPRESS = ".vuepress docs/.vuepress src/.vuepress"
GENERATORS = (
    Generator("Docusaurus", ("docusaurus.config.*",), "build", "npx docusaurus build"),
    Generator("Gatsby", ("gatsby-config.*",), "public", "npx gatsby build"),
    Generator("Quarto", ("_quarto.yml _quarto.yaml",), "_site docs public", "quarto render"),
    Generator("Hexo", ("_config.yml", "source/_posts", HEXO), "public", "npx hexo generate"),
    Generator("Next.js", ("next.config.*",), "out", 'npx next build, with output: "export"'),
    Generator("Nuxt", ("nuxt.config.*",), ".output/public dist", "npx nuxt generate"),
    Generator("VitePress", (".vitepress docs/.vitepress",), ".vitepress/dist docs/.vitepress/dist", "npx vitepress build"),
    Generator("VuePress", (VUEPRESS,), ".vuepress/dist docs/.vuepress/dist src/.vuepress/dist", "npx vuepress build"),
    Generator("SvelteKit", ("svelte.config.*",), "build", "npx vite build, with the static adapter"),
    Generator("Gridsome", ("gridsome.config.*",), "dist", "npx gridsome build"),
    Generator(
        "Bridgetown", ("bridgetown.config.yml config/initializers.rb", "src/_posts"), "output", "bin/bridgetown build"
    ),
    Generator("Middleman", ("config.rb", "source"), "build", "bundle exec middleman build"),
    Generator("Lektor", ("*.lektorproject",), "build public output", "lektor build -O build"),
    Generator("Sphinx", SPHINX, SPHINX_OUTPUTS, "sphinx-build, or ablog build"),
)


def is_zola_site(root: Path) -> bool:
    """Whether a folder is a site of Zola: its configuration calls the address ``base_url``, an older Hugo's ``baseURL``."""
    files = (root / name for name in ZOLA) if (root / "content").is_dir() else ()
    return any(path.is_file() and BASE_URL.search(path.read_bytes()) for path in files)


def generator_here(root: Path) -> Generator | None:
    """The one of them whose files lie in a folder."""
    for generator in GENERATORS:
        if all(any(_shows(root, sign) for sign in group.split()) for group in generator.signs):
            return generator
    return None


def _shows(root: Path, sign: str) -> bool:
    pattern, _, word = sign.partition("~")
    return any(not word or word.encode() in path.read_bytes() for path in root.glob(pattern))


def built_folder(root: Path) -> Path | None:
    """Where the site was built; None where no such generator is here.

    Raises SourceError, which says what to do, where it was not built.
    """
    generator = generator_here(root)
    if generator is None:
        return None
    outputs = generator.outputs.split()
    found = next((root / name for name in outputs if any((root / name).glob("*.html"))), None)
    if found is None:
        places = " or ".join(f"{name}/" for name in outputs)
        raise SourceError(
            f"{generator.name} is not read from its sources, and there is no built site in {places}",
            path=str(root),
            hint=f"Build the site first ({generator.command}); its pages are read.",
        )
    return found
