"""Mail handed to aiosmtpd, signed in with a token of OAuth 2."""

from __future__ import annotations

import base64
import gc
import json
import logging
import traceback
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from mailing_list import KEY, add_subscribers, open_smtp, states, whole_issue
from servers.submission import PASSWORD, USER, Handler, Server, authenticate, certificate, serve
from sharekit.errors import ChannelPaused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sharekit.mailers.smtp import SmtpMailer

GOOD_TOKEN = "ya29.a-token-that-counts"  # noqa: S105 - of a server that runs for one test


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    """A connection that is left open warns when it is collected; so it is collected in the test that left it."""
    yield
    gc.collect()


class TokenHandler(Handler):
    """Knows XOAUTH2, and says what is wrong with a token as Google and Microsoft do: in a challenge, and then 535.

    https://developers.google.com/workspace/gmail/imap/xoauth2-protocol#error_response
    """

    def __init__(self) -> None:
        super().__init__()
        self.said: list[bytes] = []

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's name
        given = base64.b64decode(args[1], validate=True)
        if given == f"user={USER}\x01auth=Bearer {GOOD_TOKEN}\x01\x01".encode():
            return AuthResult(success=True, auth_data=LoginPassword(USER.encode(), b""))
        wrong = {"status": "401", "schemes": "Bearer", "scope": "https://mail.example/"}
        answer = await server.challenge_auth(json.dumps(wrong))
        assert isinstance(answer, bytes)
        self.said.append(answer)
        return AuthResult(success=False, handled=False, message="535 5.7.8 Username and Password not accepted")


@pytest.fixture
def token_server(tmp_path: Path) -> Iterator[Server]:
    """aiosmtpd that takes a token, and nothing but a token."""
    files = certificate(tmp_path, "localhost")
    rules = {"require_starttls": True, "auth_required": True, "auth_exclude_mechanism": {"PLAIN", "LOGIN"}}
    server = serve(TokenHandler(), files, **rules)
    yield server
    server.stop()


def open_with(server: Server, root: Path, **environment: str) -> SmtpMailer:
    ca = str(root / "localhost-1.crt")
    return open_smtp(server.port, root, host="localhost", security="starttls", ca=ca, user=USER, environment=environment)


def test_signed_in_with_a_token(tmp_path: Path, token_server: Server) -> None:
    # Where both are set it is the token: whoever asks for it takes no password any more.
    mailer = open_with(token_server, tmp_path, SHAREKIT_SMTP_TOKEN=GOOD_TOKEN, SHAREKIT_SMTP_PASSWORD=PASSWORD)
    addresses = add_subscribers(mailer, 12)
    mailer.send(whole_issue(), KEY)
    handler = token_server.handler
    assert sorted(handler.to) == sorted(addresses)
    assert all(handler.encrypted)
    assert set(handler.user) == {USER.encode()}
    assert handler.said == []


def test_a_token_that_is_over_is_told_and_never_shown(
    tmp_path: Path, token_server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    over = "ya29.a-token-that-is-over"
    mailer = open_with(token_server, tmp_path, SHAREKIT_SMTP_TOKEN=over)
    add_subscribers(mailer, 3)
    with caplog.at_level(logging.DEBUG), pytest.raises(ChannelPaused, match=r"535 5\.7\.8") as caught:
        mailer.send(whole_issue(), KEY)
    assert "_TOKEN" in str(caught.value.hint)
    # Each connection answered the challenge with nothing, and heard the code.
    assert set(token_server.handler.said) == {b""}
    # What the server on the other side logs is its own affair.
    logged = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    shown = "\n".join([*logged, "".join(traceback.format_exception(caught.value)), str(caught.value.hint)])
    sent = base64.b64encode(f"user={USER}\x01auth=Bearer {over}\x01\x01".encode()).decode()
    assert over not in shown
    assert sent not in shown
    assert states(mailer) == {"queued": 3}
    assert token_server.handler.to == []


def test_a_token_for_a_server_that_takes_none_is_not_sent(tmp_path: Path) -> None:
    handler = Handler()
    files = certificate(tmp_path, "localhost")
    server = serve(handler, files, require_starttls=True, auth_required=True, authenticator=authenticate)
    try:
        mailer = open_with(server, tmp_path, SHAREKIT_SMTP_TOKEN=GOOD_TOKEN)
        add_subscribers(mailer, 2)
        with pytest.raises(ChannelPaused, match="XOAUTH2"):
            mailer.send(whole_issue(), KEY)
    finally:
        server.stop()
    assert handler.to == []
