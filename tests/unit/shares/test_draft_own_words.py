"""``share:`` in the front matter, as the page about drafts shows it, in each generator that it names."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from plans import config
from sharekit.config import SharesSettings
from sharekit.registry import open_source, outlet
from sharekit.shares.draft import draft_texts, own_text
from sharekit.text.hook import story

if TYPE_CHECKING:
    from pathlib import Path

HUGO = {"hugo.toml": "baseURL = 'https://b.example/'\n", "layouts/_default/single.html": "{{ .Content }}\n"}
SITES: dict[str, tuple[dict[str, str], str]] = {
    "hugo": (HUGO, "content/post/plane.md"),
    "jekyll": ({"_config.yml": "url: https://b.example\n"}, "_posts/2026-11-02-plane.md"),
    "astro": ({"astro.config.mjs": "export default { site: 'https://b.example' }\n"}, "src/content/blog/plane.md"),
    "eleventy": ({"eleventy.config.js": "module.exports = {}\n"}, "posts/plane.md"),
}
CHANNELS = ("x", "linkedin", "mastodon", "bluesky")
TWO = SharesSettings(slots={"launch": "0d", "reminder": "7d"})


def examples(project: Path, fence: str) -> list[str]:
    """The front matter that the page shows."""
    page = (project / "docs/how-to/drafts.md").read_text(encoding="utf-8")
    blocks = page.partition("`share:` is one text")[2].split(f"    {fence}\n")[1::2]
    return [textwrap.dedent(block) for block in blocks]


def drafted(root: Path, kind: str, front: str) -> dict[str, str]:
    files, name = SITES[kind]
    for path, text in {**files, name: front + "A plane sings where its iron is set to a hair.\n"}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    (post,) = open_source(root, config(site={"url": "https://b.example/"})).read().posts
    found = draft_texts(post, parts=(), outlets=[outlet(each, {}) for each in CHANNELS], settings=TWO, offer=story(post))
    return {section: text.partition("\n")[0] for section, text in found.items()}


@pytest.mark.parametrize("kind", SITES)
def test_one_text_is_for_the_first_share_of_every_channel(kind: str, project: Path, tmp_path: Path) -> None:
    found = drafted(tmp_path, kind, f"---\ndate: 2026-11-02\n{examples(project, '---')[0]}---\n")
    assert {found[name] for name in CHANNELS} == {"Three ways to set a plane wrong, and I know all of them."}
    assert found["x @ reminder"] == "A plane that chatters is set wrong in one of three ways."


@pytest.mark.parametrize(("kind", "fence"), [*((kind, "---") for kind in SITES), ("hugo", "+++")])
def test_a_text_for_each_channel_and_slot(kind: str, fence: str, project: Path, tmp_path: Path) -> None:
    date = "date = 2026-11-02" if fence == "+++" else "date: 2026-11-02"
    found = drafted(tmp_path, kind, f"{fence}\n{date}\n{examples(project, fence)[-1]}{fence}\n")
    assert found == {
        "x": "Three ways to set a plane wrong.",
        "x @ reminder": "For every other channel, a week later.",
        "linkedin": "I set planes wrong for ten years.",
        "linkedin @ reminder": "What a chattering plane told me.",
        "mastodon": "A plane sings where its iron is set to a hair.",
        "mastodon @ reminder": "Still chattering?",
        "bluesky": "A plane sings where its iron is set to a hair.",
        "bluesky @ reminder": "For every other channel, a week later.",
    }


@pytest.mark.parametrize(
    ("given", "slot", "said"),
    [
        ("One", "launch", ("One", False)),
        ("One", "reminder", ("", False)),
        ({"x": "One"}, "launch", ("One", True)),
        ({"x": "One"}, "reminder", ("", False)),
        ({"Work": "One", "x": "Two"}, "launch", ("One", True)),
        ({"twitter": {"Reminder": "Later"}}, "reminder", ("Later", True)),
        ({"X@Reminder": "Later"}, "reminder", ("Later", True)),
        ({"x": {"launch": "One"}}, "launch", ("One", True)),
        ({"launch": "All"}, "launch", ("All", False)),
        ({"x": "  ", "launch": "All"}, "launch", ("All", False)),
        ({"mastodon": "One"}, "launch", ("", False)),
        ({"x": "Yes"}, "launch", ("", False)),
        (7, "launch", ("", False)),
    ],
)
def test_the_nearest_name_wins(given: Any, slot: str, said: tuple[str, bool]) -> None:
    assert own_text(given, outlet("work", {"kind": "x"}), slot, first=slot == "launch") == said
