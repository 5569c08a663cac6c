"""What draws a reader in: the author's own words for an article, and the sentences of it that say the most.

Extractive and deterministic: never a word that the article does not say.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from sharekit.text.article import read_article
from sharekit.text.scoring import (
    ENOUGH,
    OPENING,
    has_leftovers,
    is_aside,
    is_label,
    place_value,
    says_nothing,
    score,
    subject,
)
from sharekit.text.sentences import balanced, closed, excerpt, sentences, together
from sharekit.text.vocabulary import Vocabulary, lowered, spoken, vocabulary
from sharekit.text.words import WORD, plain, repeats, weight, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from sharekit.model import Post
    from sharekit.text.article import Article
    from sharekit.text.scoring import Subject

# A passage is so many sentences, at most.
LONGEST_PASSAGE = 5
MOST_HEADINGS = 6
# Paragraphs that are looked at, from the top and from the end of the article.
FROM_TOP, FROM_END = 40, 8
MOST_SENTENCES = 40
_SHORTEST, _LONGEST = 12, 420
_LONGEST_START = 260
_OWN_WORDS = ("description", "summary", "excerpt", "abstract", "teaser", "tldr", "subtitle", "lead")
_TAG = re.compile(r"<[^<>]+>")
_DIGITS = re.compile(r"\d+")
_SAME_OPENING = 60
_MARKS = (".", "!", "?")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_OPENING_MARKS = "\"“‘'«»„([¿¡"
# The label of an author's own summary, and of an answer in an interview.
_SUMMED_UP = re.compile(r"^(?:tl ?; ?dr\b|a:)[\W_]*", re.IGNORECASE)
# What is no sentence: a link's words where no mark ends them ("Example Site - How to plane").
_LABEL = re.compile(r" [-|»] ")
# Words of somebody else, with the name after them.
_QUOTED = re.compile(r"[”\"»] ?(?:--?|[—–]) ?[A-ZÀ-ÖØ-Þ]")
# What a sentence has to score to be shared when a better one was: more in an article with listings, where one from the
# middle is a step, which nobody understands alone, and more in the middle of its paragraph.
_WORTH, _WORTH_OF_STEPS, _INSIDE = 2.5, 3.4, 1.0
# It is shared whatever else there is: in a language without a list, and an item of a short article.
_TAKEN = 4.4
# An article of more sentences needs no items of lists.
_MANY = 16
# Where the best scores less than _WEAK, nothing stands alone, and what scores no more than _NEVER is worse than the title.
# Of the first sentences, one that scores so much less than the best is as good to begin with.
_WEAK, _NEVER, _FIRST, _NEAR_BEST = 1.5, -1.5, 10, 1.0
# The author's own words and the opening are enough for so many passages.
_BESIDE_OWN = 2
# So many sentences before the best one may be shown with it, each saying no more than so much less.
_BACK, _NEAR, _SLIGHTLY = 2, 1.5, 0.5
# Above this share of common words, one sentence repeats another.
_SAME = 0.6
# Words in common say nothing where one has no more than so many.
_TOO_FEW = 3
_LONGEST_NO_TOPIC = 30


@dataclass(frozen=True, kw_only=True)
class Story:
    """What an article offers to a share.

    ``passages`` are runs of its sentences, each sentence in one of them, the best first; the first ``strong`` ones can be
    shared alone, the others are good beside them. ``own_words`` says that the first is the author's description. ``topics``
    are its headings, ``language`` is what it is written in, whatever the blog says.
    """

    passages: tuple[tuple[str, ...], ...]
    strong: int = 0
    own_words: bool = False
    topics: tuple[str, ...] = ()
    language: str = "en"


class _Sentence(NamedTuple):
    """One that is not ``good`` is never shown; ``follows``: only text stands between it and the one before.

    ``opens`` says that it can stand first, ``first`` that it begins its paragraph, ``score`` how much it says and what its
    place is worth.
    """

    text: str
    follows: bool
    words: frozenset[str]
    good: bool = False
    opens: bool = False
    first: bool = True
    score: float = 0.0


class _Split(NamedTuple):
    """A sentence as it stands in the article: which paragraph, which of its sentences, its words."""

    place: int
    number: int
    text: str
    words: list[str]


def openings(article: Article) -> frozenset[str]:
    """How the paragraphs of an article begin, but for their numbers: one that begins so in several posts is boilerplate."""
    return frozenset(itertools.chain.from_iterable(_opening(paragraph.text) for paragraph in article.paragraphs))


def _opening(text: str) -> Iterator[str]:
    low = _DIGITS.sub("#", text[: 3 * _SAME_OPENING].lower())
    yield low[:_SAME_OPENING]
    # "Every six weeks, we …" and "Every four weeks, we …".
    later = low.split()[3:15]
    if len(later) == 12:
        yield " ".join(later)


def story(post: Post, article: Article | None = None, *, most: int = 4, said: Set[str] = frozenset()) -> Story:
    """What a post offers, in at most ``most`` passages. ``article`` is what it says, where that was read already.

    ``said`` are the :func:`openings` of earlier posts: an introduction that stands in each of them says nothing of this one.
    """
    article = article or read_article(post.html)
    titled = frozenset(words(plain(post.title)))
    split = _split(article, OPENING if most <= _BESIDE_OWN else FROM_TOP, 0 if most <= _BESIDE_OWN else FROM_END)
    counts = Counter(itertools.chain.from_iterable(each.words for each in split))
    written_in = spoken(counts, post.language)
    language = vocabulary(written_in)
    about = subject(titled, post.tags, counts, language)
    own = _described(post, article, titled, language)
    # It says more than the title does in other words.
    telling = len(language.content(word for each in own for word in each.words) - about.title) > 1
    if most <= _BESIDE_OWN and not telling:
        return story(post, article, most=_BESIDE_OWN + 1, said=said)
    headings = [words(heading) for heading in article.headings]
    found = _scored(split, article, headings, titled, about, language, said)
    passages = _passages(found, most=most + 1, said=own)
    least = _WORTH_OF_STEPS if any(paragraph.code for paragraph in article.paragraphs) else _WORTH
    if telling:
        passages.insert(0, own)
    else:
        passages = _as_begun(passages, found)
    # The sort keeps the order of each half.
    passages[1:] = sorted(passages[1:], key=lambda run: not _is_strong(run, least))
    strong = len(passages) - sum(not _is_strong(run, least) for run in passages[1:])
    if len(passages) < most and len(found) <= _MANY:
        shown = [each for run in (*passages, own) for each in run]
        items = _passages(_items(article, titled, language), most=most - len(passages), said=shown)
        passages[strong:strong] = items
        strong += sum(_is_strong(run, least) for run in items)
    if own and not telling:
        passages.append(own)
    if len(passages) > 1 and _length(passages[0]) < ENOUGH and _worth(passages[1]) >= _WEAK:
        passages[:2] = [passages[0] + passages[1]]
        strong = max(1, strong - 1)
    kept = tuple(tuple(each.text for each in run) for run in passages[:most])
    return Story(
        passages=kept,
        strong=min(len(kept), max(1, strong)),
        own_words=telling,
        topics=_topics(article, headings, titled, language),
        language=written_in,
    )


def description(offer: Story, most: int) -> str:
    """What an article is about, for its card, a feed or a letter: the author's words, else its best sentences.

    At most ``most`` characters where a sentence ends within them, else half as many again; a longer sentence is cut. Empty
    where nothing says more than the title.
    """
    fitting = next((passage for passage in offer.passages if len(passage[0]) <= most), None)
    if fitting:
        return excerpt(together(fitting), most)
    longer = next((passage[0] for passage in offer.passages if len(passage[0]) <= most * 1.5), "")
    return longer or (excerpt(offer.passages[0][0], most) if offer.passages else "")


def summary(post: Post, most: int, *, html: str) -> str:
    """The author's summary as it was written; where there is none, or a generator cut it from the page, the description."""
    given = post.summary.strip()
    if given and "{{" not in given and "{%" not in given:
        # Most descriptions hold words that the article has not, and then it need not be read.
        text = unescape(_TAG.sub("", html))
        may_be_cut = any(all(word in text for word in piece) for piece in _halves(given))
        if not may_be_cut or not _is_the_beginning(given, read_article(html, only_beginning=True)):
            return given
    return description(story(post, read_article(html)), most)


