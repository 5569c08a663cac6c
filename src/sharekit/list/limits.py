"""How fast: so many a second in all and to each domain (token buckets), so many in an hour or a day (windows)."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

from sharekit.errors import ConfigError

SECONDS = {"s": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0, "d": 86400.0, "day": 86400.0}
RATE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*/\s*([a-z]+)\s*")
# Up to here a rate is a steady drip; above, it is a quota for a window, and may be used up at once.
LONGEST_DRIP = 60.0


@dataclass
class Bucket:
    """A token bucket: ``rate`` a second, and at most one second's worth (but at least one) at once."""

    rate: float
    level: float = field(init=False)
    at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.level = max(1.0, self.rate)

    def wait(self, now: float) -> float:
        """Seconds until one more may go."""
        self.level = min(max(1.0, self.rate), self.level + (now - self.at) * self.rate if self.at else self.level)
        self.at = now
        return 0.0 if self.level >= 1.0 else (1.0 - self.level) / self.rate

    def take(self, now: float) -> None:
        """One goes."""
        self.level -= 1.0


@dataclass
class Window:
    """At most ``count`` in any ``seconds`` of this process: one that starts again counts afresh."""

    count: int
    seconds: float
    moments: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until one more may go."""
        while self.moments and self.moments[0] <= now - self.seconds:
            self.moments.popleft()
        return 0.0 if len(self.moments) < self.count else self.moments[0] + self.seconds - now

    def take(self, now: float) -> None:
        """One goes."""
        self.moments.append(now)


Limit = Bucket | Window


def read_limit(text: str, *, setting: str) -> Limit:
    """``14/s``, ``100/min``, ``500/h`` or ``50000/day``. Raises ConfigError for anything else."""
    count, seconds = _rate(text, setting)
    return Bucket(count / seconds) if seconds <= LONGEST_DRIP else Window(int(count), seconds)


def read_window(text: str, *, setting: str) -> Window:
    """A rate that may be used up at once. Raises ConfigError as :func:`read_limit`."""
    count, seconds = _rate(text, setting)
    return Window(max(1, int(count)), seconds)


def _rate(text: str, setting: str) -> tuple[float, float]:
    found = RATE.fullmatch(text.lower())
    seconds = SECONDS.get(found.group(2)) if found else None
    if found is None or seconds is None or float(found.group(1)) <= 0:
        raise ConfigError(f'{setting} = "{text}" is not a rate', hint='Write it as in "14/s", "100/min" or "50000/day".')
    return float(found.group(1)), seconds


class Limits:
    """All limits of a mailing. ``domains`` maps a domain to its own; ``every_domain`` is for the others."""

    def __init__(self, total: list[Limit], domains: dict[str, str], every_domain: str | None) -> None:
        self._total = total
        self._rates = domains
        self._every = every_domain
        self._domains: dict[str, Limit | None] = {}

    @property
    def none(self) -> bool:
        """Whether nothing is limited."""
        return not (self._total or self._rates or self._every)

    def wait(self, domain: str, now: float) -> float:
        """Seconds until a message to this domain may go; 0 takes its place in every limit."""
        limits = self._total + [limit for limit in [self._of(domain)] if limit]
        longest = max((limit.wait(now) for limit in limits), default=0.0)
        if longest <= 0:
            for limit in limits:
                limit.take(now)
        return longest

    def total_wait(self, now: float) -> float:
        """Seconds until a message to any domain may go."""
        return max((limit.wait(now) for limit in self._total), default=0.0)

    def _of(self, domain: str) -> Limit | None:
        if domain not in self._domains:
            rate = self._rates.get(domain, self._every)
            self._domains[domain] = read_limit(rate, setting=f"mailers.smtp.domains.{domain}") if rate else None
        return self._domains[domain]
