"""Which file, line and rule a fact comes from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sharekit.config import Config
from sharekit.errors import SourceError
from sharekit.registry import open_source
from sharekit.report.blog import why_json, why_lines
from sharekit.steps.blog import Blog, folders, read_blog
from sharekit.steps.why import why_post, why_series

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LIST = "This article is part of the Sea Rope series of articles:\n\n- [One](/x/one/)\n- [Two](/2024/01/02/two.html)\n"


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    files = {
        "_config.yml": "url: https://w.example\n",
        "_posts/2024-01-01-one.md": f"---\ntitle: One\npermalink: /x/one/\nlang: en\n---\n\n{LIST}",
        "_posts/2024-01-02-two.md": f"---\ntitle: Two\n---\n{LIST}",
        "_posts/2024-01-03-three.md": "---\ntitle: Three\nseries: Kept\npart: 2\ndate: 2024-01-03 10:00\n---\n",
        "_posts/2024-01-04-four.md": "---\ntitle: Four\nseries: Kept\npart: 1\n---\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return read_blog(open_source(tmp_path, Config(), now=NOW), Config(), folders(tmp_path, Config()))


def test_a_post_s_facts_have_their_lines(blog: Blog) -> None:
    facts = {fact.name: fact for fact in why_post(blog, "_posts/2024-01-01-one.md")}
    one = "_posts/2024-01-01-one.md"
    assert (facts["address"].rule, facts["address"].path, facts["address"].line) == ("front matter: permalink", one, 3)
    assert (facts["language"].rule, facts["language"].line) == ("front matter: lang", 4)
    assert (facts["date"].line, "file name" in facts["date"].rule) == (None, True)
    assert (facts["list"].path, facts["list"].line) == (one, 7)
    assert facts["series"].value == "Sea Rope"


def test_a_declared_series_names_the_keys_and_their_lines(blog: Blog) -> None:
    facts = why_series(blog, "kept")
    assert [(fact.name, fact.rule, fact.path, fact.line) for fact in facts[1:]] == [
        ("part", "front matter: series", "_posts/2024-01-04-four.md", 3),
        ("position", "front matter: part", "_posts/2024-01-04-four.md", 4),
        ("part", "front matter: series", "_posts/2024-01-03-three.md", 3),
        ("position", "front matter: part", "_posts/2024-01-03-three.md", 4),
    ]


def test_a_listed_series_names_every_list(blog: Blog) -> None:
    facts = why_series(blog, "Sea Rope")
    assert [(fact.path, fact.line) for fact in facts if fact.name == "list"] == [
        ("_posts/2024-01-01-one.md", 7),
        ("_posts/2024-01-02-two.md", 4),
    ]
    assert any("_posts/2024-01-02-two.md:4" in line for line in why_lines(facts))
    assert why_json(facts)["facts"][0] == {
        "name": "series", "value": "Sea Rope", "rule": "from a list in the body", "path": None, "line": None
    }  # fmt: skip


def test_what_is_not_there_is_an_error_with_the_name_that_is(blog: Blog) -> None:
    with pytest.raises(SourceError, match="no post") as caught:
        why_post(blog, "Onee")
    assert "One" in str(caught.value.hint)
    with pytest.raises(SourceError, match="no series"):
        why_series(blog, "Lost")
