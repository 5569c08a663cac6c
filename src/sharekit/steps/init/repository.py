"""What the folder's git repository says: where it is hosted, and its default branch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from sharekit.errors import ConfigError
from sharekit.git import git_output
from sharekit.steps.init.answers import Origin, parse_origin
from sharekit.text.visible import redact
from sharekit.version import DISTRIBUTION

if TYPE_CHECKING:
    from sharekit.steps.init.answers import Place


@dataclass(frozen=True, kw_only=True)
class Repository:
    """``root`` is the top of the working tree, ``folder`` the blog's place in it (``.`` when they are one).

    ``place`` is None where nothing tells; ``is_git`` is False for a folder without history.
    """

    root: Path
    folder: str
    branch: str
    place: Place | None
    is_git: bool


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
