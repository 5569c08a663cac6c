"""Feeds of 10,000 whole articles in archives of 100, against writing the same with lxml alone: time and peak memory.

Each way runs in a process of its own, alternating in one run. Both are given the same articles, which are made when
they are asked for, and write the same documents; ours cleans each article, so the share of that is measured too.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.config import FeedSettings
from sharekit.content import cleaned, serialise, strip_illegal
from sharekit.feeds.documents import documents
from sharekit.feeds.entries import Entries
from sharekit.feeds.fit import fit
from sharekit.feeds.render import render
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


def nothing(given: tuple[Post, ...], folder: Path) -> None:
    """The floor: the posts and the imports."""


def clean(given: tuple[Post, ...], folder: Path) -> None:
    """Only make the articles fit, which both ways do."""
    for post in given:
        fitted(post)


def fitted(post: Post) -> str:
    """The article as a feed shows it."""
    return strip_illegal(serialise(fit(cleaned(post.html, post.url), iframes="keep"))).strip()


def sharekit(given: tuple[Post, ...], folder: Path) -> None:
    """As a build writes it."""
    entries = Entries(settings=SETTINGS, places={})
    for feed in select_feeds(SITE, given, (), SETTINGS):
        for document in documents(SITE, feed, SETTINGS, entries):
            write_if_changed(folder / feed.address.path("rss", document.archive), render(document, "rss"))


def lxml(given: tuple[Post, ...], folder: Path) -> None:
    """The same documents as lxml trees, by hand."""
    spans = [given[-100:], *(given[start : start + 100] for start in range(0, len(given), 100))]
    for number, span in enumerate(spans):
        write_if_changed(folder / f"archive/index-{number}.xml", by_hand(span))


def by_hand(span: tuple[Post, ...]) -> bytes:
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
        etree.SubElement(item, CONTENT).text = etree.CDATA(fitted(post))
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


WAYS: dict[str, Callable[[tuple[Post, ...], Path], None]] = {
    "the posts alone": nothing,
    "cleaning alone": clean,
    "lxml by hand": lxml,
    "sharekit": sharekit,
}


def one(way: str, count: int, size: int) -> None:
    """Run one way and print its CPU seconds and its peak memory in MB."""
    given = posts(count, size)
    with tempfile.TemporaryDirectory() as folder:
        by_hand(given[:1])
        start = time.process_time()
        WAYS[way](given, Path(folder))
        taken = time.process_time() - start
    print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measured(count: int, size: int, rounds: int) -> Iterator[tuple[str, float, float]]:
    """The median of each way, taken in turns."""
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            command = [sys.executable, __file__, "--way", way, "--count", str(count), "--size", str(size)]
            taken, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            found[way].append((float(taken), float(memory)))
    for way, results in found.items():
        yield way, statistics.median(each[0] for each in results), statistics.median(each[1] for each in results)


def main() -> None:
    """Print each way's time, its ratio to lxml, and its memory over the posts alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    if given.way:
        one(given.way, given.count, given.size)
        return
    results = {way: (taken, memory) for way, taken, memory in measured(given.count, given.size, given.rounds)}
    floor, cleaning, by_lxml = results["the posts alone"][1], results["cleaning alone"][0], results["lxml by hand"][0]
    print(f"{given.count} articles of {given.size} bytes, median of {given.rounds} rounds in turns")
    for way, (taken, memory) in results.items():
        print(f"{way:16} {taken:7.2f} s CPU  {taken / by_lxml:5.2f} x lxml  {memory - floor:6.1f} MB over the posts")
    written = (results["sharekit"][0] - cleaning) / (by_lxml - cleaning)
    print(f"writing alone, without the cleaning that both do: {written:.2f} x lxml")


if __name__ == "__main__":
    main()
