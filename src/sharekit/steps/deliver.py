"""``deliver``: what the plan says is due goes out through the outbox, one act after the other, each planned anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple, cast

from sharekit.errors import ConfigError, DraftError, LedgerError
from sharekit.model import IssueDraft, LedgerEntry, Share
from sharekit.outbox import News, Result, report
from sharekit.ports import ListMailer
from sharekit.registry import kind_of
from sharekit.schedule.calendar import offset
from sharekit.steps.page import page_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from sharekit.model import Act, Receipt
    from sharekit.outbox import Note
    from sharekit.planning import Plan
    from sharekit.ports import Channel, Lookup, SteppingChannel
    from sharekit.session import Session

SENT = ("delivered", "unknown", "refused")


class Delivered(NamedTuple):
    """An act of this run and what came of it."""

    act: Act
    result: Result


@dataclass(kw_only=True)
class Delivery:
    """A run of ``deliver``: what it did, what it left for the next one, and the plan afterwards."""

    plan: Plan
    done: list[Delivered]
    left: int = 0
    news: Sequence[News] = ()

    @property
    def exit_code(self) -> int:
        """0 unless something new needs a person."""
        return max((news.exit_code for news in self.news), default=0)


def check_ledger(plan: Plan) -> None:
    """Raise LedgerError when what the ledger says and what the clock says cannot both be."""
    behind = next((each for each in plan.findings if each.rule == "clock-behind"), None)
    if behind:
        raise LedgerError(behind.message, hint=behind.hint)


def check_names(plan: Plan, only: Collection[str]) -> None:
    """Raise ConfigError when a name of ``only`` is that of no act."""
    for name in only:
        if not any(is_named(act, [name]) for act in plan.acts):
            hint = "Name a kind, a channel, a mailer or a key: sharekit plan"
            raise ConfigError(f'--only {name}: no draft is for "{name}"', hint=hint)


def is_named(act: Act, names: Collection[str]) -> bool:
    """Whether an act is of one of these kinds, channels, mailers or keys; of no names it always is."""
    return not names or bool({act.key, act.kind, f"{act.kind}s", act.target} & set(names))


class Deliver:
    """One run. :meth:`run` yields each act as it is done; :attr:`delivery` holds the outcome."""

    def __init__(
        self,
        session: Session,
        *,
        only: Collection[str] = (),
        most: int | None = None,
        at_once: str = "",
        at: datetime | None = None,
        force: bool = False,
    ) -> None:
        """``at_once`` is the key of the one act that a person sends by command. An issue stays with the provider until
        ``at``, and with ``force`` it goes in spite of its errors.
        """
        self._session = session
        self._only = {at_once} if at_once else only
        self._most = most or session.config.deliver.max_per_run
        self._at_once = at_once
        self._at = at
        self._plan = partial(session.plan, at_once=at_once, force=force)
        self._outbox = session.outbox
        self._page: Callable[[str], str] = cache(partial(page_answer, clock=session.clock))
        self._entries: dict[str, LedgerEntry] = {}
        self.delivery = Delivery(plan=self._plan(), done=[])

    def requested(self) -> Act | None:
        """The act that a person sends by command, None where there is none. Raises DraftError where it cannot go out."""
        act = self.delivery.plan.act(self._at_once)
        if act and not act.try_now:
            message = f"{act.key} is {act.state}" + (f": {act.reason}" if act.reason else "")
            raise DraftError(message, path=act.source, hint=act.hint or f"See: sharekit ledger show '{act.key}'")
        return act

    def run(self, *, rehearse: bool = False) -> Iterator[Delivered]:
        """Carry out what is due, oldest first. One act that fails never stops the others.

        A rehearsal sends nothing, and takes each act for delivered. Nothing goes out before ``since`` or a seed says where
        to begin. After each act the rest is planned anew from the ledger's answer: what failed takes nobody's place. Raises
        LedgerError when what went out cannot be kept: then nothing more goes out.
        """
        delivery = self.delivery
        if delivery.plan.since is None and not self._at_once:
            return  # First contact: a person says first where to begin.
        check_ledger(delivery.plan)
        self._entries = dict(delivery.plan.entries)
        tried: set[str] = set()
        paused: set[str] = set()
        sends = 0
        while True:
            act, waiting = self._next(delivery.plan, tried, sends, paused)
            if act is None:
                delivery.left = waiting
                return
            tried.add(act.key)
            result = self._rehearsed(act) if rehearse else self._one(act)
            if result.entry is not None:
                self._entries[act.key] = result.entry
            if result.state in SENT and act.state != "unknown":
                sends += 1
            if result.rule == "paused":
                paused.add(act.target)
            done = Delivered(act=act, result=result)
            delivery.done.append(done)
            yield done
            stuck = {each.act.key for each in delivery.done if each.result.state not in SENT}
            delivery.plan = self._plan(entries=self._entries, stuck=stuck)

    def _next(self, plan: Plan, tried: Collection[str], sends: int, paused: Collection[str] = ()) -> tuple[Act | None, int]:
        """What is tried next, None where that is nothing or ``sends`` are enough, and how many acts wait to be tried."""
        waiting = [
            act
            for act in plan.acts
            if act.try_now and act.key not in tried and act.target not in paused and is_named(act, self._only)
        ]
        return next((act for act in waiting if act.state == "unknown" or sends < self._most), None), len(waiting)

    def report_news(self) -> Delivery:
        """Find out what is new for a person, and remember that it was reported. Raises LedgerError."""
        delivery = self.delivery
        current = news_of(delivery.plan, delivery.done)
        delivery.news = report(
            current,
            delivery.plan.entries,
            ledger=self._session.ledger,
            at=self._session.clock(),
            run=self._session.run,
        )
        return delivery

    def _rehearsed(self, act: Act) -> Result:
        entry = LedgerEntry(key=act.key, state="delivered", claimed_at=self._session.clock(), run="", nonce="")
        return Result(key=act.key, state="delivered", entry=entry)

    def _one(self, act: Act) -> Result:
        try:
            if isinstance(act.content, Share):
                return self._share(act, act.content)
            return self._issue(act, act.content)
        except ConfigError as error:
            return Result(key=act.key, state="held", reason=str(error), hint=error.hint or "", rule="unusable")

    def _share(self, act: Act, share: Share) -> Result:
        from sharekit.channels.base import digest_of_words

        session = self._session
        channel = session.channel(act.target)
        sent = {"digest": digest_of_words(share.text), "url": share.card.url, "after": act.after}
        sent |= {"source": share.article_file} if share.article_file else {}
        is_files = kind_of("channels", act.target, session.config) == "files"
        check = act.state != "unknown" and session.config.deliver.check_page and not is_files
        if check and (answer := self._page(share.card.url)):
            return self._outbox.note_page(act.key, answer, known=act.entry, sent=sent)
        share = replace(share, answers=self._answered(act))
        return self._outbox.deliver(
            act.key,
            send=partial(_post, channel, share),
            find=partial(_find, channel, share),
            known=act.entry,
            sent=sent,
        )

    def _answered(self, act: Act) -> Receipt | None:
        entry = self._entries.get(act.answers)
        receipt = entry.receipt if entry else None
        # Of what a person settled there may be an address and no id: no network takes the one for the other.
        return None if receipt is None or receipt.id == receipt.url else receipt

    def _issue(self, act: Act, issue: IssueDraft) -> Result:
        session = self._session
        mailer = session.mailer(act.target)

        def send(_entry: LedgerEntry, _note: Note) -> Receipt:
            rendered = session.rendered(issue)
            if self._at and self._at > session.clock():
                return list_mailer(session, act.target).schedule(rendered, act.key, self._at)
            return mailer.send(rendered, act.key)

        sent = {"subject": issue.subject}
        return self._outbox.deliver(act.key, send=send, find=lambda _: mailer.find(act.key), known=act.entry, sent=sent)


def _under(share: Share, entry: LedgerEntry) -> Share:
    return replace(share, facts=entry.facts, claimed=entry.claimed_at, sent=entry.sent)


def _post(channel: Channel, share: Share, entry: LedgerEntry, note: Note) -> Receipt:
    share = _under(share, entry)
    if hasattr(channel, "post_noting"):
        return cast("SteppingChannel", channel).post_noting(share, entry.key, note)
    return channel.post(share, entry.key)


def _find(channel: Channel, share: Share, entry: LedgerEntry) -> Lookup:
    return channel.find(_under(share, entry), entry.key)


# --- news ---------------------------------------------------------------------------------------------------------------


def news_of(plan: Plan, done: Sequence[Delivered]) -> list[News]:
    """All that needs a person now, whether or not it was reported before."""
    found = [News(act.rule, act.key) for act in plan.acts if act.rule]
    found += [News(each.result.rule, each.act.key) for each in done if each.result.rule]
    found += [News("orphan", entry.key) for entry in plan.orphans]
    found += [
        News(each.rule, each.path or each.message, of_a_file=bool(each.path))
        for each in plan.findings
        if each.level == "error"
    ]
    return list(dict.fromkeys(found))


# --- one issue, on a person's command -----------------------------------------------------------------------------------


def pick(plan: Plan, issue_id: str | None) -> tuple[Act, IssueDraft]:
    """The issue of that id, or the only one that is not out. Raises ConfigError where that is none or several."""
    issues = {act.slot: (act, act.content) for act in plan.acts if isinstance(act.content, IssueDraft)}
    if issue_id is not None:
        if issue_id not in issues:
            raise ConfigError(f'there is no issue "{issue_id}"', hint=f"There are: {', '.join(issues) or 'none'}")
        return issues[issue_id]
    waiting = [name for name, (act, _) in issues.items() if act.state not in ("delivered", "skipped")]
    if len(waiting) != 1:
        said = f"{len(waiting)} issues are not out" if waiting else "every issue is out" if issues else "there is no issue"
        hint = f"Name one: {', '.join(waiting)}" if waiting else "sharekit build proposes one; sharekit issue new makes one."
        raise ConfigError(said, hint=hint)
    return issues[waiting[0]]


def check_moment(at: datetime, *, now: datetime, late: str) -> None:
    """Raise DraftError for a moment long past: what was meant for then may not be meant for now."""
    if now - at > offset(late):
        raise DraftError(
            f"{at:%Y-%m-%d %H:%M %Z} was more than {late} ago; the issue is held",
            hint="Name another time, or leave --at out to send it now.",
        )


def list_mailer(session: Session, name: str) -> ListMailer:
    """The mailer of that name. Raises ConfigError for one that knows no list, as that of another package may."""
    mailer = session.mailer(name)
    if not isinstance(mailer, ListMailer):
        message = f"{name} can neither count its subscribers nor send tests nor schedule"
        raise ConfigError(message, hint="sharekit deliver --only issue sends with it.")
    return mailer
