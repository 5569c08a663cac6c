"""Buttondown: https://docs.buttondown.com/api-emails-introduction, as its OpenAPI description says.

Every request takes an idempotency key, and an e-mail's metadata has room for our mark.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from sharekit.config import Settings as Table
from sharekit.config import described
from sharekit.errors import ChannelPaused, ConfigError, Refused, Unavailable
from sharekit.http import Answer, Client, credential
from sharekit.mailers.base import (
    Campaign,
    CampaignMailer,
    CampaignText,
    Dialect,
    api_address,
    escape_braces,
    escape_braces_html,
    paused,
    utc_now,
)
from sharekit.ports import Account, Credential

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sharekit.config import IssueSettings
    from sharekit.model import Site

PAGE = "sharekit help buttondown"
VERSION = "2026-04-01"
# The body is HTML, whatever it looks like.
FANCY = "<!-- buttondown-editor-mode: fancy -->\n"
STATES = {
    "draft": "draft",
    "scheduled": "scheduled",
    **dict.fromkeys(("about_to_send", "in_flight", "sent", "throttled", "resending"), "out"),
}


class ButtondownMailer(CampaignMailer):
    """Sends to the subscribers of the newsletter that the key belongs to."""

    kind, label = "buttondown", "Buttondown"
    price = "Buttondown's API is part of its paid plans"
    SECRETS = (Credential(variable="SHAREKIT_BUTTONDOWN_KEY", scope="emails: read and write", page=PAGE),)

    class Settings(Table, frozen=True):
        """[mailers.buttondown]"""

        template: Annotated[
            Literal["naked", "classic", "modern", "plaintext"],
            described("Buttondown's frame around the issue; `naked` leaves it as it is."),
        ] = "naked"
        tag: Annotated[str | None, described("The id of a tag: only its subscribers get the issue.")] = None
        url: Annotated[str, described("The address of the API.")] = "https://api.buttondown.com/v1"

    NAME = "Buttondown"
    DIALECT = Dialect(unsubscribe="{{ unsubscribe_url }}", escape_html=escape_braces_html, escape_text=escape_braces)

    def __init__(
        self,
        settings: Settings,
        *,
        environment: Mapping[str, str],
        root: Path,
        site: Site,
        issue: IssueSettings,
        name: str = "buttondown",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Raises ConfigError for a missing key. ``root`` is not looked at: nothing is kept in files."""
        super().__init__(site=site, issue=issue, clock=clock)
        self._settings = settings
        self._url = api_address(settings.url, setting=f"mailers.{name}.url")
        key = credential(self.SECRETS[0], self.kind, name, environment)
        self._headers = {"authorization": f"Token {key.reveal()}", "x-api-version": VERSION}
        login = f"{key.name} must be a key of this newsletter that may write e-mails: {PAGE}"
        self._client = Client(self.NAME, clock=clock, secrets=[key], login=login, api=True)

    def campaigns(self, marked: str) -> Iterator[Campaign]:
        """Metadata cannot be asked for, so all e-mails are read, newest first and without their bodies."""
        page = 1
        while True:
            query = {"ordering": "-creation_date", "excluded_fields": "body", "page": page}
            answer = self._call("GET", "/emails", params=query)
            listed = answer.json()
            if not isinstance(listed, dict) or not isinstance(listed.get("results"), list):
                raise Unavailable(f"Buttondown did not list the e-mails: {answer.words()}")
            yield from map(_campaign, listed["results"])
            if not listed.get("next"):
                return
            page += 1

    def campaign(self, campaign_id: str) -> Campaign:
        return _campaign(self._object("GET", f"/emails/{campaign_id}"))

    def words(self, campaign_id: str) -> tuple[str, str]:
        there = self._object("GET", f"/emails/{campaign_id}")
        return str(there.get("subject", "")), str(there.get("body", "")).removeprefix(FANCY)

    def create(self, letter: CampaignText, mark: Callable[[str], str]) -> str:
        fields = {**self._fields(letter, mark), "status": "draft"}
        made = self._object(
            "POST", "/emails", json=fields, once=self._once("create", mark(letter.fingerprint)), harmless=True
        )
        if not made.get("id"):
            raise Unavailable("Buttondown answered without the id of the e-mail")
        return str(made["id"])

    def update(self, campaign_id: str, letter: CampaignText, mark: Callable[[str], str]) -> None:
        self._call("PATCH", f"/emails/{campaign_id}", json=self._fields(letter, mark), harmless=True)

    def launch(self, campaign_id: str, letter: CampaignText, at: datetime | None) -> datetime | None:
        if at is None:
            self._call("POST", f"/emails/{campaign_id}/publish", json={}, once=self._once("publish", campaign_id), live=True)
            return None
        moment = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        fields = {"status": "scheduled", "publish_date": moment}
        self._call("PATCH", f"/emails/{campaign_id}", json=fields, once=self._once("schedule", campaign_id), live=True)
        return at

    def rehearse(self, campaign_id: str, letter: CampaignText, addresses: Sequence[str]) -> None:
        self._call("POST", f"/emails/{campaign_id}/send-draft", json={"recipients": list(addresses)})

    def account(self) -> Account:
        """The account's name."""
        facts = (f"{self.subscribers()} subscribers", "keys do not end")
        try:
            name = str(self._object("GET", "/accounts/me").get("username") or "")
        except (ChannelPaused, Refused):
            name = ""  # a key may be for e-mails alone
        return Account(name=name, facts=facts)

    def subscribers(self) -> int:
        query = {"type": "regular"} | ({"tag": self._settings.tag} if self._settings.tag else {})
        return int(self._object("GET", "/subscribers", params=query).get("count", 0))

    def _once(self, verb: str, what: str) -> str:
        # The hour is in it: an answer that Buttondown remembers, such as a refusal, must not outlive its cause.
        return hashlib.sha256(f"{verb} {what} {self._clock():%Y-%m-%dT%H}".encode()).hexdigest()

    def _fields(self, letter: CampaignText, mark: Callable[[str], str]) -> dict[str, Any]:
        fields = {
            "subject": letter.subject,
            "description": letter.preheader,
            "body": FANCY + letter.html,
            "template": self._settings.template,
            "metadata": {"sharekit": mark(letter.fingerprint)},
        }
        if self._settings.tag:
            only = {"field": "subscriber.tags", "operator": "contains", "value": self._settings.tag}
            fields["filters"] = {"filters": [only], "groups": [], "predicate": "and"}
        return fields

    def _object(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        answer = self._call(method, path, **content)
        found = answer.json()
        if not isinstance(found, dict):
            raise Unavailable(f"Buttondown gave no readable answer: {self._client.redact(answer.words())}")
        return found

    def _call(self, method: str, path: str, *, once: str = "", live: bool = False, **content: Any) -> Answer:
        headers = dict(self._headers)
        if once:
            headers["x-idempotency-key"] = once
        if live:
            # Without it a key's first sending is refused; that a person wants it was said by who called us.
            headers["x-buttondown-live-dangerously"] = "true"
        answer = self._client.request(method, self._url + path, headers=headers, also=range(400, 404), **content)
        if answer.status in (401, 402, 403):
            raise paused(self._client, answer)
        if answer.status == 400:
            raise self._refusal(answer)
        return answer

    def _refusal(self, answer: Answer) -> Exception:
        said = self._client.redact(answer.words())
        code = answer.field("code")
        message = f"Buttondown answered 400: {said}" + (f" ({code})" if code else "")
        if code == "email_not_confirmed":
            return ConfigError(message, hint=f"Confirm the address of the account first: {PAGE}")
        return Refused(message)


def _campaign(listed: Mapping[str, Any]) -> Campaign:
    status = str(listed.get("status", ""))
    at = listed.get("publish_date")
    metadata = listed.get("metadata")
    return Campaign(
        id=str(listed["id"]),
        mark=str(metadata.get("sharekit", "")) if isinstance(metadata, dict) else "",
        state=STATES.get(status, "stopped"),  # type: ignore[arg-type]  # the values are the four states
        said=status.replace("_", " "),
        url=listed.get("absolute_url") or None,
        place=f"https://buttondown.com/emails/{listed['id']}",
        at=datetime.fromisoformat(at) if at and status != "draft" else None,
    )
