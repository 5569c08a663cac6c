"""A blog as it was read: its posts, its series, and where its files are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec.structs import asdict

from sharekit.articles import Articles
from sharekit.config import FILE_NAME, notes
from sharekit.configuration import unset_settings
from sharekit.drafts import read_drafts
from sharekit.errors import SourceError, did_you_mean
from sharekit.files import relative, write_if_changed
from sharekit.planning import slots_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sharekit.config import Config
    from sharekit.drafts import Drafts
    from sharekit.model import Finding, Post, Reading, Series, Site
    from sharekit.ports import Source

Kind = Literal["feed", "issue", "share"]
Change = Literal["new", "changed", "unchanged", "edited"]
# Drafted and proposed where the configuration has no `since`: 400 old posts must not become 400 files.
NEWEST = 10


@dataclass(frozen=True, kw_only=True)
class Folders:
    """Where things are. ``root`` is the blog; ``output`` takes what is published with it."""

    root: Path
    output: Path
    issues: Path
    shares: Path
    templates: Path

    @property
    def overrides(self) -> list[Path]:
        """The user's own templates, where there are some."""
        return [self.templates] if self.templates.is_dir() else []

    def text(self, source: str) -> str:
        """The text of an article's file, relative to the blog's folder; empty where it cannot be read."""
        try:
            return (self.root / source.partition("#")[0]).read_text(encoding="utf-8", errors="replace")
        except (OSError, ValueError):
            return ""

    def relative(self, path: Path) -> str:
        """A path as a person would write it from the blog's folder."""
        return relative(path, self.root)


@dataclass(frozen=True, kw_only=True)
class Blog:
    """What every step starts from. Series are looked for when a step asks for them: a delivery never does."""

    config: Config
    folders: Folders
    reading: Reading

    @property
    def site(self) -> Site:
        return self.reading.site

    @property
    def zone(self) -> ZoneInfo:
        """The blog's time zone: configured, else the generator's, else UTC."""
        return self.config.zone(self.site.timezone)

    @cached_property
    def articles(self) -> Articles:
        """The published articles, by all that may lead to them."""
        return Articles(self.reading.posts)

    @property
    def series(self) -> tuple[Series, ...]:
        """The series of the published articles."""
        return self._series[0]

    @cached_property
    def ahead(self) -> tuple[Series, ...]:
        """The series with their upcoming articles, as share drafts name them."""
        return self._with_upcoming[0] if self.reading.upcoming else self.series

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the configuration, the posts and their series."""
        found = self._series[1]
        if self.reading.upcoming:
            # A list of parts may link to one that is dated in the future.
            still = {each.message for each in self._with_upcoming[1]}
            found = tuple(each for each in found if each.message in still)
        unset = unset_settings(self.config, self.folders.text(FILE_NAME))
        return (*notes(self.config), *unset, *self.reading.findings, *found)

    @cached_property
    def _series(self) -> tuple[tuple[Series, ...], tuple[Finding, ...]]:
        return self._find_series(self.reading.posts)

    @cached_property
    def _with_upcoming(self) -> tuple[tuple[Series, ...], tuple[Finding, ...]]:
        return self._find_series(self.posts)

    def _find_series(self, posts: Sequence[Post]) -> tuple[tuple[Series, ...], tuple[Finding, ...]]:
        from sharekit.series import find_series

        return find_series(posts, self.config.series, self.config.accept_series)

    @property
    def posts(self) -> tuple[Post, ...]:
        """The published articles and those to come."""
        return (*self.reading.posts, *self.reading.upcoming)

    def post_named(self, name: str) -> Post:
        """The post of that id, address, file or title. Raises SourceError for an unknown one."""
        known = {key: post for post in reversed(self.posts) for key in (post.title, post.url, post.source, post.id)}
        found = known.get(name) or known.get(name.strip("/"))
        if found is None:
            hint = did_you_mean(name, known, "A post is named by its id, its URL, its file or its title: sharekit posts")
            raise SourceError(f'there is no post "{name}"', hint=hint)
        return found

    def series_named(self, name: str) -> Series:
        """The series of that name. Raises SourceError for an unknown one."""
        known = {each.name.casefold(): each for each in reversed(self.series)}
        if name.casefold() not in known:
            hint = did_you_mean(name, [each.name for each in self.series], "The names are those of: sharekit series")
            raise SourceError(f'there is no series "{name}"', hint=hint)
        return known[name.casefold()]

    def read_drafts(self) -> Drafts:
        """The draft files as they lie there, with what is wrong with them."""
        found = read_drafts(self.folders.root, shares=self.folders.shares, issues=self.folders.issues)
        found = found.for_slots(slots_of(self.config))
        return found.known_as(self.articles.by_name(found.shares, found.issues)) if found.issues else found

    def write(self, kind: Kind, path: Path, content: str | bytes, what: str, group: str = "") -> Made:
        """Write a file where it changed. Raises OutputError."""
        return Made(kind, self.folders.relative(path), what, write_if_changed(path, content), group)


class Made(NamedTuple):
    """A file that a build manages. ``path`` is relative to the blog where it lies in it.

    ``edited`` means that a person's edits were left alone. Files of one ``group`` with the same change are one line to a
    person, such as a feed in its formats.
    """

    kind: Kind
    path: str
    what: str
    change: Change
    group: str = ""


def folders(root: Path, config: Config, *, output: Path | None = None) -> Folders:
    """The folders of a blog. ``output`` is a path of the caller's, not relative to the blog."""
    return Folders(
        root=root,
        output=output or root / config.output,
        issues=root / "issues",
        shares=root / "shares",
        templates=root / config.templates,
    )


def read_blog(source: Source, config: Config, where: Folders) -> Blog:
    """Read the posts. Raises SourceError when the folder does not exist or holds no blog."""
    from sharekit.sources.reading import damaged, settle_addresses

    if not where.root.is_dir():
        raise SourceError("there is no such folder", path=str(where.root), hint="Name the folder of your blog.")
    reading = source.read()
    unsound = [each for post in (*reading.posts, *reading.upcoming) if (each := damaged(post.source, where.root))]
    left_out = {each.source for each in unsound}
    posts = [post for post in (*reading.posts, *reading.upcoming) if post.source not in left_out]
    published = sum(post.source not in left_out for post in reading.posts)
    if language := config.site.language:
        # What is in another language than the site that the source found stays in it.
        posts = [replace(each, language=language) if each.language == reading.site.language else each for each in posts]
    settled, clashes = settle_addresses(posts)
    reading = replace(
        reading,
        site=replace(reading.site, **{name: value for name, value in asdict(config.site).items() if value is not None}),
        posts=tuple(settled[:published]),
        upcoming=tuple(settled[published:]),
        skipped=(*reading.skipped, *unsound),
        findings=(*reading.findings, *clashes),
    )
    return Blog(config=config, folders=where, reading=reading)


def fresh_posts(blog: Blog, *, everything: bool = False, upcoming: bool = False) -> Sequence[Post]:
    """The articles to draft for, oldest first: those from ``since`` on, else the newest ten; ``upcoming`` ones too."""
    posts: Sequence[Post] = blog.reading.posts
    later = blog.reading.upcoming if upcoming else ()
    if not everything:
        since = blog.config.since_moment(blog.zone)
        posts = posts[-NEWEST:] if since is None else [post for post in posts if post.published >= since]
    return [*posts, *later]
