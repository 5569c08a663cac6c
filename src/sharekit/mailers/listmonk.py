"""listmonk, one's own: https://listmonk.app/docs/apis/campaigns/, as its OpenAPI description says.

It has no idempotency key, and names of campaigns are not unique, so the mark in the name is what tells ours.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from sharekit.config import Settings as Table
from sharekit.config import described
from sharekit.errors import ChannelPaused, Refused, Unavailable
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
from sharekit.model import UNSUBSCRIBE
from sharekit.ports import Account, Credential
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sharekit.http import Answer
    from sharekit.mailers.base import State

PAGE = "sharekit help listmonk"
PER_PAGE = 50
# What a Go string cannot hold as it is (https://go.dev/ref/spec#String_literals), and what a template or HTML begins with.
SPECIAL = re.compile(r'[<>{}"\\\x00-\x1f\x7f]')


def safe_lines(text: str) -> str:
    """Text that Go's html/template gives back as it is: each line as a string constant that counts as safe.

    listmonk runs the text alternative through it as if it were HTML, and a bare ``<a href="x`` would end every copy "in a
    non-text context". The placeholder of the unsubscribe link stays outside of the strings.
    """
    return "\n".join(UNSUBSCRIBE.join(map(_safe, line.split(UNSUBSCRIBE))) for line in text.split("\n"))


def _safe(piece: str) -> str:
    if "<" not in piece and "{" not in piece:
        return piece
    quoted = SPECIAL.sub(lambda found: f"\\u{ord(found[0]):04x}", piece)
    return f'{{{{ Safe "{quoted}" }}}}'


class ListmonkMailer(CampaignMailer):
    """Sends to the lists of ``settings.lists``."""

    kind, label = "listmonk", "listmonk"
    SECRETS = (
        Credential(
            variable="SHAREKIT_LISTMONK_TOKEN",
            scope="campaigns:get, campaigns:manage, campaigns:send, lists:get_all",
            page=PAGE,
        ),
    )

    class Settings(Table, frozen=True):
        """[mailers.listmonk]"""

        url: Annotated[
            str | None, described("The address of your listmonk.", example="https://listmonk.example", required=True)
        ] = None
        user: Annotated[str | None, described("The name of its API user.", example="sharekit", required=True)] = None
        lists: Annotated[tuple[int, ...], described("The ids of its lists.", example=[1, 3], required=True)] = ()
        template: Annotated[
            int | None,
            described("The id of an empty template; listmonk's default one adds a frame around the issue."),
        ] = None

    LOGIN = "must be the token of the API user that user names"
    STATES: ClassVar[Mapping[str, State]] = {
        "draft": "draft",
        "scheduled": "scheduled",
        **dict.fromkeys(("running", "finished"), "out"),
    }
    LISTING = Listing(
        path="/campaigns",
        rows="results",
        total="total",
        html="body",
        moments=("started_at", "send_at"),
        page="{admin}/admin/campaigns/{id}",
    )
    DIALECT = Dialect(
        unsubscribe="{{ UnsubscribeURL }}",
        escape_html=escape_braces_html,
        escape_text=safe_lines,
        escape_subject=escape_braces,
    )

    def _address(self) -> str:
        return f"{self._settings.url.rstrip('/')}/api"

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"token {self._settings.user}:{self._key.reveal()}"}

    def _hint(self, answer: Answer, path: str) -> str | None:
        """listmonk says "not found" with 400 too; its words are all there is."""
        if answer.status == 403 and path.endswith("/status"):
            return f"From 6.1 on the API user of {self._key.name} needs campaigns:send: {PAGE}#token"
        if answer.status == 403 and path.startswith("/lists/"):
            return f"The API user of {self._key.name} needs lists:get_all, or a role on these lists: {PAGE}#token"
        if answer.status in (400, 404) and path.startswith("/lists/"):
            return f"lists in [mailers.listmonk] holds their numbers, not their names: {PAGE}#lists"
        test = answer.status in (400, 404) and path.endswith("/test")
        return f"listmonk tests only with addresses that are subscribers: {PAGE}#test" if test else None

    def _object(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        data = super()._object(method, path, **content).get("data")
        if not isinstance(data, dict):
            raise Unavailable("listmonk gave no readable answer")
        return data

    def campaigns(self, marked: str) -> Iterator[Campaign]:
        return self._listed(position="page", query=marked, no_body="true", per_page=PER_PAGE)

    def launch(self, campaign_id: str, letter: CampaignText, at: datetime | None) -> datetime | None:
        there = self._object("GET", f"/campaigns/{campaign_id}")
        moment = _whole_second(at) if at else None
        if moment or there.get("send_at"):
            # A moment that an earlier attempt left behind is taken away again.
            fields = {**self._fields(letter, str(there["name"])), "send_at": in_utc(moment) if moment else None}
            self._call("PUT", f"/campaigns/{campaign_id}", json=fields, harmless=True)
        # With a time set, "running" would be kept as "scheduled" without a word; so what is wanted is said.
        status = "scheduled" if moment else "running"
        self._call("PUT", f"/campaigns/{campaign_id}/status", json={"status": status})
        return moment

    def rehearse(self, campaign_id: str, letter: CampaignText, addresses: Sequence[str]) -> None:
        there = self._object("GET", f"/campaigns/{campaign_id}")
        # listmonk tests what is posted here, not what it holds, and knows only addresses that subscribed.
        fields = {**self._fields(letter, str(there["name"])), "subscribers": list(addresses)}
        self._call("POST", f"/campaigns/{campaign_id}/test", json=fields)

    def account(self) -> Account:
        """The API user, and what its role may do."""
        subscribers = self.subscribers()
        try:
            account = self._object("GET", "/profile")
        except (ChannelPaused, Refused):
            account = {}  # an older listmonk; that the token works, the list showed
        role = account.get("user_role")
        may = set(role.get("permissions") or ()) if isinstance(role, dict) else set()
        user = f"The API user of {self._key.name} needs it: {PAGE}#token"
        missing = [each for each in ("campaigns:get", "campaigns:manage") if not {each, f"{each}_all"} & may]
        if may and missing:
            raise ChannelPaused(f"the role of {account.get('username')} lacks {', '.join(missing)}", hint=user)
        facts = (counted(subscribers, "subscriber"), "API tokens do not expire")
        warnings = () if "campaigns:send" in may else (("its role lacks campaigns:send, needed from 6.1 on", user),)
        return Account(name=str(account.get("username") or ""), facts=facts, warnings=warnings if may else ())

    def subscribers(self) -> int:
        found = [self._object("GET", f"/lists/{number}").get("subscriber_count", 0) for number in self._settings.lists]
        return sum(map(int, found))

    def _fields(self, letter: CampaignText, mark: str) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "name": mark,
            "subject": letter.subject,
            "lists": list(self._settings.lists),
            "from_email": str(Address(letter.sender.name, addr_spec=letter.sender.address)),
            "type": "regular",
            "content_type": "html",
            "body": letter.html,
            "altbody": letter.text,
            # It has a default only when a campaign is made; /test answers "Unknown messenger" without (v4.1 to v6.2).
            "messenger": "email",
            "tags": ["sharekit"],
        }
        if letter.sender.reply_to != letter.sender.address:
            fields["headers"] = [{"Reply-To": letter.sender.reply_to}]
        if self._settings.template is not None:
            fields["template_id"] = self._settings.template
        return fields

    def _campaign(self, listed: Mapping[str, Any]) -> Campaign:
        return super()._campaign({**listed, "admin": self._url.removesuffix("/api")})


def _whole_second(at: datetime) -> datetime:
    # listmonk refuses a moment that is past when it arrives, and one with more than whole seconds.
    whole = at.astimezone(UTC).replace(microsecond=0)
    return whole if whole == at else whole + timedelta(seconds=1)
