"""Sending one issue on a person's command: as a test or to all subscribers, now or at a given moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sharekit.errors import ConfigError, DraftError, Refused
from sharekit.schedule.calendar import offset

if TYPE_CHECKING:
    from datetime import datetime

    from sharekit.model import Act, IssueDraft, Receipt
    from sharekit.outbox import Note, Result
    from sharekit.planning import Plan
    from sharekit.ports import LedgerEntry, ListMailer
    from sharekit.session import Session

# States that a command cannot change.
CLOSED = {"delivered": "went out already", "refused": "was refused"}


def pick(plan: Plan, issue_id: str | None) -> Act:
    """The issue of that id, or the only one that is not out. Raises ConfigError where that is none or several."""
    issues = [act for act in plan.acts if act.kind == "issue"]
    ids = [act.slot for act in issues]
    if issue_id is not None:
        found = [act for act in issues if act.slot == issue_id]
        if not found:
            raise ConfigError(f'there is no issue "{issue_id}"', hint=f"There are: {', '.join(ids) or 'none'}")
        return found[0]
    waiting = [act for act in issues if act.state not in ("delivered", "skipped")]
    if len(waiting) != 1:
        said = f"{len(waiting)} issues are not out" if waiting else "every issue is out"
        hint = f"Name one: {', '.join(act.slot for act in waiting)}" if waiting else "sharekit build proposes one."
        raise ConfigError(said, hint=hint)
    return waiting[0]


def check_open(act: Act, *, force: bool = False) -> None:
    """Raise DraftError when the issue may not go out; ``force`` sends one that has errors."""
    status = draft_of(act).status
    if status in ("hold", "skip"):
        raise DraftError(f"its status is {status}", path=act.source, hint="status: approved lets it go.")
    if act.state in CLOSED or (act.state == "waiting" and act.entry and act.entry.state == "claimed"):
        why = f": {act.reason}" if act.reason else ""
        kind = Refused if act.state == "refused" else DraftError
        raise kind(
            f"{act.key} {CLOSED.get(act.state, 'is being sent by another run')}{why}",
            hint=f"See: sharekit ledger show '{act.key}'",
        )
    if act.rule == "issue-errors" and not force:
        raise DraftError(act.reason, path=act.source, hint=act.hint)
    if act.state == "held" and act.rule not in ("late", "issue-errors") and status == "approved":
        raise DraftError(act.reason, path=act.source, hint=act.hint or None)


def check_moment(at: datetime, *, now: datetime, late: str) -> None:
    """Raise DraftError for a moment long past: what was meant for then may not be meant for now."""
    if now - at > offset(late):
        raise DraftError(
            f"{at:%Y-%m-%d %H:%M %Z} was more than {late} ago; the issue is held",
            hint="Name another time, or leave --at out to send it now.",
        )


def mailer_of(act: Act, session: Session) -> ListMailer:
    """What sends the issue: every built-in mailer knows its list."""
    return cast("ListMailer", session.mailer(act.target))


def send(act: Act, at: datetime | None, session: Session) -> Result:
    """Claim it and send it, or leave it with the provider until ``at``. Raises LedgerError."""
    mailer, issue = mailer_of(act, session), draft_of(act)

    def sending(_entry: LedgerEntry, _note: Note) -> Receipt:
        rendered = session.rendered(issue)
        if at is not None and at > session.clock():
            return mailer.schedule(rendered, act.key, at)
        return mailer.send(rendered, act.key)

    sent = {"subject": issue.subject}
    return session.outbox.deliver(act.key, send=sending, find=lambda _: mailer.find(act.key), known=act.entry, sent=sent)


def draft_of(act: Act) -> IssueDraft:
    return cast("IssueDraft", act.content)
