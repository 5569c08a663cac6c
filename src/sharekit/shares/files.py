"""The draft file of a post: front matter, then a section for each channel and slot.

``drafted`` in the front matter holds a digest of each section as sharekit wrote it. A section that no longer matches its
digest was edited by a person and is theirs; nothing outside of the file is needed to know it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast, get_args

from sharekit.errors import DraftError
from sharekit.files import digest
from sharekit.model import DraftStatus, Image, Part, Post
from sharekit.shares.header import chosen_moments, images
from sharekit.shares.sections import parse_sections, read_front_matter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DESCRIPTION = 200
JSON = json.JSONEncoder(ensure_ascii=False)
STATUSES = get_args(DraftStatus)
CONTROL = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
# Written by a build, and by a person: what a build writes follows the post, what a person writes stays.
FROM_POST = ("post", "title", "url", "published", "language", "description", "image", "series", "evergreen")
FROM_PERSON = ("status", "alt", "images", "at")
# What a link's card shows: it follows the post until a person edits it, as a section does.
CARD = ("title", "description", "image")
HEADER_KEYS = (*FROM_POST, *FROM_PERSON, "drafted")


@dataclass(frozen=True, kw_only=True)
class DraftFile:
    """A share draft. ``sections`` maps ``channel`` or ``channel @ slot`` to the text, ``lines`` to its first line.

    ``image`` is the address of the card's picture and ``alt`` what it shows. ``images`` are attached in place of the card.
    ``at`` maps a section's name to the moment that a person chose, ``""`` to that of every section of the first slot.
    ``evergreen`` is false where the post ages: then only its first slot goes out.
    """

    post: str
    title: str
    url: str
    published: str
    series: str
    status: DraftStatus
    drafted: Mapping[str, str]
    sections: Mapping[str, str]
    language: str = ""
    description: str = ""
    image: str = ""
    alt: str = ""
    images: tuple[Image, ...] = ()
    at: Mapping[str, str] = field(default_factory=dict)
    evergreen: bool = True
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    path: str = ""


def new_draft(post: Post, *, parts: Sequence[Part], texts: Mapping[str, str]) -> DraftFile:
    """The draft of a post as sharekit writes it."""
    from sharekit.content import excerpt
    from sharekit.shares.words import plain, repeats

    summary = plain(post.summary)
    card = {
        "title": plain(post.title),
        "description": "" if repeats(summary, post.title) else excerpt(summary, DESCRIPTION),
        "image": post.image.url if post.image else "",
    }
    drafted = {name: text for name, text in card.items() if text} | dict(texts)
    digests = {text: digest(text) for text in set(drafted.values())}
    return DraftFile(
        post=post.id,
        title=card["title"],
        url=post.url,
        published=post.published.isoformat(),
        series=", ".join(f"{part.series} ({part.position}/{part.total}{'+' if part.more else ''})" for part in parts),
        language=post.language,
        description=card["description"],
        image=card["image"],
        alt=post.image.alt if post.image else "",
        evergreen=post.params.get("evergreen") is not False,
        status="draft",
        drafted={name: digests[text] for name, text in drafted.items()},
        sections=dict(texts),
    )


def refreshed(existing: DraftFile, fresh: DraftFile) -> tuple[DraftFile, list[str]]:
    """The file as it should be now, and the names of what a person edited and sharekit would draft otherwise.

    A name is that of a section, or of a line of the card.

    A section that a person removed stays removed: it is still named in ``drafted``.
    """
    sections = dict(existing.sections)
    drafted = dict(existing.drafted)
    differing = []
    for name, text in fresh.sections.items():
        known = existing.drafted.get(name)
        current = existing.sections.get(name)
        if known is None and current is None:
            sections[name], drafted[name] = text, digest(text)
        elif current is not None and known == digest(current):
            sections[name], drafted[name] = text, digest(text)
        elif current is None or digest(current) != digest(text):
            differing.append(name)
    card = {name: str(getattr(existing, name)) for name in CARD if _is_theirs(existing, name)}
    differing = [name for name, value in card.items() if value != getattr(fresh, name)] + differing
    followed = {name: known for name, known in fresh.drafted.items() if name in CARD and name not in card}
    made = replace(
        fresh,
        **cast("Any", card),
        drafted={**drafted, **followed},
        sections=sections,
        path=existing.path,
        lines=existing.lines,
        status=existing.status,
        alt=existing.alt or fresh.alt,
        images=existing.images,
        at=existing.at,
    )
    return made, differing


def _is_theirs(existing: DraftFile, name: str) -> bool:
    known = existing.drafted.get(name)
    return known is not None and known != digest(getattr(existing, name))


def format_draft(draft: DraftFile) -> str:
    """The text of the file."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in HEADER_KEYS}
    values["drafted"] = dict(draft.drafted)
    values["evergreen"] = "" if draft.evergreen else False
    values["images"] = [{"url": image.url, "alt": image.alt} for image in draft.images]
    values["at"] = draft.at[""] if set(draft.at) == {""} else dict(draft.at)
    # JSON is YAML: every title, whatever it holds, comes back as it was.
    header = [f"{name}: {_scalar(value)}" for name, value in values.items() if value or value is False]
    sections = [f"## {name}\n{text}\n" for name, text in draft.sections.items()]
    return "---\n" + "\n".join(header) + "\n---\n" + "\n".join(sections)


def _scalar(value: object) -> str:
    if value in STATUSES:
        return str(value)
    # Inside of JSON's quotes every character may be escaped; what YAML cannot hold as it is has to be (YAML 1.2 §5.1).
    return CONTROL.sub(lambda char: f"\\u{ord(char.group()):04x}", JSON.encode(value))


def parse_draft(text: str, path: str) -> DraftFile:
    """A draft file. Raises DraftError with the line for what cannot be understood."""
    values, body, first = read_front_matter(text, path)
    for key in values:
        if key not in HEADER_KEYS:
            raise DraftError(f'unknown key "{key}" in the front matter', path=path, hint=f"Known: {', '.join(HEADER_KEYS)}")
    if not isinstance(values.get("post"), str):
        raise DraftError("the front matter does not name its post", path=path, line=1, hint="post: the id of the post")
    status = values.get("status", "draft")
    if status not in STATUSES:
        known = " | ".join(STATUSES)
        raise DraftError(f'the status "{status}" is not known', path=path, hint=f"status: {known}")
    sections, lines = parse_sections(body, path, first)
    return DraftFile(
        post=values["post"],
        title=str(values.get("title", "")),
        url=str(values.get("url", "")),
        published=str(values.get("published", "")),
        series=str(values.get("series", "")),
        status=cast("DraftStatus", status),
        drafted={str(name): str(value) for name, value in (values.get("drafted") or {}).items()},
        language=str(values.get("language", "")),
        description=str(values.get("description", "")),
        image=str(values.get("image", "")),
        alt=str(values.get("alt", "")),
        images=images(values.get("images"), path),
        at=chosen_moments(values.get("at"), path),
        evergreen=values.get("evergreen") is not False,
        sections=sections,
        lines=lines,
        path=path,
    )
