"""What is wrong with an issue before it is sent, and with a person's templates. Each rule names its source.

Levels: an error reaches every reader or loses the unsubscribe link; a warning reaches the readers of some client; a note is
for information. What clients can show are Can I email's facts (MIT), made into a table by ``tools/caniemail.py``.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from quopri import encodestring
from typing import TYPE_CHECKING

from sharekit.errors import ConfigError, did_you_mean
from sharekit.issue.articles import one_line
from sharekit.issue.inline import unsupported
from sharekit.issue.render import opening
from sharekit.issue.theme import HEX, READABLE, contrast
from sharekit.model import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from lxml.html import HtmlElement

    from sharekit.config import IssueSettings
    from sharekit.model import Level, RenderedIssue

    Declarations = Mapping[str, str]

Found = tuple["Level", str, str, str]
# Each rule: its level, and the source of it.
RULES: dict[str, tuple[Level, str]] = {
    "size": ("error", "https://github.com/hteumeuleu/email-bugs/issues/41"),
    "style-size": ("warn", "https://github.com/hteumeuleu/email-bugs/issues/90"),
    "subject": ("warn", "RFC 5322 §2.1.1"),
    "preheader": ("warn", "caniemail, preheader"),
    "unfinished": ("error", "an unfinished letter cannot be called back"),
    "unsubscribe": ("warn", "RFC 8058; CPCE L34-5; CAN-SPAM"),
    "address": ("info", "CAN-SPAM"),
    "contrast": ("warn", "WCAG 2.2, 1.4.3"),
    "lang": ("warn", "WCAG 2.2, 3.1.1"),
    "color-scheme": ("warn", "caniemail, html-meta-color-scheme"),
    "apos": ("warn", "https://github.com/TryGhost/Ghost/issues/11536"),
    "nested-at": ("warn", "https://github.com/hteumeuleu/caniemail/issues/144"),
    "mso": ("error", "https://github.com/resend/react-email/pull/1839"),
    "link": ("error", "a letter has no base address: its links are whole"),
    "anchor": ("warn", "caniemail, html-anchor-links"),
    "http": ("info", "mixed content warnings"),
    "data-image": ("error", "caniemail, image-base64"),
    "image": ("error", "a letter has no base address"),
    "alt": ("warn", "WCAG 2.2, 1.1.1"),
    "width": ("info", "caniemail, html-width"),
    "height": ("warn", "HTML, dimension attributes"),
    "css-comment": ("warn", "caniemail, css-comments"),
    "important": ("warn", "caniemail, css-important"),
    "negative-margin": ("info", "caniemail, css-margin"),
}
FORBIDDEN = {
    "script": "scripts run nowhere", "iframe": "Gmail and Outlook drop it", "object": "Gmail and Outlook drop it",
    "embed": "Gmail and Outlook drop it", "form": "Outlook drops it",
}  # fmt: skip
# An element or a pattern of CSS → Can I email's name of it.
ELEMENTS = {
    "video": "html-video", "audio": "html-audio", "svg": "html-svg", "picture": "html-picture", "link": "html-link",
    "dialog": "html-dialog", "object": "html-object", "section": "html-semantics", "article": "html-semantics",
    "header": "html-semantics", "main": "html-semantics", "nav": "html-semantics",
}  # fmt: skip
PICTURES = {".svg": "image-svg", ".webp": "image-webp", ".avif": "image-avif"}
DECLARED = (
    ("css-display-flex", re.compile(r"display:\s*(?:inline-)?flex")),
    ("css-display-grid", re.compile(r"display:\s*(?:inline-)?grid")),
    ("css-position", re.compile(r"(?:^|;)\s*position:")),
    ("css-variables", re.compile(r"var\(|(?:^|;)\s*--")),
    ("css-unit-rem", re.compile(r"\d+(?:\.\d+)?rem\b")),
    ("css-unit-calc", re.compile(r"\bcalc\(")),
    ("css-background-image", re.compile(r"background(?:-image)?:[^;]*url\(")),
    ("css-border-radius", re.compile(r"border-radius:")),
    ("css-max-width", re.compile(r"max-width:")),
)
SHEETS = (
    ("css-at-font-face", re.compile(r"@font-face\b", re.IGNORECASE)),
    ("css-at-import", re.compile(r"@import\b", re.IGNORECASE)),
    ("css-at-keyframes", re.compile(r"@keyframes\b", re.IGNORECASE)),
    ("css-at-supports", re.compile(r"@supports\b", re.IGNORECASE)),
    ("css-at-media", re.compile(r"@media\b", re.IGNORECASE)),
    ("css-at-media-prefers-color-scheme", re.compile(r"prefers-color-scheme", re.IGNORECASE)),
    ("css-variables", re.compile(r"var\(")),
)
IMPORTANT = re.compile(r"([\w-]+)\s*:[^;]*!\s*important", re.IGNORECASE)
NEGATIVE_MARGIN = re.compile(r"margin[\w-]*\s*:[^;]*-\d[^;]*", re.IGNORECASE)
STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
TABLE = Path(__file__).with_name("caniemail.json")
# What most readers of a blog have, and the French web mails.
USUAL = (
    "apple-mail/ios", "apple-mail/macos", "gmail/android", "gmail/desktop-webmail", "gmail/ios", "laposte/desktop-webmail",
    "orange/desktop-webmail", "outlook/outlook-com", "outlook/windows", "sfr/desktop-webmail", "yahoo/desktop-webmail",
)  # fmt: skip
DARK = re.compile(r"@media[^{}]*prefers-color-scheme:\s*dark[^{}]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", re.IGNORECASE)
CSS_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;!]+)")
NOT_SHOWN = frozenset(("title", "style", "script"))
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


# --- its HTML: links, pictures, elements, CSS and colours that some client gets wrong ------------------------------------


def parse(html: str) -> HtmlElement:
    """The document."""
    from lxml.html import document_fromstring

    document: HtmlElement = document_fromstring(html.encode())
    return document


def html_findings(document: HtmlElement, html: str) -> Iterator[Found]:
    """What is wrong with the links, pictures, elements and style attributes of a document, and with its source."""
    yield from _document(document, html)
    places = {f"#{each}" for each in document.xpath("//@id | //a/@name")}
    for link in document.iter("a"):
        yield from _link(link, places)
    for image in document.iter("img"):
        yield from _image(image)
    for name, why in FORBIDDEN.items():
        if document.find(f".//{name}") is not None:
            yield "error", name, f"<{name}>: {why}", f"https://www.caniemail.com/search/?s={name}"
    yield from dict.fromkeys(each for element in document.iter() for each in _style(element.get("style") or ""))


def found(rule: str, message: str, *, level: Level | None = None) -> Found:
    """A finding by a rule, at the rule's own level unless another is given."""
    usual, source = RULES[rule]
    return level or usual, rule, message, source


