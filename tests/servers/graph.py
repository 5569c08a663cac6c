"""Meta's Graph API as its documentation describes it: a Facebook Page's posts, and Threads' two steps."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from servers.wire import Reply, Request, Wire, check, parts
from sharekit.counting.threads import length

TOKEN = "meta-token-1"  # noqa: S105  # of a server that runs for one test
WRONG_TOKEN = {"error": {"message": "Invalid OAuth access token.", "type": "OAuthException", "code": 190}}


def error(code: int, message: str, status: int = 400, **more: Any) -> Reply:
    """An error as the Graph API writes it (graph-api/guides/error-handling); ``more`` as error_subcode or is_transient."""
    body = {"message": message, "type": "OAuthException", "code": code, **more, "fbtrace_id": "A1"}
    return Reply(status, {"error": body})


# graph-api/guides/error-handling and marketing-api/error-reference: 100 with the subcode 33.
NOT_THERE = error(100, "Unsupported get request. Object does not exist or cannot be loaded", error_subcode=33)


def since(posts: list[dict[str, Any]], name: str, sent: dict[str, str]) -> list[dict[str, Any]]:
    """The newest first, from the moment that was asked for."""
    start = datetime.fromtimestamp(int(sent.get("since", 0)), UTC)
    return [post for post in reversed(posts) if datetime.fromisoformat(post[name]) >= start]


def written(at: datetime) -> str:
    """A moment in the Graph API's own form."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


class Debugged(Wire):
    """What both say of a token (graph-api/reference/debug_token). ``ends`` is Unix seconds, 0 for never."""

    scopes: tuple[str, ...] = ()
    ends = 0
    valid = True

    def debugged(self) -> Reply:
        data = {"app_id": "1", "type": "PAGE", "application": "Le carnet", "is_valid": self.valid, "expires_at": self.ends}
        return Reply(200, {"data": {**data, "data_access_expires_at": 0, "scopes": list(self.scopes), "user_id": "7"}})


class FacebookServer(Debugged):
    """Knows the Page 99."""

    scopes: tuple[str, ...] = ("pages_show_list", "pages_read_engagement", "pages_manage_posts", "public_profile")

    ACT = ("POST", r"/v[\d.]+/99/feed")
    SPEC = "facebook"

    def __init__(self) -> None:
        super().__init__()
        self.feed: list[dict[str, Any]] = []
        self.photos: dict[str, str] = {}

    @property
    def posts(self) -> list[str]:
        return [post["message"] for post in self.feed]

    def invalid(self, complaint: str) -> Reply:
        return error(100, f"(#100) Invalid parameter: {complaint}")

    def handle(self, request: Request) -> Reply:
        multipart = request.headers.get("content-type", "").startswith("multipart/")
        sent = (
            {name: value.decode(errors="replace") for name, value in parts(request).items()}
            if multipart
            else request.form()
            if request.method == "POST"
            else dict(request.query)
        )
        if sent.pop("access_token", None) != TOKEN:
            return Reply(400, WRONG_TOKEN)
        path = re.sub(r"^/v\d+\.\d+", "", request.path)
        if path == "/debug_token":
            return self.debugged()
        if path == "/99":
            return Reply(200, {"id": "99", "name": "Le carnet"})
        if path == "/99/photos":
            number = str(500 + len(self.photos))
            self.photos[number] = sent["alt_text_custom"]
            return Reply(200, {"id": number})
        if path == "/99/published_posts":
            return Reply(200, {"data": since(self.feed, "created_time", sent)})
        media = {json.loads(sent.pop(name))["media_fbid"] for name in list(sent) if name.startswith("attached_media[")}
        if len(sent["message"]) > 63206:
            return error(100, "(#100) The message is too long")
        check(media <= set(self.photos) and not (media and "link" in sent), "photos were uploaded, and exclude a link")
        if sent["message"] in self.posts:
            return error(506, "Duplicate status message")
        return Reply(200, {"id": self.add(sent["message"], sent.get("link", ""))["id"]})

    def add(self, message: str, shared: str = "") -> dict[str, Any]:
        """A post that is out, with the link that it shares."""
        number = len(self.feed)
        attached = {"data": [{"unshimmed_url": shared}]} if shared else {"data": []}
        link = f"https://www.facebook.com/99/posts/{number}"
        self.feed.append(
            {
                "id": f"99_{number}",
                "message": message,
                "created_time": written(self.moment(number)),
                "permalink_url": link,
                "attachments": attached,
            }
        )
        return self.feed[-1]


