"""The values that travel down the pipeline. All are frozen; none knows a network, a clock or a file."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from sharekit.urls import path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

# The slot of the share that names all parts of a complete series.
CLOSING = "closing"
# Where an act stands, everywhere: in plans, lists, previews, JSON.
State = Literal["scheduled", "due", "waiting", "held", "unknown", "refused", "delivered", "skipped"]
EntryState = Literal["claimed", "delivered", "refused", "waiting", "unknown", "released"]
DraftStatus = Literal["draft", "approved", "hold", "skip"]
Level = Literal["error", "warn", "info"]
# The rule of a finding about a post for which the generator refuses the whole site: it cannot be published as it is.
REFUSED = "site-refused"
# The rule of a finding about a blog whose address is not known: nothing can link to a post, so nothing may be written.
NO_ADDRESS = "no-address"


@dataclass(frozen=True, kw_only=True)
class Author:
    """Who wrote a post. ``handles`` maps a channel's name to the author's name there."""

    name: str
    url: str | None = None
    handles: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, kw_only=True)
class Image:
    """A picture. ``url`` is absolute; ``width`` and ``height`` are CSS pixels, ``length`` bytes, where known.

    ``file`` is where it lies, for one of the blog's own.
    """

    url: str
    alt: str = ""
    width: int | None = None
    height: int | None = None
    media_type: str | None = None
    length: int | None = None
    file: Path | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Site:
    """The blog. ``url`` is its absolute base URL, ending in ``/``; ``language`` is a BCP 47 tag.

    ``above`` is the address at which the output folder lies, where the site's own language is in a folder below it.
    """

    title: str
    url: str
    language: str = "en"
    description: str = ""
    licence: str = ""
    authors: tuple[Author, ...] = ()
    image: Image | None = None
    timezone: str | None = None
    generator: str = ""
    above: str = ""

    @property
    def root(self) -> str:
        """The address at which the output folder lies."""
        return self.above if self.above and self.url.startswith(self.above) else self.url


@dataclass(frozen=True, kw_only=True)
class Post:
    """One published article.

    ``id`` is stable when a title, a host or a build changes (see :func:`post_id`). ``published`` and ``updated``
    are aware. ``body`` reads the rendered HTML as the source gave it, and is called only by the steps that need
    content; :attr:`html` is its value. ``source`` is the post's file, relative to the blog's folder. ``aliases`` are
    the other addresses that lead to it, as decoded paths (see :func:`sharekit.model.path_of`).
    ``params`` is the front matter as the source gave it. ``may_list_parts`` is false where the source has seen that
    the article names no series, so that its body need not be read for one.
    """

    id: str
    url: str
    title: str
    published: datetime
    body: Callable[[], str] = field(repr=False, compare=False)
    updated: datetime | None = None
    language: str = "en"
    summary: str = ""
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    image: Image | None = None
    source: str = ""
    aliases: tuple[str, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)
    may_list_parts: bool = field(default=True, repr=False, compare=False)

    @property
    def html(self) -> str:
        """The rendered article, with URLs as the source wrote them."""
        return self.body()


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A post that was left out, and why."""

    source: str
    reason: str
    line: int | None = None


@dataclass(frozen=True)
class Finding:
    """Something a person should know: of a post, a draft, an issue. ``rule`` is a short stable name.

    ``path`` is relative to the blog's folder, ``line`` 1-based, ``hint`` what to do next.
    """

    level: Level
    rule: str
    message: str
    _: KW_ONLY
    path: str | None = None
    line: int | None = None
    hint: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a source read: the site, its published posts (oldest first), what was left out, and what is missing.

    ``upcoming`` are the finished articles that are dated in the future (oldest first): they are in no feed and no issue
    before, and drafts for them are reviewed together with the article. An unpublished draft is in neither.

    ``picture`` tells what is known of the picture at an absolute URL (size, type, length), None where nothing is:
    it looks at the blog's own files, never at the network. ``serves`` tells whether the blog has a page or a file at an
    absolute URL: None where the source cannot know. ``others`` are the site in its other languages.
    """

    site: Site
    posts: tuple[Post, ...]
    upcoming: tuple[Post, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    findings: tuple[Finding, ...] = ()
    picture: Callable[[str], Image | None] = field(default=lambda _url: None, repr=False, compare=False)
    serves: Callable[[str], bool | None] = field(default=lambda _url: None, repr=False, compare=False)
    others: tuple[Site, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link with its words, such as "LinkedIn" → its share-intent URL. ``name`` is the channel's."""

    name: str
    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """A post's place in a series. ``more`` says that further parts are announced beyond ``total``."""

    series: str
    position: int
    total: int
    more: bool = False

    @property
    def place(self) -> str:
        """``2/3``; ``2`` while the total is open."""
        return f"{self.position}" if self.more else f"{self.position}/{self.total}"


