"""The signed tokens in the links of letters: to unsubscribe, and to confirm a sign-up."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from sharekit.errors import ConfigError, not_installed

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = "SHAREKIT_SECRET"  # noqa: S105  # the variable's name
SHORTEST_SECRET = 32
# A token has about 50 characters; nothing longer is looked at.
LONGEST = 120


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
        try:
            from itsdangerous import Signer
        except ModuleNotFoundError as error:
            raise not_installed("itsdangerous", "smtp") from error
        # The keys are derived once, here, and not once for each of a million subscribers: one for each purpose.
        signer = partial(Signer, sep=".", key_derivation="none", digest_method=hashlib.sha256)
        self._leave = signer(hashlib.sha256(f"sharekit unsubscribe {secret}".encode()).digest(), salt="unsubscribe")
        self._confirm = signer(hashlib.sha256(f"sharekit confirm {secret}".encode()).digest(), salt="confirm")

    def token(self, subscriber_id: int) -> str:
        """The token to unsubscribe with: letters, digits, ``-``, ``_`` and a dot in the middle."""
        return self._leave.sign(b"%d" % subscriber_id).decode()

    def read(self, token: str) -> int | None:
        """The subscriber's id, or None for a token that is not ours."""
        found = _unsigned(self._leave, token)
        return int(found) if found else None

    def confirmation(self, subscriber_id: int, asked: int) -> str:
        """The token to confirm a sign-up with; ``asked`` is its moment in Unix seconds."""
        return self._confirm.sign(b"%d-%d" % (subscriber_id, asked)).decode()

    def read_confirmation(self, token: str) -> tuple[int, int] | None:
        """The subscriber's id and the moment of the sign-up, or None for a token that is not ours."""
        number, _, asked = _unsigned(self._confirm, token).partition("-")
        return (int(number), int(asked)) if number and asked else None


def _unsigned(signer: object, token: str) -> str:
    from itsdangerous import BadSignature, Signer

    assert isinstance(signer, Signer)  # noqa: S101 - the import is not for those who only ask for a version
    try:
        return signer.unsign(token).decode() if token.isascii() and len(token) <= LONGEST else ""
    except BadSignature:
        return ""
