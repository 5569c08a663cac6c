"""What the networks with an HTTP API have in common: credentials, requests and pictures."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from sharekit.channels.base import NetworkChannel
from sharekit.channels.pictures import card_picture, post_pictures
from sharekit.config import origin, required
from sharekit.errors import Unavailable
from sharekit.http import Client, credential

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sharekit.channels.pictures import Picture, T
    from sharekit.http import Answer
    from sharekit.model import Share
    from sharekit.ports import Credential, PictureRules


class ApiChannel(NetworkChannel):
    """A channel that is reached through one API; a subclass declares what it needs and says what its answers mean."""

    label: ClassVar[str]
    SECRETS: ClassVar[tuple[Credential, ...]]
    # The settings that it cannot do without, and a hint for each.
    NEEDS: ClassVar[Mapping[str, str]] = {}
    # The setting with the address of the API.
    SERVER: ClassVar[str] = "api"
    # What must be true of the first credential, for the hint after an answer about the account.
    LOGIN: ClassVar[str]
    # The statuses that mean something of their own on this network: see :meth:`_judge`.
    JUDGED: ClassVar[tuple[int, ...]] = ()
    pictures: ClassVar[PictureRules]

    def _connect(self, name: str, environment: Mapping[str, str]) -> None:
        for setting, hint in self.NEEDS.items():
            required(getattr(self._settings, setting), setting=f"channels.{name}.{setting}", hint=hint)
        self._api = origin(getattr(self._settings, self.SERVER), setting=f"channels.{name}.{self.SERVER}")
        self._secrets = [credential(each, self.kind, name, environment) for each in self.SECRETS]
        self._client = Client(self.label, clock=self._clock, secrets=self._secrets, login=self._login(), api=True)

    def _login(self) -> str:
        return f"{self._secrets[0].name} {self.LOGIN}"

    @abstractmethod
    def _headers(self) -> dict[str, str]:
        """What carries the credential, and what else every request has."""

    def _call(self, method: str, path: str, *, harmless: bool = False, also: tuple[int, ...] = (), **content: Any) -> Answer:
        """Send one request; an answer with a status in ``also`` is the caller's to judge. Raises as ``Client.request``."""
        headers = {**self._headers(), **content.pop("headers", {})}
        judged = (*also, *self.JUDGED)
        answer = self._client.request(method, self._api + path, headers=headers, harmless=harmless, also=judged, **content)
        if answer.status in self.JUDGED:
            self._judge(answer, path, expected=answer.status in also)
            if answer.status not in also:
                self._client.fail(answer, harmless=harmless or method == "GET")
        return answer

    def _judge(self, answer: Answer, path: str, *, expected: bool) -> None:
        """Raise what an answer with a status in ``JUDGED`` means here, where that is not what it means elsewhere."""

    def _needed(self, answer: Answer, *path: str) -> str:
        """What is at ``path`` of an answer before anything is out. Raises Unavailable where there is nothing."""
        found = answer.field(*path)
        if not found:
            raise Unavailable(f"{self._client.message(answer)} (without {'.'.join(path)})")
        return found

    def _wait(self, is_ready: Callable[[], bool], what: str, *, polls: int = 20, pause: float = 1.0) -> None:
        """Until it is ready, with ``pause`` seconds between two looks. Raises Unavailable after so many."""
        for _ in range(polls):
            if is_ready():
                return
            self._sleep(pause)
        raise Unavailable(f"{self.label} is still working on {what}")

    def _attached(self, share: Share) -> list[Picture]:
        """See :func:`post_pictures`."""
        return post_pictures(share, self.pictures, root=self._root, clock=self._clock)

    def _thumbnail(
        self, share: Share, upload: Callable[[Picture], T], rules: PictureRules | None = None
    ) -> tuple[T | None, dict[str, str]]:
        """See :func:`card_picture`."""
        return card_picture(share, rules or self.pictures, upload, root=self._root, clock=self._clock)
