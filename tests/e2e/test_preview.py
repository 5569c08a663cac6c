"""``sharekit preview``: what a person sees before anything goes out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from commands import git, page

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from commands import Sharekit

NOW = ("--now", "2026-04-20T09:00:00+02:00")


def test_the_pages_show_the_drafts_as_a_person_edited_them(blog: Path, sharekit: Sharekit) -> None:
    assert sharekit("build", "--quiet", *NOW, cwd=blog).returncode == 0
    draft = next((blog / "shares").glob("*capteurs.md"))
    draft.write_text(draft.read_text().replace("Trois capteurs, quatre fils", "Trois capteurs et mes mots"))
    before = git("status", "--short", cwd=blog)

    done = sharekit("preview", *NOW, cwd=blog)

    assert done.returncode == 0, done.stderr
    place = blog / ".sharekit" / "preview"
    assert f"{place.as_uri()}/index.html" in done.stdout
    assert "Trois capteurs et mes mots" in page(place / "shares.html").text_content()
    assert git("status", "--short", cwd=blog) == before
    again = {path: path.stat().st_mtime_ns for path in place.iterdir()}
    assert sharekit("preview", *NOW, cwd=blog).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in place.iterdir()} == again


def test_every_local_address_of_the_pages_leads_to_a_file(blog: Path, sharekit: Sharekit, tmp_path: Path) -> None:
    assert sharekit("build", "--quiet", *NOW, cwd=blog).returncode == 0
    place = tmp_path / "elsewhere"
    done = sharekit("preview", "--output", str(place), "--format", "json", *NOW, cwd=blog)
    pages = [place / name for name in ("index.html", "shares.html", "issues.html", "feeds.html")]
    assert [str(each) for each in pages] == json.loads(done.stdout)["pages"]
    local = [
        (place / (link[2].partition("#")[0] or each.name), link[2].partition("#")[2])
        for each in pages
        for link in page(each).iterlinks()
        if not link[2].startswith("https://")
    ]
    assert {path.suffix for path, _ in local} >= {".html", ".xml", ".png"}
    for path, anchor in local:
        assert path.is_file(), path
        assert not anchor or page(path).get_element_by_id(anchor) is not None


def test_before_a_build_the_pages_say_what_to_do(zwindler: Path, sharekit: Sharekit) -> None:
    done = sharekit("preview", cwd=zwindler)
    assert done.returncode == 0, done.stderr
    assert "sharekit build" in page(zwindler / ".sharekit" / "preview" / "shares.html").text_content()


AXE = """async () => {
  const found = await axe.run(document, {iframes: false});
  return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}`));
}"""


def test_a_browser_shows_them_within_its_width_and_axe_finds_nothing(
    blog: Path, sharekit: Sharekit, chromium: Browser, project: Path
) -> None:
    settings = blog / "sharekit.toml"
    settings.unlink()
    origin = ("--sharekit", "https://github.com/example/sharekit@v0.2.0")
    given = (*origin, "--channel", "x", "--channel", "linkedin", "--set", "linkedin.author=later")
    assert sharekit("init", "--no-input", *given, *NOW, cwd=blog).returncode == 0
    settings.write_text(settings.read_text().replace("since    = 2026-04-20", "since    = 2026-01-01"))
    assert sharekit("build", "--quiet", *NOW, cwd=blog).returncode == 0
    draft = next((blog / "shares").glob("*capteurs.md"))
    draft.write_text(draft.read_text().replace("Trois capteurs, quatre fils", "Trois capteurs et mes mots"))
    assert sharekit("preview", "--quiet", *NOW, cwd=blog).returncode == 0
    place = (blog / ".sharekit" / "preview").as_uri()
    names = ("index", "shares", "issues", "feeds")
    for width in (390, 1240, 1600):
        with chromium.new_page(viewport={"width": width, "height": 900}) as shown:
            for name in names:
                shown.goto(f"{place}/{name}.html")
                assert shown.evaluate("document.documentElement.scrollWidth") == width, name
            shown.goto(f"{place}/index.html")
            shown.click(".event >> text=le tableau de bord >> nth=0")
            assert (shown.locator(":target h2").text_content() or "").startswith("Une station météo")
    axe = project / "tests/npm/axe/node_modules/axe-core/axe.min.js"
    if not axe.is_file():
        pytest.skip("tests/npm/axe is not installed: apt-get install nodejs npm, then make test")
    found = {}
    for scheme in ("light", "dark"):
        with chromium.new_context(color_scheme=scheme, offline=True) as context:
            shown = context.new_page()
            for name in names:
                shown.goto(f"{place}/{name}.html")
                shown.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
                shown.evaluate(axe.read_text(encoding="utf-8"))
                found[scheme, name] = shown.evaluate(AXE)
    assert {place: wrong for place, wrong in found.items() if wrong} == {}
