"""Blogs of a few weeks, drawn at random and run against a network that fails: what ``plan`` announces is what goes out.

Each example has articles, series, slots, windows, quiet days, lateness and spacing of its own; drafts are approved, held
and freed at random moments; the network is away, refuses, loses answers and pauses the account; pages come late; runs are
lost, and others happen at any time. The runs are those of ``deliver``, over a ledger in memory.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, cast

import pytest

from plans import PARIS, config, draft, post
from sharekit.drafts import Drafts
from sharekit.errors import ChannelPaused, OutcomeUnknown, Refused, Unavailable
from sharekit.ledgers.records import MemoryLedger
from sharekit.model import CLOSING, Part, Receipt
from sharekit.outbox import Outbox
from sharekit.planning import Situation, make_plan
from sharekit.ports import Lookup
from sharekit.schedule.calendar import Calendar, offset, parse_quiet, parse_windows
from sharekit.steps.deliver import Deliver

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sharekit.model import Act, DraftStatus, LedgerEntry, Share, ShareDraft
    from sharekit.planning import Plan
    from sharekit.session import Session

# Two days before clocks go back in Paris, on a Friday.
BEGIN = datetime(2026, 10, 23, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
ENDED = ("delivered", "refused", "unknown", "held", "skipped")
FAULTS = ("away", "away until", "refuses", "lost before", "lost after", "lost for good", "paused", "a bug")
# What a person or a provider does to one act or file, and how often an example has it.
WINDOWS = (None, None, "daily 09:00", "Tue,Thu 08:30", "Mon-Fri 08:00,18:00", "Sat 22:00", "daily 02:30")
QUIET = ((), (), ("Sun",), ("Sat", "Sun"), ("2026-10-25..2026-10-28",))


@dataclass(frozen=True)
class Article:
    """An article and the life of its draft: hours after :data:`BEGIN` at which its status changes."""

    published: int
    minutes: int
    position: int
    statuses: tuple[tuple[int, DraftStatus], ...]
    chosen: int | None
    page_after: int


@dataclass(frozen=True)
class World:
    articles: tuple[Article, ...]
    shares: Mapping[str, Any]
    faults: Mapping[tuple[int, str], tuple[str, ...]]
    other_runs: frozenset[int]
    lost_runs: frozenset[int]
    harmless: bool

    @property
    def calm(self) -> bool:
        """Whether nothing stands in the way of any act."""
        approved = all(each.statuses == ((0, "approved"),) and not each.page_after for each in self.articles)
        return approved and not self.faults and not self.lost_runs


HOURS = 14 * 24
STATUSES: tuple[DraftStatus, ...] = ("approved", "approved", "draft", "hold", "skip")
SLOTS = ({"launch": "0d"}, {"launch": "0d", "reminder": "3d"}, {"launch": "2h"})


def some_article(chance: Random, number: int, *, calm: bool) -> Article:
    changes = {chance.randint(0, HOURS): chance.choice(STATUSES) for _ in range(chance.randint(1, 3))}
    return Article(
        published=chance.randint(0, HOURS),
        minutes=chance.choice([0, 0, 30, 7]),
        position=chance.choice([0, number + 1]),
        statuses=((0, "approved"),) if calm else tuple(sorted(changes.items())),
        chosen=chance.choice([None, None, None, chance.randint(0, HOURS)]),
        page_after=0 if calm else chance.choice([0, 0, 0, 5, 60, 400]),
    )


def some_settings(chance: Random) -> dict[str, Any]:
    windows = chance.choice(WINDOWS)
    return {
        "slots": chance.choice(SLOTS),
        "windows": windows,
        "quiet": chance.choice([days for days in QUIET if windows != "Sat 22:00" or "Sat" not in days]),
        "late": chance.choice(["12h", "1d", "7d"]),
        "spacing": chance.choice(["0m", "30m", "30m", "5h", "2d"]),
        "approve": "explicit",
        "closing": chance.choice([True, False]),
    }


def some_world(chance: Random) -> World:
    count, calm = chance.randint(1, 3), chance.randrange(4) == 0
    faults = {
        (chance.randrange(count), chance.choice(["launch", "launch", "reminder", CLOSING])): tuple(
            chance.choices(FAULTS, k=chance.randint(1, 3))
        )
        for _ in range(chance.randint(0, 3))
    }
    return World(
        articles=tuple(some_article(chance, number, calm=calm) for number in range(count)),
        shares=some_settings(chance),
        faults={} if calm else faults,
        other_runs=frozenset(chance.randint(0, HOURS) for _ in range(chance.randint(0, 2))),
        lost_runs=frozenset() if calm else frozenset(chance.randint(0, 12) for _ in range(chance.randint(0, 3))),
        harmless=chance.choice([True, False]),
    )


@dataclass
class Network:
    """Keeps when each key arrived. Its faults are spent one for each attempt."""

    run: Simulation
    arrived: dict[str, list[datetime]] = field(default_factory=dict)
    finds: dict[str, int] = field(default_factory=dict)

    def post(self, share: Share, key: str) -> Receipt:
        now, fault = self.run.now, self.run.fault(share)
        self.run.check_attempt(key)
        if fault == "away":
            raise Unavailable("cannot be reached")
        if fault == "away until":
            raise Unavailable("429", retry_at=now + timedelta(minutes=47))
        if fault == "refuses":
            raise Refused("403")
        if fault == "paused":
            raise ChannelPaused("401")
        if fault == "a bug":
            raise ZeroDivisionError
        if fault != "lost before":
            self.arrived.setdefault(key, []).append(now)
        if fault.startswith("lost"):
            self.finds[key] = 1 if fault == "lost after" else 99 if fault == "lost for good" else 0
            raise OutcomeUnknown("timed out")
        return Receipt(id=key, url=None, at=now)

    def find(self, share: Share, key: str) -> Lookup:
        if self.finds.get(key, 0) > 0:
            self.finds[key] -= 1
            raise Unavailable("cannot be asked")
        if key in self.arrived:
            return Lookup(receipt=Receipt(id=key, url=None, at=self.arrived[key][0]))
        return Lookup(certain=True, repeat_is_harmless=self.run.world.harmless)


class Run(Deliver):
    """A run of ``deliver`` that asks the simulation for pages."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        super().__init__(cast("Session", simulation))
        self._page = simulation.page


