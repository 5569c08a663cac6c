"""``WordPressSource``: the published posts of a WXR export (Tools → Export). https://codex.wordpress.org/Tools_Export_Screen

The file is XML from elsewhere: no entity is expanded, nothing is fetched, and it is read as a stream.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from sharekit.content import strip_illegal
from sharekit.errors import SourceError
from sharekit.keys import post_id
from sharekit.model import Author, Image, Post, Reading, Site, Skipped
from sharekit.sources import params
from sharekit.sources.dates import DateError, moment

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element

    from sharekit.config import SourceSettings

# A scheduled post is out when its moment has passed.
STATUSES = ("publish", "future")
LARGEST = 256_000_000
# Blocks that are paragraphs of their own: wpautop leaves them alone.
BLOCK = re.compile(
    r"\s*</?(?:p|div|h[1-6]|ul|ol|li|dl|table|blockquote|pre|figure|section|aside|hr|form|iframe|script|style|address|details|!--)\b|\s*<!--",
    re.IGNORECASE,
)
SHORTCODE = re.compile(r"\[/?(?:caption|gallery|embed|audio|video|playlist|code|sourcecode)\b[^\[\]]*\]")
# A shortcode that WordPress makes a player or a card of, and the address in it: [youtube https://…], [embed]https://…[/embed]
EMBED = re.compile(
    r"\[(?:embed|youtube|vimeo|dailymotion|soundcloud|spotify|tweet|instagram|ted|tiktok|audio|video|wpvideo|gist|flickr|slideshare)"
    r"\b[^\[\]]*?(?:\](?=https?://)|[\s=\"'])(?P<url>https?://[^\s\[\]\"'<>]+)(?:[^\[\]]*\]|\[/embed\])",
    re.IGNORECASE,
)
LINE_END = re.compile(r"(?<!<br>)(?<!<br />)(?<!<br/>)\n")
COMMENT = re.compile(r"<!--\s*/?wp:[^<]*?-->")


@dataclass
class _Export:
    """What the stream has told so far."""

    title: str = ""
    url: str = ""
    language: str = "en"
    description: str = ""
    authors: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, str] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class WordPressSource:
    """The export file ``root``, or the only ``.xml`` in that folder."""

    kind, label = "wordpress", "WordPress"

    root: Path
    settings: SourceSettings
    now: datetime | None = None

    def read(self) -> Reading:
        """Every published post. Raises SourceError, with the line, for a file that is no sound WXR."""
        path = self._file()
        if path.stat().st_size > LARGEST:
            raise SourceError(
                f"is larger than {LARGEST // 1_000_000} MB",
                path=path.name,
                hint="Export it in parts: WordPress can, by date.",
            )
        export = _stream(path)
        site = Site(
            title=export.title,
            url=(self.settings.url or export.url).rstrip("/") + "/",
            language=params.language_tag(export.language),
            description=export.description,
            authors=tuple(Author(name=name) for name in dict.fromkeys(export.authors.values())),
            generator="WordPress",
        )
        posts: dict[str, Post] = {}
        skipped: list[Skipped] = []
        for item in export.items:
            source = f"{path.name}#{item['id']}"
            try:
                post = _post(item, export, site, source)
            except (DateError, ValueError) as error:
                skipped.append(
                    Skipped(source=path.name, reason=f'"{item["title"] or item["id"]}": {error}', line=item["line"])
                )
                continue
            if post.url in posts:
                skipped.append(
                    Skipped(
                        source=path.name,
                        reason=f'"{post.title}" has the same URL as "{posts[post.url].title}"',
                        line=item["line"],
                    )
                )
            else:
                posts[post.url] = post
        made = sorted(posts.values(), key=lambda post: (post.published, post.id))
        now = self.now or datetime.now(UTC)
        return Reading(
            site=site,
            posts=tuple(post for post in made if post.published <= now),
            upcoming=tuple(post for post in made if post.published > now),
            skipped=tuple(skipped),
        )

    def _file(self) -> Path:
        if self.root.is_file():
            return self.root
        found = sorted(self.root.glob("*.xml")) if self.root.is_dir() else []
        if len(found) != 1:
            raise SourceError(
                f"{len(found)} .xml files are here, and one is needed",
                path=str(self.root),
                hint='Name it: [source] path = "export.xml"',
            )
        return found[0]


def _stream(path: Path) -> _Export:
    from lxml import etree

    with path.open("rb") as file:
        start = file.read(65536)
    if re.search(rb"<!(?:DOCTYPE|ENTITY)\b", start):
        raise SourceError("declares a DOCTYPE or entities, which no WordPress export does; it is not read", path=path.name)
    export = _Export()
    try:
        events = etree.iterparse(
            str(path), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=True
        )
        for _, element in events:
            name = _name(element)[1]
            parent = element.getparent()
            if name == "item":
                _item(element, export)
                element.clear()
                while element.getprevious() is not None and parent is not None:
                    del parent[0]
            elif parent is not None and _name(parent)[1] == "channel":
                _channel(name, element, export)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"is not XML: {error.msg}", path=path.name, line=error.lineno) from error
    if not export.url and not export.items:
        raise SourceError("is no WordPress export: it has no channel with a link and items", path=path.name)
    return export


def _channel(name: str, element: _Element, export: _Export) -> None:
    text = (element.text or "").strip()
    if name in ("title", "language", "description"):
        setattr(export, name, text or getattr(export, name))
    elif name in ("link", "base_blog_url") and text:
        export.url = text
    elif name == "author":
        facts = _children(element)
        export.authors[facts.get("author_login", "")] = facts.get("author_display_name") or facts.get("author_login", "")


def _name(element: _Element) -> tuple[str, str]:
    """An element's namespace and local name. A prefix that the file does not declare stands for its namespace."""
    tag = str(element.tag)
    space, _, local = tag.removeprefix("{").rpartition("}") if tag.startswith("{") else tag.rpartition(":")
    return space, local


