"""A post → the text of a share for each channel and slot, within the channel's limit."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.counting.graphemes import graphemes
from sharekit.model import CLOSING
from sharekit.shares.frame import Place, names, own_number, place
from sharekit.shares.habits import FOLD, habit
from sharekit.shares.hashtags import hashtags
from sharekit.shares.links import tagged
from sharekit.shares.own import own_text
from sharekit.shares.templates import Templates
from sharekit.text.hook import MOST_HEADINGS, story
from sharekit.text.leaning import is_dated
from sharekit.text.scoring import ENOUGH
from sharekit.text.sentences import excerpt, sentences, together
from sharekit.text.typography import inert, typeset
from sharekit.text.words import plain, weight, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sharekit.config import SharesSettings
    from sharekit.counting import Outlet
    from sharekit.model import Part, Post, Series
    from sharekit.shares.habits import Habit
    from sharekit.shares.templates import Form
    from sharekit.text.hook import Story

# A user's template that lists headings loses those beyond so many before anything else.
FEW = 2
_SHORT_TITLE = 40
_CUTS = (220, 180, 140, 110, 80, 50)


def draft_texts(
    post: Post,
    *,
    parts: Sequence[Part],
    outlets: Sequence[Outlet],
    settings: SharesSettings,
    templates: Templates | None = None,
    before: Post | None = None,
    evergreen: bool = True,
    last: bool | None = None,
    told: Story | None = None,
) -> dict[str, str]:
    """``channel`` or ``channel @ slot`` → the text. The first slot is the plain one, and the only one of a post that ages.

    A later slot says what no earlier one said on its channel; where the article offers nothing more, it is left out.
    What does not fit is dropped in this order: the third sentence, the title, hashtags, words of the series. The link and
    the number of the part always stay. ``before`` is the part before this one; ``last`` says that none follows; ``told`` is
    what the article offers, where that is known already.
    """
    slots = list(settings.slots) if evergreen else list(settings.slots)[:1]
    part = parts[0] if parts else None
    ends = part is not None and part.position == part.total if last is None else last
    offered = told or story(post, most=2 * len(slots), before=before)
    drafts = _Drafts(post, part, offered, len(slots), settings, templates or Templates(), before, last=ends)
    longer = any(habit(outlet.like).more for outlet in outlets)
    texts: dict[str, str] = {}
    for outlet in outlets:
        said: set[int] = set()
        for number, slot in enumerate(slots):
            text = drafts.text(outlet, slot, number, said, shorter=outlet.like == "x" and longer)
            if text:
                texts[f"{outlet.name} @ {slot}" if number else outlet.name] = text
    return texts


@dataclass(frozen=True, kw_only=True)
class _Around:
    """What may stand around the words of an article: its place in a series, the fullest first, link and hashtags."""

    places: list[str]
    link: str
    tags: list[str]


class _Drafts:
    """The drafts of one article."""

    def __init__(
        self,
        post: Post,
        part: Part | None,
        told: Story,
        slots: int,
        settings: SharesSettings,
        templates: Templates,
        before: Post | None,
        *,
        last: bool,
    ) -> None:
        self._post, self._part, self._slots = post, part, slots
        self._settings, self._templates = settings, templates
        self._story = told
        self._title = plain(post.title)
        # What a later slot may say: nothing that was true on the day alone.
        self._later = [
            tuple(itertools.takewhile(lambda text: not is_dated(text), each)) for each in told.passages if slots > 1
        ]
        self._place = place(part, post, self._title, last=last)
        self._place_again = place(part, post, self._title, last=last, again=True)
        # "Building a be...": no caption, for the card shows it too.
        self._cut = self._title.endswith(("…", "...")) and len(self._title) > _SHORT_TITLE
        self._titled = self._said_by_title()
        self._tags = hashtags(post.tags, most=len(post.tags), names=settings.names, title=self._title)
        self._before = plain(before.title) if before else ""
        # In a thread the part before it stands above.
        shown = set(hashtags(before.tags, most=len(before.tags), names=settings.names)) if before else set()
        self._new_tags = [tag for tag in self._tags if tag not in shown]

    def text(self, outlet: Outlet, slot: str, number: int, said: set[int], *, shorter: bool) -> str:
        """The text of a section; empty where nothing new is left to say. ``said`` are the passages that are used.

        ``shorter``: a sentence is left to the network that says more.
        """
        url = tagged(self._post.url, self._settings.utm, channel=outlet.name, slot=slot)
        by = self._by(outlet)
        known = {
            "post": self._post, "part": self._part, "label": self._label(), "before": self._before, "slot": slot, "url": url,
            "by": by, "own_words": self._story.own_words and number == 0,
        }  # fmt: skip
        form = self._templates.choose(self._post.language, outlet, slot if number else "")
        custom = habit(outlet.like)
        handles = [*by, outlet.handle, *(handle for each in self._settings.handles.values() for handle in each.values())]
        own, specific = own_text(self._post.params.get("share"), outlet, slot, first=number == 0)
        if own:
            candidates = self._of_author(own, self._around(outlet, url, number), cut=not specific)
            if number == 0:
                said.update(self._echoed(own))
            return self._first_that_fits(form, known, candidates, outlet, handles, own=True)[0]
        passages = self._later if number else self._story.passages
        free = [at for at in range(self._story.strong if number else len(passages)) if at not in said and passages[at]]
        if number and not free:
            return ""
        if number and custom.more and not self._has_more(number) and len(passages[free[0]]) == 1:
            return ""  # it would say what the shorter networks say
        candidates = self._of_article(passages, free, custom, self._around(outlet, url, number), number, shorter=shorter)
        text, used = self._first_that_fits(form, known, candidates, outlet, handles)
        said.update(used)
        return text

    def _first_that_fits(
        self,
        form: Form,
        known: Mapping[str, object],
        candidates: Iterable[tuple[dict[str, object], list[int]]],
        outlet: Outlet,
        handles: Sequence[str],
        *,
        own: bool = False,
    ) -> tuple[str, list[int]]:
        given, text, used = form.given(known), "", list[int]()
        for values, passages in candidates:
            used = passages
            text = typeset(form.filled({**given, **_inert(values, handles, hashtags=own)}), self._post.language)
            if outlet.counter.fits(text):
                break
        return text, used

    def _echoed(self, text: str) -> Iterator[int]:
        """The passages that an author's text says already."""
        said = set(words(text))
        for at, passage in enumerate(self._story.passages):
            own = set(words(" ".join(passage)))
            if len(own & said) >= 0.6 * len(own):
                yield at

    def _around(self, outlet: Outlet, url: str, number: int) -> _Around:
        custom = habit(outlet.like)
        place = self._place_again if number else self._place
        places = list(dict.fromkeys((place.full, place.short, place.bare))) if place else [""]
        most = custom.hashtags if self._settings.hashtags is None else self._settings.hashtags
        link = url if custom.link else ""
        if outlet.threaded and self._before and not number:
            # It answers the part before it, which stands above it with the name of the series and the hashtags.
            return _Around(places=places[1:] or places, link=link, tags=self._new_tags[:most])
        return _Around(places=places, link=link, tags=self._tags[:most])

    def _of_author(self, text: str, around: _Around, *, cut: bool) -> Iterator[tuple[dict[str, object], list[int]]]:
        link = "" if self._post.url in text else around.link
        tags = [] if "#" in text else around.tags
        named = self._part is not None and names(text, self._part.series)
        for said in dict.fromkeys(("",) if named else (*around.places[:2], "")):
            for count in range(len(tags), -1, -1):
                yield self._values(hook=text, place=said, link=link, tags=tags[:count]), []
        found = sentences(text) if cut else []
        for count in range(len(found) - 1, 0, -1):
            yield self._values(hook=together(found[:count]), place="", link=link, tags=[]), []

    def _of_article(
        self,
        passages: Sequence[tuple[str, ...]],
        chosen: list[int],
        custom: Habit,
        around: _Around,
        slot: int,
        *,
        shorter: bool,
    ) -> Iterator[tuple[dict[str, object], list[int]]]:
        """What a share of the article may say, the fullest first, with the passages that it uses."""
        places, tags, link = around.places, around.tags, around.link
        if custom.more and chosen:
            more, used, points = self._extra(passages, chosen[0], slot)
            fullest = self._values(
                lead=passages[chosen[0]],
                more=more,
                points=points,
                title=self._title,
                place=places[0],
                link=link,
                tags=tags,
                folded=True,
            )
            yield fullest, [chosen[0], *used]
        for number, at in enumerate(chosen):
            lead = passages[at]
            least = _least(lead)
            most = min(len(lead), custom.sentences)
            if shorter and not self._has_more(slot) and most == len(lead) > max(least, 1):
                most -= 1
            counts = range(max(most, least), least - 1, -1)
            # A second sentence says more than the title, which the card or the page shows.
            enough = max(least, min(2, most))
            with_title = [(count, True, len(tags), places[0]) for count in counts] if custom.title else []
            steps = [step for step in with_title if step[0] >= enough]
            steps += [(count, False, len(tags), places[0]) for count in counts if count >= enough]
            steps += [step for step in with_title if step[0] < enough]
            steps += [(count, False, len(tags), places[0]) for count in counts if count < enough]
            steps += [(least, False, count, said) for said in places[:2] for count in range(len(tags), -1, -1)]
            steps += [(count, False, 0, said) for said in places for count in range(least, 0, -1)] if number else []
            for count, titled, tagged_with, where in steps:
                title = self._title if titled else ""
                yield self._values(lead=lead[:count], title=title, tags=tags[:tagged_with], place=where, link=link), [at]
        yield from self._bare(passages[chosen[0]] if chosen else (), chosen[:1], around, points=custom.points)

    def _bare(
        self, passage: Sequence[str], used: list[int], around: _Around, *, points: bool
    ) -> Iterator[tuple[dict[str, object], list[int]]]:
        """Where no sentence fits, or none is there: the beginning of one, or the title."""
        places, tags, link = around.places, around.tags, around.link
        for where in places if len(passage) > 1 else ():
            for sentence in sorted(passage, key=len, reverse=True):
                yield self._values(lead=(sentence,), place=where, link=link, tags=[]), used
        for where in places if passage else ():
            for most in _CUTS:
                yield self._values(lead=(excerpt(passage[0], most),), place=where, link=link, tags=[]), used
        topics = list(self._story.topics[:MOST_HEADINGS]) if points else []
        for count in range(len(tags), -1, -1):
            yield self._values(title=self._title, points=topics, place=places[0], link=link, tags=tags[:count]), []
        # By graphemes: half of an emoji is another one, or none.
        letters = graphemes(self._title)
        for length in range(len(letters) - 1, 0, -1):
            title = "".join(letters[:length]).rstrip() + "…"
            yield {**self._values(title=title, place=places[-1], link=link, tags=[]), "title": title}, []

    def _has_more(self, slot: int) -> bool:
        """Whether something is left to a network that says more than the others."""
        return self._slots + slot < len(self._story.passages) or self._lists_topics(slot)

    def _lists_topics(self, slot: int) -> bool:
        return bool(self._story.topics) and slot == max(0, len(self._story.passages) - self._slots)

    def _extra(
        self, passages: Sequence[tuple[str, ...]], lead: int, slot: int
    ) -> tuple[tuple[str, ...], list[int], list[str]]:
        """What a longer text says beside its lead: another passage that no later slot needs, else the headings, once."""
        spare = self._slots + slot
        if spare < len(passages) and spare != lead:
            return passages[spare][:3], [spare], []
        if self._lists_topics(slot):
            return (), [], list(self._story.topics[:MOST_HEADINGS])
        if slot == 0 and len(passages) > 1 and len(passages[lead]) == 1:
            return passages[1][:3], [1], []
        return (), [], []

    def _values(
        self,
        *,
        hook: str = "",
        lead: Sequence[str] = (),
        more: Sequence[str] = (),
        points: Sequence[str] = (),
        title: str = "",
        place: str = "",
        link: str = "",
        tags: Sequence[str] = (),
        folded: bool = False,
    ) -> dict[str, object]:
        shown = _paragraphs(lead) if folded else [together(lead)]
        headings = self._story.topics
        said = hook or together(lead)
        named = title.casefold() in said.casefold() and names(said, title)
        caption = "" if named or (self._cut and lead) else title
        return {
            "hook": hook or "\n\n".join(shown),
            "more": together(more),
            "points": list(points),
            "caption": caption,
            "place": "" if caption and self._titled else place,
            "link": link,
            "title": self._title,
            "sentences": list(lead),
            "hashtags": list(tags),
            "headings": list(headings[:MOST_HEADINGS]),
            "more_headings": len(headings) > MOST_HEADINGS,
        }

    def _said_by_title(self) -> bool:
        """Whether the title says the series and the number itself."""
        part = self._part
        if part is None or self._place is None or own_number(self._title, part.series) is None:
            return False
        return names(self._title, self._place.short.rpartition(",")[0] or self._place.short)

    def _label(self) -> str:
        """``2/3``, or empty where the title numbers itself; ``2`` alone where nobody knows how many there will be."""
        if self._place is None or own_number(self._title) is not None:
            return ""
        return self._place.bare

    def _by(self, outlet: Outlet) -> list[str]:
        """The handles of the post's authors on the network, without the account that posts it."""
        found = []
        for author in self._post.authors:
            handle = self._settings.handles.get(author.name, {}).get(outlet.name) or author.handles.get(outlet.name)
            if handle and handle.lstrip("@").casefold() != outlet.handle.lstrip("@").casefold():
                found.append(f"@{handle.lstrip('@')}")
        return found


