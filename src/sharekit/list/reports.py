"""What arrives in the list's mailbox: requests to unsubscribe, bounces (RFC 3464), complaints (RFC 5965), auto-replies.

Bounces in words alone are read where the words are documented: qmail's, Postfix's and Exim's. Others are left for a person.

A report is believed only about a letter of ours: the letter that it returns has the subscriber's signed token in its
``List-Unsubscribe``, or else the address in it is one that was sent to, and a Message-ID in it is one of ours.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser, HeaderParser
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any, Literal

from sharekit.list.connection import ADDRESS, GONE, MOST_WORDS, STATUS
from sharekit.list.letter import REQUEST
from sharekit.templating import shipped_templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Kind = Literal["request", "bounce", "complaint", "automatic", "other"]
TOKEN = re.compile(r"(?:(?<=%20)|(?<![\w.%-]))\d{1,12}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
# A subject that asks and says nothing else, in the languages of the pages.
SUBJECTS = tomllib.loads((shipped_templates() / "list" / "mailbox.toml").read_text(encoding="utf-8"))
BEFORE, ASKING, BEHIND = ("|".join(SUBJECTS[each]) for each in ("before", "asks", "behind"))
REPLIED = r"\W*(?:(?:re|aw|sv|tr|fwd?) ?: ?)*"
ASKS = re.compile(rf"{REPLIED}(?:(?:{BEFORE}) )*(?:{REQUEST}|{ASKING})(?:[ -](?:{BEHIND}))*[ .!\]]*", re.IGNORECASE)
# How bounces begin that are words alone: https://cr.yp.to/proto/qsbmf.txt §2, https://www.postfix.org/bounce.5.html, and
# "Customizing bounce messages" in Exim's specification. Each failed recipient begins a paragraph, and a line that begins
# with "-" ends them: what follows is the letter.
IN_WORDS = re.compile(
    r"\s*(?:Hi\. This is the|This is the mail system at host|This message was created automatically by mail delivery)"
)
FAILED = re.compile(r"\s*(?:<([^<>\s@]+@[^<>\s@]+)>:|([^<>\s@]+@[^<>\s@]+)\n)(.*)", re.DOTALL)
PERMANENT = re.compile(rf"(?=5){STATUS.pattern}")
DAEMONS = ("mailer-daemon", "postmaster")
# Feedback types that say "I do not want this"; "not-spam" (RFC 6430) and "auth-failure" (RFC 6591) do not.
COMPLAINTS = ("abuse", "fraud", "opt-out", "opt-out-list", "unsubscribe", "other")


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a message says. ``tokens`` are what looks like one of ours, ``addresses`` whom it is about.

    ``status`` is the enhanced status code of a bounce (RFC 3463), ``said`` its words without addresses, ``letter`` what the
    Message-ID of the letter that it returns has before its @.
    """

    kind: Kind
    tokens: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    status: str = ""
    said: str = ""
    letter: str = ""

    @property
    def gone(self) -> bool:
        """Whether a bounce says that nothing will ever arrive there."""
        return self.status.startswith("5.") and self.status[2:] in GONE


def read_head(data: bytes) -> list[Report] | None:
    """What the header of a message says by itself; None for a report, of which all has to be read."""
    head = BytesHeaderParser().parsebytes(data)
    if head.get_content_type() == "multipart/report":
        return None
    subject = " ".join(_words(head.get("subject")).split())
    named = " ".join((subject, *map(_words, head.get_all("to", ()))))
    if tokens := tuple(TOKEN.findall(named)):
        # A reply that a program wrote quotes our subject, and never this one.
        return [Report(kind="request", tokens=tokens, addresses=_addresses(head))]
    if _is_automatic(head):
        # Some relays put a report into a message of their own.
        read = head.get_content_maintype() == "multipart" or _is_of_daemon(head)
        return None if read else [Report(kind="automatic")]
    if ASKS.fullmatch(subject) or re.fullmatch(rf"{REQUEST} \S+", subject, re.IGNORECASE):
        return [Report(kind="request", addresses=_addresses(head))]
    return None if _is_of_daemon(head) else [Report(kind="other")]


def read_report(data: bytes) -> list[Report]:
    """What a report says (RFC 6522), for each recipient that it names."""
    message = message_from_bytes(data)
    parts = list(message.walk())
    letter = _named(_original(parts))
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            fields = next(_blocks(part), Message())
            kind: Kind = "complaint" if _words(fields.get("feedback-type")).strip().lower() in COMPLAINTS else "automatic"
            return [Report(kind=kind, addresses=_recipients(fields, "original-rcpt-to", "removal-recipient"), **letter)]
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            return [_bounce(fields, letter) for fields in _blocks(part) if "action" in fields]
    return _in_words(parts) if _is_of_daemon(message) else [Report(kind="automatic")]


