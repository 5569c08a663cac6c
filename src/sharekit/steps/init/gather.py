"""What the blog says, what the flags say, what a person answers → the answers that the files are made from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from sharekit.config import Address, Config, IssueSettings, is_marked, read_sender, schema_of, toml_value, type_words
from sharekit.config import origin as origin_of
from sharekit.errors import ConfigError, did_you_mean
from sharekit.feeds.document import feed_name
from sharekit.registry import adapter_of, credentials, declared, kind_named, kinds, table_kind
from sharekit.sources.markdown import generator_of
from sharekit.sources.reading import unreachable
from sharekit.steps.init.answers import LATER, NONE, PLACES, Answers, Origin, Place, installed_origin, is_open, parse_origin
from sharekit.steps.init.zone import guess_zone, machine_zone, zone_named

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from sharekit.model import Site
    from sharekit.registry import Port
    from sharekit.steps.blog import Blog
    from sharekit.steps.init.answers import Repository

T = TypeVar("T")
# How a zone is known that a person has to confirm.
GUESSED = ("a guess", "this computer")
# What people call the modes of the newsletter, and the keys of [issue] that they mean.
MONTHLY = {"mode": "digest"}
MODES: dict[str, dict[str, str]] = {
    "article": {"mode": "post"},
    "weekly": {"mode": "digest", "when": "weekly on monday at 08:00"},
    "monthly": MONTHLY,
    "series": {"mode": "series"},
    "manual": {"mode": "manual"},
    "post": {"mode": "post"},
    "digest": MONTHLY,
}
MODE = "When is an issue drafted (article: one for each; weekly; monthly; series: when one is complete; manual)?"
ORIGIN = "What does the CI install sharekit from (https://github.com/OWNER/sharekit@v0.2.0, or later)?"
Tables = dict[str, dict[str, Any]]


class Asker(Protocol):
    """Asks a person, unless it is silent."""

    @property
    def silent(self) -> bool: ...

    def __call__(self, question: str, default: str, read: Callable[[str], T]) -> T:
        """What ``read`` makes of the answer; where it raises ConfigError, the question is asked again.

        Where nobody can be asked, what it makes of ``default``.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Flags:
    """What the flags said; None or empty where they said nothing.

    ``now`` without an offset is in the blog's zone; ``settings`` holds a table's name, a key and its value.
    """

    now: datetime
    channels: tuple[str, ...] = ()
    settings: tuple[tuple[str, str, str], ...] = ()
    mailer: str | None = None
    timezone: str | None = None
    url: str | None = None
    origin: Origin | None = None
    places: tuple[str, ...] = ()


def gather(blog: Blog, repository: Repository, flags: Flags, ask: Asker) -> Answers:
    """The answers, by the blog, the flags and the person. What an earlier run wrote stays, above all its ``since``.

    Raises ConfigError for an unknown zone, network, mailer or setting among the flags.
    """
    config, site = blog.config, blog.site
    again = config.since is not None
    zone_name, zone_from = _zone(blog, flags, ask)
    zone = ZoneInfo(zone_name)
    now = flags.now.astimezone(zone) if flags.now.tzinfo else flags.now.replace(tzinfo=zone)
    since = config.since_moment(zone) or now.replace(microsecond=0)
    channels = {name: dict(table) for name, table in config.channels.items()}
    names = _networks(", ".join(flags.channels))
    if not flags.channels and not again:
        networks = [declared("channels", kind).label for kind in kinds("channels") if declared("channels", kind).SECRETS]
        question = f"Where do your posts go ({', '.join(networks)}; none: feeds and newsletter only)?"
        names = ask(question, "later", _networks)
    channels |= {name: {} for name in names or () if name not in channels}
    for_later = _set(flags, "channels", channels)
    missing = _complete("channels", channels, ask, for_later, config.channels)
    mailer, issue = _newsletter(config, flags, ask)
    mailers = {mailer: dict(config.mailers.get(mailer, {}))}
    for_later |= _set(flags, "mailers", mailers)
    _check_settings(flags, channels, mailers)
    missing |= _complete("mailers", mailers, ask, for_later, config.mailers)
    if mailer != "files" and "from" not in issue:
        name = site.title.replace('"', "").strip() or "The blog"
        sender = ask(f"From whom does it come, such as {name} <letter@blog.example> (or later)?", "later", _sender)
        issue |= {"from": sender} if sender else {}
    url = flags.url and _address(flags.url)
    if not url and not _has_address(site):
        question = "The blog does not say its address. Which is it (or later)?"
        url = ask(question, "later", lambda text: "" if is_open(text) else _address(text))
    places = _places(repository, flags, ask)
    # Hugo makes a feed unless asked otherwise, and its guid is the permalink (its template _default/rss.xml).
    has_old = any(post.published < since for post in blog.reading.posts)
    return Answers(
        site=replace(site, url=url or (site.url if _has_address(site) else "")),
        repository=repository,
        timezone=zone_name,
        zone_from=zone_from,
        since=since,
        channels=channels,
        mailer=mailer,
        mailer_table=mailers[mailer],
        issue=issue,
        feed=_feed(blog),
        shares=config.shares.enabled and names is not None,
        missing=missing,
        output=_output(blog),
        origin=_origin(places, flags, ask),
        places=places,
        credentials=_secrets(config, channels, mailers),
        given_url=bool(url),
        keeps_guids=config.feed.guid == "permalink" if again else has_old and site.generator.startswith("Hugo"),
    )


