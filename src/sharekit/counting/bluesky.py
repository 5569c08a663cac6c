"""Bluesky's length: 300 graphemes and 3,000 bytes (https://atproto.com/lexicons/app-bsky-feed, app.bsky.feed.post)."""

from __future__ import annotations

from sharekit.counting.graphemes import count_graphemes

LIMIT, MOST_BYTES = 300, 3000


def length(text: str) -> int:
    """Graphemes; over the limit too where the text has more than 3,000 bytes."""
    graphemes = count_graphemes(text)
    # Half of a surrogate pair is sent as U+FFFD, which is three bytes too.
    return graphemes if len(text.encode(errors="surrogatepass")) <= MOST_BYTES else max(graphemes, LIMIT + 1)
