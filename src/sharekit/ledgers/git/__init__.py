"""The ledger as an orphan branch of the blog's repository."""

from sharekit.ledgers.git.ledger import GitLedger

__all__ = ["GitLedger"]
