"""What a share costs where a network asks money for each call: https://docs.x.com/x-api/getting-started/pricing."""

from __future__ import annotations

from sharekit.counting.urls import links

# US dollars for a post, and for one with a link in it, as of November 2026.
X_POST, X_POST_WITH_LINK = 0.015, 0.200


def cost(like: str, text: str) -> float:
    """US dollars for sending a text; ``like`` is the network."""
    if like != "x":
        return 0.0
    return X_POST_WITH_LINK if links(text) else X_POST
