"""A Bluesky server's errors, on loopback. What the reference server does is tested with the reference server itself."""

from __future__ import annotations

import hashlib
from typing import Any

from servers.wire import Reply, Request, Wire, check
from sharekit.counting.bluesky import length

HANDLE, PASSWORD, DID = "blog.test", "app-pass-word-1", "did:plc:abcdefghijklmnopqrstuvwx"


class BlueskyServer(Wire):
    """Knows one account, and the handle ``friend.test``."""

    ACT = ("POST", r"/xrpc/com\.atproto\.repo\.putRecord")
    SPEC = "bluesky"

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, dict[str, Any]] = {}
        self.sessions = 0
        self.handle_there = HANDLE
        # An error of com.atproto.server.createSession, or none.
        self.locked = ""

    @property
    def posts(self) -> list[str]:
        return [record["text"] for record in self.records.values()]

    def invalid(self, complaint: str) -> Reply:
        # packages/xrpc-server/src/errors.ts: InvalidRequestError.
        return Reply(400, {"error": "InvalidRequest", "message": complaint})

    def handle(self, request: Request) -> Reply:
        method = request.path.removeprefix("/xrpc/")
        if method == "com.atproto.server.createSession":
            return self._sign_in(request.json())
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token != f"session-{self.sessions}":
            # packages/pds/src/auth-verifier.ts: InvalidRequestError('Token has expired', 'ExpiredToken') is a 400.
            return Reply(400, {"error": "ExpiredToken", "message": "Token has expired"})
        if method == "com.atproto.repo.uploadBlob":
            if len(request.body) > 5_000_000:
                # packages/pds/src/config: blobUploadLimit, 5 MB.
                return Reply(413, {"error": "PayloadTooLarge", "message": "request entity too large"})
            blob = {
                "$type": "blob",
                "ref": {"$link": _cid(request.body)},
                # The reference server sniffs no type: what is announced is what app.bsky.embed.* compare with image/*.
                "mimeType": request.headers["content-type"],
                "size": len(request.body),
            }
            return Reply(200, {"blob": blob})
        if method == "com.atproto.identity.resolveHandle":
            known = request.query["handle"] == "friend.test"
            return Reply(200, {"did": "did:plc:friend"}) if known else Reply(400, {"error": "InvalidRequest"})
        if method == "com.atproto.repo.getRecord":
            return self._get(request.query["rkey"])
        check(method == "com.atproto.repo.putRecord", f"no such method: {method}")
        return self._put(request.json())

    def _sign_in(self, sent: dict[str, str]) -> Reply:
        if sent != {"identifier": HANDLE, "password": PASSWORD}:
            # createSession.ts: AuthRequiredError, whose name is AuthenticationRequired.
            return Reply(401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"})
        if self.locked:
            # packages/pds/src/api/com/atproto/server/createSession.ts: AuthRequiredError('…', 'AccountTakedown').
            return Reply(401, {"error": self.locked, "message": "Account has been taken down"})
        self.sessions += 1
        return Reply(
            200, {"did": DID, "handle": self.handle_there, "accessJwt": f"session-{self.sessions}", "refreshJwt": "r"}
        )

    def _get(self, rkey: str) -> Reply:
        if rkey not in self.records:
            return Reply(400, {"error": "RecordNotFound", "message": "Could not locate record"})
        record = self.records[rkey]
        return Reply(200, {"uri": f"at://{DID}/app.bsky.feed.post/{rkey}", "cid": _cid(record), "value": record})

    def _put(self, sent: dict[str, Any]) -> Reply:
        check(sent["repo"] == DID, "the account's own repository")
        record = sent["record"]
        if length(record["text"]) > 300:
            return Reply(400, {"error": "InvalidRequest", "message": "Record/text must not be longer than 300 graphemes"})
        there = self.records.get(sent["rkey"])
        if there is not None and there != record:
            return Reply(400, {"error": "InvalidSwap", "message": "Record was at " + _cid(there)})
        self.records[sent["rkey"]] = record
        return Reply(200, {"uri": f"at://{DID}/app.bsky.feed.post/{sent['rkey']}", "cid": _cid(record)})


def _cid(content: object) -> str:
    return "bafy" + hashlib.sha256(repr(content).encode()).hexdigest()[:40]
