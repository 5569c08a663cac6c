"""What all sources share: what a blog serves and from where, and from the posts that were found to a reading."""

from __future__ import annotations

import mimetypes
import os
import re
import stat
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from sharekit.content import strip_illegal
from sharekit.model import NO_ADDRESS, Finding, Image, Post, Reading, Skipped
from sharekit.sources.front import UTF_16
from sharekit.urls import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sharekit.config import SourceSettings
    from sharekit.model import Site

# Generators make these without a page that a source could list: feeds, pages of lists, resized pictures.
MADE = re.compile(
    r"\.(?:xml|json|webmanifest|txt|css|js|ics)$|/page/\d+/?$|_hu_?[0-9a-f]{6,}|/(?:tags?|categor(?:y|ies)|archives?|authors?|series)(?:/|$)"
)

# What a line of a report cannot show, and an address should not hold: control characters, bytes that are no UTF-8.
UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
LINE_BREAK = re.compile(r"\s*[\r\n]\s*")
# In bytes: no article and no page is so large.
LARGEST = 20_000_000
# CommonMark 4.5: a fence of code, which only one as long closes.
FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
# Code in the mark-up of HTML, Hugo, Jekyll and Zola.
CODE_BEGINS, CODE_ENDS = r"<pre\b|\{[{%][<%-]?\s*(?:highlight|raw)\b", r"</pre>|\bendhighlight\b|\bendraw\b|/\s*highlight\b"
MARKDOWN = (".md", ".markdown", ".mdx", ".qmd", ".Rmd", ".Rmarkdown")
# Folders in which nobody writes.
NOT_OURS = frozenset({"node_modules", "vendor", "__pycache__", "venv"})
# Where posts stand in memory until the blog has an address; nothing that leaves is made with it (RFC 2606).
NOWHERE = "https://blog.invalid/"
# What `hugo new site`, Zola and the starters of Astro write.
RESERVED = frozenset({"example.org", "example.com", "example.net"})


@dataclass(frozen=True)
class BaseSource:
    """What every source is given: the folder or file ``root``, its settings, and the moment that decides what is to come."""

    root: Path
    settings: SourceSettings
    now: datetime | None = None


# --- addresses ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Looks pictures up in the blog's folders; never asks the network.

    ``base`` is the site's URL; ``bundles`` leads from the path of a page's URL, without the slash at its end, to the
    folder that the page's own files are in, since a page's URL need not look like its folder.
    """

    base: str
    folders: tuple[Path, ...]
    bundles: Mapping[str, Path] = field(default_factory=dict, hash=False)

    def is_ours(self, url: str) -> bool:
        """Whether the URL is on the blog's own host."""
        return urlsplit(url).netloc == urlsplit(self.base).netloc

    def featured(self, page: str, path: str, alt: str) -> Image | None:
        """The picture that a page names, with what is known of it; None where that is no address."""
        url = joined(page, path) if path else None
        return replace(self.find(url) or Image(url=url), alt=alt) if url else None

    def find(self, url: str) -> Image | None:
        """What is known of the picture at an absolute URL, or None when it is not among the blog's files."""
        if not self.is_ours(url):
            return None
        path = unquote(urlsplit(url).path).lstrip("/")
        page, _, name = path.rpartition("/")
        while page and page not in self.bundles:
            page, _, folder_name = page.rpartition("/")
            name = f"{folder_name}/{name}"
        if page and (file := _inside(self.bundles[page], name)):
            return _measured(url, file)
        for prefix in (urlsplit(self.base).path.strip("/"), ""):
            relative = path.removeprefix(prefix).lstrip("/") if prefix else path
            for folder in self.folders:
                if relative and (file := _inside(folder, relative)):
                    return _measured(url, file)
        return None


def _inside(folder: Path, name: str) -> Path | None:
    """The file of that name in the folder; a URL must not lead out of it."""
    file = folder / name
    return file if file.is_file() and file.resolve().is_relative_to(folder.resolve()) else None


