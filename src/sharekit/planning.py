"""Drafts − ledger → plan: every act that is drafted, and where it stands. One pass, and the only place that decides it.

Pure: drafts, articles, ledger records, configuration and the time are passed in. ``plan`` and ``deliver`` both ask here, so
that what is announced for a moment is what goes out at that moment.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import TYPE_CHECKING

from sharekit.articles import Articles, SentShares, record_of, same_text
from sharekit.counting import Outlet, too_long
from sharekit.ledgers.records import DAMAGED, SKEW, ahead, free
from sharekit.model import CLOSING, HUB, Act, Card, Finding, Image, Share, issue_key, share_key
from sharekit.outbox import ENDED, NEWS, SEED, how_to_release, how_to_settle, is_over
from sharekit.registry import channel_names, kinds, outlet, table_kind
from sharekit.schedule.calendar import moments, offset, settled
from sharekit.schedule.queue import in_time, in_words, order
from sharekit.shares.habits import cost, habit
from sharekit.shares.links import tagged
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.drafts import Drafts
    from sharekit.model import IssueDraft, LedgerEntry, Outcome, Post, ShareDraft, State

CLOCK = "%Y-%m-%d %H:%M %Z"
MONTH = re.compile(r"(\d{4})-(\d{2})\Z")
# An issue that is named after its month or week was meant for then. Any other leaves when a person approves it.
PERIOD = re.compile(r"\d{4}-w?\d{2}\Z")
ISSUE_HOUR = time(8)
KINDS = {"issue": 0, "share": 1}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Every drafted act, in the order in which they go out, and what a person should know.

    ``since`` is the moment before which everything counts as out, None on first contact. ``orphans`` are open records of
    the ledger whose draft is gone. ``paused`` maps a channel or mailer that takes nothing to the reason. ``entries`` is the
    ledger as it was read.
    """

    acts: tuple[Act, ...]
    since: datetime | None
    now: datetime
    orphans: tuple[LedgerEntry, ...] = ()
    findings: tuple[Finding, ...] = ()
    paused: Mapping[str, str] = field(default_factory=dict, hash=False)
    entries: Mapping[str, LedgerEntry] = field(default_factory=dict, hash=False)

    def of(self, *states: State) -> list[Act]:
        return [act for act in self.acts if act.state in states]

    def act(self, key: str) -> Act | None:
        return next((act for act in self.acts if act.key == key), None)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """All that a plan is made from.

    ``posts`` are the published articles and the upcoming ones. ``uncommitted`` holds the paths of drafts whose text is in
    no commit: with ``approve = "merge"`` they are not approved yet. ``issue_errors`` says why an issue must not be sent as
    it is. ``stuck`` are keys that this run tried in vain, ``at_once`` the key of an act that a person sends by command.
    ``site`` is the blog's name.
    """

    drafts: Drafts
    posts: Sequence[Post]
    entries: Mapping[str, LedgerEntry]
    config: Config
    zone: ZoneInfo
    now: datetime
    uncommitted: Collection[str] = ()
    issue_errors: Callable[[IssueDraft], str] = lambda _issue: ""
    over: Callable[[LedgerEntry, datetime], bool] = is_over
    stuck: Collection[str] = ()
    at_once: str = ""
    site: str = ""


