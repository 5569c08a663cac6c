"""Meta's Graph API, which Facebook and Threads speak: https://developers.facebook.com/docs/graph-api/guides/error-handling.

Its errors stand in the body, ``{"error": {"code", "error_subcode", "message"}}``, under statuses that say little: a rate
limit comes as 400 or 403, an expired token as 400, and an error may come with 200.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from sharekit.errors import Refused, Unavailable
from sharekit.http import Answer, Client, Secret, retry_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

# Calls per app, per user, per page, per business use case, and "slow down" for abuse.
TOO_MANY = {"4", "17", "32", "341", "613", "80001", "80002"}
TOKEN_IS_WRONG = {"102", "190"}
MAY_NOT = {"10", "200", "299"}
STATUSES = (400, 401, 403)


class Graph:
    """One side of the Graph API: ``api`` with its version, and the token that goes along as a parameter."""

    def __init__(self, name: str, api: str, token: Secret, *, login: str, clock: Callable[[], datetime]) -> None:
        self.api = api
        self._name = name
        self._token = token
        self._login = login
        self._clock = clock
        self._client = Client(name, clock=clock, secrets=[token], login=login)

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """What is at ``path``. Raises Unavailable where the answer cannot be read."""
        answer = self._client.request("GET", self.api + path, params=self._with_token(query), also=STATUSES)
        body = answer.json()
        if not isinstance(body, dict) or "error" in body or answer.status in STATUSES:
            if answer.status == 200:
                raise Unavailable(f"{self._name} gave no readable answer: {self._client.redact(answer.words())}")
            self.fail(answer, harmless=True)
        return body

    def post(self, path: str, fields: Mapping[str, str], *, harmless: bool = False, files: Any = None) -> Answer:
        """Post a form; the answer is a success, or an error of the kinds that :meth:`code` tells apart."""
        return self._client.request(
            "POST", self.api + path, data=self._with_token(fields), files=files, harmless=harmless, also=STATUSES
        )

    def made(self, answer: Answer, *, harmless: bool = False) -> str:
        """The id of what was made. Raises what the answer means where there is none."""
        if answer.status in STATUSES:
            self.fail(answer, harmless=harmless)
        if not answer.field("id"):
            if harmless:
                raise Unavailable(
                    f"{self._name} answered {answer.status} without an id: {self._client.redact(answer.words())}"
                )
            self._client.unreadable(answer, "an id")
        return answer.field("id")

    def fail(self, answer: Answer, *, harmless: bool = False, hint: str | None = None) -> NoReturn:
        """Raise what an error of the Graph API means."""
        number = code(answer)
        message = f"{self._name} answered {answer.status}, error {number}: {self._client.redact(answer.words())}"
        if number in TOO_MANY:
            raise Unavailable(message, retry_at=retry_moment(answer.headers, self._clock()))
        if number in TOKEN_IS_WRONG | MAY_NOT:
            raise Refused(message, hint=hint or self._login)
        self._client.fail(answer, harmless=harmless, hint=hint)

    def _with_token(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, "access_token": self._token.reveal()}


def code(answer: Answer) -> str:
    """The error's code, empty where the answer holds none."""
    return answer.field("error", "code")
