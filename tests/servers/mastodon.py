"""Mastodon's API as its documentation describes it: https://docs.joinmastodon.org/methods/."""

from __future__ import annotations

import html
import re
from typing import Any

from servers.wire import Reply, Request, Wire, check, parts
from sharekit.counting.mastodon import length

TOKEN = "mastodon-token-1"  # noqa: S105  # of a server that runs for one test
# Of this server, @a alone names somebody.
MENTION = r"(?<![\w/])@(\w+)(?:@([\w.]+\w)|(?![\w@]))"


class MastodonServer(Wire):
    """Knows one account. ``limit`` is the instance's; its guard is the key that is remembered for an hour."""

    ACT = ("POST", "/api/v1/statuses")
    SPEC = "mastodon"

    def __init__(self, *, limit: int = 500) -> None:
        super().__init__()
        self.limit = limit
        self.statuses: list[dict[str, Any]] = []
        self.media: dict[str, str] = {}
        self.polls = 0
        self.scopes: list[str] | None = ["read:accounts", "read:statuses", "write:media", "write:statuses"]
        self._keys: dict[str, dict[str, Any]] = {}

    @property
    def posts(self) -> list[str]:
        return [status["_text"] for status in self.statuses]

    def forget_keys(self) -> None:
        """What an hour does."""
        self._keys.clear()

    def invalid(self, complaint: str) -> Reply:
        # app/controllers/concerns/api/error_handling.rb
        return Reply(422, {"error": f"Validation failed: {complaint}"})

    def handle(self, request: Request) -> Reply:
        if request.path == "/api/v2/instance":
            statuses = {"max_characters": self.limit, "max_media_attachments": 4, "characters_reserved_per_url": 23}
            return Reply(200, {"domain": "loopback", "configuration": {"statuses": statuses}})
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            # app/controllers/concerns/api/error_handling.rb and doorkeeper's own answer.
            return Reply(401, {"error": "The access token is invalid"})
        if (request.method, request.path) == self.ACT:
            return self._post(request)
        if request.path == "/api/v2/media":
            return self._upload(request)
        if found := re.fullmatch(r"/api/v1/media/(\d+)", request.path):
            self.polls += 1
            return Reply(206 if self.polls < 2 else 200, {"id": found.group(1), "type": "image"})
        if request.path == "/api/v1/apps/verify_credentials":
            # entities/Application: scopes since 4.3.
            return Reply(200, {"id": "1", "name": "sharekit", "website": None, "scopes": self.scopes})
        if request.path == "/api/v1/accounts/verify_credentials":
            return Reply(200, {"id": "7", "acct": "blog"})
        if found := re.fullmatch(r"/api/v1/statuses/(.+)", request.path):
            there = next((each for each in self.statuses if each["id"] == found.group(1)), None)
            # config/locales/en.yml, or any other language of the account.
            return Reply(200, there) if there else Reply(404, {"error": "Record not found"})
        check(request.path == "/api/v1/accounts/7/statuses", "no such method")
        before = int(request.query.get("max_id", 10**9))
        listed = [each for each in reversed(self.statuses) if int(each["id"]) < before]
        return Reply(200, listed[: int(request.query.get("limit", 20))])

    def _post(self, request: Request) -> Reply:
        fields = request.json()
        key = request.headers.get("idempotency-key")
        if self.guarded and key in self._keys:
            # app/services/post_status_service.rb: idempotency_duplicate looks the status up, and fails if it was deleted.
            there = self._keys[key] in self.statuses
            return Reply(200, self._keys[key]) if there else Reply(404, {"error": "Record not found"})
        if length(fields["status"]) > self.limit:
            return Reply(422, {"error": f"Validation failed: Text character limit of {self.limit} exceeded"})
        if fields.get("in_reply_to_id") not in (None, *(each["id"] for each in self.statuses)):
            # app/controllers/api/v1/statuses_controller.rb, set_thread: statuses.errors.in_reply_not_found, translated.
            return Reply(404, {"error": "Le message auquel vous essayez de répondre ne semble pas exister."})
        if not set(fields.get("media_ids", ())) <= set(self.media):
            return Reply(422, {"error": "Validation failed: media"})
        status = self.add(
            fields["status"], **{name: fields[name] for name in ("in_reply_to_id", "language") if name in fields}
        )
        status["media_ids"] = fields.get("media_ids", [])
        if key:
            self._keys[key] = status
        return Reply(200, status)

    def add(self, text: str, **more: Any) -> dict[str, Any]:
        """A status that is out."""
        number = len(self.statuses) + 1
        status = {
            "id": str(number),
            "url": f"{self.url}/@blog/{number}",
            "created_at": self.moment(number).isoformat().replace("+00:00", "Z"),
            "content": _content(text),
            "mentions": [
                {"username": name, "acct": f"{name}@{host}".rstrip("@")} for name, host in re.findall(MENTION, text)
            ],
            "in_reply_to_id": None,
            "_text": text,
            **more,
        }
        self.statuses.append(status)
        return status

    def _upload(self, request: Request) -> Reply:
        sent = parts(request)
        check(sent["file"].startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")), "the file is a picture")
        number = str(len(self.media) + 1)
        self.media[number] = sent["description"].decode()
        return Reply(202, {"id": number, "type": "image", "url": None})


def _content(text: str) -> str:
    # As app/lib/text_formatter.rb: links carry their address in three spans, of which two are not shown; a mention of
    # @a@b is shown as @a.
    escaped = re.sub(
        MENTION, r'<span class="h-card"><a class="u-url mention">@<span>\1</span></a></span>', html.escape(text, quote=False)
    )
    linked = re.sub(
        r"(https?://(?:www\.)?)(\S{1,30})(\S*)",
        r'<a href="\g<0>" rel="nofollow"><span class="invisible">\1</span><span class="ellipsis">\2</span>'
        r'<span class="invisible">\3</span></a>',
        escaped,
    )
    # app/models/tag.rb: HASHTAG_RE.
    tagged = re.sub(r"(?<![=/)\w])#(\w+)", r'<a href="/tags/\1" class="mention hashtag">#<span>\1</span></a>', linked)
    return "<p>" + tagged.replace("\n\n", "</p><p>").replace("\n", "<br />") + "</p>"
