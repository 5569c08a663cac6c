"""Kinds of blogs that are easily misread: modules in articles, merged data, sites that are only read as they are built."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from blogs import NOW, read, write
from sharekit.config import Config, SourceSettings
from sharekit.errors import SourceError
from sharekit.registry import open_source
from sharekit.series import find_series
from sharekit.sources import detect
from sharekit.sources.front import read_yaml
from sharekit.sources.markdown.render import left_to_render, render
from sharekit.sources.params import language_tag
from sharekit.sources.wordpress import paragraphs

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.model import Reading

ASTRO = {"astro.config.mjs": 'export default { site: "https://a.example" }'}


def rules(reading: Reading) -> list[str]:
    return [finding.rule for finding in reading.findings]


# MDX


def test_modules_and_comments_stand_outside_of_code() -> None:
    code = '```js\nimport a from "a";\n\nexport const b = a;\n```'
    made = render(
        f'import X from "x";\nimport {{\n  Y,\n}} from "y";\n\n# Title\n\nexport const z = 1;\n\n{code}\n\n'
        "Words {/* a note */} go on, `{/* so */}` too.\n\nWe\nimport salt.\n",
        "mdx",
    )
    assert 'import a from "a";\n\nexport const b = a;' in made.replace("&quot;", '"')
    assert all(gone not in made for gone in ("from &quot;x", "Y,", "z = 1", "a note"))
    assert "{/* so */}" in made
    assert "import salt" in made


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("export const meta = {\n  a: 1,\n\n  b: [2]\n}\n\nWords", "<p>Words</p>"),
        ('import {\n  A,\n} from "./a"\n\nWords', "<p>Words</p>"),
        ('A <b style={{color: "red"}} class="x">bold</b>', '<p>A <b class="x">bold</b></p>'),
        ("A <b {...rest}>bold</b>", "<p>A <b>bold</b></p>"),
        ('<Tabs.Item label="x>y">\n\nWords\n\n</Tabs.Item>', "<p>Words</p>"),
        (
            '<Note kind="x">\n  **Bold** `a`\n</Note>',
            '<Note kind="x">\n<p><strong>Bold</strong> <code>a</code></p>\n</Note>',
        ),
        (
            "```jsx\n<Note>\n  **a**\n</Note>\n```",
            '<pre><code class="language-jsx">&lt;Note&gt;\n  **a**\n&lt;/Note&gt;\n</code></pre>',
        ),
        ('<YouTube id="a/b" />\n\nWords <Icon name="x"/> go on', "<p>Words  go on</p>"),
        ("<>\n\nWords\n\n</>", "<p>Words</p>"),
        (
            '<Note\n  kind="x"\n  onClick={() => {\n    go()\n  }}\n>\n  Words\n</Note>',
            '<Note kind="x" >\n<p>Words</p>\n</Note>',
        ),
        ("A `export {x}` and `{y}`", "<p>A <code>export {x}</code> and <code>{y}</code></p>"),
        ("It costs {price}, or {list.map((x) => <b>{x.y}</b>)} no.", "<p>It costs , or  no.</p>"),
        ("It{' '}is {\n  one\n} and \\{two\\}", "<p>It is  and {two}</p>"),
        ("A {/* {b} */}formula $\\frac{a}{b}$ for $5 {c} and $6", "<p>A formula $\\frac{a}{b}$ for $5  and $6</p>"),
        ("{props.open {", "<p>{props.open {</p>"),
        ("Run {`npm i`}, {\"or\"} {'not'}: {`a ${b}`}.", "<p>Run <code>npm i</code>, or not: <code>a ${b}</code>.</p>"),
        ("<pre>{`a {\n  b\n}`}</pre>", "<pre>a {\n  b\n}</pre>"),
        ("## Steps {#steps}\n\n<Note kind={x} size='2'>Words</Note>", "<h2>Steps</h2>\n<p><Note size='2'>Words</Note></p>"),
    ],
)
def test_what_mdx_adds_to_markdown_is_no_words(written: str, shown: str) -> None:
    assert render(written, "mdx").strip() == shown


def test_an_expression_of_mdx_is_reported() -> None:
    assert left_to_render("It is {1 + 1}.", "mdx") == ["MDX expressions"]
    assert left_to_render("It is {1 + 1}.", "markdown") == []
    assert left_to_render("It is `{1 + 1}`{/* no */}.", "mdx") == []


def test_the_address_of_a_post_is_a_uri(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("base_url = 'https://straße.example'\n[slugify]\npaths = 'off'\n")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "Été 1.md").write_text("+++\ntitle = 'A'\ndate = 2026-11-02\n+++\nText\n")
    (post,) = open_source(tmp_path, Config()).read().posts
    assert (post.url, post.id) == ("https://xn--strae-oqa.example/%C3%89t%C3%A9%201/", "Été 1")


@pytest.mark.parametrize(
    "element", ['<Image src={pic} alt="A" />', '<img alt="A" src={a.src}/>', '<Image src={pic}\n alt="A"/>']
)
def test_a_picture_that_only_javascript_knows_is_left_out(element: str) -> None:
    assert "{" not in render(f"Before\n\n{element}\n\nAfter\n", "mdx")


def test_values_go_and_their_element_stays() -> None:
    assert "{" not in render(
        '<div style={{color: "red"}} class="x">Words</div>\n'.replace("{{", "{").replace("}}", "}"), "mdx"
    )


def test_pictures_beside_an_astro_article_are_told_and_left_out(tmp_path: Path) -> None:
    body = "---\ntitle: A\npubDate: 2024-01-01\n---\n![one](./one.png) ![two](two.png 'Two') ![there](/img/x.png) `![c](./c.png)`\n"
    reading = read(tmp_path, {**ASTRO, "src/content/blog/a.md": body})
    html = reading.posts[0].html
    assert "one.png" not in html
    assert "two.png" not in html
    assert "/img/x.png" in html
    assert "./c.png" in html
    assert any("pictures that lie beside it" in finding.message for finding in reading.findings)


# Addresses


def test_addresses_that_are_guessed_are_called_guessed(tmp_path: Path) -> None:
    reading = read(tmp_path, {**ASTRO, "src/content/blog/a.md": "---\ntitle: A\npubDate: 2024-01-01\nslug: blog/x\n---\n"})
    assert [post.url for post in reading.posts] == ["https://a.example/blog/x/"]
    assert ["guessed" in finding.message for finding in reading.findings] == [True]


def test_the_home_page_of_the_built_site_says_where_the_blog_is(tmp_path: Path) -> None:
    home = '<html><link rel="canonical" href="https://true.example/b/"><title>A</title></html>'
    files = {
        "astro.config.mjs": "export default { site: process.env.SITE ?? 'https://other.example' }",
        "dist/index.html": home,
    }
    reading = read(tmp_path, {**files, "src/content/blog/a.md": POST})
    assert (reading.site.url, reading.posts[0].url) == ("https://true.example/b/", "https://true.example/b/blog/a/")


def test_the_built_site_says_where_a_post_is(tmp_path: Path) -> None:
    files = {
        **ASTRO,
        "dist/index.html": "<html></html>",
        "dist/writing/2024/hemp/index.html": "<article><h1>Hemp</h1><p>built</p></article>",
        "src/content/blog/hemp.md": "---\ntitle: Hemp\npubDate: 2024-01-01\n---\nsource\n",
        "src/content/blog/lost.md": "---\ntitle: Lost\npubDate: 2024-01-02\n---\n",
    }
    reading = read(tmp_path, files)
    hemp, lost = reading.posts
    assert (hemp.url, hemp.html) == ("https://a.example/writing/2024/hemp/", "<p>built</p>")
    assert lost.url == "https://a.example/blog/lost/"
    assert [(each.rule, each.path) for each in reading.findings] == [("guessed-address", "src/content/blog/lost.md")]


def test_the_built_site_answers_where_a_site_has_rules_of_its_own(tmp_path: Path) -> None:
    files = {
        **ASTRO,
        "dist/index.html": "<html></html>",
        "dist/articles/un-banc/index.html": "<title>Un banc | Atelier</title><article><h1>Un banc</h1><p>built</p></article>",
        "dist/tags/hemp/index.html": "<h1>Articles on hemp</h1>",
        "dist/old/index.html": '<title>Hemp</title><meta http-equiv="refresh" content="0; url=/x/">',
        "src/content/blog/2026-03-05-un-banc.md": "---\ntitle: Un banc\npubDate: 2026-03-05\n---\nsource\n",
        "src/content/blog/hemp.md": "---\ntitle: Hemp\npubDate: 2026-03-06\n---\nsource\n",
    }
    banc, hemp = read(tmp_path, files).posts
    assert (banc.url, banc.html) == ("https://a.example/articles/un-banc/", "<p>built</p>")
    # Neither the page of a tag nor a redirect is the post.
    assert (hemp.url, hemp.html.strip()) == ("https://a.example/blog/hemp/", "<p>source</p>")


def test_a_plugin_may_move_what_the_rules_name(tmp_path: Path) -> None:
    files = {
        "_config.yml": "url: https://j.example\n",
        "_posts/2026-03-05-hemp.md": "---\ntitle: Hemp\n---\nsource",
        "_posts/2026-03-06-new.md": "---\ntitle: About\n---\nnot built yet",
        "_site/index.html": "<html></html>",
        "_site/about/index.html": "<h1>About</h1>",
        "_site/fr/hemp/index.html": "<article><h1>Hemp</h1><p>built</p></article>",
    }
    hemp, new = read(tmp_path, files).posts
    assert (hemp.url, hemp.html) == ("https://j.example/fr/hemp/", "<p>built</p>")
    assert new.url == "https://j.example/2026/03/06/new.html"


# Sites that are read as they are built

PAGE = (
    '<html lang="fr"><head><title>Une scie</title><link rel="canonical" href="https://d.example/blog/scie/">'
    '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-05-02T08:00:00Z">'
    "</head><body><article><h1>Une scie</h1><p>Texte.</p></article></body></html>"
)
POST = "---\ntitle: Une scie\ndate: 2026-05-02\n---\nTexte.\n"
BUILT = {
    "Docusaurus": ({"docusaurus.config.ts": "", "blog/scie.md": POST}, "build"),
    "Gatsby": ({"gatsby-config.js": "", "content/blog/scie/index.md": POST}, "public"),
    "Quarto": ({"_quarto.yml": "", "posts/scie/index.qmd": POST}, "_site"),
    "Hexo": ({"_config.yml": "url: https://d.example\n", "scaffolds/post.md": "", "source/_posts/scie.md": POST}, "public"),
    "Hexo without themes": (
        {
            "_config.yml": "url: https://d.example\n",
            "package.json": '{"dependencies": {"hexo": "7"}}',
            "source/_posts/s.md": POST,
        },
        "public",
    ),
    "Next.js": ({"next.config.mjs": "", "posts/scie.mdx": POST}, "out"),
    "VitePress": ({".vitepress/config.ts": "", "posts/scie.md": POST}, ".vitepress/dist"),
    "Bridgetown": ({"bridgetown.config.yml": "", "src/_posts/2026-05-02-scie.md": POST}, "output"),
    "Middleman": ({"config.rb": "", "source/2026-05-02-scie.html.markdown": POST}, "build"),
    "Lektor": ({"atelier.lektorproject": "", "content/scie/contents.lr": "title: Une scie"}, "build"),
    "Sphinx": ({"conf.py": "extensions = ['ablog']\n", "blog/scie.rst": "x", "index.rst": "x"}, "_website"),
}


@pytest.mark.parametrize("name", BUILT)
def test_without_its_built_site_one_sentence_says_to_build_first(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"{name.split()[0]}.* is not read") as caught:
        read(tmp_path, BUILT[name][0])
    assert "Build the site first" in str(caught.value.hint)


@pytest.mark.parametrize("name", BUILT)
def test_with_it_its_pages_are_the_posts(name: str, tmp_path: Path) -> None:
    files, output = BUILT[name]
    home = '<html lang="fr"><title>Carnet</title><link rel="canonical" href="https://d.example/"></html>'
    reading = read(tmp_path, {**files, f"{output}/index.html": home, f"{output}/blog/scie/index.html": PAGE})
    assert [(post.url, post.source) for post in reading.posts] == [
        ("https://d.example/blog/scie/", f"{output}/blog/scie/index.html")
    ]


def test_a_built_site_with_drafts_beside_it_stays_one(tmp_path: Path) -> None:
    write(tmp_path, {"index.html": PAGE, "shares/a.md": POST, "issues/a.md": POST})
    assert detect(tmp_path) == "html"


def test_drafts_are_no_articles(tmp_path: Path) -> None:
    reading = read(tmp_path, {"posts/a.md": POST, "shares/b.md": POST, "issues/c.md": POST, "posts/issues/d.md": POST})
    assert [post.source for post in reading.posts] == ["posts/a.md", "posts/issues/d.md"]


def test_what_is_read_from_its_sources_is_not_taken_for_another(tmp_path: Path) -> None:
    write(tmp_path, {**ASTRO, "next.config.js": "", "src/content/blog/a.md": POST})
    assert detect(tmp_path) == "markdown"


@pytest.mark.parametrize(
    "files",
    [
        {"_config.yml": "url: https://j.example\n", "_posts/README.txt": "x"},
        {"_config.yml": "url: https://j.example\n", "_layouts/post.html": "{{ content }}"},
        {"_config.yml": "url: https://j.example\n", "index.html": "---\nlayout: home\n---\n<h1>J</h1>"},
        {**ASTRO, "src/content/blog/a.md": "---\ntitle: A\n---\n"},
        {"posts/a.md": "---\ntitle: A\n---\n"},
        {"index.html": '<link rel="canonical" href="https://h.example/"><title>H</title>'},
    ],
    ids=["jekyll", "new jekyll", "jekyll with a home page", "astro", "plain", "html"],
)
def test_no_post_is_never_without_a_reason(files: dict[str, str], tmp_path: Path) -> None:
    reading = read(tmp_path, files)
    assert reading.posts == ()
    assert "no-posts" in rules(reading)


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("baseURL = ''", "the site's baseURL is not set"),
        ("title = 'H'", "the site's baseURL is not set"),
        ("baseURL = 'https://example.org/'", "the site's baseURL is https://example.org/, a name that is reserved"),
    ],
)
def test_an_address_that_hugo_makes_up_is_not_said_to_be_set(setting: str, reason: str, tmp_path: Path) -> None:
    reading = read(tmp_path, {"hugo.toml": f"{setting}\n", "content/post/a.md": POST})
    [found] = [each for each in reading.findings if each.rule == "no-address"]
    assert found.message.startswith(reason)
    assert found.path == "hugo.toml"


@pytest.mark.parametrize(
    "files",
    [
        {"hugo.toml": "baseURL = 'https://h.example/'\ntitle = 'H'\n", "content/post/a.md": POST},
        {"_config.yml": "url: https://j.example\n", "_posts/2026-05-02-a.md": POST},
        {"content/a.md": POST},
        {"index.html": '<link rel="canonical" href="https://h.example/">', "a/index.html": PAGE},
    ],
    ids=["hugo", "jekyll", "plain", "html"],
)
def test_a_folder_that_leads_nowhere_is_named_and_the_rest_is_read(files: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, files)
    (tmp_path / "content").mkdir(exist_ok=True)
    (tmp_path / "content" / "module").symlink_to("../../module")
    reading = open_source(tmp_path, Config(), now=NOW).read()
    assert len(reading.posts) == 1
    assert [each.source for each in reading.skipped] == ["content/module"]


# Data


def test_eleventy_merges_the_data_of_folders_deeply(tmp_path: Path) -> None:
    files = {
        ".eleventy.js": "module.exports = () => ({})",
        "_data/site.json": '{"url": "https://e.example/"}',
        "posts/bench/bench.json": '{"series": {"title": "The bench"}, "links": ["a"], "deep": {"x": {"y": 1}}}',
        "posts/bench/legs.md": "---\ntitle: Legs\ndate: 2026-01-02\nseries: {part: 2}\nlinks: [b]\ndeep: {x: {z: 2}}\n---\n",
        "posts/bench/top.md": "---\ntitle: Top\ndate: 2026-01-03\nseries: {part: 1}\noverride:links: [c]\n---\n",
    }
    reading = read(tmp_path, files)
    (series,) = find_series(reading.posts)[0]
    assert (series.name, [post.title for post in series.members]) == ("The bench", ["Top", "Legs"])
    legs, top = reading.posts
    assert (legs.params["links"], legs.params["deep"], top.params["links"]) == (["a", "b"], {"x": {"y": 1, "z": 2}}, ["c"])


def test_a_line_of_white_space_is_empty_to_yaml() -> None:
    assert read_yaml("a:\n  b: >\n    words\n\t\nc: 1\n \t \nd: 2\n") == {"a": {"b": "words\n"}, "c": 1, "d": 2}


def test_what_the_environment_may_say_has_what_counts_otherwise() -> None:
    assert read_yaml("url: !ENV [SITE_URL, 'https://m.example/']\nname: !ENV NAME\nlist: !ENV []\n") == {
        "url": "https://m.example/", "name": None, "list": None,
    }  # fmt: skip


@pytest.mark.parametrize("tag", ["fr" * 200, "en" + "-x" * 30, "../..", "f", "", "a b", "français"])
def test_what_is_no_language_tag_is_ignored(tag: str) -> None:
    assert language_tag(tag) == "en"


def test_a_feed_says_that_its_language_is_none(tmp_path: Path) -> None:
    item = "<item><title>A</title><link>https://f.example/a/</link><pubDate>Fri, 20 Nov 2026 10:00:00 +0000</pubDate></item>"
    head = f"<title>F</title><link>https://f.example/</link><language>{'en' * 50}</language>"
    path = write(tmp_path, {"index.xml": f"<rss version='2.0'><channel>{head}{item}</channel></rss>"}) / "index.xml"
    config = Config(source=SourceSettings(kind="feed", path="index.xml"))
    reading = open_source(path.parent, config, now=NOW).read()
    assert (reading.site.language, rules(reading)) == ("en", ["language"])


# WordPress


def test_a_prefix_that_is_not_declared_is_read_all_the_same(tmp_path: Path) -> None:
    item = (
        "<item><title>A</title><link>https://w.example/a/</link><wp:post_id>7</wp:post_id><wp:status>publish</wp:status>"
        "<wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt><pubDate>Tue, 06 Jan 2026 08:00:00 +0000</pubDate>"
        "<content:encoded><![CDATA[Words]]></content:encoded><excerpt:encoded><![CDATA[Short]]></excerpt:encoded></item>"
    )
    text = f"<rss version='2.0'><channel><title>W</title><link>https://w.example</link>{item}</channel></rss>"
    write(tmp_path, {"e.xml": text})
    config = Config(source=SourceSettings(kind="wordpress", path="e.xml"))
    (post,) = open_source(tmp_path, config, now=NOW).read().posts
    assert (post.html, post.summary, post.published) == ("<p>Words</p>", "Short", datetime(2026, 1, 6, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    "shortcode",
    [
        "[youtube https://v.example/1]", "[youtube=https://v.example/1]", "[embed]https://v.example/1[/embed]",
        '[video src="https://v.example/1" width="640"]', "[vimeo https://v.example/1 w=640&h=385]",
    ],
)  # fmt: skip
def test_what_wordpress_embeds_is_a_link(shortcode: str) -> None:
    made = paragraphs(f"Before.\n\n{shortcode}\n\nAfter.")
    assert '<a href="https://v.example/1">https://v.example/1</a>' in made
    assert "[" not in made
