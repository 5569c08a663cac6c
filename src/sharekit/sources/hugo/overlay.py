"""The folder that is laid over the site: one page, whose template writes every page of the site as lines of JSON."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.text.part_words import MARKS, PATTERN, SIGNS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

OVERLAY = Path(__file__).with_name("overlay")
TEMPLATE = Path("layouts", "sharekit", "sharekit.sharekit.json")
# A site of so few pages is rendered whole: it costs less than to look which are needed.
FEW = 300
# Enough for every feed and draft of a larger one, what is still to come included; older posts are rendered when something
# asks for them.
NEWEST = 100
TRY = (0, 141)
SUMMARY = "{{- if not (or .Description .Params.excerpt .Params.summary) }}{{ $summary = .Summary }}{{ end -}}"
# A shortcode that fails in one article must not take the others with it.
GUARDED = f"""
    {{{{- with try .Content -}}}}
      {{{{- with .Err }}}}{{{{ $error = printf "%s" . }}}}{{{{ else }}}}{{{{ $html = .Value }}}}{{{{ end -}}}}
    {{{{- end -}}}}
    {{{{- if not $error -}}}}{SUMMARY}{{{{- end -}}}}"""
BARE = f"{{{{- $html = .Content -}}}}{SUMMARY}"


def lay(
    folder: Path,
    version: tuple[int, int, int],
    *,
    wanted: Collection[str] = (),
    everything: bool = False,
    known: bool = False,
) -> Path:
    """Write the overlay into ``folder``. ``wanted`` are files whose content is written whatever their age.

    ``known`` leaves out the metadata: only the contents of ``wanted``, or of everything, are written.
    """
    shutil.copytree(OVERLAY, folder, dirs_exist_ok=True)
    values = {
        "wanted": _table(wanted),
        "marks": _slice(MARKS),
        "signs": _slice(SIGNS),
        "pattern": f"`{PATTERN}`",
        "all": "true" if everything else "false",
        "known": "true" if known else "false",
        "few": str(FEW),
        "newest": str(NEWEST),
        "content": GUARDED if version[:2] >= TRY else BARE,
    }
    template = (OVERLAY / TEMPLATE).read_text(encoding="utf-8")
    for name, value in values.items():
        template = template.replace(f"[[{name}]]", value)
    (folder / TEMPLATE).write_text(template, encoding="utf-8")
    return folder


def _slice(texts: Sequence[str]) -> str:
    # A Go string is written as a JSON string is.
    return f"(slice {' '.join(map(json.dumps, texts))})"


def _table(names: Collection[str]) -> str:
    if not names:
        return "dict"
    # Template marks inside a string mean nothing, but a newline would end it.
    quoted = json.dumps(dict.fromkeys(sorted(names), True), ensure_ascii=False)
    text = json.dumps(quoted, ensure_ascii=False)
    return re.sub(r"\\/", "/", f"({text} | transform.Unmarshal)")
