"""Feeds of 10,000 whole articles in archives of 100, against writing the same with lxml alone: time and peak memory.

Both ways are given the same articles, which are made when they are asked for, and write the same documents. Time is
taken in turns in one process: of the whole, and of writing alone, from articles that were cleaned before. Memory is
that of a process of its own for each way.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.config import FeedSettings
from sharekit.feeds.entries import Entries
from sharekit.feeds.render import documents, render
from sharekit.feeds.select import select_feeds
from sharekit.files import write_if_changed
from sharekit.model import Author, Image, Post, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SITE = Site(title="Banc", url="https://blog.example/", language="fr", description="Un banc de mesure")
SETTINGS = FeedSettings(formats=("rss",), archive=100, limit=100, content="full")
PARAGRAPH = (
    "<p>Une phrase assez longue pour peser, avec un <a href='/x/'>lien</a>, de l'<em>accent</em> "
    "et du <code>code</code>.</p>\n"
)
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
ATOM = "{http://www.w3.org/2005/Atom}"
SPACES = {"content": CONTENT[1:-8], "dc": DC[1:-1], "media": MEDIA[1:-1], "atom": ATOM[1:-1]}


def article(number: int, size: int) -> str:
    """About ``size`` bytes of HTML, another for each number."""
    return f"<h2 id='t'>Partie {number}</h2>\n" + PARAGRAPH * max(1, size // len(PARAGRAPH))


def posts(count: int, size: int) -> tuple[Post, ...]:
    """The posts, oldest first; an article is made when it is read, as a source does it."""
    return tuple(
        Post(
            id=f"2026/n{number}",
            url=f"https://blog.example/2026/n{number}/",
            title=f"Article {number}",
            published=datetime.fromtimestamp(1_500_000_000 + 3600 * number, UTC),
            body=partial(article, number, size),
            language="fr",
            summary=f"Ce que dit l'article {number}.",
            authors=(Author(name="Inès Vidal"),),
            tags=("bois", "outils"),
            image=Image(url=f"https://blog.example/{number}.png", width=96, height=54, media_type="image/png", length=9),
        )
        for number in range(count)
    )


class Ready(Entries):
    """Entries of posts whose articles are fit already."""

    def article(self, post: Post) -> str:
        """The article as it is."""
        return post.html


def nothing(given: tuple[Post, ...], folder: Path, entries: type[Entries] = Entries) -> Iterator[None]:
    """The floor: the posts and the imports."""
    yield


def sharekit(given: tuple[Post, ...], folder: Path, entries: type[Entries] = Entries) -> Iterator[None]:
    """As a build writes it, document by document."""
    made = entries(settings=SETTINGS, places={})
    [feed] = select_feeds(SITE, given, (), SETTINGS)
    for document in documents(SITE, feed, SETTINGS, made):
        write_if_changed(folder / feed.address.path("rss", document.archive), render(document, "rss"))
        yield


def lxml(given: tuple[Post, ...], folder: Path, entries: type[Entries] = Entries) -> Iterator[None]:
    """The same documents as lxml trees, by hand. Their articles are made fit by the same code."""
    made = entries(settings=SETTINGS, places={})
    spans = [given[-100:], *(given[start : start + 100] for start in range(len(given) - 100, -1, -100))]
    for number, span in enumerate(spans):
        write_if_changed(folder / f"archive/index-{number}.xml", by_hand(span, made.article))
        yield


def by_hand(span: tuple[Post, ...], article: Callable[[Post], str]) -> bytes:
    """One document."""
    from email.utils import format_datetime

    from lxml import etree

    root = etree.Element("rss", version="2.0", nsmap=SPACES)
    channel = etree.SubElement(root, "channel")

    def add(parent: etree._Element, name: str, words: str | None = None, **attributes: str) -> None:
        etree.SubElement(parent, name, attributes).text = words

    for name, words in (("title", SITE.title), ("link", SITE.url), ("description", SITE.description), ("language", "fr")):
        add(channel, name, words)
    for post in reversed(span):
        item = etree.SubElement(channel, "item")
        add(item, "title", post.title)
        add(item, "link", post.url)
        add(item, "description", post.summary)
        etree.SubElement(item, CONTENT).text = etree.CDATA(article(post))
        add(item, "guid", post.id, isPermaLink="false")
        for tag in post.tags:
            add(item, "category", tag)
        add(item, "pubDate", format_datetime(post.published))
        add(item, f"{DC}creator", post.authors[0].name)
        image = post.image
        if image:
            add(item, "enclosure", url=image.url, length=str(image.length), type="image/png")
            add(item, f"{MEDIA}content", url=image.url, medium="image", type="image/png", width="96", height="54")
    return etree.tostring(root, pretty_print=True, encoding="UTF-8", xml_declaration=True)


WAYS: dict[str, Callable[[tuple[Post, ...], Path], Iterator[None]]] = {
    "the posts alone": nothing,
    "lxml by hand": lxml,
    "sharekit": sharekit,
}


def memory(way: str, count: int, size: int) -> float:
    """The peak memory of one way in a process of its own, in MB."""
    command = [sys.executable, __file__, "--way", way, "--count", str(count), "--size", str(size)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def peak(way: str, count: int, size: int) -> float:
    """Run one way in this process: its peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        for _ in WAYS[way](posts(count, size), Path(folder)):
            pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def times(given: tuple[Post, ...], entries: type[Entries]) -> tuple[float, float]:
    """CPU seconds by lxml and by sharekit, document by document in turns, so that both meet the same weather."""
    taken = [0.0, 0.0]
    with tempfile.TemporaryDirectory() as folder:
        ways = [way(given, Path(folder, way.__name__), entries) for way in (lxml, sharekit)]
        for _ in range(len(given) // 100 + 1):
            for which, way in enumerate(ways):
                began = time.process_time()
                next(way)
                taken[which] += time.process_time() - began
    return taken[0], taken[1]


def main() -> None:
    """Print the time of both, whole and without the cleaning that both do, and the memory over the posts alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=10_000)
    given = parser.parse_args()
    if given.way:
        print(peak(given.way, given.count, given.size))
        return
    print(f"{given.count} articles of {given.size} bytes in archives of 100")
    # Before this process grows: a child's peak counts from its parent's.
    floor, *used = (memory(way, given.count, given.size) for way in WAYS)
    print(f"memory over the posts: lxml {used[0] - floor:.1f} MB, sharekit {used[1] - floor:.1f} MB")
    made = posts(given.count, given.size)
    times(made[:200], Entries)
    article = Entries(settings=SETTINGS, places={}).article
    fit = tuple(replace(post, body=partial(str, article(post))) for post in made)
    for what, some, entries in (("whole", made, Entries), ("writing alone", fit, Ready)):
        by_lxml, ours = times(some, entries)
        print(f"{what:14} lxml {by_lxml:6.2f} s CPU, sharekit {ours:6.2f} s CPU: {ours / by_lxml:.2f} x")


if __name__ == "__main__":
    main()
