"""Which addresses can be mailed, and when two are one."""

from __future__ import annotations

import re

import msgspec

# RFC 5322 §3.2.3 atext, and what RFC 6532 adds to it. Quoted local parts are legal and are nobody's newsletter address.
LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.IGNORECASE)
# What nearly every address is: nothing in it that the rest of this page is about. An import of a million lines waits for it.
USUAL = re.compile(r"[A-Za-z0-9_]++(?:[.+-][A-Za-z0-9_]++)*+@(?:[a-z0-9]++(?:-[a-z0-9]++)*+\.)+[a-z]{2,20}")
# RFC 5321 §4.5.3.1, in octets.
LONGEST_LOCAL, LONGEST = 64, 254


class Address(msgspec.Struct, frozen=True, gc=False):
    """An address that can be mailed. ``text`` is as it is sent, its domain in ASCII; ``key`` is equal for equal ones."""

    text: str

    @property
    def domain(self) -> str:
        return self.text.rpartition("@")[2]

    @property
    def key(self) -> str:
        """Servers may tell upper from lower case before the @, and none that is known does."""
        return self.text.casefold()


def read_address(text: str) -> Address:
    """An address as a person wrote it. Raises ValueError that says what is wrong with it, without repeating it."""
    if len(text) <= LONGEST_LOCAL and USUAL.fullmatch(text):
        return Address(text)
    text = text.strip()
    if not text.isprintable():
        raise ValueError("it has a control character")
    local, at, domain = text.rpartition("@")
    if not at:
        raise ValueError("it has no @")
    if not LOCAL.fullmatch(local):
        raise ValueError("what is before the @ has a character that no address has")
    if len(local.encode()) > LONGEST_LOCAL:
        raise ValueError("what is before the @ is too long")
    ascii_domain = _ascii(domain)
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(map(LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise ValueError("what is after the @ is not a domain")
    found = f"{local}@{ascii_domain}"
    if len(found.encode()) > LONGEST:
        raise ValueError("it is too long")
    return Address(found)


def _ascii(domain: str) -> str:
    """The domain in the letters of the DNS. The standard library knows only the older IDNA, so it is tried last."""
    if domain.isascii():
        return domain.lower()
    try:
        import idna
    except ModuleNotFoundError:
        try:
            return domain.encode("idna").decode()
        except UnicodeError as error:
            raise ValueError("what is after the @ is not a domain") from error
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise ValueError("what is after the @ is not a domain") from error
