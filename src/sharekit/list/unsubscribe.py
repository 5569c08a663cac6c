"""The links that subscribers unsubscribe with."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sharekit.errors import ConfigError, not_installed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from itsdangerous import Signer

SECRET = "SHAREKIT_SECRET"  # noqa: S105  # the variable's name
SHORTEST_SECRET = 32


class UnsubscribeLinks:
    """Makes and reads the tokens of unsubscribe links. The same subscriber has the same token for ever.

    They are signed, so that nobody unsubscribes another, and hold no address.
    https://itsdangerous.palletsprojects.com/en/stable/concepts/#the-salt: one salt for one purpose.
    """

    def __init__(self, *, environment: Mapping[str, str]) -> None:
        """Raises ConfigError where ``SHAREKIT_SECRET`` is missing or short enough to be guessed."""
        secret = environment.get(SECRET, "").strip()
        if len(secret) < SHORTEST_SECRET:
            raise ConfigError(
                f"{SECRET} is {'not set' if not secret else 'too short'}; unsubscribe links are signed with it",
                hint='Make one and keep it for ever: python -c "import secrets; print(secrets.token_urlsafe(48))"',
            )
        self._signer = _signer(secret)

    def token(self, subscriber_id: int) -> str:
        """The token of a subscriber: letters, digits, ``-``, ``_`` and a dot in the middle."""
        return self._signer.sign(b"%d" % subscriber_id).decode()

    def read(self, token: str) -> int | None:
        """The subscriber's id, or None for a token that is not ours."""
        from itsdangerous import BadSignature

        try:
            return int(self._signer.unsign(token))
        except (BadSignature, ValueError):
            return None


def _signer(secret: str) -> Signer:
    try:
        from itsdangerous import Signer
    except ModuleNotFoundError as error:
        raise not_installed("itsdangerous", "smtp") from error
    # The key is derived once, here, and not once for each of a million subscribers.
    key = hashlib.sha256(f"sharekit unsubscribe {secret}".encode()).digest()
    return Signer(key, salt="unsubscribe", sep=".", key_derivation="none", digest_method=hashlib.sha256)
