"""``WordPressSource``: the published posts of a WXR export (Tools → Export). https://codex.wordpress.org/Tools_Export_Screen

The file is XML from elsewhere: no entity is expanded, and nothing is fetched.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from html import escape, unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from sharekit.content import plain_text
from sharekit.errors import SourceError
from sharekit.model import Author, Image, Post, Site, Skipped, post_id
from sharekit.sources import params
from sharekit.sources.params import moment
from sharekit.sources.reading import BaseSource, reading

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element

    from sharekit.model import Reading

# A scheduled post is out when its moment has passed.
STATUSES = ("publish", "future")
LARGEST = 256_000_000
# Blocks that are paragraphs of their own: wpautop leaves them alone.
BLOCK = re.compile(
    r"\s*</?(?:p|div|h[1-6]|ul|ol|li|dl|table|blockquote|pre|figure|section|aside|hr|form|iframe|script|style|address|details|!--)\b|\s*<!--",
    re.IGNORECASE,
)
# WordPress's own, and those of forms and page builders, whose words stay.
SHORTCODE = re.compile(
    r"(?<!\[)\[/?(?:caption|gallery|embed|audio|video|playlist|contact-form(?:-7)?|wpforms|gravityforms?|ninja_forms?|mc4wp_form"
    r"|(?:vc|et_pb|fusion|su|av)_\w+)\b[^\[\]]*\]"
)
CODE = re.compile(r"\[((?:source)?code)\b[^\[\]]*\](.*?)\[/\1\]", re.DOTALL)
# A shortcode that WordPress makes a player or a card of, and the address in it: [youtube https://…], [embed]https://…[/embed]
EMBED = re.compile(
    r"(?<!\[)\[(?:embed|youtube|vimeo|dailymotion|soundcloud|spotify|tweet|twitter|instagram|facebook|ted|tiktok|audio|video|wpvideo"
    r"|gist|flickr|slideshare|googlemaps|mixcloud|bandcamp|codepen|archiveorg|scribd|loom|reddit|pinterest)"
    r"\b[^\[\]]*?(?:\](?=https?://)|[\s=\"'])(?P<url>https?://[^\s\[\]\"'<>]+)(?:[^\[\]]*\]|\[/embed\])",
    re.IGNORECASE,
)
# The same by the number of what it shows, and where that is.
NUMBERED = re.compile(
    r"(?<!\[)\[(youtube|vimeo|dailymotion|tweet)(?:\s*=\s*|\s+(?:id\s*=\s*)?)[\"']?(\d{4,}|x\w{5,}|[\w-]{11})\b[\"']?[^\[\]]*\]"
)
PLAYED = {
    "youtube": "https://www.youtube.com/watch?v=",
    "vimeo": "https://vimeo.com/",
    "dailymotion": "https://www.dailymotion.com/video/",
    "tweet": "https://x.com/i/status/",
}
# An address that stands alone: WP_Embed::autoembed makes a player or a card of it.
ALONE = re.compile(r"^([ \t]*|<p[^>]*>\s*)(https?://[^\s<>\"]+)(?=[ \t]*$|\s*</p>)", re.MULTILINE)
# [[gallery]] is the word [gallery] (Codex, Shortcode API).
ESCAPED = re.compile(r"\[(\[[\w-]+[^\[\]]*\])\]")
LINE_END = re.compile(r"(?<!<br>)(?<!<br />)(?<!<br/>)\n")
COMMENT = re.compile(r"<!--\s*/?wp:[^<]*?-->")


class WordPressSource(BaseSource):
    """The export file ``root``, or the only ``.xml`` in that folder."""

    kind, label = "wordpress", "WordPress"

    def read(self) -> Reading:
        """Every published post. Raises SourceError, with the line, for a file that is no sound WXR."""
        path = self._file()
        channel = _channel(path)
        facts = _children(channel)
        items = [(item, _children(item)) for item in _named(channel, "item")]
        link = facts.get("base_blog_url") or facts.get("link", "")
        if not link and not items:
            raise SourceError("is not a WordPress export: it has no channel with a link and items", path=path.name)
        writers = map(_children, _named(channel, "author"))
        authors = {each.get("author_login", ""): each.get("author_display_name", "") for each in writers}
        site = Site(
            title=facts.get("title", ""),
            url=(self.settings.url or link).rstrip("/") + "/",
            language=params.language_tag(facts.get("language") or "en"),
            description=facts.get("description", ""),
            authors=tuple(Author(name=name or login) for login, name in authors.items()),
            generator="WordPress",
        )
        pictures = {each.get("post_id", ""): each.get("attachment_url", "") for _, each in items}
        found: list[Post | Skipped] = []
        for number, (item, each) in enumerate(items, start=1):
            if each.get("post_type", "post") != "post" or each.get("status", "publish") not in STATUSES:
                continue
            # As much for some readers alone as what has the status "private".
            if each.get("post_password"):
                continue
            place = each.get("post_id") or str(number)
            try:
                found.append(_post(item, each, site, authors, pictures, f"{path.name}#{place}"))
            except ValueError as error:
                line: Any = item.sourceline
                title = each.get("title") or place
                found.append(Skipped(source=path.name, reason=f'"{unescape(title)}": {error}', line=line))
        return reading(site, found, self.now)

    def _file(self) -> Path:
        if self.root.is_file():
            return self.root
        found = sorted(self.root.glob("*.xml")) if self.root.is_dir() else []
        if len(found) != 1:
            hint = 'Name it: [source] path = "export.xml"'
            raise SourceError(f"{len(found)} .xml files are here, and one is needed", path=str(self.root), hint=hint)
        return found[0]


def _channel(path: Path) -> _Element:
    from lxml import etree

    if path.stat().st_size > LARGEST:
        hint = "Export it in parts: WordPress can, by date."
        raise SourceError(f"is larger than {LARGEST // 1_000_000} MB", path=path.name, hint=hint)
    data = path.read_bytes()
    if re.search(rb"<!(?:DOCTYPE|ENTITY)\b", data[:65536]):
        raise SourceError("declares a DOCTYPE or entities, which no WordPress export does; it is not read", path=path.name)
    # A file that was cut off gives what is whole in it.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"is not XML: {error.msg}", path=path.name, line=error.lineno) from error
    channel = root.find("channel") if root is not None else None
    if channel is None:
        raise SourceError("is not a WordPress export: it has no channel with a link and items", path=path.name)
    return channel


def _name(element: _Element) -> tuple[str, str]:
    """An element's namespace and local name. A prefix that the file does not declare stands for its namespace."""
    tag = str(element.tag)
    space, _, local = tag.removeprefix("{").rpartition("}") if tag.startswith("{") else tag.rpartition(":")
    return space, local


