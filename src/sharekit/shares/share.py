"""A section of a draft → the share that goes out. The draft holds all of it: the blog is not read again."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from sharekit.errors import DraftError
from sharekit.model import Card, Image, Part, Share

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sharekit.shares.files import DraftFile

# "Kubecon Europe 2022 (2/3)", and "+" when more parts are announced without a number.
PART = re.compile(r"(?P<series>.+?) \((?P<position>\d+)/(?P<total>\d+)(?P<more>\+?)\)(?:, |$)")


def share_of(draft: DraftFile, name: str, *, slot: str, at: datetime, language: str) -> Share:
    """The share of the section ``name``, planned for ``at``. ``language`` is for drafts that do not say theirs."""
    image = Image(url=urljoin(draft.url, draft.image), alt=draft.alt) if draft.image else None
    return Share(
        post_id=draft.post,
        channel=name.partition(" @ ")[0],
        slot=slot,
        text=draft.sections[name],
        language=draft.language or language,
        card=Card(url=draft.url, title=draft.title, description=draft.description, image=image),
        created=at,
        part=part_of(draft),
        images=draft.images,
        source=f"{draft.path}:{draft.lines.get(name, 1)}",
        published=published(draft),
    )


def part_of(draft: DraftFile) -> Part | None:
    """The first series that the draft names, and its place in it."""
    found = PART.match(draft.series)
    if not found:
        return None
    return Part(series=found["series"], position=int(found["position"]), total=int(found["total"]), more=bool(found["more"]))


def parts_before(drafts: list[DraftFile]) -> dict[str, str]:
    """A post → the post of the part before it, where both are drafted.

    A part that is skipped, or was never drafted, is passed over: the one after it answers the nearest that is there.
    """
    series: dict[str, list[tuple[int, str]]] = {}
    for draft in drafts:
        part = part_of(draft)
        if part and draft.status != "skip":
            series.setdefault(part.series, []).append((part.position, draft.post))
    before: dict[str, str] = {}
    for places in series.values():
        ordered = [post for _, post in sorted(places)]
        before |= dict(zip(ordered[1:], ordered, strict=False))
    return before


def published(draft: DraftFile) -> datetime:
    """When the post was published (aware). Raises DraftError."""
    try:
        moment = datetime.fromisoformat(draft.published)
    except ValueError as error:
        raise DraftError(
            f'published: "{draft.published}" is not a time', path=draft.path, hint="Run sharekit build to write it again."
        ) from error
    if moment.tzinfo is None:
        raise DraftError(f'published: "{draft.published}" has no zone', path=draft.path, hint="2022-05-20T08:30:00+02:00")
    return moment


def chosen_moment(draft: DraftFile, name: str, zone: ZoneInfo) -> datetime | None:
    """The moment that a person chose for a section, in the blog's zone where it names none; None where nobody did."""
    text = draft.at.get(name) or ("" if " @ " in name else draft.at.get("", ""))
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
