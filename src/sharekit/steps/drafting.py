"""An article's share draft as it is and as it should be: kept where a person edited it, frozen where it is out."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from sharekit.articles import Articles, SentShares, opening_digest, record_of, with_new_address
from sharekit.drafts import CARD, share_draft_edited
from sharekit.files import digest
from sharekit.model import ShareDraft
from sharekit.planning import slots_of
from sharekit.registry import channel_names, outlet
from sharekit.schedule.calendar import moments, offset
from sharekit.shares.draft import closing_texts, draft_texts
from sharekit.shares.frame import readable
from sharekit.shares.templates import Templates
from sharekit.text.article import read_article
from sharekit.text.hook import description, openings, story
from sharekit.text.typography import typeset
from sharekit.text.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sharekit.model import LedgerEntry, Post, Series
    from sharekit.steps.blog import Blog

DESCRIPTION = 200
# So many articles after the newest part, and a series that nobody declared complete is over.
MOVED_ON = 5
# So many posts before an article tell what its blog says in every post.
EARLIER = 8


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """An article's draft as it was, as it is to be, and as sharekit would write it were nothing edited.

    ``differing`` names the sections that a person edited and sharekit would write otherwise.
    """

    path: Path
    known: ShareDraft | None
    draft: ShareDraft
    fresh: ShareDraft
    differing: tuple[str, ...] = ()
    moved_from: ShareDraft | None = None


class Drafting:
    """Drafts the articles of a blog. ``entries`` is the ledger: what is out is frozen. ``now`` decides what is too late."""

    def __init__(self, blog: Blog, entries: Mapping[str, LedgerEntry], *, now: datetime) -> None:
        self._blog = blog
        self._now = now
        self._settings = blog.config.shares
        self._channels = channel_names(blog.config)
        self.outlets = [outlet(name, blog.config.channels.get(name, {})) for name in self._channels]
        self._templates = Templates(blog.folders.overrides)
        self._series: dict[str, list[Series]] = {}
        for series in blog.ahead:
            for member in series.members:
                self._series.setdefault(member.id, []).append(series)
        # It reads articles, so only of the series that something is drafted for: a generator may have to render them first.
        self._readable = functools.cache(lambda series: replace(series, name=readable(series.name, series.members)))
        self._before, self._ending = _neighbours(blog.ahead)
        # Earlier posts are held against an article: they were read a moment ago.
        self._article = functools.lru_cache(maxsize=4)(lambda post: read_article(post.html))
        self._openings = functools.lru_cache(maxsize=4 * EARLIER)(lambda post: openings(self._article(post)))
        # Of the whole blog, so that a draft says the same whichever articles are drafted with it.
        self._earlier = _earlier(blog.posts)
        dates: dict[str, list[datetime]] = {}
        for each in blog.reading.posts:
            dates.setdefault(each.language, []).append(each.published)
        self._moved_on = {name: sorted(days)[-MOVED_ON] for name, days in dates.items() if len(days) >= MOVED_ON}
        self.articles = Articles(blog.posts)
        self.sent = SentShares(entries, self.articles)
        self.drafts = blog.read_drafts()
        self._of_draft = self.articles.of_drafts(self.drafts.shares)
        self.of_post = {post.id: draft for draft in self.drafts.shares if (post := self._of_draft.get(draft.path))}
        self.superseded = self._supersede()

    def gone(self) -> list[ShareDraft]:
        """The drafts whose article is not there any more."""
        return [draft for draft in self.drafts.shares if draft.path not in self._of_draft]

    def _supersede(self) -> dict[str, ShareDraft]:
        """The path of a held draft that nobody touched → the one that its article turned out to belong to, by an alias."""
        superseded = {}
        for draft in self.gone():
            post = self.articles.find(draft.post)
            other = self.of_post.get(post.id) if post else None
            if post is None or other is None or self.sent.was_shared(other.post):
                continue
            if other.status == "hold" and not share_draft_edited(other):
                superseded[other.path] = draft
                self.of_post[post.id], self._of_draft[draft.path] = draft, post
        return superseded

    def draft(self, posts: Sequence[Post], *, requested: datetime | None = None) -> Iterator[Drafted]:
        """Each article's draft; writes nothing."""
        names = _file_names(posts, {path.name for path in self._blog.folders.shares.glob("*.md")})
        broken = set(self.drafts.broken.values())
        files = {PurePosixPath(path).stem for path in self.drafts.broken}
        for post in posts:
            known = self.of_post.get(post.id)
            # What cannot be read may be its draft: by the post that it names, or by its name where it names none.
            if broken and known is None and (_stem(post) in files or broken & {*self.articles.known_addresses(post)}):
                continue
            fresh = replace(self._fresh(post), requested=requested)
            if known is None:
                yield self._new(post, fresh, self._blog.folders.shares / names[post.id])
                continue
            draft, differing = self._refreshed(known, fresh, post)
            # It stays a question until somebody answers it.
            moved = self._moved_from(known) if known.status == "hold" and not self.sent.was_shared(known.post) else None
            path = self._blog.folders.root / known.path
            yield Drafted(path=path, known=known, draft=draft, fresh=fresh, differing=tuple(differing), moved_from=moved)

    def _new(self, post: Post, fresh: ShareDraft, path: Path) -> Drafted:
        addresses = self.articles.known_addresses(post)
        # Its draft is gone, and its keys are not: it keeps the id that it went out with.
        known_id = self.sent.id_of(addresses)
        if known_id:
            fresh = replace(fresh, post=known_id)
            return Drafted(path=path, known=None, draft=self._frozen(fresh, fresh, addresses, post.source), fresh=fresh)
        moved = self._moved_from(fresh)
        if moved is None:
            return Drafted(path=path, known=None, draft=fresh, fresh=fresh)
        return Drafted(path=path, known=None, draft=replace(fresh, status="hold"), fresh=fresh, moved_from=moved)

    def _moved_from(self, fresh: ShareDraft) -> ShareDraft | None:
        """The draft of an article that was shared and is gone, and has the same title or the same opening as a new one."""
        for gone in self.gone():
            title = bool(gone.title) and gone.title.casefold() == fresh.title.casefold()
            opening = bool(gone.opening) and gone.opening == fresh.opening
            if (title or opening) and self.sent.was_shared(gone.post):
                return gone
        return None

    def _fresh(self, post: Post) -> ShareDraft:
        parts = tuple(part for each in self._series.get(post.id, ()) if (part := self._readable(each).part(post.id)))
        evergreen = post.params.get("evergreen") is not False
        before = self._before.get(post.id)
        article = self._article(post)
        most = 2 * len(self._settings.slots)
        earlier = self._earlier.get(post.id, ())
        said = frozenset().union(*map(self._openings, {before, *earlier} if before else earlier))
        offer = story(post, article, most=most, said=said)
        texts = draft_texts(
            post,
            parts=parts,
            outlets=self.outlets,
            settings=self._settings,
            templates=self._templates,
            before=before,
            evergreen=evergreen,
            last=self._is_last(post),
            offer=offer,
        )
        if self._settings.closing and post.id in self._ending:
            ending = self._readable(self._ending[post.id])
            texts |= closing_texts(ending, outlets=self.outlets, settings=self._settings, templates=self._templates)
        card = {
            "title": plain(post.title),
            "description": typeset(description(offer, DESCRIPTION), offer.language),
            "image": post.image.url if post.image else "",
        }
        drafted = {name: text for name, text in card.items() if text} | texts
        digests = {text: digest(text) for text in set(drafted.values())}
        return ShareDraft(
            post=post.id,
            source=post.source,
            title=card["title"],
            url=post.url,
            published=post.published,
            part=parts[0] if parts else None,
            language=offer.language,
            description=card["description"],
            image=card["image"],
            alt=post.image.alt if post.image else "",
            evergreen=evergreen,
            opening=opening_digest(article.text),
            drafted={name: digests[text] for name, text in drafted.items()},
            sections=texts,
        )

    def _is_last(self, post: Post) -> bool:
        """Whether a part ends its series: by the author's own list, or as far as the blog went on without it."""
        series = self._ending.get(post.id)
        if series is None:
            return False
        moved_on = self._moved_on.get(post.language)
        return series.evidence != "front matter" or (moved_on is not None and moved_on > post.published)

    def _refreshed(self, known: ShareDraft, fresh: ShareDraft, post: Post) -> tuple[ShareDraft, list[str]]:
        """The draft as it should be now, and the names of what a person edited and sharekit would draft otherwise.

        A name is that of a section, or of a line of the card. A section that a person removed stays removed: it is still
        named in ``drafted``. One for a channel or slot that is new is added while its moment is not too late.
        """
        sections, drafted, differing = dict(known.sections), dict(known.drafted), list[str]()
        for name, text in fresh.sections.items():
            digest_then, current = known.drafted.get(name), known.sections.get(name)
            if digest_then is None and current is None:
                if self._is_in_time(name, known, post):
                    sections[name], drafted[name] = text, digest(text)
            elif current is not None and digest_then == digest(current):
                sections[name], drafted[name] = text, digest(text)
            else:
                if current is not None:
                    sections[name] = with_new_address(current, known.url, fresh.url)
                if current is None or digest(sections[name]) != digest(text):
                    differing.append(name)
        for name in sections.keys() - fresh.sections.keys():
            sections[name] = with_new_address(sections[name], known.url, fresh.url)
        theirs = {name for name in CARD if name in known.drafted and known.drafted[name] != digest(getattr(known, name))}
        card = {name: with_new_address(getattr(known, name), known.url, fresh.url) for name in theirs}
        differing = [name for name in CARD if name in theirs and card[name] != getattr(fresh, name)] + differing
        followed = {name: value for name, value in fresh.drafted.items() if name in CARD and name not in theirs}
        made = replace(
            fresh,
            **cast("Any", card),
            post=known.post,
            drafted={**drafted, **followed},
            sections=sections,
            path=known.path,
            lines=known.lines,
            status=known.status,
            alt=known.alt or fresh.alt,
            images=known.images,
            at=known.at,
            requested=known.requested or fresh.requested,
        )
        made = self._frozen(made, known, (known.post, *self.articles.known_addresses(post)), post.source)
        if made.delivered and made.sections.keys() <= made.delivered.keys():
            # All of it is out, and said which part it was then.
            made = replace(made, part=known.part)
        return made, [name for name in differing if name not in made.delivered]

    def _is_in_time(self, section: str, draft: ShareDraft, post: Post) -> bool:
        """Whether a section for a new channel or slot would not be late from the start, or out already."""
        slots = slots_of(self._blog.config)
        channel, _, slot = section.partition(" @ ")
        slot = slot or next(iter(slots))
        if slot in self.sent.of((draft.post, *self.articles.known_addresses(post)), post.source, channel):
            return False
        base = max(post.published, draft.requested) if draft.requested else post.published
        return self._now - moments(base, slots, self._blog.zone)[slot] <= offset(self._settings.late)

    def _frozen(self, made: ShareDraft, known: ShareDraft, addresses: Sequence[str], source: str) -> ShareDraft:
        """The draft with what is out as it went out, and where it is."""
        out = self._out(addresses, source)
        sections, drafted = dict(made.sections), dict(made.drafted)
        for name in out.keys() & known.sections.keys():
            sections[name] = known.sections[name]
            if name in known.drafted:
                drafted[name] = known.drafted[name]
        return replace(made, sections=sections, drafted=drafted, delivered=out)

    def _out(self, addresses: Sequence[str], source: str) -> dict[str, str]:
        """Section → the URL of what is out, or its id where it has none."""
        slots = slots_of(self._blog.config)
        first = next(iter(slots), "")
        out: dict[str, str] = {}
        for channel in self._channels:
            sent = self.sent.of(addresses, source, channel)
            named = set()
            for slot in dict.fromkeys((*slots, *sorted(sent))):
                entry = record_of(slot, sent, slots, first)
                if entry and entry.state == "delivered" and entry.receipt and entry.key not in named:
                    named.add(entry.key)
                    out[channel if slot == first else f"{channel} @ {slot}"] = entry.receipt.url or entry.receipt.id
        return out


