"""The pages of the list, and the letter that asks for a confirmation, in the language of the person."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sharekit.errors import ConfigError
from sharekit.templating import environment, shipped_templates, translations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Paths:
    """Where the pages are. ``origin`` is scheme and host; ``leave`` has the token behind it, and so has ``confirm``."""

    origin: str
    base: str
    leave: str
    subscribe: str
    confirm: str


def paths_of(unsubscribe: str) -> Paths:
    """The pages beside ``unsubscribe``, the setting. Raises ConfigError for one that leaves no place for a token."""
    parts = urlsplit(unsubscribe)
    if parts.query or parts.fragment or not parts.path.strip("/") or not parts.path.endswith("/"):
        raise ConfigError(
            f'unsubscribe = "{unsubscribe}" in [mailers.smtp] is no folder, and the pages of the list are beside it',
            hint='unsubscribe = "https://letter.blog.example/unsubscribe/"',
        )
    base = parts.path.rstrip("/").rpartition("/")[0] + "/"
    origin = f"{parts.scheme}://{parts.netloc}"
    return Paths(origin=origin, base=base, leave=parts.path, subscribe=f"{base}subscribe", confirm=f"{base}confirm/")


@dataclass(frozen=True, kw_only=True)
class Pages:
    """``title`` is the newsletter's, ``address`` the postal one, ``text`` what people agree to (ours where it is empty).

    ``choices`` are tags that people choose one of, ``theme`` has the colours, ``overrides`` the blogger's own templates.
    """

    title: str
    address: str
    language: str
    paths: Paths
    theme: Any
    text: str = ""
    choices: Mapping[str, str]
    overrides: tuple[Path, ...] = ()

    @functools.cached_property
    def style(self) -> str:
        """The one style sheet."""
        return str(_template("list/style.css", "en", self.overrides).render(theme=self.theme))

    @functools.cached_property
    def languages(self) -> dict[str, str]:
        """The languages that there are words in, and what each calls itself."""
        from babel import Locale

        tags = ["en", *sorted(path.name for path in (shipped_templates() / "locale").iterdir() if path.is_dir())]
        named = {tag: str(Locale(tag).get_language_name(tag)) for tag in tags}
        return {tag: name[:1].upper() + name[1:] for tag, name in named.items()}

    def language_of(self, *wanted: str) -> str:
        """The first of the languages that there are words in, else the blog's, else English."""
        for tag in (*wanted, self.language):
            found = tag.replace("_", "-").partition("-")[0].lower()
            if found in self.languages:
                return found
        return "en"

    def words(self, text: str, language: str) -> str:
        """Our own words in a language, with the title in them."""
        said = translations(language).gettext(text)
        return said % {"title": self.title} if "%(title)s" in said else said

    def consent(self, language: str) -> str:
        """What a person agrees to."""
        return self.text or self.words(
            "I want to receive “%(title)s” by e-mail. Each letter has a link to unsubscribe.", language
        )

    def page(self, name: str, language: str, **values: Any) -> str:
        """A page: ``list/<name>``."""
        from markupsafe import Markup

        page: str = _template(f"list/{name}", language, self.overrides).render(
            title=self.title,
            address=self.address,
            paths=self.paths,
            language=language,
            languages=list(self.languages.items()),
            choices=list(self.choices.items()),
            text=self.consent(language),
            style=Markup(self.style),  # noqa: S704 - ours, and its digest is what the browser is given
            **values,
        )
        return page


@functools.lru_cache(maxsize=64)
def _template(name: str, language: str, overrides: tuple[Path, ...]) -> Any:
    return environment(language=language, overrides=overrides, html=name.endswith(".html")).get_template(name)
