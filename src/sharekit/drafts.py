"""The draft files of a blog, ``shares/*.md`` and ``issues/*.md``: the one reader and the one writer.

A file that cannot be understood holds itself alone: it becomes an error with file and line, and the others are read.
``drafted`` in the header holds a digest of what sharekit wrote, so that a person's edit is known from the file alone.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args

from sharekit.errors import DraftError, did_you_mean
from sharekit.files import digest
from sharekit.model import CLOSING, DraftStatus, Finding, Image, IssueDraft, Part, ShareDraft
from sharekit.text.visible import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from sharekit.model import Post

T = TypeVar("T")
# The keys of a share draft whose values are words.
WORDS = ("post", "source", "title", "url", "language", "description", "image", "opening", "alt")
# What a link's card shows: it follows the article until a person edits it, as a section does.
CARD = ("title", "description", "image")
STATUSES = get_args(DraftStatus)
SHARE_KEYS = (
    "post", "source", "title", "url", "published", "language", "description", "image", "series", "part", "evergreen",
    "requested", "opening", "status", "alt", "images", "at", "delivered", "drafted",
)  # fmt: skip
ISSUE_KEYS = ("id", "subject", "preheader", "posts", "sources", "send", "again", "status", "drafted")
# An issue's id becomes a file name, a path on the web and a ledger key.
ISSUE_ID = re.compile(r"[A-Za-z0-9][\w.-]*\Z")
HEADING = re.compile(r"##\s+(\S+)(?:\s*@\s*(\S+))?\s*$")
# Git writes seven of them at the beginning of a line (git-merge, "How conflicts are presented"), and more with a label
# where the attribute conflict-marker-size says so, or for a conflict within one.
CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7})(?: |$)|(?:<{8,}|>{8,}|\|{8,}) \S")
# How older versions wrote series and part in one line: "Kubecon Europe 2022 (2/3)".
OLD_PART = re.compile(r"(?P<series>.+?) \((?P<position>\d+)/(?P<total>\d+)(?P<more>\+?)\)(?:, |$)")
PART = re.compile(r"(\d+)(?:\s*/\s*(\d+))?\s*\+?\Z")
AT = 'at: 2026-11-26 08:30, or for one section: at: {"x": 2026-11-26 08:30, "linkedin @ reminder": 2026-12-01 12:15}'
SEND = "send: 2026-05-01T08:00+02:00"
IMAGES = 'images: [{url: "/images/hall.jpg", alt: "The hall before the keynote"}]'
# Later and earlier than this no moment can be reckoned with (datetime.MAXYEAR), and no article is meant.
YEARS = range(2, 2500)
JSON = json.JSONEncoder(ensure_ascii=False)
CONTROL = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """All drafts, in order of file name, and what is wrong with them.

    ``held`` maps the path of a draft that can be read, but must not be sent as things are, to the reason. ``broken`` maps
    the path of one that cannot be read to the post that it seems to be for, so that no second draft is made for it.
    ``renamed`` are the paths of those whose headings :meth:`for_slots` corrected.
    """

    shares: tuple[ShareDraft, ...] = ()
    issues: tuple[IssueDraft, ...] = ()
    findings: tuple[Finding, ...] = ()
    held: Mapping[str, Finding] = field(default_factory=dict, hash=False)
    broken: Mapping[str, str] = field(default_factory=dict, hash=False)
    renamed: frozenset[str] = frozenset()

    def known_as(self, posts: Mapping[str, Post]) -> Drafts:
        """The same, with a post in two issues found also where one of them has an old address of it (``posts``: by name)."""
        at_odds = _issues_at_odds(self.issues, {name: post.id for name, post in posts.items()})
        return replace(
            self,
            held={**at_odds, **self.held},
            findings=(*self.findings, *(each for path, each in at_odds.items() if path not in self.held)),
        )

    def for_slots(self, slots: Collection[str]) -> Drafts:
        """The same, with sections named by the slots as they are ordered now: a heading without a slot is the first one's.

        A draft with ``x`` and ``x @ reminder`` was written when another slot was the first, and ``x`` stays that one's text.
        """
        shares = tuple(_renamed(draft, slots) for draft in self.shares)
        renamed = frozenset(new.path for new, old in zip(shares, self.shares, strict=True) if new is not old)
        if not renamed:
            return self
        first = next(iter(slots))
        message = (
            f'"{first}" is the earliest slot now, and another one was when {counted(len(renamed), "draft")} were written'
        )
        hint = "Each of their sections keeps the slot that it was written for; sharekit build corrects the headings."
        finding = Finding("warn", "slots-reordered", message, path="sharekit.toml", hint=hint)
        return replace(self, shares=shares, renamed=renamed, findings=(*self.findings, finding))


def _renamed(draft: ShareDraft, slots: Collection[str]) -> ShareDraft:
    first = next(iter(slots), "")
    names: dict[str, str] = {}
    for channel in draft.sections:
        if f"{channel} @ {first}" in draft.sections:
            unnamed = (each for each in slots if each != CLOSING and f"{channel} @ {each}" not in draft.sections)
            if slot := next(unnamed, ""):
                names |= {channel: f"{channel} @ {slot}", f"{channel} @ {first}": channel}
    if not names:
        return draft
    if "" in draft.at:
        every = {name: draft.at[""] for name in draft.sections if " @ " not in name}
        draft = replace(draft, at={**every, **{name: moment for name, moment in draft.at.items() if name}})

    def renamed(table: Mapping[str, T]) -> dict[str, T]:
        return {names.get(name, name): value for name, value in table.items()}

    return replace(
        draft,
        sections=renamed(draft.sections),
        drafted=renamed(draft.drafted),
        delivered=renamed(draft.delivered),
        at=renamed(draft.at),
        lines=renamed(draft.lines),
    )


def read_drafts(root: Path, *, shares: Path, issues: Path) -> Drafts:
    """Every draft below the folders ``shares`` and ``issues`` of the blog at ``root``. Never raises for a file."""
    findings: list[Finding] = []
    broken: dict[str, str] = {}
    share_drafts = _read(shares, root, parse_share_draft, findings, broken)
    issue_drafts = _read(issues, root, parse_issue_draft, findings, broken)
    held = {**_second_drafts(share_drafts), **_issues_at_odds(issue_drafts, {})}
    return Drafts(
        shares=tuple(share_drafts),
        issues=tuple(issue_drafts),
        findings=(*findings, *held.values()),
        held=held,
        broken=broken,
    )


def _read(
    folder: Path, root: Path, parse: Callable[[str, str], T], findings: list[Finding], broken: dict[str, str]
) -> list[T]:
    made = []
    for path in sorted(folder.glob("*.md")):
        relative = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
        try:
            made.append(parse(_text(path, relative), relative))
        except DraftError as error:
            hint = error.hint or "This draft is held, the others are not."
            findings.append(
                Finding(level="error", rule="draft", message=error.message, path=relative, line=error.line, hint=hint)
            )
            broken[relative] = _post_of_broken(path)
    return made


def _post_of_broken(path: Path) -> str:
    """The post that a draft which cannot be read names, as far as one line of it tells."""
    try:
        data = path.read_bytes()
    except OSError:
        return ""
    # Without what UTF-16 has between the letters of ASCII.
    text = data.replace(b"\0", b"").decode(errors="replace")
    found = re.search(r"^post:\s*(.+?)\s*$", text, re.MULTILINE)
    return found[1].strip("\"'") if found else ""


def _text(path: Path, relative: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        missing = path.is_symlink() and not path.exists()
        reason = "it is a symbolic link whose target is missing" if missing else f"it cannot be read: {error.strerror}"
        raise DraftError(reason, path=relative) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DraftError("it is not UTF-8", path=relative, line=line, hint="Save it as UTF-8.") from error
    text = text.replace("\r\n", "\n")
    for number, words in enumerate(text.split("\n"), start=1):
        if "\0" in words:
            raise DraftError("a NUL character", path=relative, line=number, hint="Remove it.")
        if CONFLICT.match(words):
            raise DraftError("a merge conflict marker", path=relative, line=number, hint="Resolve the conflict.")
    return text


def _second_drafts(drafts: Sequence[ShareDraft]) -> dict[str, Finding]:
    first: dict[str, ShareDraft] = {}
    held = {}
    for draft in drafts:
        other = first.setdefault(draft.post, draft)
        if other is not draft:
            for one, two in ((draft, other), (other, draft)):
                message = f'a second draft of the post "{draft.post}"; the other is {two.path}'
                hint = "Move the sections that you want into one of them, and remove the other."
                held[one.path] = _error("second-draft", message, one.path, hint)
    return held


def _issues_at_odds(issues: Sequence[IssueDraft], known: Mapping[str, str]) -> dict[str, Finding]:
    """Two issues of one id, and a post in two issues: none of them is sent. ``known`` gives a post's id by its names."""
    ids: dict[str, IssueDraft] = {}
    posts: dict[str, IssueDraft] = {}
    held: dict[str, Finding] = {}
    for issue in issues:
        other = ids.setdefault(issue.id, issue)
        if other is not issue:
            for one, two in ((issue, other), (other, issue)):
                held[one.path] = _error("second-issue", f'the id "{one.id}" is that of {two.path} too', one.path, "")
        # A proposal that nobody touched gives way; what a person approved or edited must not send a post twice.
        if issue.status == "skip" or issue.again or (issue.status == "draft" and not issue_edited(issue)):
            continue
        for post in issue.posts:
            other = posts.setdefault(known.get(post, post), issue)
            if other is not issue:
                hint = "Take it out of one of them, or say again: true where it is meant."
                for one, two in ((issue, other), (other, issue)):
                    held[one.path] = _error("post-twice", f'the post "{post}" is in {two.path} too', one.path, hint)
    return held


