"""One blog through its several doors: Hugo itself, the pages that it built, and its Markdown."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from sharekit.config import Config
from sharekit.registry import open_source
from sharekit.series import find_series
from sharekit.sources.hugo.binary import find_hugo

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


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def read(root: Path, now: datetime = NOW) -> Reading:
    return open_source(root, Config(), now=now).read()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write(tmp_path / "blog", SITE)


def test_hugo_and_the_pages_that_it_built_name_the_same_posts(site: Path, tmp_path: Path) -> None:
    built = tmp_path / "built"
    hugo = find_hugo()
    arguments = ["build", "--quiet", "--source", str(site), "--destination", str(built), "--clock", NOW.isoformat()]
    assert hugo.run(arguments).code == 0
    by_hugo, by_html = read(site), read(built)
    assert [(post.id, post.url, post.title, post.published) for post in by_hugo.posts] == [
        (post.id, post.url, post.title, post.published) for post in by_html.posts
    ]
    assert [post.id for post in by_hugo.posts] == ["posts/pas-1", "posts/deux"]
    assert by_html.posts[0].html == "<p>Bonjour.</p>"
    assert "vieux" in by_html.posts[1].aliases[0]


def test_the_series_in_the_body_is_found_through_both(site: Path, tmp_path: Path) -> None:
    built = tmp_path / "built"
    find_hugo().run(["build", "--quiet", "--source", str(site), "--destination", str(built), "--clock", NOW.isoformat()])
    for reading in (read(site), read(built)):
        series, _ = find_series(reading.posts)
        assert [[member.title for member in each.members] for each in series] == [["Premier pas", "Deuxième pas"]]
        assert series[0].announced == ("Troisième pas",)


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
    command = [sys.executable, "-m", "sharekit", "posts", str(site), "--format", "json", "--now", NOW.isoformat()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told["posts"]) == 2
    assert told["skipped"][0]["source"] == "content/posts/date.md"
    assert told["skipped"][0]["line"] == 3


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