def _output(blog: Blog) -> str:
    """The folder of the built site: as configured, else where the blog's generator builds it."""
    output = blog.config.output
    if output != Config().output or blog.site.generator.startswith("Hugo"):
        return output
    rules = generator_of(blog.folders.root)
    return rules.built_in[0] if rules and rules.built_in else output


def _zone(blog: Blog, flags: Flags, ask: Asker) -> tuple[str, str]:
    if flags.timezone:
        return zone_named(flags.timezone), "given"
    if blog.config.timezone:
        return blog.config.timezone, "from sharekit.toml"
    name, known = guess_zone(blog.site, blog.reading.posts, machine_zone())
    if not known.startswith(GUESSED):
        return name, known
    question = f"Time zone of the blog, such as Europe/Paris ({known}; or later)?"
    answer = ask(question, name, lambda text: name if is_open(text) else zone_named(text))
    return answer, known if answer == name else "given"


def _networks(text: str) -> list[str] | None:
    """The kinds that a person names, as in "X, twitter and Facebook Pages"; None for none, empty for later."""
    if text.casefold() in NONE:
        return None
    found: list[str] = []
    for each in re.split(r"[,;&+/]|\s(?:and|et|und|y|e)\s", f" {text} "):
        name = each.strip()
        if name.casefold() in LATER:
            continue
        # A name may be of several words, and so may a list.
        known = _kind_or_none("channels", name)
        found += [known] if known else [kind_named("channels", word) for word in name.split()]
    return list(dict.fromkeys(found))


def _kind_or_none(port: Port, text: str) -> str | None:
    try:
        return kind_named(port, text)
    except ConfigError:
        return None


def _address(text: str) -> str:
    try:
        return origin_of(msgspec.convert(text, Address), setting="the address")
    except msgspec.ValidationError as error:
        raise ConfigError(f'"{text}" is no address', hint="Write it as in https://blog.example") from error


def _has_address(site: Site) -> bool:
    # A source that finds no address makes one up below .invalid (RFC 2606 §2), which is nobody's.
    parts = urlsplit(site.url)
    known = parts.scheme in ("http", "https") and not (parts.hostname or "").endswith(".invalid")
    return known and not unreachable(site.url)


def _places(repository: Repository, flags: Flags, ask: Asker) -> tuple[Place, ...]:
    if flags.places:
        return _named_places(" ".join(flags.places))
    if repository.place:
        return (repository.place,)
    return ask(f"Where does it run ({', '.join(PLACES)}, or later)?", "github", _named_places)


def _named_places(text: str) -> tuple[Place, ...]:
    names = text.casefold().replace(",", " ").split()
    for name in names:
        if name not in (*PLACES, *LATER, *NONE):
            raise ConfigError(f'"{name}" is not a place that sharekit knows', hint=did_you_mean(name, PLACES))
    return tuple(place for place in PLACES if place in names and not {*NONE} & {*names})


def _origin(places: Sequence[Place], flags: Flags, ask: Asker) -> Origin | None:
    """Where the CI gets sharekit: as it was given, as this copy was installed, or as a person says."""
    known = flags.origin or installed_origin()
    if known or not set(places) - {"server"}:
        return known

    def read(text: str) -> Origin | None:
        if is_open(text):
            return None
        made = parse_origin(text)
        if "github" in places:
            _ = made.action  # raises where GitHub cannot use it
        return made

    return ask(ORIGIN, "later", read)