def _error(rule: str, message: str, path: str, hint: str) -> Finding:
    return Finding(level="error", rule=rule, message=message, path=path, line=1, hint=hint or None)


# --- the header ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Header:
    """The values of a front matter, all of them text as it was typed but for true, false and null, with their lines."""

    values: Mapping[str, Any]
    text: str
    path: str

    def line(self, key: str) -> int | None:
        found = re.search(rf"^[\"']?{re.escape(key)}[\"']?\s*:", self.text, re.MULTILINE)
        return self.text.count("\n", 0, found.start()) + 2 if found else None

    def error(self, key: str, message: str, hint: str) -> DraftError:
        return DraftError(message, path=self.path, line=self.line(key) or 1, hint=hint)

    def word(self, key: str) -> str:
        value = self.values.get(key)
        if isinstance(value, dict | list):
            raise self.error(key, f"{key}: is not a text", f'{key}: "…"')
        return "" if value is None else str(value)

    def flag(self, key: str, otherwise: bool) -> bool:
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.error(key, f'{key}: "{value}" is neither true nor false', f"{key}: true")
        return otherwise if value is None else value

    def table(self, key: str) -> dict[str, str]:
        value = self.values.get(key)
        if value is None or value == "":
            return {}
        if not isinstance(value, dict):
            raise self.error(key, f'{key}: "{value}" is not a table', f"{key}: {{x: …}}")
        return {str(name): str(each) for name, each in value.items()}

    def moment(self, key: str, value: object, hint: str) -> datetime:
        try:
            made = datetime.fromisoformat(str(value).strip())
        except ValueError as error:
            raise self.error(key, f'{key}: "{value}" is not a moment', hint) from error
        if not re.search(r"[T ]\d", str(value)):
            raise self.error(key, f'{key}: "{value}" has no time of day', hint)
        if made.year not in YEARS:
            raise self.error(key, f'{key}: the year of "{value}" is out of range', hint)
        return made

    def status(self) -> DraftStatus:
        status = self.word("status").lower() or "draft"
        if status not in STATUSES:
            raise self.error("status", f'the status "{status}" is not known', f"status: {' | '.join(STATUSES)}")
        return cast("DraftStatus", status)


