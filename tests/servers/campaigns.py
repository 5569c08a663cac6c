"""What the servers of all providers have in common: the campaigns that they hold, and which of them went out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from servers.wire import Wire


@dataclass
class Held:
    """A campaign as a provider holds it. ``sent`` counts how often it went to the list."""

    id: str
    fields: dict[str, Any] = field(default_factory=dict)
    status: str = "draft"
    sent: int = 0
    tests: list[list[str]] = field(default_factory=list)


class CampaignServer(Wire):
    """Holds campaigns. ``audience`` is how many readers its list has."""

    LAUNCH: tuple[str, str]
    # What creating a draft and writing into it are called.
    CREATE: tuple[str, str]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, Held] = {}
        self.audience = 120

    @property
    def posts(self) -> list[str]:
        return [self.html(each) for each in self.held.values() for _ in range(each.sent)]

    def html(self, held: Held) -> str:
        """The HTML that readers of a campaign get, with the provider's placeholders as they were written."""
        raise NotImplementedError

    def subject(self, held: Held) -> str:
        """The subject of a campaign."""
        raise NotImplementedError

    def touch(self, held: Held) -> None:
        """What a person does who corrects a word there."""
        raise NotImplementedError

    def send_by_hand(self, held: Held) -> None:
        """What a person does who presses Send there."""
        raise NotImplementedError
