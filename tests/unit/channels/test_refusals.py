"""What each network says of a token that has ended, was revoked, may not do it or is another's, and of a locked account.

The bodies are those that the networks and their users show, the source beside each. Where the words are written nowhere,
code and status are what the network documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.channel import share
from servers.graph import error
from servers.wire import Reply
from sharekit.errors import ChannelPaused
from unit.channels.test_bluesky import TestBluesky as Bluesky
from unit.channels.test_facebook import TestFacebook as Facebook
from unit.channels.test_linkedin import TestLinkedInMember as LinkedIn
from unit.channels.test_mastodon import TestMastodon as Mastodon
from unit.channels.test_threads import TestThreads as Threads
from unit.channels.test_x import TestX as X

if TYPE_CHECKING:
    from pathlib import Path


def linkedin(status: int, code: str, message: str, service: int) -> Reply:
    """An error as learn.microsoft.com/linkedin/shared/api-guide/concepts/error-handling shows it."""
    return Reply(status, {"status": status, "serviceErrorCode": service, "code": code, "message": message})


def x(status: int, detail: str, title: str = "Forbidden") -> Reply:
    """A problem as docs.x.com/x-api/fundamentals/response-codes-and-errors shows it."""
    return Reply(status, {"title": title, "type": "about:blank", "status": status, "detail": detail})


REFUSALS: list[tuple[Any, str, Reply]] = [
    # doorkeeper's config/locales/en.yml, as Mastodon answers (app/controllers/api/base_controller.rb).
    (Mastodon, "expired", Reply(401, {"error": "The access token expired"})),
    (Mastodon, "revoked", Reply(401, {"error": "The access token was revoked"})),
    (Mastodon, "scope", Reply(403, {"error": "This action is outside the authorized scopes"})),
    (Mastodon, "locked", Reply(403, {"error": "Your login is currently disabled"})),
    (Mastodon, "unconfirmed", Reply(403, {"error": "Your login is missing a confirmed e-mail address"})),
    # packages/pds/src/auth-verifier.ts and account-manager.
    (Bluesky, "revoked", Reply(400, {"error": "InvalidToken", "message": "Token could not be verified"})),
    (Bluesky, "scope", Reply(400, {"error": "InvalidToken", "message": "Bad token scope"})),
    (Bluesky, "locked", Reply(401, {"error": "AccountTakedown", "message": "Account has been taken down"})),
    (Bluesky, "deactivated", Reply(400, {"error": "AccountDeactivated", "message": "Account is deactivated"})),
    # packages/pds/src/api/com/atproto/repo/putRecord.ts: the repository of somebody else.
    (Bluesky, "foreign", Reply(401, {"error": "AuthenticationRequired", "message": "Authentication Required"})),
    # shared/authentication/programmatic-refresh-tokens, and postiz-app#2005.
    (LinkedIn, "expired", linkedin(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", 65601)),
    (LinkedIn, "revoked", linkedin(401, "REVOKED_ACCESS_TOKEN", "The token used has been revoked by the user", 65601)),
    (LinkedIn, "scope", linkedin(403, "ACCESS_DENIED", "Not enough permissions to access: posts.CREATE", 100)),
    (LinkedIn, "foreign", linkedin(403, "ACCESS_DENIED", "Field Value validation failed in REQUEST_BODY: [/author]", 100)),
    # graph-api/guides/error-handling: code 190 and its subcodes, 10, 200, 102.
    (Facebook, "expired", error(190, "Session has expired", error_subcode=463)),
    (Facebook, "revoked", error(190, "The user has not authorized application 1", error_subcode=458)),
    (Facebook, "password", error(190, "The user changed their password", error_subcode=460)),
    (Facebook, "locked", error(190, "The user is in a checkpoint", error_subcode=459)),
    (Facebook, "scope", error(200, "(#200) pages_manage_posts is needed", status=403)),
    (Facebook, "foreign", error(100, "Object with ID '99' does not exist", error_subcode=33)),
    (Threads, "expired", error(190, "Session has expired", error_subcode=463)),
    (Threads, "scope", error(10, "Application does not have permission for this action", status=403)),
    (Threads, "locked", error(190, "The user is in a checkpoint", error_subcode=459)),
    # docs.x.com, and devcommunity.x.com for the two about the app and the lock.
    (X, "revoked", x(401, "Unauthorized", "Unauthorized")),
    (X, "scope", x(403, "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.")),
    (X, "locked", x(403, "To protect our users from spam, your account is temporarily locked.")),
    (X, "suspended", x(403, "User has been suspended.")),
    (X, "plan", x(403, "You currently have access to a subset of X API V2 endpoints.")),
]  # fmt: skip


@pytest.mark.parametrize(("network", "why", "reply"), REFUSALS)
def test_what_is_wrong_with_the_account_pauses_it_and_the_share_goes_out_once_it_is_mended(
    network: Any, why: str, reply: Reply, tmp_path: Path
) -> None:
    contract = network()
    with contract.serve() as server:
        channel = contract.open(server.url, contract.environment, tmp_path)
        server.refuse(reply)
        with pytest.raises(ChannelPaused) as caught:
            channel.post(share(contract.name), contract.key)
        assert any(variable in str(caught.value.hint) for variable in contract.environment), why
        assert "sharekit help " in str(caught.value.hint)
        assert server.posts == []
        channel.post(share(contract.name), contract.key)
        assert len(server.posts) == 1
        assert server.complaints == []
