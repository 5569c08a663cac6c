from __future__ import annotations

import pytest

from sharekit.errors import ConfigError
from sharekit.steps.init.answers import Origin, parse_origin

SHA = "0123456789abcdef0123456789abcdef01234567"


def test_an_origin_is_a_url_and_a_reference() -> None:
    made = parse_origin(f"https://github.com/someone/sharekit.git@{SHA}")
    assert (made.url, made.ref, made.action, made.pinned) == (
        "https://github.com/someone/sharekit",
        SHA,
        "someone/sharekit",
        True,
    )
    assert not parse_origin("https://codeberg.org/a/b@v1").pinned


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/a/b",
        "http://github.com/a/b@v1",
        "git@github.com:a/b@v1",
        "https://github.com/a/b@v1\n  run: evil",
        "https://github.com/a/b@v1 # x",
        "https://github.com/a/b@$(id)",
        "https://user:pass@github.com/a/b@v1",
        "",
    ],
)
def test_what_would_not_be_safe_in_a_workflow_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_origin(text)
    assert "--sharekit" in (caught.value.hint or "")


def test_an_action_can_only_come_from_github() -> None:
    with pytest.raises(ConfigError):
        _ = Origin(url="https://codeberg.org/a/b", ref="v1").action
