"""Planned shares → the cards that show them: as they will look on their network, how long they are, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.model import Share
from sharekit.preview.words import shown
from sharekit.registry import outlet
from sharekit.shares.habits import FOLD, habit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from markupsafe import Markup

    from sharekit.config import Config
    from sharekit.model import Act, Card, Image, Part


# LinkedIn shows so many lines of a text on a telephone (reference: linkedinpreview.com, "LinkedIn Hook Preview").
LINES = 3


@dataclass(frozen=True, kw_only=True)
class CardPicture:
    """Where the page finds a picture, and what it shows. ``alt`` is empty where nobody described it."""

    src: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class ShareCard:
    """One share. ``length`` and ``limit`` are in what the network counts; ``url`` is where it is out already.

    ``rest`` is what the network hides until a reader asks for it; ``fresh`` what sharekit would write in the place of what
    a person wrote, empty where it would write the same; ``hint`` the command or the edit.
    """

    like: str
    label: str
    handle: str
    slot: str
    state: str
    moment: str
    reason: str
    hint: str
    words: Markup
    rest: Markup
    fresh: Markup
    language: str
    length: int
    limit: int
    cost: float
    follows: bool
    url: str | None
    link: Card
    host: str
    picture: CardPicture | None
    attached: tuple[CardPicture, ...]

    @property
    def share_of_limit(self) -> int:
        """How much of the room is taken, in per cent; 100 at most."""
        return min(100, round(100 * self.length / self.limit))


@dataclass(frozen=True, kw_only=True)
class PostCards:
    """The shares of one post, in the order in which they go out. ``source`` is its draft file."""

    title: str
    url: str
    source: str
    part: Part | None
    cards: tuple[ShareCard, ...]


@dataclass(frozen=True, kw_only=True)
class Cards:
    """Makes the cards. ``place`` says where the page finds a picture, ``say`` writes a moment in the reader's language.

    ``fresh`` maps a draft's file and section to what sharekit would write there.
    """

    config: Config
    place: Callable[[Image], str]
    say: Callable[[datetime], str]
    fresh: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of(self, acts: Sequence[Act]) -> list[PostCards]:
        """The drafted posts: what is to be decided, the newest first; then what is next; then what is out or skipped."""
        posts: dict[str, list[tuple[Act, Share]]] = {}
        for act in acts:
            if isinstance(act.content, Share):
                posts.setdefault(act.content.post_id, []).append((act, act.content))
        return [self._post(shares) for shares in sorted(posts.values(), key=_rank)]

    def _post(self, shares: Sequence[tuple[Act, Share]]) -> PostCards:
        first, share = shares[0]
        return PostCards(
            title=first.title,
            url=share.card.url,
            source=first.source,
            part=share.part,
            cards=tuple(self._card(act, content) for act, content in shares),
        )

    def _card(self, act: Act, share: Share) -> ShareCard:
        where = outlet(share.channel, self.config.channels.get(share.channel, {}))
        receipt = act.entry.outcome.receipt if act.entry and act.entry.outcome else None
        fresh = self.fresh.get((act.source, act.section), share.text)
        cut = fold(share.text) if habit(where.like).more else len(share.text)
        return ShareCard(
            like=where.like,
            label=where.label,
            handle=where.handle,
            slot=share.slot,
            state=act.state,
            moment=self.say(act.at),
            reason=act.reason,
            hint=act.hint,
            words=shown(share.text[:cut], where.like),
            rest=shown(share.text[cut:], where.like),
            fresh=shown(fresh if fresh != share.text else "", where.like),
            language=share.language,
            length=where.counter.measure(share.text),
            limit=where.counter.limit,
            cost=act.cost,
            follows=bool(act.answers),
            url=receipt.url if receipt else None,
            link=share.card,
            host=urlsplit(share.card.url).netloc.removeprefix("www."),
            picture=self._picture(share.card.image),
            attached=tuple(filter(None, map(self._picture, share.images))),
        )

    def _picture(self, image: Image | None) -> CardPicture | None:
        return CardPicture(src=self.place(image), alt=image.alt) if image else None


def _rank(shares: Sequence[tuple[Act, Share]]) -> tuple[int, float, str]:
    """Where a post stands on the page."""
    states = {act.state for act, _ in shares}
    first, share = shares[0]
    coming = [act.at.timestamp() for act, _ in shares if act.state == "scheduled"]
    if states & {"unknown", "refused", "held", "due", "waiting"}:
        return 0, -(first.published or first.at).timestamp(), share.post_id
    return (1, min(coming), share.post_id) if coming else (2, -(first.published or first.at).timestamp(), share.post_id)


def fold(text: str) -> int:
    """Where LinkedIn cuts a text: after its third line, or after so many characters, between two words."""
    lines = text.splitlines(keepends=True)
    most = min(FOLD, len("".join(lines[:LINES])))
    if most < FOLD or len(text) <= most:
        return most
    return max(text.rfind(" ", 0, most + 1), text.rfind("\n", 0, most + 1)) + 1 or most