def _as_begun(passages: list[list[_Sentence]], found: Sequence[_Sentence]) -> list[list[_Sentence]]:
    """The passages, first the one to begin with: that of the opening, where it says nearly as much as the best.

    Where none says much, the beginning of the article alone, whatever it leans on.
    """
    best = max(map(_worth, passages), default=0.0)
    if best < _WEAK:
        in_order = [each._replace(score=-at) for at, each in enumerate(found)]
        # As its first sentence even one that leans on the title.
        bearable = [
            each._replace(opens=each.good and (at == 0 or found[at].score > _NEVER)) for at, each in enumerate(in_order)
        ]
        return _passages(in_order, most=1, said=()) or _passages(bearable, most=1, said=())
    places = {each.text: at for at, each in enumerate(found)}
    near = [run for run in passages if _worth(run) >= best - _NEAR_BEST and places[run[0].text] < _FIRST]
    first = min(near, key=lambda run: places[run[0].text], default=passages[0])
    return [first, *(run for run in passages if run is not first)]


def _is_strong(run: Sequence[_Sentence], least: float) -> bool:
    """Whether a run can be shared alone when a better one was."""
    return _worth(run) >= least + (0.0 if run[0].first else _INSIDE) and run[0].score >= least - _SLIGHTLY


def _worth(run: Sequence[_Sentence]) -> float:
    return max(each.score for each in run[:2])


