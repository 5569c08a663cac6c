from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from sharekit.config import Config, IssueSettings
from sharekit.errors import SharekitError
from sharekit.model import Site
from sharekit.registry import CHANNELS, MAILERS, open_channel, open_mailer
from sharekit.steps.init.credentials import SECRETS, SETTINGS, value_of
from sharekit.steps.init.gather import MAILERS as MAILERS_OF_INIT

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = {"SHAREKIT_CHAT_URL": "json://localhost/", "SHAREKIT_SECRET": "x" * 64, "SHAREKIT_SMTP_TOKEN": ""}


class Noting(Mapping[str, str]):
    """An environment that holds whatever it is asked for, and notes it."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return ADDRESS.get(name, "secret-us1")

    def __iter__(self) -> Iterator[str]:
        return iter(self.asked)

    def __len__(self) -> int:
        return len(self.asked)


def _table(kind: str) -> dict[str, object]:
    return {key: value_of(key, example) for key, _, example in SETTINGS.get(kind, ())}


@pytest.mark.parametrize("kind", [kind for kind in CHANNELS if kind != "files"])
def test_init_names_the_variables_that_a_channel_asks_for(kind: str, tmp_path: Path) -> None:
    noting = Noting()
    config = Config(channels={kind: _table(kind)})
    with suppress(SharekitError):
        open_channel(kind, config, environment=noting, root=tmp_path)
    assert {name for name in noting.asked if name.startswith("SHAREKIT_")} == set(SECRETS[kind])


def test_init_names_the_variables_that_the_mailers_ask_for(tmp_path: Path) -> None:
    there = {kind for kind, place in MAILERS.items() if find_spec(place.partition(":")[0])}
    for kind in sorted(there - {"files"}):
        assert set(SECRETS[kind]) <= _asked_by_mailer(kind, tmp_path), kind


def _asked_by_mailer(kind: str, tmp_path: Path) -> set[str]:
    noting = Noting()
    config = Config(mailers={kind: _table(kind)}, issue=IssueSettings(from_="A <a@blog.example>"))
    with suppress(SharekitError):
        open_mailer(kind, config, environment=noting, root=tmp_path, site=Site(title="x", url="https://blog.example/"))
    return {name for name in noting.asked if name.startswith("SHAREKIT_")}


def test_init_knows_every_mailer_that_there_is() -> None:
    assert set(MAILERS) <= set(MAILERS_OF_INIT)
