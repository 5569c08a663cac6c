"""A post → the text of a share for each channel and slot, within the channel's limit."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from sharekit.counting.graphemes import graphemes
from sharekit.model import CLOSING
from sharekit.shares.frame import names, place
from sharekit.shares.habits import FOLD, habit
from sharekit.shares.hashtags import hashtags
from sharekit.shares.links import tagged
from sharekit.shares.templates import Templates
from sharekit.text.hook import MOST_HEADINGS
from sharekit.text.scoring import ENOUGH
from sharekit.text.sentences import balanced, excerpt, sentences, together
from sharekit.text.typography import inert, typeset
from sharekit.text.vocabulary import lowered, vocabulary
from sharekit.text.words import plain, weight, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sharekit.config import SharesSettings
    from sharekit.counting import Outlet
    from sharekit.model import Part, Post, Series
    from sharekit.shares.habits import Habit
    from sharekit.shares.templates import Form
    from sharekit.text.hook import Story

_NAMES = {"twitter": "x", "fediverse": "mastodon"}
# Themes take `share: true` for their buttons.
_NO_TEXT = ("true", "false", "yes", "no", "on", "off")
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
    offer: Story,
) -> dict[str, str]:
    """``channel`` or ``channel @ slot`` → the text. The first slot is the plain one, and the only one of a post that ages.

    A later slot says what no earlier one said on its channel; where the article offers nothing more, it is left out.
    What does not fit is dropped in this order: the third sentence, the title, hashtags, words of the series. The link and
    the number of the part always stay. ``before`` is the part before this one; ``last`` says that none follows; ``offer`` is
    what the article offers.
    """
    slots = list(settings.slots) if evergreen else list(settings.slots)[:1]
    part = parts[0] if parts else None
    ends = part is not None and part.position == part.total if last is None else last
    drafts = _Drafts(post, part, offer, outlets, len(slots), settings, templates or Templates(), before, last=ends)
    longer = any(habit(outlet.like).more for outlet in outlets)
    texts: dict[str, str] = {}
    for outlet in outlets:
        if _is_declined(post.params.get("share"), outlet):
            continue
        said: set[int] = set()
        for number, slot in enumerate(slots):
            text = drafts.text(outlet, slot, number, said, shorter=outlet.like == "x" and longer)
            if text:
                texts[f"{outlet.name} @ {slot}" if number else outlet.name] = text
    return texts


class _Attempt(NamedTuple):
    """What a text may say, and the passages of the article that it uses. ``hook`` is an author's own text.

    ``folded``: its point stands in a paragraph of its own, above the fold.
    """

    uses: Sequence[int] = ()
    lead: Sequence[str] = ()
    hook: str = ""
    more: Sequence[str] = ()
    points: Sequence[str] = ()
    title: str = ""
    place: str = ""
    link: str = ""
    tags: Sequence[str] = ()
    folded: bool = False


class _Around(NamedTuple):
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
        offer: Story,
        outlets: Sequence[Outlet],
        slots: int,
        settings: SharesSettings,
        templates: Templates,
        before: Post | None,
        *,
        last: bool,
    ) -> None:
        self._post, self._part, self._slots = post, part, slots
        self._settings, self._templates = settings, templates
        # Whom a text may name: what stands in an article as "@name" notifies nobody else.
        self._handles = [
            *(outlet.handle for outlet in outlets),
            *(handle for each in settings.handles.values() for handle in each.values()),
            *(handle for author in post.authors for handle in author.handles.values()),
        ]
        self._story = offer
        title = plain(post.title)
        self._title = self._set(title)
        self._topics = [self._set(each) for each in offer.topics[:MOST_HEADINGS]]
        self._passages = [tuple(map(self._set, each)) for each in offer.passages]
        # What a later slot may say: nothing that was true on the day alone.
        dated = vocabulary(offer.language).dated
        later = [
            tuple(itertools.takewhile(lambda text: not dated.search(lowered(text)), each))
            for each in self._passages
            if slots > 1
        ]
        self._later = [each if weight(" ".join(each)) >= ENOUGH else () for each in later]
        self._place = where = place(part, offer.language, title, last=last)
        self._places = [*map(self._set, dict.fromkeys((where.full, where.short, where.bare)))] if where else [""]
        self._again = [*map(self._set, dict.fromkeys((where.again, where.short, where.bare)))] if where else [""]
        # "Building a be...", "2": no caption beside a sentence.
        cut = title.endswith(("…", "...")) and len(title) > _SHORT_TITLE
        self._untitled = cut or not any(map(str.isalpha, title))
        self._tags = hashtags(post.tags, most=len(post.tags), names=settings.names, title=title, language=offer.language)
        self._before = before
        self._known = {
            "post": post,
            "part": part,
            # 2/3, where the title does not number itself; 2 alone where nobody knows how many there will be.
            "label": where.label if where else "",
            "before": plain(before.title) if before else "",
            "headings": self._topics,
            "more_headings": len(offer.topics) > MOST_HEADINGS,
        }

    def _set(self, text: str) -> str:
        """As it may stand in any share of the article."""
        return typeset(inert(text, self._handles), self._story.language)

    def text(self, outlet: Outlet, slot: str, number: int, said: set[int], *, shorter: bool) -> str:
        """The text of a section; empty where nothing new is left to say. ``said`` are the passages that are used.

        ``shorter``: a sentence is left to the network that says more.
        """
        url = tagged(self._post.url, self._settings.utm, channel=outlet.name, slot=slot)
        known = {
            **self._known,
            "slot": slot,
            "url": url,
            "by": self._by(outlet),
            "own_words": self._story.own_words and number == 0,
        }
        form = self._templates.choose(self._story.language, outlet, slot if number else "")
        custom = habit(outlet.like)
        around = self._around(outlet, custom, url, number)
        given = self._post.params.get("share")
        own, specific = own_text(given, outlet, slot, first=number == 0) if given else ("", False)
        if own:
            if number == 0:
                said.update(self._echoed(own))
            own = inert(own, self._handles, hashtags=True)
            return self._first_that_fits(form, known, self._of_author(own, around, cut=not specific), outlet)[0]
        passages = self._later if number else self._passages
        free = [at for at in range(self._story.strong if number else len(passages)) if at not in said and passages[at]]
        if number and not free:
            return ""
        if number and custom.more and not self._has_more(number) and len(passages[free[0]]) == 1:
            return ""  # it would say what the shorter networks say
        attempts = self._of_article(passages, free, custom, around, number, shorter=shorter)
        text, used = self._first_that_fits(form, known, attempts, outlet)
        if number and not outlet.counter.fits(text):
            return ""
        said.update(used)
        return text

    def _first_that_fits(
        self, form: Form, known: Mapping[str, object], attempts: Iterable[_Attempt], outlet: Outlet
    ) -> tuple[str, Sequence[int]]:
        text: str = ""
        used: Sequence[int] = ()
        for attempt in attempts:
            # A lead of half the limit fits, as no network counts a sign for more than two.
            lead = together(attempt.lead) if attempt.lead else ""
            if 2 * len(lead) > outlet.counter.limit and not outlet.counter.fits(lead):
                continue
            text, used = typeset(form.filled({**known, **self._values(attempt)}), self._story.language), attempt.uses
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

    def _around(self, outlet: Outlet, custom: Habit, url: str, number: int) -> _Around:
        places = self._again if number else self._places
        most = custom.most_hashtags(self._settings.hashtags)
        link = url if custom.link else ""
        before = self._before
        if outlet.threaded and before and not number:
            # It answers the part before it, which stands above it with the name of the series and the hashtags.
            above = hashtags(before.tags, most=len(before.tags), names=self._settings.names, language=before.language)
            return _Around(places[1:] or places, link, [tag for tag in self._tags if tag not in above][:most])
        return _Around(places, link, self._tags[:most])

    def _of_author(self, text: str, around: _Around, *, cut: bool) -> Iterator[_Attempt]:
        link = "" if self._post.url in text else around.link
        tags = [] if "#" in text else around.tags
        named = self._part is not None and names(text, self._part.series)
        for said in dict.fromkeys(("",) if named else (*around.places[:2], "")):
            for count in range(len(tags), -1, -1):
                yield _Attempt(hook=text, place=said, link=link, tags=tags[:count])
        found = sentences(text) if cut else []
        for count in range(len(found) - 1, 0, -1):
            yield _Attempt(hook=together(found[:count]), link=link)

    def _of_article(
        self,
        passages: Sequence[tuple[str, ...]],
        chosen: list[int],
        custom: Habit,
        around: _Around,
        slot: int,
        *,
        shorter: bool,
    ) -> Iterator[_Attempt]:
        """What a share of the article may say, the fullest first, with the passages that it uses."""
        places, link, tags = around
        if custom.more and chosen:
            first = chosen[0]
            extra = self._extra(passages, first, slot)
            more = passages[extra][:3] if extra is not None else ()
            points = self._topics if extra is None and self._lists_topics(slot) else ()
            uses = [first] if extra is None else [first, extra]
            yield _Attempt(uses, passages[first], "", more, points, self._title, places[0], link, tags, folded=True)
        for at in chosen:
            lead = passages[at]
            for count, title, tagged_with, where in self._steps(lead, custom, around, slot, shorter=shorter):
                yield _Attempt([at], lead[:count], title=title, place=where, link=link, tags=tags[:tagged_with])
            for where, count in itertools.product(places, range(_least(lead), 0, -1)) if at != chosen[0] else ():
                yield _Attempt([at], lead[:count], place=where, link=link)
        if slot == 0:
            yield from self._bare(passages[chosen[0]] if chosen else (), chosen[:1], around, points=custom.points)

    def _steps(
        self, lead: Sequence[str], custom: Habit, around: _Around, slot: int, *, shorter: bool
    ) -> Iterator[tuple[int, str, int, str]]:
        """How many sentences of a passage, which title, how many hashtags, and which words of the series."""
        places, _, tags = around
        least = _least(lead)
        most = min(len(lead), custom.sentences)
        if shorter and not self._has_more(slot) and most == len(lead) > max(least, 1):
            most -= 1
        counts = range(max(most, least), least - 1, -1)
        # A second sentence says more than the title, which the card or the page shows.
        enough = max(least, min(2, most))
        for some in ([count for count in counts if count >= enough], [count for count in counts if count < enough]):
            for title in (self._title, "") if custom.title else ("",):
                yield from ((count, title, len(tags), places[0]) for count in some)
        yield from ((least, "", count, said) for said in places[:2] for count in range(len(tags), -1, -1))

    def _bare(self, passage: Sequence[str], used: list[int], around: _Around, *, points: bool) -> Iterator[_Attempt]:
        """Where no sentence fits, or none is there: the beginning of one, or the title."""
        places, link, tags = around
        leans = vocabulary(self._story.language).leans
        alone = [each for each in sorted(passage, key=len, reverse=True) if not leans.match(lowered(each))]
        for where, sentence in itertools.product(places, alone if len(passage) > 1 else ()):
            yield _Attempt(used, (sentence,), place=where, link=link)
        cuts = [excerpt(passage[0], most) for most in _CUTS] if passage else []
        for where, cut in itertools.product(places, filter(balanced, cuts)):
            yield _Attempt(used, (cut,), place=where, link=link)
        for count in range(len(tags), -1, -1):
            topics = self._topics if points else ()
            yield _Attempt(title=self._title, points=topics, place=places[0], link=link, tags=tags[:count])
        # By graphemes: half of an emoji is another one, or none.
        letters = graphemes(self._title)
        for length in range(len(letters) - 1, 0, -1):
            yield _Attempt(title="".join(letters[:length]).rstrip() + "…", place=places[-1], link=link)

    def _has_more(self, slot: int) -> bool:
        """Whether something is left to a network that says more than the others."""
        return self._slots + slot < self._story.strong or self._lists_topics(slot)

    def _lists_topics(self, slot: int) -> bool:
        return bool(self._story.topics) and slot == max(0, self._story.strong - self._slots)

    def _extra(self, passages: Sequence[tuple[str, ...]], lead: int, slot: int) -> int | None:
        """What a longer text says beside its lead: another passage that no later slot needs, else the headings, once."""
        spare = self._slots + slot
        if spare < self._story.strong and spare != lead:
            return spare
        if self._lists_topics(slot):
            return None
        return 1 if slot == 0 and len(passages) > 1 and len(passages[lead]) == 1 else None

    def _values(self, attempt: _Attempt) -> dict[str, object]:
        """The variables of the templates."""
        _, lead, own, more, points, title, place, link, tags, folded = attempt
        said = own or together(lead)
        named = title.casefold() in said.casefold() and names(said, title)
        caption = "" if named or (self._untitled and lead) else title
        return {
            "hook": own or ("\n\n".join(_paragraphs(lead)) if folded else said),
            "more": together(more),
            "title": title or self._title,
            "caption": caption,
            "place": "" if caption and self._place and self._place.in_title else place,
            "points": points,
            "sentences": lead,
            "link": link,
            "hashtags": list(tags),
        }

    def _by(self, outlet: Outlet) -> list[str]:
        """The handles of the post's authors on the network, without the account that posts it."""
        found = []
        for author in self._post.authors:
            handle = self._settings.handles.get(author.name, {}).get(outlet.name) or author.handles.get(outlet.name)
            if handle and handle.lstrip("@").casefold() != outlet.handle.lstrip("@").casefold():
                found.append(f"@{handle.lstrip('@')}")
        return found


