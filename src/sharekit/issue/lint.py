"""What is wrong with an issue before it is sent, and with a person's templates. Each rule names its source.

Levels: an error reaches every reader or loses the unsubscribe link; a warning reaches the readers of some client; a note is
for information.
"""

from __future__ import annotations

import re
from quopri import encodestring
from typing import TYPE_CHECKING

from sharekit.issue.articles import one_line
from sharekit.issue.lint_html import STYLE, chosen, features_used, found, html_findings, parse, poor_contrasts, without
from sharekit.issue.render import opening
from sharekit.issue.unsupported import unsupported
from sharekit.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.html import HtmlElement

    from sharekit.config import IssueSettings
    from sharekit.issue.lint_html import Found
    from sharekit.model import RenderedIssue

# https://github.com/hteumeuleu/email-bugs/issues/41: Gmail cuts at 102 KB; whether raw or decoded is not settled.
CLIPPED = 102 * 1024
NEAR = 90 * 1024
# https://github.com/hteumeuleu/email-bugs/issues/90: Gmail drops the style elements that follow.
MOST_STYLE = 16_384
# What a client shows of a subject: Gmail about 70 characters, a phone about 40; RFC 5322 §2.1.1 asks for lines of 78.
LONG_SUBJECT = 78
LONG_PREHEADER = 140
# As mail services write them: Mailchimp, Salesforce, AWeber, MailerLite, Brevo, Mautic, ActiveCampaign, Mailgun, Sendy, …
PLACEHOLDER = re.compile(
    r"\{\{[^}]*\}\}|\{%[^%]*%\}|\*\|[^|\n]+\|\*|%%[^%\s]+%%|<%[^%]*%>|\[\[[^\]\n]+\]\]|<<\w[^<>\n]*>>|\{[$!]\w+\}"
    r"|\{contact(?:field)?[.=]\w+\}|%(?:recipient\.\w+|email|(?:first|last|full)?_?name)%|\[\w+,\s*fallback=[^\]]*\]"
    r"|\{(?:first|last)_?name\}",
    re.IGNORECASE,
)
TO_COME = re.compile(r"(?<![\w-])(?:(?:TK)+|TODO|TBD|TBC|FIXME|X{3,}|À COMPLÉTER|(?i:lorem ipsum))(?![\w-])")
UNFINISHED = (PLACEHOLDER, TO_COME)
# What a client that does not know it shows well all the same.
HARMLESS = frozenset(
    ("css-border-radius", "css-max-width", "css-at-media", "css-at-media-prefers-color-scheme", "html-style")
)


def lint(rendered: RenderedIssue, settings: IssueSettings) -> list[Finding]:
    """The findings on a rendered issue, errors first."""
    document = parse(rendered.html)
    path = rendered.issue.source or None
    all_found = [
        *_sizes(rendered),
        *_words(rendered, settings),
        *html_findings(document, rendered.html),
        *_features(document, rendered.html, chosen(settings.clients)),
        *(found("contrast", message) for message in poor_contrasts(document)),
    ]
    order = {"error": 0, "warn": 1, "info": 2}
    return [
        Finding(level=level, rule=f"mail-{rule}", message=message, path=path, hint=f"Rule: {source}")
        for level, rule, message, source in sorted(all_found, key=lambda each: order[each[0]])
    ]


def _sizes(rendered: RenderedIssue) -> Iterator[Found]:
    size = len(rendered.html.encode())
    wire = len(encodestring(rendered.html.encode()))
    sizes = f"{size // 1024} KB of HTML, {wire // 1024} KB on the wire"
    if size > CLIPPED:
        yield found("size", f"Gmail cuts it at 102 KB, and the unsubscribe link with it: {sizes}")
    elif size > NEAR:
        yield found("size", f"it is near the 102 KB where Gmail cuts: {sizes}", level="warn")
    styles = sum(map(len, STYLE.findall(rendered.html)))
    if styles > MOST_STYLE:
        yield found("style-size", f"style elements of {styles} characters: Gmail drops those beyond {MOST_STYLE}")


def _words(rendered: RenderedIssue, settings: IssueSettings) -> Iterator[Found]:
    issue = rendered.issue
    if not issue.subject:
        yield found("subject", "it has no subject", level="error")
    elif len(issue.subject) > LONG_SUBJECT:
        yield found("subject", f"the subject has {len(issue.subject)} characters; about {LONG_SUBJECT} are shown")
    if not issue.preheader:
        yield found("preheader", "there is no preheader: clients show the first words they find")
    elif (length := len(issue.preheader)) > LONG_PREHEADER:
        yield found("preheader", f"the preheader has {length} characters; about {LONG_PREHEADER} are shown", level="info")
    blurbs = " ".join(entry.blurb for entry in issue.entries)
    # A subject that is made of what articles are called says no more than their authors did.
    articles = " ".join(f"{one_line(entry.post.title)} {opening(entry.post)}" for entry in issue.entries)
    for name, text, said in (
        ("subject", issue.subject, articles),
        ("preheader", issue.preheader, articles),
        ("introduction", f"{issue.introduction} {blurbs}", ""),
    ):
        left = next((each[0] for pattern in UNFINISHED for each in pattern.finditer(text) if each[0] not in said), None)
        if left:
            yield found("unfinished", f'the {name} still says "{left}"')
    # Every mailer puts its own link into each letter; the files are sent by somebody else.
    if not settings.unsubscribe and settings.mailer == "files":
        yield found("unsubscribe", "it has no unsubscribe link: set [issue] unsubscribe, unless your provider adds one")
    if not settings.address:
        yield found("address", "it has no postal address: set [issue] address, unless the mailer adds it")


def _features(document: HtmlElement, html: str, clients: list[str]) -> Iterator[Found]:
    for feature, example in features_used(document, html):
        missing = [] if feature in HARMLESS else without(feature, clients)
        if missing:
            message = f"{example} is not shown by {', '.join(missing)}"
            yield "warn", feature, message, f"https://www.caniemail.com/features/{feature}/"


def lint_templates(folder: Path) -> list[Finding]:
    """What premailer cannot follow in the issue templates of a folder. Paths are relative to the folder's parent."""
    # The archive's page is for browsers, and not inlined.
    files = sorted(each for each in folder.glob("issue/**/*.html") if each.name != "archive.html")
    return [
        Finding(level="warn", rule="mail-css", message=message, path=each.relative_to(folder.parent).as_posix(), line=line)
        for each in files
        for line, message in unsupported(each.read_text(encoding="utf-8-sig", errors="replace"))
    ]
