"""What ``init`` has to know before it can write anything."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlsplit

from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Place = Literal["github", "gitlab", "forgejo", "server"]
PLACES: tuple[Place, ...] = get_args(Place)
# What people answer to a question that can wait, or to one that is not for them.
LATER = ("", "later", "(later)", "skip")
NONE = ("none", "no", "nothing", "nowhere")
SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where the CI gets sharekit from: a git URL, and a commit, tag or branch of it.

    ``version`` is said beside a commit, for the reader of the workflow.
    """

    url: str
    ref: str
    version: str = ""

    @property
    def action(self) -> str:
        """``owner/name`` as ``uses:`` wants it; raises ConfigError for a URL that is not on GitHub."""
        parts = urlsplit(self.url)
        name = parts.path.strip("/").removesuffix(".git")
        if parts.hostname != "github.com" or name.count("/") != 1:
            raise ConfigError(
                f"a GitHub workflow can only use an action that is on github.com, and {self.url} is not",
                hint="Name a copy that is: --sharekit https://github.com/OWNER/sharekit@COMMIT",
            )
        return name

    @property
    def pinned(self) -> bool:
        """Whether the reference is a commit, which nobody can move."""
        return bool(SHA.fullmatch(self.ref))


def parse_origin(text: str, version: str = "") -> Origin:
    """``https://host/owner/name@ref`` as an Origin. Raises ConfigError for anything else."""
    url, at, ref = text.rpartition("@")
    # What is written into a shell line and a YAML file of the user's is checked, not quoted and hoped for.
    if not at or not re.fullmatch(r"https://[\w.:-]+(?:/[\w.~-]+)+", url) or not re.fullmatch(r"[\w.][\w./-]*", ref):
        raise ConfigError(
            f'"{text}" does not say where sharekit comes from',
            hint="Write it as in: --sharekit https://github.com/OWNER/sharekit@COMMIT",
        )
    return Origin(url=url.removesuffix(".git"), ref=ref, version=version)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Everything that the files are made from.

    ``since`` is aware; ``folder`` is the blog's folder below the repository's, ``.`` when they are one;
    ``credentials`` maps an environment variable to what it must allow; ``missing`` a table to the keys that were left for
    later, with an example each. ``keeps_guids`` says that the feed goes on with the ids of the one that the generator made,
    ``feed`` holds further keys of ``[feed]`` and ``issue`` of ``[issue]``. ``zone_from`` says how the zone is known; without
    ``shares`` nothing is shared.
    """

    title: str
    url: str
    generator: str = ""
    timezone: str
    since: datetime
    channels: Mapping[str, Mapping[str, Any]]
    mailer: str = "files"
    mailer_table: Mapping[str, Any] = field(default_factory=dict)
    issue: Mapping[str, Any] = field(default_factory=dict)
    feed: Mapping[str, Any] = field(default_factory=dict)
    shares: bool = True
    missing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    branch: str = "main"
    folder: str = "."
    output: str = "public"
    origin: Origin | None = None
    places: tuple[Place, ...] = ()
    credentials: Mapping[str, str] = field(default_factory=dict)
    given_url: bool = False
    keeps_guids: bool = False
    zone_from: str = ""
    is_git: bool = True

    @property
    def minute(self) -> int:
        """The minute of the hourly run: the same for the same blog, and never near a full or half hour.

        Scheduled runs are latest, and dropped, when everybody's start: at the full hour.
        """
        number = int(hashlib.sha256(self.url.encode()).hexdigest(), 16)
        minutes: list[int] = [*range(7, 25), *range(36, 55)]
        return minutes[number % len(minutes)]


def is_open(text: str) -> bool:
    """Whether an answer leaves the question for later, or says that nothing is meant."""
    return text.casefold() in (*LATER, *NONE)