# Where generators are told of their feed: the files, what in them says that there is one, its path, and the usual path.
# jekyll-feed, hexo-generator-feed, Hugo's outputFormats, Zola and Pelican, each by its documentation.
IN_YAML = r"(?m)^feed:(?:[ \t]*\{[^}\n]*?|\s*\n(?:[ \t]+.*\n)*?[ \t]+)\bpath:[ \t]*[\"']?([\w./-]+)"
PUBLISHED_FEEDS = (
    (("_config.yml", "Gemfile"), r"\bjekyll-feed\b", IN_YAML, "feed.xml"),
    (("_config.yml", "package.json"), r"\bhexo-generator-feed\b", IN_YAML, "atom.xml"),
    (
        tuple(f"{name}.{end}" for name in ("hugo", "config") for end in ("toml", "yaml", "yml")),
        r"(?is)outputFormats(?:\.|:\s+)[\"']?rss\b[^\[]{0,300}?\bbaseName\b",
        r"(?is)outputFormats(?:\.|:\s+)[\"']?rss\b[^\[]{0,300}?\bbaseName\s*[:=]\s*[\"']?([\w./-]+)",
        "index.xml",
    ),
    (("config.toml",), r"(?m)^generate_feeds?\s*=\s*true", r"(?m)^feed_filenames?\s*=\s*\[?\s*[\"']([\w./-]+)", "atom.xml"),
    (("pelicanconf.py", "publishconf.py"), *2 * (r"(?m)^FEED_ALL_ATOM\s*=\s*[\"']([\w./-]+)",), "atom.xml"),
)


def _feed(blog: Blog) -> dict[str, Any]:
    """The keys of ``[feed]`` that keep the address which subscribers have, as the generator's own settings name it."""
    own = blog.config.feed
    if own.name:
        return {"formats": list(own.formats), "name": own.name}
    for names, sign, place, usual in PUBLISHED_FEEDS:
        files = (blog.folders.root / name for name in names)
        text = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file())
        if re.search(sign, text):
            found = re.search(place, text)
            path = found[1] if found else usual
            form = "rss" if usual == "index.xml" or "rss" in path else "atom"
            return {"formats": [form], "name": feed_name(path)}
    return {"formats": list(own.formats)}


# --- the newsletter -----------------------------------------------------------------------------------------------------


def _newsletter(config: Config, flags: Flags, ask: Asker) -> tuple[str, dict[str, Any]]:
    """The mailer, and the keys of ``[issue]``. Raises ConfigError for a mailer or a mode of the flags that is not known."""
    again, own, usual = config.since is not None, config.issue, IssueSettings()
    mailer: str | None = own.mailer
    if flags.mailer:
        mailer = _mailer(flags.mailer)
    elif not again:
        labels = [declared("mailers", kind).label for kind in kinds("mailers")]
        mailer = ask(f"What sends your newsletter ({', '.join(labels)}; none: no newsletter)?", "later", _mailer)
    elif mailer not in config.mailers:
        mailer = _mailer(own.mailer)
    sender = {"from": own.from_} if own.from_ else {}
    if mailer is None:
        return "files", {"mode": "manual"} | sender
    given = {key: _setting(key, value) for name, key, value in reversed(flags.settings) if name == "issue"}
    if "mode" not in given and not again and mailer != "files":
        given = ask(MODE, "monthly", mode_named) | given
    kept = {key: getattr(own, key) for key in ("mode", "when") if getattr(own, key) != getattr(usual, key)}
    return mailer, kept | sender | given


def mode_named(text: str) -> dict[str, str]:
    """``article``, ``one per article``, ``weekly`` … as keys of ``[issue]``. Raises ConfigError."""
    words = text.casefold().replace("-", " ").split()
    if not words or text.casefold() in LATER:
        return MONTHLY
    found = next((keys for name, keys in MODES.items() if {name, f"{name}s", name.removesuffix("ly")} & {*words}), None)
    if found is None and text.casefold() in (*NONE, "by hand", "never"):
        found = MODES["manual"]
    if found is None:
        raise ConfigError(f'"{text}" is not known', hint=did_you_mean(text, list(MODES)[:5]))
    return found


def _mailer(text: str) -> str | None:
    """A kind of mailer; ``files`` for later, None for no newsletter."""
    if text.casefold() in NONE:
        return None
    return "files" if text.casefold() in LATER else kind_named("mailers", text)


def _setting(key: str, value: str) -> str:
    if key == "mode":
        return mode_named(value)["mode"]
    return _sender(value) or "" if key == "from" else value


def _sender(text: str) -> str | None:
    if is_open(text):
        return None
    try:
        read_sender(text)
    except ConfigError as error:
        raise ConfigError(f'"{text}" is not an address', hint="Write it as in: The blog <letter@blog.example>") from error
    return text


