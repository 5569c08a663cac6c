"""Which article a draft or a ledger key is about: found by id, by any known address, then by the article's file.

The known addresses of an article are its id, its permalink path and every alias. A draft keeps the id that it was first
written with, so a changed slug, title, date, host or base path never makes a second draft or a second key.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from sharekit.channels.base import digest_of_words
from sharekit.errors import ConfigError
from sharekit.files import digest
from sharekit.model import CLOSING
from sharekit.schedule.calendar import offset
from sharekit.urls import path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from sharekit.model import IssueDraft, LedgerEntry, Post, ShareDraft

# So many of an article's first words tell it from every other one.
OPENING_WORDS = 30


class Articles:
    """The articles of a blog, by all that may lead to them."""

    def __init__(self, posts: Iterable[Post]) -> None:
        self.posts = tuple(posts)
        self._ids = {post.id: post for post in self.posts}
        paths = {path_of(post.url): post for post in self.posts}
        aliases: dict[str, Post | None] = {}
        for post in self.posts:
            for alias in map(path_of, post.aliases):
                # What two articles claim leads to neither; what is an article's own address stays its own.
                aliases[alias] = post if aliases.get(alias, post) is post else None
        self._addresses: dict[str, Post] = {**{name: post for name, post in aliases.items() if post}, **paths, **self._ids}
        # A file that holds many articles, such as an export, tells nothing.
        counts = Counter(post.source for post in self.posts)
        self._sources = {post.source: post for post in self.posts if post.source and counts[post.source] == 1}

    def find(self, address: str) -> Post | None:
        """The article that an id, a permalink path or an alias leads to."""
        return self._addresses.get(address)

    def of_file(self, source: str) -> Post | None:
        """The article of a file that holds it alone."""
        return self._sources.get(source)

    def known_addresses(self, post: Post) -> tuple[str, ...]:
        """The id, the permalink path and every alias that leads to this article alone."""
        names = (post.id, path_of(post.url), *map(path_of, post.aliases))
        return tuple(dict.fromkeys(name for name in names if self._addresses.get(name) is post))

    def by_name(self, drafts: Sequence[ShareDraft], issues: Sequence[IssueDraft]) -> dict[str, Post]:
        """The articles under every name that an issue may have for them: ids, files and addresses, old and full ones too.

        An old address is known from the article's file, which the share draft or the issue names.
        """
        lost = {
            name: issue.sources.get(digest(name), "") for issue in issues for name in {*issue.posts} - self._addresses.keys()
        }
        of_file = {digest(source): post for source, post in self._sources.items()} if any(lost.values()) else {}
        old = {name: of_file[source] for name, source in lost.items() if source in of_file}
        files = self.of_drafts(drafts)
        old |= {draft.post: files[draft.path] for draft in drafts if draft.path in files}
        return old | self._sources | {post.url: post for post in self._ids.values()} | self._addresses

    def of_drafts(self, drafts: Sequence[ShareDraft]) -> dict[str, Post]:
        """The path of a draft → its article; drafts of articles that are gone are not in it.

        Each step takes only what the one before it left: an article has one draft, and a draft one article. Where several
        drafts know an article by an address, it is that of the one that bears its id, else of the first.
        """
        found: dict[str, Post] = {}
        taken: set[str] = set()
        steps: tuple[tuple[Mapping[str, Post], Callable[[ShareDraft], str]], ...] = (
            (self._ids, lambda draft: draft.post),
            (self._addresses, lambda draft: draft.post),
            # After several moves an alias may lead from the last address only.
            (self._addresses, lambda draft: path_of(draft.url)),
            (self._sources, lambda draft: draft.source),
        )
        for index, name_of in steps:
            for draft in drafts:
                post = index.get(name_of(draft)) if draft.path not in found else None
                if post is not None and post.id not in taken:
                    found[draft.path] = post
                    taken.add(post.id)
        return found


class SentShares:
    """The ledger's records of shares, by the article that they were for."""

    def __init__(self, entries: Mapping[str, LedgerEntry], articles: Articles) -> None:
        self._by_address: dict[tuple[str, str], dict[str, LedgerEntry]] = {}
        self._by_source: dict[tuple[str, str], dict[str, LedgerEntry]] = {}
        for key, entry in entries.items():
            if not key.startswith("share/") or key.count("/") < 3:
                continue
            post, channel, slot = key.removeprefix("share/").rsplit("/", 2)
            self._by_address.setdefault((post, channel), {})[slot] = entry
            moved = articles.find(path_of(entry.sent.get("url", ""))) if not articles.find(post) else None
            if moved:
                # The key's address leads nowhere any more, but the link that was sent does.
                self._by_address.setdefault((moved.id, channel), {}).setdefault(slot, entry)
            # A file that now holds another article, or many, tells nothing of one that is known by its address.
            source = entry.sent.get("source", "")
            if articles.of_file(source) and not articles.find(post):
                self._by_source.setdefault((source, channel), {})[slot] = entry

        self._channels = {channel for _, channel in self._by_address}

    def of(self, addresses: Iterable[str], source: str, channel: str) -> dict[str, LedgerEntry]:
        """Slot → the record of this article's share on a channel, under whichever address it was sent."""
        found = dict(self._by_source.get((source, channel), {}))
        for address in reversed(tuple(addresses)):
            found |= self._by_address.get((address, channel), {})
        return found

    def elsewhere(
        self, addresses: Sequence[str], source: str, channels: Collection[str]
    ) -> dict[str, dict[str, LedgerEntry]]:
        """Channel → slot → record, of the channels on which this article was shared and that are none of ``channels``."""
        gone = self._channels.difference(channels)
        return {channel: self.of(addresses, source, channel) for channel in sorted(gone)}

    def knows(self, channel: str) -> bool:
        """Whether any share was tried on a channel."""
        return channel in self._channels

    def id_of(self, addresses: Iterable[str]) -> str | None:
        """The id under which an article was shared before, where its draft is gone."""
        posts = {post for post, _ in self._by_address}
        return next((address for address in addresses if address in posts), None)

    def was_shared(self, post_id: str) -> bool:
        """Whether anything was ever tried for an id."""
        return any(post == post_id for post, _ in self._by_address)