def own_text(given: object, outlet: Outlet, slot: str, *, first: bool) -> tuple[str, bool]:
    """The author's text for a channel and slot, and whether it was written for this channel; empty where there is none.

    ``given`` is the value of ``share`` in the front matter. A text alone, or one under a channel alone, is for the first
    slot. A channel may be named by its kind, a slot beside channels is for all of them, and ``channel @ slot`` is both.
    """
    if not isinstance(given, Mapping):
        return (_words_of(given), False) if first else ("", False)
    values = {_name(str(key)): value for key, value in given.items()}
    for name in (outlet.name.casefold(), outlet.like):
        found = _words_of(values.get(f"{name} @ {slot}".casefold()))
        value = values.get(name)
        if not found and isinstance(value, Mapping):
            found = _words_of({str(key).casefold(): text for key, text in value.items()}.get(slot.casefold()))
        elif not found and first:
            found = _words_of(value)
        if found:
            return found, True
    value = values.get(slot.casefold())
    return _words_of(value), False


def _is_declined(given: object, outlet: Outlet) -> bool:
    """Whether the author wants no share on a channel: ``share: {x: false}``. ``share: false`` alone is a theme's switch."""
    values = {_name(str(key)): value for key, value in given.items()} if isinstance(given, Mapping) else {}
    return any(values.get(name) is False for name in (outlet.name.casefold(), outlet.like))