def served_file(built: Path, url: str, base: str) -> Path | None:
    """The file of a built site at ``base`` that a URL is served from."""
    inside = unquote(urlsplit(url).path).removeprefix(urlsplit(base).path.rstrip("/")).strip("/")
    names = (f"{inside}/index.html".lstrip("/"), inside, f"{inside}.html")
    return next((file for name in names if (file := _inside(built, name))), None)


def _measured(url: str, file: Path) -> Image:
    import imagesize

    width, height = imagesize.get(file)
    media_type, _ = mimetypes.guess_type(file.name)
    return Image(
        url=url,
        width=width if width > 0 else None,
        height=height if height > 0 else None,
        media_type=media_type,
        length=file.stat().st_size,
        file=file,
    )


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """What is served at ``base``: the ``known`` paths, the pictures and the files of the ``built`` site.

    ``whole`` says that every page is known, so that what is not there is dead.
    """

    base: str
    pictures: Pictures
    known: frozenset[str] = frozenset()
    built: Path | None = None
    whole: bool = True

    def serves(self, url: str) -> bool | None:
        """Whether there is something at an absolute URL, or None when that cannot be known."""
        if not self.pictures.is_ours(url):
            return None
        path = path_of(url)
        if path in self.known or path in ("", path_of(self.base)) or self.pictures.find(url) is not None:
            return True
        if self.built is not None and served_file(self.built, url, self.base):
            return True
        if MADE.search(unquote(urlsplit(url).path)) and self.built is None:
            return None
        return False if self.whole else None


def settle_addresses(posts: Sequence[Post]) -> tuple[list[Post], list[Finding]]:
    """The posts without the aliases that lead to no one of them alone, and a finding for each of those.

    An address belongs to the page that is there: an alias that is another post's address is dropped (``alias-clash``). One
    that several posts claim is dropped from all of them (``alias-twice``).
    """
    pages = {path_of(post.url): post for post in posts}
    claims: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        for alias in set(post.aliases):
            claims[alias].append(post)
    settled: list[Post] = []
    findings: list[Finding] = []
    for post in posts:
        kept = []
        for alias in dict.fromkeys(post.aliases):
            page = pages.get(alias)
            other = page or next((each for each in claims[alias] if each is not post), None)
            if other is None:
                kept.append(alias)
            elif other is not post:
                what = f"the address of {other.source}" if page else f"an alias of {other.source} too"
                message = f"its alias /{alias} is {what}; it is not counted as an address of this article"
                hint = "Remove the alias, or give the other article another address."
                rule = "alias-clash" if page else "alias-twice"
                findings.append(Finding("warn", rule, message, path=post.source, hint=hint))
        settled.append(post if len(kept) == len(post.aliases) else replace(post, aliases=tuple(kept)))
    return settled, findings


def alias_path(alias: str, base: str) -> str | None:
    """The path of an alias that is written from the root of the site at ``base``; None for one on another host."""
    url = joined(base, alias) if "://" in alias else urljoin(base, alias.strip().lstrip("/"))
    return path_of(url) if url and urlsplit(url).netloc == urlsplit(base).netloc else None


def host_of(url: str) -> str:
    """The host and port of an address; empty where there is none, or where it is no address."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def joined(base: str, url: str) -> str | None:
    """``urljoin``, or None for what is no address, such as ``http://[``."""
    try:
        return urljoin(base, url)
    except ValueError:
        return None


# --- the reading -------------------------------------------------------------------------------------------------------


def reading(
    site: Site,
    found: Iterable[Post | Skipped],
    now: datetime | None,
    *,
    findings: Sequence[Finding] = (),
    links: bool = False,
    **more: Any,
) -> Reading:
    """The posts by date, those after ``now`` as upcoming; of two with one address the first. ``more`` is the reading's.

    ``links``: several entries may lead to one page, as in a feed of links; of two with one id the first.
    A title is one line, however its front matter is folded: it becomes a subject, a heading and a row of a list.
    """
    posts: dict[str, Post] = {}
    skipped: list[Skipped] = []
    for each in found:
        if isinstance(each, Skipped):
            skipped.append(each)
        elif (key := each.id if links else each.url) in posts:
            other = posts[key]
            named = other.source if other.source != each.source else f'"{other.title}"'
            reason = f"it has the same URL as {named}: {each.url}"
            skipped.append(Skipped(source=each.source, reason=reason))
        else:
            title = LINE_BREAK.sub(" ", strip_illegal(each.title)).strip()
            # One that is no later than its publication says nothing.
            updated = each.updated if each.updated and each.updated > each.published else None
            posts[key] = replace(each, title=title, updated=updated)
    made = sorted(posts.values(), key=lambda post: (post.published, post.id))
    now = now or datetime.now(UTC)
    return Reading(
        site=site,
        posts=tuple(post for post in made if post.published <= now),
        upcoming=tuple(post for post in made if post.published > now),
        skipped=tuple(skipped),
        findings=tuple(findings),
        **more,
    )