@dataclass(frozen=True, kw_only=True)
class Series:
    """An ordered group of posts of one language. ``evidence`` says how it is known, e.g. ``body list``.

    ``announced`` holds the titles of parts that are promised and not published; ``more`` is true when the author
    says that more will come without naming it. ``id`` is what the front matter calls it, where that is not its name.
    """

    name: str
    language: str
    evidence: str
    members: tuple[Post, ...]
    id: str = ""
    announced: tuple[str, ...] = ()
    more: bool = False

    def part(self, post_id: str) -> Part | None:
        """The place of a post here, or None when it is not a member."""
        for position, member in enumerate(self.members, start=1):
            if member.id == post_id:
                total = len(self.members) + len(self.announced)
                return Part(series=self.name, position=position, total=total, more=self.more)
        return None


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What came back from the provider: its id, the public URL where there is one, and when (aware, UTC).

    ``detail`` holds what a later answer needs to refer to it, such as Bluesky's ``cid``.
    """

    id: str
    url: str | None
    at: datetime
    detail: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a network shows for the link, where it does not read the page itself; ``site`` is the blog's name."""

    url: str
    title: str
    description: str = ""
    image: Image | None = None
    site: str = ""


@dataclass(frozen=True, kw_only=True)
class Share:
    """The text for one post, one channel and one slot.

    ``created`` is the moment it was planned for (aware), for networks that store one; it is part of the share so that a
    repeated attempt sends the same bytes. ``published`` is the post's own moment, and ``claimed`` that of the attempt whose
    outcome is asked for: no attempt is older than :attr:`earliest`. ``answers`` is the receipt of the part before it, when
    the share goes out as its answer. ``facts`` is what an attempt that broke off left for the next one,
    ``sent`` what an earlier attempt sent (see ``LedgerEntry.sent``): the draft may have been edited since.
    """

    post_id: str
    channel: str
    slot: str
    text: str
    language: str
    card: Card
    created: datetime
    part: Part | None = None
    images: tuple[Image, ...] = ()
    answers: Receipt | None = None
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    source: str = ""
    published: datetime | None = None
    claimed: datetime | None = None
    article_file: str = ""
    sent: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def earliest(self) -> datetime:
        """Where a search for it at the provider may stop, with room for clocks that differ."""
        return (self.claimed or self.published or self.created) - timedelta(minutes=10)

    @property
    def key(self) -> str:
        """Names the act of sending it. Never made from the text, so that an edit does not repost."""
        return share_key(self.post_id, self.channel, self.slot)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A post in an issue, with the blurb that a person may have written (Markdown) and its parts in series."""

    post: Post
    blurb: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One edition of the mailing list. ``introduction`` is Markdown; ``date`` is aware."""

    id: str
    subject: str
    preheader: str
    introduction: str
    entries: tuple[Entry, ...]
    language: str
    date: datetime
    source: str = ""


# What only the mailer knows, as it stands in a rendered issue until then. No mail leads anywhere with these names (RFC 2606,
# 2), so one that was forgotten is harmless, and an inliner or a linter meets an ordinary link and an ordinary word.
UNSUBSCRIBE = "https://unsubscribe.sharekit.invalid/"
ADDRESS = "address.sharekit.invalid"


@dataclass(frozen=True, kw_only=True)
class RenderedIssue:
    """An issue as it leaves: inlined HTML, its text alternative, and both as one RFC 5322 message without a recipient.

    What only the mailer knows stands in them as :data:`UNSUBSCRIBE` and :data:`ADDRESS`. ``message`` is empty where none
    was made.
    """

    issue: Issue
    html: str
    text: str
    message: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, kw_only=True)
class ShareDraft:
    """The draft file of an article: its header, and a text for each ``channel`` or ``channel @ slot``.

    ``post`` is the article's id when the draft was first written, and never changes; ``source`` is the article's file.
    ``drafted`` maps a section (or ``title``, ``description``, ``image``) to a digest of what sharekit wrote there: a text
    that no longer matches was edited by a person and is theirs. ``delivered`` maps a section that is out to its URL.
    ``image`` is the card's picture, ``images`` are attached in place of the card. ``at`` maps a section to the moment that
    a person chose, ``""`` to that of the whole first slot. ``requested`` is when a person asked for the draft of an older
    article: its slots count from then. ``opening`` is a digest of the article's first words. ``lines`` are 1-based.
    """

    post: str
    title: str
    url: str
    published: datetime
    sections: Mapping[str, str]
    source: str = ""
    part: Part | None = None
    status: DraftStatus = "draft"
    drafted: Mapping[str, str] = field(default_factory=dict, hash=False)
    delivered: Mapping[str, str] = field(default_factory=dict, hash=False)
    language: str = ""
    description: str = ""
    image: str = ""
    alt: str = ""
    images: tuple[Image, ...] = ()
    at: Mapping[str, datetime] = field(default_factory=dict, hash=False)
    evergreen: bool = True
    requested: datetime | None = None
    opening: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, hash=False, compare=False)
    path: str = ""


