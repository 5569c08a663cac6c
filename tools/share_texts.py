"""How many drafts could be posted as they are: ``python tools/share_texts.py BLOG …`` reads the drafts that ``build`` wrote.

Each BLOG is a folder with ``shares/*.md``. A property of a good share is one function; each finds what misses it. Exit 1
when fewer than ``--goal`` per cent of the drafts miss nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FIRST = "launch"
TAGS = {"x": 2, "linkedin": 5, "mastodon": 4, "bluesky": 3, "facebook": 3, "threads": 1, "chat": 0}
ADDRESS = re.compile(r"https?://\S+")
HASHTAG = re.compile(r"(?<![\w&/])#\w*[^\W\d_]\w*")
GREETING = re.compile(
    r"(?:hi|hey|hello|welcome|dear|good morning|bonjour|salut|bienvenue|coucou|hallo|willkommen|hola|bienvenid\w+|"
    r"olá|thanks|thank you|merci)\b",
    re.IGNORECASE,
)
FILLER = re.compile(
    r"\b(?:in this (?:blog ?)?(?:post|article|tutorial|guide|series|chapter)|this (?:blog ?)?(?:post|article|"
    r"tutorial) (?:is|will|shows|explains|covers)|"
    r"dans cet? (?:article|billet|post)|cet article|in diesem (?:artikel|beitrag)|en este (?:artículo|post)|"
    r"n[eo]ste (?:artigo|post))\b",
    re.IGNORECASE,
)
EARLIER = re.compile(
    r"^(?:last time|previously|la dernière fois|précédemment|letztes mal|la última vez|da última vez)\b|"
    r"\b(?:previous|last|earlier) (?:blog ?)?(?:post|article|part|entry|episode)\b|\b(?:article|billet|épisode|"
    r"partie) précédente?\b|"
    r"\b(?:post|artículo|artigo) anterior\b",
    re.IGNORECASE,
)
# Words of its own, not those that sentences are chosen by: what begins with one of these needs what stood before it.
LEANS = re.compile(
    r"(?:it(?! (?:took|takes|turns|is))|this(?! (?:year|week|month))|that|these|those|they|he|she|however|therefore|thus|"
    r"then|also|but|so|otherwise|instead|moreover|if (?:it|they|this|that)|"
    r"cela|ça|ceci|il(?! (?:y a|faut|est|existe|suffit|reste))|elles?|ils|mais|donc|cependant|ensuite|puis|ainsi|"
    r"d[’']ailleurs|"
    r"er|sie|dies\w*|aber|denn|deshalb|außerdem|jedoch|dann|"
    r"eso|esto|pero|además|entonces|dich[oa]s?|de todos modos|por eso|isso|isto|mas|então|porém|aí|além disso)"
    r"(?![\w’'-])",
    re.IGNORECASE,
)
LEADS_TO_NOTHING = re.compile(
    r"[:：,;]\s*$|\b(?:the following|as follows|suivants?|below|ci-dessous|here|ici|aquí|aqui)[.:]?\s*$", re.IGNORECASE
)
LEFTOVER = re.compile(
    r"\*\*|\]\(|\{\{|\{%|</?[a-z]+[ >]|&(?:amp|nbsp|lt|gt|quot|#\d+);|\[\^|\[\d+\]|(?<!\w)```|↩|"
    r"(?<!\w)_\w[^_\n]*\s[^_\n]*_(?!\w)"
)
BREAKABLE = re.compile(r"[\w»”’)\]] [;!?:](?=\s|$)|« | »")
MENTION = re.compile(r"(?<![\w@/.])@\w")
FRAME = re.compile(r"[“«„].*[”»“]|\d+/\d+")
PART = re.compile(r"(?<!\d)(\d+)\s*(?:/|of|sur|von|de|di|van)\s*(\d+)(?!\d)")
TITLED = re.compile(
    r"\b(?:part|partie|teil|parte|episode|épisode|day|jour|#)\s*(\d+)\b|(?<!\d)(\d+)/\d+(?!\d)", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A section of a draft file, what its header says, and the other sections of the file."""

    name: str
    text: str
    header: dict[str, Any]
    others: dict[str, str] = field(default_factory=dict)
    path: str = ""

    @property
    def network(self) -> str:
        """The network, by the channel's name."""
        name = self.name.partition(" @ ")[0]
        return name if name in TAGS else "chat"

    @property
    def slot(self) -> str:
        """The slot; the first one has no name in the file."""
        return self.name.partition(" @ ")[2] or FIRST

    @property
    def french(self) -> bool:
        """Whether the article is in French."""
        return str(self.header.get("language", "")).startswith("fr")

    @property
    def hook(self) -> str:
        """The text without its title, links, hashtags and the line that names the series."""
        return hook_of(self.text, self.header)


