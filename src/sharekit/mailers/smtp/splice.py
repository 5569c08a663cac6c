"""The issue's message made one reader's: the gaps of the template filled, the dots doubled, and signed where asked for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sharekit.mailers.mime import header_value, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharekit.mailers.mime import Gap, Template
    from sharekit.mailers.smtp.dkim import Signer

UNSAFE = frozenset("&\"'<> \\")


class Splicer:
    """Makes the bytes that follow DATA, for one mailing.

    ``link`` gives a reader's unsubscribe address. The Message-ID is made from the mailing and the reader alone, so that a
    second copy, should there be one, is known as such by whoever looks for it.
    """

    def __init__(
        self,
        template: Template,
        *,
        key: str,
        domain: str,
        link: Callable[[int], str],
        signer: Signer | None = None,
    ) -> None:
        self._pieces = template.pieces
        self._link = link
        self._domain = domain.encode()
        self._key = hashlib.sha256(key.encode())
        self._signing = signer.prepare(template) if signer else None
        self._body = [piece.replace(b"\r\n.", b"\r\n..") if isinstance(piece, bytes) else piece for piece in self._pieces]

    def message(self, reader_id: int, address: str) -> bytes:
        """The message with its closing dot. Raises ValueError for a value that cannot stand where it belongs."""
        filled = self._values(reader_id, address)
        parts = [piece if isinstance(piece, bytes) else filled[piece] for piece in self._body]
        if self._signing:
            parts.insert(0, self._signing.sign(filled))
        parts.append(b".\r\n")
        return b"".join(parts)

    def _message_id(self, reader_id: int) -> bytes:
        digest = self._key.copy()
        digest.update(b" %d" % reader_id)
        return digest.hexdigest()[:24].encode() + b"@" + self._domain

    def _values(self, reader_id: int, address: str) -> dict[Gap, bytes]:
        link = self._link(reader_id)
        if not link.isascii() or not UNSAFE.isdisjoint(link):
            raise ValueError("the unsubscribe address has a character that does not belong there")
        return {
            "to": header_value(address, what="the address"),
            "message-id": self._message_id(reader_id),
            "unsubscribe-header": header_value(link, what="the unsubscribe address"),
            "unsubscribe": quoted(link),
        }
