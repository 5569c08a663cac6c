from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans import PARIS, SITE, at, draft, part, post
from plans import issue as make_issue
from sharekit.drafts import (
    Drafts,
    format_issue_draft,
    format_share_draft,
    issue_edited,
    parse_issue_draft,
    parse_share_draft,
    read_drafts,
    section_edited,
    share_draft_edited,
)
from sharekit.errors import DraftError
from sharekit.files import digest
from sharekit.model import Image, IssueDraft, Part, ShareDraft

if TYPE_CHECKING:
    from pathlib import Path

ONE = post("one")
HEAD = "post: one\npublished: 2026-11-24T08:30+01:00\n"
# Text as a person may write it: no surrogates, which no file can hold, and no other line ends.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=30)
LINE = WORDS.map(lambda text: text.replace("\n", " ").lstrip("#"))
LINES = st.lists(LINE, max_size=4).map(lambda lines: "\n".join(lines).strip())
NAMES = st.from_regex(r"[a-z]{1,8}( @ [a-z]{1,6})?", fullmatch=True)
FIRST, LAST = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - bounds are naive
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.sampled_from([UTC, PARIS]))


def written(text: str, path: str = "shares/one.md") -> ShareDraft:
    return parse_share_draft(text, path)


def wrong(text: str) -> DraftError:
    with pytest.raises(DraftError) as caught:
        written(text)
    assert caught.value.path == "shares/one.md"
    return caught.value


def fixed(moment: datetime) -> datetime:
    return datetime.fromisoformat(moment.isoformat())


# --- round trips --------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    words=st.fixed_dictionaries(
        dict.fromkeys(("title", "source", "url", "language", "description", "image", "alt", "opening"), WORDS)
    ),
    name=WORDS.filter(bool),
    sections=st.dictionaries(NAMES, LINES, max_size=4),
    status=st.sampled_from(["draft", "approved", "hold", "skip"]),
    place=st.one_of(
        st.none(),
        st.builds(Part, series=WORDS, position=st.integers(1, 9), total=st.just(9)),
        st.integers(1, 9).map(lambda number: Part(series="Open", position=number, total=number, more=True)),
    ),
    moments=st.lists(MOMENTS, min_size=3, max_size=3),
    chosen=st.sampled_from(["", "x", "linkedin @ reminder"]),
    evergreen=st.booleans(),
    images=st.lists(st.builds(Image, url=WORDS.filter(bool), alt=WORDS), max_size=2),
)
def test_a_share_draft_comes_back_as_it_was_written(
    words: dict[str, str], name: str, sections: dict[str, str], status: Any, place: Any, moments: Any, chosen: str,
    evergreen: bool, images: Any,
) -> None:  # fmt: skip
    published, requested, moment = moments
    made = draft(
        ONE,
        sections,
        **words,
        post=name,
        status=status,
        part=place,
        published=fixed(published),
        requested=fixed(requested),
        at={chosen if chosen in sections else "": fixed(moment)},
        evergreen=evergreen,
        images=tuple(images),
        delivered=dict.fromkeys(sections, SITE),
    )
    assert replace(written(format_share_draft(made)), lines=made.lines, path=made.path) == made
    again = format_share_draft(written(format_share_draft(made)))
    assert again == format_share_draft(made)


@settings(deadline=None)
@given(
    words=st.fixed_dictionaries({"subject": WORDS.filter(lambda text: bool(text)), "preheader": WORDS}),
    posts=st.lists(WORDS.filter(bool), unique=True, max_size=3),
    blurb=WORDS,
    introduction=LINES,
    send=st.one_of(st.none(), MOMENTS.map(lambda moment: fixed(moment.replace(second=0, microsecond=0)))),
    again=st.booleans(),
    status=st.sampled_from(["draft", "approved", "hold", "skip"]),
)
def test_an_issue_comes_back_as_it_was_written(
    words: dict[str, Any], posts: list[str], blurb: str, introduction: str, send: Any, again: bool, status: Any
) -> None:
    blurbs = {posts[0]: blurb} if posts and blurb else {}
    made = IssueDraft(
        id="2026-11",
        **words,
        posts=tuple(posts),
        blurbs=blurbs,
        introduction=introduction,
        send=send,
        again=again,
        status=status,
    )
    read = parse_issue_draft(format_issue_draft(made), "issues/2026-11.md")
    assert replace(read, path="", drafted="") == made
    assert not issue_edited(read)


