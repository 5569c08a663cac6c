"""``deliver``: what the plan says is due goes out through the outbox, one act after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from sharekit.errors import ConfigError, LedgerError, SharekitError
from sharekit.issue.files import IssueFile
from sharekit.outbox import Act, Outbox, Result, issue_act, share_act

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from typing import Protocol

    from sharekit.model import Receipt, RenderedIssue
    from sharekit.ports import Channel, Mailer
    from sharekit.steps.plan import Plan, Planned

    class Openers(Protocol):
        """Opens what an act goes out through, when it is needed."""

        def channel(self, name: str) -> Channel: ...

        def mailer(self, name: str) -> Mailer: ...

        def issue(self, file: IssueFile) -> RenderedIssue: ...


BEGIN = (
    "Nothing goes out before you say where to begin, so that old posts stay where they are:\n"
    "    sharekit ledger seed            everything up to now counts as out\n"
    "or in sharekit.toml:  since = 2026-11-23"
)


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """An act of this run and what came of it."""

    planned: Planned
    result: Result


class TooMany(SharekitError):
    """More is due than one run may send: nothing went out."""


def chosen(plan: Plan, *, only: Collection[str] = (), most: int | None = None, cap: int) -> list[Planned]:
    """What this run is to look after, in order: what is due and what is unknown.

    ``only`` names kinds, channels, mailers or keys; a whole key also takes what was missed. ``most`` takes the first of
    what is due; without it, raises TooMany when more than ``cap`` are due. Raises ConfigError when ``only`` names nothing.
    """
    for name in only:
        if not any(_named(each, [name]) for each in plan.planned):
            raise ConfigError(f'--only {name}: no draft is for "{name}"', hint="Name a kind, a channel, a mailer or a key.")
    here = [each for each in plan.planned if not only or _named(each, only)]
    due = [each for each in here if each.state == "due" or (each.state == "missed" and each.key in only)]
    if most is not None:
        due = due[:most]
    elif len(due) > cap:
        raise TooMany(
            f"{len(due)} are due, and one run sends at most {cap}: nothing went out",
            hint=f"If this is right: sharekit deliver --max {len(due)}. If it is not: sharekit plan, sharekit ledger seed.",
        )
    unknown = [each for each in here if each.state == "unknown"]
    wanted = {each.key for each in (*due, *unknown)}
    return [each for each in here if each.key in wanted]


def _named(planned: Planned, names: Collection[str]) -> bool:
    act = planned.item.act
    return bool({act.key, act.kind, f"{act.kind}s", act.target} & set(names))


def check(plan: Plan) -> None:
    """Raise LedgerError when what the ledger says and what the clock says cannot both be."""
    behind = next((each for each in plan.findings if each.rule == "clock-behind"), None)
    if behind:
        raise LedgerError(behind.message, hint=behind.hint)


def deliver(chosen: list[Planned], plan: Plan, *, outbox: Outbox, openers: Openers) -> Iterator[Delivered]:
    """Carry out what was chosen, and tell each as it is done. One that fails never stops the others.

    Raises LedgerError when what went out cannot be kept: then nothing more goes out.
    """
    receipts = {key: entry.outcome.receipt for key, entry in plan.entries.items() if entry.outcome}
    pending: set[str] = set()
    for planned in chosen:
        if planned.item.after in pending:
            result = Result(key=planned.key, state="waiting", reason="waits for the part before it")
        else:
            result = _one(planned, receipts, outbox=outbox, openers=openers)
        if result.state == "delivered":
            receipts[planned.key] = result.receipt
        elif result.state != "refused":
            pending.add(planned.key)
        yield Delivered(planned=planned, result=result)


def _one(planned: Planned, receipts: Mapping[str, Receipt | None], *, outbox: Outbox, openers: Openers) -> Result:
    try:
        act = _act(planned, receipts, openers)
    except ConfigError as error:
        return Result(key=planned.key, state="held", reason=str(error), hint=error.hint)
    return outbox.deliver(act, planned.entry)


def _act(planned: Planned, receipts: Mapping[str, Receipt | None], openers: Openers) -> Act:
    item = planned.item
    if isinstance(item.content, IssueFile):
        return issue_act(openers.mailer(item.act.target), partial(openers.issue, item.content), planned.key)
    entry = planned.entry
    before = receipts.get(item.after or "")
    share = replace(
        item.content(at=item.act.at),
        # Of what a person settled there may be an address and no id: no network takes the one for the other.
        answers=None if before and before.id == before.url else before,
        facts=entry.facts if entry else {},
        claimed=entry.claimed_at if entry else None,
    )
    return share_act(openers.channel(item.act.target), share)