class ThreadsServer(Debugged):
    """Knows one account. ``used`` is how many posts there were within 24 hours."""

    scopes: tuple[str, ...] = ("threads_basic", "threads_content_publish", "threads_manage_replies")
    used = 3

    ACT = ("POST", "/me/threads_publish")
    SPEC = "threads"

    def __init__(self) -> None:
        super().__init__()
        self.containers: dict[str, dict[str, Any]] = {}
        self.published: list[dict[str, Any]] = []
        self.states: list[str] = []
        # So many times a list of the posts lacks a newer one.
        self.late = 0

    @property
    def posts(self) -> list[str]:
        return [post["text"] for post in self.published]

    def invalid(self, complaint: str) -> Reply:
        return error(100, f"(#100) Invalid parameter: {complaint}")

    def handle(self, request: Request) -> Reply:
        sent = request.form() if request.method == "POST" else dict(request.query)
        if sent.pop("access_token", None) != TOKEN:
            return Reply(400, WRONG_TOKEN)
        if request.method == "POST":
            return self._make(sent) if request.path == "/me/threads" else self._publish(sent)
        if request.path == "/me/threads":
            shown = self.published if self.late <= 0 else self.published[:-1]
            self.late -= 1
            return Reply(200, {"data": since(shown, "timestamp", sent)})
        if request.path == "/debug_token":
            return self.debugged()
        if request.path == "/me":
            return Reply(200, {"id": "7", "username": "blog"})
        if request.path == "/me/threads_publishing_limit":
            quota = {"quota_usage": self.used, "config": {"quota_total": 250, "quota_duration": 86400}}
            return Reply(200, {"data": [quota]})
        number = request.path.strip("/")
        if number in self.containers:
            check(set(sent["fields"].split(",")) <= {"id", "status", "error_message"}, "a container's fields")
            state = self.states.pop(0) if self.states else self.containers[number]["status"]
            return Reply(200, {"id": number, "status": state, "error_message": "unsupported link"})
        post = next((each for each in self.published if each["id"] == number), None)
        return Reply(200, post) if post else NOT_THERE

    def _make(self, sent: dict[str, str]) -> Reply:
        if length(sent["text"]) > 500:
            return error(100, "Param text must be at most 500 characters long.")
        parent = sent.get("reply_to_id") or sent.get("quote_post_id")
        if parent and parent not in [post["id"] for post in self.published]:
            # The words of fbsamples/threads_api#70.
            return error(24, "The requested resource does not exist")
        number = str(100 + len(self.containers))
        self.containers[number] = {"status": "FINISHED", **sent}
        return Reply(200, {"id": number})

    def _publish(self, sent: dict[str, str]) -> Reply:
        container = self.containers[sent["creation_id"]]
        check(container["status"] == "FINISHED", "the container is ready and was not published")
        container["status"] = "PUBLISHED"
        return Reply(200, {"id": self.add(container["text"], container)["id"]})

    def add(self, text: str, container: dict[str, Any] | None = None) -> dict[str, Any]:
        """A post that is out."""
        number = len(self.published)
        link = f"https://www.threads.com/@blog/post/{number}"
        made = {
            "id": f"9{number}",
            "text": text,
            "permalink": link,
            "timestamp": written(self.moment(number)),
            "link_attachment_url": (container or {}).get("link_attachment", ""),
            "_made": container or {},
        }
        self.published.append(made)
        return made
