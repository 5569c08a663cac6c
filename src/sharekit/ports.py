"""The ports of the pipeline: sources, channels, mailers, ledgers. Each is a Protocol with at most four methods."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from sharekit.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sharekit.model import LedgerEntry, Outcome, Reading, Receipt, RenderedIssue, Share

# How long before its end a credential is worth a warning.
SOON = timedelta(days=14)


class Source(Protocol):
    """Reads a blog."""

    def read(self) -> Reading:
        """The site, its published posts, those to come, and what was left out.

        Raises SourceError when the blog as a whole cannot be read.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """What the provider says of a key whose outcome is unknown: its ``receipt`` where it is there.

    Where it is not, ``certain`` says that it never arrived, and ``repeat_is_harmless`` that sending it again under the
    same key cannot make a second one.
    """

    receipt: Receipt | None = None
    certain: bool = False
    repeat_is_harmless: bool = False


@dataclass(frozen=True, kw_only=True)
class Credential:
    """A secret of an adapter: its environment variable, what it must allow, and the page that says where to get it.

    For another account of the kind, its name replaces the kind's: ``SHAREKIT_MASTODON_TOKEN`` is ``SHAREKIT_PERSO_TOKEN``
    for ``[channels.perso]``.
    """

    variable: str
    scope: str
    page: str

    def variable_of(self, kind: str, name: str) -> str:
        """The environment variable for the account ``name``, whose name replaces the kind's; other characters become ``_``.

        A variable without the kind's name is the same for all its accounts.
        """
        if name == kind:
            return self.variable
        plain = (unicodedata.normalize("NFKD", each).encode("ascii", "ignore").decode().upper() for each in (kind, name))
        own, account = (re.sub(r"[^A-Z0-9]+", "_", each) for each in plain)
        return re.sub(rf"(?<![A-Z0-9]){own}(?![A-Z0-9])", account, self.variable, count=1)


@dataclass(frozen=True, kw_only=True)
class PictureRules:
    """What a network takes as a picture: MIME types, bytes, pixels, how many, and characters of the alternative text.

    Others are converted and scaled (:mod:`sharekit.channels.pictures`), unless the network has ``fetched`` it by itself.
    """

    types: tuple[str, ...]
    most_bytes: int
    most_pixels: int | None = None
    most: int = 1
    longest_alt: int = 1000
    fetched: bool = False


class Channel(Protocol):
    """A network that shares go to."""

    @property
    def limit(self) -> int:
        """The most that :meth:`measure` may return for a text that is accepted."""
        ...

    def measure(self, text: str) -> int:
        """The length of a text as the network counts it."""
        ...

    def post(self, share: Share, key: str) -> Receipt:
        """Send it, once. Raises Refused, Unavailable or OutcomeUnknown; never tries again by itself."""
        ...

    def find(self, share: Share, key: str) -> Lookup:
        """Whether it is out already, asked of the network."""
        ...


class SteppingChannel(Channel, Protocol):
    """A channel whose sending has a step that nobody sees, of which to remember something before the one that counts."""

    def post_noting(self, share: Share, key: str, note: Callable[[Mapping[str, str]], object]) -> Receipt:
        """As ``post``; ``note`` stores facts before it returns, which come back as :attr:`Share.facts` after a crash."""
        ...


class Mailer(Protocol):
    """Sends an issue to the subscribers."""

    def send(self, issue: RenderedIssue, key: str) -> Receipt:
        """Send it, once. Raises Refused, Unavailable or OutcomeUnknown; never tries again by itself."""
        ...

    def find(self, key: str) -> Lookup:
        """Whether the issue is out already, asked of the provider."""
        ...


@runtime_checkable
class ListMailer(Mailer, Protocol):
    """A mailer that knows its list, can send tests, and can schedule."""

    def subscribers(self) -> int:
        """How many subscribers an issue would go to now."""
        ...

    def test(self, issue: RenderedIssue, key: str, addresses: Sequence[str]) -> str:
        """Send it to these addresses alone; what was made for it at the provider, in a word. Raises as ``send``."""
        ...

    def schedule(self, issue: RenderedIssue, key: str, at: datetime) -> Receipt:
        """Schedule it with the provider for ``at`` (aware). Raises as ``send``, and ConfigError where nothing can wait."""
        ...


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a provider says of the account: its ``name`` there, and the moment (aware) when its credential ends.

    ``facts`` are worth knowing and all right, ``warnings`` a message each with what to do and the page to visit.
    """

    name: str = ""
    ends: datetime | None = None
    facts: tuple[str, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


@runtime_checkable
class SettingsChecker(Protocol):
    """A channel or a mailer that needs more for some of what it does than it needs to begin: for ``doctor``."""

    def check_settings(self) -> None:
        """Check the rest without a network. Raises ConfigError."""
        ...


@runtime_checkable
class AccountReader(Protocol):
    """A channel or a mailer whose provider tells about the account: for ``doctor``."""

    def account(self) -> Account:
        """What can be proven without sending: token, scopes, name, plan.

        Raises ChannelPaused for what would keep an act from going out, and as ``find`` does.
        """
        ...


class Ledger(Protocol):
    """Remembers what was claimed and what came of it: the one stored truth.

    All methods raise LedgerUnavailable when the store cannot be reached or written.
    """

    def get(self, key: str) -> LedgerEntry | None:
        """The entry of a key, as the store has it now; None when it was never claimed."""
        ...

    def entries(self, prefix: str = "") -> Iterable[LedgerEntry]:
        """Every entry whose key starts with ``prefix``, in order of key."""
        ...

    def claim(self, key: str, *, at: datetime, run: str, sent: Mapping[str, str] | None = None) -> LedgerEntry:
        """Take the key for this run, atomically; it is stored, with ``sent``, before this returns.

        A key is free when it was never claimed, was released, or waits with its moment reached at ``at``.
        Raises AlreadyClaimed otherwise.
        """
        ...

    def settle(self, key: str, outcome: Outcome, *, nonce: str) -> LedgerEntry:
        """Store what came of a claim. ``nonce`` is the claim's; raises LedgerError when the claim is not ours."""
        ...


class NotingLedger(Ledger, Protocol):
    """A ledger that remembers what became of a claim on its way."""

    def note(self, key: str, facts: Mapping[str, str], *, nonce: str) -> LedgerEntry:
        """Add facts to an open claim; stored before this returns. Raises LedgerError when the claim is not ours."""
        ...


# --- until when a claim may be sent under ---------------------------------------------------------------------------------

_DEADLINE: ContextVar[datetime | None] = ContextVar("claim_deadline", default=None)


def utc_now() -> datetime:
    """The moment it is (aware, UTC): the clock of an adapter that was given none."""
    return datetime.now(UTC)


@contextlib.contextmanager
def claim_deadline(at: datetime) -> Iterator[None]:
    """Within the block nothing that can be seen is sent from ``at`` (aware) on: another run may hold the claim by then."""
    token = _DEADLINE.set(at)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def check_claim(now: datetime) -> None:
    """Raise Unavailable when the claim is too old at ``now`` for a request that makes something public."""
    deadline = _DEADLINE.get()
    if deadline is not None and now >= deadline:
        raise Unavailable("the claim is too old to send under; another run may have taken the key over")
