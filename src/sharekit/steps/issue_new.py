"""An issue that a person asks for by name."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sharekit.drafts import ISSUE_ID, format_issue_draft
from sharekit.errors import DraftError
from sharekit.files import write_if_changed
from sharekit.issue.compose import in_reading_order, proposal
from sharekit.steps.blog import fresh_posts
from sharekit.steps.issue import posts_by_name, read_issues, untouched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.model import Post
    from sharekit.steps.blog import Blog


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What goes in: posts by id, a series by name, or neither for all that is in no issue yet."""

    posts: tuple[str, ...] = ()
    series: str | None = None
    name: str | None = None
    again: bool = False


def new_issue(blog: Blog, choice: Choice) -> str:
    """Write the file; its path. Raises DraftError for a post or a series that is not there, and for a file that is."""
    drafts = read_issues(blog)
    named = posts_by_name(blog, drafts)
    taken = {
        named[name].id if name in named else name: file.path
        for file in drafts.issues
        if not choice.again and file.status != "skip" and not untouched(file)
        for name in file.posts
    }
    posts = _chosen(blog, choice, taken)
    for post in posts:
        if post.id in taken:
            raise DraftError(f'the post "{post.id}" is in {taken[post.id]} already', hint="With --again it is in both.")
    if not posts:
        raise DraftError("there is no post that is in no issue yet", hint="Name posts with --post, or take them --again.")
    file = proposal(
        posts, blog.series, language=blog.site.language, zone=blog.config.zone(blog.site.timezone), name=choice.name
    )
    if not ISSUE_ID.match(file.id):
        raise DraftError(f'the id "{file.id}" cannot name a file', hint="Letters, digits, hyphens and dots.")
    path = blog.folders.issues / f"{file.id}.md"
    if path.exists():
        raise DraftError(
            "is there already", path=blog.folders.relative(path), hint="Choose another --id, or edit that file."
        )
    # Without the digest it is a person's own file, which no proposal replaces.
    text = re.sub(r"^drafted: .*\n", "", format_issue_draft(replace(file, again=choice.again)), flags=re.MULTILINE)
    write_if_changed(path, text)
    return blog.folders.relative(path)


def _chosen(blog: Blog, choice: Choice, taken: dict[str, str]) -> Sequence[Post]:
    if choice.series is not None:
        found = next((each for each in blog.series if each.name == choice.series), None)
        if found is None:
            raise DraftError(
                f'there is no series "{choice.series}"', hint=_near(choice.series, [each.name for each in blog.series])
            )
        return found.members
    if not choice.posts:
        return in_reading_order(
            [post for post in fresh_posts(blog) if post.id not in taken and post.language == blog.site.language], blog.series
        )
    known = {post.id: post for post in blog.reading.posts}
    for name in choice.posts:
        if name not in known:
            raise DraftError(f'there is no published post "{name}"', hint=_near(name, list(known)))
    return [known[name] for name in dict.fromkeys(choice.posts)]


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f'Did you mean "{near[0]}"?' if near else "sharekit posts and sharekit series list them."
