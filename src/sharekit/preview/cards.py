"""Planned shares → the cards that show them: as they will look on their network, how long they are, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.model import Share
from sharekit.preview.words import shown
from sharekit.registry import outlet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from markupsafe import Markup

    from sharekit.config import Config
    from sharekit.model import Act, Card, Image, Part


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Where the page finds a picture, and what it shows. ``alt`` is empty where nobody described it."""

    src: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class ShareCard:
    """One share. ``length`` and ``limit`` are in what the network counts; ``url`` is where it is out already."""

    like: str
    label: str
    handle: str
    slot: str
    state: str
    moment: str
    reason: str
    words: Markup
    language: str
    length: int
    limit: int
    cost: float
    follows: bool
    url: str | None
    link: Card
    host: str
    picture: Picture | None
    attached: tuple[Picture, ...]

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


def post_cards(acts: Sequence[Act], config: Config, *, zone: ZoneInfo, place: Callable[[Image], str]) -> list[PostCards]:
    """The drafted posts, the newest first. ``place`` says where the page finds a picture."""
    posts: dict[str, list[tuple[Act, Share]]] = {}
    for act in acts:
        if isinstance(act.content, Share):
            posts.setdefault(act.content.post_id, []).append((act, act.content))
    newest = sorted(posts.values(), key=lambda shares: (shares[0][0].published, shares[0][1].post_id), reverse=True)
    return [_post(shares, config, zone, place) for shares in newest]


def _post(shares: Sequence[tuple[Act, Share]], config: Config, zone: ZoneInfo, place: Callable[[Image], str]) -> PostCards:
    first, share = shares[0]
    return PostCards(
        title=first.title,
        url=share.card.url,
        source=first.source,
        part=share.part,
        cards=tuple(_card(act, content, config, zone, place) for act, content in shares),
    )


def _card(act: Act, share: Share, config: Config, zone: ZoneInfo, place: Callable[[Image], str]) -> ShareCard:
    where = outlet(share.channel, config.channels.get(share.channel, {}))
    receipt = act.entry.outcome.receipt if act.entry and act.entry.outcome else None
    return ShareCard(
        like=where.like,
        label=where.label,
        handle=where.handle,
        slot=share.slot,
        state=act.state,
        moment=f"{act.at.astimezone(zone):%a %d %b %Y %H:%M}",
        reason=act.reason,
        words=shown(share.text, where.like),
        language=share.language,
        length=where.counter.measure(share.text),
        limit=where.counter.limit,
        cost=act.cost,
        follows=bool(act.answers),
        url=receipt.url if receipt else None,
        link=share.card,
        host=urlsplit(share.card.url).netloc.removeprefix("www."),
        picture=_picture(share.card.image, place),
        attached=tuple(filter(None, (_picture(image, place) for image in share.images))),
    )


def _picture(image: Image | None, place: Callable[[Image], str]) -> Picture | None:
    return Picture(src=place(image), alt=image.alt) if image else None
