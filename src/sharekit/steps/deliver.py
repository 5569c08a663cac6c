"""``deliver``: what the plan says is due goes out through the outbox, one act after the other, each planned anew."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast
from urllib.parse import urljoin

from sharekit.errors import ConfigError, LedgerError, SharekitError, Unavailable
from sharekit.keys import path_of
from sharekit.model import IssueDraft, Share
from sharekit.outbox.news import News, tell
from sharekit.outbox.outbox import Outbox, Result
from sharekit.planning import Plan, pending
from sharekit.registry import channel_kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sharekit.model import Act, Receipt
    from sharekit.outbox.outbox import Note
    from sharekit.ports import Channel, LedgerEntry, Lookup, SteppingChannel
    from sharekit.session import Session

BEGIN = (
    "Nothing goes out before you say where to begin, so that old posts stay where they are:\n"
    "    sharekit ledger seed            everything up to now counts as out\n"
    "or in sharekit.toml:  since = 2026-11-23"
)
# Seconds for the page of an article, and the most of it that is read.
PAGE_TIMEOUT, PAGE_BYTES = 20.0, 2**22
SENT = ("delivered", "unknown", "refused")


@dataclass(frozen=True, kw_only=True)
class Delivered:
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

    def __init__(self, session: Session, *, only: Collection[str] = (), most: int | None = None, at_once: str = "") -> None:
        self._session = session
        self._only = only
        self._most = most or session.config.deliver.max_per_run
        self._at_once = at_once
        self._outbox = Outbox(session.ledger, run=session.run, clock=session.clock, over=session.over)
        self._pages: dict[str, str] = {}
        self._entries: dict[str, LedgerEntry] = {}
        self.delivery = Delivery(plan=session.plan(at_once=at_once), done=[])

    def run(self) -> Iterator[Delivered]:
        """Carry out what is due, oldest first. One act that fails never stops the others.

        After each act the rest is planned anew from the ledger's answer: what failed takes nobody's place.
        Raises LedgerError when what went out cannot be kept: then nothing more goes out.
        """
        delivery = self.delivery
        check_ledger(delivery.plan)
        self._entries = dict(delivery.plan.entries)
        tried: set[str] = set()
        paused: set[str] = set()
        sends = 0
        while True:
            waiting = [
                act
                for act in pending(delivery.plan)
                if act.key not in tried and act.target not in paused and is_named(act, self._only)
            ]
            act = next((each for each in waiting if each.state == "unknown" or sends < self._most), None)
            if act is None:
                delivery.left = len(waiting)
                return
            tried.add(act.key)
            result = self._one(act)
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
            delivery.plan = self._session.plan(entries=self._entries, stuck=stuck, at_once=self._at_once)

    def due(self) -> tuple[list[Act], int]:
        """What a run would try now, and how many more are left for the next one."""
        acts = [act for act in pending(self.delivery.plan) if is_named(act, self._only)]
        looked_up = [act for act in acts if act.state == "unknown"]
        sent = [act for act in acts if act.state != "unknown"]
        now = {act.key for act in (*looked_up, *sent[: self._most])}
        return [act for act in acts if act.key in now], max(0, len(sent) - self._most)

    def tell_news(self) -> Delivery:
        """Find out what is new for a person, and remember that it was told. Raises LedgerError."""
        delivery = self.delivery
        current = news_of(delivery.plan, delivery.done)
        delivery.news = tell(
            current,
            delivery.plan.entries,
            ledger=self._session.ledger,
            at=self._session.clock(),
            run=self._session.run,
        )
        return delivery

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
        if act.state != "unknown" and session.config.deliver.check_page and not self._is_files(act):
            answer = self._page(share.card.url)
            if answer:
                return self._outbox.note_page(act.key, answer, known=act.entry, sent=sent)
        share = replace(share, answers=self._answered(act))
        return self._outbox.deliver(
            act.key,
            send=partial(_post, channel, share),
            find=partial(_find, channel, share),
            known=act.entry,
            sent=sent,
        )

    def _is_files(self, act: Act) -> bool:
        return channel_kind(act.target, self._session.config) == "files"

    def _answered(self, act: Act) -> Receipt | None:
        entry = self._entries.get(act.answers)
        receipt = entry.outcome.receipt if entry and entry.outcome else None
        # Of what a person settled there may be an address and no id: no network takes the one for the other.
        return None if receipt is None or receipt.id == receipt.url else receipt

    def _page(self, url: str) -> str:
        if url not in self._pages:
            self._pages[url] = page_answer(url, clock=self._session.clock)
        return self._pages[url]

    def _issue(self, act: Act, issue: IssueDraft) -> Result:
        mailer = self._session.mailer(act.target)
        return self._outbox.deliver(
            act.key,
            send=lambda _entry, _note: mailer.send(self._session.rendered(issue), act.key),
            find=lambda _entry: mailer.find(act.key),
            known=act.entry,
            sent={"subject": issue.subject},
        )


def _under(share: Share, entry: LedgerEntry) -> Share:
    return replace(share, facts=entry.facts, claimed=entry.claimed_at, sent=entry.sent)


def _post(channel: Channel, share: Share, entry: LedgerEntry, note: Note) -> Receipt:
    share = _under(share, entry)
    if hasattr(channel, "post_noting"):
        return cast("SteppingChannel", channel).post_noting(share, entry.key, note)
    return channel.post(share, entry.key)


def _find(channel: Channel, share: Share, entry: LedgerEntry) -> Lookup:
    return channel.find(_under(share, entry), entry.key)


# --- the page -----------------------------------------------------------------------------------------------------------


def page_answer(url: str, *, clock: object) -> str:
    """Why an article's page cannot be linked to yet; empty where it answers with success.

    A redirect to another page, and a page that names another one as its canonical address (RFC 6596), is not the article.
    """
    import re

    from sharekit.http import Client

    client = Client("The page", clock=clock, total=PAGE_TIMEOUT, read=PAGE_TIMEOUT, max_bytes=PAGE_BYTES)  # type: ignore[arg-type]  # a callable
    try:
        answer = client.request("GET", url, follow=True, also=range(300, 600))
    except Unavailable as error:
        return f"the page does not answer: {error.message}"
    except SharekitError as error:
        return f"the page cannot be asked for: {error.message}"
    if not 200 <= answer.status < 300:
        return f"the page answers {answer.status}"
    head = answer.body[:200_000].decode(errors="replace")
    found = re.search(r"<link[^>]*\brel=[\"']?canonical\b[^>]*>", head, re.IGNORECASE)
    address = re.search(r"\bhref=[\"']?([^\"'\s>]+)", found[0], re.IGNORECASE) if found else None
    if address and _path(urljoin(url, address[1])) != _path(url):
        return f"the page is another article: it names {address[1]} as its address"
    return ""


def _path(url: str) -> str:
    with suppress(ValueError):
        return path_of(url).removesuffix(".html").casefold()
    return url


# --- news ---------------------------------------------------------------------------------------------------------------


def news_of(plan: Plan, done: Sequence[Delivered]) -> list[News]:
    """All that needs a person now, whether or not it was told before."""
    found = [News(act.rule, act.key) for act in plan.acts if act.rule]
    found += [News(each.result.rule, each.act.key) for each in done if each.result.rule]
    found += [News("orphan", entry.key) for entry in plan.orphans]
    found += [
        News(each.rule, each.path or each.message, of_a_file=bool(each.path))
        for each in plan.findings
        if each.level == "error"
    ]
    return list(dict.fromkeys(found))
