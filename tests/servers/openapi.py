"""A published OpenAPI description, as the judge of what arrives at a server and of what it answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from servers.wire import Complaint, check

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from servers.wire import Reply, Request


class Description:
    """An OpenAPI document. ``prefix`` is the path of its server; ``wrong`` are members that it describes wrongly."""

    def __init__(self, document: Mapping[str, Any], *, prefix: str = "", wrong: Collection[str] = ()) -> None:
        self._document = document
        self._prefix = prefix
        self._wrong = wrong

    def check_request(self, request: Request) -> None:
        """Raise Complaint for a method, a query or a body that is not described."""
        operation = self._operation(request)
        known = {each["name"] for each in operation.get("parameters", ()) if each.get("in") == "query"}
        check(set(request.query) <= known, f"known queries only: {set(request.query) - known}")
        content = operation.get("requestBody", {}).get("content", {})
        if request.body:
            check(request.headers["content-type"] == "application/json", "JSON is announced")
            self._validate(self._without_wrong(request.json()), content["application/json"]["schema"])

    def check_reply(self, request: Request, reply: Reply) -> None:
        """Raise Complaint when the server itself answers what is not described."""
        responses = self._operation(request)["responses"]
        check(str(reply.status) in responses, f"{reply.status} is described")
        schema = responses[str(reply.status)].get("content", {}).get("application/json", {}).get("schema")
        if schema and not isinstance(reply.body, bytes):
            self._validate(self._without_wrong(reply.body), schema)

    def _without_wrong(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._without_wrong(each) for each in value]
        if isinstance(value, dict):
            return {name: self._without_wrong(each) for name, each in value.items() if name not in self._wrong}
        return value

    def _operation(self, request: Request) -> dict[str, Any]:
        for path, methods in self._document["paths"].items():
            pattern = self._prefix + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
            if re.fullmatch(pattern, request.path) and request.method.lower() in methods:
                found: dict[str, Any] = methods[request.method.lower()]
                return found
        raise Complaint(f"{request.method} {request.path} is not described")

    def _validate(self, value: object, schema: Mapping[str, Any]) -> None:
        whole = {**schema, "components": self._document["components"]}
        for error in Draft202012Validator(whole).iter_errors(value):
            raise Complaint(f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
