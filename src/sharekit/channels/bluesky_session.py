"""A signed-in session with a Bluesky server: XRPC over HTTP, https://atproto.com/specs/xrpc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from sharekit.errors import ChannelPaused, Unavailable
from sharekit.http import Answer, Client, Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sharekit.channels.pictures import Picture

PAGE = "sharekit help bluesky"


# The error names of com.atproto.server.createSession and of the reference server that are about the account
# (packages/pds/src/auth-verifier.ts, account-manager); most of them come as 400.
ABOUT_THE_ACCOUNT = {
    "AccountDeactivated",
    "AccountNotFound",
    "AccountSuspended",
    "AccountTakedown",
    "AuthFactorTokenRequired",
    "AuthMissing",
    "AuthenticationRequired",
    "ExpiredToken",
    "InvalidToken",
    "RepoDeactivated",
    "RepoNotFound",
    "RepoSuspended",
    "RepoTakendown",
}


class BlueskySession:
    """Signs in when it is first used: a server allows 300 sign-ins a day, and some fewer."""

    def __init__(self, service: str, handle: str, password: Secret, *, clock: Callable[[], datetime]) -> None:
        self._service = service
        self._handle = handle
        self._password = password
        self._login = f"{password.name} must hold an app password of {handle}: {PAGE}#app-password"
        self._client = Client("Bluesky", clock=clock, secrets=[password], login=self._login, api=True)
        self._token = ""
        self._did = ""
        self._called = ""

    @property
    def did(self) -> str:
        """The account's identity."""
        if not self._did:
            self._sign_in()
        return self._did

    @property
    def handle(self) -> str:
        """The account's handle, in lower case; a name of its own where its domain does not name it."""
        if not self._token:
            self._sign_in()
        return self._called

    def call(self, method: str, name: str, *, harmless: bool = False, also: tuple[int, ...] = (), **content: Any) -> Answer:
        """One call; see :meth:`sharekit.http.Client.request`. A token that has expired is renewed, once."""
        if not self._token:
            self._sign_in()
        answer = self._send(method, name, also, harmless=harmless, **content)
        if answer.field("error") == "ExpiredToken":
            # It is refused before anything is done, so that sending it again repeats nothing.
            self._sign_in()
            answer = self._send(method, name, also, harmless=harmless, **content)
        if not 200 <= answer.status < 300 and answer.status not in also:
            self.fail(answer, harmless=harmless)
        return answer

    def upload(self, picture: Picture) -> dict[str, Any]:
        """The picture as a blob to refer to. A blob that nothing refers to is forgotten by the server."""
        headers = {"content-type": picture.media_type}
        answer = self.call("POST", "com.atproto.repo.uploadBlob", content=picture.data, headers=headers, harmless=True)
        body = answer.json()
        blob = body.get("blob") if isinstance(body, dict) else None
        if not isinstance(blob, dict):
            raise Unavailable(f"Bluesky answered {answer.status} to the picture without a blob: {answer.words()}")
        return blob

    def fail(self, answer: Answer, *, harmless: bool = False) -> NoReturn:
        """Raise what the answer means."""
        if answer.status < 500 and answer.field("error") in ABOUT_THE_ACCOUNT:
            self._pause(answer)
        self._client.fail(answer, harmless=harmless)

    def unreadable(self, answer: Answer, missing: str) -> NoReturn:
        """Raise OutcomeUnknown: a success that lacks what it must hold."""
        self._client.unreadable(answer, missing)

    def _pause(self, answer: Answer) -> NoReturn:
        said = self._client.redact(answer.words())
        error = answer.field("error")
        raise ChannelPaused(f"Bluesky answered {answer.status} {error}: {said}", hint=self._login)

    def _sign_in(self) -> None:
        login = {"identifier": self._handle, "password": self._password.reveal()}
        url = f"{self._service}/xrpc/com.atproto.server.createSession"
        answer = self._client.request("POST", url, json=login, harmless=True, also=(400, 404))
        if answer.status >= 400:
            # Nothing was said of the text yet: whatever is wrong is wrong with the account, or with its server's address.
            self._pause(answer)
        self._did, self._token = answer.field("did"), answer.field("accessJwt")
        self._called = answer.field("handle").lower()
        if not self._did or not self._token:
            raise Unavailable(f"Bluesky answered {answer.status} to the sign-in without a session: {answer.words()}")

    def _send(self, method: str, name: str, also: tuple[int, ...], *, harmless: bool, **content: Any) -> Answer:
        headers = {**content.pop("headers", {}), "authorization": f"Bearer {self._token}"}
        url = f"{self._service}/xrpc/{name}"
        return self._client.request(method, url, headers=headers, harmless=harmless, also=(*also, 400, 401), **content)