def _header(text: str, path: str, keys: Sequence[str]) -> tuple[_Header, str, int]:
    """The header, the rest, and the 1-based line on which the rest begins. Raises DraftError."""
    import yaml

    lines = text.split("\n")
    if lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        hint = "A draft begins with --- lines around its values."
        raise DraftError("there is no front matter", path=path, line=1, hint=hint)
    end = next(number for number, line in enumerate(lines[1:], start=1) if line.strip() == "---")
    inner = "\n".join(lines[1:end])
    try:
        values = yaml.load(inner, Loader=_loader())  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise DraftError(f"the front matter is broken: {error.problem}", path=path, line=line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # What YAML has no place for, such as a control character, is named by its byte.
        line = inner.encode()[: getattr(error, "position", 0)].count(b"\n") + 2
        raise DraftError(f"the front matter cannot be read: {error}", path=path, line=line) from error
    if not isinstance(values, dict):
        raise DraftError("the front matter holds no values", path=path, line=1)
    header = _Header({str(name): value for name, value in values.items()}, inner, path)
    for key in header.values:
        if key not in keys:
            raise header.error(key, f'unknown key "{key}" in the front matter', f"Known: {', '.join(keys)}")
    return header, "\n".join(lines[end + 1 :]), end + 2


def _loader() -> Any:
    """YAML's safe loader that keeps numbers, dates and times as they are typed: YAML 1.1 reads 10:00 as 600.

    A key that is there twice is an error (YAML 1.2, 3.2.1.1): which of the two is meant, nobody knows.
    """
    import yaml

    class Loader(yaml.CSafeLoader):
        yaml_implicit_resolvers = {  # noqa: RUF012 - how PyYAML wants it overridden
            first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in ("bool", "null", "merge")]
            for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
        }

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            seen = set()
            for key, _ in node.value:
                if key.value in seen:
                    raise yaml.MarkedYAMLError(problem=f'"{key.value}" is there twice', problem_mark=key.start_mark)
                seen.add(str(key.value))
            return super().construct_mapping(node, deep=deep)

    return Loader


