"""The file of an issue: front matter, then the introduction that a person writes, in Markdown."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast, get_args

from sharekit.errors import DraftError
from sharekit.files import digest
from sharekit.model import DraftStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

KEYS = ("id", "subject", "preheader", "posts", "status", "drafted")


@dataclass(frozen=True, kw_only=True)
class IssueFile:
    """An issue as a file. ``posts`` are ids, in order; ``drafted`` is the digest of what sharekit wrote."""

    id: str
    subject: str
    preheader: str
    posts: tuple[str, ...]
    introduction: str = ""
    status: DraftStatus = "draft"
    drafted: str = ""
    path: str = ""


def format_issue(issue: IssueFile) -> str:
    """The text of the file, with the digest of its content."""
    signed = replace(issue, drafted=signature(issue))
    lines = [f"{name}: {json.dumps(getattr(signed, name), ensure_ascii=False)}" for name in ("id", "subject", "preheader")]
    lines += ["posts:", *(f"  - {json.dumps(post, ensure_ascii=False)}" for post in signed.posts)]
    lines += [f"status: {signed.status}", f"drafted: {json.dumps(signed.drafted)}"]
    return "---\n" + "\n".join(lines) + "\n---\n" + (f"{signed.introduction}\n" if signed.introduction else "")


def signature(issue: IssueFile) -> str:
    """A digest of all that a person may edit."""
    return digest("\n".join((issue.subject, issue.preheader, *issue.posts, issue.status, issue.introduction)))


def edited(issue: IssueFile) -> bool:
    """Whether a person changed the file after sharekit wrote it."""
    return issue.drafted != signature(issue)


def parse_issue(text: str, path: str, read_front_matter: Callable[[str, str], tuple[dict[str, Any], str, int]]) -> IssueFile:
    """An issue file. Raises DraftError with the file and, where it is known, the line."""
    values, body, _ = read_front_matter(text, path)
    for key in values:
        if key not in KEYS:
            raise DraftError(f'unknown key "{key}" in the front matter', path=path, hint=f"Known: {', '.join(KEYS)}")
    posts = tuple(str(post) for post in values.get("posts") or ())
    twice = next((post for post in posts if posts.count(post) > 1), None)
    if twice is not None:
        raise DraftError(f'the post "{twice}" is in the issue twice', path=path)
    status = values.get("status", "draft")
    if status not in get_args(DraftStatus):
        raise DraftError(f'the status "{status}" is not known', path=path, hint=" | ".join(get_args(DraftStatus)))
    if not values.get("id") or not values.get("subject"):
        raise DraftError("the front matter has no id or no subject", path=path, line=1)
    return IssueFile(
        id=str(values["id"]),
        subject=str(values["subject"]),
        preheader=str(values.get("preheader") or ""),
        posts=posts,
        introduction=body.strip(),
        status=cast("DraftStatus", status),
        drafted=str(values.get("drafted") or ""),
        path=path,
    )
