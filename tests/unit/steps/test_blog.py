"""What the configuration says of a blog holds, whatever its source found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans import config, post
from sharekit.model import Reading, Site
from sharekit.registry import open_source
from sharekit.steps.blog import folders, read_blog

if TYPE_CHECKING:
    from pathlib import Path

SITES = {
    "jekyll": {"_config.yml": "url: https://b.example\n", "_posts/2026-11-02-saw.md": "---\ntitle: Saw\n---\nText\n"},
    "mkdocs": {
        "mkdocs.yml": "site_name: B\nsite_url: https://b.example/\nplugins: [blog]\n",
        "docs/blog/posts/saw.md": "---\ndate: 2026-11-02\n---\n# Saw\nText\n",
    },
    "pelican": {
        "pelicanconf.py": "SITEURL = 'https://b.example'\n",
        "content/saw.md": "Title: Saw\nDate: 2026-11-02\n\nText\n",
    },
    "eleventy": {
        "eleventy.config.js": "module.exports = {}\n",
        "posts/saw.md": "---\ntitle: Saw\ndate: 2026-11-02\n---\nText\n",
    },
    "markdown": {"saw.md": "---\ntitle: Saw\ndate: 2026-11-02\n---\nText\n"},
    "feed": {
        "feed.xml": "<rss version='2.0'><channel><title>B</title><link>https://b.example/</link><item><title>Saw</title>"
        "<link>https://b.example/saw/</link><pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate></item></channel></rss>"
    },
    "html": {
        "saw/index.html": "<html><head><title>Saw</title><link rel=canonical href=https://b.example/saw/>"
        "<meta property='article:published_time' content='2026-11-02T09:00:00Z'></head>"
        "<body><article>Text</article></body></html>"
    },
    "zola": {
        "config.toml": "base_url = 'https://b.example'\n",
        "content/_index.md": "+++\n+++\n",
        "content/saw.md": "+++\ntitle = 'Saw'\ndate = 2026-11-02\n+++\nText\n",
    },
    "astro": {
        "astro.config.mjs": "export default { site: 'https://b.example' }\n",
        "src/content/blog/saw.md": "---\ntitle: Saw\npubDate: 2026-11-02\n---\nText\n",
    },
}


@pytest.mark.parametrize("kind", SITES)
def test_the_configured_language_is_that_of_every_source(kind: str, tmp_path: Path) -> None:
    for name, text in SITES[kind].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    source = {"path": "feed.xml" if kind == "feed" else ".", "kind": kind if kind in ("feed", "html") else "auto"}
    settings = config(site={"language": "pt-BR", "url": "https://b.example/"}, source=source)
    blog = read_blog(open_source(tmp_path, settings), settings, folders(tmp_path, settings))
    assert [(each.language, blog.site.language) for each in blog.reading.posts] == [("pt-BR", "pt-BR")]


class Two:
    """A blog in two languages."""

    def read(self) -> Reading:
        posts = [post("a", "2026-11-02T09:00", language="en"), post("b", "2026-11-03T09:00", language="de")]
        return Reading(site=Site(title="B", url="https://b.example/", language="en"), posts=tuple(posts))


def test_a_post_in_another_language_keeps_it(tmp_path: Path) -> None:
    settings = config(site={"language": "fr"})
    blog = read_blog(Two(), settings, folders(tmp_path, settings))
    assert [each.language for each in blog.reading.posts] == ["fr", "de"]


CONFLICT = "\n<<<<<<< HEAD\nOne\n=======\nTwo\n>>>>>>> theirs\n"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (CONFLICT, 5),
        ("\n```\ncode\n```\n" + CONFLICT, 9),
        (f"\n```diff\n{CONFLICT}```\n", None),
        (f"\n~~~~\n~~~\n{CONFLICT}~~~~\n", None),
        (f"\n<pre>{CONFLICT}</pre>\n", None),
        (f"\n{{% highlight sh %}}{CONFLICT}{{% endhighlight %}}\n", None),
        (f'\n{{{{< highlight sh "x" >}}}}{CONFLICT}{{{{< /highlight >}}}}\n', None),
        ("\n<<<<<<< HEAD is what Git writes\n", None),
    ],
)
def test_an_article_with_a_merge_that_nobody_resolved_is_left_out(tmp_path: Path, body: str, line: int | None) -> None:
    (tmp_path / "saw.md").write_text(f"---\ntitle: Saw\ndate: 2026-11-02\n---{body}")
    (tmp_path / "plane.md").write_text("---\ntitle: Plane\ndate: 2026-11-02\n---\nText\n")
    found = read_blog(
        open_source(tmp_path, config(site={"url": "https://b.example"})), config(), folders(tmp_path, config())
    )

    assert [(each.source, each.line) for each in found.reading.skipped] == ([("saw.md", line)] if line else [])
    assert len(found.reading.posts) == (1 if line else 2)


def test_an_article_that_is_no_utf_8_is_left_out_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "saw.md").write_bytes("---\ntitle: Scie\ndate: 2026-11-02\n---\nUn été\n".encode("latin-1"))
    (tmp_path / "wide.md").write_text("---\ntitle: Été\ndate: 2026-11-02\n---\nUn été\n", encoding="utf-16")
    found = read_blog(
        open_source(tmp_path, config(site={"url": "https://b.example"})), config(), folders(tmp_path, config())
    )
    assert [(each.source, each.line) for each in found.reading.skipped] == [("saw.md", 5)]
    assert [each.title for each in found.reading.posts] == ["Été"]
