"""What all providers have in common: a campaign is drafted, tested, and sent, and ours is known by a mark.

The mark stands in the campaign's name (or in its metadata)::

    2022-06 · sharekit 1f2e3d4c5b6a/aa11bb22
                       │            └ the fingerprint of what we wrote: `-` while we are writing
                       └ the key: the same for every attempt

It is looked for before anything is created, so that a draft is updated and never doubled. A campaign whose words are no
longer those of its fingerprint was touched by a person and is theirs. A campaign can be sent only once, by every
provider's own rules; so to send again what is still a draft is harmless.

Providers read their placeholders anywhere in what they are given, so what looks like one in an article is escaped first.
"""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn

from sharekit.config import check_required, origin, read_sender, required
from sharekit.content import plain_text
from sharekit.errors import ChannelPaused, DraftError, Refused, Unavailable
from sharekit.http import Client, credential
from sharekit.model import ADDRESS, UNSUBSCRIBE, Receipt
from sharekit.ports import Lookup, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sharekit.config import IssueSettings
    from sharekit.http import Answer
    from sharekit.model import RenderedIssue, Site
    from sharekit.ports import Credential

MARK = re.compile(r"sharekit ([0-9a-f]{12})/([0-9a-f]{8}|-)")
WRITING = "-"
State = Literal["draft", "scheduled", "out", "stopped"]
STYLE = re.compile(r"(<style\b.*?</style>)", re.IGNORECASE | re.DOTALL)
# The brace that opens {{ }}, {% %} or {# #} in the template languages of Go, Django and Jinja.
BRACE = re.compile(r"\{(?=[{%#])")


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """A provider's placeholders, and how text is kept from being read as one."""

    unsubscribe: str
    address: str = ""
    address_in_text: str | None = None
    escape_html: Callable[[str], str]
    escape_text: Callable[[str], str]
    escape_subject: Callable[[str], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Where a provider has its campaigns, and what it calls the facts of one; a dot leads into a table.

    ``rows`` and ``total`` are its names for the campaigns in a list and for how many there are in all, ``moments`` for when
    one leaves. ``page`` is where its owner sees one, with the names of facts in braces.
    """

    path: str
    rows: str
    total: str
    name: str = "name"
    html: str = ""
    address: str = ""
    moments: tuple[str, ...]
    page: str


@dataclass(frozen=True, kw_only=True)
class MailFrom:
    """Who the letter is from; ``reply_to`` is an address alone."""

    name: str
    address: str
    reply_to: str


@dataclass(frozen=True, kw_only=True)
class CampaignText:
    """An issue as one provider is handed it. ``fingerprint`` tells whether a person changed it there since."""

    issue_id: str
    subject: str
    preheader: str
    html: str
    text: str
    sender: MailFrom

    @property
    def fingerprint(self) -> str:
        """See :func:`fingerprint`."""
        return fingerprint(self.subject, self.html)


def write_letter(rendered: RenderedIssue, *, sender: MailFrom, dialect: Dialect) -> CampaignText:
    """The letter. Raises DraftError for an issue whose template has no unsubscribe link."""
    issue = rendered.issue
    if UNSUBSCRIBE not in rendered.html:
        raise DraftError(
            "the issue has no unsubscribe link, and nothing is sent without one",
            path=issue.source or None,
            hint='Your template for the issue left it out: <a href="{{ unsubscribe }}">…</a> belongs in its footer.',
        )
    escape_subject = dialect.escape_subject or dialect.escape_text
    in_text = dialect.address if dialect.address_in_text is None else dialect.address_in_text
    return CampaignText(
        issue_id=issue.id,
        subject=escape_subject(issue.subject),
        preheader=escape_subject(issue.preheader),
        html=fill(dialect.escape_html(rendered.html), dialect.unsubscribe, dialect.address),
        text=fill(dialect.escape_text(rendered.text), dialect.unsubscribe, in_text),
        sender=sender,
    )


def fill(text: str, unsubscribe: str, address: str) -> str:
    """The text with the two placeholders filled in."""
    return text.replace(UNSUBSCRIBE, unsubscribe).replace(ADDRESS, address)


def sender_of(issue: IssueSettings) -> MailFrom:
    """The sender of ``[issue] from``. Raises ConfigError where there is none: no provider sends without."""
    hint = 'from = "Name <letter@blog.example>"'
    name, address = read_sender(required(issue.from_, setting="[issue] from", hint=hint))
    reply_to = read_sender(issue.reply_to, setting="reply_to")[1] if issue.reply_to else address
    return MailFrom(name=name or address, address=address, reply_to=reply_to)


def escape_braces(text: str) -> str:
    """Plain text that a template language gives back as it is."""
    return BRACE.sub('{{ "{" }}', text)


def escape_braces_html(html: str) -> str:
    """HTML in which no template language finds anything; in a style sheet, where entities mean nothing, by a space."""
    parts = STYLE.split(html)
    escaped = [BRACE.sub("{ ", part) if number % 2 else BRACE.sub("&#123;", part) for number, part in enumerate(parts)]
    return "".join(escaped)


def fingerprint(subject: str, html: str) -> str:
    """A short digest of what a person reads: providers rewrite markup, but not the words."""
    words = "".join(plain_text(re.sub(r"<(style|title|head)\b.*?</\1>", "", html, flags=re.IGNORECASE | re.DOTALL)).split())
    return hashlib.sha256(f"{''.join(subject.split())}\n{words}".encode()).hexdigest()[:8]


def marker(site: Site, key: str) -> str:
    """What a campaign of ours is known by at the provider: made from the blog and the key, never from the words."""
    return hashlib.sha256(f"{site.url} {key}".encode()).hexdigest()[:12]


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A campaign as the provider lists it. ``url`` is where people read it, ``place`` where its owner does."""

    id: str
    mark: str
    state: State
    said: str
    url: str | None = None
    place: str | None = None
    at: datetime | None = None

    @property
    def written(self) -> str:
        """The fingerprint that our last words had, or ``-``."""
        found = MARK.search(self.mark)
        return found.group(2) if found else WRITING


def in_utc(at: datetime, *, timespec: str = "seconds") -> str:
    """A moment as the providers' APIs write it: ISO 8601 in UTC, with a Z."""
    return at.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def member(node: Any, path: str) -> Any:
    """What is at a dotted path of a JSON value; None where there is nothing."""
    for name in path.split("."):
        node = node.get(name) if isinstance(node, dict) else None
    return node


class CampaignMailer(ABC):
    """A :class:`sharekit.ports.ListMailer` over the few requests in which providers differ."""

    kind: ClassVar[str]
    label: ClassVar[str]
    SECRETS: ClassVar[tuple[Credential, ...]]
    DIALECT: ClassVar[Dialect]
    LISTING: ClassVar[Listing]
    # What the provider calls the state of a campaign → what it is for us. Any other one is of a person's making.
    STATES: ClassVar[Mapping[str, State]]
    # Codes of errors that are about the account, whatever their status.
    ABOUT_THE_ACCOUNT: ClassVar[tuple[str, ...]] = ()
    # What must be true of the key, for the hint after an answer about the account.
    LOGIN: ClassVar[str] = "must be a key of this account"
    _settings: Any

    def __init__(
        self,
        settings: Any,
        *,
        environment: Mapping[str, str],
        root: Path,
        site: Site,
        issue: IssueSettings,
        name: str = "",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Raises ConfigError for a missing key or setting. ``root`` is not looked at: nothing is kept in files."""
        name = name or self.kind
        self._settings, self._site, self._clock = settings, site, clock
        self._sender = sender_of(issue)
        check_required(settings, f"[mailers.{name}]")
        self._key = credential(self.SECRETS[0], self.kind, name, environment)
        login = f"{self._key.name} {self.LOGIN}: sharekit help {self.kind}"
        self._client = Client(self.label, clock=clock, secrets=[self._key], login=login, api=True)
        self._url = origin(self._address(), setting=f"mailers.{name}.url")

    def _address(self) -> str:
        """The address of the API."""
        return str(self._settings.url)

    @abstractmethod
    def _headers(self) -> dict[str, str]:
        """What carries the key, and what else every request has."""

    def _call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, also: tuple[int, ...] = (), **content: Any
    ) -> Answer:
        """Send one request; an answer with a status in ``also`` is the caller's to judge.

        Raises Refused, ChannelPaused, Unavailable or OutcomeUnknown, in the provider's own words.
        """
        sent = self._headers() | dict(headers or {})
        answer = self._client.request(method, self._url + path, headers=sent, also=(*range(400, 405), *also), **content)
        if answer.status >= 400 and answer.is_page():
            self._client.fail(answer)
        if answer.status < 400 or answer.status in also:
            return answer
        said = self._client.redact(self._said(answer))
        message = f"{self.label} answered {answer.status}" + (f": {said}" if said else "")
        hint = self._hint(answer, path)
        if answer.status in (401, 402, 403) or answer.field("code") in self.ABOUT_THE_ACCOUNT:
            raise ChannelPaused(message, hint=hint or self._client.login)
        raise Refused(message, hint=hint)

    def _said(self, answer: Answer) -> str:
        """What the provider says is wrong."""
        return answer.words()

    def _hint(self, answer: Answer, path: str) -> str | None:
        """What to do after a refusal."""
        return None

    def _object(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        """The JSON object that answers a request. Raises as :meth:`_call`, and Unavailable where there is none."""
        answer = self._call(method, path, **content)
        found = answer.json()
        if not isinstance(found, dict):
            raise Unavailable(f"{self.label} gave no readable answer: {self._client.redact(answer.words())}")
        return found

    def _made(self, method: str, path: str, **content: Any) -> str:
        """The id of what a request makes, of which nobody sees anything yet."""
        made = self._object(method, path, harmless=True, **content).get("id")
        if not made:
            raise Unavailable(f"{self.label} answered without the id of the campaign")
        return str(made)

    def campaigns(self, marked: str) -> Iterator[Campaign]:
        """Every campaign that may carry the mark, in any state: all of them, where the provider searches no names."""
        return self._listed()

    def _listed(self, *, position: str = "offset", **query: str | int) -> Iterator[Campaign]:
        """The campaigns, page by page. ``position`` is "offset", or "page" where pages are counted (from 1)."""
        read = 0
        for page in count(1):
            listing = self.LISTING
            answer = self._object("GET", listing.path, params={**query, position: page if position == "page" else read})
            rows = answer.get(listing.rows)
            if rows is None and answer.get(listing.total) == 0:
                return
            if not isinstance(rows, list):
                raise Unavailable(f"{self.label} did not list the campaigns")
            yield from map(self._campaign, rows)
            read += len(rows)
            if not rows or read >= int(answer.get(listing.total) or 0):
                return

    def _campaign(self, listed: Mapping[str, Any]) -> Campaign:
        facts = self.LISTING
        said = str(listed.get("status", ""))
        state = self.STATES.get(said, "stopped")
        at = next((listed[name] for name in facts.moments if listed.get(name)), None) if state != "draft" else None
        return Campaign(
            id=str(listed["id"]),
            mark=str(member(listed, facts.name) or ""),
            state=state,
            said="scheduled" if state == "scheduled" else said.replace("_", " "),
            url=listed.get(facts.address) or None,
            place=facts.page.format_map(listed),
            at=datetime.fromisoformat(str(at)) if at else None,
        )

    def campaign(self, campaign_id: str) -> Campaign:
        """One campaign as it is now."""
        return self._campaign(self._object("GET", f"{self.LISTING.path}/{campaign_id}"))

    def words(self, campaign_id: str) -> tuple[str, str]:
        """The subject and the HTML that a campaign has now."""
        there = self._object("GET", f"{self.LISTING.path}/{campaign_id}")
        return str(there.get("subject", "")), str(there.get(self.LISTING.html, ""))

    @abstractmethod
    def _fields(self, letter: CampaignText, mark: str) -> dict[str, Any]:
        """A campaign as the provider is handed it."""

    def create(self, letter: CampaignText, mark: Callable[[str], str]) -> str:
        """Make a draft; its id. ``mark`` gives the mark for a fingerprint."""
        return self._made("POST", self.LISTING.path, json=self._fields(letter, mark(letter.fingerprint)))

    def update(self, campaign_id: str, letter: CampaignText, mark: Callable[[str], str]) -> None:
        """Write the letter into a draft of ours."""
        fields = self._fields(letter, mark(letter.fingerprint))
        self._call("PUT", f"{self.LISTING.path}/{campaign_id}", json=fields, harmless=True)

    @abstractmethod
    def launch(self, campaign_id: str, letter: CampaignText, at: datetime | None) -> datetime | None:
        """Send a draft, or schedule it: the one request after which mail leaves. The moment that the provider took."""

    @abstractmethod
    def rehearse(self, campaign_id: str, letter: CampaignText, addresses: Sequence[str]) -> None:
        """Send a draft to these addresses alone."""

    @abstractmethod
    def subscribers(self) -> int:
        """How many subscribers the list has."""

    def send(self, issue: RenderedIssue, key: str) -> Receipt:
        """Draft it where there is no draft, and send it."""
        return self._send(issue, key, None)

    def schedule(self, issue: RenderedIssue, key: str, at: datetime) -> Receipt:
        """Draft it where there is no draft, and leave it with the provider until ``at``."""
        return self._send(issue, key, at)

    def test(self, issue: RenderedIssue, key: str, addresses: Sequence[str]) -> str:
        """Draft it where there is no draft, and send that to these addresses alone; the draft's id."""
        letter = write_letter(issue, sender=self._sender, dialect=self.DIALECT)
        there = self._find(key)
        if there and there.state != "draft":
            self._leave(there, f"is {there.said} already")
        draft = self._draft(letter, key, there)
        self.rehearse(draft, letter, addresses)
        return draft

    def find(self, key: str) -> Lookup:
        """Whether a campaign with our mark is out; one that is still a draft may be sent again, because only once."""
        there = self._find(key)
        if there is None or there.state == "draft":
            return Lookup(certain=True, repeat_is_harmless=True)
        if there.state == "stopped":
            return Lookup()
        return Lookup(receipt=self._receipt(there), certain=True)

    def _send(self, issue: RenderedIssue, key: str, at: datetime | None) -> Receipt:
        letter = write_letter(issue, sender=self._sender, dialect=self.DIALECT)
        there = self._find(key)
        if there and there.state in ("out", "scheduled"):
            return self._receipt(there, note=f"it was {there.said} there already")
        if there and there.state == "stopped":
            self._leave(there, f"is {there.said}")
        draft = self._draft(letter, key, there)
        # Looked at once more: between our words and this line a person may have been faster.
        before = self.campaign(draft)
        if before.state != "draft":
            return self._receipt(before, note=f"it was {before.said} there already")
        if not self.subscribers():
            raise Refused(f"the list at {self.label} has no subscriber", hint="Is it the right list, and the right account?")
        moment = self.launch(draft, letter, at)
        detail = {"scheduled": moment.isoformat()} if moment else {}
        return Receipt(id=draft, url=before.url, at=self._clock(), detail=detail)

    def _draft(self, letter: CampaignText, key: str, there: Campaign | None) -> str:
        def mark(written: str) -> str:
            return f"{letter.issue_id} · sharekit {marker(self._site, key)}/{written}"

        if there is None:
            return self.create(letter, mark)
        if there.written != WRITING and fingerprint(*self.words(there.id)) != there.written:
            self._leave(there, "was changed there by a person")
        if there.written != letter.fingerprint:
            self.update(there.id, letter, mark)
        return there.id

    def _find(self, key: str) -> Campaign | None:
        ours = marker(self._site, key)
        found = [each for each in self.campaigns(ours) if (mark := MARK.search(each.mark)) and mark.group(1) == ours]
        drafts = [each for each in found if each.state == "draft"]
        settled = [each for each in found if each.state != "draft"]
        if len(settled) > 1 or (not settled and len(drafts) > 1):
            names = ", ".join(each.place or each.id for each in found)
            raise Refused(
                f"{self.label} has {len(found)} campaigns with the mark of this issue: {names}",
                hint="One of them is a copy. Delete it there, or take the mark out of its name, then release the key.",
            )
        return next(iter(settled or drafts), None)

    def _leave(self, there: Campaign, why: str) -> NoReturn:
        raise Refused(
            f"the campaign {there.place or there.id} at {self.label} {why}; it is left alone",
            hint="Send it there, then: sharekit ledger settle KEY --delivered URL\n"
            "Or delete it there, and start over: sharekit ledger settle KEY --release",
        )

    def _receipt(self, there: Campaign, note: str = "") -> Receipt:
        detail = {"note": note} if note else {}
        if there.state == "scheduled" and there.at:
            detail["scheduled"] = there.at.isoformat()
        return Receipt(id=there.id, url=there.url, at=there.at or self._clock(), detail=detail)
