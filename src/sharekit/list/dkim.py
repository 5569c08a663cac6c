"""DKIM signatures (RFC 6376, RFC 8463) for a template: what all copies share is canonicalised and hashed once.

Both halves are ``relaxed``. Every header of the list is signed once more than it occurs, so that none can be added later;
both List-Unsubscribe headers are in it, as RFC 8058 §4 asks.
"""

from __future__ import annotations

import base64
import hashlib
import re
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING, Any

from sharekit.errors import ConfigError, not_installed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sharekit.http import Secret
    from sharekit.list.letter import Gap, Template

SIGNED = (
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id",
    "List-Unsubscribe", "List-Unsubscribe-Post", "List-Archive", "Auto-Submitted",
)  # fmt: skip
# Marks a gap while headers are canonicalised: nothing that a header may hold.
GAP = "\x00{}\x00"
RSA_LEAST = 2048


class Signer:
    """Signs for one domain and selector. The key is RSA of 2048 bits and more, or Ed25519, as PEM."""

    def __init__(self, key: Secret, *, domain: str, selector: str) -> None:
        """Raises ConfigError for a key that cannot be read, or is too weak (RFC 8301 §3.2)."""
        try:
            from cryptography.hazmat.primitives import hashes
            from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
            from cryptography.hazmat.primitives.serialization import load_pem_private_key
        except ModuleNotFoundError as error:
            raise not_installed("cryptography", "smtp") from error
        try:
            loaded: Any = load_pem_private_key(key.reveal().encode(), password=None)
        except (ValueError, TypeError):
            # The library's words may hold a piece of the key.
            raise ConfigError(f"{key.name} is not a private key in PEM without a password") from None
        self.domain, self.selector = domain, selector
        self.sign: Callable[[bytes], bytes]
        if isinstance(loaded, rsa.RSAPrivateKey):
            if loaded.key_size < RSA_LEAST:
                raise ConfigError(f"{key.name} has {loaded.key_size} bits; receivers ask for {RSA_LEAST}")
            scheme, digest = padding.PKCS1v15(), hashes.SHA256()
            self.algorithm, self.sign = "rsa-sha256", lambda data: loaded.sign(data, scheme, digest)
        elif isinstance(loaded, ed25519.Ed25519PrivateKey):
            # RFC 8463 §3: it is the SHA-256 of the data that is signed.
            self.algorithm, self.sign = "ed25519-sha256", lambda data: loaded.sign(hashlib.sha256(data).digest())
        else:
            raise ConfigError(f"{key.name} is neither an RSA nor an Ed25519 key, and DKIM knows no other")


class Signing:
    """Signs the copies of one template."""

    def __init__(self, template: Template, signer: Signer) -> None:
        self._sign = signer.sign
        there: dict[str, list[str]] = {}
        for name, value in _fields(template):
            there.setdefault(name.lower(), []).append(re.sub(r"[ \t\r\n]+", " ", value).strip(" "))
        # Each header as often as it is there, and once more. RFC 6376 §5.4.2: of those that are there several times, the
        # last one comes first.
        names = [name for name in map(str.lower, SIGNED) for _ in range(len(there.get(name, ())) + 1)]
        self._input = _split("".join(f"{name}:{there[name].pop()}\r\n" for name in names if there.get(name)))
        folded = re.sub(r"(.{1,60}:)", r"\1\r\n  ", ":".join(names))
        self._field = (
            f"v=1; a={signer.algorithm}; c=relaxed/relaxed; d={signer.domain};\r\n s={signer.selector};"
            f" h={folded};\r\n bh={{}};\r\n b="
        )
        body = [
            re.sub(rb"[ \t]+(?=\r\n)", b"", re.sub(rb"[ \t]+", b" ", piece)) if isinstance(piece, bytes) else piece
            for piece in template.pieces[template.headers :]
        ]
        # The empty line before the body, with which its first piece begins, is not part of it.
        self._start = hashlib.sha256(bytes(body[0], "ascii")[2:] if isinstance(body[0], str) else body[0][2:])
        self._body = body[1:]

    def sign(self, filled: Mapping[Gap, bytes]) -> bytes:
        """The DKIM-Signature header of a copy, with its line end."""
        digest = self._start.copy()
        for piece in self._body:
            digest.update(piece if isinstance(piece, bytes) else filled[piece])
        field = self._field.format(base64.b64encode(digest.digest()).decode())
        headers = b"".join(piece if isinstance(piece, bytes) else filled[piece] for piece in self._input)
        own = "dkim-signature:" + re.sub(r"\s+", " ", field).strip()
        signature = base64.b64encode(self._sign(headers + own.encode())).decode()
        folded = re.sub(r"(.{72})(?=.)", "\\1\r\n ", signature)
        return f"DKIM-Signature: {field}{folded}\r\n".encode()


def _fields(template: Template) -> list[tuple[str, str]]:
    head = b"".join(
        piece if isinstance(piece, bytes) else GAP.format(piece).encode() for piece in template.pieces[: template.headers]
    )
    return [(name, str(value)) for name, value in BytesHeaderParser().parsebytes(head).raw_items()]


def _split(text: str) -> list[bytes | Gap]:
    parts: list[Any] = re.split(r"\x00([a-z-]+)\x00", text)
    return [part.encode("utf-8", "surrogateescape") if number % 2 == 0 else part for number, part in enumerate(parts)]
