"""Buttondown: https://docs.buttondown.com/api-emails-introduction, as its OpenAPI description says.

Every request takes an idempotency key, and an e-mail's metadata has room for our mark.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from sharekit.config import Settings as Table
from sharekit.config import described
from sharekit.errors import ChannelPaused, Refused
from sharekit.mailers.base import (
    Campaign,
    CampaignMailer,
    CampaignText,
    Dialect,
    Listing,
    escape_braces,
    escape_braces_html,
    in_utc,
)
from sharekit.ports import Account, Credential
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sharekit.http import Answer
    from sharekit.mailers.base import State

PAGE = "sharekit help buttondown"
VERSION = "2026-04-01"
# The body is HTML, whatever it looks like.
FANCY = "<!-- buttondown-editor-mode: fancy -->\n"
# Without it a key's first sending is refused; that a person wants it was said by who called us.
LIVE = {"x-buttondown-live-dangerously": "true"}


class ButtondownMailer(CampaignMailer):
    """Sends to the subscribers of the newsletter that the key belongs to."""

    kind, label = "buttondown", "Buttondown"
    price = "Buttondown's API is part of its paid plans"
    SECRETS = (Credential(variable="SHAREKIT_BUTTONDOWN_KEY", scope="emails: read and write", page=PAGE),)

    class Settings(Table, frozen=True):
        """[mailers.buttondown]"""

        template: Annotated[
            Literal["naked", "classic", "modern", "plaintext"],
            described("Buttondown's template around the issue; `naked` adds nothing."),
        ] = "naked"
        tag: Annotated[str | None, described("The id of a tag: only its subscribers get the issue.")] = None
        url: Annotated[str, described("The address of the API.")] = "https://api.buttondown.com/v1"

    ABOUT_THE_ACCOUNT = ("email_not_confirmed", "pay_per_email_billing_locked")
    LOGIN = "must be a key of this newsletter that may write e-mails"
    STATES: ClassVar[Mapping[str, State]] = {
        "draft": "draft",
        "scheduled": "scheduled",
        **dict.fromkeys(("about_to_send", "in_flight", "sent", "throttled", "resending"), "out"),
    }
    LISTING = Listing(
        path="/emails",
        rows="results",
        total="count",
        name="metadata.sharekit",
        html="body",
        address="absolute_url",
        moments=("publish_date",),
        page="https://buttondown.com/emails/{id}",
    )
    DIALECT = Dialect(unsubscribe="{{ unsubscribe_url }}", escape_html=escape_braces_html, escape_text=escape_braces)

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Token {self._key.reveal()}", "x-api-version": VERSION}

    def _said(self, answer: Answer) -> str:
        code = answer.field("code")
        return answer.words() + (f" ({code})" if code else "")

    def _hint(self, answer: Answer, path: str) -> str | None:
        unconfirmed = answer.field("code") == "email_not_confirmed"
        return f"Confirm the address of the account first: {PAGE}" if unconfirmed else None

    def campaigns(self, marked: str) -> Iterator[Campaign]:
        return self._listed(position="page", ordering="-creation_date", excluded_fields="body")

    def words(self, campaign_id: str) -> tuple[str, str]:
        subject, body = super().words(campaign_id)
        return subject, body.removeprefix(FANCY)

    def create(self, letter: CampaignText, mark: Callable[[str], str]) -> str:
        marked = mark(letter.fingerprint)
        fields = {**self._fields(letter, marked), "status": "draft"}
        return self._made("POST", "/emails", json=fields, headers=self._once("create", marked))

    def update(self, campaign_id: str, letter: CampaignText, mark: Callable[[str], str]) -> None:
        fields = self._fields(letter, mark(letter.fingerprint))
        self._call("PATCH", f"/emails/{campaign_id}", json=fields, harmless=True)

    def launch(self, campaign_id: str, letter: CampaignText, at: datetime | None) -> datetime | None:
        if at is None:
            self._call("POST", f"/emails/{campaign_id}/publish", json={}, headers=self._once("publish", campaign_id) | LIVE)
            return None
        fields = {"status": "scheduled", "publish_date": in_utc(at)}
        self._call("PATCH", f"/emails/{campaign_id}", json=fields, headers=self._once("schedule", campaign_id) | LIVE)
        return at

    def rehearse(self, campaign_id: str, letter: CampaignText, addresses: Sequence[str]) -> None:
        self._call("POST", f"/emails/{campaign_id}/send-draft", json={"recipients": list(addresses)})

    def account(self) -> Account:
        """The account's name."""
        facts = (counted(self.subscribers(), "subscriber"), "keys do not end")
        try:
            name = str(self._object("GET", "/accounts/me").get("username") or "")
        except (ChannelPaused, Refused):
            name = ""  # a key may be for e-mails alone
        return Account(name=name, facts=facts)

    def subscribers(self) -> int:
        query = {"type": "regular"} | ({"tag": self._settings.tag} if self._settings.tag else {})
        return int(self._object("GET", "/subscribers", params=query).get("count", 0))

    def _once(self, verb: str, what: str) -> dict[str, str]:
        # The hour is in it: an answer that Buttondown remembers, such as a refusal, must not outlive its cause.
        key = hashlib.sha256(f"{verb} {what} {self._clock():%Y-%m-%dT%H}".encode()).hexdigest()
        return {"x-idempotency-key": key}

    def _fields(self, letter: CampaignText, mark: str) -> dict[str, Any]:
        fields = {
            "subject": letter.subject,
            "description": letter.preheader,
            "body": FANCY + letter.html,
            "template": self._settings.template,
            "metadata": {"sharekit": mark},
        }
        if self._settings.tag:
            only = {"field": "subscriber.tags", "operator": "contains", "value": self._settings.tag}
            fields["filters"] = {"filters": [only], "groups": [], "predicate": "and"}
        return fields