@dataclass(frozen=True, kw_only=True)
class IssueDraft:
    """The draft file of an issue. ``posts`` are ids, in order; ``drafted`` is the digest of what sharekit wrote.

    ``blurbs`` are a person's words above a post (Markdown), ``send`` the moment to leave (aware). With ``again`` a post may
    be in another issue too. ``sources`` maps the digest of a post's id to that of the article's file, by which it is found
    when its address changed.
    """

    id: str
    subject: str
    preheader: str
    posts: tuple[str, ...]
    sources: Mapping[str, str] = field(default_factory=dict, hash=False)
    introduction: str = ""
    status: DraftStatus = "draft"
    drafted: str = ""
    path: str = ""
    send: datetime | None = None
    again: bool = False
    blurbs: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a claimed act: ``delivered`` has a receipt, ``waiting`` the earliest moment of the next attempt.

    ``released`` gives the key back, as if it had never been claimed. ``paused`` goes with ``waiting``: the provider takes
    nothing from this account before a person acts.
    """

    state: Literal["delivered", "refused", "waiting", "unknown", "released"]
    at: datetime
    reason: str = ""
    receipt: Receipt | None = None
    retry_at: datetime | None = None
    paused: bool = False


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """What the ledger knows of one key: who claimed it when, and what came of it.

    ``sent`` is what the claim was made for: ``digest`` of the text (``digest_of_words``), ``url`` of the article, ``source``
    its file, ``after`` the slot's offset, ``first`` the moment of the first attempt (ISO 8601). It stays when the claim is
    settled. ``facts`` are notes of an attempt under way.
    """

    key: str
    state: EntryState
    claimed_at: datetime
    run: str
    nonce: str
    attempts: int = 1
    outcome: Outcome | None = None
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    sent: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def receipt(self) -> Receipt | None:
        """What the provider answered, where it is delivered."""
        return self.outcome.receipt if self.outcome else None


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing to send: a share to a channel, or an issue to a mailer, and where it stands.

    ``planned`` is publication plus slot (``after`` is the slot's offset); ``given`` the moment that the channel's queue gave
    it (its window); ``at`` when it goes out as far as is known now, or went out. ``answers`` is the key of the part before
    it, ``threaded`` whether its channel shows that. ``exact`` says that a person chose the moment, ``dated`` that it can be
    missed, ``try_now`` that a delivery would try it now. ``section`` is its heading in the draft. ``rule`` names a problem
    that a person has to solve, ``hint`` how. ``entry`` is the ledger's record of the key. ``cost`` is in US dollars.
    """

    key: str
    kind: Literal["share", "issue"]
    target: str
    slot: str
    title: str
    planned: datetime
    at: datetime
    content: Share | IssueDraft
    source: str
    section: str = ""
    state: State = "scheduled"
    reason: str = ""
    hint: str = ""
    rule: str = ""
    line: int | None = None
    published: datetime | None = None
    given: datetime | None = None
    part: Part | None = None
    answers: str = ""
    threaded: bool = False
    exact: bool = False
    dated: bool = True
    try_now: bool = False
    after: str = ""
    cost: float = 0.0
    entry: LedgerEntry | None = None

    @property
    def text(self) -> str:
        """The words that go out: a share's text, or an issue's introduction."""
        return self.content.text if isinstance(self.content, Share) else self.content.introduction

    @property
    def url(self) -> str | None:
        """Where it is out, as far as the provider said."""
        return self.entry.receipt.url if self.entry and self.entry.receipt else None


def parts_by_post(series: Sequence[Series]) -> dict[str, tuple[Part, ...]]:
    """A post's id → its places, in the order of the series."""
    found: dict[str, tuple[Part, ...]] = {}
    for each in series:
        for post in each.members:
            part = each.part(post.id)
            if part is not None:
                found[post.id] = (*found.get(post.id, ()), part)
    return found


# --- what names a post, and the act of sending something: never a text, so that an edit does not repost ----------------


# The prefix of the keys of notifications to a WebSub hub.
HUB = "hub/"


def share_key(post_id: str, channel: str, slot: str) -> str:
    return f"share/{post_id}/{channel}/{slot}"


def issue_key(issue_id: str, mailer: str) -> str:
    return f"issue/{issue_id}/{mailer}"


def post_id(url: str, declared: object = None) -> str:
    """The stable id of a post: the ``id``/``guid`` of its front matter, else its permalink's path.

    The path has no scheme, host or outer slash and is decoded, so that a moved host or a changed escaping gives
    the same id. ``/a/index.html`` is ``a``.
    """
    if isinstance(declared, str) and declared.strip():
        return declared.strip()
    path = path_of(url)
    query = urlsplit(url).query if "?" in url else ""
    return f"{path}?{query}" if query else path or "index"