def _length(run: Sequence[_Sentence]) -> int:
    return sum(weight(each.text) + 1 for each in run) - 1


def _items(article: Article, title: Set[str], language: Vocabulary) -> list[_Sentence]:
    """The items of lists that say something by themselves."""
    found = []
    # A phrase is one, too, where there is hardly anything else, as in the notes of a podcast.
    some = [each for each in article.items[:FROM_TOP] if each.text.endswith(_MARKS) or len(article.paragraphs) <= OPENING]
    for item in some:
        text, own, low = closed(item.text), words(item.text), lowered(item.text)
        if weight(text) >= ENOUGH and _is_good(item.text, low, own, language) and not repeats(frozenset(own), title):
            leaning = language.leans.match(low) or language.steps.match(low)
            opens = len(text) <= _LONGEST_START and not leaning
            # "Rabbet: a groove along an edge" is an entry among others.
            begins = sentences(text)[0]
            worth = _WEAK if is_label(text, own) or is_label(begins, words(begins)) else _TAKEN
            found.append(_Sentence(text, follows=False, words=frozenset(own), good=True, opens=opens, score=worth))
    return found


def _described(post: Post, article: Article, title: Set[str], language: Vocabulary) -> list[_Sentence]:
    """The sentences of the author's own description; none where it repeats the title or is the article's beginning."""
    given = [value for name in _OWN_WORDS if isinstance(value := post.params.get(name), str)]
    if post.summary and not (given and post.summary.strip() == given[0].strip()):
        given.append("" if _is_the_beginning(post.summary, article) else post.summary)
    for text in given:
        shown = " ".join(plain(_TAG.sub(" ", text)).split())
        found = sentences(shown)
        if found and closed(found[-1]).endswith(("…", "...")):
            found.pop()  # it was cut
        kept = [_Sentence(closed(each), follows=True, words=frozenset(words(each))) for each in found if balanced(each)]
        kept = [each for each in kept if not has_leftovers(each.text)]
        kept = [each for each in kept if not says_nothing(lowered(each.text), each.words, language)]
        # What leaned on a sentence that is gone goes with it.
        if kept and kept[0].text != closed(found[0]):
            kept = list(itertools.dropwhile(lambda each: language.leans.match(lowered(each.text)), kept))
        if kept and not repeats(kept[0].words.union(*(each.words for each in kept)), title):
            return kept[:LONGEST_PASSAGE]
    return []