def test_every_section_knows_its_line() -> None:
    read = written(f"---\n{HEAD}---\n\n## x\na\n\nb\n## linkedin @ reminder\nc\n")
    assert (read.sections, read.lines) == ({"x": "a\n\nb", "linkedin @ reminder": "c"}, {"x": 6, "linkedin @ reminder": 10})


@pytest.mark.parametrize(
    ("heading", "name"),
    [("## x", "x"), ("##  x ", "x"), ("## x @ day-7", "x @ day-7"), ("##\tx", "x"), ("## my-room", "my-room")],
)
def test_how_a_section_may_be_headed(heading: str, name: str) -> None:
    assert list(written(f"---\n{HEAD}---\n{heading}\na\n").sections) == [name]


def test_what_looks_like_a_heading_and_has_several_words_is_text() -> None:
    assert written(f"---\n{HEAD}---\n## x\n## About the harbour\n# One\n### Three\n").sections == {
        "x": "## About the harbour\n# One\n### Three"
    }


# --- older drafts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('series: "Station (2/3)"', part(2)),
        ("series: Station (2/3)", part(2)),
        ('series: "Station (2/3+)"', Part(series="Station", position=2, total=3, more=True)),
        ('series: "Kubecon Europe 2022 (4/4), Autre (1/2)"', Part(series="Kubecon Europe 2022", position=4, total=4)),
        ('series: "Une (drôle) (1/2)"', Part(series="Une (drôle)", position=1, total=2)),
        ("series: Station\npart: 2/3", part(2)),
        ("series: Station\npart: 2", Part(series="Station", position=2, total=2, more=True)),
        ("series: Station", None),
        ("part: ''", None),
    ],
)
def test_series_and_part_of_now_and_then(line: str, place: Part | None) -> None:
    assert written(f"---\n{HEAD}{line}\n---\n## x\na\n").part == place


def test_a_draft_of_before_needs_no_source() -> None:
    read = written("---\npost: one\npublished: 2022-05-20T08:30:00+02:00\ndrafted: {x: 1234}\n---\n## x\na\n")
    assert (read.source, read.opening, read.requested, read.delivered, read.evergreen) == ("", "", None, {}, True)
    assert read.drafted == {"x": "1234"}


@pytest.mark.parametrize("status", ["Approved", "APPROVED", '"approved"'])
def test_a_status_may_be_written_with_capitals(status: str) -> None:
    header = f"---\npost: one\npublished: 2022-05-20T08:30:00+02:00\nstatus: {status}\n---\n## x\na\n"
    assert written(header).status == "approved"
    assert parse_issue_draft(f"---\nid: a\nsubject: b\nstatus: {status}\n---\n", "a.md").status == "approved"