def _in_words(parts: Iterable[Message]) -> list[Report]:
    """What a bounce of a mail server says that has no parts for programs; one report of no kind where that is unknown."""
    text = next((_text(part) for part in parts if part.get_content_type() == "text/plain"), "").replace("\r\n", "\n")
    told, _, original = text.partition("\n-")
    letter = _named(_unfolded(original) or _original(parts))
    reports = []
    for paragraph in re.split(r"\n[ \t]*\n", told if IN_WORDS.match(told) else ""):
        failed = FAILED.match(paragraph)
        if failed and (status := PERMANENT.search(failed[3])):
            about, said = (failed[1] or failed[2],), _said(failed[3])
            reports.append(Report(kind="bounce", addresses=about, status=status[0], said=said, **letter))
    return reports or [Report(kind="other")]


def _bounce(fields: Message, letter: Mapping[str, Any]) -> Report:
    diagnosis = _words(fields.get("diagnostic-code"))
    status = STATUS.search(_words(fields.get("status")))
    if status is None or status[2] == "0":
        # Many servers say 5.0.0, and what they mean in the words behind it.
        status = STATUS.search(diagnosis) or status
    if _words(fields.get("action")).strip().lower() != "failed":
        return Report(kind="automatic")
    about = _recipients(fields, "original-recipient", "final-recipient")
    return Report(kind="bounce", addresses=about, status=status[0] if status else "", said=_said(diagnosis), **letter)


def _said(words: str) -> str:
    """A server's words, without addresses and what no database takes: half a character, or a NUL."""
    return ADDRESS.sub("…", "".join(filter(str.isprintable, " ".join(words.split())))[:MOST_WORDS])[:200]


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a part, whether it was taken apart already or not."""
    payload = part.get_payload()
    text = "\n\n".join(map(str, payload)) if isinstance(payload, list) else str(payload)
    for block in re.split(r"(?:\r?\n[ \t]*){2,}", text.strip()):
        yield HeaderParser().parsestr(block)


def _original(parts: Iterable[Message]) -> str:
    """The letter that a report returns, or its header, on lines that are whole."""
    kinds = ("message/rfc822", "message/global", "message/global-headers", "text/rfc822-headers")
    for part in parts:
        if part.get_content_type() in kinds:
            payload = part.get_payload()
            if isinstance(payload, list):
                return _unfolded("\n".join(each.as_string() for each in payload if isinstance(each, Message)))
            return _unfolded(_text(part))
    return ""


def _unfolded(text: str) -> str:
    return re.sub(r"\r?\n[ \t]+", " ", re.sub(r"=\r?\n", "", text))


def _text(part: Message) -> str:
    decoded = part.get_payload(decode=True)
    return decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else ""


def _named(original: str) -> dict[str, Any]:
    """What a letter that came back tells of a Report: what looks like our tokens, and its Message-ID."""
    found = re.search(r"^Message-ID:\s*<([^<>\s@]+)[^<>\s]*>", original, re.IGNORECASE | re.MULTILINE)
    return {"tokens": tuple(dict.fromkeys(TOKEN.findall(original))), "letter": found[1] if found else ""}


def _is_automatic(head: Message) -> bool:
    submitted = _words(head.get("auto-submitted")).partition(";")[0].strip().lower()
    precedence = _words(head.get("precedence")).strip().lower()
    return (
        submitted not in ("", "no")
        or precedence in ("auto_reply", "bulk", "junk", "list")
        or any(name in head for name in ("x-autoreply", "x-autorespond", "x-auto-response-suppress", "list-id"))
        or _words(head.get("return-path")).strip() == "<>"
    )


def _is_of_daemon(head: Message) -> bool:
    return any(address.partition("@")[0].lower() in DAEMONS for address in _addresses(head))


def _addresses(head: Message) -> tuple[str, ...]:
    return tuple(address for _, address in getaddresses([*map(_words, head.get_all("from", ()))]) if address)


def _recipients(fields: Message, *names: str) -> tuple[str, ...]:
    """``rfc822; zoe@blog.example`` and the like, without the kind of address."""
    values = [_words(value) for name in names for value in fields.get_all(name, ())]
    return tuple(value.rpartition(";")[2].strip().strip("<>") for value in values)


def _words(value: object) -> str:
    """A header's value as text, whatever it is encoded in, or wrongly encoded in."""
    text = str(value or "")
    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError):
        return text
