"""listmonk's API: its OpenAPI description, and its handlers where that is silent.

https://github.com/knadh/listmonk/blob/v6.1.0/cmd/campaigns.go
"""

from __future__ import annotations

import re
from typing import Any

from servers.campaigns import CampaignServer, Held
from servers.wire import Reply, Request, check

USER, TOKEN = "sharekit", "lm-token-0123456789"  # of a server that runs for one test
SUBSCRIBERS = {"zoe@blog.example"}
AT = "2026-11-24T09:31:00Z"
PERMISSIONS = {"campaigns:get", "campaigns:manage", "campaigns:send", "lists:get_all"}
# Go's net/mail.ParseAddress: a display name is atoms or a quoted string (RFC 5322 §3.4), with UTF-8 in both.
WORD = r"(?:[\w!#$%&'*+/=?^`{|}~-]+|\"(?:[^\"\\]|\\.)*\")"
MAILBOX = re.compile(rf"(?:{WORD}(?: {WORD})* )?<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+")


class ListmonkServer(CampaignServer):
    """One instance with list 1."""

    LAUNCH = ("PUT", r"/api/campaigns/[^/]+/status")
    ACT = LAUNCH
    CREATE = ("POST", r"/api/campaigns")
    SPEC = "listmonk"

    def __init__(self) -> None:
        super().__init__()
        self.permissions = set(PERMISSIONS)

    def invalid(self, complaint: str) -> Reply:
        # cmd/handlers.go: echo's HTTPError.
        return Reply(400, {"message": complaint})

    def handle(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"token {USER}:{TOKEN}":
            return Reply(403, {"message": "invalid API credentials"})
        return self._answer(request)

    def _answer(self, request: Request) -> Reply:
        path = request.path.removeprefix("/api")
        if path == "/profile":
            role = {"id": 2, "name": "sharekit", "permissions": sorted(self.permissions)}
            return Reply(200, {"data": {"id": 3, "username": USER, "type": "api", "user_role": role}})
        if path.startswith("/lists/"):
            if "lists:get_all" not in self.permissions:
                return Reply(403, {"message": "Permission denied: list"})
            if path != "/lists/1":
                return Reply(400, {"message": "List not found"})
            return Reply(200, {"data": {"id": 1, "name": "Lettre", "subscriber_count": self.audience}})
        if path == "/campaigns":
            return self._list(request) if request.method == "GET" else self._create(request.json())
        _, _, number, *rest = path.split("/")
        held = self.held.get(number)
        if held is None:
            return Reply(400, {"message": "Campaign not found"})
        if request.method == "GET":
            return Reply(200, {"data": self._shown(held)})
        if rest == ["status"]:
            if "campaigns:send" not in self.permissions:
                return Reply(403, {"message": "Permission denied: campaigns:send"})
            return self._status(held, request.json()["status"])
        return self._test(held, request.json()) if rest == ["test"] else self._update(held, request.json())

    def _list(self, request: Request) -> Reply:
        wanted = request.query.get("query", "").lower()
        found = [each for each in self.held.values() if wanted in each.fields["name"].lower()]
        start = (int(request.query["page"]) - 1) * int(request.query["per_page"])
        listed = [self._shown(each) for each in found[start : start + int(request.query["per_page"])]]
        return Reply(200, {"data": {"results": listed, "total": len(found), "page": 1, "per_page": 50, "query": wanted}})

    def _create(self, fields: dict[str, Any]) -> Reply:
        refusal = self._wrong(fields)
        if refusal:
            return refusal
        held = Held(id=str(len(self.held) + 1), fields=fields)
        self.held[held.id] = held
        return Reply(200, {"data": self._shown(held)})

    def _wrong(self, fields: dict[str, Any]) -> Reply | None:
        check(fields["content_type"] == "html", "an issue is HTML")
        if not fields["lists"] or set(fields["lists"]) != {1}:
            return Reply(400, {"message": "Invalid list IDs"})
        if len(fields["name"]) > 500 or not fields["subject"]:
            return Reply(400, {"message": "Invalid length for name"})
        if not MAILBOX.fullmatch(fields["from_email"]):
            return Reply(400, {"message": "Invalid `from_email`."})
        # As soon as it holds {{ }} it goes through html/template: a bare < takes it out of the text, for every subscriber.
        alternative = fields.get("altbody", "")
        check("{{" not in alternative or "<" not in re.sub(r"\{\{.*?\}\}", "", alternative), "the text alternative renders")
        # What Go's text/template would do with the body: everything in {{ }} must be a known function or a string.
        if "{{" in fields["body"].replace("{{ UnsubscribeURL }}", ""):
            return Reply(400, {"message": 'Error compiling template: template: content:1: function "x" not defined'})
        return None

    def _update(self, held: Held, fields: dict[str, Any]) -> Reply:
        if held.status not in ("draft", "paused", "scheduled"):
            return Reply(400, {"message": "Cannot update a running or a finished campaign."})
        refusal = self._wrong(fields)
        if refusal:
            return refusal
        held.fields = fields
        return Reply(200, {"data": self._shown(held)})

    def _status(self, held: Held, status: str) -> Reply:
        if held.status != "draft":
            return Reply(400, {"message": "Only draft campaigns can be started"})
        if status == "scheduled" and not held.fields.get("send_at"):
            return Reply(400, {"message": "Campaign needs a 'send_at' date to be scheduled."})
        if status == "running" and not held.fields.get("send_at"):
            self.send_by_hand(held)
        else:
            held.status = "scheduled"
        return Reply(200, {"data": self._shown(held)})

    def _test(self, held: Held, fields: dict[str, Any]) -> Reply:
        refusal = self._wrong(fields)
        if refusal:
            return refusal
        if not fields.get("messenger"):
            return Reply(400, {"message": "Unknown messenger "})
        if not set(fields["subscribers"]) <= SUBSCRIBERS:
            return Reply(400, {"message": "No known subscribers"})
        held.tests.append(fields["subscribers"])
        return Reply(200, {"data": True})

    def _shown(self, held: Held) -> dict[str, Any]:
        fields = held.fields
        shown = {name: fields[name] for name in ("name", "subject", "from_email", "body", "content_type", "tags", "type")}
        shown |= {"id": int(held.id), "status": held.status, "uuid": "u", "messenger": "email"}
        if held.sent:
            shown["started_at"] = AT
        return shown | ({"send_at": fields["send_at"]} if "send_at" in fields else {})

    def html(self, held: Held) -> str:
        # html/template strips comments, those for Outlook too.
        return re.sub(r"<!--.*?-->", "", str(held.fields["body"]), flags=re.DOTALL)

    def subject(self, held: Held) -> str:
        return str(held.fields["subject"])

    def touch(self, held: Held) -> None:
        held.fields["body"] = str(held.fields["body"]).replace("Bonjour", "Bonsoir")

    def send_by_hand(self, held: Held) -> None:
        held.status, held.sent = "running", held.sent + 1