# --- bad input ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("front", "line", "words"),
    [
        ("status: maybe", 4, 'the status "maybe" is not known'),
        ("stats: draft", 4, 'unknown key "stats"'),
        ("alt: a\nalt: b", 5, '"alt" is there twice'),
        ("drafted: {x: a, x: b}", 4, '"x" is there twice'),
        ("at: tomorrow", 4, 'at: "tomorrow" is not a moment'),
        ("at: 10:00", 4, 'at: "10:00" is not a moment'),
        ("at: 1:30", 4, 'at: "1:30" is not a moment'),
        ("at: 2026-11-26", 4, 'at: "2026-11-26" has no time of day'),
        ("at: 20261126", 4, 'at: "20261126" has no time of day'),
        ("at: 2026-W48-4", 4, "has no time of day"),
        ("at: 2026-02-30 08:30", 4, 'at: "2026-02-30 08:30" is not a moment'),
        ("at: 2026-11-26 25:00", 4, "is not a moment"),
        ("at: {x: 2026-13-01 08:30}", 4, 'at: "2026-13-01 08:30" is not a moment'),
        ("at: {twitter: 2026-12-01 08:30}", 4, 'at: there is no section "twitter"'),
        ("at: 0001-01-01 00:00", 4, "is out of range"),
        ("at: 9999-12-31 23:59", 4, "is out of range"),
        ("alt: a\nrequested: soon", 5, 'requested: "soon" is not a moment'),
        ("part: two", 4, 'part: "two" is not a place in a series'),
        ("images: hall.jpg", 4, "images: is not a list"),
        ('evergreen: "false"', 4, 'evergreen: "false" is neither true nor false'),
        ("images: [{alt: x}]", 4, "has no url"),
        ("images: [{url: a, size: 3}]", 4, "has no url"),
        ("alt: [a, b]", 4, "alt: is not a text"),
        ("title: {a: b}", 4, "title: is not a text"),
        ("drafted: x", 4, 'drafted: "x" is not a table'),
        ("delivered: [x]", 4, "is not a table"),
        ("title: [", 5, "the front matter is broken"),
        ("title: 'a", 4, "the front matter is broken"),
        ("title: a: b", 4, "the front matter is broken"),
        ("title: été\nalt: a\x01b", 5, "the front matter cannot be read"),
    ],
)
def test_a_header_that_is_wrong(front: str, line: int, words: str) -> None:
    error = wrong(f"---\n{HEAD}{front}\n---\n## x\na\n")
    assert words in error.message
    assert error.line == line


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "there is no front matter"),
        ("## x\na\n", 1, "there is no front matter"),
        ("---\npost: one\n", 1, "there is no front matter"),
        ("---\n- a\n---\n", 1, "holds no values"),
        ("---\n---\n", 1, "holds no values"),
        ("---\npublished: 2026-11-24T08:30Z\n---\n", 1, "does not name its post"),
        ("---\npost: one\n---\n", 1, "is not a moment"),
        ("---\npost: one\npublished: 2026-11-24T08:30\n---\n", 3, "has no time zone"),
        ("---\npost: one\npublished: 2026-02-30T08:30Z\n---\n", 3, "is not a moment"),
        (f"---\n{HEAD}---\n## x\na\n## x\nb\n", 7, 'the section "x" is there twice'),
        (f"---\n{HEAD}---\n\nBonjour\n## x\n", 6, "text before the first section"),
    ],
)
def test_a_draft_that_is_wrong(text: str, line: int, words: str) -> None:
    error = wrong(text)
    assert words in error.message
    assert error.line == line


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("subject: a", "no id or no subject"),
        ("id: a", "no id or no subject"),
        ("id: ../a\nsubject: b", "cannot name a file"),
        ("id: a/b\nsubject: b", "cannot name a file"),
        ("id: a\nsubject: b\nposts: one", "is not a list"),
        ("id: a\nsubject: b\nposts: [one, one]", "is in the issue twice"),
        ("id: a\nsubject: b\nposts: [{blurb: words}]", "names no post"),
        ("id: a\nsubject: b\nsend: 10:00", 'send: "10:00" is not a moment'),
        ("id: a\nsubject: b\nsend: 2026-11-31T08:00", "is not a moment"),
        ("id: a\nsubject: b\nstatus: sent", "is not known"),
        ("id: a\nsubject: b\nsubject: c", "is there twice"),
        ('id: a\nsubject: b\nagain: "true"', "is neither true nor false"),
        ("id: a\nsubject: b\nserver: c", 'unknown key "server"'),
    ],
)
def test_an_issue_that_is_wrong(front: str, words: str) -> None:
    with pytest.raises(DraftError) as caught:
        parse_issue_draft(f"---\n{front}\n---\nHello\n", "issues/a.md")
    assert words in caught.value.message
    assert (caught.value.path, (caught.value.line or 0) >= 1) == ("issues/a.md", True)


# --- folders ------------------------------------------------------------------------------------------------------------


def read(root: Path) -> Drafts:
    return read_drafts(root, shares=root / "shares", issues=root / "issues")


def put(root: Path, name: str, content: str | bytes) -> Path:
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


GOOD = format_share_draft(draft(post("good")))
TEXT = "---\npost: one\ntitle: Éclair\npublished: 2026-11-24T08:30+01:00\n---\n## x\nÉté\n"
BROKEN: list[tuple[bytes, int, str]] = [
    (TEXT.replace("## x\n", "## x\n<<<<<<< HEAD\n").encode(), 7, "a merge conflict marker"),
    (TEXT.replace("## x\n", "## x\n||||||| 1234abc\n").encode(), 7, "a merge conflict marker"),
    (TEXT.replace("Été\n", "Été\n>>>>>>> theirs\n").encode(), 8, "a merge conflict marker"),
    (TEXT.replace("Été\n", "Été\n<<<<<<<<< Temporary merge branch 1\n").encode(), 8, "a merge conflict marker"),
    (TEXT.encode("latin-1"), 3, "it is not UTF-8"),
    (TEXT.encode("utf-16"), 1, "it is not UTF-8"),
    (TEXT.encode("utf-32"), 1, "it is not UTF-8"),
    (TEXT.replace("title:", "titel:").encode(), 3, 'unknown key "titel"'),
    (TEXT.replace("title:", "\ttitle:").encode(), 3, "the front matter is broken"),
]


