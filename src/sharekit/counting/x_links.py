"""The links of a text as X finds them: with a scheme or without one, by the top-level domains that X knows.

After twitter-text's ``extractUrlsWithIndices`` (https://github.com/twitter/twitter-text, Apache-2.0), whose names the
patterns have here. ``tlds.txt`` lists its top-level domains.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import regex

LONGEST = 4096
LONGEST_LABEL = 63
LONGEST_SLUG = 40

SPACES = r"\x09-\x0D\x20\x85\xA0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
INVALID = r"\uFFFE\uFEFF\uFFFF"
DIRECTIONS = r"\u202A-\u202E\u061C\u200E\u200F\u2066\u2067\u2068\u2069"
PUNCTUATION = r"!'#%&()*+,\\\-./:;<=>?@\[\]\^_{|}~$"
ACCENTS = (
    r"\xC0-\xD6\xD8-\xF6\xF8-\xFF\u0100-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272\u0289\u028B"
    r"\u02BB\u0300-\u036F\u1E00-\u1EFF"
)
CYRILLIC = r"\u0400-\u04FF"

# Where only ASCII's letters are meant, case is not ignored: it would take the long s for an s, as X does not.
PRECEDING = rf"(?-i:[^A-Za-z0-9@\uFF20$#\uFF03{INVALID}]|[{DIRECTIONS}]|^)"
DOMAIN_CHAR = rf"[^{PUNCTUATION}{SPACES}{INVALID}{DIRECTIONS}]"
SUBDOMAIN = rf"(?:(?:{DOMAIN_CHAR}(?:[_-]|{DOMAIN_CHAR})*)?{DOMAIN_CHAR}\.)"
DOMAIN_NAME = rf"(?:(?:{DOMAIN_CHAR}(?:-|{DOMAIN_CHAR})*)?{DOMAIN_CHAR}\.)"
TOP_LEVEL = r"(?:\L<tlds>(?-i:(?=[^0-9a-zA-Z@+-]|$))|xn--[-0-9a-z]+)"
PATH_CHAR = rf"[a-z{CYRILLIC}0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{ACCENTS}]"
BALANCED = rf"\((?:{PATH_CHAR}+|(?:{PATH_CHAR}*\({PATH_CHAR}+\){PATH_CHAR}*))\)"
PATH_END = rf"(?:[+\-a-z{CYRILLIC}0-9=_#/{ACCENTS}]|{BALANCED})"
PATH = rf"(?:(?:{PATH_CHAR}*(?:{BALANCED}{PATH_CHAR}*)*{PATH_END})|(?:@{PATH_CHAR}+/))"
QUERY = r"(?-i:\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[A-Za-z0-9\-_&=#/])"
SPACE = re.compile(f"[{SPACES}]")
LAST_SPACE = re.compile(f"(?s:.*)[{SPACES}]")
# What may be a top-level domain, in ASCII: letters to their end, or any domain in Punycode.
ENDING = re.compile(r"(?<=[a-z0-9])\.(?:xn--|([a-z]++)(?![0-9@+-]))", re.ASCII | re.IGNORECASE)
# The usual link, alone in its word and of nothing but letters, digits, "-" and "_": the long pattern takes the whole of it.
USUAL = re.compile(
    r"(?P<blank>\s?)[Hh][Tt][Tt][Pp][Ss]?://"
    r"(?P<domain>(?:(?=[^.]{1,63}\.)[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+\.)++(?P<tld>[A-Za-z]+))(?:/[\w/-]*)?",
    re.ASCII,
)


def links(text: str) -> list[tuple[int, int]]:
    """Where each link of the text begins and ends."""
    found: list[tuple[int, int]] = []
    for start, word in words_with(".", text):
        usual = usual_link(word, top_level_domains())
        if usual:
            found.append((start + usual[0], start + usual[1]))
            continue
        if not _may_hold_one(word):
            continue
        for match in _url().finditer(word):
            if is_valid(match["url"], match["protocol"], match["domain"]):
                spans = _with_scheme(match) if match["protocol"] else _without_scheme(match)
                found += [(start + first, start + last) for first, last in spans]
    return found


def words_with(mark: str, text: str) -> Iterator[tuple[int, str]]:
    """The words that hold the mark before their end, and where each begins, from the blank before it on.

    No link holds white space, so that only these need the long pattern, which takes the blank for the character before.
    """
    at = 0
    while (at := text.find(mark, at)) >= 0:
        after = at + len(mark)
        closing = SPACE.search(text, after)
        end = closing.start() if closing else len(text)
        if end > after:
            # The last blank before it; the word's own first sign where it begins the text.
            before = LAST_SPACE.match(text, 0, at)
            start = before.end() - 1 if before else 0
            yield start, text[start:end]
        at = max(after, end)


def _may_hold_one(word: str) -> bool:
    # "Next.js" and "a.a.a.a" hold no top-level domain: the long pattern would try each of their dots with each other.
    if not word.isascii():
        return True
    return any(match[1] is None or match[1].lower() in top_level_domains() for match in ENDING.finditer(word))


def usual_link(word: str, tlds: Collection[str]) -> tuple[int, int] | None:
    """Where the link stands that is all of a word, but for a blank before it; None where a longer look is needed."""
    match = USUAL.fullmatch(word)
    if match is None or len(word) >= LONGEST - len("https://"):
        return None
    domain = match["domain"].lower()
    if match["tld"].lower() not in tlds or domain == "t.co" or domain.startswith("xn--"):
        return None
    return match.end("blank"), len(word)


def _with_scheme(match: regex.Match[str]) -> list[tuple[int, int]]:
    short = _tco().match(match["url"])
    if short is None:
        return [match.span("url")]
    # What follows X's own short link belongs to the text.
    start = match.start("url")
    return [(start, start + short.end())] if len(short[1]) <= LONGEST_SLUG else []


def _without_scheme(match: regex.Match[str]) -> list[tuple[int, int]]:
    if match["before"].endswith(("-", "_", ".", "/")):
        return []
    start = match.start("domain")
    found = [(start + each.start(), start + each.end()) for each in _ascii_domain().finditer(match["domain"])]
    if found and match["path"]:
        found[-1] = (found[-1][0], match.end("url"))
    return found


def is_valid(url: str, protocol: str | None, domain: str) -> bool:
    """Whether DNS could hold the domain, and X the address."""
    if domain.startswith("xn--") and not _ascii_domain().search(domain):
        return False
    if len(protocol or "https://") + len(url) > LONGEST:
        return False
    return all(0 < _length_in_dns(label) <= LONGEST_LABEL for label in domain.split("."))


def _length_in_dns(label: str) -> int:
    if label.isascii() or len(label) > LONGEST_LABEL:
        return len(label)
    return len("xn--") + len(label.encode("punycode"))


@functools.cache
def _url() -> regex.Pattern[str]:
    import regex

    return regex.compile(
        rf"(?<before>{PRECEDING})(?<url>(?<protocol>https?://)?(?<domain>{SUBDOMAIN}*{DOMAIN_NAME}{TOP_LEVEL})"
        rf"(?::[0-9]+)?(?<path>/{PATH}*)?(?:{QUERY})?)",
        regex.IGNORECASE | regex.VERSION0,
        tlds=sorted(top_level_domains()),
    )


@functools.cache
def _ascii_domain() -> regex.Pattern[str]:
    import regex

    return regex.compile(
        rf"(?:(?:[-a-z0-9{ACCENTS}]+)\.)+{TOP_LEVEL}", regex.IGNORECASE | regex.VERSION0, tlds=sorted(top_level_domains())
    )


@functools.cache
def _tco() -> regex.Pattern[str]:
    import regex

    return regex.compile(rf"https?://t\.co/([a-z0-9]+)(?:{QUERY})?", regex.IGNORECASE)


@functools.cache
def top_level_domains() -> frozenset[str]:
    """The top-level domains that twitter-text knows, in lower case."""
    return frozenset(Path(__file__).with_name("tlds.txt").read_text(encoding="utf-8").split())