def make_plan(given: Situation) -> Plan:
    """Where every act stands at ``given.now``. Raises ConfigError for a window or a quiet day that cannot be read."""
    entries, now = given.entries, given.now
    seeds = [entry.claimed_at for key, entry in entries.items() if key.startswith(SEED) and DAMAGED not in entry.facts]
    since = max(filter(None, (given.config.since_moment(given.zone), *seeds)), default=None)
    findings: list[Finding] = []
    acts = _Shares(given, since, findings).acts()
    paused = _paused(acts, entries)
    acts = in_time(acts, given.config, given.zone, now, paused=paused, stuck=given.stuck, at_once=given.at_once)
    acts += [_issue(issue, given, paused) for issue in given.drafts.issues]
    drafted = {act.key for act in acts}
    orphans = [
        entry
        for key, entry in sorted(entries.items())
        if entry.state in ("claimed", "unknown") and key not in drafted and not key.startswith((HUB, NEWS, SEED))
    ]
    return Plan(
        acts=tuple(sorted(acts, key=lambda act: (KINDS[act.kind], order(act)))),
        since=since,
        now=now,
        orphans=tuple(orphans),
        findings=(*given.drafts.findings, *findings, *_ledger_findings(entries, now=now, since=since)),
        paused=paused,
        entries=entries,
    )


# --- shares -------------------------------------------------------------------------------------------------------------