def _is_the_beginning(summary: str, article: Article) -> bool:
    """Whether a generator took a summary from the article itself, wherever that begins."""
    # Headings may stand between: half of it in one piece is enough. A generator takes quotations and listings too.
    beginning = " ".join((*(each[:300] for each in article.beginning), article.text[:600]))
    whole = f" {' '.join(WORD.findall(beginning))} "
    pieces = _halves(summary) or [WORD.findall(plain(summary))]
    return any(f" {' '.join(piece)} " in whole for piece in pieces)


def _halves(summary: str) -> tuple[list[str], ...]:
    """The first words of a summary, in two halves; none where they are too few to tell anything."""
    asked = WORD.findall(plain(summary)[:100])[:-1][:10]
    return (asked[: len(asked) // 2], asked[len(asked) // 2 :]) if len(asked) >= 4 else ()


def _split(article: Article, top: int, end: int) -> list[_Split]:
    """The sentences of so many paragraphs from the top and from the end."""
    count = len(article.paragraphs)
    return [
        _Split(place, number, text, words(text))
        for place, paragraph in enumerate(article.paragraphs)
        if place < top or place >= count - end
        for number, text in enumerate(sentences(_SUMMED_UP.sub("", paragraph.text))[:MOST_SENTENCES])
    ]


def _scored(
    split: Sequence[_Split],
    article: Article,
    headings: Sequence[Sequence[str]],
    title: Set[str],
    about: Subject,
    language: Vocabulary,
    said: Set[str],
) -> list[_Sentence]:
    """The sentences with what each is worth. ``said`` are the openings of earlier posts."""
    count = len(article.paragraphs)
    common = (
        {at for at, each in enumerate(article.paragraphs) if not said.isdisjoint(_opening(each.text))} if said else set()
    )
    if len(common) == count:
        common.clear()  # the same article again
    endings = {number for number, own in enumerate(headings, start=1) if language.endings.fullmatch(" ".join(own))}
    found = []
    for place, number, text, own in split:
        paragraph, known = article.paragraphs[place], frozenset(own)
        follows = number > 0 or paragraph.follows
        low = lowered(text)
        if place in common or not _is_good(text, low, own, language) or repeats(known, title):
            found.append(_Sentence(text, follows, known))
            continue
        text = closed(text)
        leaning = language.leans.match(low) is not None
        opening, step = place < OPENING, language.steps.match(low) is not None
        aside = step or is_aside(low, known, about, language, opening=opening)
        alone = not leaning and (opening or not (step or language.back.are_in(low, known)))
        # In a language whose words are not known, the opening is all there is.
        worth = _TAKEN
        if language.is_known:
            worth = place_value(place, count, ending=paragraph.section in endings)
            worth += score(
                text, low, known, about, language, first=number == 0, leaning=leaning, aside=aside, code=paragraph.code
            )
        # An aside in brackets belongs to what stands before it.
        opens = alone and text[0] not in "([" and len(text) <= _LONGEST_START and not is_label(text, own)
        found.append(_Sentence(text, follows and not aside, known, good=True, opens=opens, first=number == 0, score=worth))
    return found


def _is_good(text: str, low: str, own: Sequence[str], language: Vocabulary) -> bool:
    if not _SHORTEST <= weight(text) <= _LONGEST or not balanced(text):
        return False
    # "🔗 The code 🔗 The site" is a list of links.
    if not (text[0].isalnum() or text[0] in _OPENING_MARKS or (_EMOJI.match(text) and text.count(text[0]) == 1)):
        return False
    if text.endswith(("…", "...")) or " ... " in text:
        return False
    if text.isupper() or _QUOTED.search(text) or (text[-1].isalnum() and _LABEL.search(text)):
        return False
    # Figures and signs make no sentence.
    letters = sum(map(len, filter(str.isalpha, own)))
    return letters >= 0.6 * len(text) and not has_leftovers(text) and not says_nothing(low, own, language)


def _passages(found: Sequence[_Sentence], *, most: int, said: Sequence[_Sentence]) -> list[list[_Sentence]]:
    """The best runs of sentences that stand together and repeat nothing of what is said already."""
    used: set[int] = set()
    said_before = [each.words for each in said]
    made: list[list[_Sentence]] = []
    short: list[int] = []
    for start in sorted(range(len(found)), key=lambda at: -found[at].score):
        if len(made) == most:
            break
        if start in used or not found[start].opens or _repeated(found[start].words, said_before):
            continue
        run = _run(found, _beginning(found, start, used, said_before), used, said_before)
        used.update(run)
        sentences_of_it = [found[at] for at in run]
        if _length(sentences_of_it) < ENOUGH:
            short += run
            continue
        made.append(sentences_of_it)
        said_before += [each.words for each in sentences_of_it]
    if made or said or not short:
        return made
    # Nothing says much alone: a few short ones, in the article's order.
    few = {each.text: each for each in found[min(short) :] if each.good and weight(each.text) < ENOUGH}
    return [[each._replace(score=_TAKEN) for each in few.values()][:LONGEST_PASSAGE]]


def _beginning(found: Sequence[_Sentence], start: int, used: set[int], said_before: Sequence[frozenset[str]]) -> int:
    """Where to begin for a sentence: one or two before it, where these say almost as much."""
    begin = start
    for at in range(start - 1, max(-1, start - 1 - _BACK), -1):
        sentence = found[at]
        if at in used or not found[at + 1].follows or not sentence.good or _repeated(sentence.words, said_before):
            break
        if sentence.opens and sentence.score >= found[start].score - _NEAR:
            begin = at
    return begin


def _run(found: Sequence[_Sentence], start: int, used: set[int], said_before: Sequence[frozenset[str]]) -> list[int]:
    run = [start]
    for at in range(start + 1, min(start + LONGEST_PASSAGE, len(found))):
        sentence = found[at]
        again = _repeated(sentence.words, said_before) or sentence.words in [found[other].words for other in run]
        if at in used or not sentence.good or not sentence.follows or again:
            break
        run.append(at)
    return run


def _repeated(own: frozenset[str], said_before: Sequence[frozenset[str]]) -> bool:
    return any(
        len(own & other) >= _SAME * fewer
        for other in said_before
        if (fewer := min(len(own), len(other))) > _TOO_FEW or own == other
    )


def _topics(article: Article, headings: Sequence[Sequence[str]], title: Set[str], language: Vocabulary) -> tuple[str, ...]:
    shown = [(heading.rstrip("#¶§: \u00a0"), own) for heading, own in zip(article.headings, headings, strict=True)]
    topics = [heading for heading, own in shown if _is_a_topic(heading, own, language) and not repeats(set(own), title)]
    # One or two, or words alone, are no list of what is in it.
    return tuple(topics) if len(topics) > 2 and sum(" " in topic for topic in topics) * 2 > len(topics) else ()


def _is_a_topic(heading: str, own: Sequence[str], language: Vocabulary) -> bool:
    # "Good morning!" and "Conclusion" say nothing of what is in the article.
    if not heading or heading.endswith((".", "!", "…")) or has_leftovers(heading):
        return False
    if len(heading) > _LONGEST_NO_TOPIC:
        return True
    bare = " ".join(itertools.filterfalse(str.isdigit, own))
    return not (language.headings.fullmatch(bare) or language.endings.fullmatch(bare))
