"""The grammar of a draft file: YAML between ``---`` lines, then ``## channel`` or ``## channel @ slot`` headings."""

from __future__ import annotations

import re
from typing import Any

from sharekit.errors import ConfigError, DraftError
from sharekit.shares.fit import outlet

# The slot of the share that names all parts of a complete series.
CLOSING = "closing"
HEADING = re.compile(r"##\s+(\S+)(?:\s*@\s*(\S+))?\s*$")


def read_front_matter(text: str, path: str) -> tuple[dict[str, Any], str, int]:
    """The values, the rest, and the 1-based line on which the rest begins."""
    import yaml

    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        raise DraftError(
            "there is no front matter", path=path, line=1, hint="A draft begins with --- lines around its values."
        )
    end = next(number for number, line in enumerate(lines[1:], start=1) if line.strip() == "---")
    try:
        values = yaml.load("\n".join(lines[1:end]), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise DraftError(f"the front matter is broken: {error.problem}", path=path, line=line) from error
    except yaml.YAMLError as error:
        raise DraftError(f"the front matter cannot be read: {error}", path=path, line=1) from error
    if not isinstance(values, dict):
        raise DraftError("the front matter holds no values", path=path, line=1)
    return values, "\n".join(lines[end + 1 :]), end + 2


def parse_sections(body: str, path: str, first: int) -> tuple[dict[str, str], dict[str, int]]:
    """Each section's text, and the line of its heading."""
    texts: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    current: list[str] | None = None
    for number, line in enumerate(body.split("\n"), start=first):
        heading = HEADING.match(line)
        if heading:
            name = _name(heading, path, number)
            if name in texts:
                raise DraftError(f'the section "{name}" is there twice', path=path, line=number)
            current = texts[name] = []
            places[name] = number
        elif current is not None:
            current.append(line)
        elif line.strip():
            raise DraftError("there is text before the first section", path=path, line=number, hint="## x")
    return {name: "\n".join(lines).strip() for name, lines in texts.items()}, places


def _name(heading: re.Match[str], path: str, line: int) -> str:
    channel, slot = heading.group(1), heading.group(2)
    try:
        outlet(channel, {})
    except ConfigError as error:
        raise DraftError(error.message, path=path, line=line, hint=error.hint) from error
    return f"{channel} @ {slot}" if slot else channel
