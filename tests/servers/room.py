"""A chat room that takes Apprise's JSON, which needs no account: https://appriseit.com/services/json/."""

from __future__ import annotations

import base64

from servers.wire import Reply, Request, Wire, check

USER, PASSWORD = "bot", "room-password-1"  # of a server that runs for one test
ADDRESS = f"json://{USER}:{PASSWORD}@HOST/room"


class RoomServer(Wire):
    """Takes messages with the right password."""

    ACT = ("POST", "/room/?")

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    @property
    def posts(self) -> list[str]:
        return self.messages

    def handle(self, request: Request) -> Reply:
        expected = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {expected}":
            return Reply(401)
        sent = request.json()
        check(sent["version"] == "1.0" and not sent["title"], "a message without a title")
        self.messages.append(sent["message"])
        return Reply(200)