def _document(document: HtmlElement, html: str) -> Iterator[Found]:
    if not document.get("lang"):
        yield found("lang", "<html> does not say its language")
    names = {meta.get("name") for meta in document.iter("meta")}
    if "prefers-color-scheme" in html and not names >= {"color-scheme", "supported-color-schemes"}:
        yield found("color-scheme", "Apple Mail wants both color-scheme metas for dark colours")
    if "&apos;" in html:
        yield found("apos", "Outlook shows &apos; as it is written: write &#39;")
    if any(re.search(r"@(?:media|supports)[^{]*\{[^}]*@", sheet) for sheet in STYLE.findall(html)):
        yield found("nested-at", "Gmail drops a style element with an at-rule inside an at-rule")
    if html.count("<!--[if") != html.count("<![endif]-->"):
        yield found("mso", "a conditional comment is not closed with exactly <![endif]-->")


def _link(link: HtmlElement, places: Collection[str]) -> Iterator[Found]:
    href = link.get("href")
    if not href:
        yield found("link", f"a link leads nowhere: {link.text_content().strip()[:60]}")
    elif href.startswith("#"):
        # To a place in the letter about one client in three cannot jump, and loses nothing: it is in the same letter.
        if href not in places:
            yield found("anchor", f"{href} leads nowhere in the letter")
    elif not re.match(r"(?:https?|mailto|tel|sms):", href):
        yield found("link", f"{href} is not a whole address")
    elif href.startswith("http:"):
        yield found("http", f"{href} is not https")


def _image(image: HtmlElement) -> Iterator[Found]:
    source = image.get("src") or ""
    if source.startswith("data:"):
        yield found("data-image", "a picture within the page (data:) is not shown by Gmail and La Poste")
    elif not source.startswith(("http://", "https://", "cid:")):
        yield found("image", f"the picture {source or 'without src'} is not a whole address")
    if image.get("alt") is None:
        yield found("alt", f"the picture {source} has no alternative text")
    if not any((image.get(name) or "").isdigit() for name in ("width", "height")):
        yield found("width", f"the picture {source} has no width in pixels: Outlook shows it at its own size")
    if (image.get("height") or "").lower() == "auto":
        yield found("height", f'height="auto" of {source} is no number')


