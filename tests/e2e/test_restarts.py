"""Killed after every request and started again, on the networks that have no server of their own for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from restarts import Deliveries, three_parts
from servers import graph, linkedin, mastodon, x
from servers.graph import FacebookServer, ThreadsServer
from servers.linkedin import ORGANISATION, LinkedInServer
from servers.mastodon import MastodonServer
from servers.x import XServer
from sharekit.channels.x import VARIABLES

if TYPE_CHECKING:
    from pathlib import Path

    from servers.wire import Wire

pytestmark = pytest.mark.slow

X_SECRETS = dict(zip(VARIABLES, x.KEYS, strict=True))
CASES = {
    "mastodon": (MastodonServer, 'instance = "{url}"', {"SHAREKIT_MASTODON_TOKEN": mastodon.TOKEN}),
    "x": (XServer, 'api = "{url}"', X_SECRETS),
    "facebook": (FacebookServer, 'api = "{url}"\npage = "99"', {"SHAREKIT_FACEBOOK_PAGE_TOKEN": graph.TOKEN}),
    "threads": (ThreadsServer, 'api = "{url}"', {"SHAREKIT_THREADS_TOKEN": graph.TOKEN}),
    "linkedin": (
        lambda: LinkedInServer(ORGANISATION),
        f'api = "{{url}}"\nauthor = "{ORGANISATION}"',
        {"SHAREKIT_LINKEDIN_TOKEN": linkedin.TOKEN},
    ),
}


@pytest.mark.parametrize("channel", CASES)
def test_three_parts_are_three_posts_however_often_it_is_killed(channel: str, tmp_path: Path) -> None:
    make, settings, secrets = CASES[channel]
    server: Wire
    with make() as server:  # type: ignore[operator]  # a class or a function that makes one
        server.live = True
        folder = three_parts(tmp_path / "blog", channel, settings.format(url=server.url))
        deliveries = Deliveries(folder, secrets)
        deliveries.until_done(server, lambda: len(server.posts))
        assert len(server.posts) == 3
        assert [post.splitlines()[0] for post in server.posts] == [
            f"Jour {number} : l’été 🎉 des conteneurs ({number}/3)" for number in (1, 2, 3)
        ]
    assert deliveries.kills >= 4
    assert deliveries.states() == ["delivered"] * 3
    assert server.complaints == []


def test_a_post_that_the_account_does_not_show_yet_is_not_posted_again(tmp_path: Path) -> None:
    """Threads said that the container was published, to a run that was killed before it heard of it."""
    with ThreadsServer() as server:
        server.live = True
        folder = three_parts(tmp_path / "blog", "threads", f'api = "{server.url}"')
        deliveries = Deliveries(folder, {"SHAREKIT_THREADS_TOKEN": graph.TOKEN})
        server.answered = lambda request: (
            deliveries.kill_once_after(request, len(server.posts)) if request.path == "/me/threads_publish" else None
        )
        server.late = 2
        killed, _ = deliveries.run()
        assert (killed, len(server.posts)) == (-9, 1)
        assert deliveries.run()[0] == 5
        assert len(server.posts) == 1
        for _ in range(8):
            code, _ = deliveries.run()
            if code == 0 and len(server.posts) == 3:
                break
        assert len(server.posts) == 3
    assert deliveries.states() == ["delivered"] * 3
    assert server.complaints == []


def test_what_cannot_be_looked_up_is_held_and_never_repeated(tmp_path: Path) -> None:
    with LinkedInServer() as server:
        server.live = True
        settings = f'api = "{server.url}"\nauthor = "{server.author}"'
        folder = three_parts(tmp_path / "blog", "linkedin", settings)
        deliveries = Deliveries(folder, {"SHAREKIT_LINKEDIN_TOKEN": linkedin.TOKEN})
        server.answered = lambda request: deliveries.kill_once_after(request, len(server.posts))
        killed, _ = deliveries.run()
        code, said = deliveries.run()
        assert len(server.posts) == 1
    assert (killed, code) == (-9, 5)
    assert "unknown" in said
