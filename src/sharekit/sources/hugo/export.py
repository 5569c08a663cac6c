"""The overlay's lines of JSON → a Reading."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from sharekit.content import strip_illegal
from sharekit.model import Finding, Image, Post, Reading, Site, Skipped, post_id
from sharekit.sources import params as read
from sharekit.sources.pictures import Pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

Line = dict[str, Any]
# The characters that XML 1.0 §2.2 forbids, as JSON escapes them.
ILLEGAL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\(?:b|f|u00(?:0[0-8bcef]|1[0-9a-f]))")


def read_export(text: str, *, root: Path, sections: Sequence[str]) -> Reading:
    """The site, its posts (oldest first) and what was left out. ``sections`` are the folders that hold posts."""
    lines = [strip_illegal(line) for line in text.split("\n") if line.strip()]
    sites: dict[str, Line] = {}
    pages: list[tuple[Line, str]] = []
    index = 0
    while index < len(lines):
        line = json.loads(lines[index])
        if line["kind"] == "site":
            sites[line["lang"]] = line
            index += 1
        else:
            pages.append((line, lines[index + 1]))
            index += 2
    first = next(iter(sites.values()))
    chosen = tuple(sections) or tuple(first["main"] or ())
    site = _site(first)
    pictures = Pictures(
        base=site.url,
        folders=(root / "static", root / "assets", root / "content"),
        bundles={
            unquote(urlsplit(page["url"]).path).strip("/"): (root / source).parent
            for page, _ in pages
            if page["url"] and Path(source := _source(page, root)).stem.startswith("index")
        },
    )
    posts: list[Post] = []
    skipped: list[Skipped] = []
    findings: list[Finding] = []
    seen: dict[str, str] = {}
    for page, content in pages:
        if chosen and page["section"] not in chosen:
            continue
        source = _source(page, root)
        reason = _unusable(page, seen)
        if reason:
            skipped.append(Skipped(source=source, reason=reason))
            continue
        if ILLEGAL_IN_JSON.search(content) or strip_illegal(page["title"]) != page["title"]:
            findings.append(_with_control_characters(source))
        post = _post(page, content, site=sites[page["lang"]], source=source)
        seen[post.url] = source
        post, missing = _with_picture(post, pictures)
        findings += missing
        posts.append(post)
    posts.sort(key=lambda post: (post.published, post.id))
    return Reading(site=site, posts=tuple(posts), skipped=tuple(skipped), findings=tuple(findings), picture=pictures.find)


def _unusable(page: Line, seen: dict[str, str]) -> str | None:
    if not page["url"]:
        return "it has no page of its own (build.render is never), so nothing can link to it"
    if not page["title"].strip():
        return "it has no title"
    if page["date"].startswith("0001"):
        return "it has no date"
    if page["url"] in seen:
        return f"it has the same URL as {seen[page['url']]}: {page['url']}"
    return None


def _site(line: Line) -> Site:
    params = read.lowered(line["params"])
    return Site(
        title=line["title"],
        url=line["home"].rstrip("/") + "/",
        language=read.language_tag(line["code"] or line["lang"]),
        description=str(params.get("description") or ""),
        licence=read.licence(line["copyright"], params),
        authors=read.authors(params, {}),
        timezone=None,
        generator=f"Hugo {line['version']}",
    )


def _post(page: Line, content: str, *, site: Line, source: str) -> Post:
    params = read.lowered(page["params"])
    published = read.moment(page["publish"] if not page["publish"].startswith("0001") else page["date"])
    updated = read.moment(page["lastmod"])
    summary = page["description"] or params.get("excerpt") or params.get("summary") or page["summary"]
    return Post(
        id=post_id(page["url"], params.get("id") or params.get("guid")),
        url=page["url"],
        title=strip_illegal(page["title"]).strip(),
        published=published,
        updated=updated if updated > published else None,
        body=lambda: str(json.loads(content)),
        language=read.language_tag(site["code"] or site["lang"]),
        summary=re.sub(r"\s+", " ", str(summary)).strip(),
        authors=read.authors(params, site["authors"]) or read.authors(read.lowered(site["params"]), {}),
        tags=read.labels(params.get("tags")),
        categories=read.labels(params.get("categories")),
        image=_image(page, params),
        source=source,
        aliases=tuple(urljoin(page["url"], alias) for alias in page["aliases"] or ()),
        params=params,
    )


def _image(page: Line, params: Line) -> Image | None:
    found = read.featured(params)
    if found:
        return Image(url=urljoin(page["url"].rstrip("/") + "/", found[0]), alt=found[1])
    for resource in page["images"]:
        if re.match(r"(cover|featured?|thumbnail)\b", resource["name"], re.IGNORECASE):
            return Image(url=urljoin(page["url"].rstrip("/") + "/", resource["name"]))
    return None


def _with_picture(post: Post, pictures: Pictures) -> tuple[Post, list[Finding]]:
    if post.image is None:
        return post, []
    known = pictures.find(post.image.url)
    if known is None:
        if not pictures.is_ours(post.image.url):
            return post, []
        finding = Finding(
            level="warn",
            rule="image-missing",
            message=f"the featured image {post.image.url} is not among the blog's files",
            path=post.source,
            hint="Put it into static/, or correct its path; until then its size is not known.",
        )
        return post, [finding]
    return replace(post, image=replace(known, alt=post.image.alt)), []


def _with_control_characters(source: str) -> Finding:
    return Finding(
        level="warn",
        rule="control-character",
        message="it holds control characters, which no feed and no mail can carry; they are left out",
        path=source,
        hint="Remove them: most editors show them when asked to show invisible characters.",
    )


def _source(page: Line, root: Path) -> str:
    path = Path(page["file"]) if page["file"] else None
    if path is None:
        return str(page["path"])
    for base in (root, root.resolve()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.as_posix()
