"""Brevo: https://developers.brevo.com/reference/createemailcampaign-1.

Its campaigns take no idempotency key; a campaign that was sent cannot be sent again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from sharekit.config import Settings as Table
from sharekit.config import described
from sharekit.errors import Refused
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
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sharekit.http import Answer
    from sharekit.mailers.base import State

PAGE = "sharekit help brevo"
PER_PAGE = 100
LARGEST = 1_000_000


class BrevoMailer(CampaignMailer):
    """Sends to the lists of ``settings.lists``."""

    kind, label = "brevo", "Brevo"
    aliases = ("sendinblue",)
    price = "Brevo's free plan sends 300 e-mails a day"
    SECRETS = (Credential(variable="SHAREKIT_BREVO_KEY", scope="campaigns of your account", page=PAGE),)

    class Settings(Table, frozen=True):
        """[mailers.brevo]"""

        lists: Annotated[
            tuple[int, ...],
            described("The ids of the lists (sharekit help brevo#lists).", example=[2, 5], required=True),
        ] = ()
        segments: Annotated[tuple[int, ...], described("The ids of segments: only their members get the issue.")] = ()
        url: Annotated[str, described("The address of the API.")] = "https://api.brevo.com/v3"

    LOGIN = "must be a key of this account, and the address that asks must be one that it allows"
    STATES: ClassVar[Mapping[str, State]] = {
        "draft": "draft",
        "queued": "scheduled",
        # Brevo reviews some campaigns before they leave, and then sends them by itself.
        **dict.fromkeys(("sent", "in_process", "in_review", "archive"), "out"),
    }
    LISTING = Listing(
        path="/emailCampaigns",
        rows="campaigns",
        total="count",
        html="htmlContent",
        address="shareLink",
        moments=("sentDate", "scheduledAt"),
        page="https://app.brevo.com/marketing-campaign/edit/{id}",
    )
    DIALECT = Dialect(unsubscribe="{{ unsubscribe }}", escape_html=escape_braces_html, escape_text=escape_braces)

    def _headers(self) -> dict[str, str]:
        return {"api-key": self._key.reveal()}

    def _hint(self, answer: Answer, path: str) -> str | None:
        return f"The account has no credit left for this many subscribers: {PAGE}" if answer.status == 402 else None

    def campaigns(self, marked: str) -> Iterator[Campaign]:
        return self._listed(type="classic", limit=PER_PAGE, sort="desc", excludeHtmlContent="true")

    def launch(self, campaign_id: str, letter: CampaignText, at: datetime | None) -> datetime | None:
        if at is None:
            self._call("POST", f"/emailCampaigns/{campaign_id}/sendNow")
            return None
        moment = in_utc(at, timespec="milliseconds")
        self._call("PUT", f"/emailCampaigns/{campaign_id}", json={"scheduledAt": moment})
        return at

    def rehearse(self, campaign_id: str, letter: CampaignText, addresses: Sequence[str]) -> None:
        self._call("POST", f"/emailCampaigns/{campaign_id}/sendTest", json={"emailTo": list(addresses)})

    def account(self) -> Account:
        """The account's name, its plan, and whether its credit is enough for the list."""
        account = self._object("GET", "/account")
        plans = [
            each for each in account.get("plan") or () if isinstance(each, dict) and each.get("creditsType") == "sendLimit"
        ]
        credit = sum(int(each.get("credits") or 0) for each in plans)
        needed = self.subscribers()
        facts = [counted(needed, "subscriber"), "keys do not end"]
        warnings = []
        if plans:
            kind = str(plans[0].get("type"))
            facts.append(f"plan {kind}, {credit} e-mails left" + (" today" if kind == "free" else ""))
            if credit < needed and kind != "subscription":
                message = f"the credit is for {credit} e-mails and the lists have {counted(needed, 'subscriber')}"
                warnings.append((message, f"Buy credit, or choose smaller lists: {PAGE}#plans"))
        return Account(
            name=str(account.get("companyName") or account.get("email") or ""), facts=tuple(facts), warnings=tuple(warnings)
        )

    def subscribers(self) -> int:
        found = [self._object("GET", f"/contacts/lists/{number}") for number in self._settings.lists]
        return sum(int(each.get("uniqueSubscribers", each.get("totalSubscribers", 0))) for each in found)

    def _fields(self, letter: CampaignText, mark: str) -> dict[str, Any]:
        if len(letter.html.encode()) > LARGEST:
            raise Refused(f"Brevo takes {LARGEST} bytes of HTML, and the issue has {len(letter.html.encode())}")
        recipients = {"listIds": list(self._settings.lists)}
        if self._settings.segments:
            recipients["segmentIds"] = list(self._settings.segments)
        return {
            "name": mark,
            "subject": letter.subject,
            "sender": {"name": letter.sender.name, "email": letter.sender.address},
            "replyTo": letter.sender.reply_to,
            "previewText": letter.preheader,
            "htmlContent": letter.html,
            "recipients": recipients,
        }
