"""What Hugo says of content that it does not take, and what the author is told to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.sources.hugo.render import explain

if TYPE_CHECKING:
    from pathlib import Path

REFUSAL = """ERROR error building site: assemble: failed to create page from pageMetaSource /post/fiche: \
"{root}/content/post/fiche.html:1:1": access denied: "text/html" is not whitelisted in policy "security.allowContent"; \
the current security configuration is:

[security]
  allowContent = ['! ^text/html$', '! ^text/org$']
  enableInlineShortcodes = false
"""


def test_what_hugo_does_not_take_has_a_remedy_and_is_no_broken_front_matter(tmp_path: Path) -> None:
    (tmp_path / "content/post").mkdir(parents=True)
    (tmp_path / "content/post/fiche.html").touch()
    error = explain(REFUSAL.replace("\\\n", "").format(root=tmp_path), tmp_path)
    assert "allowContent = ['.*']" in error.message
    assert error.path == "content/post/fiche.html"
    assert "front matter" not in error.message
