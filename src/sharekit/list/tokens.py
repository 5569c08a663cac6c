"""The signed tokens in the links of letters: to unsubscribe, and to confirm a sign-up."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = "SHAREKIT_SECRET"  # noqa: S105  # the variable's name
SHORTEST_SECRET = 32


class Tokens:
    """Makes and reads tokens. They are signed, so that nobody acts for another, and hold no address.

    Those to unsubscribe never expire: the same subscriber has the same one for ever (RFC 8058 §3.1). Those to confirm name
    the moment of the sign-up, and belong to it alone.
    """

    def __init__(self, *, environment: Mapping[str, str]) -> None:
        """Raises ConfigError where ``SHAREKIT_SECRET`` is missing or short enough to be guessed."""
        secret = environment.get(SECRET, "").strip()
        if len(secret) < SHORTEST_SECRET:
            raise ConfigError(
                f"{SECRET} is {'not set' if not secret else 'too short'}; unsubscribe links are signed with it",
                hint='Make one and keep it for ever: python -c "import secrets; print(secrets.token_urlsafe(48))"',
            )
        # The keys are derived once, here, and not once for each of a million subscribers: one for each purpose.
        self._leave, self._confirm = (
            hashlib.sha256(f"sharekit {purpose} {secret}".encode()).digest() for purpose in ("unsubscribe", "confirm")
        )

    def token(self, subscriber_id: int) -> str:
        """The token to unsubscribe with: letters, digits, ``-``, ``_`` and a dot in the middle."""
        return _signed(self._leave, str(subscriber_id))

    def read(self, token: str) -> int | None:
        """The subscriber's id, or None for a token that is not ours."""
        found = _unsigned(self._leave, token)
        return int(found) if found else None

    def confirmation(self, subscriber_id: int, asked: int) -> str:
        """The token to confirm a sign-up with; ``asked`` is its moment in Unix seconds."""
        return _signed(self._confirm, f"{subscriber_id}-{asked}")

    def read_confirmation(self, token: str) -> tuple[int, int] | None:
        """The subscriber's id and the moment of the sign-up, or None for a token that is not ours."""
        number, _, asked = _unsigned(self._confirm, token).partition("-")
        return (int(number), int(asked)) if asked else None


def _signed(key: bytes, value: str) -> str:
    signature = base64.urlsafe_b64encode(hmac.digest(key, value.encode(), "sha256"))
    return f"{value}.{signature.decode().rstrip('=')}"


def _unsigned(key: bytes, token: str) -> str:
    value = token.partition(".")[0]
    return value if token.isascii() and hmac.compare_digest(token, _signed(key, value)) else ""
