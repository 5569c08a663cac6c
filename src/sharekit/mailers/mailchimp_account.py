"""The account at Mailchimp: where its data centre is, and what its answers mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sharekit.errors import ConfigError, Refused, Unavailable
from sharekit.http import Answer, Client, credential
from sharekit.mailers.base import api_address, paused
from sharekit.ports import Credential

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

PAGE = "sharekit help mailchimp"
MAILCHIMP = Credential(variable="SHAREKIT_MAILCHIMP_KEY", scope="campaigns of your account", page=PAGE)


class MailchimpAccount:
    """The account that the key in the environment belongs to. ``url`` overrides the address that the key names."""

    def __init__(self, url: str | None, *, name: str, environment: Mapping[str, str], clock: Callable[[], datetime]) -> None:
        """Raises ConfigError for a missing key, and for one that was not copied whole."""
        key = credential(MAILCHIMP, "mailchimp", name, environment)
        self._variable = key.name
        self._auth = ("sharekit", key.reveal())
        centre = key.reveal().rpartition("-")[2]
        if url is None and not re.fullmatch(r"[a-z]{2}\d+", centre):
            raise ConfigError(f"{key.name} does not end in its data centre, such as -us21", hint=f"Copy it whole: {PAGE}")
        self._url = api_address(url or f"https://{centre}.api.mailchimp.com/3.0", setting=f"mailers.{name}.url")
        login = f"{key.name} is a key of another account, or was revoked: {PAGE}"
        self._client = Client("Mailchimp", clock=clock, secrets=[key], login=login, api=True)

    def object(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        """The JSON object that answers a request. Raises as :meth:`call`, and Unavailable where there is none."""
        answer = self.call(method, path, **content)
        found = answer.json()
        if not isinstance(found, dict):
            raise Unavailable(f"Mailchimp gave no readable answer: {self._client.redact(answer.words())}")
        return found

    def call(self, method: str, path: str, *, also: tuple[int, ...] = (), **content: Any) -> Answer:
        """Send one request; an answer with a status in ``also`` is the caller's to judge.

        Raises Refused, ChannelPaused, Unavailable or OutcomeUnknown, in Mailchimp's own words.
        """
        answer = self._client.request(method, self._url + path, auth=self._auth, also=(*range(400, 405), *also), **content)
        if answer.status in also:
            return answer
        if answer.status in (401, 402, 403):
            raise paused(self._client, answer)
        if answer.status == 404 and path.startswith("/lists/"):
            raise Refused(
                f"Mailchimp knows no audience {path.rpartition('/')[2]}: {self._client.redact(answer.words())}",
                hint=f"{self._variable} may be of another account, or list is not the audience's id: {PAGE}#audience",
            )
        if answer.status >= 400:
            # RFC 7807; what is wrong with which field stands in a list of its own.
            fields = member(answer.json(), "errors")
            named = [f"{each.get('field')}: {each.get('message')}" for each in fields or () if isinstance(each, dict)]
            said = "; ".join([answer.field("detail") or answer.words(), *named])
            raise Refused(f"Mailchimp answered {answer.status}: {self._client.redact(said)}")
        return answer


def member(node: Any, *path: str) -> Any:
    """What is at ``path`` of a JSON value; None where there is nothing."""
    for name in path:
        node = node.get(name) if isinstance(node, dict) else None
    return node
