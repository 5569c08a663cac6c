"""Meta's Graph API, which Facebook and Threads speak: https://developers.facebook.com/docs/graph-api/guides/error-handling.

Its errors stand in the body, ``{"error": {"code", "error_subcode", "message"}}``, under statuses that say little: a rate
limit comes as 400 or 403, an expired token as 400, and an error may come with 200.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from sharekit.errors import ChannelPaused, OutcomeUnknown, Refused, SharekitError, Unavailable
from sharekit.http import Answer, Client, Secret, retry_moment
from sharekit.ports import SOON, Account

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

# Not final: calls per app, per user, per page, of the account (9), per business use case, and blocked for a while (368).
LATER = {"4", "9", "17", "32", "341", "368", "613", *map(str, range(80000, 80015))}
# Threads does not find the container that it has just made: nothing was published.
NOT_READY = ("24", "4279009")
# It may be out or not: "unknown error" and "service temporarily unavailable".
NOBODY_KNOWS = {"1", "2"}
# The session, the token and what they may do (10, 200 to 299: permissions; 3: capability; 12, 2635: a version that ended).
ABOUT_THE_ACCOUNT = {"3", "10", "12", "102", "104", "190", "2635", *map(str, range(200, 300))}
# "Object does not exist, cannot be loaded due to missing permissions", and an unknown alias: the page is another's.
NOT_OURS = {("100", "33"), ("803", "")}
REGAINED = re.compile(r'"estimated_time_to_regain_access"\s*:\s*(\d{1,6})\b')
STATUSES = (400, 401, 403, 404)


class Graph:
    """The Graph API at ``api`` (with its version); the token goes along as a parameter."""

    def __init__(self, name: str, api: str, token: Secret, *, login: str, clock: Callable[[], datetime]) -> None:
        self.api = api
        self._name = name
        self._token = token
        self._login = login
        self._clock = clock
        self._client = Client(name, clock=clock, secrets=[token], login=login, api=True)

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """What is at ``path``. Raises Unavailable where the answer cannot be read, else as :meth:`fail`."""
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
        number, detail = code(answer), answer.field("error", "error_subcode")
        message = f"{self._name} answered {answer.status}, error {number}: {self._client.redact(answer.words())}"
        if number in LATER or (number, detail) == NOT_READY or _is_transient(answer):
            raise Unavailable(message, retry_at=_regained_at(answer, self._clock()))
        if number in ABOUT_THE_ACCOUNT or (number, detail) in NOT_OURS:
            raise ChannelPaused(message, hint=self._login)
        if number in NOBODY_KNOWS:
            raise (Unavailable if harmless else OutcomeUnknown)(message)
        self._client.fail(answer, harmless=harmless, hint=hint)

    def account(self, name: str, needed: Collection[str]) -> Account:
        """What the token is: its scopes, and when it ends (graph-api/reference/debug_token).

        Raises ChannelPaused for one that is not valid, or lacks one of the ``needed`` scopes.
        """
        try:
            data = self.get("/debug_token", input_token=self._token.reveal()).get("data")
        except (Refused, ChannelPaused):
            data = None  # not every app lets a token ask for itself; another answer showed that it works
        if not isinstance(data, dict):
            return Account(name=name, facts=(f"{self._name} does not tell what the token may do, and when it ends",))
        if data.get("is_valid") is False:
            raise ChannelPaused(f"{self._name} says that the token is not valid (any more)", hint=self._login)
        scopes = data.get("scopes")
        if isinstance(scopes, list) and (missing := [each for each in needed if each not in scopes]):
            raise ChannelPaused(f"the token of {name} may not {', '.join(missing)}", hint=self._login)
        moments = [data.get("expires_at"), data.get("data_access_expires_at")]
        ends = min((int(each) for each in moments if isinstance(each, int) and each > 0), default=None)
        app = f"posts through the app {data['application']}" if data.get("application") else "posts through an app"
        return Account(name=name, ends=datetime.fromtimestamp(ends, UTC) if ends else None, facts=(app,))

    def ending(self) -> str:
        """A note where the token ends within :data:`SOON`; empty where it does not, or where nobody can tell."""
        try:
            ends = self.account("", ()).ends
        except SharekitError:
            return ""
        return f"the token ends on {ends:%d %b %Y}. {self._login}" if ends and ends - self._clock() < SOON else ""

    def is_gone(self, number: str) -> bool:
        """Whether what has this id is certainly not there (any more)."""
        answer = self._client.request(
            "GET", f"{self.api}/{number}", params=self._with_token({"fields": "id"}), also=STATUSES
        )
        missing = code(answer) == "24" or (code(answer), answer.field("error", "error_subcode")) == ("100", "33")
        return answer.status in STATUSES and missing

    def _with_token(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, "access_token": self._token.reveal()}


def code(answer: Answer) -> str:
    """The error's code, empty where the answer holds none."""
    return answer.field("error", "code")


def _is_transient(answer: Answer) -> bool:
    body = answer.json()
    error = body.get("error") if isinstance(body, dict) else None
    return isinstance(error, dict) and error.get("is_transient") is True


def _regained_at(answer: Answer, now: datetime) -> datetime | None:
    """When the limit ends: Retry-After, else the minutes of X-Business-Use-Case-Usage (graph-api/overview/rate-limiting)."""
    found = [int(minutes) for minutes in REGAINED.findall(answer.headers.get("x-business-use-case-usage", ""))]
    return retry_moment(answer.headers, now) or (now + timedelta(minutes=max(found)) if any(found) else None)
