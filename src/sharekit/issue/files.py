"""The file of an issue: front matter, then the introduction that a person writes, in Markdown."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast, get_args

from sharekit.errors import DraftError
from sharekit.files import digest
from sharekit.model import DraftStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

KEYS = ("id", "subject", "preheader", "posts", "send", "again", "status", "drafted")
# It becomes a file name, a path on the web and a ledger key.
ID = re.compile(r"[A-Za-z0-9][\w.-]*\Z")


@dataclass(frozen=True, kw_only=True)
class IssueFile:
    """An issue as a file. ``posts`` are ids, in order; ``drafted`` is the digest of what sharekit wrote.

    ``blurbs`` are a person's words above a post (Markdown), ``send`` the moment to leave (ISO 8601). With ``again`` a
    post may be in another issue too.
    """

    id: str
    subject: str
    preheader: str
    posts: tuple[str, ...]
    introduction: str = ""
    status: DraftStatus = "draft"
    drafted: str = ""
    path: str = ""
    send: str = ""
    again: bool = False
    blurbs: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def moment(self) -> datetime | None:
        """When it leaves, as far as the file says."""
        return datetime.fromisoformat(self.send) if self.send else None


def format_issue(issue: IssueFile) -> str:
    """The text of the file, with the digest of its content."""
    signed = replace(issue, drafted=signature(issue))
    lines = [f"{name}: {json.dumps(getattr(signed, name), ensure_ascii=False)}" for name in ("id", "subject", "preheader")]
    lines += ["posts:", *(_post_lines(post, signed) for post in signed.posts)]
    lines += [f"send: {json.dumps(signed.send)}"] if signed.send else []
    lines += ["again: true"] if signed.again else []
    lines += [f"status: {signed.status}", f"drafted: {json.dumps(signed.drafted)}"]
    return "---\n" + "\n".join(lines) + "\n---\n" + (f"{signed.introduction}\n" if signed.introduction else "")


def _post_lines(post: str, issue: IssueFile) -> str:
    name = json.dumps(post, ensure_ascii=False)
    blurb = issue.blurbs.get(post)
    return f"  - post: {name}\n    blurb: {json.dumps(blurb, ensure_ascii=False)}" if blurb else f"  - {name}"


def signature(issue: IssueFile) -> str:
    """A digest of all that a person may edit."""
    return digest(
        "\n".join(
            (
                issue.subject,
                issue.preheader,
                *issue.posts,
                *issue.blurbs.values(),
                issue.send,
                issue.status,
                issue.introduction,
            )
        )
    )


def edited(issue: IssueFile) -> bool:
    """Whether a person changed the file after sharekit wrote it."""
    return issue.drafted != signature(issue)


def parse_issue(text: str, path: str, read_front_matter: Callable[[str, str], tuple[dict[str, Any], str, int]]) -> IssueFile:
    """An issue file. Raises DraftError with the file and, where it is known, the line."""
    values, body, _ = read_front_matter(text, path)
    for key in values:
        if key not in KEYS:
            raise DraftError(f'unknown key "{key}" in the front matter', path=path, hint=f"Known: {', '.join(KEYS)}")
    posts, blurbs = _posts(values.get("posts"), path)
    status = values.get("status", "draft")
    if status not in get_args(DraftStatus):
        raise DraftError(f'the status "{status}" is not known', path=path, hint=" | ".join(get_args(DraftStatus)))
    if not values.get("id") or not values.get("subject"):
        raise DraftError("the front matter has no id or no subject", path=path, line=1)
    if not ID.match(str(values["id"])):
        raise DraftError(f'the id "{values["id"]}" cannot name a file', path=path, hint="Letters, digits, hyphens and dots.")
    return IssueFile(
        id=str(values["id"]),
        subject=str(values["subject"]),
        preheader=str(values.get("preheader") or ""),
        posts=posts,
        introduction=body.strip(),
        status=cast("DraftStatus", status),
        drafted=str(values.get("drafted") or ""),
        path=path,
        send=_moment(values.get("send"), path),
        again=values.get("again") is True,
        blurbs=blurbs,
    )


def _posts(given: object, path: str) -> tuple[tuple[str, ...], dict[str, str]]:
    if given is None:
        return (), {}
    if not isinstance(given, list):
        raise DraftError("posts: is not a list", path=path, hint="One post a line, each after a hyphen.")
    names: list[str] = []
    blurbs: dict[str, str] = {}
    for each in given:
        name = str(each.get("post") or "") if isinstance(each, dict) else str(each)
        if not name:
            raise DraftError(f"an entry of posts: names no post: {each}", path=path, hint='- post: "…" and blurb: "…"')
        if name in names:
            raise DraftError(f'the post "{name}" is in the issue twice', path=path)
        names.append(name)
        if isinstance(each, dict) and each.get("blurb"):
            blurbs[name] = str(each["blurb"])
    return tuple(names), blurbs


def _moment(given: object, path: str) -> str:
    if not given:
        return ""
    try:
        moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError as error:
        raise DraftError(f'send: "{given}" is not a moment', path=path, hint="Write 2026-05-01T08:00+02:00.") from error
    if moment.tzinfo is None:
        raise DraftError(f'send: "{given}" has no zone', path=path, hint="Write 2026-05-01T08:00+02:00.")
    return moment.isoformat(timespec="minutes")
