"""The tables of ``sharekit.toml``. Every key is optional; what the blog says is not repeated.

Adapters own the tables of their names (``[channels.x]``, ``[mailers.smtp]``): here they are kept as they are read,
and :mod:`sharekit.configuration` checks them against the adapter's own Settings.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sharekit.errors import ConfigError
from sharekit.model import Finding
from sharekit.text.visible import redact
from sharekit.urls import read_mailbox

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
FILE_NAME = "sharekit.toml"
# TOML 1.0, Keys.
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# A moment outside of them is a typo, and dates computed from it could exceed datetime.MAXYEAR.
YEARS = range(1970, 3000)
Format = Literal["rss", "atom", "json"]
Thread = Literal["reply", "quote", "none"]
Count = Annotated[int, msgspec.Meta(ge=0)]
# The address of a server: https, or on this very machine; the scheme may be left out.
Address = Annotated[
    str,
    msgspec.Meta(pattern=r"^(https://[^\s@]+|http://(localhost|127\.0\.0\.1|\[::1\])[^\s@]*|[^\s:/@]+\.[^\s/@]+[^\s@]*)$"),
]
Web = Annotated[str, msgspec.Meta(pattern=r"^\s*[Hh][Tt][Tt][Pp][Ss]?://[^\s/:]")]
# RFC 5646 §2.1: a language has two or three letters; longer ones were never registered.
Language = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]
Colour = Annotated[str, msgspec.Meta(pattern=r"^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$")]
# Nothing that could end the declaration or the style element.
Fonts = Annotated[str, msgspec.Meta(pattern=r"^[\w\s,'.-]+$")]
Database = Annotated[str, msgspec.Meta(pattern=r"^(sqlite|postgres|postgresql)(\+\w+)?://")]
# What git-check-ref-format takes.
Branch = Annotated[
    str, msgspec.Meta(pattern=r"^(?![-/.@]$|[-/.]|.*(\.\.|@\{|//|[/.]$|\.lock$))[^\s~^:?*\[\\\x00-\x1f\x7f]+$")
]
LOOPBACK = ("localhost", "127.0.0.1", "::1")

WINDOWS = "When it may go out, in the blog's time zone; by default at any time."
WINDOWS_EXAMPLE = "Tue,Thu 08:30; Sat 10:00"
THREAD = "How a part of a series follows the previous part."


def described(
    text: str, *, example: object = None, pattern: str | None = None, required: bool = False, asked: bool = False
) -> msgspec.Meta:
    """What a key is, for the reference, the schema and ``init``, in the ``Annotated[…]`` of its type.

    ``example`` is a value that works; ``pattern`` what a text must match; ``required`` says that the adapter works only
    with the key, ``asked`` that ``init`` asks for it, as it does for what is required.
    """
    examples = None if example is None else [example]
    marks = {"required": required, "asked": asked or required}
    return msgspec.Meta(description=text, examples=examples, pattern=pattern, extra=marks)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table: an unknown key is an error."""


class SiteSettings(Settings, frozen=True):
    """[site] What the source does not know or gets wrong."""

    title: Annotated[str | None, described("The blog's title.")] = None
    url: Annotated[Web | None, described("The blog's address.", example="https://blog.example")] = None
    language: Annotated[Language | None, described("The language of the posts (BCP 47).", example="fr")] = None
    description: Annotated[str | None, described("What the blog is about, in a sentence.")] = None
    licence: Annotated[
        str | None,
        described("The licence of the posts: a name or an address.", example="https://creativecommons.org/licenses/by/4.0/"),
    ] = None


class SourceSettings(Settings, frozen=True):
    """[source] Where the posts are read from."""

    kind: Annotated[str, described("The generator of the blog; `auto` detects it from the files.", example="hugo")] = "auto"
    path: Annotated[str, described("The folder of the blog, or its feed or export, relative to this file.")] = "."
    sections: Annotated[tuple[str, ...], described("Read only posts in these sections.", example=["post"])] = ()
    url: Annotated[
        Web | None,
        described(
            "The blog's address, if the source does not know it; by default that of `[site]`.",
            example="https://blog.example",
        ),
    ] = None
    hugo: Annotated[
        str | None, described("The path of the Hugo to run; by default the one on PATH, else that of the `hugo` package.")
    ] = None


