"""A text → its sentences, and the beginning of a text that ends where a sentence does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# A mark that ends a sentence, with the quotes and brackets that close after it, and white space; in scripts that write no
# blanks (Chinese, Japanese) the mark alone, in Thai, Lao and Khmer, which have no mark, the blank alone.
_END = re.compile(
    # One set of signs first: the engine leaps to them.
    r"[.!?…؟۔।。！？\u0e00-\u0eff\u1780-\u17ff](?:"
    r"(?<=[.!?…؟۔।])(?P<closed>[”’\"')\]]*|[\s\u00a0\u202f]*»)[\s\u00a0\u202f]+"
    r"(?=(?:[\"“‘'([¿¡]|«[\s\u00a0\u202f]*)*[^\W_a-zà-öø-ÿ])"
    r"|(?<=[。！？])(?P<wide>[」』”）]*)"
    r"|(?<=[\u0e00-\u0eff\u1780-\u17ff])\s+(?=[\u0e00-\u0eff\u1780-\u17ff]))"
)
# What ends in a full stop without ending a sentence: an initial, an ordinal, and what stands before a name or an example.
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\u00a0])(?:[A-Za-z]|e\.g|i\.e|p\.ej|(?:am|vom|zum|de[mnrs]|ab|bis|seit|und)\s\d{1,2}|ex|"
    r"bzw|bspw|evtl|inkl|vgl|env|aprox|núm|pág|bijv|chap|pp|nr|ca|Nr|Abb|cf|vs|resp|fig|Fig|approx|etc|No|MM|Mr|Mrs|Ms|Dr|Dra|Prof|St|Sr|Sra|Inc|Ltd|Co|Jr)\.$"
)
# "3. April", "30.8. 2013": the day of a German date.
_DAY = re.compile(r"(?:^|[\s(.])\d{1,2}\.$")
_MONTH = re.compile(r"(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)|(?:19|20)\d\d\b")
_WIDE_END = re.compile(r"[。！？][」』”）]*$")
# Thai, Lao, Khmer, Chinese and Japanese letters.
_NO_STOP = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_FACE = re.compile(r"(?<!\w)[:;=]-?[()]")
_PAIRED = re.compile(r"[\"“”«»()\[\]「」„]")
_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"), ("「", "」"), ("„", "“”"))
# A quotation or bracket that is longer than this is taken for one that was never closed.
_LONGEST_QUOTED = 320


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its closing mark.

    A quotation or a bracket of several sentences is one, and so is a list that ends in dots with the sentence after it.
    """
    found: list[str] = []
    for part in _split(text):
        before = found[-1] if found else ""
        dated = _MONTH.match(part) and _DAY.search(before[-4:])
        if before and (dated or before.endswith(("...", "…")) or is_abbreviated(before[-14:]) or _is_open(before, part)):
            found[-1] = f"{before} {part}"
        else:
            found.append(part)
    return found


def together(parts: Iterable[str]) -> str:
    """Sentences as one text: a blank between two, and none where their script has none."""
    text = ""
    for part in parts:
        text += part if not text or _WIDE_END.search(text) else f" {part}"
    return text


def closed(sentence: str) -> str:
    """The sentence with a mark at its end, where its script has one and it came without."""
    # After "🎉" nothing is missing.
    last = sentence.rstrip('»”")\u00a0\u202f ')[-1:]
    return f"{sentence.rstrip()}." if last.isalnum() and not _NO_STOP.match(last) else sentence


def is_abbreviated(text: str) -> bool:
    """Whether a text ends in a full stop that ends no sentence."""
    return bool(_ABBREVIATED.search(text))


def _split(text: str) -> list[str]:
    found, start = [], 0
    for end in _END.finditer(text):
        found.append((text[start : end.start() + 1] + (end["closed"] or end["wide"] or "")).strip())
        start = end.end()
    found.append(text[start:].strip())
    return [part for part in found if part]


def _is_open(before: str, part: str) -> bool:
    if balanced(before) or len(before) > _LONGEST_QUOTED:
        return False
    return balanced(f"{before} {part}")


def balanced(text: str) -> bool:
    """Whether each quotation and bracket that a text opens is closed in it."""
    if not _PAIRED.search(text):
        return True
    if text.count('"') % 2:
        return False
    text = _FACE.sub("", text)
    for opening, closing in _PAIRS:
        if opening == "„":
            if text.count(opening) > sum(map(text.count, closing)):
                return False
        elif text.count(opening) != text.count(closing) and not ("„" in text and opening == "“"):
            return False
    return True


def excerpt(text: str, most: int) -> str:
    """The text within ``most`` characters: cut after a sentence where one fits, else after a word with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    kept = ""
    for sentence in sentences(text):
        longer = together((kept, sentence)) if kept else sentence
        if len(longer) > most:
            break
        kept = longer
    if kept:
        return kept
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(' ,;:–-.·(«“"\u00a0\u202f') + "…"