def hook_of(text: str, header: dict[str, Any]) -> str:
    """What a text says beside its frame."""
    title, series = _words(str(header.get("title", ""))), _words(str(header.get("series", "")))
    kept = []
    for line in text.splitlines():
        bare = ADDRESS.sub("", line).strip()
        words = _words(bare)
        # The title may be cut, or have its number in brackets after it.
        titled = bool(words) and (words == title or (title and words.startswith(title) and len(words) < len(title) + 30))
        framed = series and f" {series} " in f" {words} " and len(words) < len(series) + 45 and FRAME.search(bare)
        if not bare or titled or framed or HASHTAG.sub("", bare).strip() == "":
            continue
        kept.append(bare)
    return "\n".join(kept)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _sentences(text: str) -> set[str]:
    return {words for part in re.split(r"(?<=[.!?…])\s+|\n", text) if len(words := _words(part)) > 12}


def repeats_launch(draft: Draft) -> bool:
    """A reminder that says again what the launch said, or nothing."""
    if draft.slot == FIRST:
        return False
    launch = draft.others.get(draft.name.partition(" @ ")[0], "")
    mine = _sentences(draft.hook)
    return bool(launch) and (not mine or bool(mine & _sentences(hook_of(launch, draft.header))))


def address_beside_card(draft: Draft) -> bool:
    """The address in the text although the card carries it."""
    return draft.network in ("bluesky", "threads") and bool(ADDRESS.search(draft.text))


def no_more_than_x(draft: Draft) -> bool:
    """LinkedIn that says no more than X, although another section shows that the article does."""
    on_x = draft.others.get(draft.name.replace("linkedin", "x", 1))
    if draft.network != "linkedin" or on_x is None:
        return False
    said = {sentence for text in draft.others.values() for sentence in _sentences(hook_of(text, draft.header))}
    return len(_words(draft.hook)) <= len(_words(hook_of(on_x, draft.header))) and not said <= _sentences(draft.hook)


def breakable_french(draft: Draft) -> bool:
    """French with a space that can break before a sign."""
    return draft.french and bool(BREAKABLE.search(ADDRESS.sub("", draft.text)))


def series_not_named(draft: Draft) -> bool:
    """A part that does not name its series."""
    series = _words(str(draft.header.get("series", "")))
    total = str(draft.header.get("part", "")).rpartition("/")[2]
    return bool(series) and total != "1" and f" {series} " not in f" {_words(draft.text)} "


def only_title(draft: Draft) -> bool:
    """Nothing but the title, although the card shows that the article says more."""
    return not draft.hook and bool(draft.header.get("description"))


def link_not_alone(draft: Draft) -> bool:
    """The link with other words on its line."""
    return any(ADDRESS.search(line) and ADDRESS.sub("", line).strip(" →↓") for line in draft.text.splitlines())


def mixed_signs(draft: Draft) -> bool:
    """Straight and curly apostrophes or quotation marks in one text."""
    text = ADDRESS.sub("", draft.text)
    return ("'" in text and "’" in text) or ('"' in text and ("“" in text or "”" in text))


def too_many_hashtags(draft: Draft) -> bool:
    """More hashtags than the network's habit."""
    return len(HASHTAG.findall(ADDRESS.sub("", draft.text))) > TAGS[draft.network]


def short_hook(draft: Draft) -> bool:
    """A hook under 45 characters although another section of the article says more."""
    longest = max((len(hook_of(text, draft.header)) for text in draft.others.values()), default=0)
    return 0 < len(draft.hook) < 45 <= longest


def headings_as_hook(draft: Draft) -> bool:
    """A list of headings where sentences should be."""
    lines = draft.hook.splitlines()
    listed = [line for line in lines if line.startswith(("– ", "- "))] or [
        line for line in lines if re.match(r"(?:In it|Au programme)\b", line)
    ]
    return bool(listed) and (draft.network not in ("linkedin", "facebook") or len(lines) - len(listed) < 2)


def wrong_number(draft: Draft) -> bool:
    """A number of a part that the title contradicts, or "1 of 1"."""
    title = str(draft.header.get("title", ""))
    named = next((int(found[1] or found[2]) for found in TITLED.finditer(title)), None)
    told = [(int(one), int(all_)) for one, all_ in PART.findall(ADDRESS.sub("", draft.text.replace(title, "")))]
    part = str(draft.header.get("part", ""))
    position, _, total = part.partition("/")
    ours = [pair for pair in told if position.isdigit() and total.isdigit() and pair == (int(position), int(total))]
    return any(total == 1 or (named is not None and named != one) for one, total in ours)


def leans_on_earlier(draft: Draft) -> bool:
    """A hook that leans on an earlier article."""
    return any(EARLIER.search(line) for line in draft.hook.splitlines())


