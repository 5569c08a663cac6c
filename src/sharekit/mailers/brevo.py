"""Brevo: https://developers.brevo.com/reference/createemailcampaign-1.

Its campaigns take no idempotency key; a campaign that was sent cannot be sent again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from sharekit.config import FILE_NAME, described
from sharekit.config import Settings as Table
from sharekit.errors import ConfigError, Refused, Unavailable
from sharekit.http import Client, credential
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

PAGE = "sharekit help brevo"
PER_PAGE = 100
LARGEST = 1_000_000
STATES = {
    "draft": "draft",
    "queued": "scheduled",
    # Brevo reviews some campaigns before they leave, and then sends them by itself.
    **dict.fromkeys(("sent", "in_process", "in_review", "archive"), "out"),
}


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
            described("The numbers of the lists (sharekit help brevo#lists).", example=[2, 5], required=True),
        ] = ()
        segments: Annotated[tuple[int, ...], described("The numbers of segments: only they get the issue.")] = ()
        url: Annotated[str, described("The address of the API.")] = "https://api.brevo.com/v3"

    NAME = "Brevo"
    DIALECT = Dialect(unsubscribe="{{ unsubscribe }}", escape_html=escape_braces_html, escape_text=escape_braces)

    def __init__(
        self,
        settings: Settings,
        *,
        environment: Mapping[str, str],
        root: Path,
        site: Site,
        issue: IssueSettings,
        name: str = "brevo",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Raises ConfigError for a missing key or list. ``root`` is not looked at: nothing is kept in files."""
        super().__init__(site=site, issue=issue, clock=clock)
        if not settings.lists:
            hint = f"Their numbers stand beside their names: {PAGE}#lists"
            raise ConfigError(f"[mailers.{name}] lists is not set", path=FILE_NAME, hint=hint)
        self._settings = settings
        self._url = api_address(settings.url, setting=f"mailers.{name}.url")
        key = credential(self.SECRETS[0], self.kind, name, environment)
        self._headers = {"api-key": key.reveal()}
        login = f"{key.name} must be a key of this account, and the address that asks must be one that it allows: {PAGE}"
        self._client = Client(self.NAME, clock=clock, secrets=[key], login=login, api=True)

    def campaigns(self, marked: str) -> Iterator[Campaign]:
        """Names cannot be asked for, so all campaigns are read, newest first and without their HTML."""
        query: dict[str, Any] = {"type": "classic", "limit": PER_PAGE, "offset": 0, "sort": "desc"}
        query["excludeHtmlContent"] = "true"
        while True:
            data = self._data("GET", "/emailCampaigns", params=query)
            listed = data.get("campaigns", [] if data.get("count") == 0 else None)
            if not isinstance(listed, list):
                raise Unavailable("Brevo did not list the campaigns")
            yield from map(_campaign, listed)
            query["offset"] += len(listed)
            if not listed or query["offset"] >= int(data.get("count", 0)):
                return

    def campaign(self, campaign_id: str) -> Campaign:
        return _campaign(self._data("GET", f"/emailCampaigns/{campaign_id}"))

    def words(self, campaign_id: str) -> tuple[str, str]:
        there = self._data("GET", f"/emailCampaigns/{campaign_id}")
        return str(there.get("subject", "")), str(there.get("htmlContent", ""))

    def create(self, letter: CampaignText, mark: Callable[[str], str]) -> str:
        fields = self._fields(letter, mark(letter.fingerprint))
        made = self._data("POST", "/emailCampaigns", json=fields, harmless=True).get("id")
        if not made:
            raise Unavailable("Brevo answered without the id of the campaign")
        return str(made)

    def update(self, campaign_id: str, letter: CampaignText, mark: Callable[[str], str]) -> None:
        fields = self._fields(letter, mark(letter.fingerprint))
        self._data("PUT", f"/emailCampaigns/{campaign_id}", json=fields, harmless=True)

    def launch(self, campaign_id: str, letter: CampaignText, at: datetime | None) -> datetime | None:
        if at is None:
            self._data("POST", f"/emailCampaigns/{campaign_id}/sendNow")
            return None
        moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._data("PUT", f"/emailCampaigns/{campaign_id}", json={"scheduledAt": moment})
        return at

    def rehearse(self, campaign_id: str, letter: CampaignText, addresses: Sequence[str]) -> None:
        self._data("POST", f"/emailCampaigns/{campaign_id}/sendTest", json={"emailTo": list(addresses)})

    def account(self) -> Account:
        """The account's name, its plan, and whether its credit is enough for the list."""
        account = self._data("GET", "/account")
        plans = [
            each for each in account.get("plan") or () if isinstance(each, dict) and each.get("creditsType") == "sendLimit"
        ]
        credit = sum(int(each.get("credits") or 0) for each in plans)
        needed = self.subscribers()
        facts = [f"{needed} subscribers", "keys do not end"]
        warnings = []
        if plans:
            kind = str(plans[0].get("type"))
            facts.append(f"plan {kind}, {credit} e-mails left" + (" today" if kind == "free" else ""))
            if credit < needed and kind != "subscription":
                message = f"the credit is for {credit} e-mails and the lists have {needed} subscribers"
                warnings.append((message, f"Buy credit, or choose smaller lists: {PAGE}#plans"))
        return Account(
            name=str(account.get("companyName") or account.get("email") or ""), facts=tuple(facts), warnings=tuple(warnings)
        )

    def subscribers(self) -> int:
        found = [self._data("GET", f"/contacts/lists/{number}") for number in self._settings.lists]
        return sum(int(each.get("uniqueSubscribers", each.get("totalSubscribers", 0))) for each in found)

    def _fields(self, letter: CampaignText, name: str) -> dict[str, Any]:
        if len(letter.html.encode()) > LARGEST:
            raise Refused(f"Brevo takes {LARGEST} bytes of HTML, and the issue has {len(letter.html.encode())}")
        recipients = {"listIds": list(self._settings.lists)}
        if self._settings.segments:
            recipients["segmentIds"] = list(self._settings.segments)
        return {
            "name": name,
            "subject": letter.subject,
            "sender": {"name": letter.sender.name, "email": letter.sender.address},
            "replyTo": letter.sender.reply_to,
            "previewText": letter.preheader,
            "htmlContent": letter.html,
            "recipients": recipients,
        }

    def _data(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        answer = self._client.request(method, self._url + path, headers=self._headers, also=range(400, 405), **content)
        if answer.status in (401, 402, 403):
            credit = f"The account has no credit left for this many subscribers: {PAGE}" if answer.status == 402 else None
            raise paused(self._client, answer, credit)
        if answer.status in (400, 404):
            raise Refused(f"Brevo answered {answer.status}: {self._client.redact(answer.words())}")
        found = answer.json()
        if method == "GET" and not isinstance(found, dict):
            raise Unavailable(f"Brevo gave no readable answer: {self._client.redact(answer.words())}")
        return found if isinstance(found, dict) else {}


def _campaign(listed: Mapping[str, Any]) -> Campaign:
    status = str(listed.get("status", ""))
    at = listed.get("sentDate") or listed.get("scheduledAt")
    return Campaign(
        id=str(listed["id"]),
        mark=str(listed.get("name", "")),
        state=STATES.get(status, "stopped"),  # type: ignore[arg-type]  # the values are the four states
        said={"queued": "scheduled", "in_process": "being sent"}.get(status, status),
        url=listed.get("shareLink") or None,
        place=f"https://app.brevo.com/marketing-campaign/edit/{listed['id']}",
        at=datetime.fromisoformat(str(at)) if at and status != "draft" else None,
    )