# --- shares -------------------------------------------------------------------------------------------------------------


def parse_share_draft(text: str, path: str) -> ShareDraft:
    """A share draft. Raises DraftError with the line for what cannot be understood."""
    header, body, first = _header(text, path, SHARE_KEYS)
    if not header.word("post"):
        raise DraftError("the front matter does not name its post", path=path, line=1, hint="post: the id of the post")
    sections, lines = _sections(body, path, first)
    requested = header.word("requested")
    return ShareDraft(
        **{name: header.word(name) for name in WORDS},
        published=_published(header),
        part=_part(header),
        evergreen=header.flag("evergreen", True),
        requested=header.moment("requested", requested, "2026-11-28T09:00+01:00") if requested else None,
        status=header.status(),
        images=_images(header),
        at=_moments(header, sections),
        delivered=header.table("delivered"),
        drafted=header.table("drafted"),
        sections=sections,
        lines=lines,
        path=path,
    )


def _published(header: _Header) -> datetime:
    text = header.word("published")
    moment = header.moment("published", text, "Run sharekit build to write it again.")
    if moment.tzinfo is None:
        raise header.error("published", f'published: "{text}" has no time zone', "2022-05-20T08:30:00+02:00")
    return moment


def _part(header: _Header) -> Part | None:
    series, part = header.word("series"), header.word("part")
    found = PART.match(part)
    if found:
        position = int(found[1])
        return Part(series=series, position=position, total=int(found[2] or position), more=not found[2])
    if part:
        raise header.error("part", f'part: "{part}" is not a place in a series', "part: 2/3")
    old = OLD_PART.match(series)
    if old:
        return Part(series=old["series"], position=int(old["position"]), total=int(old["total"]), more=bool(old["more"]))
    return None


