"""Globs as JavaScript's loaders write them, matched against paths with ``/``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 300
PIECES = re.compile(r"\*\*/|\*\*|\*|\?|\[[!^]?[\w.-]+\]|[{},]|[^*?\[{},]+|.", re.DOTALL)
MEANINGS = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}


def fits(path: str, globs: Sequence[str]) -> bool:
    """Whether a path is meant: by one of the globs, and by none that a ``!`` stands before. No glob means every path."""
    wanted = [each for each in globs if not each.startswith("!")]
    unwanted = [each[1:] for each in globs if each.startswith("!")]
    return (not wanted or any(_pattern(each).fullmatch(path) for each in wanted)) and not any(
        _pattern(each).fullmatch(path) for each in unwanted
    )


@lru_cache(maxsize=200)
def _pattern(glob: str) -> re.Pattern[str]:
    glob = glob.removeprefix("./")[:LONGEST]
    try:
        return re.compile("".join(map(_meaning, PIECES.findall(glob))))
    except re.error:
        # Braces that do not match mean themselves.
        return re.compile(re.escape(glob))


def _meaning(piece: str) -> str:
    negated = re.fullmatch(r"\[[!^](.+)\]", piece)
    if negated:
        return f"[^/{negated[1]}]"
    return piece if re.fullmatch(r"\[.+\]", piece) else MEANINGS.get(piece) or re.escape(piece)
