"""``plan``: drafts − ledger → what is due, what comes next, and what does not go out and why. Pure: both are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

from sharekit.feeds.websub import HUB
from sharekit.model import Finding
from sharekit.outbox import ENDED, is_over
from sharekit.records import DAMAGED, by_state, free
from sharekit.schedule import offset
from sharekit.steps.windows import in_windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.ports import LedgerEntry
    from sharekit.steps.acts import Item

State = Literal["due", "waiting", "unknown", "next", "missed", "held", "refused", "busy", "delivered", "old"]
# A seed is an entry of the ledger: everything up to its moment counts as out.
SEED = "seed/"
# Clocks of two machines may differ by this much without anyone being wrong.
SKEW = timedelta(minutes=10)
CLOCK = "%Y-%m-%d %H:%M %Z"
KINDS = {"issue": 0, "share": 1}
# What may still go out, so that the part after it waits.
PENDING = ("waiting", "unknown", "busy", "next", "held")


class Planned(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An item and where it stands. ``entry`` is what the ledger knows of its key."""

    item: Item
    state: State
    reason: str = ""
    entry: LedgerEntry | None = None

    @property
    def key(self) -> str:
        """The key of the act."""
        return self.item.act.key


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Every drafted act and where it stands, in the order in which they go out.

    ``since`` is the moment before which everything counts as out, None on first contact. ``orphans`` are open entries
    of the ledger whose draft is gone.
    """

    planned: tuple[Planned, ...]
    since: datetime | None
    orphans: tuple[LedgerEntry, ...]
    findings: tuple[Finding, ...]
    entries: Mapping[str, LedgerEntry]

    def of(self, *states: State) -> list[Planned]:
        """What is in one of these states."""
        return [each for each in self.planned if each.state in states]


def plan(
    items: Sequence[Item],
    entries: Mapping[str, LedgerEntry],
    config: Config,
    *,
    now: datetime,
    since: datetime | None,
    zone: ZoneInfo,
) -> Plan:
    """Where every item stands at ``now``. ``since`` is the configured one; a seed in the ledger may be later."""
    since = max(filter(None, (since, *_seeds(entries))), default=None)
    grace = offset(config.shares.grace)
    items = in_windows(items, entries, config, now=now, since=since, zone=zone)
    planned = [_stand(item, entries, now=now, since=since, grace=grace) for item in items]
    planned = _series_in_order(sorted(planned, key=_order))
    drafted = {item.act.key for item in items}
    # What a hub was being told is no draft; it is told again, or of the newer state.
    open_ones = [
        entry
        for entry in by_state(entries, "claimed", "unknown")
        if entry.key not in drafted and not entry.key.startswith(HUB)
    ]
    return Plan(
        planned=tuple(planned),
        since=since,
        orphans=tuple(open_ones),
        findings=tuple(_findings(entries, now=now, since=since)),
        entries=entries,
    )


def _seeds(entries: Mapping[str, LedgerEntry]) -> list[datetime]:
    return [entry.claimed_at for key, entry in entries.items() if key.startswith(SEED) and DAMAGED not in entry.facts]


def _order(planned: Planned) -> tuple[int, datetime, int, str]:
    act = planned.item.act
    part = planned.item.part
    return KINDS[act.kind], act.at, part.position if part else 0, act.key


def _stand(
    item: Item, entries: Mapping[str, LedgerEntry], *, now: datetime, since: datetime | None, grace: timedelta
) -> Planned:
    act = item.act
    entry = entries.get(act.key)
    if entry and not free(entry, now):
        return _known(item, entry, now)
    if since and item.published < since:
        return Planned(item=item, state="old", reason=f"from before {since:{CLOCK}}", entry=entry)
    if act.when != "due":
        return Planned(item=item, state=act.when, reason=act.reason, entry=entry)
    # What was tried and has to wait for the far side is not late by its own fault.
    if entry is None and item.dated and now - act.at > grace:
        reason = f"due since {act.at:%Y-%m-%d %H:%M}, more than the grace of {_span(grace)}"
        if act.kind == "issue":
            reason += f"; sharekit issue send {act.slot} sends it, another send: plans it anew"
        return Planned(item=item, state="missed", reason=reason)
    return Planned(item=item, state="due", reason=act.reason, entry=entry)


def _known(item: Item, entry: LedgerEntry, now: datetime) -> Planned:
    if entry.state == "claimed" and is_over(entry, now):
        return Planned(item=item, state="unknown", reason=ENDED, entry=entry)
    reason = entry.outcome.reason if entry.outcome else f"claimed by {entry.run}"
    states: dict[str, State] = {"claimed": "busy", "released": "held"}
    state: State = states.get(entry.state) or entry.state  # type: ignore[assignment]  # the others have the same names
    return Planned(item=item, state=state, reason=reason, entry=entry)


def _series_in_order(planned: list[Planned]) -> list[Planned]:
    """What is due waits for the part before it while that part is on its way or held; without it, it stands alone."""
    result: dict[str, Planned] = {}
    for each in planned:
        before = result.get(each.item.after or "")
        if each.state == "due" and before and before.state in PENDING:
            reason = f"waits for the part before it, which is {before.state}"
            each = Planned(item=each.item, state="held", reason=reason, entry=each.entry)
        elif each.state == "due" and before and before.state not in ("due", "delivered"):
            reason = f"stands alone: the part before it is {before.state}"
            each = Planned(item=each.item, state="due", reason=reason, entry=each.entry)
        result[each.key] = each
    return list(result.values())


def _findings(entries: Mapping[str, LedgerEntry], *, now: datetime, since: datetime | None) -> list[Finding]:
    found = [
        Finding(
            level="error",
            rule="ledger-damaged",
            message=f"{key}: {entry.facts[DAMAGED]}",
            hint=f"Look whether it is out, then: sharekit ledger settle '{key}' --delivered URL (or --release)",
        )
        for key, entry in entries.items()
        if DAMAGED in entry.facts
    ]
    latest = newest(entries)
    if latest and latest > now + SKEW:
        found.append(
            Finding(
                level="error",
                rule="clock-behind",
                message=f"the ledger holds an entry of {latest:{CLOCK}}, and this clock says {now:{CLOCK}}",
                hint="One of the clocks is or was wrong. Nothing goes out until this one is right.",
            )
        )
    if since and since > now + SKEW:
        found.append(
            Finding(
                level="warn",
                rule="since-ahead",
                message=f"since is {since:{CLOCK}}, which is still to come: nothing goes out before it",
            )
        )
    return found


def newest(entries: Mapping[str, LedgerEntry]) -> datetime | None:
    """The latest moment that the ledger knows of."""
    moments = [entry.claimed_at for entry in entries.values()]
    moments += [entry.outcome.at for entry in entries.values() if entry.outcome]
    return max(moments, default=None)


def _span(span: timedelta) -> str:
    hours = int(span.total_seconds() // 3600)
    return f"{hours // 24} days" if hours % 24 == 0 and hours > 24 else f"{hours} hours"
