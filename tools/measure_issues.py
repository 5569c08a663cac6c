"""What the issues of real blogs look like on a telephone: ``python tools/measure_issues.py [--every N] BLOG …``.

Each article of a BLOG becomes an issue, and its newest ten a digest. In headless Chromium at 390 px: pictures that are
shown larger than they are, words that are broken though they would fit, pages that scroll sideways. Exit 1 when there are
any, or an issue of more than 100 KB. No picture is fetched: each address stands for one of a size that follows from it.
"""

from __future__ import annotations

import argparse
import io
import sys
import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sharekit
from sharekit.issue.compose import compose, in_reading_order, proposal
from sharekit.issue.render import Context, render
from sharekit.model import Image, parts_by_post

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

    from sharekit.model import Issue
    from sharekit.session import Session

MOST = 100 * 1024
DIGEST = 10
WIDTH = 390
# Words of scripts without spaces are broken anywhere by rights.
MEASURE = """() => {
  const found = {pictures: 0, larger: [], words: 0, broken: [], width: document.documentElement.scrollWidth};
  for (const img of document.querySelectorAll('.content img')) {
    found.pictures++;
    const wide = img.getBoundingClientRect().width;
    if (img.naturalWidth && wide > img.naturalWidth + 1) found.larger.push([img.src, img.outerHTML]);
  }
  const pen = document.createElement('canvas').getContext('2d');
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const word = /[\\p{L}\\p{N}\\p{M}]+/gu, anywhere = /[\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}]/u;
  while (walk.nextNode()) {
    const text = walk.currentNode, range = document.createRange();
    if (text.parentElement.closest('style, .preheader')) continue;
    for (const each of text.data.matchAll(word)) {
      if (anywhere.test(each[0])) continue;
      found.words++;
      range.setStart(text, each.index); range.setEnd(text, each.index + each[0].length);
      const lines = new Set(Array.from(range.getClientRects(), box => Math.round(box.top / 4)));
      if (lines.size < 2) continue;
      let block = text.parentElement;
      while (getComputedStyle(block).display === 'inline') block = block.parentElement;
      const style = getComputedStyle(block);
      pen.font = getComputedStyle(text.parentElement).font;
      const room = block.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      // What stands together without a space, such as an address, may be wider than there is room for.
      const before = document.createRange(), all = block.textContent;
      before.setStart(block, 0); before.setEnd(text, each.index);
      const start = before.toString().length;
      const run = all.slice(0, start).match(/\\S*$/)[0] + all.slice(start).match(/^\\S*/)[0];
      if (pen.measureText(run).width <= room) found.broken.push(`${each[0]} in ${block.outerHTML.slice(0, 80)}`);
    }
  }
  return found;
}"""


@dataclass
class Measured:
    """The sums of one blog. ``wrong`` says what a reader would stumble over."""

    issues: int = 0
    largest: int = 0
    pictures: int = 0
    words: int = 0
    wrong: list[str] = field(default_factory=list)


def picture(url: str) -> Image | None:
    """A picture's size: the same for an address each time, and for every third one not known."""
    seed = zlib.crc32(url.encode())
    return Image(url=url, width=16 + seed % 1500, height=16 + seed // 7 % 900) if seed % 3 else None


@cache
def drawn(width: int, height: int) -> bytes:
    """A picture of that size."""
    from PIL import Image as Drawing

    made = io.BytesIO()
    Drawing.new("1", (width, height)).save(made, "PNG")
    return made.getvalue()


def answer(route: Route) -> None:
    """The picture that an address stands for."""
    seed = zlib.crc32(route.request.url.encode())
    route.fulfill(body=drawn(16 + seed % 1500, 16 + seed // 7 % 900), content_type="image/png")


def issues(session: Session, every: int) -> Iterator[Issue]:
    """An issue for each ``every``-th article, and a digest of the newest."""
    posts = {post.id: post for post in session.posts}
    parts = parts_by_post(session.series)
    chosen = [[post] for post in list(posts.values())[::-every]]
    for group in [*chosen, in_reading_order(list(posts.values())[-DIGEST:], session.series)]:
        language = group[0].language
        file = proposal(group, session.series, language=language, zone=session.zone)
        yield compose(file, posts, parts, language=language)


def measure(blog: Path, page: Page, every: int) -> Measured:
    """All issues of a blog."""
    session = sharekit.open(blog)
    settings = session.config.issue
    context = Context(
        site=session.blog.site, settings=settings, links=lambda _post: (), picture=picture, series=session.series
    )
    found = Measured()
    for issue in issues(session, every):
        rendered, _ = render(issue, context)
        size = len(rendered.html.encode())
        found.issues += 1
        found.largest = max(found.largest, size)
        page.set_content(rendered.html, wait_until="load")
        seen = page.evaluate(MEASURE)
        found.pictures += seen["pictures"]
        found.words += seen["words"]
        wrong = [f"{size} bytes"] if size > MOST else []
        wrong += [f"{seen['width']} px wide"] if seen["width"] > WIDTH else []
        # What only its author knows the size of has the size that its author wrote.
        wrong += [f"larger than it is: {html}" for url, html in seen["larger"] if picture(url) or " width=" not in html]
        wrong += [f"broken: {each}" for each in seen["broken"]]
        found.wrong += [f"{issue.entries[0].post.id}: {each}" for each in wrong]
    return found


def main() -> int:
    """Measure the blogs that are named."""
    from playwright.sync_api import sync_playwright

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("blogs", nargs="+", type=Path, metavar="BLOG")
    asked.add_argument("--every", type=int, default=1, help="of the articles only each N-th")
    given = asked.parse_args()
    bad = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.route("**/*", answer)
        for blog in given.blogs:
            found = measure(blog, page, given.every)
            bad += len(found.wrong)
            print(
                f"{blog.name}: {found.issues} issues, the largest {found.largest // 1024} KB, {found.pictures} pictures,"
                f" {found.words} words, {len(found.wrong)} wrong",
                flush=True,
            )
            for each in found.wrong[:20]:
                print(f"  {each}")
        browser.close()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
