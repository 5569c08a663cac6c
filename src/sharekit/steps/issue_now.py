"""One issue by a person's word: which one, for a test or for all readers, at once or at a time."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from sharekit.errors import ConfigError, DraftError
from sharekit.issue.files import IssueFile
from sharekit.outbox import Outbox, Result, issue_act
from sharekit.schedule import offset

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sharekit.ports import ListMailer
    from sharekit.steps.deliver import Openers
    from sharekit.steps.plan import Plan, Planned

# What a person's word changes nothing about.
CLOSED = {
    "delivered": "went out already",
    "busy": "is being sent by another run",
    "refused": "was refused",
}


def pick(plan: Plan, issue_id: str | None) -> Planned:
    """The issue of that id, or the only one that is not out. Raises ConfigError where that is none or several."""
    issues = [each for each in plan.planned if each.item.act.kind == "issue"]
    ids = [each.item.act.slot for each in issues]
    if issue_id is not None:
        found = [each for each in issues if each.item.act.slot == issue_id]
        if not found:
            raise ConfigError(f'there is no issue "{issue_id}"', hint=f"There are: {', '.join(ids) or 'none'}")
        return found[0]
    waiting = [each for each in issues if each.state not in ("delivered", "old")]
    if len(waiting) != 1:
        said = f"{len(waiting)} issues are not out" if waiting else "every issue is out"
        hint = (
            f"Name one: {', '.join(each.item.act.slot for each in waiting)}" if waiting else "sharekit build proposes one."
        )
        raise ConfigError(said, hint=hint)
    return waiting[0]


def check_open(planned: Planned) -> None:
    """Raise DraftError when the issue may not go out, whatever a person says now."""
    file = planned.item.content
    status = file.status if isinstance(file, IssueFile) else "draft"
    if status in ("hold", "skip"):
        raise DraftError(f"its status is {status}", path=planned.item.act.source, hint="status: approved lets it go.")
    if planned.state in CLOSED:
        why = planned.reason and f": {planned.reason}"
        raise DraftError(
            f"{planned.key} {CLOSED[planned.state]}{why}",
            hint=f"What is known of it: sharekit ledger show '{planned.key}'",
        )


def check_moment(at: datetime, *, now: datetime, grace: str) -> None:
    """Raise DraftError for a moment that is long past: what was meant for then may not be meant for now."""
    if now - at > offset(grace):
        raise DraftError(
            f"{at:%Y-%m-%d %H:%M %Z} is past for more than the grace of {grace}; the issue is held",
            hint="Name another time, or leave --at out to send it now.",
        )


def readers(planned: Planned, openers: Openers) -> int:
    """How many readers it would go to now, asked of the far side."""
    return cast("ListMailer", openers.mailer(planned.item.act.target)).readers()


def rehearse(planned: Planned, addresses: Sequence[str], openers: Openers) -> str:
    """Send it to these addresses alone; what the far side said. Nothing is claimed: a test may be repeated."""
    mailer = cast("ListMailer", openers.mailer(planned.item.act.target))
    return mailer.test(openers.issue(_file(planned)), planned.key, addresses)


def send(planned: Planned, at: datetime | None, *, outbox: Outbox, openers: Openers, now: datetime) -> Result:
    """Claim it and send it, or leave it with the provider until ``at``. Raises LedgerError."""
    mailer = openers.mailer(planned.item.act.target)
    act = issue_act(mailer, partial(openers.issue, _file(planned)), planned.key)
    if at is not None and at > now:
        later, moment = cast("ListMailer", mailer), at
        act = replace(act, send=lambda: later.schedule(openers.issue(_file(planned)), planned.key, moment))
    return outbox.deliver(act, planned.entry)


def _file(planned: Planned) -> IssueFile:
    return cast("IssueFile", planned.item.content)
