"""Messages as they come back to a list: bounces as RFC 3464 has them, complaints as RFC 5965 has them."""

from __future__ import annotations


def _letter(token: str, message_id: str) -> str:
    return (
        "From: Le Blog <lettre@blog.example>\r\nTo: zoe@lecteur.example\r\nSubject: Bonjour\r\n"
        + (f"Message-ID: <{message_id}>\r\n" if message_id else "")
        + (
            f"List-Unsubscribe: <https://letter.blog.example/leave/{token}>,\r\n"
            f" <mailto:leave@blog.example?subject=unsubscribe%20{token}>\r\n"
            if token
            else ""
        )
    )


def bounce(
    *addresses: str,
    token: str = "",
    status: str = "5.1.1",
    action: str = "failed",
    diagnosis: str = "smtp; 550 5.1.1 <zoe@lecteur.example>: no such user",
    returned: str = "text/rfc822-headers",
    message_id: str = "abc@blog.example",
) -> bytes:
    """A delivery status notification; ``returned`` is the type of the part with the letter, empty for none."""
    groups = "".join(
        f"\r\nFinal-Recipient: rfc822; {address}\r\nAction: {action}\r\n"
        + (f"Status: {status}\r\n" if status else "")
        + f"Diagnostic-Code: {diagnosis}\r\n"
        for address in addresses
    )
    letter = _letter(token, message_id) + ("\r\nBonjour\r\n" if returned == "message/rfc822" else "")
    last = f"--B\r\nContent-Type: {returned}\r\n\r\n{letter}\r\n" if returned else ""
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.lecteur.example\r\nTo: lettre@blog.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        f"--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.lecteur.example\r\n{groups}\r\n"
        f"{last}--B--\r\n"
    ).encode()


def words(intro: str, failed: str, *, token: str = "", message_id: str = "abc@blog.example") -> bytes:
    """A bounce in words alone: what it begins with, who failed, a line that begins with a dash, and the letter."""
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.lecteur.example\r\nTo: lettre@blog.example\r\n"
        f"Subject: failure notice\r\n\r\n{intro}\r\n\r\n{failed}\r\n\r\n"
        f"--- Below this line is a copy.\r\n\r\n{_letter(token, message_id)}\r\nBonjour\r\n"
    ).encode()


def complaint(
    *, token: str = "", to: str = "zoe@lecteur.example", kind: str = "abuse", message_id: str = "abc@blog.example"
) -> bytes:
    """A feedback report."""
    return (
        "From: fbl@provider.example\r\nTo: lettre@blog.example\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
        f"--B\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: {kind}\r\nUser-Agent: x/1\r\nVersion: 1\r\n"
        f"Original-Rcpt-To: <{to}>\r\n\r\n"
        f"--B\r\nContent-Type: message/rfc822\r\n\r\n{_letter(token, message_id)}\r\nBonjour\r\n--B--\r\n"
    ).encode()