@pytest.mark.parametrize(("content", "line", "words"), BROKEN)
def test_a_file_that_cannot_be_read_holds_itself_alone(tmp_path: Path, content: bytes, line: int, words: str) -> None:
    put(tmp_path, "shares/bad.md", content)
    put(tmp_path, "shares/good.md", GOOD)
    found = read(tmp_path)
    assert [each.path for each in found.shares] == ["shares/good.md"]
    (finding,) = found.findings
    assert (finding.level, finding.rule, finding.path, finding.line) == ("error", "draft", "shares/bad.md", line)
    assert finding.message.startswith(words)
    assert finding.hint
    assert found.broken == {"shares/bad.md": "one"}


def test_rules_under_a_heading_and_in_a_text_are_no_conflict(tmp_path: Path) -> None:
    put(tmp_path, "shares/a.md", TEXT.replace("Été", "Titre\n=======\n<<<<<<<<\n<<<<<<<x"))
    assert read(tmp_path).findings == ()


@pytest.mark.parametrize("content", [TEXT.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + TEXT.encode()])
def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, "shares/a.md", content)
    (found,) = read(tmp_path).shares
    assert (found.title, found.sections, found.lines) == ("Éclair", {"x": "Été"}, {"x": 6})


def test_links_and_folders(tmp_path: Path) -> None:
    real = put(tmp_path, "one.md", GOOD)
    (tmp_path / "shares").mkdir()
    (tmp_path / "shares" / "a.md").symlink_to(real)
    (tmp_path / "shares" / "b.md").symlink_to(tmp_path / "nowhere.md")
    (tmp_path / "shares" / "c.md").mkdir()
    found = read(tmp_path)
    assert [each.path for each in found.shares] == ["shares/a.md"]
    assert [(each.path, each.message) for each in found.findings] == [
        ("shares/b.md", "it is a symbolic link whose target is missing"),
        ("shares/c.md", "it cannot be read: Is a directory"),
    ]


def test_there_are_no_folders_yet(tmp_path: Path) -> None:
    assert read(tmp_path) == Drafts()


def test_two_drafts_of_one_post_are_both_held(tmp_path: Path) -> None:
    for name in ("a", "b"):
        put(tmp_path, f"shares/{name}.md", GOOD)
    found = read(tmp_path)
    assert set(found.held) == {"shares/a.md", "shares/b.md"}
    assert "shares/b.md" in found.held["shares/a.md"].message
    assert "shares/a.md" in found.held["shares/b.md"].message
    assert [each.rule for each in found.findings] == ["second-draft", "second-draft"]


def issues(root: Path, *made: IssueDraft) -> Drafts:
    for number, each in enumerate(made):
        put(root, f"issues/{number}.md", format_issue_draft(each))
    return read(root)


def test_a_post_in_two_approved_issues_holds_both(tmp_path: Path) -> None:
    found = issues(tmp_path, make_issue("a"), make_issue("b"), make_issue("c", posts=("two",)))
    assert set(found.held) == {"issues/0.md", "issues/1.md"}
    assert {(each.rule, each.line) for each in found.findings} == {("post-twice", 1)}


@pytest.mark.parametrize("other", [{"status": "skip"}, {"status": "draft"}, {"again": True}, {"posts": ("two",)}])
def test_a_post_may_be_in_a_proposal_too_or_where_it_is_meant(tmp_path: Path, other: dict[str, Any]) -> None:
    assert issues(tmp_path, make_issue("a"), make_issue("b", **other)).held == {}


def test_a_post_under_its_old_and_its_new_address_is_in_two_issues(tmp_path: Path) -> None:
    found = issues(tmp_path, make_issue("a", posts=("old/one",)), make_issue("b", posts=("one",)))
    one = post("one")
    known = found.known_as({"old/one": one, "one": one})

    assert found.held == {}
    assert {each.rule for each in known.held.values()} == {"post-twice"}
    assert set(known.held) == {"issues/0.md", "issues/1.md"}
    assert [each.path for each in known.findings] == ["issues/1.md", "issues/0.md"]
    assert known.known_as({"old/one": one, "one": one}) == known


