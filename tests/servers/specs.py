"""The requests of a provider's API as ``tests/specs/*.json`` describe them, made from its own documents and not from ours.

Each file holds JSON Schemas for ``query``, ``headers`` and ``body`` of a request; what is not described must not be sent.
A form is an object of strings, a file ``{"type", "size"}``. ``official`` names where a published description has the
request, for ``tests/contracts/test_specs.py``.
"""

from __future__ import annotations

import functools
import json
import re
from email import message_from_bytes
from email.policy import HTTP
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from servers.wire import Request

SPECS = Path(__file__).resolve().parents[1] / "specs"
PARTS = ("query", "headers", "body")
NOTHING = {"type": "object", "maxProperties": 0}


@functools.cache
def load(name: str) -> dict[str, Any]:
    """The description ``tests/specs/NAME.json``."""
    found: dict[str, Any] = json.loads((SPECS / f"{name}.json").read_text())
    return found


@functools.cache
def _validators(name: str) -> list[tuple[str, re.Pattern[str], dict[str, Draft202012Validator]]]:
    document = load(name)
    made = []
    for place, described in document["requests"].items():
        method, _, path = place.partition(" ")
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
        schemas: dict[str, Any] = {"query": NOTHING, "headers": {}, "body": {"const": None}} | {
            part: described[part] for part in PARTS if part in described
        }
        definitions = {"$defs": document.get("$defs", {})}
        made.append((method, pattern, {p: Draft202012Validator({**definitions, **s}) for p, s in schemas.items()}))
    return made


def wrong(name: str, request: Request) -> str | None:
    """What of a request is not as the description says; None where it is."""
    for method, pattern, schemas in _validators(name):
        if request.method == method and pattern.fullmatch(request.path):
            sent = {
                "query": _numbers(request.query, schemas["query"].schema),
                "headers": request.headers,
                "body": body(request),
            }
            for part, validator in schemas.items():
                for error in validator.iter_errors(sent[part]):
                    return f"{'/'.join(map(str, (part, *error.absolute_path)))}: {error.message[:300]}"
            return None
    return f"{request.method} {request.path} is not described"


def body(request: Request) -> Any:
    """The body as a schema sees it; None where there is none."""
    kind = request.headers.get("content-type", "")
    if not request.body:
        return None
    if kind.startswith("application/json"):
        return json.loads(request.body)
    if kind.startswith("application/x-www-form-urlencoded"):
        return request.form()
    if not kind.startswith("multipart/"):
        return {"type": kind, "size": len(request.body)}
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body, policy=HTTP)
    made: dict[str, Any] = {}
    for part in message.iter_parts():
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        name = str(part.get_param("name", header="content-disposition"))
        file = part.get_filename()
        made[name] = {"type": part.get_content_type(), "size": len(data), "filename": file} if file else data.decode()
    return made


def _numbers(query: Mapping[str, str], schema: Any) -> dict[str, Any]:
    described = schema.get("properties", {})
    return {
        name: int(value) if described.get(name, {}).get("type") == "integer" and value.isdigit() else value
        for name, value in query.items()
    }