def damaged(source: str, root: Path) -> Skipped | None:
    """What is wrong with an article's file that its generator publishes all the same; None for a sound one."""
    try:
        data = (root / source).read_bytes() if source.endswith(MARKDOWN) else b""
        text = "" if data[:2] in UTF_16 else data.decode()
    except OSError:
        return None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Skipped(source=source, line=line, reason="it is not valid UTF-8: save it as UTF-8")
    found = _conflict(text.splitlines()) if "<<<<<<< " in text and ">>>>>>> " in text else None
    return Skipped(source=source, line=found, reason="a merge conflict marker: resolve the conflict") if found else None


def _conflict(lines: Sequence[str]) -> int | None:
    """The line at which two sides of a merge begin; code that shows such markers is passed over."""
    fence, first = "", 0
    for number, line in enumerate(lines, start=1):
        if fence:
            fence = "" if line.lstrip().startswith(fence) or re.search(CODE_ENDS, line) else fence
        elif opened := FENCE.match(line):
            fence = opened[1]
        elif re.search(CODE_BEGINS, line) and not re.search(CODE_ENDS, line):
            fence = "</pre>"
        elif line.startswith("<<<<<<< "):
            first = first or number
        elif first and line.startswith(">>>>>>> "):
            return first
    return None


def read_file(path: Path, name: str) -> bytes:
    """A file of the blog. Raises ValueError for one that cannot be read, and for one that cannot be an article."""
    try:
        if UNSHOWABLE.search(name):
            raise ValueError("its name holds a line break, another control character or bytes that are not UTF-8")
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is not a file but a folder, a pipe, a socket or a device")
        if status.st_size > LARGEST:
            raise ValueError(f"it is larger than {LARGEST // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror or error}") from error


def skipped(name: str, reason: Exception) -> Skipped:
    """What was left out, by a name that can be shown."""
    return Skipped(source=UNSHOWABLE.sub("\ufffd", name), reason=str(reason), line=getattr(reason, "line", None))


def broken_folders(root: Path) -> list[Skipped]:
    """The links to folders that are not there, such as those of a submodule that was not fetched."""
    found = []
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in NOT_OURS)
        paths = (Path(parent, name) for name in sorted(names) if not os.path.splitext(name)[1])
        found += [path.relative_to(root).as_posix() for path in paths if path.is_symlink() and not path.exists()]
    return [skipped(name, ValueError("it is a link to something that is not there")) for name in found]


def no_posts(reason: str) -> Finding:
    """A blog without a post is never reported without the reason."""
    return Finding(
        "warn",
        "no-posts",
        f"there is no post: {reason}",
        hint='See what was left out, or name the folders of the posts in sharekit.toml: [source] sections = ["posts"]',
    )


def unreachable(url: str) -> str:
    """Why no reader can open a blog at an address that generators write into a new site; empty where one may."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    if host in RESERVED:
        return f"{url}, a name that is reserved for examples (RFC 2606)"
    return f"{url}, which only your own machine can open" if host == "localhost" else ""


def no_address(reason: str, setting: str = "", path: str | None = None) -> Finding:
    """``setting`` is the generator's own for the address."""
    written = 'in sharekit.toml: [site] url = "https://blog.example/"'
    return Finding(
        "error",
        NO_ADDRESS,
        f"{reason}, so nothing can link to a post",
        path=path,
        hint=f"Write the address that readers use: {setting}, or {written}" if setting else f"Write it {written}",
    )