class _Shares:
    """The acts of the share drafts, before time decides."""

    def __init__(self, given: Situation, since: datetime | None, findings: list[Finding]) -> None:
        self._given = given
        self._config = given.config
        self._since = since
        self._findings = findings
        self._articles = Articles(given.posts)
        self._posts = self._articles.of_drafts(given.drafts.shares)
        self._sent = SentShares(given.entries, self._articles)
        self._slots = slots_of(given.config)
        self._channels = channel_names(given.config)
        self._first = next(iter(self._slots), "")
        self._outlets: dict[str, Outlet] = {}
        self._before = _parts_before(given.drafts.shares)

    def acts(self) -> list[Act]:
        made = {draft.path: self._of(draft) for draft in self._given.drafts.shares}
        firsts = {
            (draft.post, act.target): act.key
            for draft in self._given.drafts.shares
            for act in made[draft.path]
            if act.slot == self._first and act.state != "skipped"
        }
        linked = []
        for draft in self._given.drafts.shares:
            for act in made[draft.path]:
                post = draft.post if act.slot == CLOSING else self._before.get(draft.post, "")
                # A part that is not for this channel, or is skipped, is not waited for: the one before it is.
                while post and (post, act.target) not in firsts:
                    post = self._before.get(post, "")
                key = firsts.get((post, act.target), "") if act.slot in (self._first, CLOSING) else ""
                linked.append(replace(act, answers=key) if key and key != act.key else act)
        return linked

    def _of(self, draft: ShareDraft) -> list[Act]:
        post = self._posts.get(draft.path)
        published = post.published if post else draft.published
        base = max(published, draft.requested) if draft.requested else published
        at = moments(base, self._slots, self._given.zone)
        return [act for name in draft.sections if (act := self._section(draft, post, name, base, at)) is not None]

    def _section(
        self, draft: ShareDraft, post: Post | None, name: str, base: datetime, at: Mapping[str, datetime]
    ) -> Act | None:
        channel, _, slot = name.partition(" @ ")
        slot = slot or self._first
        addresses = (draft.post, *(self._articles.known_addresses(post) if post else ()))
        source = post.source if post else draft.source
        sent = self._sent.of(addresses, source, channel)
        entry = record_of(slot, sent, self._slots, self._first)
        if entry is None and slot == self._first:
            entry = same_text(draft.sections[name], {each: sent[each] for each in sent if each not in self._slots})
        known = slot in self._slots and channel in self._channels
        if not known and entry is None:
            self._findings.append(unknown_section(draft, name, self._channels, self._slots))
            return None
        chosen = _chosen_moment(draft, name, self._given.zone)
        planned = max(chosen, base) if chosen else at.get(slot, base)
        place = self._outlet(channel) if known else None
        share = _share(draft, post, name, channel=channel, slot=slot, given=self._given, planned=planned)
        if draft.images and place and not habit(place.like).link and share.card.url not in share.text:
            # Pictures stand in for the card, which would have carried the link.
            share = replace(share, text=f"{share.text}\n\n{share.card.url}")
        act = Act(
            key=entry.key if entry else share_key(draft.post, channel, slot),
            kind="share",
            target=channel,
            slot=slot,
            title=post.title if post else draft.title,
            planned=planned,
            at=planned,
            content=share,
            source=draft.path,
            section=name,
            line=draft.lines.get(name),
            published=base,
            part=draft.part,
            exact=chosen is not None,
            after=self._slots.get(slot, ""),
            cost=cost(place.like, share.text) if place else 0.0,
            threaded=place is not None and place.threaded,
            entry=entry,
        )
        stood = self._stand(act, draft, post, place)
        if stood.state == "scheduled" and not entry and act.key != self._given.at_once:
            # A slot that is out without a section of its own: another one was the earliest slot then.
            unnamed = (each for each in _out(sent) if each in self._slots and f"{channel} @ {each}" not in draft.sections)
            if name == channel and (out := next((each for each in unnamed if each != CLOSING), "")):
                stood = _maybe_out(stood, out)
            return self._unless_out(stood, sent, self._sent.elsewhere(addresses, source, self._channels))
        return stood

    def _unless_out(
        self, act: Act, sent: Mapping[str, LedgerEntry], elsewhere: Mapping[str, Mapping[str, LedgerEntry]]
    ) -> Act:
        """The act, unless it is out: its very words by a slot that was the first one, or by a channel that is no more, or
        any words by that where the act's channel may be the same account under another name.
        """
        if act.slot == self._first and (twin := same_text(act.text, _out(sent))):
            return replace(act, state="skipped", reason=f"the same words are out already: {twin.key}")
        for channel, records in elsewhere.items():
            out = _out(records)
            if twin := same_text(act.text, out) or (out.get(act.slot) if self._may_be(channel, act.target) else None):
                place = (twin.receipt.url if twin.receipt else None) or "URL"
                reason = f'it went out to "{channel}", which is not in sharekit.toml any more'
                hint = (
                    f"If {act.target} is that account under another name: sharekit ledger settle '{act.key}' --delivered "
                    f"{place}\nIf it is another one: sharekit shares send '{act.key}'"
                )
                return replace(act, state="held", reason=reason, rule="renamed-channel", hint=hint)
        return act

    def _may_be(self, gone: str, new: str) -> bool:
        """Whether a channel on which nothing was ever tried may be one that is not configured any more."""
        kind = table_kind("channels", new, self._config.channels[new])
        return not self._sent.knows(new) and (gone == kind or gone not in kinds("channels"))

    def _stand(self, act: Act, draft: ShareDraft, post: Post | None, place: Outlet | None) -> Act:
        if act.entry is not None and not free(act.entry, self._given.now) and not _retries(act.entry):
            return _as_recorded(act, act.entry, self._given)
        wrong = self._given.drafts.held.get(draft.path)
        if wrong and draft.status != "skip":
            return replace(act, state="held", reason=wrong.message, hint=wrong.hint or "")
        if skipped := self._skipped(act, draft, post):
            return replace(act, state="skipped", reason=skipped)
        if place and draft.status != "hold" and not (act.text.strip() or draft.images):
            reason, hint = f"{act.source}:{act.line}: the section is empty", "Write its text, or remove its heading."
            return replace(act, state="held", reason=reason, rule="empty", hint=hint)
        if place and draft.status != "hold" and (excess := too_long(act.text, place.counter)):
            reason, hint = f"{act.source}:{act.line}: {excess}", "Shorten it: it goes out by itself then."
            return replace(act, state="held", reason=reason, rule="too-long", hint=hint)
        if held := self._held(act, draft, place):
            return replace(act, state="held", reason=held)
        return replace(act, state="scheduled")

    def _skipped(self, act: Act, draft: ShareDraft, post: Post | None) -> str:
        if draft.status == "skip":
            return "status: skip"
        if post is None:
            return "its article is not published any more"
        if self._since and act.published and act.published < self._since and act.key != self._given.at_once:
            return f"from before {self._since.astimezone(self._given.zone):{CLOCK}}"
        return "evergreen: false" if not draft.evergreen and act.slot not in (self._first, CLOSING) else ""

    def _held(self, act: Act, draft: ShareDraft, place: Outlet | None) -> str:
        if draft.status == "hold":
            return "status: hold"
        if place is None:
            return f'"{act.target}" or its slot "{act.slot}" is not in sharekit.toml any more'
        return self._unapproved(draft) if act.key != self._given.at_once else ""

    def _unapproved(self, draft: ShareDraft) -> str:
        if draft.status == "approved":
            return ""
        if self._config.shares.approve == "explicit":
            return "waits for status: approved"
        return "waits to be committed, or for status: approved" if draft.path in self._given.uncommitted else ""

    def _outlet(self, channel: str) -> Outlet:
        if channel not in self._outlets:
            self._outlets[channel] = outlet(channel, self._config.channels.get(channel, {}))
        return self._outlets[channel]


