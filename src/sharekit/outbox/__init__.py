"""Claim, deliver, settle: the one way out. Nothing goes out twice, and nothing is lost in silence."""

from sharekit.outbox.outbox import ENDED, Act, Outbox, Result, issue_act, share_act
from sharekit.outbox.runs import is_over, run_name

__all__ = ["ENDED", "Act", "Outbox", "Result", "is_over", "issue_act", "run_name", "share_act"]
