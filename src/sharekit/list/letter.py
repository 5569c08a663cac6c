"""A letter: the issue's message made once, with gaps for what differs from subscriber to subscriber, and each one's copy.

Building a message costs milliseconds, filling gaps in one that is encoded already costs microseconds. Each gap lies where
any value may be put without a look at its surroundings: on a line of its own of a quoted-printable body, or at the end of
a header line. The values are checked when they are filled in.

DKIM signatures (RFC 6376, RFC 8463) are ``relaxed`` in both halves; what all copies share is canonicalised and hashed once.
Every header of the list is signed once more than it occurs, so that none can be added later; both List-Unsubscribe headers
are in it, as RFC 8058 §4 asks.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import itertools
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.parser import BytesHeaderParser
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Literal

from sharekit.errors import ConfigError, DraftError, not_installed
from sharekit.model import ADDRESS, UNSUBSCRIBE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from email.message import Message

    from sharekit.http import Secret

Gap = Literal["date", "to", "message-id", "unsubscribe-header", "unsubscribe"]
# How a letter says that it can be left: at an address that a POST may be made to (RFC 8058 §3.1), by mail or on a page, or
# not at all, because the list that it goes to says it.
Leaving = Literal["one-click", "mail", "none"]
# What each copy has of its own, and what the issue's own message says of no subscriber.
OURS = (
    "date", "to", "cc", "bcc", "message-id", "list-unsubscribe", "list-unsubscribe-post", "dkim-signature", "return-path",
)  # fmt: skip
# The first word of the subject with which somebody unsubscribes by mail.
REQUEST = "unsubscribe"
# What a list that others keep says for itself, and what would keep a letter out of it: some take none from programs.
THEIRS = ("list-id", "list-post", "list-archive", "auto-submitted")
LONGEST_LINE = 998
# What quoted-printable does not leave as it is, wherever it stands; and a line, which ends in the middle of no sign, with
# room for "=2E" in place of a dot and for the "=" at its end (RFC 2045 §6.7: 76 at most).
SPECIAL = re.compile(rb"[^A-Za-z0-9/:._~?&#%+,;!*@$-]")
LINE = re.compile(rb".{1,73}(?<!=)(?<!=.)")
SECRET = "SHAREKIT_SECRET"  # noqa: S105  # the variable's name
SHORTEST_SECRET = 32
SIGNED = (
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Id",
    "List-Unsubscribe", "List-Unsubscribe-Post", "List-Archive", "Auto-Submitted",
)  # fmt: skip
# Marks a gap while headers are canonicalised: nothing that a header may hold.
GAP = "\x00{}\x00"
RSA_LEAST = 2048


class Tokens:
    """The tokens in the links of letters. They are signed, so that nobody acts for another, and hold no address.

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


@dataclass(frozen=True, kw_only=True)
class Leave:
    """How to unsubscribe: at ``url`` with the token behind it, or by mail to ``address`` with it in the subject, or both."""

    tokens: Tokens
    url: str = ""
    address: str = ""

    def ways(self, token: str) -> list[str]:
        """The addresses that a subscriber unsubscribes at, the best first (RFC 2369 §2, RFC 8058)."""
        mail = f"mailto:{self.address}?subject={REQUEST}%20{token}"
        return [f"{self.url}{token}"] * bool(self.url) + [mail] * bool(self.address)


@dataclass(frozen=True, kw_only=True)
class Template:
    """``pieces`` are fixed bytes and the names of gaps, in order. ``headers`` is the number of those before the body.

    The pieces of the headers end with a whole line and hold no empty one. Lines end in CRLF; no dot is doubled.
    """

    pieces: tuple[bytes | Gap, ...]
    headers: int


