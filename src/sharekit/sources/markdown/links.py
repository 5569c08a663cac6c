"""Links from one article's file to another's → the addresses that they will have.

``other.md`` (MkDocs, Astro), ``@/blog/other.md`` (Zola), ``{filename}other.rst`` (Pelican),
``{% post_url 2024-01-01-other %}`` and ``{% link _posts/… %}`` (Jekyll).
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def resolve(body: str, source: str, addresses: Mapping[str, str], prefix: str = "") -> str:
    """The body with links to files replaced. ``addresses`` leads from a post's file to its URL; ``source`` is this file.

    ``prefix`` is the path that the site lies below, without a slash at its end.
    """

    def linked(found: re.Match[str]) -> str:
        url = find(found["target"], source, addresses)
        return f"{found['before']}{url}{found['after'] or ''}" if url else found[0]

    def tagged(found: re.Match[str]) -> str:
        name = found["target"].strip().removesuffix("-").strip("\"' ")
        return find(name, "", addresses) or _by_stem(name, addresses) or found[0]

    if "{" in body:
        body = BASE.sub(lambda found: f"{found['before']}{prefix}", LIQUID.sub(tagged, body))
        body = SITE.sub(lambda found: f"{prefix}{found['path'] or ''}" if found["base"] or found["path"] else "", body)
    return TARGET.sub(linked, body) if ".md" in body or ".rst" in body or ".markdown" in body else body


def find(target: str, source: str, addresses: Mapping[str, str]) -> str | None:
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
