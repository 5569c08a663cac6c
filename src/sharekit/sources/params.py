"""The values of front matter and site parameters: labels, authors, pictures, languages, dates and names in addresses."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any

from sharekit.content import plain_text, strip_illegal
from sharekit.model import Author

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
LONGEST_TAG = 35
# What blogs call these facts in their front matter, the most usual first.
DATE_KEYS = (
    "date", "pubdate", "pubdatetime", "publishdate", "published_at", "publishedat", "published", "publish_date", "created",
)  # fmt: skip
UPDATED_KEYS = (
    "updated", "updateddate", "lastmod", "modified", "moddatetime", "last_modified_at", "last_modified", "updated_at",
)  # fmt: skip
LANGUAGE_KEYS = ("lang", "language", "locale")
IMAGE_KEYS = ("image", "featured_image", "featuredimage", "cover", "thumbnail", "images", "featuredimg", "banner")
# What is meant as HTML: of "List<T>" nothing is.
HTML = re.compile(
    r"</(?:a|abbr|b|code|div|em|i|li|p|small|span|strong|sub|sup|u)>|<br ?/?>|&(?:[a-z]{2,8}|#\d{2,6});", re.IGNORECASE
)
# 2024-05-01, 2024/5/1 8:30, 2024-05-01T08:30:00.5+02:00, "2024-05-01 08:30:00 -0700", "… UTC", "… Z"
DATE = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"(?:(?:[Tt]|\s+|-(?=\d\d[:-]))(?P<hour>\d{1,2})[:-](?P<minute>\d{2})(?:[:-](?P<second>\d{2})(?:[.,](?P<part>\d{1,9})\d*)?)?)?"
    r"\s*(?P<zone>[Zz]|(?:UTC|GMT)(?![+-])|(?:UTC|GMT)?[+-](?:\d{2}:?\d{2}|\d{1,2}(?!\d)))?(?:\s*\[?(?P<place>[A-Za-z_]+/[\w/]+)\]?)?\Z"
)
# What a lenient reader finds in "2024-05-01- 08:30 +02:00" or "2024-05-01 at 8:30": a day, and a time with its zone.
LOOSE_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?!\d)")
LOOSE_TIME = re.compile(
    r"(?<![\d+-])\d{1,2}:\d{2}(?::\d{2})?(?!\d)(?:\s*(?:UTC|GMT|Z|[+-]\d{2}:?\d{2})(?!\w))?", re.IGNORECASE
)
# Hours from UTC of the zones that people name: those of RFC 5322, 4.3, and Europe's. Ruby, and so Jekyll, knows them.
ZONE_NAMES = {"EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8}
ZONE_NAMES |= {"WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3}

# What NFKD cannot take apart; the transliteration tables of the generators agree on these.
LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L",
        "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i", "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-",
    }
)  # fmt: skip


def lowered(params: dict[str, Any] | None) -> dict[str, Any]:
    """The parameters with lower-case keys, as Hugo itself compares them."""
    return {str(key).lower(): value for key, value in (params or {}).items()}


def language_tag(code: str) -> str:
    """A BCP 47 tag in its usual case: ``fr-fr`` → ``fr-FR`` (RFC 5646 §2.1.1); ``en`` for what is none."""
    if not is_language_tag(code):
        return "en"
    first, *others = code.strip().replace("_", "-").split("-")
    return "-".join([first.lower(), *(_subtag(each) for each in others)])


def is_language_tag(code: str) -> bool:
    """Whether a text has the form of a language tag, of at most 35 characters (RFC 5646 §2.1 and §4.4.1)."""
    return len(code) <= LONGEST_TAG and LANGUAGE_TAG.fullmatch(code.strip().replace("_", "-")) is not None


def _subtag(text: str) -> str:
    return text.upper() if len(text) == 2 else text.title() if len(text) == 4 else text


def labels(value: Any) -> tuple[str, ...]:
    """Tags or categories: trimmed, without those that only differ in case from one before."""
    given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    found: dict[str, str] = {}
    for each in given:
        # YAML's own words, as they are written: true, and null for nothing.
        text = "" if each is None else " ".join((str(each).lower() if isinstance(each, bool) else str(each)).split())
        if text:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


def authors(params: dict[str, Any], known: dict[str, Any]) -> tuple[Author, ...]:
    """The authors of a post or a site. ``known`` are the pages of an ``authors`` taxonomy, by slug."""
    given = params.get("authors") or params.get("author") or []
    made = [_author(each, known) for each in (given if isinstance(given, list) else [given])]
    return tuple(author for author in made if author)


def _author(given: Any, known: dict[str, Any]) -> Author | None:
    table = lowered(given) if isinstance(given, dict) else {"name": given}
    name = str(table.get("name") or "").strip()
    page = known.get(name.casefold().replace(" ", "-"))
    if page:
        details = lowered(page["params"])
        name = str(details.get("name") or page["title"] or name)
        table = {**details, **table}
    url = table.get("url") or table.get("link")
    return Author(name=name, url=str(url) if url else None) if name else None


def featured(params: dict[str, Any]) -> tuple[str, str] | None:
    """The featured image's path and alternative text."""
    for key in IMAGE_KEYS:
        value = params.get(key)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            table = lowered(value)
            path = table.get("image") or table.get("src") or table.get("url")
            if path:
                return str(path), str(table.get("alt") or table.get("caption") or "")
        elif isinstance(value, str) and value.strip():
            return value.strip(), str(params.get("image_alt") or params.get("imagealt") or "")
    return None