def unknown_section(draft: ShareDraft, name: str, channels: Collection[str], slots: Mapping[str, str]) -> Finding:
    """What is wrong with a section whose heading names a channel or a slot that is not configured."""
    channel, _, slot = name.partition(" @ ")
    strange = slot and slot not in slots
    wrong = f'the slot "{slot}" is' if strange else f'the channel "{channel}" is'
    return Finding(
        "error" if draft.status != "skip" and channels else "info",
        "unknown-section",
        f"section {name}: {wrong} not configured; this section is held.",
        path=draft.path,
        line=draft.lines.get(name),
        hint=f"Known: {', '.join(slots if strange else channels) or 'none'}. Correct the heading, or remove the section.",
    )


def _maybe_out(act: Act, slot: str) -> Act:
    reason = f'"{slot}" was the earliest slot when it went out: these may be its words, edited since'
    heading = f"If this text is out, correct the heading: ## {act.target} @ {slot}"
    hint = f"{heading}\nIf it is new: sharekit shares send '{act.key}'"
    return replace(act, state="held", reason=reason, rule="slots-reordered", hint=hint)


def _out(sent: Mapping[str, LedgerEntry]) -> dict[str, LedgerEntry]:
    return {slot: entry for slot, entry in sent.items() if entry.state in ("delivered", "unknown", "claimed")}


def slots_of(config: Config) -> dict[str, str]:
    """The configured slots, and that of the closing share, a day after the last part unless configured otherwise."""
    slots = dict(config.shares.slots)
    if config.shares.closing:
        slots.setdefault(CLOSING, "1d")
    return slots


def _parts_before(drafts: Sequence[ShareDraft]) -> dict[str, str]:
    """A post → the post of the part before it, where both are drafted and that one is not skipped."""
    series: dict[tuple[str, str], set[tuple[int, str]]] = defaultdict(set)
    for draft in drafts:
        if draft.part and draft.status != "skip":
            # A series may have one name in two languages.
            series[draft.part.series, draft.language].add((draft.part.position, draft.post))
    before: dict[str, str] = {}
    for places in series.values():
        ordered = [post for _, post in sorted(places)]
        before |= dict(zip(ordered[1:], ordered, strict=False))
    return before


def _chosen_moment(draft: ShareDraft, name: str, zone: ZoneInfo) -> datetime | None:
    """The moment that a person chose for a section; ``at:`` for the whole file is that of the first slot."""
    moment = draft.at.get(name) or (None if " @ " in name else draft.at.get(""))
    if moment is None:
        return None
    return moment if moment.tzinfo else settled(moment, zone)