def _images(header: _Header) -> tuple[Image, ...]:
    value = header.values.get("images")
    if value is None or value == "":
        return ()
    if not isinstance(value, list):
        raise header.error("images", "images: is not a list", IMAGES)
    found = []
    for each in value:
        table = each if isinstance(each, dict) else {"url": each}
        if not isinstance(table.get("url"), str) or not set(table) <= {"url", "alt"}:
            raise header.error("images", f"images: {each} has no url", IMAGES)
        found.append(Image(url=table["url"], alt=str(table.get("alt") or "")))
    return tuple(found)


def _moments(header: _Header, sections: Collection[str]) -> dict[str, datetime]:
    value = header.values.get("at")
    if value is None or value == "":
        return {}
    table = value if isinstance(value, dict) else {"": value}
    for name in table:
        if name and str(name) not in sections:
            raise header.error("at", f'at: there is no section "{name}"', did_you_mean(str(name), sections))
    return {str(name): header.moment("at", each, AT) for name, each in table.items()}


def _sections(body: str, path: str, first: int) -> tuple[dict[str, str], dict[str, int]]:
    """Each section's text, and the line of its heading."""
    texts: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    current: list[str] | None = None
    for number, line in enumerate(body.split("\n"), start=first):
        heading = HEADING.match(line)
        if heading:
            name = f"{heading[1]} @ {heading[2]}" if heading[2] else heading[1]
            if name in texts:
                raise DraftError(f'the section "{name}" is there twice', path=path, line=number)
            current = texts[name] = []
            lines[name] = number
        elif current is not None:
            current.append(line)
        elif line.strip():
            hint = "A section begins with a heading that names its channel: ## x"
            raise DraftError("there is text before the first section", path=path, line=number, hint=hint)
    return {name: "\n".join(text).strip() for name, text in texts.items()}, lines


def format_share_draft(draft: ShareDraft) -> str:
    """The text of the file."""
    part, at = draft.part, {name: moment.isoformat() for name, moment in draft.at.items()}
    values: dict[str, object] = {
        **{name: getattr(draft, name) for name in ("post", "source", "title", "url")},
        "published": draft.published.isoformat(),
        **{name: getattr(draft, name) for name in ("language", "description", "image")},
        "series": part.series if part else "",
        "part": part.place if part else "",
        "evergreen": "" if draft.evergreen else False,
        "requested": draft.requested.isoformat() if draft.requested else "",
        "opening": draft.opening,
        "status": draft.status,
        "alt": draft.alt,
        "images": [{"url": image.url, "alt": image.alt} for image in draft.images],
        "at": at[""] if at.keys() == {""} else at,
        "delivered": dict(draft.delivered),
        "drafted": dict(draft.drafted),
    }
    # JSON is YAML: every title, whatever it holds, comes back as it was.
    header = [f"{name}: {_scalar(value)}" for name, value in values.items() if value or value is False]
    sections = [f"## {name}\n{text}\n" for name, text in draft.sections.items()]
    return "---\n" + "\n".join(header) + "\n---\n" + "\n".join(sections)


def _scalar(value: object) -> str:
    if value in STATUSES:
        return str(value)
    # Inside of JSON's quotes every character may be escaped; what YAML cannot hold as it is has to be (YAML 1.2, 5.1).
    return CONTROL.sub(lambda char: f"\\u{ord(char.group()):04x}", JSON.encode(value))


def section_edited(draft: ShareDraft, name: str) -> bool:
    """Whether a person changed a section since sharekit wrote it."""
    return draft.drafted.get(name) != digest(draft.sections[name])