def unused_words(given: object, known: Collection[str]) -> Iterator[str]:
    """Why texts of the author's in ``share`` are not used. ``known`` are the channels and slots."""
    for key, value in given.items() if isinstance(given, Mapping) else [("", given)]:
        name = _name(str(key)).partition(" @ ")[0]
        if name and name not in known:
            yield f'share: there is no channel or slot "{key}"'
        elif not isinstance(value, str | bool | None | (Mapping if name else str)):
            yield f'share: the text for "{key}" is not a text' if name else "share: is not a text"


def _words_of(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return "" if text.casefold() in _NO_TEXT else text


def _name(key: str) -> str:
    channel, at, slot = (part.strip() for part in key.casefold().partition("@"))
    channel = _NAMES.get(channel, channel)
    return f"{channel} @ {slot}" if at else channel


def closing_texts(
    series: Series, *, outlets: Sequence[Outlet], settings: SharesSettings, templates: Templates | None = None
) -> dict[str, str]:
    """``channel @ closing`` → a share that names every part of a complete series.

    Where they do not fit, the titles go first, then all links but the first; where a card carries the link, the titles alone
    are named.
    """
    templates = templates or Templates()
    newest = series.members[-1]
    tags = hashtags(
        newest.tags,
        most=len(newest.tags),
        names=settings.names,
        title=plain(newest.title),
        language=series.language,
    )
    texts = {}
    for outlet in outlets:
        custom = habit(outlet.like)
        most = custom.most_hashtags(settings.hashtags)
        parts = [
            {"title": inert(plain(post.title)), "url": tagged(post.url, settings.utm, channel=outlet.name, slot=CLOSING)}
            for post in series.members
        ]
        bare = [{**part, "title": ""} for part in parts]
        listings = (parts, bare, bare[:1]) if custom.link else ([{**part, "url": ""} for part in parts], [])
        form = templates.choose(series.language, outlet, CLOSING)
        for listed, some in itertools.product(listings, (tags[:most], [])):
            values = {"series": series.name, "count": len(parts), "parts": listed, "hashtags": some}
            text = typeset(form.filled(values), series.language)
            if outlet.counter.fits(text):
                break
        texts[f"{outlet.name} @ {CLOSING}"] = text
    return texts


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