def closing_texts(
    series: Series, *, outlets: Sequence[Outlet], settings: SharesSettings, templates: Templates | None = None
) -> dict[str, str]:
    """``channel @ closing`` → a share that names every part of a complete series.

    Where they do not fit, the titles go first, then all links but the first; where a card carries the link, the titles alone
    are named.
    """
    templates = templates or Templates()
    newest = series.members[-1]
    tags = hashtags(newest.tags, most=len(newest.tags), names=settings.names, title=plain(newest.title))
    texts = {}
    for outlet in outlets:
        custom = habit(outlet.like)
        most = custom.hashtags if settings.hashtags is None else settings.hashtags
        parts = [
            {"title": inert(plain(post.title)), "url": tagged(post.url, settings.utm, channel=outlet.name, slot=CLOSING)}
            for post in series.members
        ]
        bare = [{**part, "title": ""} for part in parts]
        listings = (parts, bare, bare[:1]) if custom.link else ([{**part, "url": ""} for part in parts], [])
        form = templates.choose(series.language, outlet, CLOSING)
        given = form.given({"series": series.name, "count": len(parts)})
        text = ""
        for listed in listings:
            for some in (tags[:most], []):
                text = (
                    text
                    if text and outlet.counter.fits(text)
                    else typeset(form.filled({**given, "parts": listed, "hashtags": some}), series.language)
                )
        texts[f"{outlet.name} @ {CLOSING}"] = text
    return texts


def _inert(values: dict[str, object], handles: Sequence[str], *, hashtags: bool) -> dict[str, object]:
    made = dict(values)
    for name, value in values.items():
        if isinstance(value, str) and name != "link":
            made[name] = inert(value, handles, hashtags=hashtags and name == "hook")
        elif isinstance(value, list) and name != "hashtags":
            made[name] = [inert(each, handles) for each in value]
    return made


def _least(lead: Sequence[str]) -> int:
    """How many sentences of a passage say something together."""
    length = 0
    for count, sentence in enumerate(lead, start=1):
        length += weight(sentence) + 1
        if length > ENOUGH:
            return count
    return len(lead)


def _paragraphs(lead: Sequence[str]) -> list[str]:
    """The sentences in two paragraphs, of which the first stands above the fold."""
    count = 1
    while count < len(lead) and len(together(lead[: count + 1])) <= FOLD:
        count += 1
    return [together(some) for some in (lead[:count], lead[count:]) if some]


__all__ = ["Place", "closing_texts", "draft_texts"]