def record_of(slot: str, sent: Mapping[str, LedgerEntry], slots: Mapping[str, str], first: str) -> LedgerEntry | None:
    """The ledger's record of a slot. A slot that was only renamed is known by its offset: it is no new act."""
    if slot in sent:
        return sent[slot]
    renamed = {name: entry for name, entry in sent.items() if name not in slots and name != CLOSING}
    for entry in renamed.values():
        after = entry.sent.get("after")
        if after and slot in slots and _same_offset(after, slots[slot]):
            return entry
    # Records of older versions do not say: the one that is left over belongs to the first slot.
    unsaid = [entry for entry in renamed.values() if not entry.sent.get("after")]
    return min(unsaid, key=lambda entry: entry.claimed_at) if unsaid and slot == first else None


def same_text(text: str, sent: Mapping[str, LedgerEntry]) -> LedgerEntry | None:
    """The record of the same words: whatever slot or channel they went out for, they are out."""
    digest = digest_of_words(text) if sent else ""
    return next((entry for entry in sent.values() if entry.sent.get("digest") == digest), None)


def _same_offset(one: str, other: str) -> bool:
    try:
        return offset(one) == offset(other)
    except ConfigError:  # months and years have no length of their own
        return one.strip() == other.strip()


def opening_digest(text: str) -> str:
    """A digest of the first words of an article, to know it again when its file and its address changed; empty if short."""
    words = [found[0].casefold() for found in itertools.islice(re.finditer(r"\w+", text), OPENING_WORDS)]
    return digest(" ".join(words)) if len(words) == OPENING_WORDS else ""


def with_new_address(text: str, old: str, new: str) -> str:
    """The text with the article's old address replaced, also where it is percent-encoded; its query and fragment stay."""
    if not old or old == new:
        return text
    forms: tuple[Callable[[str], str], ...] = (str, unquote, lambda address: quote(address, safe=":/?=&%"))
    spellings = {form(old).rstrip("/"): form(new) for form in reversed(forms)}
    known = "|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))
    # "…/scie" is not the beginning of "…/scie-egoine" or "…/scie/lame"; with and without its slash it is one address.
    return re.sub(rf"({known})/?(?![\w%~/+@=&$-]|\.\w)", lambda found: spellings[found[1]], text)
