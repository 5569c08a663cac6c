"""One blog through its several doors: Hugo itself, the pages that it built, and its Markdown."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import msgspec
import pytest

from blogs import write
from forked import launcher
from sharekit.config import Config
from sharekit.model import NO_ADDRESS
from sharekit.registry import open_source
from sharekit.series import find_series
from sharekit.series.declared import series_in_front_matter
from sharekit.session import Session
from sharekit.sources.hugo.program import find_hugo
from sharekit.urls import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.model import Reading

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SITE = {
    "hugo.toml": 'baseURL = "https://carnet.example/"\nlanguageCode = "fr"\ntitle = "Carnet"\ntimeZone = "Europe/Paris"\n'
    "[taxonomies]\ntag = 'tags'\nserie = 'series'\n",
    "layouts/_default/baseof.html": '<!doctype html><html lang="fr"><head><title>{{ .Title }} | {{ site.Title }}</title>'
    '<link rel="canonical" href="{{ .Permalink }}">{{ if .IsPage }}<meta property="og:type" content="article">'
    '<meta property="article:published_time" content="{{ .PublishDate.Format "2006-01-02T15:04:05Z07:00" }}">{{ end }}'
    '</head><body>{{ block "main" . }}{{ end }}</body></html>',
    "layouts/_default/single.html": '{{ define "main" }}<article><header><h1>{{ .Title }}</h1></header>'
    '<div class="post-content">{{ .Content }}</div></article>{{ end }}',
    "layouts/_default/list.html": '{{ define "main" }}{{ range .Pages }}'
    '<article><a href="{{ .Permalink }}">{{ .Title }}</a></article>{{ end }}{{ end }}',
    "content/a-propos.md": "---\ntitle: À propos\n---\nMoi.\n",
    "content/posts/un.md": "---\ntitle: Premier pas\ndate: 2024-03-01\nslug: pas-1\n---\nBonjour.\n",
    "content/posts/deux.md": "+++\ntitle = 'Deuxième pas'\ndate = 2024-03-02T10:00:00+01:00\naliases = ['/vieux/']\n+++\n"
    "Cet article fait partie d'une série :\n\n- [Premier pas](/posts/pas-1/)\n- Deuxième pas\n- Troisième pas (à venir)\n",
    "content/posts/futur.md": "---\ntitle: Plus tard\ndate: 2026-11-24T08:00:00Z\n---\nBientôt.\n",
    "content/posts/brouillon.md": "---\ntitle: Brouillon\ndate: 2024-01-01\ndraft: true\n---\nNon.\n",
}


def read(root: Path, now: datetime = NOW) -> Reading:
    return open_source(root, Config(), now=now).read()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write(tmp_path / "blog", SITE)


def test_hugo_and_the_pages_that_it_built_name_the_same_posts(site: Path, tmp_path: Path) -> None:
    built = tmp_path / "built"
    hugo = find_hugo()
    arguments = ["build", "--quiet", "--source", str(site), "--destination", str(built), "--clock", NOW.isoformat()]
    assert hugo.run(arguments).returncode == 0
    by_hugo, by_html = read(site), read(built)
    assert [(post.id, post.url, post.title, post.published) for post in by_hugo.posts] == [
        (post.id, post.url, post.title, post.published) for post in by_html.posts
    ]
    assert [post.id for post in by_hugo.posts] == ["posts/pas-1", "posts/deux"]
    assert by_html.posts[0].html == "<p>Bonjour.</p>"
    assert "vieux" in by_html.posts[1].aliases[0]


def redirects(built: Path, base: str) -> dict[str, set[str]]:
    """Which paths lead to a page, by the redirects that Hugo wrote."""
    found: dict[str, set[str]] = {}
    for path in built.rglob("*.html"):
        target = re.search(r"http-equiv=.?refresh.? content=.0; url=([^\"]+)", path.read_text(encoding="utf-8"))
        if target:
            own = urljoin(base, quote(path.relative_to(built).as_posix()))
            found.setdefault(path_of(target[1]), set()).add(path_of(own))
    return found


ALIASED = (
    "---\ntitle: A\ndate: 2024-01-01\n{more}"
    "aliases: [/abs/{n}/, rel-{n}, ../up-{n}, /w-{n}.html, '/s p-{n}/', ./dot-{n}]\n---\nx\n"
)
LANGUAGES = "[languages.fr]\nweight = 2\n[languages.en]\nweight = 1\n"


@pytest.mark.parametrize(
    "settings",
    [
        "baseURL = 'https://h.test/'\ndefaultContentLanguage = 'fr'\n" + LANGUAGES,
        "baseURL = 'https://h.test/b/c/'\ndefaultContentLanguage = 'fr'\n" + LANGUAGES,
        "baseURL = 'https://h.test/'\nuglyURLs = true\n",
        "baseURL = 'https://h.test/'\n[uglyURLs]\npost = true\n",
        "baseURL = 'https://h.test/'\ndefaultContentLanguage = 'fr'\ndefaultContentLanguageInSubdir = true\n" + LANGUAGES,
    ],
)
def test_aliases_are_the_paths_at_which_hugo_redirects(settings: str, tmp_path: Path) -> None:
    root = write(
        tmp_path / "blog",
        {
            "hugo.toml": settings,
            "layouts/_default/single.html": "x",
            "content/post/a.md": ALIASED.format(n="a", more=""),
            "content/post/a.en.md": ALIASED.format(n="en", more=""),
            "content/post/bundle/index.md": ALIASED.format(n="b", more="slug: other\n"),
            "content/post/c.md": ALIASED.format(n="c", more="url: /x/y.html\n"),
        },
    )
    built = tmp_path / "built"
    assert find_hugo().run(["build", "--quiet", "--source", str(root), "--destination", str(built)]).returncode == 0
    base = settings.partition("'")[2].partition("'")[0]
    real = redirects(built, base)
    reading = read(root)
    assert len(reading.posts) >= 3
    assert {path_of(post.url): set(post.aliases) for post in reading.posts} == real
    assert "content/post/bundle/index.md" in {post.source for post in reading.posts}


def test_what_is_still_to_come_is_read_with_its_address_and_its_words(site: Path) -> None:
    write(
        site,
        {
            "content/posts/passe.md": "---\ntitle: Passé\ndate: 2024-01-01\nexpiryDate: 2024-06-01\n---\nx\n",
            "content/posts/tard.md": "---\ntitle: Bien plus tard\ndate: 2024-01-01\npublishDate: 2026-12-24\n"
            "slug: tard-1\n---\n*Oui*.\n",
        },
    )
    reading = read(site)
    assert [(post.url, post.title) for post in reading.upcoming] == [
        ("https://carnet.example/posts/futur/", "Plus tard"),
        ("https://carnet.example/posts/tard-1/", "Bien plus tard"),
    ]
    assert reading.upcoming[1].html == "<p><em>Oui</em>.</p>\n"
    assert {post.title for post in reading.posts} == {"Premier pas", "Deuxième pas"}
    assert reading.serves("https://carnet.example/posts/futur/") is False
    assert reading.skipped == ()
    # The same export serves any moment: before one expired, after all are out.
    assert "Passé" in {post.title for post in read(site, datetime(2024, 5, 1, tzinfo=UTC)).posts}
    later = read(site, datetime(2027, 1, 1, tzinfo=UTC))
    assert later.upcoming == ()
    assert later.serves("https://carnet.example/posts/futur/") is True


def test_a_change_within_the_tick_of_the_cache_is_seen(site: Path) -> None:
    post = site / "content/posts/un.md"
    text = post.read_text(encoding="utf-8")
    for number in range(6):
        post.write_text(text.replace("Premier pas", f"Premier p{number}s"), encoding="utf-8")
        assert read(site).posts[0].title == f"Premier p{number}s"


def test_a_site_with_other_settings_is_read_all_the_same(site: Path) -> None:
    config = SITE["hugo.toml"].partition("[taxonomies]")[0]
    more = "[minify]\nminifyOutput = true\n[outputs]\nhome = ['html', 'search', 'amp2']\n"
    write(site, {"hugo.toml": f"theme = 'absent'\n{config}{more}"})
    slides = "---\ntitle: S\ndate: 2024-01-01\noutputs: [html, slides]\n---\nx\n"
    write(site, {"content/posts/s.md": slides})
    reading = read(site)
    assert len(reading.posts) == 3
    assert [each.rule for each in reading.findings] == ["theme-missing"]


def test_a_cover_under_a_name_of_its_own_and_a_home_page_that_ends_in_html(site: Path) -> None:
    named = "resources:\n- src: rabot.png\n  name: cover\n"
    write(site, {"hugo.toml": f"uglyURLs = true\n{SITE['hugo.toml']}"})
    write(site, {"content/posts/rabot/index.md": f"---\ntitle: Rabot\ndate: 2024-02-01\n{named}---\nx\n"})
    (site / "content/posts/rabot/rabot.png").write_bytes(
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (16).to_bytes(4) + (8).to_bytes(4) + b"\0" * 9
    )
    reading = read(site)
    assert reading.site.url == "https://carnet.example/"
    image = next(post.image for post in reading.posts if post.title == "Rabot")
    assert image is not None
    assert (image.url.rpartition("/")[2], image.width, image.height) == ("rabot.png", 16, 8)


def test_html_that_hugo_does_not_take_is_left_out_with_the_remedy(site: Path) -> None:
    write(site, {"content/posts/page.html": "---\ntitle: Page\ndate: 2024-01-01\n---\n<p>x</p>\n"})
    reading = read(site)
    assert len(reading.posts) == 2
    assert "allowContent" in reading.skipped[0].reason
    assert "front matter" not in reading.skipped[0].reason


@pytest.mark.parametrize(
    "base", ["/", "", "https://example.org/", "http://www.example.com/blog/", "//blog.test/", "http://localhost:1313/"]
)
def test_a_blog_without_an_address_of_its_own_is_an_error(base: str, site: Path) -> None:
    write(site, {"hugo.toml": SITE["hugo.toml"].replace("https://carnet.example/", base)})
    findings = read(site).findings
    assert [(each.level, each.rule, each.path) for each in findings] == [("error", NO_ADDRESS, "hugo.toml")]
    config = msgspec.convert({"site": {"url": "https://carnet.example/b/"}}, Config)
    named = open_source(site, config, now=NOW).read()
    assert named.findings == ()
    assert [post.url for post in named.posts] == [
        "https://carnet.example/b/posts/pas-1/",
        "https://carnet.example/b/posts/deux/",
    ]


def test_front_matter_that_is_nested_without_end_is_left_out(site: Path) -> None:
    deep = "[" * 3000 + "]" * 3000
    write(site, {"content/posts/profond.md": f'{{"title": "Profond", "date": "2024-01-01", "x": {deep}}}\nx\n'})
    reading = read(site)
    assert len(reading.posts) == 2
    assert "content/posts/profond.md" in {each.source for each in reading.skipped}


def test_the_default_language_is_the_sites_own(tmp_path: Path) -> None:
    config = "baseURL = 'https://h.test/'\ntitle = 'X'\ndefaultContentLanguage = 'fr'\n" + LANGUAGES
    post = "---\ntitle: T\ndate: 2024-01-01\n---\nx\n"
    root = write(tmp_path / "blog", {"hugo.toml": config, "content/post/a.md": post, "content/post/a.en.md": post})
    reading = read(root)
    assert (reading.site.language, reading.site.url) == ("fr", "https://h.test/")


def test_a_link_that_leads_nowhere_is_no_traceback(site: Path) -> None:
    (site / "content/posts/lien.md").symlink_to(site / "nulle/part.md")
    assert len(read(site).posts) == 2


def test_a_file_in_another_encoding_is_left_out_by_name(site: Path) -> None:
    text = '---\ntitle: "Été"\ndate: 2024-03-01\n---\nUn texte.\n'
    (site / "content/posts/wide.md").write_text(text, encoding="utf-16")
    (site / "content/posts/latin.md").write_text(text, encoding="latin-1")
    found = Session(site, now=NOW).blog.reading
    assert len(found.posts) == 2
    assert {(each.source, each.line, each.reason) for each in found.skipped} == {
        ("content/posts/wide.md", None, "it is UTF-16, which Hugo does not read: save it as UTF-8"),
        ("content/posts/latin.md", 2, "it is not valid UTF-8: save it as UTF-8"),
    }


def test_the_series_in_the_body_is_found_through_both(site: Path, tmp_path: Path) -> None:
    built = tmp_path / "built"
    find_hugo().run(["build", "--quiet", "--source", str(site), "--destination", str(built), "--clock", NOW.isoformat()])
    for reading in (read(site), read(built)):
        series, _ = find_series(reading.posts)
        assert [[member.title for member in each.members] for each in series] == [["Premier pas", "Deuxième pas"]]
        assert series[0].announced == ("Troisième pas",)


def test_the_page_of_a_term_names_the_series(tmp_path: Path) -> None:
    config = SITE["hugo.toml"] + "[languages.fr]\nweight = 1\n[languages.en]\nweight = 2\ntitle = 'Ropes'\n"
    front = "---\ntitle: T{0}\ndate: 2024-01-0{0}\nseries: {1}\n---\nx\n"
    root = write(
        tmp_path / "blog",
        {
            "hugo.toml": f"defaultContentLanguage = 'fr'\n{config}",
            "content/series/wire-rope/_index.md": "---\ntitle: Le câble\n---\n",
            "content/series/wire-rope/_index.en.md": "+++\nTitle = 'Wire, and rope'\n+++\n",
            "content/series/hemp.md": "---\ntitle: Le chanvre\n---\n",
            "content/tags/knots/_index.md": "---\ntitle: No series\n---\n",
            "content/posts/a.md": front.format(1, "[Wire Rope]"),
            "content/posts/a.en.md": front.format(2, "wire-rope"),
            "content/posts/b.md": front.format(3, "[hemp, knots]"),
        },
    )
    named = [
        [{"name": "Le câble", "id": "Wire Rope"}],
        {"name": "Wire, and rope", "id": "wire-rope"},
        [{"name": "Le chanvre", "id": "hemp"}, "knots"],
    ]
    reading = read(root)
    assert [(each.language, each.title, path_of(each.url)) for each in reading.others] == [("en", "Ropes", "en")]
    posts = reading.posts
    assert [post.params["series"] for post in posts] == named
    (series,), _ = series_in_front_matter(posts[:1])
    assert (series.name, series.id) == ("Le câble", "Wire Rope")


def test_the_zone_of_the_site_is_the_one_that_hugo_knows(site: Path) -> None:
    assert read(site).site.timezone == "Europe/Paris"


def test_an_unchanged_blog_is_read_without_hugo_and_right_when_a_post_comes_due(site: Path) -> None:
    assert len(read(site).posts) == 2
    stand_in = site.parent / "bin" / "hugo"
    stand_in.parent.mkdir()
    before = read(site)
    assert len(before.posts) == 2
    due = read(site, datetime(2026, 11, 24, 8, 0, 1, tzinfo=UTC))
    assert [post.title for post in due.posts][-1] == "Plus tard"
    # And back again: a rehearsal with --now must not be answered with the future.
    assert len(read(site).posts) == 2


def test_a_change_is_seen_and_the_cache_may_be_deleted(site: Path) -> None:
    import shutil

    read(site)
    post = site / "content/posts/un.md"
    post.write_text(post.read_text().replace("Premier pas", "Premier saut"))
    assert read(site).posts[0].title == "Premier saut"
    shutil.rmtree(site / ".sharekit")
    assert read(site).posts[0].title == "Premier saut"


def test_a_damaged_cache_is_only_a_cache(site: Path) -> None:
    read(site)
    for path in (site / ".sharekit/cache").iterdir():
        path.write_bytes(b'{"start": 3}\n{"kind"')
    assert len(read(site).posts) == 2


def test_a_post_that_hugo_refuses_is_left_out_by_name_and_the_rest_is_read(site: Path) -> None:
    write(
        site,
        {
            "content/posts/date.md": "---\ntitle: Trente février\ndate: 2024-02-30\n---\nx\n",
            "content/posts/yaml.md": "---\ntitle: [cassé\ndate: 2024-01-01\n---\nx\n",
            "content/posts/ref.md": '---\ntitle: Lien cassé\ndate: 2024-01-02\n---\n{{< relref "nulle-part.md" >}} mots\n',
            "content/posts/doublon.md": "---\ntitle: Doublon\ntitle: Encore\ndate: 2024-01-03\n---\nx\n",
        },
    )
    reading = read(site)
    skipped = {each.source: (each.line, each.reason) for each in reading.skipped}
    assert {"content/posts/date.md", "content/posts/yaml.md", "content/posts/doublon.md"} <= set(skipped)
    assert "2024-02-30" in skipped["content/posts/date.md"][1]
    assert skipped["content/posts/date.md"][0] == 3
    assert {"Premier pas", "Deuxième pas", "Lien cassé"} <= {post.title for post in reading.posts}
    broken = next(post for post in reading.posts if post.title == "Lien cassé")
    assert "mots" in broken.html
    assert any(finding.rule == "dead-link" and finding.path == "content/posts/ref.md" for finding in reading.findings)


def test_the_command_lists_what_was_left_out(site: Path) -> None:
    write(site, {"content/posts/date.md": "---\ntitle: Trente février\ndate: 2024-02-30\n---\nx\n"})
    done = launcher().run(["posts", "--format", "json", "--now", NOW.isoformat()], cwd=site, environment=os.environ)
    assert done.returncode == 0, done.stderr
    reported = json.loads(done.stdout)
    assert len(reported["posts"]) == 2
    assert reported["skipped"][0]["source"] == "content/posts/date.md"
    assert reported["skipped"][0]["line"] == 3


def test_many_posts_are_read_without_their_contents_and_give_them_when_asked(site: Path) -> None:
    old = {
        f"content/posts/vieux-{n:03}.md": f"---\ntitle: Vieux {n}\ndate: 2020-01-01T00:{n % 60:02}:0{n // 60}Z\n---\n**{n}**"
        for n in range(320)
    }
    write(site, old)
    reading = read(site)
    assert len(reading.posts) == 322
    assert "<strong>7</strong>" in next(post for post in reading.posts if post.title == "Vieux 7").html
    assert "Bonjour" in next(post for post in reading.posts if post.title == "Premier pas").html


def test_hugo_s_pages_and_aliases_are_served_and_a_dead_link_is_not(site: Path) -> None:
    serves = read(site).serves
    addresses = ["posts/pas-1/", "vieux/", "a-propos/", "posts/", "posts/nulle-part/", "images/absente.png"]
    assert [serves(f"https://carnet.example/{each}") for each in addresses] == [True, True, True, True, False, False]
    assert serves("https://elsewhere.example/") is None


def test_what_was_read_while_a_post_was_saved_is_not_kept_for_what_it_held_before(site: Path) -> None:
    post, saved, program = site / "content/posts/un.md", site.parent / "saved.md", site.parent / "hugo"
    before = post.read_text()
    saved.write_text(before.replace("Premier", "Dernier"))
    program.write_text(
        f'#!/bin/sh\n[ "$1" = build ] && [ -e "{saved}" ] && mv "{saved}" "{post}"\nexec "{find_hugo().program}" "$@"\n'
    )
    program.chmod(0o755)
    source = open_source(site, msgspec.convert({"source": {"hugo": str(program)}}, Config), now=NOW)
    assert source.read().posts[0].title == "Dernier pas"
    post.write_text(before)
    assert source.read().posts[0].title == "Premier pas"