class FeedSettings(Settings, frozen=True):
    """[feed] The feeds."""

    formats: Annotated[tuple[Format, ...], described("Which feeds are written.", example=["rss", "atom", "json"])] = ("rss",)
    name: Annotated[
        str | None,
        described(
            "The name of the feed's file without its ending, to keep the address that your subscribers have. Without it"
            " `index.xml`, `atom.xml` and `feed.json`.",
            example="feed",
        ),
    ] = None
    limit: Annotated[Count, described("The most entries; 0 for all posts.")] = 20
    content: Annotated[Literal["full", "summary"], described("Whether entries contain the full article.")] = "full"
    series: Annotated[bool, described("Whether each series gets its own feed.")] = False
    tags: Annotated[tuple[str, ...], described("Tags that get their own feed.", example=["kubernetes"])] = ()
    archive: Annotated[Count, described("Entries per archive page (RFC 5005) of older posts; 0 for no archive.")] = 0
    guid: Annotated[
        Literal["id", "permalink"],
        described("`permalink` keeps ids from a generator that used addresses, so that no article shows up as new."),
    ] = "id"
    image: Annotated[str | None, described("The picture of the feed: a file of the blog or an address.")] = None
    ttl: Annotated[Count, described("Minutes before a feed reader should check again.")] = 60
    hub: Annotated[Web | None, described("The WebSub hub to notify of new entries.", example="https://hub.example")] = None
    iframes: Annotated[Literal["keep", "link"], described("Whether videos stay in the entries or become links.")] = "keep"
    email: Annotated[bool, described("Whether to also write a feed for services that mail feed entries.")] = False
    gzip: Annotated[bool, described("Whether to also write a compressed copy of each feed.")] = False


class IssueSettings(Settings, frozen=True):
    """[issue] The newsletter."""

    mode: Annotated[
        Literal["post", "digest", "series", "manual"],
        described("When an issue is drafted: for each post, for each period, for each complete series, or never."),
    ] = "digest"
    when: Annotated[
        str,
        described("When it is sent, in the blog's time zone.", example="weekly on monday at 08:00"),
    ] = "monthly on day 1 at 08:00"
    mailer: Annotated[str, described("What sends it: the name of a `[mailers]` table, or a kind.")] = "files"
    from_: Annotated[str | None, described("The sender.", example="The blog <letter@blog.example>")] = msgspec.field(
        default=None, name="from"
    )
    reply_to: Annotated[str | None, described("The address for replies, if it is not the sender's.")] = None
    variant: Annotated[
        Literal["cards", "full", "plain"] | None,
        described("How articles look. By default a single article is shown in full, and several as cards."),
    ] = None
    address: Annotated[
        str | None, described("Your postal address, where the law requires one.", example="1 rue du Port, 44000 Nantes")
    ] = None
    unsubscribe: Annotated[str | None, described("The unsubscribe page, for mailers that do not provide one.")] = None
    list_id: Annotated[
        str | None, described("The List-Id (RFC 2919) that subscribers filter by.", example="letter.blog.example")
    ] = None
    logo: Annotated[str | None, described("The picture at the top: a file of the blog or an address.")] = None
    colour: Annotated[Colour | None, described("The colour of links and buttons.", example="#0057b7")] = None
    font: Annotated[Fonts | None, described("The font, as in CSS.", example="Georgia, serif")] = None
    clients: Annotated[
        tuple[str, ...],
        described("The mail clients to check against, as caniemail.com names them; by default the common ones."),
    ] = ()
    archive: Annotated[str, described("The folder below `output` for the web page of each issue.")] = "newsletter"


class SharesSettings(Settings, frozen=True):
    """[shares] The share posts."""

    enabled: Annotated[bool, described("Whether shares are drafted and sent.")] = True
    slots: Annotated[
        dict[str, str],
        described("The moments after publication at which a post is shared.", example={"launch": "0d", "reminder": "7d"}),
    ] = msgspec.field(default_factory=lambda: {"launch": "0d"})
    windows: Annotated[str | None, described(WINDOWS, example=WINDOWS_EXAMPLE)] = None
    quiet: Annotated[
        tuple[str, ...],
        described("Days on which nothing goes out.", example=["Sun", "12-25", "2026-12-24..2027-01-02"]),
    ] = ()
    late: Annotated[str, described("A share that is later than this is held for you.", example="7d")] = "7d"
    spacing: Annotated[str, described("The least time between two shares on a channel.", example="30m")] = "30m"
    grace: Annotated[str | None, described("Deprecated; use `late`.")] = None
    approve: Annotated[
        Literal["merge", "explicit"],
        described("`merge`: a draft that is committed as it is, is approved. `explicit`: only `status: approved` is."),
    ] = "merge"
    hashtags: Annotated[
        Count | None, described("The most hashtags in a share; by default what is usual on each network.", example=3)
    ] = None
    names: Annotated[
        dict[str, str], described("A tag of the blog, and how to write it on the networks.", example={"k8s": "Kubernetes"})
    ] = msgspec.field(default_factory=dict)
    utm: Annotated[dict[str, str], described("UTM parameters to add to links.", example={"source": "{channel}"})] = (
        msgspec.field(default_factory=dict)
    )
    handles: Annotated[
        dict[str, dict[str, str]],
        described("An author's handle on each channel.", example={"Ada": {"mastodon": "@ada@social.example"}}),
    ] = msgspec.field(default_factory=dict)
    closing: Annotated[bool, described("Whether a completed series gets its own share.")] = False
    alt: Annotated[
        Literal["warn", "error"],
        described("Whether a picture without alternative text is a warning, or an error that holds the share."),
    ] = "warn"


