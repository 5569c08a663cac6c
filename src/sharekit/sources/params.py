"""Front matter and site parameters, in the shapes that Hugo's themes have made usual."""

from __future__ import annotations

import re
from typing import Any

from sharekit.model import Author

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
LONGEST_TAG = 35
IMAGE_KEYS = ("image", "featured_image", "featuredimage", "cover", "thumbnail", "images", "featuredimg", "banner")


def lowered(params: dict[str, Any] | None) -> dict[str, Any]:
    """The parameters with lower-case keys, as Hugo itself compares them."""
    return {str(key).lower(): value for key, value in (params or {}).items()}


def language_tag(code: str) -> str:
    """A BCP 47 tag in its usual case: ``fr-fr`` → ``fr-FR`` (RFC 5646 §2.1.1); ``en`` for what is none."""
    if not is_language_tag(code):
        return "en"
    first, *others = code.strip().replace("_", "-").split("-")
    return "-".join([first.lower(), *(_subtag(each) for each in others)])


def is_language_tag(code: str) -> bool:
    """Whether a text has the form of a language tag, of at most 35 characters (RFC 5646 §2.1 and §4.4.1)."""
    return len(code) <= LONGEST_TAG and LANGUAGE_TAG.fullmatch(code.strip().replace("_", "-")) is not None


def _subtag(text: str) -> str:
    return text.upper() if len(text) == 2 else text.title() if len(text) == 4 else text


def labels(value: Any) -> tuple[str, ...]:
    """Tags or categories: trimmed, without those that only differ in case from one before."""
    given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    found: dict[str, str] = {}
    for each in given:
        text = " ".join(str(each).split())
        if text:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


def authors(params: dict[str, Any], known: dict[str, Any]) -> tuple[Author, ...]:
    """The authors of a post or a site. ``known`` are the pages of an ``authors`` taxonomy, by slug."""
    given = params.get("authors") or params.get("author") or []
    made = [_author(each, known) for each in (given if isinstance(given, list) else [given])]
    return tuple(author for author in made if author)


def _author(given: Any, known: dict[str, Any]) -> Author | None:
    table = lowered(given) if isinstance(given, dict) else {"name": given}
    name = str(table.get("name") or "").strip()
    page = known.get(name.casefold().replace(" ", "-"))
    if page:
        details = lowered(page["params"])
        name = str(details.get("name") or page["title"] or name)
        table = {**details, **table}
    email = table.get("email")
    url = table.get("url") or table.get("link")
    return Author(name=name, email=str(email) if email else None, url=str(url) if url else None) if name else None


def featured(params: dict[str, Any]) -> tuple[str, str] | None:
    """The featured image's path and alternative text."""
    for key in IMAGE_KEYS:
        value = params.get(key)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            table = lowered(value)
            path = table.get("image") or table.get("src") or table.get("url")
            if path:
                return str(path), str(table.get("alt") or table.get("caption") or "")
        elif isinstance(value, str) and value.strip():
            return value.strip(), str(params.get("image_alt") or params.get("imagealt") or "")
    return None


def licence(copyright_line: str, params: dict[str, Any]) -> str:
    """The licence of the posts: the theme's own setting, else the site's copyright line."""
    article = params.get("article")
    table = lowered(article).get("license") if isinstance(article, dict) else None
    if isinstance(table, dict) and lowered(table).get("enabled", True) and lowered(table).get("default"):
        return str(lowered(table)["default"])
    named = params.get("license") or params.get("licence")
    return str(named if isinstance(named, str) else copyright_line or "")
