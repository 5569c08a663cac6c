"""One story for all tests that only look at it: building it runs Hugo six times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from rehearsal.story import Story, networks, stages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servers.linkedin import LinkedInServer
    from servers.mastodon import MastodonServer


@dataclass(frozen=True)
class Scene:
    """A story and the two networks that its blog shares on."""

    story: Story
    mastodon: MastodonServer
    linkedin: LinkedInServer


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Three parts published, drafted and reviewed; nothing is delivered yet."""
    with networks() as (mastodon, linkedin):
        story = stages(tmp_path_factory.mktemp("story"), mastodon=mastodon.url, linkedin=linkedin.url)
        yield Scene(story, mastodon, linkedin)
