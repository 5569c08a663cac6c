"""``WordPressSource``: the published posts of a WXR export (Tools → Export). https://codex.wordpress.org/Tools_Export_Screen

The file is XML from elsewhere: no entity is expanded, nothing is fetched, and it is read as a stream.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from sharekit.content import strip_illegal
from sharekit.errors import SourceError
from sharekit.model import Author, Image, Post, Site, Skipped, post_id
from sharekit.sources import params
from sharekit.sources.dates import moment
from sharekit.sources.reading import reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lxml.etree import _Element

    from sharekit.config import SourceSettings
    from sharekit.model import Reading

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
    """What the stream has said so far. ``posts`` are with the number of their picture, which may come after them."""

    name: str
    title: str = ""
    link: str = ""
    language: str = "en"
    description: str = ""
    authors: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    posts: list[tuple[Post | Skipped, str]] = field(default_factory=list)


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
            hint = "Export it in parts: WordPress can, by date."
            raise SourceError(f"is larger than {LARGEST // 1_000_000} MB", path=path.name, hint=hint)
        export = _stream(path, self.settings.url)
        language = params.language_tag(export.language)
        site = Site(
            title=export.title,
            url=(self.settings.url or export.link).rstrip("/") + "/",
            language=language,
            description=export.description,
            authors=tuple(Author(name=name) for name in dict.fromkeys(export.authors.values())),
            generator="WordPress",
        )
        found = []
        for post, number in export.posts:
            picture = export.pictures.get(number)
            image = Image(url=urljoin(site.url, picture)) if picture else None
            found.append(replace(post, image=image, language=language) if isinstance(post, Post) else post)
        return reading(site, found, self.now)

    def _file(self) -> Path:
        if self.root.is_file():
            return self.root
        found = sorted(self.root.glob("*.xml")) if self.root.is_dir() else []
        if len(found) != 1:
            hint = 'Name it: [source] path = "export.xml"'
            raise SourceError(f"{len(found)} .xml files are here, and one is needed", path=str(self.root), hint=hint)
        return found[0]


def _stream(path: Path, url: str | None) -> _Export:
    from lxml import etree

    with path.open("rb") as file:
        start = file.read(65536)
    if re.search(rb"<!(?:DOCTYPE|ENTITY)\b", start):
        raise SourceError("declares a DOCTYPE or entities, which no WordPress export does; it is not read", path=path.name)
    export = _Export(path.name)
    try:
        events = etree.iterparse(
            str(path), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=True
        )
        for _, element in events:
            name = _name(element)[1]
            parent = element.getparent()
            if name == "item":
                _item(element, export, url or export.link)
                element.clear()
                while element.getprevious() is not None and parent is not None:
                    del parent[0]
            elif parent is not None and _name(parent)[1] == "channel":
                _channel(name, element, export)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"is not XML: {error.msg}", path=path.name, line=error.lineno) from error
    if not export.link and not export.posts:
        raise SourceError("is no WordPress export: it has no channel with a link and items", path=path.name)
    return export


def _channel(name: str, element: _Element, export: _Export) -> None:
    text = (element.text or "").strip()
    if name in ("title", "language", "description"):
        setattr(export, name, text or getattr(export, name))
    elif name in ("link", "base_blog_url") and text:
        export.link = text
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


def _item(element: _Element, export: _Export, base: str) -> None:
    facts = _children(element)
    if facts.get("post_type") == "attachment":
        export.pictures[facts.get("post_id", "")] = facts.get("attachment_url", "")
        return
    if facts.get("post_type", "post") != "post" or facts.get("status", "publish") not in STATUSES:
        return
    terms: dict[str, list[str]] = {}
    thumbnail = ""
    for child in element:
        name = _name(child)[1]
        if name == "category":
            terms.setdefault(child.get("domain") or "category", []).append(unescape((child.text or "").strip()))
        elif name == "postmeta":
            pair = _children(child)
            thumbnail = pair.get("meta_value", "") if pair.get("meta_key") == "_thumbnail_id" else thumbnail
    number = facts.get("post_id") or str(len(export.posts) + 1)
    title = unescape(facts.get("title", ""))
    try:
        made: Post | Skipped = _post(facts, terms, title, urljoin(base, facts.get("link") or f"?p={number}"), export, number)
    except ValueError as error:
        line: Any = element.sourceline
        made = Skipped(source=export.name, reason=f'"{title or number}": {error}', line=line)
    export.posts.append((made, thumbnail))


def _post(
    facts: Mapping[str, str], terms: Mapping[str, list[str]], title: str, url: str, export: _Export, number: str
) -> Post:
    if facts.get("post_password"):
        raise ValueError("it is behind a password")
    if not title.strip():
        raise ValueError("it has no title")
    # WordPress writes pubDate in GMT, post_date in the site's own zone, which no export names.
    published = _moment(facts.get("post_date_gmt")) or moment(facts.get("pubDate") or facts.get("post_date", ""), UTC)
    modified = _moment(facts.get("post_modified_gmt"))
    creator = facts.get("creator", "")
    author = export.authors.get(creator, creator)
    return Post(
        id=post_id(url),
        url=url,
        title=strip_illegal(title.strip()),
        published=published,
        updated=modified if modified and modified > published else None,
        body=partial(paragraphs, facts.get("content", "")),
        summary=re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", facts.get("excerpt", ""))).strip(),
        authors=(Author(name=author),) if author else (),
        tags=params.labels(terms.get("post_tag")),
        categories=params.labels([term for term in terms.get("category", []) if term.casefold() != "uncategorized"]),
        source=f"{export.name}#{number}",
        params={"series": terms["series"]} if terms.get("series") else {},
    )


def _moment(text: str | None) -> datetime | None:
    """A date of GMT, which is zero where WordPress does not know it."""
    return moment(text, UTC) if text and not text.startswith("0000") else None


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
