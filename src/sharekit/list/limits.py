"""How fast: so many in any second, minute, hour or day, in all and to each domain."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

from sharekit.errors import ConfigError

SECONDS = {"s": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0, "d": 86400.0, "day": 86400.0}
RATE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*/\s*([a-z]+)\s*")


@dataclass
class Limit:
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


def read_limit(text: str, *, setting: str) -> Limit:
    """``14/s``, ``100/min``, ``500/h`` or ``50000/day``. Raises ConfigError for anything else."""
    found = RATE.fullmatch(text.lower())
    seconds = SECONDS.get(found[2]) if found else None
    if found is None or seconds is None or float(found[1]) <= 0:
        raise ConfigError(f'{setting} = "{text}" is not a rate', hint='Write it as in "14/s", "100/min" or "50000/day".')
    count = float(found[1])
    return Limit(int(count), seconds) if count >= 1 else Limit(1, seconds / count)


class Limits:
    """All limits of a mailing. ``domains`` maps a domain to its own; ``every_domain`` is for the others."""

    def __init__(self, total: list[Limit], domains: dict[str, str], every_domain: str | None) -> None:
        self._total = total
        self._rates = domains
        self._every = every_domain
        self._domains: dict[str, list[Limit]] = {}

    def wait(self, domain: str, now: float) -> float:
        """Seconds until a message to this domain may go; 0 takes its place in every limit."""
        limits = self._total + self._of(domain)
        longest = max((limit.wait(now) for limit in limits), default=0.0)
        if longest <= 0:
            for limit in limits:
                limit.take(now)
        return longest

    def total_wait(self, now: float) -> float:
        """Seconds until a message to any domain may go."""
        return max((limit.wait(now) for limit in self._total), default=0.0)

    def _of(self, domain: str) -> list[Limit]:
        if not (self._rates or self._every):
            return []
        if domain not in self._domains:
            rate = self._rates.get(domain, self._every)
            self._domains[domain] = [read_limit(rate, setting=f"mailers.smtp.domains.{domain}")] if rate else []
        return self._domains[domain]