class ChannelSettings(Settings, frozen=True):
    """[channels.NAME] What every channel knows; its own Settings add to it. ``THREADS`` is what its network can do."""

    THREADS: ClassVar[tuple[Thread, ...]] = ("none",)

    handle: Annotated[str | None, described("The account's name, for previews; it is not repeated as the author.")] = None
    limit: Annotated[
        Annotated[int, msgspec.Meta(ge=1)] | None,
        described("The maximum length, if the instance or plan differs."),
    ] = None
    windows: Annotated[str | None, described("As in [shares], for this channel only.", example=WINDOWS_EXAMPLE)] = None
    thread: Annotated[Thread, described(THREAD)] = "none"

    def __post_init__(self) -> None:
        if self.thread not in self.THREADS:
            raise ValueError(f'thread = "{self.thread}" cannot be done here; known: {", ".join(self.THREADS)}')


class LedgerSettings(Settings, frozen=True):
    """[ledger] Where it is recorded what went out."""

    url: Annotated[
        Database | None,
        described(
            "A database to use instead of a branch; SHAREKIT_LEDGER_URL takes precedence.", example="sqlite:///ledger.sqlite"
        ),
    ] = None
    branch: Annotated[Branch, described("The branch of the blog's repository.", example="sharekit-ledger")] = (
        "sharekit-ledger"
    )
    remote: Annotated[str, described("The remote that the branch is pushed to.")] = "origin"


class DeliverSettings(Settings, frozen=True):
    """[deliver] What one run does."""

    max_per_run: Annotated[int, msgspec.Meta(ge=1), described("The most that one run sends; the rest stays due.")] = 10
    check_page: Annotated[bool, described("Whether the page of an article must answer before it is shared.")] = True


class SeriesSettings(Settings, frozen=True):
    """[[series]] A series that is named here."""

    name: Annotated[str, described("Its name.")]
    members: Annotated[
        tuple[str, ...], described("The ids or files of its posts, in order.", example=["content/post/day-1.md"])
    ]
    language: Annotated[str | None, described("Its language; by default that of its first post.")] = None


class Config(Settings, frozen=True):
    """What concerns the whole blog. These keys come before the first table."""

    since: Annotated[
        str | None,
        described("Older posts are never shared or mailed. Nothing goes out without it.", example="2026-11-23"),
    ] = None
    timezone: Annotated[str | None, described("The time zone; by default the blog's.", example="Europe/Paris")] = None
    output: Annotated[str, described("The folder of the built site, where the feeds are written.")] = "public"
    templates: Annotated[str, described("The folder of your own templates.")] = "sharekit"
    accept_series: Annotated[
        tuple[str, ...],
        described("Names of proposed series that you accept.", example=["Ropes at sea"]),
    ] = ()
    site: SiteSettings = SiteSettings()
    source: SourceSettings = SourceSettings()
    feed: FeedSettings = FeedSettings()
    issue: IssueSettings = IssueSettings()
    shares: SharesSettings = SharesSettings()
    ledger: LedgerSettings = LedgerSettings()
    deliver: DeliverSettings = DeliverSettings()
    series: tuple[SeriesSettings, ...] = ()
    channels: Annotated[
        dict[str, dict[str, Any]],
        described("The accounts that shares go to, by name; `kind` is the network, if the name is not."),
    ] = msgspec.field(default_factory=dict)
    mailers: Annotated[
        dict[str, dict[str, Any]],
        described("What sends the newsletter to its subscribers, by name; `kind` as for channels."),
    ] = msgspec.field(default_factory=dict)

    def zone(self, fallback: str | None = None) -> ZoneInfo:
        """The blog's zone: configured, else the source's, else UTC."""
        name = self.timezone or fallback or "UTC"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ConfigError(
                f'timezone "{name}" is not known', path=FILE_NAME, hint='Write it as in "Europe/Paris".'
            ) from error

    def since_moment(self, zone: ZoneInfo) -> datetime | None:
        """The configured ``since`` as an aware moment; a bare date is its first instant in the blog's zone."""
        if self.since is None:
            return None
        try:
            moment = datetime.fromisoformat(self.since)
        except ValueError as error:
            hint = "Write it as in: since = 2026-11-23"
            raise ConfigError(f'since = "{self.since}" is not a date', path=FILE_NAME, hint=hint) from error
        if moment.year not in YEARS:
            hint = f"It is in the years {YEARS[0]} to {YEARS[-1]}."
            raise ConfigError(f'since = "{self.since}" is out of range', path=FILE_NAME, hint=hint)
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def notes(config: Config) -> list[Finding]:
    """Notes on a valid configuration: deprecated keys."""
    if config.shares.grace is None:
        return []
    message = "[shares] grace is no longer used: a share that missed its window goes out in the next one"
    hint = 'Remove it. [shares] late = "7d" says when a share is held for you instead.'
    return [Finding("info", "old-key", message, path=FILE_NAME, hint=hint)]