def make_template(message: bytes, *, address: str, leave: Leaving) -> Template:
    """The template of a message with the placeholders of :mod:`sharekit.model`; ``address`` is the postal one.

    Raises DraftError for a message that is not text with HTML, or has no unsubscribe link in both.
    """
    parsed = message_from_bytes(message)
    others = OURS if leave != "none" else (*OURS, *THEIRS)
    pieces: list[bytes | Gap] = [_fields(parsed, others), b"Date: ", "date", b"\r\nTo: ", "to"]
    pieces += [b"\r\nMessage-ID: <", "message-id", b">\r\n"]
    if leave != "none":
        pieces += [b"List-Unsubscribe: <", "unsubscribe-header", b">\r\n"]
    if leave == "one-click":
        pieces.append(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    headers = len(pieces)
    pieces.append(b"\r\n")
    boundary = parsed.get_boundary()
    parts = [part for part in parsed.walk() if not part.is_multipart()]
    if boundary is None or [part.get_content_type() for part in parts] != ["text/plain", "text/html"]:
        raise DraftError("the issue's message is not plain text with HTML beside it")
    for part in parts:
        pieces += [f"--{boundary}\r\n".encode(), _fields(part, ["content-transfer-encoding"])]
        pieces.append(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n")
        pieces += _part(part, address, linked=leave != "none")
        pieces.append(b"\r\n")
    pieces.append(f"--{boundary}--\r\n".encode())
    head = _merged(pieces[:headers])
    return Template(pieces=(*head, *_merged(pieces[headers:])), headers=len(head))


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


class _Signing:
    """Signs the copies of one template."""

    def __init__(self, template: Template, signer: Signer) -> None:
        self._sign = signer.sign
        head, there = template.pieces[: template.headers], dict[str, list[str]]()
        marked = b"".join(piece if isinstance(piece, bytes) else GAP.format(piece).encode() for piece in head)
        for name, value in BytesHeaderParser().parsebytes(marked).raw_items():
            there.setdefault(name.lower(), []).append(re.sub(r"[ \t\r\n]+", " ", str(value)).strip(" "))
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


def _split(text: str) -> list[bytes | Gap]:
    parts: list[Any] = re.split(r"\x00([a-z-]+)\x00", text)
    return [part.encode("utf-8", "surrogateescape") if number % 2 == 0 else part for number, part in enumerate(parts)]


class Copies:
    """Makes each subscriber's copy of a letter: the bytes that follow DATA.

    ``leave`` knows how each subscriber unsubscribes. ``Date`` is the moment at which a copy is made: when it leaves
    (RFC 5322 §3.6.1). The Message-ID is made from the mailing and the subscriber's token alone, so that a second copy,
    should there be one, is known as such by whoever looks for it.
    """

    def __init__(
        self, template: Template, *, key: str, domain: str, leave: Leave | None, signer: Signer | None = None
    ) -> None:
        self._leave, self._key, self._domain = leave, key, domain.encode()
        self._signing = _Signing(template, signer) if signer else None
        pieces = [*template.pieces, b".\r\n"]
        # The bytes of all copies, with nothing where a gap is.
        self._fixed = [each.replace(b"\r\n.", b"\r\n..") if isinstance(each, bytes) else b"" for each in pieces]
        self._gaps = [(place, each) for place, each in enumerate(pieces) if not isinstance(each, bytes)]

    def message(self, subscriber_id: int, address: str) -> bytes:
        """The message with its closing dot. Raises ValueError for a value that cannot stand where it belongs."""
        token = self._leave.tokens.token(subscriber_id) if self._leave else str(subscriber_id)
        filled: dict[Gap, bytes] = {
            "date": _date(int(time.time())),
            "to": header_value(address, what="the address"),
            "message-id": letter_name(self._key, token).encode() + b"@" + self._domain,
        }
        if self._leave:
            ways = self._leave.ways(token)
            # The header has the first "<" and the last ">" already.
            filled["unsubscribe-header"] = ">, <".join(ways).encode()
            filled["unsubscribe"] = quoted(ways[0])
        parts = self._fixed.copy()
        for place, gap in self._gaps:
            parts[place] = filled[gap]
        if self._signing:
            parts.insert(0, self._signing.sign(filled))
        return b"".join(parts)


@functools.lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    return format_datetime(datetime.fromtimestamp(second, UTC)).encode()


def letter_name(key: str, token: str) -> str:
    """What a copy's Message-ID has before its @: ``key`` names the blog and the mailing, ``token`` the subscriber.

    Nobody else knows the token, so nobody else can make up a report about this letter.
    """
    return hashlib.sha256(f"{key} {token}".encode()).hexdigest()[:24]


def quoted(value: str) -> bytes:
    """A value for a gap in a body: quoted-printable, in lines that stay short."""
    encoded = SPECIAL.sub(lambda found: b"=%02X" % ord(found[0]), value.encode())
    # SMTP would ask for a dot that begins a line to be doubled.
    return b"=\r\n".join(b"=2E" + line[1:] if line[:1] == b"." else line for line in LINE.findall(encoded))


def header_value(value: str, *, what: str) -> bytes:
    """A value for a gap in a header. Raises ValueError for one that would break out of it, or make the line too long."""
    encoded = value.encode()
    if not value.isprintable() or not value or len(encoded) > LONGEST_LINE - 40:
        raise ValueError(f"{what} cannot stand in a header")
    return encoded


def _fields(part: Message, but: Collection[str]) -> bytes:
    """The header of a message or a part, ``but`` for some."""
    kept = (f"{name}: {value}\n" for name, value in part.raw_items() if name.lower() not in but)
    return _crlf("".join(kept).encode("ascii", "surrogateescape"))


def _crlf(data: bytes) -> bytes:
    return re.sub(rb"\r\n|\r|\n", b"\r\n", data)


def _part(part: Message, address: str, *, linked: bool) -> Iterator[bytes | Gap]:
    payload = part.get_payload(decode=True)
    text = payload.decode(part.get_content_charset("utf-8")) if isinstance(payload, bytes) else ""
    pieces = "\n".join(text.replace(ADDRESS, address).splitlines()).split(UNSUBSCRIBE)
    if not linked and len(pieces) > 1:
        raise DraftError(
            "the issue has an unsubscribe link of ours, and goes to a list that has its own",
            hint="Your template for the issue has it whatever is asked: {% if unsubscribe %} belongs around it.",
        )
    if linked and len(pieces) < 2:
        raise DraftError(
            f"the issue's {part.get_content_type()} has no unsubscribe link, and nothing is sent without one",
            hint='Your template for the issue left it out: <a href="{{ unsubscribe }}">…</a> belongs in its footer.',
        )
    yield _encoded(pieces[0])
    for piece in pieces[1:]:
        yield "unsubscribe"
        yield b"=\r\n" + _encoded(piece)


def _encoded(text: str) -> bytes:
    """Quoted-printable that goes on behind it: the "=3D" of one more "=" keeps the room for that at the end of a line."""
    return _crlf(binascii.b2a_qp(f"{text}=".encode(), istext=True))[:-3] + b"=\r\n"


def _merged(pieces: Sequence[Any]) -> list[bytes | Gap]:
    """The same with no two fixed pieces behind each other."""
    grouped = itertools.groupby(pieces, lambda piece: isinstance(piece, bytes))
    return [piece for fixed, group in grouped for piece in ([b"".join(group)] if fixed else group)]
