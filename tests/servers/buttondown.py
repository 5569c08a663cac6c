"""Buttondown's API: https://docs.buttondown.com/api-emails-introduction."""

from __future__ import annotations

from typing import Any

from servers.campaigns import CampaignServer, Held
from servers.wire import Reply, Request

KEY = "0fd4e6c1-1111-4222-8333-abcdefabcdef"
AT = "2026-11-24T09:31:00Z"


class ButtondownServer(CampaignServer):
    """One newsletter. ``first_time`` is how a key is until it sent once; ``remembers`` its idempotency keys."""

    LAUNCH = ("POST", r"/v1/emails/[^/]+/publish")
    ACT = LAUNCH
    CREATE = ("POST", r"/v1/emails")
    SPEC = "buttondown"

    def __init__(self) -> None:
        super().__init__()
        self._remembers: dict[str, tuple[bytes, Reply]] = {}
        self.unconfirmed = False
        self.per_page = 100

    def invalid(self, complaint: str) -> Reply:
        # ValidationErrorMessage of the description.
        return Reply(422, {"detail": [{"type": "value_error", "loc": ["body"], "msg": complaint}]})

    def handle(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Token {KEY}":
            return Reply(401, {"detail": "Invalid token.", "code": "authentication_invalid"})
        once = request.headers.get("x-idempotency-key", "")
        if once in self._remembers:
            before, reply = self._remembers[once]
            return reply if before == request.body else Reply(409)
        reply = self._answer(request)
        if once:
            self._remembers[once] = (request.body, reply)
        return reply

    def _answer(self, request: Request) -> Reply:
        path = request.path.removeprefix("/v1")
        if path == "/accounts/me":
            return Reply(200, {"username": "leblog", "email_address": "zoe@blog.example"})
        if path == "/subscribers":
            return Reply(200, {"results": [], "next": None, "previous": None, "count": self.audience})
        if path == "/emails":
            return self._list(request) if request.method == "GET" else self._create(request.json())
        _, _, number, *rest = path.split("/")
        held = self.held.get(number)
        if held is None:
            return Reply(404, {"detail": "Not found."})
        if request.method == "GET":
            return Reply(200, self._shown(held))
        if rest == ["send-draft"]:
            held.tests.append(request.json()["recipients"])
            return Reply(200)
        if rest == ["publish"]:
            return self._publish(request, held)
        return self._patch(request, held)

    def _list(self, request: Request) -> Reply:
        newest = list(reversed(self.held.values()))
        start = (int(request.query.get("page", 1)) - 1) * self.per_page
        listed = [self._shown(each) for each in newest[start : start + self.per_page]]
        more = f"{self.url}/v1/emails?page=2" if start + self.per_page < len(newest) else None
        return Reply(200, {"results": listed, "next": more, "previous": None, "count": len(newest)})

    def _create(self, fields: dict[str, Any]) -> Reply:
        if fields.get("status", "about_to_send") != "draft":
            return Reply(400, {"code": "sending_requires_confirmation", "detail": "Sending requires confirmation."})
        if fields["body"].startswith("---"):
            return Reply(400, {"code": "body_contains_frontmatter", "detail": "The body contains front matter."})
        held = Held(id=f"em_{len(self.held) + 1:026}", fields=fields)
        self.held[held.id] = held
        return Reply(201, self._shown(held))

    def _publish(self, request: Request, held: Held) -> Reply:
        if request.headers.get("x-buttondown-live-dangerously") != "true":
            return Reply(400, {"code": "sending_requires_confirmation", "detail": "Sending requires confirmation."})
        if self.unconfirmed:
            return Reply(400, {"code": "email_not_confirmed", "detail": "Confirm your email address before sending."})
        if held.status != "draft":
            return Reply(400, {"code": "status_invalid", "detail": "This email was sent."})
        self.send_by_hand(held)
        return Reply(200, self._shown(held))

    def _patch(self, request: Request, held: Held) -> Reply:
        if held.status != "draft":
            return Reply(400, {"code": "status_invalid", "detail": "This email was sent."})
        fields = request.json()
        status = fields.pop("status", "draft")
        if status == "scheduled" and "publish_date" not in fields:
            return Reply(400, {"code": "publish_date_missing", "detail": "When?"})
        held.fields |= fields
        held.status = status
        return Reply(200, self._shown(held))

    def _shown(self, held: Held) -> dict[str, Any]:
        fields = held.fields
        return {
            "id": held.id,
            "creation_date": AT,
            "modification_date": AT,
            "absolute_url": f"https://buttondown.example/archive/{held.id}/",
            "body": fields["body"],
            "canonical_url": "",
            "commenting_mode": "enabled",
            "description": fields.get("description", ""),
            "archival_mode": "enabled",
            "featured": False,
            "filters": fields.get("filters", {"filters": [], "groups": [], "predicate": "and"}),
            "image": "",
            "metadata": fields.get("metadata", {}),
            "publish_date": fields.get("publish_date"),
            "related_email_ids": [],
            "should_trigger_pay_per_email_billing": False,
            "source": "api",
            "status": held.status,
            "subject": fields["subject"],
        }

    def html(self, held: Held) -> str:
        return str(held.fields["body"])

    def subject(self, held: Held) -> str:
        return str(held.fields["subject"])

    def touch(self, held: Held) -> None:
        held.fields["body"] = self.html(held).replace("Bonjour", "Bonsoir")

    def send_by_hand(self, held: Held) -> None:
        held.status, held.sent = "about_to_send", held.sent + 1
        held.fields["publish_date"] = AT