def struct_in(kind: Any) -> type[Settings] | None:
    """The table that a type is, or is a list of."""
    options = (kind, *getattr(kind, "__args__", ()))
    return next((each for each in options if isinstance(each, type) and issubclass(each, Settings)), None)


def is_marked(field: msgspec.structs.FieldInfo, mark: Literal["required", "asked"]) -> bool:
    """Whether a key was described so."""
    return any((getattr(meta, "extra", None) or {}).get(mark) for meta in getattr(field.type, "__metadata__", ()))


@functools.cache
def required_keys(table: type[Settings]) -> Mapping[str, str]:
    """The keys of a table without which its adapter cannot work, and what to write for each."""
    found = {}
    for field in msgspec.structs.fields(table):
        if is_marked(field, "required"):
            schema = schema_of(field.type)
            written = f"{field.encode_name} = {toml_value(schema['examples'][0])}. " if schema.get("examples") else ""
            found[field.encode_name] = written + schema["description"]
    return found


def check_required(settings: Settings, table: str) -> None:
    """Raise ConfigError naming the first key that is required and not set; ``table`` is such as ``[channels.x]``."""
    for key, hint in required_keys(type(settings)).items():
        required(getattr(settings, key), setting=f"{table} {key}", hint=hint)


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a key's type, with what all of a choice have in common in one place."""
    schema = msgspec.json.schema(kind)
    options = [each for each in schema.pop("anyOf", ()) if each != {"type": "null"}]
    return {**schema, **options[0]} if len(options) == 1 else schema


def toml_value(value: Any) -> str:
    """A value as TOML writes it: text in quotes that it cannot leave, which YAML reads as well."""
    if isinstance(value, dict):
        pairs = (
            f"{key if BARE_KEY.fullmatch(key) else toml_value(key)} = {toml_value(each)}" for key, each in value.items()
        )
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, (bool, int, float, str)):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value.isoformat())


def type_words(schema: Mapping[str, Any]) -> str:
    """A type in words: ``text``, ``a whole number of 1 or more``, ``one of keep, link``."""
    if "enum" in schema:
        return f"one of {', '.join(str(each) for each in schema['enum'])}"
    if "pattern" in schema:
        return f"like {schema['examples'][0]}" if schema.get("examples") else f"text that matches {schema['pattern']}"
    if schema.get("type") == "array":
        items = schema.get("items", {})
        return (
            f"a list of {'whole numbers' if items.get('type') == 'integer' else type_words(items).removeprefix('one of ')}"
        )
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties") or {}
        return f"a table of {type_words(inner).replace('a table', 'tables')}" if inner else "a table"
    if "minimum" in schema:
        most = f" to {schema['maximum']}" if "maximum" in schema else " or more"
        return f"a whole number of {schema['minimum']}{most}"
    names = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}
    return names.get(schema.get("type", ""), "a value")


def origin(address: str, *, setting: str) -> str:
    """The address without its trailing slash. Raises ConfigError unless it is https, or on this very machine."""
    parts = urlsplit(address if "//" in address else f"https://{address}")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise ConfigError(
            f'{setting} = "{redact(address)}" is not an https address',
            path=FILE_NAME,
            hint='Write it as in "https://social.example".',
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def read_sender(given: str, *, setting: str = "from") -> tuple[str, str]:
    """The name and the address of a sender. Raises ConfigError for what is no address on the internet."""
    with contextlib.suppress(ValueError):
        name, address = read_mailbox(given)
        if "." in address.rpartition("@")[2]:
            return name, address
    hint = f'{setting} = "Name <letter@blog.example>"'
    raise ConfigError(f'[issue] {setting} = "{given}" is not an address', path=FILE_NAME, hint=hint)


def required(value: T | None, *, setting: str, hint: str) -> T:
    """A setting without which an adapter cannot work. Raises ConfigError naming it."""
    if not value:
        raise ConfigError(f"{setting} is not set", path=FILE_NAME, hint=hint)
    return value