def test_an_edited_proposal_counts_as_an_issue(tmp_path: Path) -> None:
    put(tmp_path, "issues/0.md", format_issue_draft(make_issue("a")))
    proposal = format_issue_draft(make_issue("b", status="draft")).replace('subject: "News"', 'subject: "Mine"')
    put(tmp_path, "issues/1.md", proposal)
    assert set(read(tmp_path).held) == {"issues/0.md", "issues/1.md"}


def test_two_issues_of_one_id_are_both_held(tmp_path: Path) -> None:
    found = issues(tmp_path, make_issue("a"), make_issue("a", posts=("two",)))
    assert set(found.held) == {"issues/0.md", "issues/1.md"}
    assert {each.rule for each in found.findings} == {"second-issue"}


# --- edits --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "edited"),
    [("Read one", False), ("\nRead one  \n\n", False), ("Read one!", True), ("read one", True), ("", True)],
)
def test_a_section_is_edited_when_its_words_are(text: str, edited: bool) -> None:
    made = draft(ONE, sections={"bluesky": text}, drafted={"bluesky": digest("Read one")})
    assert (section_edited(made, "bluesky"), share_draft_edited(made)) == (edited, edited)


@pytest.mark.parametrize(
    ("change", "edited"),
    [
        ({}, False),
        ({"status": "hold"}, False),
        ({"title": "Mine"}, True),
        ({"description": "Mine"}, True),
        ({"at": {"": at("2026-11-26T08:30")}}, True),
        ({"images": (Image(url="/a.png"),)}, True),
        ({"sections": {}}, True),
        ({"sections": {"bluesky": "Read one", "x": "Mine"}}, True),
    ],
)
def test_what_of_a_draft_is_a_persons(change: dict[str, Any], edited: bool) -> None:
    card = {"title": digest("One"), "description": digest("About"), "bluesky": digest("Read one")}
    made = draft(ONE, description="About", drafted=card)
    assert share_draft_edited(replace(made, **change)) is edited


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('subject: "News"', 'subject: "Mine"'),
        ('preheader: ""', 'preheader: "Mine"'),
        ('  - "one"', '  - "two"'),
        ('  - "one"', '  - post: "one"\n    blurb: "Mine"'),
        ("status: draft", "status: approved"),
        ("status: draft", "status: draft\nsend: 2026-12-02T08:00+01:00"),
        ("status: draft", "status: draft\nagain: true"),
        ("\n---\n", "\n---\nMine\n"),
    ],
)
def test_any_edit_of_an_issue_is_one(old: str, new: str) -> None:
    text = format_issue_draft(make_issue(status="draft"))
    assert not issue_edited(parse_issue_draft(text, ""))
    before, found, after = text.rpartition(old)
    assert found
    assert issue_edited(parse_issue_draft(f"{before}{new}{after}", ""))


def test_another_moment_to_send_is_an_edit() -> None:
    text = format_issue_draft(make_issue(status="draft", send=at("2026-12-01T08:00")))
    assert not issue_edited(parse_issue_draft(text, ""))
    assert issue_edited(parse_issue_draft(text.replace("T08:00", "T09:00"), ""))


# --- the slots of the configuration have changed ------------------------------------------------------------------------


def test_a_heading_keeps_the_slot_that_it_was_written_for() -> None:
    sections = {"x": "New", "x @ reminder": "Again", "chat": "New here"}
    noon, evening = datetime(2026, 11, 26, 12), datetime(2026, 11, 26, 18)  # noqa: DTZ001 - as a person writes them
    one = draft(post("one"), sections, at={"": noon, "x @ reminder": evening}, delivered={"x": "https://x.example/1"})
    found = Drafts(shares=(one, draft(post("two"), {"x": "Two"})))
    assert found.for_slots(("launch", "reminder")) is found
    again = found.for_slots(("reminder", "launch"))
    first, second = again.shares
    assert first.sections == {"x @ launch": "New", "x": "Again", "chat": "New here"}
    assert first.delivered == {"x @ launch": "https://x.example/1"}
    assert first.at == {"x @ launch": noon, "x": evening, "chat": noon}
    assert not section_edited(first, "x @ launch")
    assert not section_edited(first, "x")
    assert second is found.shares[1]
    assert [(each.rule, each.path) for each in again.findings] == [("slots-reordered", "sharekit.toml")]
    assert again.for_slots(("launch", "reminder")).shares[0].sections == sections