class Simulation:
    """A blog in time. It stands for the session that ``deliver`` is given."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.config = config(world.shares)
        self.now = BEGIN
        self.run = "run"
        self.ledger = MemoryLedger()
        self.network = Network(self)
        self.faults = {key: list(each) for key, each in world.faults.items()}
        self._draft = cache(self._draft_of)
        self.posts = tuple(self._post(number, each) for number, each in enumerate(world.articles))
        self.calendar = Calendar(
            windows=parse_windows(self.config.shares.windows, setting=""),
            quiet=parse_quiet(self.config.shares.quiet),
            zone=PARIS,
        )
        self.spacing, self.late = offset(self.config.shares.spacing), offset(self.config.shares.late)
        # What was announced since anything changed last: it binds.
        self.announced: dict[str, datetime] = {}
        self.current: Plan

    # --- what deliver asks its session for ---

    def clock(self) -> datetime:
        return self.now

    def over(self, entry: LedgerEntry, now: datetime) -> bool:
        return True

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.ledger, run=self.run, clock=self.clock, over=self.over)

    def channel(self, name: str) -> Network:
        return self.network

    def plan(
        self, *, entries: Mapping[str, LedgerEntry] | None = None, stuck: Collection[str] = (), **_command: object
    ) -> Plan:
        self.current = make_plan(
            Situation(
                drafts=Drafts(shares=tuple(self._draft(number, self.status(number)) for number in range(len(self.posts)))),
                posts=self.posts,
                entries={each.key: each for each in self.ledger.entries()} if entries is None else entries,
                config=self.config,
                zone=PARIS,
                now=self.now,
                over=self.over,
                stuck=stuck,
            )
        )
        return self.current

    # --- the blog ---

    def _post(self, number: int, article: Article) -> Any:
        moment = BEGIN + timedelta(hours=article.published, minutes=article.minutes)
        return post(f"p{number}", moment.isoformat())

    def _draft_of(self, number: int, status: DraftStatus) -> ShareDraft:
        article = self.world.articles[number]
        names = ["bluesky", *(f"bluesky @ {slot}" for slot in [*self.config.shares.slots][1:])]
        if self.config.shares.closing and article.position == len(self.posts):
            names.append(f"bluesky @ {CLOSING}")
        made = draft(self.posts[number], {name: f"Read it, {name}" for name in names})
        chosen = {} if article.chosen is None else {"": BEGIN + article.chosen * HOUR}
        place = Part(series="Station", position=article.position, total=len(self.posts)) if article.position else None
        return replace(made, status=status, part=place, at=chosen)

    def status(self, number: int) -> DraftStatus:
        known = [status for hour, status in self.world.articles[number].statuses if BEGIN + hour * HOUR <= self.now]
        return known[-1] if known else "draft"

    def page(self, url: str) -> str:
        number = next(number for number, each in enumerate(self.posts) if each.url == url)
        there = self.posts[number].published + timedelta(minutes=self.world.articles[number].page_after)
        return "" if there <= self.now else "the page answers 404"

    def fault(self, share: Share) -> str:
        waiting = self.faults.get((int(share.post_id[1:]), share.slot))
        return waiting.pop(0) if waiting else ""

    # --- what has to be so ---

    def check_attempt(self, key: str) -> None:
        """At the moment at which an act leaves."""
        act = self.current.act(key)
        assert act is not None
        assert key not in self.network.arrived, "nothing is sent twice"
        assert self.now >= act.planned, "nothing goes out before its moment"
        assert self.now >= cast("datetime", act.published)
        before = self.current.act(act.answers)
        if before and before.state not in ("delivered", "refused", "skipped"):
            assert before.state == "held", f"a part went out before the part before it, which is {before.state}"
            assert self.now - act.planned >= self.late
        if act.exact:
            return
        assert self.calendar.opening_at(self.now) is not None, "nothing goes out on a quiet day or outside of a window"
        latest = max((max(each) for each in self.network.arrived.values()), default=None)
        assert latest is None or not self.spacing or self.now - latest >= self.spacing, "two acts are too close"

    def deliver(self) -> None:
        due = {key for key, moment in self.announced.items() if moment <= self.now}
        run = Run(self)
        changed = acted = False
        for done in run.run():
            acted = True
            # Anything else is a change: a failure, what a provider says of an unknown one, a page that is there now.
            changed |= done.result.state != "delivered" or done.act.state in ("unknown", "waiting")
            if done.act.key in self.announced and not changed:
                assert self.announced[done.act.key] == self.now, f"{done.act.key} was announced for another moment"
            due.discard(done.act.key)
        if changed:
            self.announced = {}
        else:
            assert not due, f"{due} was announced for now"
        self.announced = {key: moment for key, moment in self.announced.items() if key not in self.delivered()}
        if acted:
            self.plan()
        self.announce()

    def delivered(self) -> set[str]:
        return {act.key for act in self.current.acts if act.state == "delivered"}

    def announce(self) -> None:
        """What the plan says now binds, and is what it said before."""
        coming = self.coming()
        for key, moment in self.announced.items():
            assert coming.get(key) == moment, f"{key} was announced for {moment} and now is for {coming.get(key)}"
        self.announced = coming

    def coming(self) -> dict[str, datetime]:
        # In UTC: a moment in the hour that comes twice equals none of another zone (PEP 495).
        return {act.key: act.at.astimezone(UTC) for act in self.current.acts if self.is_announced(act)}

    def is_announced(self, act: Act) -> bool:
        if self.current.paused or act.at <= self.now:
            return False
        return act.state == "scheduled" or (act.state == "waiting" and not self.is_blocked(act))

    def is_blocked(self, act: Act) -> bool:
        """Whether an act waits for its page, for a person, or for a part that does."""
        page = act.entry is not None and act.entry.state == "waiting" and "page" in act.entry.sent
        before = self.current.act(act.answers)
        return page or bool(
            before and before.state in ("waiting", "unknown") and (before.at <= self.now or self.is_blocked(before))
        )

    def play(self) -> None:
        changes = sorted({BEGIN + hour * HOUR for each in self.world.articles for hour, _ in each.statuses})
        others = sorted(BEGIN + hour * HOUR + timedelta(minutes=11) for hour in self.world.other_runs)
        self.deliver()
        for number in range(120):
            # In UTC: moments of one zone compare by its clocks, which show one hour twice (PEP 495).
            coming = (act.at.astimezone(UTC) for act in self.current.acts if act.state in ("scheduled", "waiting"))
            moments = [moment for moment in (*changes, *others, *coming) if moment > self.now]
            if self.looks_again():
                moments.append(self.calendar.next_from(self.now + 13 * HOUR))
            if not moments:
                break
            self.now = min(moments).astimezone(UTC)
            if self.now in changes:
                self.announced = {}
            if number in self.world.lost_runs:
                self.announced = {}
                self.plan()
                continue
            self.deliver()
        else:
            raise AssertionError("it never came to an end")
        self.check_end()

    def looks_again(self) -> bool:
        """Whether runs that nothing announces would change something."""
        acts = self.current.acts
        return any(
            act.state == "due" or (act.state == "waiting" and (act.try_now or (act.entry and act.entry.state == "waiting")))
            for act in acts
        ) or any(act.state == "unknown" and self.network.finds.get(act.key, 0) in (1, 2) for act in acts)

    def check_end(self) -> None:
        last = self.current
        assert self.plan() == last, "planning twice gives the same"
        for act in self.current.acts:
            if act.state in ENDED:
                assert act.state != "held" or act.reason
                continue
            # Only one of which nobody knows, or one that waits for such a one, is left for a person.
            before: Act | None = act
            while before and before.state != "unknown":
                before = self.current.act(before.answers)
            assert before, f"{act.key} is left behind: {act.state}, {act.reason}"
        assert all(len(each) == 1 for each in self.network.arrived.values())
        if self.world.calm:
            assert {act.state for act in self.current.acts} == {"delivered"}


# SHAREKIT_SEED plays 2,000 others.
@pytest.mark.slow
def test_what_is_announced_goes_out_then() -> None:
    seed = int(os.environ.get("SHAREKIT_SEED", "7"))
    for number in range(2000):
        world = some_world(Random(f"{seed} {number}"))
        try:
            Simulation(world).play()
        except Exception as error:
            error.add_note(f"example {number}: {world}")
            raise


def test_a_simulation_sends() -> None:
    """The simulation is one: in a plain week everything goes out, at its moment."""
    article = Article(published=26, minutes=0, position=0, statuses=((0, "approved"),), chosen=None, page_after=0)
    shares = {"slots": {"launch": "0d"}, "windows": "daily 09:00", "approve": "explicit"}
    simulation = Simulation(World((article, article), shares, {}, frozenset(), frozenset(), harmless=False))
    simulation.play()
    assert simulation.network.arrived == {
        "share/p0/bluesky/launch": [datetime(2026, 10, 25, 8, tzinfo=UTC)],
        "share/p1/bluesky/launch": [datetime(2026, 10, 26, 8, tzinfo=UTC)],
    }
