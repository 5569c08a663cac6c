"""What the readers of a network are used to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Habit:
    """How many hashtags; whether the link stands in the text (elsewhere its card carries it), and the title above it.

    ``sentences`` is the most of a hook. ``more`` says that a text is longer and opens with its point above the fold;
    ``points``, that headings may stand in for sentences.
    """

    hashtags: int = 3
    link: bool = True
    title: bool = True
    sentences: int = 3
    more: bool = False
    points: bool = False


USUAL = Habit()
HABITS = {
    "x": Habit(hashtags=2),
    "linkedin": Habit(hashtags=5, more=True, points=True),
    "mastodon": Habit(hashtags=4),
    "bluesky": Habit(link=False, title=False),
    "facebook": Habit(points=True),
    # A post on Threads has one topic.
    "threads": Habit(hashtags=1, link=False, title=False),
    "chat": Habit(hashtags=0),
}
# LinkedIn folds a text after about 210 characters on a desk, and after less on a telephone.
FOLD = 200


def habit(like: str) -> Habit:
    """The habit of the network that a channel's texts are for."""
    return HABITS.get(like, USUAL)
