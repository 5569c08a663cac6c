"""Addresses: in ASCII, which of an article's may stand in what we publish, and where each of them leads."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

SAFE_SCHEMES = ("http", "https", "mailto", "tel", "")
# HTML, "parsing a srcset attribute": an address ends at white space or at a comma that white space follows, and what
# describes it at a comma outside of brackets.
_CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])(?:,+(?=\s|$)|((?:[^,(]|\([^)]*\)?)*))")
# "Name <letter@blog.example>": the name may hold a comma, which parseaddr takes for the end of an address.
_NAMED = re.compile(r"\s*([^<>\r\n]*)<([^<>]+)>\s*\Z")
# RFC 5322 §3.2.3: dot-atom. A local part beyond ASCII needs SMTPUTF8 of every server on the way (RFC 6531), which nobody
# can promise. RFC 1035 §2.3.4: a label of a domain has 63 characters at most.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\Z")
_STYLE_URL = re.compile(r"""url\(\s*+(?:"([^"]*)"|'([^']*)'|([^()"']*))\s*+\)""", re.IGNORECASE)
# What stands around the path of a URL (RFC 3986, appendix B). urlsplit takes three times as long, and every post is asked.
_BEFORE_PATH = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?")
_QUERY = re.compile(r"[?#]")


def path_of(url: str) -> str:
    """The path of a URL, decoded and without its outer slashes: ``/a/index.html`` is ``a``."""
    path = _QUERY.split(_BEFORE_PATH.sub("", url, count=1), maxsplit=1)[0]
    return unquote(path).removesuffix("index.html").strip("/")


def ascii_host(host: str) -> str:
    """The host name in ASCII (IDNA 2008, with UTS 46 and without its transition: ``ß`` is a letter of its own).

    Raises UnicodeError for what is no host name.
    """
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return host.encode("idna").decode()  # an emoji, which browsers take all the same


def read_mailbox(text: str) -> tuple[str, str]:
    """The name, empty where there is none, and the address of ``Name <letter@blog.example>``, its host in ASCII.

    Raises ValueError for an address that not every mail server takes.
    """
    named = _NAMED.match(text)
    name, address = (named[1].strip(), named[2].strip()) if named else ("", text.strip())
    name = re.sub(r'\A"(.*)"\Z', lambda quoted: re.sub(r"\\(.)", r"\1", quoted[1]), name)
    user, _, domain = address.rpartition("@")
    host = ascii_host(domain)
    if not _LOCAL.match(user) or len(user) > 64 or not _DOMAIN.match(host):
        raise ValueError(text)
    return " ".join(name.split()), f"{user}@{host}"


def uri(address: str) -> str:
    """The address in ASCII (RFC 3987 §3.1): its host in Punycode, the rest percent-encoded, and nothing of it twice."""
    with contextlib.suppress(ValueError):  # of what is no host name; the rest is encoded all the same
        parts = urlsplit(address)
        host = parts.hostname or ""
        name = re.sub(re.escape(host), lambda _: ascii_host(host), parts.netloc, count=1, flags=re.IGNORECASE)
        address = urlunsplit(parts._replace(netloc=name))
    return quote(address, safe="%/:?#[]@!$&'()*+,;=~")


def is_safe(url: str) -> bool:
    """Whether a link may stand in what we publish: http(s), mailto, tel, or no scheme at all."""
    compact = re.sub(r"[\x00-\x20\u200b]+", "", url)
    try:
        scheme = urlsplit(compact).scheme.lower()
    except ValueError:
        return False
    return scheme in SAFE_SCHEMES or compact.lower().startswith("data:image/")


@dataclass(frozen=True)
class Base:
    """What the addresses of an article are relative to: the address of the post, absolute."""

    url: str

    def link(self, url: str) -> str | None:
        """The address, absolute, or None for one that may not stand in what we publish."""
        return self.resolve(url) if is_safe(url) else None

    def resolve(self, url: str) -> str:
        """The address, absolute (RFC 3986 §5, as ``urljoin`` does it). What is none is left as it is."""
        try:
            return urljoin(self.url, url.strip())
        except ValueError:
            # Such as "http://[".
            return url

    def srcset(self, srcset: str) -> str:
        """Every candidate of a ``srcset``, absolute."""
        found = ((url, " ".join(described.split())) for url, described in _CANDIDATE.findall(srcset))
        return ", ".join(f"{self.resolve(url)} {described}".strip() for url, described in found)

    def style(self, style: str) -> str:
        """Every ``url()`` of a style, absolute; one within the article (``#gradient``) stays so."""
        return _STYLE_URL.sub(self._style_url, style)

    def _style_url(self, found: re.Match[str]) -> str:
        url = (found[1] or found[2] or found[3] or "").strip()
        return found[0] if url.startswith("#") else f'url("{self.resolve(url)}")'
