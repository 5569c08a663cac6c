"""Meta's Graph API, which Facebook and Threads speak: https://developers.facebook.com/docs/graph-api/guides/error-handling.

Its errors stand in the body, ``{"error": {"code", "error_subcode", "message"}}``, under statuses that say little: a rate
limit comes as 400 or 403, an expired token as 400, and an error may come with 200.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from sharekit.channels.base import ApiChannel, Posted, look_up, moment
from sharekit.errors import ChannelPaused, OutcomeUnknown, Refused, SharekitError, Unavailable
from sharekit.http import retry_moment
from sharekit.model import Receipt
from sharekit.ports import SOON, Account

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sharekit.http import Answer
    from sharekit.model import Share
    from sharekit.ports import Lookup

# Not final: calls per app, per user, per page, of the account (9), per business use case, and blocked for a while (368).
LATER = {"4", "9", "17", "32", "341", "368", "613", *map(str, range(80000, 80015))}
# Threads does not find the container that it has just made: nothing was published.
NOT_READY = ("24", "4279009")
# It may be out or not: "unknown error" and "service temporarily unavailable".
NOBODY_KNOWS = {"1", "2"}
# The session, the token and what they may do (10, 200 to 299: permissions; 3: capability).
ABOUT_THE_ACCOUNT = {"3", "10", "102", "104", "190", *map(str, range(200, 300))}
A_VERSION_THAT_ENDED = {"12", "2635"}
# "Object does not exist, cannot be loaded due to missing permissions", and an unknown alias: the page is another's.
NOT_OURS = {("100", "33"), ("803", "")}
REGAINED = re.compile(r'"estimated_time_to_regain_access"\s*:\s*(\d{1,6})\b')
STATUSES = (400, 401, 403, 404)
LISTED = 50


class GraphChannel(ApiChannel):
    """A channel of Meta's. The token goes along as a parameter.

    ``FIELDS`` are what its posts call their words, their address, their moment and what they link to.
    """

    FIELDS: ClassVar[tuple[str, str, str, str]]

    def _headers(self) -> dict[str, str]:
        return {}

    def _get(self, path: str, **query: str | int) -> dict[str, Any]:
        """What is at ``path``. Raises Unavailable where the answer cannot be read, else as :meth:`_fail`."""
        answer = self._call("GET", path, params=self._with_token(query), also=STATUSES)
        body = answer.json()
        if not isinstance(body, dict) or "error" in body or answer.status in STATUSES:
            if answer.status == 200:
                raise Unavailable(f"{self.label} gave no readable answer: {self._client.redact(answer.words())}")
            self._fail(answer, harmless=True)
        return body

    def _post(self, path: str, fields: Mapping[str, str], *, harmless: bool = False, files: Any = None) -> Answer:
        """Post a form; the answer is a success, or an error of the kinds that :func:`code` tells apart."""
        return self._call("POST", path, data=self._with_token(fields), files=files, harmless=harmless, also=STATUSES)

    def _id_of(self, answer: Answer, *, harmless: bool = False) -> str:
        """The id of what was made. Raises what the answer means where there is none."""
        if answer.status in STATUSES:
            self._fail(answer, harmless=harmless)
        if harmless:
            return self._needed(answer, "id")
        if not answer.field("id"):
            self._client.unreadable(answer, "an id")
        return answer.field("id")

    def _fail(self, answer: Answer, *, harmless: bool = False, hint: str | None = None) -> NoReturn:
        """Raise what an error of the Graph API means."""
        number, detail = code(answer), answer.field("error", "error_subcode")
        message = f"{self.label} answered {answer.status}, error {number}: {self._client.redact(answer.words()).rstrip('.')}"
        if number in LATER or (number, detail) == NOT_READY or _is_transient(answer):
            raise Unavailable(message, retry_at=_regained_at(answer, self._clock()))
        if number in A_VERSION_THAT_ENDED:
            raise ChannelPaused(message, hint=f"Set the version in {self._table} to one that works.")
        if number in ABOUT_THE_ACCOUNT or (number, detail) in NOT_OURS:
            raise ChannelPaused(message, hint=self._client.login)
        if number in NOBODY_KNOWS:
            raise (Unavailable if harmless else OutcomeUnknown)(message)
        self._client.fail(answer, harmless=harmless, hint=hint)

    def _account(self, name: str, needed: Collection[str]) -> Account:
        """What the token is: its scopes, and when it ends (graph-api/reference/debug_token).

        Raises ChannelPaused for one that is not valid, or lacks one of the ``needed`` scopes.
        """
        try:
            data = self._get("/debug_token", input_token=self._secrets[0].reveal()).get("data")
        except (Refused, ChannelPaused):
            data = None  # not every app lets a token ask for itself; another answer showed that it works
        if not isinstance(data, dict):
            return Account(name=name, facts=(f"{self.label} does not say what the token may do or when it expires",))
        if data.get("is_valid") is False:
            raise ChannelPaused(f"{self.label} says that the token is not valid, or no longer", hint=self._client.login)
        scopes = data.get("scopes")
        if isinstance(scopes, list) and (missing := [each for each in needed if each not in scopes]):
            raise ChannelPaused(f"the token of {name} may not {', '.join(missing)}", hint=self._client.login)
        moments = [data.get("expires_at"), data.get("data_access_expires_at")]
        ends = min((int(each) for each in moments if isinstance(each, int) and each > 0), default=None)
        app = f"posts through the app {data['application']}" if data.get("application") else "posts through an app"
        return Account(name=name, ends=datetime.fromtimestamp(ends, UTC) if ends else None, facts=(app,))

    def _ending(self) -> str:
        """A note where the token ends within :data:`SOON`; empty where it does not, or where nobody can tell."""
        try:
            ends = self._account("", ()).ends
        except SharekitError:
            return ""
        return f"the token expires on {ends:%d %b %Y}. {self._client.login}" if ends and ends - self._clock() < SOON else ""

    def _look_up(self, path: str, share: Share, *, complete: bool = True) -> Lookup:
        """What the account's posts since the attempt say; ``complete`` as :func:`look_up` takes it."""
        words, address, time, _ = self.FIELDS
        since = int(share.earliest.timestamp())
        body = self._get(path, fields=f"id,{','.join(self.FIELDS)}", since=since, limit=LISTED)
        listed: list[dict[str, Any]] = body.get("data") or []
        posts = [
            Posted(
                receipt=self._receipt(str(post["id"]), post.get(address), moment(post.get(time), share.earliest)),
                texts=[str(post.get(words, ""))],
                shown=f"{post.get(words, '')} {self._linked(post)}",
            )
            for post in listed
        ]
        return look_up(share, posts, complete=complete and "data" in body and len(listed) < LISTED)

    @abstractmethod
    def _linked(self, post: Mapping[str, Any]) -> str:
        """The link of a post, which its words need not hold."""

    def _receipt(self, number: str, url: str | None, at: datetime, note: str = "") -> Receipt:
        return Receipt(id=number, url=url, at=at, detail={"note": note} if note else {})

    def _with_token(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**values, "access_token": self._secrets[0].reveal()}


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