def _neighbours(series: Sequence[Series]) -> tuple[dict[str, Post], dict[str, Series]]:
    """A post's id → the part before it, and the last part's id → its series where that is complete."""
    before: dict[str, Post] = {}
    ending: dict[str, Series] = {}
    for each in series:
        for earlier, later in zip(each.members, each.members[1:], strict=False):
            before.setdefault(later.id, earlier)
        if len(each.members) > 1 and not each.announced and not each.more:
            ending[each.members[-1].id] = each
    return before, ending


def _earlier(posts: Sequence[Post]) -> dict[str, Sequence[Post]]:
    """A post's id → the posts before it in its language."""
    found: dict[str, Sequence[Post]] = {}
    by_language: dict[str, list[Post]] = {}
    for post in sorted(posts, key=lambda each: each.published):
        before = by_language.setdefault(post.language, [])
        found[post.id] = before[-EARLIER:]
        before.append(post)
    return found


def _file_names(posts: Sequence[Post], taken: set[str]) -> dict[str, str]:
    """A file name for each post: its date and the last part of its address, or its whole path where two would share one.

    None of those that are ``taken``: no file that is there is written over.
    """
    stems: dict[str, list[Post]] = {}
    for post in posts:
        stems.setdefault(_stem(post), []).append(post)
    names = {}
    for stem, same in stems.items():
        for post in same:
            name = stem if len(same) == 1 and f"{stem}.md" not in taken else post.id.replace("/", "-")
            while f"{name}.md" in taken:
                name += "-2"
            names[post.id] = f"{name}.md"
            taken.add(f"{name}.md")
    return names


def _stem(post: Post) -> str:
    file = PurePosixPath(post.source)
    stem = file.parent.name if file.stem in ("index", "_index") else file.stem
    day = f"{post.published:%Y-%m-%d}-"
    return stem if stem[:4].isdigit() else day + stem
