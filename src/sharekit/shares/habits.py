"""What the users of a network are used to, and what a post costs where the network charges for each call."""

from __future__ import annotations

from dataclasses import dataclass

from sharekit.counting.urls import links

# US dollars for a post on X, and for one with a link in it, as of November 2026
# (https://docs.x.com/x-api/getting-started/pricing).
X_POST, X_POST_WITH_LINK = 0.015, 0.200


@dataclass(frozen=True, kw_only=True)
class Habit:
    """How many hashtags; whether the link stands in the text (elsewhere its card carries it), and the title above it.

    ``limit`` is how many hashtags the network takes. ``sentences`` is the most of a hook. ``more`` says that a text is
    longer and opens with its point above the fold; ``points``, that headings may stand in for sentences.
    """

    hashtags: int = 3
    limit: int | None = None
    link: bool = True
    title: bool = True
    sentences: int = 3
    more: bool = False
    points: bool = False

    def most_hashtags(self, setting: int | None) -> int:
        """How many a share may have: as many as ``[shares] hashtags`` says, where the network takes them."""
        wanted = self.hashtags if setting is None else setting
        return wanted if self.limit is None else min(wanted, self.limit)


USUAL = Habit()
HABITS = {
    "x": Habit(hashtags=2),
    "linkedin": Habit(hashtags=5, more=True, points=True),
    "mastodon": Habit(hashtags=4),
    "bluesky": Habit(link=False, title=False),
    "facebook": Habit(points=True),
    # A post on Threads has one topic.
    "threads": Habit(hashtags=1, limit=1, link=False, title=False),
    "chat": Habit(hashtags=0),
}
# LinkedIn folds a text after about 210 characters on a computer, and after less on a phone.
FOLD = 200


def habit(like: str) -> Habit:
    """The habit of the network that a channel's texts are for."""
    return HABITS.get(like, USUAL)


def cost(like: str, text: str) -> float:
    """US dollars for sending a text; ``like`` is the network."""
    if like != "x":
        return 0.0
    return X_POST_WITH_LINK if links(text) else X_POST