def summary(text: str) -> str:
    """What an author says of an article, on one line: words, whether they wrote them as HTML or not."""
    return " ".join(strip_illegal(plain_text(text) if HTML.search(text) else text).split())


def licence(copyright_line: str, params: dict[str, Any]) -> str:
    """The licence of the posts: the theme's own setting, else the site's copyright line."""
    article = params.get("article")
    table = lowered(article).get("license") if isinstance(article, dict) else None
    if isinstance(table, dict) and lowered(table).get("enabled", True) and lowered(table).get("default"):
        return str(lowered(table)["default"])
    named = params.get("license") or params.get("licence")
    return str(named if isinstance(named, str) else copyright_line or "")


class DateError(ValueError):
    """The text is not a moment."""


def moment(value: Any, zone: tzinfo = UTC) -> datetime:
    """An aware moment; one without a zone is in ``zone``. Raises DateError, naming the value.

    Besides ISO 8601 and its usual relaxations it takes what ``dateutil`` understands in only one way, such as
    ``5 March 2024``.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    text = str(value).strip().strip("\"'").strip()
    found = DATE.match(text)
    made = _from_parts(found, zone, text) if found else _from_words(text, zone)
    if not 1 < made.year < 9999:
        raise DateError(f'the date "{text}" is out of range')
    return made


def loose_moment(value: Any, zone: tzinfo = UTC) -> datetime:
    """As ``moment``, for generators whose own readers pass over what they do not know after a day. Raises DateError."""
    try:
        return moment(value, zone)
    except DateError:
        text = str(value).strip()
        day = LOOSE_DAY.match(text)
        if day is None:
            raise
        time = LOOSE_TIME.search(text, day.end())
        return moment(f"{day[0]} {time[0].upper() if time else ''}", zone)


def _from_parts(found: re.Match[str], zone: tzinfo, text: str) -> datetime:
    number = {name: int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")}
    micro = int((found["part"] or "").ljust(6, "0")[:6] or 0)
    try:
        return datetime(**number, microsecond=micro, tzinfo=_offset(found["zone"]) or zone_of(found["place"], zone))
    except (ValueError, OverflowError) as error:
        raise DateError(f'the date "{text}" does not exist') from error


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    text = re.sub(r"^(?:UTC|GMT)(?=[+-])", "", text)
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    return timezone((timedelta(hours=hours, minutes=minutes)) * (1 if text[0] == "+" else -1))


def _from_words(text: str, zone: tzinfo) -> datetime:
    from dateutil import parser

    # Numbers alone, as in 05/03/2024, are a day in one country and another in the next.
    if not re.search(r"[A-Za-z]{3}", text) or len(text) > 60:
        raise DateError(f'"{text[:60]}" is not a date')

    # POSIX, and dateutil, turn the sign around after a name: GMT+3 would be west of Greenwich.
    text = re.sub(r"\b(?:UTC|GMT)(?=[+-]\d)", "", text)

    def zone_named(name: str | None, offset: int | None) -> tzinfo | int:
        return offset if offset is not None else ZONE_NAMES[name] * 3600 if name in ZONE_NAMES else zone

    try:
        # dateutil fills what is missing from a default: two defaults show whether anything was.
        one, other = (
            parser.parse(text, default=datetime(year, month, month, tzinfo=zone), tzinfos=zone_named)
            for year, month in ((1996, 1), (2000, 2))
        )
    except (ValueError, OverflowError, TypeError, RecursionError) as error:
        raise DateError(f'"{text}" is not a date') from error
    if one != other:
        raise DateError(f'"{text}" does not name a day')
    made: datetime = one
    return made


def zone_of(name: object, fallback: tzinfo = UTC) -> tzinfo:
    """The time zone of that name, or the fallback when nothing is known of it."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(str(name)) if name else fallback
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return fallback


# --- a title or a file name as it stands in an address; what one generator alone does is in its module -------------------


def ascii_only(text: str) -> str:
    """The text in ASCII: accents off, ligatures apart, what has no Latin form left out."""
    return unicodedata.normalize("NFKD", text.translate(LETTERS)).encode("ascii", "ignore").decode()


def slugify(text: str) -> str:
    """Letters and digits of ASCII in lower case with single hyphens between (Zola's, Nikola's, Eleventy's default)."""
    return re.sub(r"[^a-z0-9]+", "-", ascii_only(text).lower()).strip("-")


def github_slug(text: str) -> str:
    """``github-slugger``, which Astro uses for the ids of entries: accents stay, punctuation goes."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def title_of_file(name: str) -> str:
    """A title from a file name: ``my-first_post`` → ``My first post``."""
    words = re.sub(r"[-_]+", " ", name).strip()
    return words[:1].upper() + words[1:]
