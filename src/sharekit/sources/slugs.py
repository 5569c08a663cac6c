"""A title or a file name as it stands in a URL, by the rules of each generator."""

from __future__ import annotations

import re
import unicodedata

import regex

# What NFKD cannot take apart; the transliteration tables of the generators agree on these.
LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L",
        "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i", "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-",
    }
)  # fmt: skip


def ascii_only(text: str) -> str:
    """The text in ASCII: accents off, ligatures apart, what has no Latin form left out."""
    return unicodedata.normalize("NFKD", text.translate(LETTERS)).encode("ascii", "ignore").decode()


def simple(text: str) -> str:
    """Letters and digits of ASCII in lower case with single hyphens between (Zola's, Eleventy's default)."""
    return re.sub(r"[^a-z0-9]+", "-", ascii_only(text).lower()).strip("-")


def pelican(text: str) -> str:
    """``pelican.utils.slugify`` with the default SLUG_REGEX_SUBSTITUTIONS."""
    kept = re.sub(r"[^\w\s-]", "", ascii_only(re.sub(r"[^\w\s-]", "", text))).strip().lower()
    return re.sub(r"[-\s]+", "-", kept)


def jekyll(text: str) -> str:
    """``Jekyll::Utils.slugify`` in its default mode: every run of other than letters and digits is a hyphen."""
    # Ruby's [[:alnum:]] has the marks that some scripts write vowels with; \w has not.
    return regex.sub(r"[^\p{L}\p{M}\p{Nd}]+", "-", text.lower()).strip("-")


def jekyll_pretty(text: str) -> str:
    """``Jekyll::Utils.slugify`` in its mode "pretty" with the case kept: ``:title`` in a permalink."""
    return regex.sub(r"[^\p{L}\p{M}\p{Nd}._~!$&'()+,;=@]+", "-", text).strip("-")


def github(text: str) -> str:
    """``github-slugger``, which Astro uses for the ids of entries: accents stay, punctuation goes."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def pymdownx(text: str) -> str:
    """``pymdownx.slugs.slugify(case="lower")``, the default of MkDocs Material's blog."""
    return github(re.sub(r"</?[^>]*>", "", unicodedata.normalize("NFC", text)).strip())


def from_file_name(name: str) -> str:
    """A title from a file name: ``my-first_post`` → ``My first post``."""
    words = re.sub(r"[-_]+", " ", name).strip()
    return words[:1].upper() + words[1:]
