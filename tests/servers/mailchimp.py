"""Mailchimp's Marketing API as its reference describes it: https://mailchimp.com/developer/marketing/api/campaigns/."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from servers.campaigns import CampaignServer, Held
from servers.wire import Reply, Request, check

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "0123456789abcdef0123456789abcdef-us21"
LIST = "a1b2c3d4e5"
SENT_AT = "2026-11-24T09:31:00+00:00"


def problem(status: int, title: str, detail: str, errors: list[dict[str, str]] | None = None) -> Reply:
    """RFC 7807, with Mailchimp's own list of what is wrong with which field."""
    body: dict[str, Any] = {"type": "https://mailchimp.com/developer/marketing/docs/errors/", "title": title}
    body |= {"status": status, "detail": detail, "instance": "4f1c"} | ({"errors": errors} if errors else {})
    return Reply(status, body, {"content-type": "application/problem+json"})


class MailchimpServer(CampaignServer):
    """One account with one audience. ``per_page`` bounds a list as the API does; ``unconfirmed`` are senders it refuses.

    ``schedules`` tells whether the plan does: free ones do not.
    """

    LAUNCH = ("POST", r"/3\.0/campaigns/[^/]+/actions/send")
    ACT = LAUNCH
    CREATE = ("POST", r"/3\.0/campaigns")
    SPEC = "mailchimp"

    def __init__(self) -> None:
        super().__init__()
        self.per_page = 1000
        self.unconfirmed: set[str] = set()
        self.not_ready = ""
        self.schedules = True
        self.plan = "monthly"

    def invalid(self, complaint: str) -> Reply:
        wrong = {"field": complaint.partition(":")[0], "message": complaint}
        return problem(400, "Invalid Resource", "The resource submitted could not be validated.", [wrong])

    def handle(self, request: Request) -> Reply:
        expected = base64.b64encode(f"sharekit:{KEY}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return problem(401, "API Key Invalid", "Your API key may be invalid, or you've attempted the wrong datacenter.")
        path = request.path.removeprefix("/3.0")
        if path == "/":
            return Reply(200, {"account_name": "Le Blog", "login_id": "1", "pricing_plan_type": self.plan})
        if path == f"/lists/{LIST}":
            return Reply(200, {"id": LIST, "stats": {"member_count": self.audience}})
        if path.startswith("/lists/"):
            return problem(404, "Resource Not Found", "The requested resource could not be found.")
        if path == "/campaigns":
            return self._list(request) if request.method == "GET" else self._create(request)
        found = re.fullmatch(r"/campaigns/([^/]+)(?:/(.+))?", path)
        check(found, "no such resource")
        assert found is not None
        held = self.held.get(found.group(1))
        if held is None:
            return problem(404, "Resource Not Found", "The requested resource could not be found.")
        return self._one(request, held, found.group(2) or "")

    def _list(self, request: Request) -> Reply:
        query = request.query
        check(query["list_id"] == LIST, "the audience")
        newest = list(reversed(self.held.values()))
        start, count = int(query.get("offset", 0)), min(int(query["count"]), self.per_page)
        listed = [self._shown(each) for each in newest[start : start + count]]
        return Reply(200, {"campaigns": listed, "total_items": len(newest)})

    def _create(self, request: Request) -> Reply:
        fields = request.json()
        refusal = self._wrong(fields)
        if refusal:
            return refusal
        held = Held(id=f"c{len(self.held) + 1:09}", fields=fields, status="save")
        self.held[held.id] = held
        return Reply(200, self._shown(held))

    def _wrong(self, fields: Mapping[str, Any]) -> Reply | None:
        settings, recipients = fields.get("settings", {}), fields.get("recipients")
        check(recipients is None or recipients["list_id"] == LIST, "the audience")
        if settings.get("reply_to") in self.unconfirmed:
            wrong = {"field": "settings.reply_to", "message": "The From email address is not verified."}
            return problem(400, "Invalid Resource", "The resource submitted could not be validated.", [wrong])
        return None

    def _one(self, request: Request, held: Held, rest: str) -> Reply:
        match request.method, rest:
            case "GET", "":
                return Reply(200, self._shown(held))
            case "GET", "content":
                # Mailchimp rewrites markup: its own comment, other white space.
                html = held.fields.get("content", {}).get("html", "").replace("<body", "<!-- rewritten -->\n  <body")
                return Reply(200, {"html": html, "plain_text": held.fields.get("content", {}).get("plain_text", "")})
            case "GET", "send-checklist":
                return Reply(200, self._checklist(held))
            case "PATCH", "":
                return self._patch(request, held)
            case "PUT", "content":
                return self._put(request, held)
            case "POST", action:
                return self._act(request, held, action)
        return problem(405, "Method Not Allowed", "The requested method and resource are not compatible.")

    def _checklist(self, held: Held) -> dict[str, Any]:
        content = held.fields.get("content", {})
        wrong = self.not_ready or ("" if content.get("html") else "The campaign has no content.")
        items = [{"type": "success", "id": 1, "heading": "Audience", "details": "120 recipients"}]
        items += [{"type": "error", "id": 2, "heading": "Content", "details": wrong}] if wrong else []
        return {"is_ready": not wrong, "items": items}

    def _patch(self, request: Request, held: Held) -> Reply:
        check(held.status == "save", "only a draft is edited")
        fields = request.json()
        refusal = self._wrong(fields)
        if refusal:
            return refusal
        for name, value in fields.items():
            held.fields[name] = {**held.fields.get(name, {}), **value}
        return Reply(200, self._shown(held))

    def _put(self, request: Request, held: Held) -> Reply:
        check(held.status == "save", "only a draft is edited")
        content = request.json()
        held.fields["content"] = content
        return Reply(200, {"html": content["html"]})

    def _act(self, request: Request, held: Held, action: str) -> Reply:
        if held.status != "save":
            detail = f"This campaign has status {held.status}."
            return problem(400, "Bad Request", detail)
        if action == "actions/test":
            sent = request.json()
            held.tests.append(sent["test_emails"])
        elif action == "actions/schedule":
            if not self.schedules:
                return problem(403, "Forbidden", "Your account does not have access to schedule campaigns.")
            at = datetime.fromisoformat(request.json()["schedule_time"])
            held.status, held.fields["send_time"] = "schedule", at.isoformat()
        else:
            if self._checklist(held)["items"][-1]["type"] == "error":
                return problem(400, "Bad Request", "Your Campaign is not ready to send.")
            self.send_by_hand(held)
        return Reply(204)

    def _shown(self, held: Held) -> dict[str, Any]:
        return {
            "id": held.id,
            "web_id": 1000 + int(held.id[1:]),
            "type": "regular",
            "status": held.status,
            "archive_url": f"http://eepurl.example/{held.id}",
            "send_time": held.fields.get("send_time", ""),
            "settings": held.fields["settings"],
            "recipients": held.fields["recipients"],
        }

    def html(self, held: Held) -> str:
        return str(held.fields.get("content", {}).get("html", ""))

    def subject(self, held: Held) -> str:
        return str(held.fields["settings"]["subject_line"])

    def touch(self, held: Held) -> None:
        held.fields["content"]["html"] = self.html(held).replace("Bonjour", "Bonsoir")

    def send_by_hand(self, held: Held) -> None:
        held.status, held.sent = "sent", held.sent + 1
        held.fields["send_time"] = SENT_AT
