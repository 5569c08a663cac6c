"""LinkedIn's versioned REST API as its documentation describes it: posts-api and images-api of Community Management."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from servers.wire import Reply, Request, Wire, check

TOKEN = "linkedin-token-1"  # noqa: S105  # of a server that runs for one test
MEMBER, ORGANISATION = "urn:li:person:abc", "urn:li:organization:42"
PUBLISHED = int(datetime(2026, 11, 24, 9, 31, tzinfo=UTC).timestamp()) * 1000
POST_KEYS = {
    "author", "commentary", "visibility", "distribution", "lifecycleState", "isReshareDisabledByAuthor", "content",
    "reshareContext",
}  # fmt: skip
# shares/little-text-format: | { } @ [ ] ( ) < > # \ * _ ~ have to be escaped; the grammar names no exception for links.
RESERVED = re.compile(r"(?<!\\)(?:\\\\)*[|{}@\[\]()<>*_~]")
# images-api: JPG, GIF and PNG.
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8")


class LinkedInServer(Wire):
    """Knows what one author may do. Like LinkedIn, it cuts a text at the first reserved character that is not escaped."""

    ACT = ("POST", "/rest/posts")

    def __init__(self, author: str = MEMBER) -> None:
        super().__init__()
        self.author = author
        self.shares: dict[str, dict[str, Any]] = {}
        self.ghosts: dict[str, str] = {}
        self.images: dict[str, bytes] = {}
        # The versions that are active, and the states that an image goes through before it can be used.
        self.versions = {"202609"}
        self.states: list[str] = ["PROCESSING"]
        self.reads_images = True

    @property
    def posts(self) -> list[str]:
        return [_shown(post["commentary"]) for post in self.shares.values()]

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
        version = request.headers["linkedin-version"]
        check(re.fullmatch(r"20\d{4}", version), "Linkedin-Version is YYYYMM")
        if version not in self.versions:
            # The body of n8n-io/n8n#28590.
            message = f"Requested version {version}01 is not active"
            return Reply(426, {"status": 426, "code": "NONEXISTENT_VERSION", "message": message})
        check(request.headers["x-restli-protocol-version"] == "2.0.0", "X-Restli-Protocol-Version")
        if request.path == "/rest/images":
            check(request.query == {"action": "initializeUpload"}, "the action")
            check(request.json() == {"initializeUploadRequest": {"owner": self.author}}, "the owner is the author")
            number = f"C{len(self.images) + 1}"
            return Reply(200, {"value": {"uploadUrl": f"{self.url}/upload/{number}", "image": f"urn:li:image:{number}"}})
        if request.path.startswith("/rest/images/"):
            if not self.reads_images:
                return Reply(403, {"status": 403, "code": "ACCESS_DENIED", "message": "Not enough permissions"})
            # images-api: WAITING_UPLOAD, PROCESSING, PROCESSING_FAILED, AVAILABLE.
            status = self.states.pop(0) if self.states else "AVAILABLE"
            return Reply(200, {"id": unquote(request.path.removeprefix("/rest/images/")), "status": status})
        if request.method == "POST":
            check(request.path == "/rest/posts", "no such path")
            return self._post(request.json())
        return self._read(request)

    def _post(self, sent: dict[str, Any]) -> Reply:
        check(set(sent) <= POST_KEYS, f"known fields only: {set(sent) - POST_KEYS}")
        check(sent["author"] == self.author and sent["lifecycleState"] == "PUBLISHED", "author and state")
        check(sent["visibility"] in ("PUBLIC", "CONNECTIONS"), "visibility")
        check(sent["distribution"]["feedDistribution"] == "MAIN_FEED", "distribution")
        check(len(sent.get("content", {"": 0})) == 1, "one kind of content")
        article = sent.get("content", {}).get("article", {"source": "https://", "title": "t"})
        check(article["source"].startswith("https://") and article["title"], "an article has source and title")
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
        self.shares[urn] = sent
        return Reply(201, b"", {"x-restli-id": urn})

    def _read(self, request: Request) -> Reply:
        if request.path == "/rest/posts":
            if self.author != ORGANISATION:
                return Reply(403, {"status": 403, "code": "ACCESS_DENIED", "message": "Not enough permissions"})
            check(request.headers["x-restli-method"] == "FINDER" and request.query["q"] == "author", "a finder")
            check(request.query["author"] == self.author, "the author")
            listed = [
                {"id": urn, "commentary": post["commentary"], "publishedAt": PUBLISHED, "content": post.get("content")}
                for urn, post in self.shares.items()
            ]
            return Reply(200, {"elements": listed[::-1]})
        urn = unquote(request.path.removeprefix("/rest/posts/"))
        if urn in self.ghosts:
            return Reply(404, {"status": 404, "message": "Not found"})
        if self.author != ORGANISATION:
            return Reply(403, {"status": 403, "code": "ACCESS_DENIED", "message": "Not enough permissions"})
        return Reply(200, {"id": urn})


def _shown(commentary: str) -> str:
    cut = RESERVED.search(commentary)
    return re.sub(r"\\(.)", r"\1", commentary[: cut.start()] if cut else commentary)
