"""LinkedIn's versioned REST API as its documentation describes it: posts-api and images-api of Community Management."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from servers.wire import Reply, Request, Wire, check

TOKEN = "linkedin-token-1"  # noqa: S105  # of a server that runs for one test
MEMBER, ORGANISATION = "urn:li:person:abc", "urn:li:organization:42"
# shares/little-text-format: | { } @ [ ] ( ) < > # \ * _ ~ have to be escaped; the grammar names no exception for links.
RESERVED = re.compile(r"(?<!\\)(?:\\\\)*[|{}@\[\]()<>*_~]")
# images-api: JPG, GIF and PNG.
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8")


class LinkedInServer(Wire):
    """Knows what one author may do. Like LinkedIn, it cuts a text at the first reserved character that is not escaped."""

    ACT = ("POST", "/rest/posts")
    SPEC = "linkedin"

    def __init__(self, author: str = MEMBER) -> None:
        super().__init__()
        self.author = author
        self.shares: dict[str, dict[str, Any]] = {}
        self.published: dict[str, int] = {}
        self.ghosts: dict[str, str] = {}
        self.images: dict[str, bytes] = {}
        # The versions that are active, and the states that an image goes through before it can be used.
        self.versions = {"202609"}
        self.states: list[str] = ["PROCESSING"]
        self.reads_images = True
        self.reads_profile = True
        self.member = MEMBER.rpartition(":")[2]

    @property
    def posts(self) -> list[str]:
        return [_shown(post["commentary"]) for post in self.shares.values()]

    def invalid(self, complaint: str) -> Reply:
        # shared/api-guide/concepts/error-handling
        return Reply(400, {"status": 400, "serviceErrorCode": 100, "code": "ILLEGAL_ARGUMENT", "message": complaint})

    def handle(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            # shared/authentication/token-introspection, and the body that gitroomhq/postiz-app#2005 shows.
            return Reply(
                401,
                {
                    "status": 401,
                    "serviceErrorCode": 65601,
                    "code": "EXPIRED_ACCESS_TOKEN",
                    "message": "The token has expired",
                },
            )
        if request.method == "PUT" and request.path.startswith("/upload/"):
            check(request.body.startswith(PICTURES), "the type of the picture")
            self.images["urn:li:image:" + request.path.rpartition("/")[2]] = request.body
            return Reply(201)
        if request.path == "/v2/userinfo":
            if not self.reads_profile:
                return Reply(403, {"status": 403, "code": "ACCESS_DENIED", "message": "Not enough permissions"})
            return Reply(200, {"sub": self.member, "name": "Zoé du Blog", "locale": {"country": "FR", "language": "fr"}})
        return self._versioned(request)

    def _versioned(self, request: Request) -> Reply:
        version = request.headers["linkedin-version"]
        if version not in self.versions:
            # The body of n8n-io/n8n#28590.
            message = f"Requested version {version}01 is not active"
            return Reply(426, {"status": 426, "code": "NONEXISTENT_VERSION", "message": message})
        if request.path == "/rest/images":
            check(request.json() == {"initializeUploadRequest": {"owner": self.author}}, "the owner is the author")
            number = f"C{len(self.images) + 1}"
            return Reply(200, {"value": {"uploadUrl": f"{self.url}/upload/{number}", "image": f"urn:li:image:{number}"}})
        if request.path.startswith("/rest/images/"):
            if not self.reads_images:
                return Reply(403, {"status": 403, "code": "ACCESS_DENIED", "message": "Not enough permissions"})
            if unquote(request.path.removeprefix("/rest/images/")) not in self.images:
                return Reply(404, {"status": 404, "code": "NOT_FOUND", "message": "Could not find entity"})
            # images-api: WAITING_UPLOAD, PROCESSING, PROCESSING_FAILED, AVAILABLE.
            status = self.states.pop(0) if self.states else "AVAILABLE"
            return Reply(200, {"id": unquote(request.path.removeprefix("/rest/images/")), "status": status})
        if request.method == "POST":
            return self._post(request.json())
        return self._read(request)

    def _post(self, sent: dict[str, Any]) -> Reply:
        check(sent["author"] == self.author, "the author")
        article = sent.get("content", {}).get("article", {})
        # shared/api-guide/concepts/error-handling: a picture that is not AVAILABLE yet fails the post.
        check(not self.states or not self.reads_images or "thumbnail" not in article, "the thumbnail is available")
        check(article.get("thumbnail", "urn:li:image:C1") in {"urn:li:image:C1", *self.images}, "the thumbnail was uploaded")
        if len(sent["commentary"]) > 3000:
            return Reply(400, {"status": 400, "code": "FIELD_LENGTH_TOO_LONG", "message": "commentary is too long"})
        for urn, words in [*self.ghosts.items(), *((u, p["commentary"]) for u, p in self.shares.items())]:
            if self.guarded and words == sent["commentary"]:
                message = f"Content is a duplicate of {urn}"
                return Reply(422, {"status": 422, "code": "DUPLICATE_POST", "message": message})
        urn = f"urn:li:share:{7000 + len(self.shares)}"
        self.published[urn] = int(self.moment(len(self.shares)).timestamp() * 1000)
        self.shares[urn] = sent
        return Reply(201, b"", {"x-restli-id": urn})

    def _read(self, request: Request) -> Reply:
        if request.path == "/rest/posts":
            if self.author != ORGANISATION:
                return Reply(403, {"status": 403, "code": "ACCESS_DENIED", "message": "Not enough permissions"})
            check(request.query["author"] == self.author, "the author")
            listed = [
                {
                    "id": urn,
                    "commentary": post["commentary"],
                    "publishedAt": self.published[urn],
                    "content": post.get("content"),
                }
                for urn, post in self.shares.items()
            ]
            return Reply(200, {"elements": listed[::-1]})
        urn = unquote(request.path.removeprefix("/rest/posts/"))
        if urn in self.ghosts:
            return Reply(404, {"status": 404, "message": "Not found"})
        if self.author != ORGANISATION:
            return Reply(403, {"status": 403, "code": "ACCESS_DENIED", "message": "Not enough permissions"})
        if urn not in self.shares:
            return Reply(404, {"status": 404, "message": "Not found"})
        return Reply(200, {"id": urn})


def _shown(commentary: str) -> str:
    cut = RESERVED.search(commentary)
    return re.sub(r"\\(.)", r"\1", commentary[: cut.start()] if cut else commentary)
