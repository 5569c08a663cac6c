"""Signatures, checked by dkimpy, which is none of ours."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailing_list import ENVIRONMENT, add_subscribers, open_smtp, whole_issue
from servers.smtp import SmtpServer
from sharekit.errors import ConfigError
from sharekit.http import Secret
from sharekit.list.letter import Copies, Leave, Signer, Tokens, make_template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def make_key(kind: str) -> tuple[str, bytes]:
    """A private key in PEM, and its record in the DNS."""
    if kind == "rsa":
        key = rsa.generate_private_key(65537, 2048)
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return pem(key), b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    short = ed25519.Ed25519PrivateKey.generate()
    public = short.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return pem(short), b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public)


KEYS = {kind: make_key(kind) for kind in ("rsa", "ed25519")}


def dns(kind: str) -> Callable[..., bytes]:
    def find(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"s2026._domainkey.blog.example."
        return KEYS[kind][1]

    return find


def signed(kind: str, reader: int = 7, address: str = "zoe@blog.example") -> bytes:
    signer = Signer(Secret(KEYS[kind][0], "SHAREKIT_DKIM_KEY"), domain="blog.example", selector="s2026")
    template = make_template(whole_issue().message, address="1, rue du Blog", leave="one-click")
    copies = Copies(
        template,
        key="k",
        domain="blog.example",
        leave=Leave(tokens=Tokens(environment=ENVIRONMENT), url="https://l.example/u/"),
        signer=signer,
    )
    return copies.message(reader, address).removesuffix(b".\r\n")


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
@pytest.mark.parametrize("reader", [0, 7, 123456])
def test_dkimpy_verifies_every_copy(kind: str, reader: int) -> None:
    assert dkim.verify(signed(kind, reader), dnsfunc=dns(kind))


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Bonjour", b"Bonsoir"),
        (b"Subject: ", b"Subject: Re: "),
        (b"List-Unsubscribe: <https://l.example/u/7", b"List-Unsubscribe: <https://l.example/u/8"),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
        (b"MIME-Version", b"List-Unsubscribe: <https://evil.example/>\r\nMIME-Version"),
        (b"MIME-Version", b"From: evil@evil.example\r\nMIME-Version"),
    ],
)
def test_what_is_changed_or_added_is_noticed(kind: str, old: bytes, new: bytes) -> None:
    message = signed(kind)
    assert old in message
    assert not dkim.verify(message.replace(old, new, 1), dnsfunc=dns(kind))


def test_white_space_that_servers_change_does_not_matter() -> None:
    message = signed("rsa")
    folded = re.sub(rb"\r\nSubject: ", rb"\r\nSUBJECT:   ", message) + b"\r\n\r\n"
    assert folded != message
    assert dkim.verify(folded, dnsfunc=dns("rsa"))


def test_the_headers_of_one_click_are_signed_and_oversigned() -> None:
    names = re.search(rb"h=([^;]+);", signed("ed25519"))
    assert names is not None
    listed = re.sub(rb"\s", b"", names[1]).split(b":")
    assert listed.count(b"list-unsubscribe") == 2
    assert listed.count(b"list-unsubscribe-post") == 2
    assert listed.count(b"from") == 2


def test_lines_stay_short() -> None:
    assert max(map(len, signed("rsa").split(b"\r\n"))) <= 200
    assert b"\n" not in signed("rsa").replace(b"\r\n", b"")


def test_what_arrives_is_signed(tmp_path: Path) -> None:
    from sharekit.mailers.smtp_settings import DkimSettings

    with SmtpServer() as server:
        mailer = open_smtp(
            server.port,
            tmp_path,
            dkim=DkimSettings(domain="blog.example", selector="s2026"),
            environment={"SHAREKIT_DKIM_KEY": KEYS["ed25519"][0].replace("\n", "\\n")},
        )
        add_subscribers(mailer, 20)
        mailer.send(whole_issue(), "issue/1/smtp")
    assert len(server.messages) == 20
    assert all(dkim.verify(message, dnsfunc=dns("ed25519")) for message in server.messages.values())


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("not a key", "not a private key in PEM"),
        (pem(rsa.generate_private_key(65537, 1024)), "1024 bits"),  # noqa: S505 - that it is weak is the point
        (pem(ec.generate_private_key(ec.SECP256R1())), "neither an RSA nor an Ed25519 key"),
    ],
)
def test_a_key_that_cannot_sign_is_told_without_being_shown(key: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        Signer(Secret(key, "SHAREKIT_DKIM_KEY"), domain="blog.example", selector="s")
    assert key not in str(caught.value)