def _share(
    draft: ShareDraft, post: Post | None, name: str, *, channel: str, slot: str, given: Situation, planned: datetime
) -> Share:
    from urllib.parse import urljoin

    image = Image(url=urljoin(draft.url, draft.image), alt=draft.alt) if draft.image else None
    # The card is what is clicked: its link carries the parameters of the one in the text.
    url = tagged(draft.url, given.config.shares.utm, channel=channel, slot=slot)
    return Share(
        post_id=draft.post,
        channel=channel,
        slot=slot,
        text=draft.sections[name],
        language=draft.language or given.config.site.language or "en",
        card=Card(url=url, title=draft.title, description=draft.description, image=image, site=given.site),
        created=planned,
        part=draft.part,
        images=draft.images,
        source=f"{draft.path}:{draft.lines.get(name, 1)}",
        published=post.published if post else draft.published,
        article_file=post.source if post else draft.source,
    )


# --- what the ledger says -----------------------------------------------------------------------------------------------


def _retries(entry: LedgerEntry) -> bool:
    """Whether a record stands for something that goes out by itself later."""
    return entry.state == "waiting" and DAMAGED not in entry.facts


def _as_recorded(act: Act, entry: LedgerEntry, given: Situation) -> Act:
    """An act that is out, refused, in the hands of another run, or of which nobody knows."""
    reason = entry.outcome.reason if entry.outcome else ""
    if DAMAGED in entry.facts:
        return replace(act, state="held", reason=entry.facts[DAMAGED], rule="damaged", hint=how_to_settle(entry.key))
    if entry.state == "delivered":
        return replace(act, state="delivered", reason=reason, at=entry.receipt.at if entry.receipt else entry.claimed_at)
    if entry.state == "refused":
        return replace(act, state="refused", reason=reason, rule="refused", hint=how_to_release(entry.key))
    if entry.state == "claimed" and not given.over(entry, given.now):
        return replace(act, state="waiting", reason="another run is sending it")
    return replace(act, state="unknown", reason=reason or ENDED, rule="unknown", hint=how_to_settle(entry.key), try_now=True)


def _paused(acts: Sequence[Act], entries: Mapping[str, LedgerEntry]) -> dict[str, str]:
    """Channel or mailer → why it takes nothing: its newest outcome says so."""
    newest: dict[str, Outcome] = {}
    known = [act.entry for act in acts if act.entry] + [e for key, e in entries.items() if key.startswith("issue/")]
    for entry in known:
        outcome = entry.outcome
        if outcome and (outcome.paused or outcome.state == "delivered"):
            parts = entry.key.split("/")
            target = parts[-1] if parts[0] == "issue" else parts[-2]
            if target not in newest or outcome.at >= newest[target].at:
                newest[target] = outcome
    return {target: outcome.reason for target, outcome in newest.items() if outcome.paused}


def _ledger_findings(entries: Mapping[str, LedgerEntry], *, now: datetime, since: datetime | None) -> list[Finding]:
    found = [
        Finding("error", "ledger-damaged", f"{key}: {entry.facts[DAMAGED]}", hint=how_to_settle(key))
        for key, entry in entries.items()
        if DAMAGED in entry.facts
    ]
    wrong = sorted(key for key, entry in entries.items() if ahead(entry, now))
    if wrong:
        keys = " ".join(f"'{key}'" for key in wrong)
        found.append(
            Finding(
                "error",
                "clock-behind",
                (
                    f"the ledger holds records of the future, and this clock says {now:{CLOCK}}: {', '.join(wrong[:3])}"
                    + (f" and {len(wrong) - 3} more" if wrong[3:] else "")
                ),
                hint=(
                    "One of the clocks is or was wrong. If it was the other one, this brings the records back to now:\n"
                    f"sharekit ledger settle {keys}"
                ),
            )
        )
    if since and since > now + SKEW:
        message = f"since is {since:{CLOCK}}, which is still to come: nothing goes out before it"
        found.append(Finding("warn", "since-ahead", message))
    return found


# --- issues -------------------------------------------------------------------------------------------------------------


