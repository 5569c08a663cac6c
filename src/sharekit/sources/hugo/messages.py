"""What Hugo reports, as an error or a finding with the file and the line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.errors import SourceError
from sharekit.model import Finding
from sharekit.sources.front import decode, line_of

if TYPE_CHECKING:
    from sharekit.model import Level

NOTE = "Hugo refuses the whole site for it. Correct it and run again."
# The places that Hugo writes: "/blog/content/a.md:4:1", or: see /blog/content/a.md
PLACE = re.compile(r'"?((?:/|[A-Za-z]:\\|content/)[^":\n]+?\.\w+)(?::(\d+)(?::\d+)?)?"?(?=[\s":,;]|$)')
# Hugo repeats what it complains of, however long.
LONGEST_LINE = 4000
# Newer versions want a site to allow content in HTML and other forms that may carry scripts.
NOT_ALLOWED = re.compile(r'"([\w./+-]+)" is not whitelisted in policy "security\.allowContent"')
# The policy as it is now, which Hugo prints with its refusal.
POLICY = re.compile(r"^\s*allowContent = \[.*\]", re.MULTILINE)


def missing_shortcode(words: str) -> str | None:
    """The name of a shortcode for which Hugo found no template, or whose stand-in asks for an end that it has not."""
    found = re.search(r'template for shortcode "([^"]+)" not found|shortcode "([^"]+)" must be closed', words)
    return (found[1] or found[2]) if found else None


def explain(words: str, root: Path) -> SourceError:
    """A SourceError that says in one line what Hugo said in many."""
    line = _decisive(words)
    path, number = _place(line, root)
    message = _cause(line, root)
    refused = NOT_ALLOWED.search(line)
    if refused:
        message = (
            f"Hugo takes {refused[1]} as content only where the site allows it. In Hugo's configuration, "
            f"[security]: allowContent = {_allowing(refused[1], words)} (or make it a Markdown file)"
        )
        return SourceError(message, path=path or str(root), hint=NOTE)
    bad_date = re.search(r'the "(\w+)" front matter field is not a parsable date', line)
    if bad_date and path:
        text = decode((root / path).read_bytes())[0] if (root / path).is_file() else ""
        number = line_of(text, bad_date[1])
        value = re.split("[:=]", text.split("\n")[number - 1], maxsplit=1)[1].strip(" \t\"',") if number else ""
        message = f'the {bad_date[1]} "{value}" does not exist or is not written as a date.'
    elif path and number is not None and not re.search("front matter|shortcode", message) and path.startswith("content"):
        message = f"its front matter is broken: {message}"
    if path is None:
        path = next((name for name in _config_names(root) if name in words), None)
        found = re.search(r":(\d+):\d+", line)
        number = int(found.group(1)) if path and found else None
    return SourceError(message, path=path or str(root), line=number, hint=NOTE)


def _allowing(media_type: str, words: str) -> str:
    """The site's own policy, in TOML, with a media type added to it. Patterns after ``!`` refuse; where there are no others,
    everything else is allowed. https://gohugo.io/configuration/security/
    """
    found = POLICY.search(words)
    try:
        policy = tomllib.loads(found[0])["allowContent"] if found else []
    except tomllib.TOMLDecodeError:
        policy = []
    kept = [each for each in policy if not (each.startswith("! ") and re.search(each[2:], media_type))]
    if any(not each.startswith("! ") for each in kept):
        kept.append(f"^{media_type}$")
    quoted = ", ".join(f"'{each}'" for each in kept or [".*"])
    return f"[{quoted}]"


def warnings(words: str, root: Path) -> list[Finding]:
    """What Hugo says of articles while it renders them: a reference that leads nowhere, what a shortcode complains of."""
    found: dict[tuple[str, int | None, str], Finding] = {}
    for line in words.splitlines():
        path, number = _place(line, root)
        if path is None or not line.startswith(("ERROR", "WARN")) or "deprecated" in line:
            continue
        reference = re.search(r'REF_NOT_FOUND: Ref "([^"]+)"', line)
        message = f'its reference "{reference.group(1)}" leads to no page' if reference else _cause(line, root)
        level: Level = "error" if line.startswith("ERROR") else "warn"
        rule = "dead-link" if reference else "hugo"
        found.setdefault((path, number, message), Finding(level=level, rule=rule, message=message, path=path, line=number))
    return list(found.values())


def _decisive(words: str) -> str:
    lines = [line for line in words.splitlines() if line.strip()]
    for sign in ("ERROR", "Error:", "error"):
        for line in lines:
            if sign in line:
                return line
    return lines[-1] if lines else "Hugo stopped without a word"


def _place(line: str, root: Path) -> tuple[str | None, int | None]:
    for found in PLACE.finditer(line[:LONGEST_LINE]):
        path = Path(found.group(1))
        number = int(found.group(2)) if found.group(2) else None
        if path.is_absolute():
            for base in (root, root.resolve()):
                if path.is_relative_to(base):
                    return path.relative_to(base).as_posix(), number
        elif (root / path).exists():
            return path.as_posix(), number
    return None, None


def _cause(line: str, root: Path) -> str:
    text = re.sub(r"^\s*(ERROR|WARN|Error:)\s*", "", line)
    text = text.replace(f"{root}/", "").replace(str(root), ".")
    text = re.sub(r"^(error building site: )?(assemble: )?(failed to create page from pageMetaSource \S+: )?", "", text)
    text = re.sub(r'^"?[^"\s]+:\d+:\d+"?:\s*(failed to extract shortcode: )?', "", text)
    return text.strip()[:400]


def _config_names(root: Path) -> list[str]:
    found = [path for pattern in ("hugo.*", "config.*", "config/**/*") for path in root.glob(pattern) if path.is_file()]
    return [path.relative_to(root).as_posix() for path in found]
