"""What Hugo says of content that it does not take, and what the author is told to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sharekit.sources.hugo.render import explain

if TYPE_CHECKING:
    from pathlib import Path

REFUSAL = """ERROR error building site: assemble: failed to create page from pageMetaSource /post/fiche: \
"{root}/content/post/fiche.html:1:1": access denied: "text/html" is not whitelisted in policy "security.allowContent"; \
the current security configuration is:

[security]
  allowContent = {policy}
  enableInlineShortcodes = false
"""


@pytest.mark.parametrize(
    ("policy", "advised"),
    [
        # The default of Hugo 0.168: what it refuses besides HTML stays refused, and Markdown stays allowed.
        ("['! ^text/html$', '! ^text/org$']", "['! ^text/org$']"),
        ("['^text/markdown$']", "['^text/markdown$', '^text/html$']"),
        ("['! ^text/html$', '^text/markdown$']", "['^text/markdown$', '^text/html$']"),
        ("['! text/h']", "['.*']"),
        ("[not toml", "['.*']"),
    ],
)
def test_the_remedy_adds_to_what_the_site_allows(policy: str, advised: str, tmp_path: Path) -> None:
    (tmp_path / "content/post").mkdir(parents=True)
    (tmp_path / "content/post/fiche.html").touch()
    error = explain(REFUSAL.replace("\\\n", "").format(root=tmp_path, policy=policy), tmp_path)
    assert f"allowContent = {advised} " in error.message
    assert error.path == "content/post/fiche.html"
    assert "front matter" not in error.message


def test_the_remedy_is_right_for_articles_of_all_kinds_at_once(tmp_path: Path) -> None:
    (tmp_path / "content/post").mkdir(parents=True)
    for name in ("fiche.html", "fiche.org"):
        (tmp_path / "content/post" / name).touch()
    for policy, advised in (
        ("['! ^text/html$', '! ^text/org$']", "['.*']"),
        ("['^text/markdown$']", "['^text/markdown$', '^text/html$', '^text/org$']"),
        ("['! ^text/html$', '! ^text/org$', '! ^text/rst$']", "['! ^text/rst$']"),
    ):
        error = explain(REFUSAL.replace("\\\n", "").format(root=tmp_path, policy=policy), tmp_path)
        assert f"allowContent = {advised} " in error.message
