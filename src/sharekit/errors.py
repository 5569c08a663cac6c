"""Every failure that sharekit raises on purpose.

::

    SharekitError
    ├── ConfigError                2   a setting is wrong
    │   └── ConfigErrors               several settings are wrong
    ├── SourceError                3   the blog cannot be read
    ├── DraftError                 3   a share or issue file is wrong
    ├── OutputError                3   a file cannot be written
    ├── LedgerError                4   the ledger cannot be read or written
    │   ├── AlreadyClaimed             another run claimed the key (harmless)
    │   └── LedgerUnavailable
    └── DeliveryError              1
        ├── Refused                    the provider rejects this text
        ├── ChannelPaused              the provider rejects this account until a person acts
        ├── Unavailable                not accepted; retried later
        └── OutcomeUnknown         5   the request was sent, and no answer came

The number is the exit code of a command that fails with the error.
A message names the place (file and line, URL or setting), the cause, and what to do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sharekit.version import DISTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class SharekitError(Exception):
    """Base of every failure that sharekit raises on purpose.

    ``path`` and ``line`` (1-based) say where the cause is, ``hint`` what to do next.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, path: str | None = None, line: int | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: " if self.path and self.line else f"{self.path}: " if self.path else ""
        return f"{place}{self.message}"


class ConfigError(SharekitError):
    """A setting, a flag or an environment variable is wrong."""

    exit_code = 2


class ConfigErrors(ConfigError):
    """Several settings are wrong; ``problems`` lists them in the order of their lines."""

    def __init__(self, problems: Iterable[ConfigError]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(first.message, path=first.path, line=first.line, hint=first.hint)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class SourceError(SharekitError):
    """The blog, or a post of it, cannot be read."""

    exit_code = 3


class DraftError(SharekitError):
    """A share draft or an issue file is wrong."""

    exit_code = 3


class OutputError(SharekitError):
    """A file cannot be written; its previous content is intact."""

    exit_code = 3


class LedgerError(SharekitError):
    """The ledger cannot be trusted or written, so nothing may go out."""

    exit_code = 4


class AlreadyClaimed(LedgerError):
    """Another run claimed the key and will settle it. Harmless."""


class LedgerUnavailable(LedgerError):
    """The ledger cannot be reached or written."""


class DeliveryError(SharekitError):
    """A channel or a mailer did not accept a share or an issue."""


class Refused(DeliveryError):
    """The provider rejects this text or issue permanently. A person has to change it."""


class ChannelPaused(DeliveryError):
    """The provider accepts nothing from this account: credentials, permissions, plan, API version, or the account is locked.

    It did not go out. The message names the cause; ``hint`` the variable, the scope and the page to visit.
    """


class Unavailable(DeliveryError):
    """It did not go out, and may be retried.

    ``retry_at`` is the earliest time that the provider named (aware), or None.
    """

    def __init__(self, message: str, *, retry_at: datetime | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_at = retry_at


class OutcomeUnknown(DeliveryError):
    """The request was sent and no readable answer came: it may be out, so it is never retried blindly."""

    exit_code = 5


def not_installed(package: str, extra: str) -> ConfigError:
    """The error for an optional dependency that is missing: what it is, and the extra that brings it."""
    return ConfigError(f"{package} is not installed", hint=f"Install it with: pip install '{DISTRIBUTION}[{extra}]'")


def did_you_mean(name: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """A hint for a name that is not known: the nearest of those that are, else ``otherwise``, else all of them."""
    import difflib

    names = {each.casefold(): each for each in reversed(list(known))}
    near = difflib.get_close_matches(name.casefold(), list(names)[::-1], n=1, cutoff=0.5)
    if near:
        return f'Did you mean "{names[near[0]]}"?'
    return otherwise or f"Known: {', '.join(list(names.values())[::-1])}"