def _named(element: _Element, name: str) -> list[_Element]:
    return [child for child in element.iterchildren("*") if _name(child)[1] == name]


def _children(element: _Element) -> dict[str, str]:
    """The texts of its children by their local names, the first of each."""
    found: dict[str, str] = {}
    for child in element.iterchildren("*"):
        space, key = _name(child)
        # content:encoded and excerpt:encoded share a local name.
        if key == "encoded":
            key = "content" if "content" in space else "excerpt"
        found.setdefault(key, (child.text or "").strip() if key != "content" else child.text or "")
    return found


def _post(
    item: _Element, facts: dict[str, str], site: Site, authors: dict[str, str], pictures: dict[str, str], source: str
) -> Post:
    title = unescape(facts.get("title", "")).strip()
    if not title:
        raise ValueError("it has no title")
    url = urljoin(site.url, facts.get("link") or f"?p={source.rpartition('#')[2]}")
    # WordPress writes pubDate in GMT, post_date in the site's own zone, which no export names.
    published = (
        _moment(facts.get("post_date_gmt")) or _moment(facts.get("pubDate")) or moment(facts.get("post_date", ""), UTC)
    )
    author = authors.get(facts.get("creator", "")) or facts.get("creator", "")
    terms: dict[str, list[str]] = {}
    for child in _named(item, "category"):
        terms.setdefault(child.get("domain") or "category", []).append(unescape((child.text or "").strip()))
    pairs = map(_children, _named(item, "postmeta"))
    thumbnail = next((each.get("meta_value", "") for each in pairs if each.get("meta_key") == "_thumbnail_id"), "")
    picture = pictures.get(thumbnail, "")
    return Post(
        id=post_id(url),
        url=url,
        title=title,
        published=published,
        updated=_moment(facts.get("post_modified_gmt")),
        body=partial(paragraphs, facts.get("content", "")),
        language=site.language,
        summary=plain_text(facts.get("excerpt", "")),
        authors=(Author(name=author),) if author else (),
        tags=params.labels(terms.get("post_tag")),
        categories=params.labels([term for term in terms.get("category", []) if term.casefold() != "uncategorized"]),
        image=Image(url=urljoin(site.url, picture)) if picture else None,
        source=source,
        params={"series": terms["series"]} if terms.get("series") else {},
    )


def _moment(text: str | None) -> datetime | None:
    """A date of GMT, which is zero where WordPress does not know it: 0000-00-00, or "30 Nov -0001" in words."""
    return moment(text, UTC) if text and not text.startswith("0000") and " -0001" not in text else None


def paragraphs(content: str) -> str:
    """The article as WordPress would print it: blank lines are paragraphs, block comments and its shortcodes go;
    what a shortcode embeds is a link."""
    text = CODE.sub(lambda found: f"<pre><code>{_verbatim(found[2])}</code></pre>", content)
    text = EMBED.sub(lambda found: f'<a href="{found["url"]}">{found["url"]}</a>', COMMENT.sub("", text))
    text = NUMBERED.sub(lambda found: '<a href="{0}">{0}</a>'.format(PLAYED[found[1]] + found[2]), text)
    text = ESCAPED.sub(r"\1", SHORTCODE.sub("", text)).replace("\r\n", "\n").strip()
    pieces = re.split(r"(<pre\b.*?</pre>)", text, flags=re.DOTALL | re.IGNORECASE)
    made = []
    for piece in pieces:
        if piece[:4].lower() == "<pre":
            made.append(piece)
            continue
        for block in re.split(r"\n\s*\n", ALONE.sub(r'\1<a href="\2">\2</a>', piece)):
            if block.strip():
                broken = LINE_END.sub("<br>\n", block.strip())
                made.append(block if BLOCK.match(block) else f"<p>{broken}</p>")
    return "\n".join(made)


def _verbatim(code: str) -> str:
    """What is in a shortcode for code: no mark-up, and no shortcode."""
    return escape(unescape(code.strip()), quote=False).replace("[", "&#91;")