def _issue(issue: IssueDraft, given: Situation, paused: Mapping[str, str]) -> Act:
    mailer, now = given.config.issue.mailer, given.now
    key = issue_key(issue.id, mailer)
    moment = _issue_moment(issue, given.zone) or now
    entry = given.entries.get(key)
    act = Act(
        key=key,
        kind="issue",
        target=mailer,
        slot=issue.id,
        title=f"{issue.subject} ({counted(len(issue.posts), 'post')})",
        planned=moment,
        given=moment,
        at=moment,
        content=issue,
        source=issue.path,
        line=1,
        dated=bool(issue.send and PERIOD.match(issue.id)),
        entry=entry,
    )
    if entry is not None and not free(entry, now) and not _retries(entry):
        return _as_recorded(act, entry, given)
    if stopped := _stopped(act, issue, given):
        return stopped
    if key == given.at_once:
        return replace(act, state="due", try_now=True)
    retry = entry.outcome.retry_at if entry and entry.state == "waiting" and entry.outcome else None
    at = max(moment, retry or moment)
    late = offset(given.config.shares.late)
    if act.dated and now - moment > late:
        reason = f"late: it was due at {moment.astimezone(given.zone):%a %d %b %H:%M}, more than {in_words(late)} ago"
        hint = f"Send it now: sharekit issue send {issue.id}. Or give it another send:"
        return replace(act, state="held", reason=reason, rule="late", hint=hint)
    reason = entry.outcome.reason if retry and entry and entry.outcome else ""
    if mailer in paused:
        rule = "paused" if entry and entry.outcome and entry.outcome.paused else ""
        return replace(act, state="waiting", reason=f"mailer paused: {paused[mailer]}", rule=rule, try_now=at <= now, at=at)
    if at > now:
        return replace(act, state="waiting" if retry else "scheduled", at=at, reason=reason)
    return replace(act, state="due", try_now=key not in given.stuck, reason=reason)


def _stopped(act: Act, issue: IssueDraft, given: Situation) -> Act | None:
    """An issue that does not go out as things are, whatever the time."""
    other = sent_by(issue.id, given.entries)
    if other and act.key != given.at_once:
        return _by_another_mailer(act, other)
    if issue.status in ("skip", "hold"):
        return replace(act, state="held" if issue.status == "hold" else "skipped", reason=f"status: {issue.status}")
    if issue.path in given.drafts.held:
        return replace(act, state="held", reason=given.drafts.held[issue.path].message)
    if issue.status == "draft" and act.key != given.at_once:
        return replace(act, state="held", reason="waits for status: approved")
    if wrong := given.issue_errors(issue):
        hint = f"Correct it: sharekit issue lint {issue.id}. Or send it as it is: sharekit issue send {issue.id} --force"
        return replace(act, state="held", reason=wrong, rule="issue-errors", hint=hint)
    return None


def sent_by(issue_id: str, entries: Mapping[str, LedgerEntry]) -> LedgerEntry | None:
    """The record of an issue that is out or may be, through whichever mailer it was sent."""
    own = (entry for key, entry in entries.items() if key.startswith(issue_key(issue_id, "")))
    return next((entry for entry in own if entry.state in ("delivered", "unknown", "claimed")), None)


def _by_another_mailer(act: Act, other: LedgerEntry) -> Act:
    """An issue that went to the subscribers before the mailer was changed does not go to them again."""
    name = other.key.rpartition("/")[2]
    if other.state == "delivered":
        return replace(act, state="skipped", reason=f'it went out through "{name}" already')
    reason = f'nobody knows whether it went out through "{name}"'
    return replace(act, state="held", reason=reason, hint=how_to_settle(other.key))


def _issue_moment(issue: IssueDraft, zone: ZoneInfo) -> datetime | None:
    if issue.send:
        return issue.send if issue.send.tzinfo else settled(issue.send, zone)
    month = MONTH.match(issue.id)
    if month and "01" <= month[2] <= "12":
        return settled(datetime.combine(datetime(int(month[1]), int(month[2]), 1).date(), ISSUE_HOUR), zone)  # noqa: DTZ001 - settled gives it its zone
    return None