def share_draft_edited(draft: ShareDraft) -> bool:
    """Whether a person changed anything that is theirs to change, other than the status."""
    card = any(name in draft.drafted and draft.drafted[name] != digest(str(getattr(draft, name))) for name in CARD)
    removed = any(name not in draft.sections for name in draft.drafted if name not in CARD)
    return card or removed or bool(draft.at or draft.images) or any(section_edited(draft, name) for name in draft.sections)


# --- issues -------------------------------------------------------------------------------------------------------------


def parse_issue_draft(text: str, path: str) -> IssueDraft:
    """An issue. Raises DraftError with the file and the line."""
    header, body, _ = _header(text, path, ISSUE_KEYS)
    if not header.word("id") or not header.word("subject"):
        raise DraftError("the front matter has no id or no subject", path=path, line=1)
    if not ISSUE_ID.match(header.word("id")):
        raise header.error("id", f'the id "{header.word("id")}" cannot name a file', "Letters, digits, hyphens and dots.")
    posts, blurbs = _posts(header)
    send = header.word("send")
    return IssueDraft(
        id=header.word("id"),
        subject=header.word("subject"),
        preheader=header.word("preheader"),
        posts=posts,
        sources=header.table("sources"),
        introduction=body.strip(),
        status=header.status(),
        drafted=header.word("drafted"),
        path=path,
        send=header.moment("send", send, SEND) if send else None,
        again=header.flag("again", False),
        blurbs=blurbs,
    )


def _posts(header: _Header) -> tuple[tuple[str, ...], dict[str, str]]:
    given = header.values.get("posts")
    if given is None:
        return (), {}
    if not isinstance(given, list):
        raise header.error("posts", "posts: is not a list", "One post a line, each after a hyphen.")
    names: list[str] = []
    blurbs: dict[str, str] = {}
    for each in given:
        name = str(each.get("post") or "") if isinstance(each, dict) else str(each or "")
        if not name:
            raise header.error("posts", f"an entry of posts: names no post: {each}", '- post: "…" and blurb: "…"')
        if name in names:
            raise header.error("posts", f'the post "{name}" is in the issue twice', "Remove one of them.")
        names.append(name)
        if isinstance(each, dict) and each.get("blurb"):
            blurbs[name] = str(each["blurb"])
    return tuple(names), blurbs


def format_issue_draft(issue: IssueDraft) -> str:
    """The text of the file, with the digest of its content."""
    signed = replace(issue, drafted=_signature(issue))
    lines = [f"{name}: {_scalar(getattr(signed, name))}" for name in ("id", "subject", "preheader")]
    lines.append("posts:")
    for post in signed.posts:
        blurb = signed.blurbs.get(post)
        lines.append(f"  - post: {_scalar(post)}\n    blurb: {_scalar(blurb)}" if blurb else f"  - {_scalar(post)}")
    lines += [f"sources: {_scalar(dict(signed.sources))}"] if signed.sources else []
    lines += [f"send: {_scalar(_send_text(signed))}"] if signed.send else []
    lines += ["again: true"] if signed.again else []
    lines += [f"status: {signed.status}", f"drafted: {_scalar(signed.drafted)}"]
    return "---\n" + "\n".join(lines) + "\n---\n" + (f"{signed.introduction}\n" if signed.introduction else "")


def issue_edited(issue: IssueDraft) -> bool:
    """Whether a person changed the file after sharekit wrote it."""
    return issue.drafted != _signature(issue)


def _signature(issue: IssueDraft) -> str:
    """A digest of all that a person may edit."""
    own = ("again",) if issue.again else ()
    words = (issue.subject, issue.preheader, *issue.posts, *issue.blurbs.values(), _send_text(issue), issue.status)
    return digest("\n".join((*words, issue.introduction, *own)))


def _send_text(issue: IssueDraft) -> str:
    return issue.send.isoformat(timespec="minutes") if issue.send else ""
