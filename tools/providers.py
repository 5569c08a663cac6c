"""The table of docs/providers.md: every request that an adapter makes, from tests/specs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sharekit import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PARTS = {"requests": "tests/specs", "pictures": "the adapters"}
SPECS = ROOT / "tests" / "specs"


def page() -> str:
    """docs/providers.md with its tables as tests/specs and the adapters have them."""
    text = (ROOT / "docs" / "providers.md").read_text(encoding="utf-8")
    for name, source in PARTS.items():
        begin, end = f"<!-- {name}: made from {source} by tools/reference.py -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        made = _requests() if name == "requests" else _pictures()
        text = "\n".join([before + begin, "", *made, end]) + rest.partition(end)[2]
    return text


def _pictures() -> Iterator[str]:
    yield from ("| network | types | bytes | pixels | how many | alternative text |", "|-|-|-|-|-|-|")
    for kind in registry.BUILT_IN["channels"]:
        adapter = cast("registry.DeclaredChannel", registry.declared("channels", kind))
        if rules := adapter.pictures:
            types = ", ".join(each.partition("/")[2].upper() for each in rules.types)
            pixels = f"{rules.most_pixels:,}" if rules.most_pixels else "any"
            yield f"| {adapter.label} | {types} | {rules.most_bytes:,} | {pixels} | {rules.most} | {rules.longest_alt:,} |"
    yield ""


def _requests() -> Iterator[str]:
    for path in sorted(SPECS.glob("*.json")):
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        yield from (f"### {document['title']}", "", _linked(document["$comment"]), "")
        yield from ("| request | source | how it was checked |", "|-|-|-|")
        for place, described in document["requests"].items():
            checked = document["checked"]["official" if "official" in described else "read"]
            yield f"| `{place}` | {_linked(described['$comment'])} | {checked} |"
        yield ""


def _linked(text: str) -> str:
    text = text.replace("|", "\\|").replace("<", "\\<").replace("*", "\\*").replace("_", "\\_")
    return re.sub(r"https://[^\s;,)]*[^\s;,).:]", lambda link: f"<{link[0].replace(chr(92), '')}>", text)
