"""How each network counts a text, and how much it takes."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.counting import linkedin, mastodon, threads, x
from sharekit.counting.graphemes import count_graphemes
from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

BLUESKY_BYTES = 3000


@dataclass(frozen=True, kw_only=True)
class Counter:
    """A network's limit, in the unit that ``measure`` counts in, and what that unit is for a person.

    ``bound`` is no less than ``measure``, and quickly found.
    """

    limit: int
    measure: Callable[[str], int]
    rule: str
    bound: Callable[[str], float] = lambda _: math.inf

    def fits(self, text: str) -> bool:
        """Whether the network takes the text. Most are so short that they need not be counted for it."""
        return self.bound(text) <= self.limit or self.measure(text) <= self.limit


def _bluesky(text: str) -> int:
    # 300 graphemes and 3,000 bytes (app.bsky.feed.post): a text over the bytes is over, whatever its graphemes.
    graphemes = count_graphemes(text)
    # Half of a surrogate pair is sent as U+FFFD, which is three bytes too.
    return graphemes if len(text.encode(errors="surrogatepass")) <= BLUESKY_BYTES else max(graphemes, 301)


COUNTERS = {
    "x": Counter(limit=280, measure=x.weighted_length, rule="X counts a link as 23 and each emoji as 2", bound=x.bound),
    "mastodon": Counter(limit=500, measure=mastodon.length, rule="Mastodon counts a link as 23", bound=mastodon.bound),
    "bluesky": Counter(limit=300, measure=_bluesky, rule="Bluesky counts a link in full", bound=len),
    "linkedin": Counter(
        limit=3000, measure=linkedin.length, rule="LinkedIn counts characters that it escapes twice", bound=linkedin.bound
    ),
    "facebook": Counter(limit=63206, measure=len, rule="Facebook counts characters"),
    "threads": Counter(
        limit=threads.LIMIT, measure=threads.length, rule="Threads counts an emoji as its bytes, and takes five links"
    ),
    "chat": Counter(limit=2000, measure=len, rule="Discord, the narrowest of the rooms, counts characters"),
}


def counter(channel: str) -> Counter:
    """The counter of a channel. Raises ConfigError naming the nearest one for an unknown channel."""
    if channel not in COUNTERS:
        near = difflib.get_close_matches(channel, COUNTERS, n=1)
        hint = f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(COUNTERS)}"
        raise ConfigError(f'the channel "{channel}" is not known.', hint=hint)
    return COUNTERS[channel]
