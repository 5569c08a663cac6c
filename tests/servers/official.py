"""Published descriptions, OpenAPI documents and lexicons, and whether ours lets pass what they do not know."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from pathlib import Path

# What a schema may say beyond which members there are and of what type.
BOUNDS = {"maxLength": 1, "maxItems": 1, "maximum": 1, "minimum": -1, "minLength": -1, "minItems": -1}


def resolved(node: Any, document: Any) -> Any:
    """What a reference within the document leads to."""
    while isinstance(node, dict) and "$ref" in node:
        found = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        node = {**found, **{name: value for name, value in node.items() if name != "$ref"}}
    return node


def stricter(ours: Any, theirs: Any, of: Any, at: Any, place: str = "") -> list[str]:
    """Where our schema would let pass what theirs does not; ``of`` and ``at`` are the two documents."""
    ours, theirs = resolved(ours, of), resolved(theirs, at)
    if "anyOf" in theirs or "oneOf" in theirs:
        tried = [stricter(ours, each, of, at, place) for each in theirs.get("anyOf") or theirs["oneOf"]]
        return min(tried, key=len)
    if "allOf" in theirs:
        return [wrong for each in theirs["allOf"] for wrong in stricter(ours, each, of, at, place)]
    values = ours.get("enum", [ours["const"]] if "const" in ours else None)
    if values is not None:
        rest = {name: value for name, value in theirs.items() if name != "default"}
        validator = Draft202012Validator({**rest, **{k: v for k, v in at.items() if k in ("components", "definitions")}})
        return [f"{place}: {value!r}" for value in values if not validator.is_valid(value)]
    found = _bounds(ours, theirs, place)
    if "items" in theirs and "items" in ours:
        found += stricter(ours["items"], theirs["items"], of, at, f"{place}[]")
    return found + _members(ours, theirs, of, at, place)


def _bounds(ours: Any, theirs: Any, place: str) -> list[str]:
    found = []
    if "type" in theirs and theirs["type"] not in (ours.get("type"), "number" if ours.get("type") == "integer" else None):
        found.append(f"{place}: {ours.get('type')} and not {theirs['type']}")
    for bound, sign in BOUNDS.items():
        if bound in theirs and sign * ours.get(bound, sign * 10**9) > sign * theirs[bound]:
            found.append(f"{place}: {bound}")
    return found


def _members(ours: Any, theirs: Any, of: Any, at: Any, place: str) -> list[str]:
    found: list[str] = []
    known = theirs.get("properties")
    if known is not None:
        found += [f"{place}: {name} is required" for name in set(theirs.get("required", ())) - set(ours.get("required", ()))]
        for name, value in ours.get("properties", {}).items():
            if name in known:
                found += stricter(value, known[name], of, at, f"{place}/{name}")
            elif theirs.get("additionalProperties", False) is False:
                found.append(f"{place}/{name} is not known")
    return found


def operation(document: Any, place: str, prefix: str) -> Any:
    """The operation of an OpenAPI document for "METHOD /prefix/path"."""
    method, _, path = place.partition(" ")
    shape = re.sub(r"\{\w+\}", "{}", path.removeprefix(prefix))
    return next(
        operations[method.lower()]
        for each, operations in document["paths"].items()
        if re.sub(r"\{\w+\}", "{}", each) == shape and method.lower() in operations
    )


def lexicon_schema(node: Any, within: str, shared: Path) -> Any:
    """A lexicon's definition as JSON Schema, of what both can say."""
    kind = node["type"]
    if kind == "ref":
        file, _, part = node["ref"].partition("#")
        place = (file or within).replace(".", "/")
        if not (shared / f"specs/bluesky/{place}.json").is_file():
            return {}
        lexicon = json.loads((shared / f"specs/bluesky/{place}.json").read_text())
        return lexicon_schema(lexicon["defs"][part or "main"], file or within, shared)
    if kind in ("object", "params"):
        nullable = node.get("nullable", ())
        properties = {name: lexicon_schema(each, within, shared) for name, each in node["properties"].items()}
        properties |= {name: {"anyOf": [{"type": "null"}, properties[name]]} for name in nullable}
        return {"type": "object", "required": node.get("required", []), "properties": {"$type": {}, **properties}}
    if kind == "array":
        made = {"type": "array", "items": lexicon_schema(node["items"], within, shared)}
        return made | ({"maxItems": node["maxLength"]} if "maxLength" in node else {})
    if kind in ("string", "integer"):
        return {name: node[name] for name in ("type", "maxLength", "minimum", "maximum") if name in node}
    return {"properties": {"size": {"maximum": node["maxSize"]}}, "additionalProperties": True} if "maxSize" in node else {}
