"""Mailchimp: https://mailchimp.com/developer/marketing/api/campaigns/.

It has no idempotency key. A campaign is made in three requests (its settings, its content, and the mark that both are
ours), so one that was broken off in between is known by its mark and written anew.
"""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from sharekit.config import Settings as Table
from sharekit.config import described
from sharekit.errors import ConfigError, Refused
from sharekit.mailers.base import WRITING, Campaign, CampaignMailer, CampaignText, Dialect, Listing, in_utc, member
from sharekit.ports import Account, Credential
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sharekit.http import Answer
    from sharekit.mailers.base import State

PAGE = "sharekit help mailchimp"
PER_PAGE = 500
QUARTER = timedelta(minutes=15)
SHOWN = "campaigns.id,campaigns.status,campaigns.settings.title,campaigns.archive_url,campaigns.web_id,campaigns.send_time"


def escape(text: str) -> str:
    """HTML in which Mailchimp finds no merge tag."""
    return text.replace("*|", "*&#124;")


def escape_text(text: str) -> str:
    """Plain text in which Mailchimp finds no merge tag: it knows no escape there, so the two signs are set apart."""
    return text.replace("*|", "* |")


class MailchimpMailer(CampaignMailer):
    """Sends to the audience of ``settings.list``."""

    kind, label = "mailchimp", "Mailchimp"
    price = "Mailchimp's free plan cannot schedule; sharekit deliver sends on the day all the same"
    SECRETS = (Credential(variable="SHAREKIT_MAILCHIMP_KEY", scope="campaigns of your account", page=PAGE),)

    class Settings(Table, frozen=True):
        """[mailers.mailchimp]"""

        list: Annotated[
            str | None,
            described("The audience's id (sharekit help mailchimp#audience).", example="a1b2c3d4e5", required=True),
        ] = None
        segment: Annotated[
            int | None, described("The id of a saved segment of the audience: only its members get the issue.")
        ] = None
        tracking: Annotated[bool, described("Whether Mailchimp counts opens and clicks.")] = False
        url: Annotated[str | None, described("Another address of the API, such as a proxy.")] = None

    LOGIN = "is a key of another account, or was revoked"
    STATES: ClassVar[Mapping[str, State]] = {"save": "draft", "schedule": "scheduled", "sending": "out", "sent": "out"}
    LISTING = Listing(
        path="/campaigns",
        rows="campaigns",
        total="total_items",
        name="settings.title",
        address="archive_url",
        moments=("send_time",),
        page="https://admin.mailchimp.com/campaigns/edit?id={web_id}",
    )
    DIALECT = Dialect(
        unsubscribe="*|UNSUB|*",
        address="*|HTML:LIST_ADDRESS_HTML|*",
        address_in_text="*|LIST:ADDRESS|*",
        escape_html=escape,
        escape_text=escape_text,
    )

    def _address(self) -> str:
        centre = self._key.reveal().rpartition("-")[2]
        if self._settings.url is None and not re.fullmatch(r"[a-z]{2}\d+", centre):
            hint = f"Copy it whole: {PAGE}"
            raise ConfigError(f"{self._key.name} does not end in its data centre, such as -us21", hint=hint)
        return self._settings.url or f"https://{centre}.api.mailchimp.com/3.0"

    def _headers(self) -> dict[str, str]:
        # HTTP Basic, with any name.
        return {"authorization": "Basic " + b64encode(f"sharekit:{self._key.reveal()}".encode()).decode()}

    def _said(self, answer: Answer) -> str:
        # RFC 7807; what is wrong with which field stands in a list of its own.
        fields = member(answer.json(), "errors")
        named = [f"{each.get('field')}: {each.get('message')}" for each in fields or () if isinstance(each, dict)]
        return "; ".join([answer.field("detail") or answer.words(), *named])

    def _hint(self, answer: Answer, path: str) -> str | None:
        if answer.status == 404 and path.startswith("/lists/"):
            return f'list = "{self._settings.list}" is not an audience of the account of {self._key.name}: {PAGE}#audience'
        return None

    def campaigns(self, marked: str) -> Iterator[Campaign]:
        shown = f"{SHOWN},total_items"
        return self._listed(
            list_id=self._settings.list, count=PER_PAGE, fields=shown, sort_field="create_time", sort_dir="DESC"
        )

    def words(self, campaign_id: str) -> tuple[str, str]:
        subject = member(self._object("GET", f"/campaigns/{campaign_id}"), "settings.subject_line")
        html = self._object("GET", f"/campaigns/{campaign_id}/content").get("html")
        return str(subject or ""), str(html or "")

    def create(self, letter: CampaignText, mark: Callable[[str], str]) -> str:
        tracking = self._settings.tracking
        fields = {
            "type": "regular",
            "recipients": self._recipients(),
            "settings": self._fields(letter, mark(WRITING)),
            "tracking": {"opens": tracking, "html_clicks": tracking, "text_clicks": tracking},
        }
        made = self._made("POST", "/campaigns", json=fields)
        self._write(made, letter, mark)
        return made

    def update(self, campaign_id: str, letter: CampaignText, mark: Callable[[str], str]) -> None:
        fields = {"recipients": self._recipients(), "settings": self._fields(letter, mark(WRITING))}
        self._call("PATCH", f"/campaigns/{campaign_id}", json=fields, harmless=True)
        self._write(campaign_id, letter, mark)

    def _write(self, campaign_id: str, letter: CampaignText, mark: Callable[[str], str]) -> None:
        content = {"html": letter.html, "plain_text": letter.text}
        self._call("PUT", f"/campaigns/{campaign_id}/content", json=content, harmless=True)
        done = {"settings": self._fields(letter, mark(letter.fingerprint))}
        self._call("PATCH", f"/campaigns/{campaign_id}", json=done, harmless=True)

    def launch(self, campaign_id: str, letter: CampaignText, at: datetime | None) -> datetime | None:
        checklist = self._object("GET", f"/campaigns/{campaign_id}/send-checklist")
        if not checklist.get("is_ready"):
            wrong = [
                f"{item.get('heading', '')}: {item.get('details', '')}"
                for item in checklist.get("items", ())
                if item.get("type") == "error"
            ]
            raise Refused(f"Mailchimp says that the campaign is not ready: {'; '.join(wrong) or 'it names no reason'}")
        if at is None:
            self._call("POST", f"/campaigns/{campaign_id}/actions/send")
            return None
        moment = next_quarter(at)
        wanted = {"schedule_time": in_utc(moment)}
        answer = self._call("POST", f"/campaigns/{campaign_id}/actions/schedule", also=(403,), json=wanted)
        if answer.status == 403:
            # The key may do all else: it is the plan that does not schedule (afup/web#1184).
            raise ConfigError(
                f"Mailchimp does not schedule for this account: {answer.field('detail') or answer.words()}",
                hint=f"Free plans cannot. Leave out --at, and let sharekit deliver send it on its day: {PAGE}#scheduling",
            )
        return moment

    def rehearse(self, campaign_id: str, letter: CampaignText, addresses: Sequence[str]) -> None:
        for kind in ("html", "plaintext"):
            content = {"test_emails": list(addresses), "send_type": kind}
            self._call("POST", f"/campaigns/{campaign_id}/actions/test", json=content)

    def account(self) -> Account:
        """The account's name and its plan: free ones cannot schedule."""
        account = self._object("GET", "/", params={"fields": "account_name,login_id,pricing_plan_type"})
        facts = (counted(self.subscribers(), "subscriber"), "keys do not end")
        name = str(account.get("account_name") or "")
        if account.get("pricing_plan_type") != "forever_free":
            return Account(name=name, facts=facts)
        hint = f"Leave out --at, and let sharekit deliver send it on its day: {PAGE}#plans"
        return Account(name=name, facts=facts, warnings=(("its free plan cannot schedule", hint),))

    def subscribers(self) -> int:
        count = member(self._object("GET", f"/lists/{self._settings.list}"), "stats.member_count")
        return count if isinstance(count, int) else 0

    def _recipients(self) -> dict[str, Any]:
        segment = self._settings.segment
        return {"list_id": self._settings.list} | ({"segment_opts": {"saved_segment_id": segment}} if segment else {})

    def _fields(self, letter: CampaignText, mark: str) -> dict[str, Any]:
        return {
            "subject_line": letter.subject,
            "preview_text": letter.preheader,
            "title": mark,
            "from_name": letter.sender.name,
            # The one address of a campaign: its From, and where answers go.
            "reply_to": letter.sender.address,
        }


def next_quarter(at: datetime) -> datetime:
    """The moment, or the next one on a quarter of an hour: Mailchimp takes no other."""
    late = (at - datetime(1970, 1, 1, tzinfo=UTC)) % QUARTER
    return (at + (QUARTER - late if late else timedelta(0))).astimezone(UTC)
