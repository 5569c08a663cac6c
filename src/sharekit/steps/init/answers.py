"""What ``init`` has to know before it can write anything: the repository, where the CI gets sharekit, and the answers."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import unquote, urlsplit

from sharekit.errors import ConfigError
from sharekit.git import git_output
from sharekit.text.visible import redact
from sharekit.version import DISTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sharekit.model import Site

Place = Literal["github", "gitlab", "forgejo", "server"]
PLACES: tuple[Place, ...] = get_args(Place)
# What people answer to a question that can wait, or to one that is not for them.
LATER = ("", "later", "(later)", "skip")
NONE = ("none", "no", "nothing", "nowhere")
SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where the CI gets sharekit from: a git URL, and a commit, tag or branch; ``version`` explains a commit to readers."""

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


def installed_origin() -> Origin | None:
    """Where this sharekit was installed from, as pip noted it (PEP 610); None where that is nowhere public."""
    try:
        package = distribution(DISTRIBUTION)
        noted = json.loads(package.read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, json.JSONDecodeError):
        return None
    url, ref = noted.get("url", ""), noted.get("vcs_info", {}).get("commit_id", "")
    if url.startswith("file://"):
        folder = Path(unquote(urlsplit(url).path))
        url = _https(git_output(folder, "remote", "get-url", "origin"))
        ref = git_output(folder, "rev-parse", "HEAD") or ""
    try:
        return parse_origin(f"{url.removesuffix('.git')}@{ref}", package.version) if url and ref else None
    except ConfigError:
        return None


def _https(remote: str | None) -> str:
    known = redact(remote or "")
    if known.startswith("https://"):
        return known
    host = _host(known)
    path = urlsplit(known).path if "://" in known else known.partition(":")[2]
    return f"https://{host}/{path.strip('/')}" if host and path else ""


@dataclass(frozen=True, kw_only=True)
class Repository:
    """``root`` is the top of the working tree, ``folder`` the blog's place in it (``.`` when they are one).

    ``place`` is None where nothing tells; ``is_git`` is False for a folder without history.
    """

    root: Path
    folder: str = "."
    branch: str = "main"
    place: Place | None = None
    is_git: bool = True


def repository_of(blog: Path) -> Repository:
    """The repository of a blog's folder; works for a folder that is in none, and for one without a commit."""
    top = git_output(blog, "rev-parse", "--show-toplevel")
    root = Path(top) if top else blog
    remote = git_output(root, "remote", "get-url", "origin") if top else None
    branch = git_output(root, "symbolic-ref", "--short", "refs/remotes/origin/HEAD") if remote else None
    return Repository(
        root=root,
        folder=blog.resolve().relative_to(root.resolve()).as_posix(),
        branch=(branch or "").removeprefix("origin/")
        or (top and git_output(root, "symbolic-ref", "--short", "HEAD"))
        or "main",
        place=_place(root, remote),
        is_git=top is not None,
    )


def _place(root: Path, remote: str | None) -> Place | None:
    host = _host(remote)
    if host == "github.com" or (root / ".github").is_dir():
        return "github"
    if "gitlab" in host or (root / ".gitlab-ci.yml").is_file():
        return "gitlab"
    if any(name in host for name in ("codeberg.org", "forgejo", "gitea")) or (root / ".forgejo").is_dir():
        return "forgejo"
    return None


def _host(remote: str | None) -> str:
    if not remote:
        return ""
    if "://" in remote:
        return urlsplit(remote).hostname or ""
    return remote.partition(":")[0].rpartition("@")[2] if ":" in remote else ""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Everything that the files are made from.

    ``site`` has the address that was answered, empty where there is none; ``since`` is aware; ``credentials`` maps an
    environment variable to what it must allow; ``missing`` a table to the keys that were left for later, with an example
    each. ``keeps_guids`` says that the feed goes on with the ids of the one that the generator made, ``feed`` holds further
    keys of ``[feed]`` and ``issue`` of ``[issue]``. ``zone_from`` says how the zone is known; without ``shares`` nothing is
    shared.
    """

    site: Site
    repository: Repository
    timezone: str
    since: datetime
    channels: Mapping[str, Mapping[str, Any]]
    mailer: str = "files"
    mailer_table: Mapping[str, Any] = field(default_factory=dict)
    issue: Mapping[str, Any] = field(default_factory=dict)
    feed: Mapping[str, Any] = field(default_factory=dict)
    shares: bool = True
    missing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    output: str = "public"
    origin: Origin | None = None
    places: tuple[Place, ...] = ()
    credentials: Mapping[str, str] = field(default_factory=dict)
    given_url: bool = False
    keeps_guids: bool = False
    zone_from: str = ""

    @property
    def minute(self) -> int:
        """The minute of the hourly run: always the same for a blog, and not near a full or half hour.

        At the full hour, when most schedules begin, runs start late or are dropped.
        """
        number = int(hashlib.sha256(self.site.url.encode()).hexdigest(), 16)
        minutes: list[int] = [*range(7, 25), *range(36, 55)]
        return minutes[number % len(minutes)]


def is_open(text: str) -> bool:
    """Whether an answer leaves the question for later, or says that nothing is meant."""
    return text.casefold() in (*LATER, *NONE)
