"""Brevo's campaign API as its reference describes it: https://developers.brevo.com/reference/createemailcampaign-1."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from servers.campaigns import CampaignServer, Held
from servers.wire import Reply, Request, check

KEY = "xkeysib-0123456789abcdef"
AT = "2026-11-24T09:31:00.000Z"


class BrevoServer(CampaignServer):
    """One account with list 7."""

    LAUNCH = ("POST", r"/v3/emailCampaigns/[^/]+/sendNow")
    ACT = LAUNCH
    CREATE = ("POST", r"/v3/emailCampaigns")
    SPEC = "brevo"

    def __init__(self) -> None:
        super().__init__()
        self.credits = 10_000
        self.plan = "payAsYouGo"
        # Some campaigns are reviewed before they leave (brevo-python 5.1, GetEmailCampaignResponseStatus).
        self.on_its_way = "in_process"
        self.senders = {"lettre@blog.example"}

    def invalid(self, complaint: str) -> Reply:
        return Reply(400, {"code": "invalid_parameter", "message": complaint})

    def handle(self, request: Request) -> Reply:
        if request.headers.get("api-key") != KEY:
            return Reply(401, {"code": "unauthorized", "message": "Key not found"})
        path = request.path.removeprefix("/v3")
        if path == "/account":
            plan = {"type": self.plan, "credits": self.credits, "creditsType": "sendLimit"}
            return Reply(200, {"email": "zoe@blog.example", "companyName": "Le Blog", "plan": [plan]})
        if path.startswith("/contacts/lists/"):
            if not path.endswith("/7"):
                return Reply(404, {"code": "document_not_found", "message": "List ID does not exist"})
            return Reply(200, {"id": 7, "name": "Lettre", "uniqueSubscribers": self.audience})
        if path == "/emailCampaigns":
            return self._list(request) if request.method == "GET" else self._create(request.json())
        _, _, number, *rest = path.split("/")
        held = self.held.get(number)
        if held is None:
            return Reply(404, {"code": "document_not_found", "message": "Campaign ID does not exist"})
        return self._one(request, held, rest)

    def _list(self, request: Request) -> Reply:
        query = request.query
        newest = list(reversed(self.held.values()))
        if not newest:
            return Reply(200, {"count": 0})
        start = int(query["offset"])
        listed = [self._shown(each) for each in newest[start : start + int(query["limit"])]]
        for each in listed:
            each.pop("htmlContent")
        return Reply(200, {"count": len(newest), "campaigns": listed})

    def _create(self, fields: dict[str, Any]) -> Reply:
        refusal = self._wrong(fields)
        if refusal:
            return refusal
        held = Held(id=str(len(self.held) + 1), fields=fields)
        self.held[held.id] = held
        return Reply(201, {"id": int(held.id)})

    def _wrong(self, fields: dict[str, Any]) -> Reply | None:
        check(len(fields.get("htmlContent", "").encode()) <= 1_000_000, "htmlContent: up to 1 MB")
        if "sender" in fields and fields["sender"]["email"] not in self.senders:
            return Reply(400, {"code": "invalid_parameter", "message": "Sender is invalid / inactive"})
        if "recipients" in fields:
            check(fields["recipients"]["listIds"] == [7], "the lists")
        return None

    def _one(self, request: Request, held: Held, rest: list[str]) -> Reply:
        match request.method, rest:
            case "GET", []:
                return Reply(200, self._shown(held))
            case "PUT", []:
                return self._update(held, request.json())
            case "POST", ["sendTest"]:
                held.tests.append(request.json()["emailTo"])
                return Reply(204)
            case "POST", ["sendNow"]:
                if self.credits < self.audience:
                    return Reply(402, {"code": "not_enough_credits", "message": "Your account has insufficient credits"})
                if held.status != "draft":
                    return Reply(400, {"code": "campaign_processing", "message": "Campaign is already sent"})
                self.send_by_hand(held)
                return Reply(204)
        return Reply(405, {"code": "method_not_allowed", "message": "no"})

    def _update(self, held: Held, fields: dict[str, Any]) -> Reply:
        refusal = self._wrong(fields)
        if refusal:
            return refusal
        if held.status != "draft":
            return Reply(400, {"code": "invalid_parameter", "message": "Campaign is already sent"})
        if "scheduledAt" in fields:
            check(datetime.fromisoformat(fields["scheduledAt"]).utcoffset() is not None, "a zone")
            held.status = "queued"
        held.fields |= fields
        return Reply(204)

    def _shown(self, held: Held) -> dict[str, Any]:
        shown = {name: held.fields[name] for name in ("name", "subject", "sender", "htmlContent", "recipients")}
        shown |= {"id": int(held.id), "type": "classic", "status": held.status}
        if held.sent:
            shown["sentDate"] = AT
        return shown | ({"scheduledAt": held.fields["scheduledAt"]} if "scheduledAt" in held.fields else {})

    def html(self, held: Held) -> str:
        return str(held.fields["htmlContent"])

    def subject(self, held: Held) -> str:
        return str(held.fields["subject"])

    def touch(self, held: Held) -> None:
        held.fields["htmlContent"] = self.html(held).replace("Bonjour", "Bonsoir")

    def send_by_hand(self, held: Held) -> None:
        held.status, held.sent = self.on_its_way, held.sent + 1