# --- the tables of the adapters -----------------------------------------------------------------------------------------


def _set(flags: Flags, port: Port, tables: Tables) -> set[tuple[str, str]]:
    """Put the settings of the flags into the tables that they name; the keys that are to be set later."""
    later = set()
    for name, key, value in flags.settings:
        own = next((own for own in tables if own in (name, _kind_or_none(port, name))), None)
        if own is None:
            continue
        made = _value_or_later(adapter_of(port, own, tables[own]).Settings, key, value)
        if made is None:
            later.add((own, key))
        else:
            tables[own][key] = made
    return later


def _check_settings(flags: Flags, channels: Tables, mailers: Tables) -> None:
    """Raises ConfigError for a setting of what is not there."""
    names = {*channels, *mailers, "issue"}
    for name, key, _ in flags.settings:
        if not names & {name, _kind_or_none("channels", name), _kind_or_none("mailers", name)}:
            raise ConfigError(f'--set {name}.{key}: there is no channel or mailer "{name}"', hint=f"--channel {name}")


def _complete(
    port: Port,
    tables: Mapping[str, dict[str, Any]],
    ask: Asker,
    for_later: Collection[tuple[str, str]],
    before: Collection[str],
) -> dict[str, dict[str, str]]:
    """Ask for what each adapter cannot work without; table → key → example of what is left for later.

    ``before`` are the tables of an earlier run, which left open what they lack.
    """
    missing: dict[str, dict[str, str]] = {}
    for name, table in tables.items():
        adapter = adapter_of(port, name, table)
        for field in msgspec.structs.fields(adapter.Settings):
            schema, key = schema_of(field.type), field.encode_name
            if not is_marked(field, "asked") or table.get(key):
                continue
            example, value = schema["examples"][0], None
            if (name, key) not in for_later and not (ask.silent and name in before):
                if ask.silent:
                    hint = f"--set {name}.{key}={_written(example)}"
                    raise ConfigError(f"the {port.removesuffix('s')} {name} needs its {key}", hint=hint)
                about = re.sub(r" \(sharekit help .*?\)", "", schema["description"]).rstrip(".")
                words = f"{adapter.label}: {about}, such as {_written(example)} (or later)"
                value = ask(words, "later", partial(_value_or_later, adapter.Settings, key))
            if value is None:
                missing.setdefault(f"{port}.{name}", {})[key] = toml_value(example)
            else:
                table[key] = value
    return missing


def value_of(settings: type[msgspec.Struct], key: str, text: str) -> Any:
    """A setting as it is written in the file, from an answer: ``2,5`` as two numbers. Raises ConfigError."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(settings)}
    if key not in fields:
        raise ConfigError(f'unknown key "{key}"', hint=did_you_mean(key, fields))
    schema = schema_of(fields[key].type)
    value: Any = [each.strip() for each in text.split(",")] if schema.get("type") == "array" else text.strip()
    try:
        # Not strict: "5" is 5 and "true" is true.
        made = msgspec.convert(value, fields[key].type, strict=False)
        return list(made) if isinstance(made, tuple) else made
    except msgspec.ValidationError as error:
        examples = schema.get("examples")
        words = type_words(schema)
        hint = f"Such as {_written(examples[0])}." if examples and not words.startswith("like") else None
        raise ConfigError(f'{key} = "{text}" is not {words}', hint=hint) from error


def _value_or_later(settings: type[msgspec.Struct], key: str, text: str) -> Any:
    # "none" is an answer where it is one of the values: security = "none".
    fields = {field.encode_name: field for field in msgspec.structs.fields(settings)}
    own = schema_of(fields[key].type).get("enum", ()) if key in fields else ()
    return None if is_open(text) and text not in own else value_of(settings, key, text)


def _written(example: object) -> str:
    return ",".join(map(str, example)) if isinstance(example, list) else str(example)


def _secrets(config: Config, channels: Tables, mailers: Tables) -> dict[str, str]:
    """The environment variables that a delivery needs, and what each must allow."""
    tables: list[tuple[Port, str, dict[str, Any]]] = [("channels", *each) for each in channels.items()]
    tables += [("mailers", *each) for each in mailers.items()]
    needed = {variable: each.scope for table in tables for variable, each in credentials(*table).items()}
    if any(port == "mailers" and table_kind(port, name, table) == "smtp" for port, name, table in tables):
        needed["SHAREKIT_SUBSCRIBERS_URL"] = "the database of your subscribers, such as postgresql://user@host/database"
    if config.ledger.url:
        needed["SHAREKIT_LEDGER_URL"] = "the database of the ledger, with its password"
    return needed
