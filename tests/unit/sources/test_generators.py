"""Each generator's rules, on a blog of a few files: what is a post, when, under which address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import blogs
from blogs import NOW
from sharekit.config import Config, SourceSettings
from sharekit.errors import SourceError
from sharekit.registry import open_source
from sharekit.series import find_series
from sharekit.sources import detect
from sharekit.sources.markdown import MarkdownSource, generator_of

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.model import Reading


def read(root: Path, files: dict[str, str]) -> Reading:
    assert detect(blogs.write(root, files)) == "markdown"
    return open_source(root, Config(), now=NOW).read()


def told(reading: Reading) -> list[tuple[str, str, str]]:
    return [(post.url, post.title, post.published.isoformat()) for post in reading.posts]


def test_jekyll(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "_config.yml": "title: J\nurl: https://j.example\nbaseurl: /b\npermalink: pretty\ntimezone: Europe/Paris\n"
            "defaults:\n - scope: {path: '', type: posts}\n   values: {author: Ann}\n",
            "_posts/2024-01-02-hello-world.md": "---\ncategories: Web Tools\ntags: a b\n---\nHi",
            "_posts/2024-01-03-named.md": "---\ntitle: Named\ndate: 2024-01-03 23:30:00 +0000\npermalink: /x/:title.html\n---\nHi",
            "fr/_posts/2024-01-04-in-a-folder.markdown": "---\ntitle: Folder\nlang: fr\n---\nSee [it](../../_posts/2024-01-03-named.md)",
            "_posts/2024-01-05-hidden.md": "---\npublished: false\n---\n",
            "_posts/2027-01-05-later.md": "---\ntitle: Later\n---\n",
            "_posts/2024-02-30-never.md": "---\ntitle: Never\n---\n",
            "_drafts/idea.md": "---\ntitle: Idea\n---\n",
            "about.md": "---\ntitle: About\n---\n",
        },
    )
    assert told(reading) == [
        ("https://j.example/b/web/tools/2024/01/02/hello-world/", "Hello World", "2024-01-02T00:00:00+01:00"),
        ("https://j.example/b/fr/2024/01/04/in-a-folder/", "Folder", "2024-01-04T00:00:00+01:00"),
        ("https://j.example/b/x/named.html", "Named", "2024-01-03T23:30:00+00:00"),
    ]
    assert [each.source for each in reading.skipped] == ["_posts/2024-02-30-never.md"]
    assert reading.posts[0].authors[0].name == "Ann"
    assert reading.posts[0].tags == ("a", "b")
    assert 'href="https://j.example/b/x/named.html"' in reading.posts[1].html


def test_jekylls_own_marks_are_no_words(tmp_path: Path) -> None:
    body = (
        "* Contents\n{:toc}\n\n[TOC]\n\n[[_TOC_]]\n\n"
        '[Saw](/saw){: .button}{:target="_blank"} and `file`{:.language-sh} cut.\n\n'
        "{% highlight sh %}\ncut {: .x}\n\nplane\n{% endhighlight %}\n"
    )
    (made,) = read(tmp_path, {"_config.yml": "url: https://j.example", "_posts/2024-01-02-a.md": f"---\n---\n{body}"}).posts
    assert made.html == (
        '<p><a href="/saw">Saw</a> and <code>file</code> cut.</p>\n<pre><code>cut {: .x}\n\nplane\n</code></pre>\n'
    )


def test_jekyll_as_ruby_reads_dates_and_names(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "_config.yml": "url: https://j.example\ntimezone: Asia/Tokyo\nsource: .made/src\n"
            "permalink: none\ncollections:\n  posts:\n    permalink: /:year/:month/:day/:title/\n",
            "src/_posts/2024-01-02-A Word on C# -- once.md": "---\nkeywords: not, tags\n---\nHi",
            "src/_posts/2024-01-03-dots_on...md": "---\ndate: 2024-01-03 20:00:00\n---\nHi",
            "src/_posts/2024-01-04-quoted.md": "---\ndate: '2024-01-04 20:00:00'\ntags: [a, b, a]\n---\nHi",
            "src/_posts/2024-01-05-loose.md": "---\ndate: 2024-01-05- 12:00 UtC\n---\nHi",
            "src/_posts/2024-01-06-के-लिए.md": "---\ntitle: Marks\n---\nHi",
            "src/_posts/24-1-7-short.md": "Hi",
            "src/_posts/2024-1-8-short.md": "Hi",
        },
    )
    assert told(reading) == [
        ("https://j.example/2024/01/02/A-Word-on-C-once/", "A word on c#    once", "2024-01-02T00:00:00+09:00"),
        ("https://j.example/2024/01/04/dots_on/", "Dots_on", "2024-01-03T20:00:00+00:00"),
        ("https://j.example/2024/01/04/quoted/", "Quoted", "2024-01-04T20:00:00+09:00"),
        ("https://j.example/2024/01/05/loose/", "Loose", "2024-01-05T12:00:00+00:00"),
        (
            "https://j.example/2024/01/06/%E0%A4%95%E0%A5%87-%E0%A4%B2%E0%A4%BF%E0%A4%8F/",
            "Marks",
            "2024-01-06T00:00:00+09:00",
        ),
        ("https://j.example/2024/01/07/short/", "Short", "2024-01-07T00:00:00+09:00"),
        ("https://j.example/2024/01/08/short/", "Short", "2024-01-08T00:00:00+09:00"),
    ]
    assert [post.tags for post in reading.posts[:5]] == [(), (), ("a", "b"), (), ()]


def test_jekyll_links_that_begin_with_the_sites_base(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "_config.yml": "url: https://j.example\nbaseurl: /b\n",
            "_posts/2024-01-02-one.md": "---\ntitle: One\n---\n[a]({{ base }}/x/) [b]({{ site.baseurl }}/y/) "
            "[c]({{ site.url }}{{ site.baseurl }}/z/) [d]({{ '/w/' | relative_url }}) [e]({{ site.url }}/v/)\n",
        },
    )
    assert re.findall(r'href="([^"]*)"', reading.posts[0].html) == ["/b/x/", "/b/y/", "/b/z/", "/b/w/", "/v/"]


def test_pelican_in_three_markups(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "pelicanconf.py": "AUTHOR = 'Ann'\nSITENAME = 'P'\nPATH = 'content'\nTIMEZONE = 'Europe/Paris'\nimport os\n"
            "ARTICLE_URL = 'blog/{date:%Y}/{slug}/'\nEXTRA = os.environ\nREADERS = dict(txt=None)\n",
            "publishconf.py": "from pelicanconf import *\nSITEURL = 'https://p.example'\n",
            "content/web/one.md": "Title: One: the first\nDate: 2024-01-02 10:00\nTags: a, b c\nSeries: Steps\n\nHello",
            "content/two.rst": "Two\n###\n\n:date: 2024-01-03\n:series: steps\n:slug: zwei\n\nHello *you*",
            "content/three.html": '<html><head><title>Three &amp; last</title><meta name="date" content="2024-01-04">'
            "</head><body><p>Hi</p></body></html>",
            "content/draft.md": "Title: D\nDate: 2024-01-05\nStatus: draft\n\nx",
            "content/nodate.md": "Title: No date\n\nx",
            "content/pages/about.md": "Title: About\n\nx",
        },
    )
    assert told(reading) == [
        ("https://p.example/blog/2024/one-the-first/", "One: the first", "2024-01-02T10:00:00+01:00"),
        ("https://p.example/blog/2024/zwei/", "Two", "2024-01-03T00:00:00+01:00"),
        ("https://p.example/blog/2024/three-last/", "Three & last", "2024-01-04T00:00:00+01:00"),
    ]
    assert [(each.source, each.reason) for each in reading.skipped] == [("content/nodate.md", "it has no date")]
    series, findings = find_series(reading.posts)
    assert [(each.name, len(each.members)) for each in series] == [("Steps", 2)]
    assert [finding.rule for finding in findings] == ["series-name"]


def test_zola_with_a_section_that_is_a_series(tmp_path: Path) -> None:
    page = "+++\ntitle = '{}'\n{}+++\nHi"
    reading = read(
        tmp_path,
        {
            "config.toml": 'base_url = "https://z.example"\ntitle = "Z"\ndefault_language = "en"\n'
            '[languages.fr]\ntitle = "Zo"\n[languages.de]\n',
            "content/series/_index.md": "+++\ntitle = 'All'\n+++\n",
            "content/series/rope/_index.md": "+++\ntitle = 'Rope science'\nsort_by = 'date'\n+++\n",
            "content/series/rope/2024-01-02-part-one/index.md": page.format("One", "weight = 9\n"),
            "content/series/rope/2024-01-03_part-two.md": page.format("Two", "weight = 1\n"),
            "content/blog/2024-02-01-Été.md": page.format("Été", "[taxonomies]\ntags = ['x']\n"),
            "content/blog/2024-02-01-Été.fr.md": page.format("Été fr", ""),
            "content/blog/gone.md": page.format("Gone", "date = 2024-03-01\ndraft = true\n"),
            "content/about.md": page.format("About", ""),
        },
    )
    assert sorted(url for url, _, _ in told(reading)) == [
        "https://z.example/blog/ete/",
        "https://z.example/fr/blog/ete/",
        "https://z.example/series/rope/part-one/",
        "https://z.example/series/rope/part-two/",
    ]
    series, _ = find_series(reading.posts)
    assert [(each.name, [post.title for post in each.members]) for each in series] == [("Rope science", ["One", "Two"])]
    assert [(each.language, each.title, each.url) for each in reading.others] == [("fr", "Zo", "https://z.example/fr/")]


def test_zola_slugifies_what_an_author_calls_a_page_and_no_folder(tmp_path: Path) -> None:
    files = {
        "config.toml": "base_url = 'https://z.example'\n",
        "content/Mes Notes/a.md": "+++\ntitle = 'A'\ndate = 2024-01-02\nslug = 'Le Café'\n+++\n",
        "content/b (fin).md": "+++\ntitle = 'B'\ndate = 2024-01-03\n+++\n",
    }
    urls = [url for url, _, _ in told(read(tmp_path, files))]
    assert urls == ["https://z.example/Mes%20Notes/le-cafe/", "https://z.example/b-fin/"]
    (tmp_path / "config.toml").write_text("base_url = 'https://z.example'\n[slugify]\npaths = 'safe'\n")
    urls = [post.url for post in open_source(tmp_path, Config(), now=NOW).read().posts]
    assert urls == ["https://z.example/Mes%20Notes/Le%20Caf%C3%A9/", "https://z.example/b%20(fin)/"]


def test_zola_with_the_date_in_the_path(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "config.toml": "base_url = 'https://z.example'\n",
            "content/moved.md": "+++\ntitle = 'Moved'\npath = '2014/12/12/Moved'\n+++\nHi",
            "content/team/inside.md": "+++\ntitle = 'Inside'\npath = '/team/2015/1/2/inside'\n+++\nHi",
            "content/never.md": "+++\ntitle = 'Never'\npath = '2014/13/12/never'\n+++\nHi",
            "content/about.md": "+++\ntitle = 'About'\npath = 'about'\n+++\nHi",
        },
    )
    assert told(reading) == [
        ("https://z.example/2014/12/12/Moved/", "Moved", "2014-12-12T00:00:00+00:00"),
        ("https://z.example/team/2015/1/2/inside/", "Inside", "2015-01-02T00:00:00+00:00"),
    ]


def test_astro_with_two_languages(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "astro.config.mjs": "export default defineConfig({ site: 'https://a.example', i18n: {defaultLocale: 'en', locales: ['en', 'es']} })",
            "src/pages/posts/[...slug].astro": "const posts = await getCollection('blog');",
            "src/content/blog/en/First Steps!.md": "---\ntitle: First\npubDate: 2024-01-02\n---\nHi",
            "src/content/blog/es/primero.mdx": "---\ntitle: Primero\npubDate: 2024-01-03\n---\nimport X from 'x'\n\n<X/> Hola",
            "src/content/blog/en/draft.md": "---\ntitle: D\npubDate: 2024-01-04\ndraft: true\n---\n",
            "src/content/projects/en/thing.md": "---\ntitle: Thing\npubDate: 2024-01-04\n---\n",
        },
    )
    assert [(post.url, post.language) for post in reading.posts] == [
        ("https://a.example/posts/first-steps/", "en"),
        ("https://a.example/es/posts/primero/", "es"),
    ]
    assert any(
        "MDX" in finding.message and finding.path == "src/content/blog/es/primero.mdx" for finding in reading.findings
    )
    assert "import X" not in reading.posts[1].html


def test_astro_with_its_articles_in_a_folder_of_its_own(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "astro.config.ts": "export default defineConfig({ site: process.env.URL || 'https://a.example' })",
            "src/pages/[...id].astro": "const posts = await recent();",
            "src/data/writing/2024/one.mdx": "---\ntitle: One\ndate: 2024-01-02\n---\nHi",
            "src/data/writing/two.md": "---\ntitle: Two\ndate: 2024-01-03\n---\nHi",
            "src/data/writing/_three.md": "---\ntitle: Three\ndate: 2024-01-04\n---\nHi",
            "src/talks/talk.md": "---\ntitle: Talk\ndate: 2024-01-05\n---\nHi",
            "src/components/blog/Card.astro": "",
        },
    )
    assert [post.url for post in reading.posts] == ["https://a.example/2024/one/", "https://a.example/two/"]


def test_astro_with_the_language_above_the_collection(tmp_path: Path) -> None:
    post = "---\ntitle: A\ndate: 2024-01-01\n---\nHi"
    reading = read(
        tmp_path,
        {
            "astro.config.mjs": "export default { site: 'https://a.example', i18n: { defaultLocale: 'fr', locales: ['fr', 'en'] } }",
            "src/content/fr/blog/scie.md": post,
            "src/content/en/blog/saw.md": post,
        },
    )
    assert {(each.url, each.language) for each in reading.posts} == {
        ("https://a.example/blog/scie/", "fr"),
        ("https://a.example/en/blog/saw/", "en"),
    }


def test_a_page_of_astro_is_where_its_file_lies(tmp_path: Path) -> None:
    post = "---\ntitle: A\ndate: 2024-01-0{}\n---\nHi"
    reading = read(
        tmp_path,
        {
            "astro.config.mjs": "export default { site: 'https://a.example', base: '/b' }",
            "src/pages/en/posts/one.md": post.format(1),
            "src/pages/en/posts/two/index.md": post.format(2),
        },
    )
    assert [post.url for post in reading.posts] == ["https://a.example/b/en/posts/one/", "https://a.example/b/en/posts/two/"]


def test_eleventy_with_data_of_a_folder(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "eleventy.config.js": "export default function (c) { return { dir: { input: 'content', output: '_site' } } }",
            "content/_data/metadata.js": "export default { title: 'E', url: 'https://e.example/', language: 'en' }",
            "content/blog/blog.json": '{"tags": ["posts"], "permalink": "/b/{{ page.fileSlug }}/"}',
            "content/blog/2024-01-02-dated.md": "---\ntitle: Dated\ntags: [web]\n---\nHi",
            "content/blog/two.md": "---\ntitle: Two\ndate: 2024-01-03\npermalink: /{{ title | slugify }}.html\n---\nHi",
            "content/blog/no.md": "---\ntitle: No\ndate: 2024-01-04\npermalink: false\n---\nHi",
            "content/docs/guide.md": "---\ntitle: Guide\ndate: 2024-01-04\n---\nHi",
        },
    )
    assert [(url, title) for url, title, _ in told(reading)] == [
        ("https://e.example/b/dated/", "Dated"),
        ("https://e.example/two.html", "Two"),
    ]
    assert reading.posts[0].tags == ("web",)


def test_eleventy_with_data_beside_a_page(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "package.json": '{"devDependencies": {"@11ty/eleventy": "^3.1.0"}}',
            "_data/site.json": '{"url": "https://e.example/"}',
            "posts/posts.json": '{"tags": "posts"}',
            "posts/one/one.md": "Hi",
            "posts/one/one.yml": "title: One\ndate: 2024-01-02\ntags: [web]\n",
            "posts/two/index.md": "---\ntitle: Two\n---\nHi",
            "posts/two/index.11tydata.json": '{"title": "Not this", "date": "2024-01-03"}',
            "posts/undated.md": "---\ntitle: Undated\n---\nHi",
            "posts/script.md": "---js\nconst title = 'S'\n---\nHi",
        },
    )
    assert [(url, title) for url, title, _ in told(reading)] == [
        ("https://e.example/posts/one/", "One"),
        ("https://e.example/posts/two/", "Two"),
    ]
    assert reading.posts[0].tags == ("web",)
    assert [(each.source, each.reason.split(",")[0], each.line) for each in reading.skipped] == [
        ("posts/script.md", "its front matter is JavaScript", 1),
        ("posts/undated.md", "it has no date", None),
    ]


def test_mkdocs_material(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "mkdocs.yml": "site_name: M\nsite_url: https://m.example/\nmarkdown_extensions:\n - x: {y: !!python/name:a.b }\n"
            "plugins:\n - search\n - blog:\n    blog_dir: writing\n    authors_file: '{blog}/.authors.yml'\n",
            "docs/writing/.authors.yml": "authors:\n  ann:\n    name: Ann Example\n",
            "docs/writing/posts/a.md": "---\ndate: 2024-01-02\nauthors: [ann]\n---\n# A *fine* title & more\n\nSee [b](b.md#x).",
            "docs/writing/posts/b.md": "---\ndate:\n  created: 2024-01-03\n  updated: 2024-02-01\nslug: bee\n---\n# Bee\n",
            "docs/writing/posts/c.md": "---\ndate: 2024-01-04\ndraft: true\n---\n# C\n",
            "docs/writing/posts/d.md": "# No date\n",
            "docs/writing/posts/e.md": "---\ndate: 2024-01-05\n---\n# Without an `__init__` and *with* **it**\n",
            "docs/index.md": "# Home\n",
        },
    )
    assert [(url, title) for url, title, _ in told(reading)] == [
        ("https://m.example/writing/2024/01/02/a-fine-title--more/", "A fine title & more"),
        ("https://m.example/writing/2024/01/03/bee/", "Bee"),
        ("https://m.example/writing/2024/01/05/without-an-__init__-and-with-it/", "Without an __init__ and with it"),
    ]
    assert reading.posts[0].authors[0].name == "Ann Example"
    assert reading.posts[1].updated is not None
    assert "https://m.example/writing/2024/01/03/bee/#x" in reading.posts[0].html
    assert "<h1" not in reading.posts[0].html
    assert [each.source for each in reading.skipped] == ["docs/writing/posts/d.md"]


def test_nikola(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "conf.py": "BLOG_TITLE = 'N'\nSITE_URL = 'https://n.example/'\nDEFAULT_LANG = 'en'\nTIMEZONE = 'Europe/Paris'\n"
            "TRANSLATIONS = {DEFAULT_LANG: '', 'fr': './fr'}\nPOSTS = (('posts/*.rst', 'posts', 'post.tmpl'), ('posts/*.md', 'posts', 'post.tmpl'))\n",
            "posts/one.rst": ".. title: One\n.. slug: one\n.. date: 2024-01-02 08:00:00\n.. tags: a, b\n\nHello",
            "posts/two.md": "<!--\n.. title: Two\n.. slug: two\n.. date: 2024-01-03 08:00:00 UTC\n-->\n\nHello",
            "posts/two.fr.md": "<!--\n.. title: Deux\n.. slug: deux\n.. date: 2024-01-03 08:00:00 UTC\n-->\n\nBonjour",
            "posts/hidden.md": "<!--\n.. title: H\n.. date: 2024-01-03\n.. tags: draft\n-->\n",
            "posts/later.md": "---\ntitle: Later\ndate: 2027-01-03\n---\n",
            "posts/meta.md": "Only words",
            "posts/meta.meta": ".. title: Beside\n.. date: 2024-01-05\n",
        },
    )
    assert [(url, title) for url, title, _ in told(reading)] == [
        ("https://n.example/posts/one/", "One"),
        ("https://n.example/fr/posts/deux/", "Deux"),
        ("https://n.example/posts/two/", "Two"),
        ("https://n.example/posts/meta/", "Beside"),
    ]


def test_a_folder_that_no_generator_is_known_of(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {
            "posts/2024-01-02-first.md": "---\ntags: [x]\n---\n# First words\n\nHi",
            "posts/two/index.md": "+++\ntitle = 'Two'\ndate = 2024-01-03\n+++\nHi",
            "notes.md": "just words",
        },
    )
    assert [(url, title) for url, title, _ in told(reading)] == [
        ("https://blog.invalid/posts/first/", "First words"),
        ("https://blog.invalid/posts/two/", "Two"),
    ]
    assert [finding.rule for finding in reading.findings if finding.level == "error"] == ["no-address"]


def test_the_built_site_gives_the_content(tmp_path: Path) -> None:
    files = {
        "_config.yml": "url: https://j.example\n",
        "_posts/2024-01-02-a.md": "---\ntitle: A\n---\n{% include x %} raw",
        "_site/index.html": "<html></html>",
        "_site/2024/01/02/a.html": "<html><body><article><h1>A</h1><p>made by a plugin</p></article></body></html>",
    }
    reading = read(tmp_path, files)
    assert reading.posts[0].html == "<p>made by a plugin</p>"
    assert reading.findings == ()


def test_without_it_each_post_says_what_is_missing(tmp_path: Path) -> None:
    body = "---\ntitle: A\n---\n{% include x %}\n\n```\n{% raw %}\n```\n"
    reading = read(tmp_path, {"_config.yml": "url: https://j.example\n", "_posts/2024-01-02-a.md": body})
    assert [(finding.rule, finding.path) for finding in reading.findings] == [
        ("not-built", None),
        ("not-rendered", "_posts/2024-01-02-a.md"),
    ]


def test_two_posts_with_one_address_are_told_apart_by_name(tmp_path: Path) -> None:
    post = "---\ntitle: A\npermalink: /same/\n---\n"
    reading = read(
        tmp_path, {"_config.yml": "url: https://j.example\n", "_posts/2024-01-02-a.md": post, "_posts/2024-01-03-b.md": post}
    )
    assert len(reading.posts) == 1
    assert "_posts/2024-01-02-a.md" in reading.skipped[0].reason


def test_an_empty_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no Markdown blog"):
        MarkdownSource(tmp_path, SourceSettings()).read()
    with pytest.raises(SourceError, match="no blog was found"):
        detect(tmp_path)


def test_broken_settings_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "pelicanconf.py").write_text("A = 1\nB = (\n")
    with pytest.raises(SourceError) as caught:
        open_source(tmp_path, Config(), now=NOW).read()
    assert caught.value.path == "pelicanconf.py"
    assert caught.value.line == 2


JEKYLL = {"_config.yml": "url: https://j.example\nbaseurl: /b\n", "_posts/2024-01-01-a.md": "---\ntitle: A\n---\n"}
COMING = {
    "jekyll": {**JEKYLL, "_posts/2027-01-05-b.md": "---\ntitle: B\nredirect_from: [/old/b/, /caf%C3%A9]\n---\n*Hi*"},
    "jekyll that shows the future": {
        **JEKYLL,
        "_config.yml": JEKYLL["_config.yml"] + "future: true\n",
        "_posts/2027-01-05-b.md": "---\ntitle: B\nredirect_from: [/old/b/, /caf%C3%A9]\n---\n*Hi*",
    },
    "plain": {
        "posts/a.md": "---\ntitle: A\ndate: 2024-01-01\n---\n",
        "posts/b.md": "---\ntitle: B\ndate: 2027-01-05\naliases: [b/old/b, /b/café/]\n---\n*Hi*",
        "posts/c.md": "---\ntitle: C\ndate: 2027-01-05\ndraft: true\n---\n",
    },
    "zola": {
        "config.toml": "base_url = 'https://z.example/b'\n",
        "content/a.md": "+++\ntitle = 'A'\ndate = 2024-01-01\n+++\n",
        "content/b.md": "+++\ntitle = 'B'\ndate = 2027-01-05\naliases = ['old/b', '/café/index.html']\n+++\n*Hi*",
    },
}


@pytest.mark.parametrize("name", COMING)
def test_what_is_dated_in_the_future_is_upcoming(name: str, tmp_path: Path) -> None:
    reading = read(tmp_path, COMING[name])
    assert [post.title for post in reading.posts] == ["A"]
    (coming,) = reading.upcoming
    assert coming.title == "B"
    assert coming.html.strip() == "<p><em>Hi</em></p>"
    assert coming.aliases == ("b/old/b", "b/café")
    assert reading.skipped == ()


def test_jekyll_s_folder_of_collections_is_no_category(tmp_path: Path) -> None:
    files = {
        "_config.yml": "title: J\nurl: https://j.example\ncollections_dir: lists\n",
        "lists/_posts/2024-01-01-a.md": "---\ntitle: A\n---\n",
        "lists/fr/_posts/2024-01-02-b.md": "---\ntitle: B\n---\n",
    }
    urls = [url for url, _, _ in told(read(tmp_path, files))]
    assert urls == ["https://j.example/2024/01/01/a.html", "https://j.example/fr/2024/01/02/b.html"]


@pytest.mark.parametrize("title", ["C\n#", "Go\n==", "=\nC\n=", "Rust\n====", "====\nRust\n===="])
def test_a_title_of_restructuredtext_may_be_as_short_as_its_line(title: str, tmp_path: Path) -> None:
    files = {
        "pelicanconf.py": "SITENAME = 'P'\nSITEURL = 'https://p.example'\n",
        "content/a.rst": f"{title}\n\n:date: 2024-01-02\n\nHi",
    }
    assert [name for _, name, _ in told(read(tmp_path, files))] == [title.strip("#=\n")]


def test_jekyll_is_at_the_domain_of_its_cname(tmp_path: Path) -> None:
    reading = read(tmp_path, {**JEKYLL, "_config.yml": "title: J\n", "CNAME": "j.example\n"})
    assert reading.posts[0].url == "https://j.example/2024/01/01/a.html"
    assert not [each for each in reading.findings if each.rule == "no-address"]
    (tmp_path / "CNAME").write_text("https://www.j.example/\n")
    assert open_source(tmp_path, Config(), now=NOW).read().posts[0].url == "https://www.j.example/2024/01/01/a.html"
    (tmp_path / "CNAME").write_text("not a domain\n")
    assert "no-address" in [each.rule for each in open_source(tmp_path, Config(), now=NOW).read().findings]


@pytest.mark.parametrize("url", ["https://example.com", "http://www.example.org/blog/", "http://localhost:4000"])
def test_no_reader_finds_a_blog_at_the_address_of_a_new_site(tmp_path: Path, url: str) -> None:
    reading = read(tmp_path, {**JEKYLL, "_config.yml": f"title: J\nurl: {url}\n"})
    (finding,) = [each for each in reading.findings if each.rule == "no-address"]
    assert finding.level == "error"
    assert url in finding.message


def test_zola_takes_a_path_as_it_stands(tmp_path: Path) -> None:
    front = "+++\ntitle = 'A'\ndate = 2024-01-01\npath = '{}'\n+++\n"
    reading = read(
        tmp_path,
        {
            "config.toml": "base_url = 'https://z.example'\n[languages.fr]\n",
            "content/plane.md": front.format("plane"),
            "content/plane.fr.md": front.format("fr/rabot"),
        },
    )
    assert {post.url for post in reading.posts} == {"https://z.example/plane/", "https://z.example/fr/rabot/"}


def test_a_link_that_leads_nowhere_is_left_out_by_name(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "b.md").symlink_to("../nowhere/b.md")
    reading = read(tmp_path, {"posts/z.md": "---\ntitle: Z\ndate: 2024-01-01\n---\n"})
    assert [post.title for post in reading.posts] == ["Z"]
    assert [each.source for each in reading.skipped] == ["posts/b.md"]


@pytest.mark.parametrize("front", ["---\na: {}\n---\n", "+++\na = {}\n+++\n", '{{"a": {}}}\n'])
def test_front_matter_that_is_nested_without_end_is_left_out(front: str, tmp_path: Path) -> None:
    deep = "[" * 5000 + "]" * 5000
    files = {"posts/a.md": "---\ntitle: A\ndate: 2024-01-01\n---\n", "posts/b.md": front.format(deep)}
    reading = read(tmp_path, files)
    assert len(reading.posts) == 1
    (skipped,) = reading.skipped
    assert (skipped.source, "nested too deeply" in skipped.reason) == ("posts/b.md", True)
    assert skipped.line is not None


@pytest.mark.parametrize("name", ["_config.yml", "_config.toml"])
def test_a_configuration_that_is_nested_without_end_is_an_error(name: str, tmp_path: Path) -> None:
    deep = "[" * 5000 + "]" * 5000
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_posts/2024-01-01-a.md").write_text("---\ntitle: A\n---\n")
    (tmp_path / name).write_text(f"a: {deep}\n" if name.endswith("yml") else f"a = {deep}\n")
    with pytest.raises(SourceError, match="nested too deeply"):
        open_source(tmp_path, Config(), now=NOW).read()


HOME = '<html lang="fr"><head><meta property="og:site_name" content="Carnet"><link rel="canonical" href="https://c.example/"></head></html>'


def test_what_is_code_is_read_from_the_home_page_of_the_built_site(tmp_path: Path) -> None:
    files = {
        "astro.config.mjs": "export default { site: 'https://a.example', integrations: [named({ title: 'A plug-in' })] }",
        "src/content/blog/a.md": "---\ntitle: A\npubDate: 2024-01-02\n---\nx",
        "dist/index.html": HOME,
    }
    reading = read(tmp_path, files)
    assert (reading.site.title, reading.site.url, reading.site.language) == ("Carnet", "https://c.example/", "fr")
    assert reading.posts[0].language == "fr"


def test_a_post_that_is_newer_than_the_built_site_says_what_it_lacks(tmp_path: Path) -> None:
    page = "<html><head><title>A</title></head><body><article><p>built</p></article></body></html>"
    new = {"_posts/2024-01-05-new.md": "---\ntitle: New\n---\n{% include gallery.html %}"}
    built = {"_site/index.html": HOME, "_site/2024/01/01/a.html": page}
    reading = read(tmp_path, {**JEKYLL, **new, **built})
    assert [each.path for each in reading.findings if each.rule == "not-rendered"] == ["_posts/2024-01-05-new.md"]


def test_eleventy_with_its_folder_set_in_code(tmp_path: Path) -> None:
    files = {
        "eleventy.config.js": 'export default (config) => { config.setInputDirectory("content"); };',
        "content/_data/site.json": '{"title": "E", "url": "https://e.example"}',
        "content/blog/a.md": "---\ntitle: A\ndate: 2024-01-02\n---\nx",
    }
    assert [url for url, _, _ in told(read(tmp_path, files))] == ["https://e.example/blog/a/"]


def test_a_built_page_says_its_address_to_the_slash(tmp_path: Path) -> None:
    page = '<html><head><title>{}</title><link rel="canonical" href="{}"></head><body><p>x</p></body></html>'
    files = {
        "astro.config.mjs": "export default { site: 'https://c.example', build: { format: 'file' } }",
        "src/content/blog/a.md": "---\ntitle: A\npubDate: 2024-01-02\n---\nx",
        "src/content/blog/b.md": "---\ntitle: B\npubDate: 2024-01-03\n---\nx",
        "dist/index.html": HOME,
        "dist/blog/a.html": page.format("A", "https://c.example/blog/a"),
        # A copy names its original.
        "dist/blog/b.html": page.format("B", "https://c.example/blog/a"),
    }
    assert [url for url, _, _ in told(read(tmp_path, files))] == ["https://c.example/blog/a", "https://c.example/blog/b/"]


@pytest.mark.parametrize(
    "files",
    [
        {"_config.yml": "url: https://b.example\ndestination: ./html/\n", "_posts/2026-05-02-scie.md": "---\n---\nx"},
        {"mkdocs.yml": "site_url: https://b.example\nsite_dir: html\nplugins: [blog]\n", "docs/blog/posts/a.md": "# A\n"},
        {"config.toml": "base_url = 'https://b.example'\noutput_dir = 'html'\n", "content/a.md": "+++\ntitle='A'\n+++\n"},
        {"pelicanconf.py": "SITEURL = 'https://b.example'\nOUTPUT_PATH = 'html/'\n", "content/a.md": "Title: A\n\nx"},
        {"conf.py": "SITE_URL = 'https://b.example/'\nOUTPUT_FOLDER = 'html'\nPOSTS = ()\n", "posts/a.md": "x"},
        {"astro.config.mjs": "export default {site: 'https://b.example', outDir: './html'}", "src/content/blog/a.md": "x"},
        {"eleventy.config.js": "export default () => ({dir: {output: 'html'}})", "a.md": "---\ndate: 2026-05-02\n---\nx"},
        {"eleventy.config.js": "export default (e) => { e.setOutputDirectory('html') }", "a.md": "x"},
    ],
    ids=["jekyll", "mkdocs", "zola", "pelican", "nikola", "astro", "eleventy", "eleventy in code"],
)
def test_the_built_site_is_where_the_settings_say(tmp_path: Path, files: dict[str, str]) -> None:
    found = generator_of(blogs.write(tmp_path, files))
    assert found is not None
    assert found.built_in[0] == "html"