def leans(draft: Draft) -> bool:
    """A hook that begins with a word for what was said before."""
    found = LEANS.match(draft.hook.lstrip('«“"( \u00a0'))
    # "He visto": in Spanish it is the author.
    return found is not None and not (found[0] == "He" and str(draft.header.get("language", "")).startswith("es"))


def filler(draft: Draft) -> bool:
    """A greeting, or words about the article itself."""
    said = "\n".join(line for line in draft.hook.splitlines() if not line.endswith(":"))
    return bool(GREETING.match(said) or FILLER.search(said))


def card_runs_on(draft: Draft) -> bool:
    """A card's description that is cut, or runs into a heading."""
    text = str(draft.header.get("description", "")).rstrip()
    return bool(text) and (text.endswith(("…", "...")) or bool(LEADS_TO_NOTHING.search(text)))


def cut(draft: Draft) -> bool:
    """A sentence that is cut, or leads to nothing."""
    lines = [line for line in draft.hook.splitlines() if not line.startswith("– ")]
    points = any(line.startswith("– ") for line in draft.hook.splitlines())
    return any(line.endswith("…") or (LEADS_TO_NOTHING.search(line) and not points) for line in lines)


def leftovers(draft: Draft) -> bool:
    """Markup, entities, footnote marks or template code."""
    return bool(LEFTOVER.search(ADDRESS.sub("", draft.text)))


def unclosed(draft: Draft) -> bool:
    """A quotation or bracket that does not close."""
    text = re.sub(r"(?<!\w)[:;=]-?[()]|„[^„“”]*[“”]", "", draft.hook)
    return any(text.count(one) != text.count(two) for one, two in ("()", "[]", "«»", "“”")) or bool(text.count('"') % 2)


def mention(draft: Draft) -> bool:
    """A name that could notify somebody."""
    return bool(MENTION.search(draft.text))


def repeats_title(draft: Draft) -> bool:
    """A hook that says the title again."""
    title = _words(str(draft.header.get("title", "")))
    first = _words(re.split(r"(?<=[.!?…])\s", draft.hook)[0]) if draft.hook else ""
    return bool(first) and first == title


CHECKS: dict[str, Callable[[Draft], bool]] = {
    check.__name__: check
    for check in (
        repeats_launch, address_beside_card, no_more_than_x, breakable_french, series_not_named, only_title, link_not_alone,
        mixed_signs, too_many_hashtags, short_hook, headings_as_hook, wrong_number, leans_on_earlier, leans, filler,
        card_runs_on, cut, leftovers, unclosed, mention, repeats_title,
    )
}  # fmt: skip


def missed(draft: Draft) -> list[str]:
    """The properties that a draft misses."""
    return [name for name, check in CHECKS.items() if check(draft)]


def read_drafts(path: Path) -> Iterator[Draft]:
    """The sections of a draft file."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    header = {}
    for line in head.splitlines():
        key, _, value = line.partition(": ")
        header[key] = json.loads(value) if value.startswith(('"', "{", "[")) else value
    parts = re.split(r"^## (.+)$", body, flags=re.MULTILINE)[1:]
    sections = {name.strip(): text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
    for name, text in sections.items():
        yield Draft(name=name, text=text, header=header, others=sections, path=str(path))


def table(drafts: Iterable[Draft]) -> tuple[str, float]:
    """How many drafts miss which property, and how many per cent miss none."""
    counts: Counter[str] = Counter()
    total = good = 0
    for draft in drafts:
        found = missed(draft)
        total += 1
        good += not found
        counts.update(found)
    lines = [
        f"{(CHECKS[name].__doc__ or name).rstrip('.'):<75}{count:>7}{count / total:>8.1%}"
        for name, count in counts.most_common()
    ]
    share = good / max(1, total)
    return "\n".join([*lines, f"{'miss nothing':<75}{good:>7}{share:>8.1%}  of {total}"]), 100 * share


def main() -> int:
    """Print the table; with ``--show PROPERTY`` drafts that miss it, with ``--sample N`` drafts to read."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    arguments.add_argument("blogs", type=Path, nargs="+")
    arguments.add_argument("--goal", type=float, default=98)
    arguments.add_argument("--show", choices=sorted(CHECKS))
    arguments.add_argument("--sample", type=int, default=0)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    drafts = [draft for blog in given.blogs for path in sorted(blog.glob("shares/*.md")) for draft in read_drafts(path)]
    shown = [draft for draft in drafts if given.show and CHECKS[given.show](draft)] if given.show else drafts
    for draft in random.Random(given.seed).sample(shown, min(given.sample, len(shown))):
        print(f"=== {draft.path} [{draft.name}] {missed(draft)}\n--- {draft.header.get('title')}\n{draft.text}\n")
    text, share = table(drafts)
    print(text)
    return 0 if share >= given.goal else 1


if __name__ == "__main__":
    sys.exit(main())