def _style(style: str) -> Iterator[Found]:
    if "/*" in style:
        yield found("css-comment", "a comment in a style attribute: Orange drops the whole attribute")
    for name in IMPORTANT.findall(style):
        yield found("important", f"{name}: Outlook drops !important in a style attribute")
    for declaration in NEGATIVE_MARGIN.findall(style):
        yield found("negative-margin", f"{declaration} is not shown by Gmail")


def features_used(document: HtmlElement, html: str) -> Iterator[tuple[str, str]]:
    """Can I email's names of what a document uses, each with an example."""
    found: dict[str, str] = {}
    for element in document.iter():
        if isinstance(element.tag, str) and element.tag in ELEMENTS:
            found.setdefault(ELEMENTS[element.tag], f"<{element.tag}>")
        style = element.get("style") or ""
        for feature, pattern in DECLARED:
            if matched := pattern.search(style):
                found.setdefault(feature, f'"{matched[0].strip("; ")}"')
        if element.tag == "img" and element.get("srcset"):
            found.setdefault("html-srcset", "srcset")
        for ending, feature in PICTURES.items():
            if element.tag == "img" and (element.get("src") or "").split("?")[0].lower().endswith(ending):
                found.setdefault(feature, str(element.get("src")))
    sheets = "\n".join(STYLE.findall(html))
    for feature, pattern in SHEETS:
        if matched := pattern.search(sheets):
            found.setdefault(feature, matched[0])
    yield from sorted(found.items())


@functools.cache
def _table() -> tuple[tuple[str, ...], Mapping[str, str]]:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(table["clients"]), table["features"]


def chosen(names: Sequence[str]) -> list[str]:
    """Clients as Can I email names them: ``outlook/windows``, or ``gmail`` for all of a family. None is the usual ones.

    Raises ConfigError for one that is not known.
    """
    known, _ = _table()
    found: list[str] = []
    for name in names or USUAL:
        matching = [each for each in known if each == name or each.split("/")[0] == name]
        if not matching:
            hint = did_you_mean(name, [*known, *{each.split("/")[0] for each in known}])
            raise ConfigError(f'[issue] clients: "{name}" is not known', hint=hint)
        found += matching
    return list(dict.fromkeys(found))


def without(feature: str, clients: Iterable[str]) -> list[str]:
    """Those of the clients that do not show a feature, such as ``css-display-flex``."""
    known, features = _table()
    answers = features[feature]
    return [client for client in clients if answers[known.index(client)] == "n"]


def poor_contrasts(document: HtmlElement) -> list[str]:
    """In words, each pair of colours below 4.5 : 1 that some text has. Colours that are not hexadecimal are passed over."""
    found = (
        f"in {mode} mode, {colour} on {background} is {ratio:.1f} : 1 in <{element.tag}>; 4.5 is readable"
        for mode, rules in (("light", {}), ("dark", _dark_rules(document)))
        for element, colour, background in _texts(document, rules)
        if (ratio := contrast(colour, background)) < READABLE
    )
    return list(dict.fromkeys(found))


def _texts(document: HtmlElement, rules: Mapping[HtmlElement, Declarations]) -> Iterator[tuple[HtmlElement, str, str]]:
    """Each element with text of its own, its colour and what lies behind it."""
    colours: dict[HtmlElement | None, tuple[str, str]] = {None: ("#000000", "#ffffff")}
    hidden: set[HtmlElement] = set()
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        declared = {**_declared(element.get("style") or ""), **rules.get(element, {})}
        parent = element.getparent()
        colour, background = (
            declared[name] if HEX.match(declared.get(name, "")) else inherited
            for name, inherited in zip(("color", "background-color"), colours[parent], strict=True)
        )
        colours[element] = colour, background
        if parent in hidden or declared.get("display") == "none":
            hidden.add(element)
        elif element.tag not in NOT_SHOWN and any(map(str.strip, element.xpath("text()"))):
            yield element, colour, background


def _dark_rules(document: HtmlElement) -> dict[HtmlElement, dict[str, str]]:
    """What the rules for dark mode declare for each element, the heavier rule last."""
    from cssselect import GenericTranslator, SelectorError, parse

    css = "\n".join(style.text or "" for style in document.iter("style"))
    found = []
    for selectors, block in CSS_RULE.findall("".join(DARK.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)))):
        try:
            found += [(each.specificity(), each, _declared(block)) for each in parse(selectors)]
        except SelectorError:
            continue
    rules: dict[HtmlElement, dict[str, str]] = {}
    for _, selector, declared in sorted(found, key=lambda each: each[0]):
        if selector.pseudo_element is None:
            for element in document.xpath(GenericTranslator().selector_to_xpath(selector)):
                rules.setdefault(element, {}).update(declared)
    return rules


def _declared(css: str) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in DECLARATION.findall(css)}