def _children(element: _Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in element:
        if isinstance(child.tag, str):
            space, key = _name(child)
            # content:encoded and excerpt:encoded share a local name.
            if key == "encoded":
                key = "content" if "content" in space else "excerpt"
            found.setdefault(key, (child.text or "").strip() if key != "content" else child.text or "")
    return found


def _item(element: _Element, export: _Export) -> None:
    facts = _children(element)
    if facts.get("post_type") == "attachment":
        export.attachments[facts.get("post_id", "")] = facts.get("attachment_url", "")
        return
    if facts.get("post_type", "post") != "post" or facts.get("status", "publish") not in STATUSES:
        return
    terms: dict[str, list[str]] = {}
    meta: dict[str, str] = {}
    for child in element:
        name = _name(child)[1]
        if name == "category":
            terms.setdefault(child.get("domain") or "category", []).append(unescape((child.text or "").strip()))
        elif name == "postmeta":
            pair = _children(child)
            meta[pair.get("meta_key", "")] = pair.get("meta_value", "")
    export.items.append(
        {
            "id": facts.get("post_id") or str(len(export.items) + 1),
            "line": element.sourceline,
            "title": unescape(facts.get("title", "")),
            "link": facts.get("link", ""),
            "gmt": facts.get("post_date_gmt", ""),
            # WordPress writes pubDate in GMT, post_date in the site's own zone, which no export names.
            "date": facts.get("pubDate") or facts.get("post_date", ""),
            "modified": facts.get("post_modified_gmt", ""),
            "creator": facts.get("creator", ""),
            "content": facts.get("content", ""),
            "excerpt": facts.get("excerpt", ""),
            "terms": terms,
            "thumbnail": meta.get("_thumbnail_id", ""),
            "password": facts.get("post_password", ""),
        }
    )


def _post(item: dict[str, Any], export: _Export, site: Site, source: str) -> Post:
    if item["password"]:
        raise ValueError("it is behind a password")
    if not item["title"].strip():
        raise ValueError("it has no title")
    given = item["gmt"] if item["gmt"] and not item["gmt"].startswith("0000") else item["date"]
    published = moment(given, UTC)
    url = urljoin(site.url, item["link"]) if item["link"] else urljoin(site.url, f"?p={item['id']}")
    modified = moment(item["modified"], UTC) if item["modified"] and not item["modified"].startswith("0000") else None
    picture = export.attachments.get(item["thumbnail"], "")
    author = export.authors.get(item["creator"], item["creator"])
    terms = item["terms"]
    return Post(
        id=post_id(url),
        url=url,
        title=strip_illegal(item["title"].strip()),
        published=published,
        updated=modified if modified and modified > published else None,
        body=partial(paragraphs, item["content"]),
        language=site.language,
        summary=re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", item["excerpt"])).strip(),
        authors=(Author(name=author),) if author else (),
        tags=params.labels(terms.get("post_tag")),
        categories=params.labels([term for term in terms.get("category", []) if term.casefold() != "uncategorized"]),
        image=Image(url=urljoin(site.url, picture)) if picture else None,
        source=source,
        params={"series": terms["series"]} if terms.get("series") else {},
    )


def paragraphs(content: str) -> str:
    """The article as WordPress would print it: blank lines are paragraphs, block comments and its shortcodes go;
    what a shortcode embeds is a link."""
    linked = EMBED.sub(lambda found: f'<a href="{found["url"]}">{found["url"]}</a>', COMMENT.sub("", content))
    text = SHORTCODE.sub("", linked).replace("\r\n", "\n").strip()
    pieces = re.split(r"(<pre\b.*?</pre>)", text, flags=re.DOTALL | re.IGNORECASE)
    made = []
    for piece in pieces:
        if piece[:4].lower() == "<pre":
            made.append(piece)
            continue
        for block in re.split(r"\n\s*\n", piece):
            if block.strip():
                broken = LINE_END.sub("<br>\n", block.strip())
                made.append(block if BLOCK.match(block) else f"<p>{broken}</p>")
    return "\n".join(made)
