from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from plans import SITE, at, config, post, record
from sharekit.drafts import format_share_draft, parse_share_draft
from sharekit.errors import DraftError, SourceError
from sharekit.model import Image, Reading, Site
from sharekit.steps.blog import Blog, folders
from sharekit.steps.drafting import EARLIER, Drafting
from sharekit.steps.shares import new_share_draft, refresh, write_shares

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sharekit.config import Config
    from sharekit.model import Finding, LedgerEntry, Post, ShareDraft
    from sharekit.steps.blog import Made

NOW = at("2026-11-24T09:00")
SLOTS = {"launch": "0d", "reminder": "7d"}
WORDS = "The lock of the old harbour opens twice a day, and nobody has ever asked the keeper why it does so at night."


@dataclass
class Folder:
    """A blog in a folder: its articles are given, its drafts are files."""

    root: Path
    settings: Config = field(default_factory=config)
    entries: tuple[LedgerEntry, ...] = ()
    made: list[Made] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def blog(self, *posts: Post, upcoming: Sequence[Post] = ()) -> Blog:
        reading = Reading(
            site=Site(title="Carnet", url=SITE, language="fr", timezone="Europe/Paris"),
            posts=tuple(posts),
            upcoming=tuple(upcoming),
        )
        return Blog(config=self.settings, folders=folders(self.root, self.settings), reading=reading)

    @property
    def ledger(self) -> dict[str, LedgerEntry]:
        return {entry.key: entry for entry in self.entries}

    def build(self, *posts: Post, upcoming: Sequence[Post] = (), everything: bool = False) -> dict[str, str]:
        """File → what became of it."""
        blog = self.blog(*posts, upcoming=upcoming)
        self.made, self.findings = write_shares(blog, self.ledger, now=NOW, everything=everything)
        return {each.path.removeprefix("shares/"): each.change for each in self.made}

    def rules(self) -> list[str]:
        return [each.rule for each in self.findings]

    def files(self) -> list[str]:
        return sorted(path.name for path in (self.root / "shares").glob("*"))

    def read(self, name: str) -> ShareDraft:
        return parse_share_draft((self.root / "shares" / name).read_text(encoding="utf-8"), f"shares/{name}")

    def edit(self, name: str, **changes: Any) -> None:
        made = format_share_draft(replace(self.read(name), **changes))
        (self.root / "shares" / name).write_text(made, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def article(name: str = "ecluse", published: str = "2026-11-24T08:30", **more: Any) -> Post:
    values: dict[str, Any] = {"title": "The lock", "summary": WORDS, "body": lambda: f"<p>{WORDS}</p>"}
    return post(name, published, **{**values, **more})


FILE = "2026-11-24-ecluse.md"
KEY = "share/ecluse/bluesky/launch"


# --- written ------------------------------------------------------------------------------------------------------------


def test_an_article_is_drafted_once(folder: Folder) -> None:
    assert folder.build(article()) == {FILE: "new"}
    made = folder.read(FILE)
    assert (made.post, made.source, made.title, made.url) == ("ecluse", "content/ecluse.md", "The lock", f"{SITE}ecluse/")
    assert (made.published, made.status, made.delivered, made.requested) == (at("2026-11-24T08:30"), "draft", {}, None)
    assert list(made.sections) == ["bluesky"]
    assert folder.build(article()) == {FILE: "unchanged"}
    assert folder.findings == []


def test_an_archive_is_not_read_but_for_the_last_articles_before_what_is_drafted(folder: Folder) -> None:
    """A generator may have to render them first: of an archive of thousands that takes longer than all the rest."""

    def unread() -> str:
        raise AssertionError("it was read")

    old = {"series": ["old-diary"]}
    archive = [
        article(name, f"2020-01-0{day}T08:00", params=old, may_list_parts=False, body=unread)
        for day, name in enumerate("ab", start=1)
    ]
    last = [article(f"last-{day}", f"2020-02-0{day}T08:00") for day in range(1, EARLIER + 1)]
    assert folder.build(*archive, *last, article()) == {FILE: "new"}


def test_a_draft_says_the_same_whatever_is_drafted_with_it(folder: Folder) -> None:
    """What opens an earlier article too is no hook, whether that is drafted as well or older than what is drafted."""
    greeting = "The lock of Carnet has opened 2 times a day since 1890, and Jeanne Vasseur learned to keep it."
    said = "The new gates of the lock were cast in one piece and close in half the time of the old ones."
    posts = [
        article(name, f"2026-11-{day}T08:00", summary="", body=lambda text=text: f"<p>{greeting}</p><p>{text}</p>")
        for name, day, text in (("a", 21, WORDS), ("b", 22, said))
    ]
    alone = next(Drafting(folder.blog(*posts), {}, now=NOW).draft(posts[1:])).draft.sections["bluesky"]
    assert said in alone
    assert greeting not in alone
    folder.build(*posts)
    assert folder.read("2026-11-22-b.md").sections["bluesky"] == alone


def test_an_article_to_come_is_drafted_at_once(folder: Folder) -> None:
    assert folder.build(upcoming=[article(published="2026-12-24T08:30")]) == {"2026-12-24-ecluse.md": "new"}


def test_what_nobody_touched_follows_the_article(folder: Folder) -> None:
    folder.build(article())
    before = folder.read(FILE)
    changed = article(title="The old lock", published="2026-11-25T08:30", image=Image(url=f"{SITE}a.jpg", alt="A lock"))
    assert folder.build(changed) == {FILE: "changed"}
    after = folder.read(FILE)
    assert (after.title, after.image, after.alt, after.published) == (
        "The old lock",
        f"{SITE}a.jpg",
        "A lock",
        at("2026-11-25T08:30"),
    )
    assert after.drafted.keys() > before.drafted.keys()
    assert folder.findings == []


def test_two_articles_of_one_day_and_file_name_have_two_files(folder: Folder) -> None:
    one, two = (article(f"{name}/lock", source=f"content/{name}/lock.md") for name in ("a", "b"))
    assert folder.build(one, two) == {"a-lock.md": "new", "b-lock.md": "new"}


def test_no_file_that_is_there_is_written_over(folder: Folder) -> None:
    folder.build(article("other", source="content/other.md"))
    theirs = folder.root / "shares" / "2026-11-24-other.md"
    for name in (FILE, "ecluse.md"):
        (folder.root / "shares" / name).write_bytes(theirs.read_bytes().replace(b'"other"', name.encode()))
    before = {name: (folder.root / "shares" / name).read_bytes() for name in folder.files()}
    folder.build(article(), article("other", source="content/other.md"))
    assert {name: (folder.root / "shares" / name).read_bytes() for name in before} == before
    assert folder.read("ecluse-2.md").post == "ecluse"


# --- a person's ---------------------------------------------------------------------------------------------------------


def test_what_a_person_wrote_stands(folder: Folder) -> None:
    folder.build(article())
    mine = {
        "status": "approved",
        "alt": "My words",
        "at": {"": at("2026-11-26T08:30")},
        "images": (Image(url="/a.png", alt="A"),),
        "description": "Mine",
        "sections": {"bluesky": f"My words: {SITE}ecluse/"},
    }
    folder.edit(FILE, **mine)
    assert folder.build(article(title="The old lock", summary="Another summary of it all.")) == {FILE: "edited"}
    made = folder.read(FILE)
    assert {name: getattr(made, name) for name in mine} == mine
    assert made.title == "The old lock"
    assert folder.rules() == ["draft-edited", "draft-edited"]
    assert folder.findings[1].line == made.lines["bluesky"]


def test_an_edited_section_loses_the_old_address_and_nothing_else(folder: Folder) -> None:
    folder.build(article())
    folder.edit(FILE, sections={"bluesky": f"Mine: {SITE}ecluse/?a=b and {SITE}ecluse-2/", "note": f"{SITE}ecluse"})
    folder.build(article(url=f"{SITE}locks/ecluse/"))
    made = folder.read(FILE)
    assert made.sections["bluesky"] == f"Mine: {SITE}locks/ecluse/?a=b and {SITE}ecluse-2/"
    assert made.sections["note"] == f"{SITE}locks/ecluse/"
    assert (made.post, made.url) == ("ecluse", f"{SITE}locks/ecluse/")
    wrong = next(each for each in folder.findings if each.rule == "unknown-section")
    assert (wrong.level, wrong.path, wrong.line) == ("error", f"shares/{FILE}", made.lines["note"])


def test_a_section_that_was_removed_stays_removed(folder: Folder) -> None:
    folder.settings = config({"slots": SLOTS})
    folder.build(article(summary=WORDS * 3, body=lambda: f"<p>{WORDS} It is old.</p><p>And the keeper knows it all.</p>"))
    (name,) = folder.files()
    kept = {"bluesky": folder.read(name).sections["bluesky"]}
    folder.edit(name, sections=kept)
    folder.build(article(title="The old lock"))
    assert list(folder.read(name).sections) == ["bluesky"]


@pytest.mark.parametrize(("published", "added"), [("2026-11-17T09:00", True), ("2026-11-17T08:59", False)])
def test_a_new_channel_is_added_where_it_is_not_late_from_the_start(folder: Folder, published: str, added: bool) -> None:
    folder.build(article(published=published))
    folder.settings = config(channels={"bluesky": {}, "mastodon": {}})
    folder.build(article(published=published))
    (name,) = folder.files()
    assert list(folder.read(name).sections) == (["bluesky", "mastodon"] if added else ["bluesky"])


# --- what is out --------------------------------------------------------------------------------------------------------


def out(key: str = KEY, **more: Any) -> LedgerEntry:
    return record(key, "delivered", "2026-11-24T08:40", **more)


def test_what_is_out_is_frozen_and_shown_with_its_url(folder: Folder) -> None:
    folder.build(article())
    folder.edit(FILE, sections={"bluesky": f"As it went out: {SITE}ecluse/"})
    before = folder.read(FILE)
    folder.entries = (out(),)
    folder.build(article(title="Another", url=f"{SITE}locks/ecluse/", summary="Another summary of it."))
    made = folder.read(FILE)
    assert made.sections == before.sections
    assert made.drafted["bluesky"] == before.drafted["bluesky"]
    assert made.delivered == {"bluesky": f"https://network.example/{KEY}"}
    assert folder.rules() == []


def series(*names: str) -> list[Post]:
    params = {"series": ["Locks"]}
    return [article(name, f"2026-11-2{day}T08:30", title=name, params=params) for day, name in enumerate(names, start=1)]


def test_a_draft_that_is_wholly_out_keeps_the_part_that_it_said(folder: Folder) -> None:
    names = ("harbour", "keeper", "night")
    folder.build(*series(*names[:2]))
    files = [path.name for path in sorted((folder.root / "shares").glob("*.md"))]
    folder.entries = (out("share/harbour/bluesky/launch"),)
    folder.build(*series(*names))
    parts = [folder.read(name).part for name in files]
    assert [(part.position, part.total) for part in parts if part] == [(1, 2), (2, 3)]


def test_what_is_drafted_is_counted_by_the_sections_of_the_file(folder: Folder) -> None:
    folder.settings = config({"slots": SLOTS}, channels={"bluesky": {}, "x": {}})
    folder.build(article())
    assert folder.made[0].what == "2 channels × 1 slot", "the reminder would say nothing new"
    folder.edit(FILE, sections={"bluesky": "a", "x": "b", "x @ reminder": "c"})
    folder.build(article())
    assert folder.made[0].what == "3 sections"


def test_what_is_refused_or_unknown_is_not_shown_as_out(folder: Folder) -> None:
    folder.build(article())
    folder.entries = (record(KEY, "unknown", "2026-11-24T08:40"),)
    folder.build(article())
    assert folder.read(FILE).delivered == {}


def test_what_went_out_under_the_old_name_of_a_slot_is_frozen_too(folder: Folder) -> None:
    folder.build(article())
    before = folder.read(FILE).sections
    folder.entries = (out(sent={"after": "0d"}),)
    folder.settings = config({"slots": {"first": "0d"}})
    folder.build(article(title="Another", summary="Another summary of it."))
    assert folder.read(FILE).sections == before
    assert folder.read(FILE).delivered == {"bluesky": f"https://network.example/{KEY}"}


def test_a_draft_that_was_lost_is_written_with_the_id_that_it_went_out_with(folder: Folder) -> None:
    folder.entries = (out("share/old/bluesky/launch"),)
    folder.build(article(aliases=("/old/",)))
    made = folder.read(FILE)
    assert (made.post, list(made.delivered)) == ("old", ["bluesky"])


# --- moved --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moved",
    [
        article("new", aliases=("/ecluse/",), source="content/new.md"),
        article("new", source="content/ecluse.md"),
        article("ecluse", url=f"{SITE}new/", source="content/new.md"),
        article("declared", url=f"{SITE}ecluse/", source="content/new.md"),
    ],
    ids=["alias", "file", "id", "address"],
)
def test_an_article_that_moved_keeps_its_draft_and_its_id(folder: Folder, moved: Post) -> None:
    folder.build(article())
    folder.build(moved)
    assert folder.files() == [FILE]
    made = folder.read(FILE)
    assert (made.post, made.url, made.source) == ("ecluse", moved.url, moved.source)
    text = (folder.root / "shares" / FILE).read_text(encoding="utf-8")
    assert (f"{SITE}ecluse/" in text) is (moved.url == f"{SITE}ecluse/")


OPENING = " ".join(f"word{number}" for number in range(40))


@pytest.mark.parametrize(
    ("change", "held"),
    [
        ({"title": "THE LOCK"}, True),
        ({"title": "Another", "body": lambda: f"<p>{OPENING}</p>"}, True),
        ({"title": "Another", "body": lambda: f"<p>Not {OPENING}</p>"}, False),
    ],
    ids=["title", "opening", "neither"],
)
def test_an_article_that_may_have_moved_is_held(folder: Folder, change: dict[str, Any], held: bool) -> None:
    before = article(body=lambda: f"<p>{OPENING}</p>")
    folder.build(before)
    folder.entries = (out(),)
    new = article("new", source="content/new.md", **change)
    folder.build(new)
    made = folder.read("2026-11-24-new.md")
    assert made.status == ("hold" if held else "draft")
    assert ("possible-move" in folder.rules()) is held
    assert "draft-orphan" in folder.rules()


def test_two_articles_that_both_exist_are_never_a_move(folder: Folder) -> None:
    folder.build(article())
    folder.entries = (out(),)
    folder.build(article(), article("new", source="content/new.md"))
    assert folder.read("2026-11-24-new.md").status == "draft"
    assert folder.rules() == []


def test_what_was_never_shared_is_no_move_that_matters(folder: Folder) -> None:
    folder.build(article())
    folder.build(article("new", source="content/new.md"))
    assert folder.read("2026-11-24-new.md").status == "draft"


def test_articles_without_a_title_are_not_alike(folder: Folder) -> None:
    folder.build(article(title=""))
    folder.entries = (out(),)
    folder.build(article("new", source="content/new.md", title="", body=lambda: "<p>Other words.</p>"))
    assert folder.read("2026-11-24-new.md").status == "draft"


def held_after_a_move(folder: Folder) -> Post:
    folder.build(article())
    folder.entries = (out(),)
    moved = article("new", source="content/new.md")
    folder.build(moved)
    assert folder.read("2026-11-24-new.md").status == "hold"
    return replace(moved, aliases=("/ecluse/",))


def test_the_alias_removes_the_held_draft_that_nobody_touched(folder: Folder) -> None:
    folder.build(held_after_a_move(folder))
    assert folder.files() == [FILE]
    assert (folder.read(FILE).post, folder.read(FILE).url) == ("ecluse", f"{SITE}new/")
    assert folder.rules() == []
    assert "removed" in folder.made[-1].what


@pytest.mark.parametrize("change", [{"status": "approved"}, {"sections": {"bluesky": "Mine"}}, {"at": {"": NOW}}])
def test_the_alias_removes_nothing_that_a_person_touched(folder: Folder, change: dict[str, Any]) -> None:
    moved = held_after_a_move(folder)
    folder.edit("2026-11-24-new.md", **change)
    folder.build(moved)
    assert folder.files() == [FILE, "2026-11-24-new.md"]


def test_the_alias_removes_nothing_that_was_tried(folder: Folder) -> None:
    moved = held_after_a_move(folder)
    folder.entries = (*folder.entries, record("share/new/bluesky/launch", "unknown", "2026-11-24T08:50"))
    folder.build(moved)
    assert folder.files() == [FILE, "2026-11-24-new.md"]


def test_an_article_that_is_gone_leaves_its_draft_and_is_told(folder: Folder) -> None:
    folder.build(article())
    before = folder.read(FILE)
    assert folder.build() == {}
    assert (folder.read(FILE), folder.rules()) == (before, ["draft-orphan"])
    folder.edit(FILE, status="skip")
    folder.build()
    assert folder.rules() == []


# --- broken files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        lambda text: text.replace("## bluesky", "<<<<<<< HEAD\n## bluesky").encode(),
        lambda text: text.replace("status:", "status: [").encode(),
        lambda text: text.encode("utf-16"),
        lambda text: (text + "\nÉté").encode("latin-1"),
        lambda text: b"",
    ],
    ids=["conflict", "yaml", "utf-16", "latin-1", "empty"],
)
@pytest.mark.parametrize("name", [FILE, "mine.md"])
def test_a_broken_draft_is_never_written_over_and_gets_no_second(folder: Folder, broken: Any, name: str) -> None:
    folder.build(article())
    text = (folder.root / "shares" / FILE).read_text(encoding="utf-8")
    (folder.root / "shares" / FILE).unlink()
    content = broken(text)
    (folder.root / "shares" / name).write_bytes(content)
    folder.build(article(), article("other", source="content/other.md"))
    assert (folder.root / "shares" / name).read_bytes() == content
    assert "draft" in folder.rules()
    assert "2026-11-24-other.md" in folder.files()
    if content or name == FILE:  # an empty file of another name tells nothing
        assert len(folder.files()) == 2


def test_a_link_whose_target_is_missing_is_left_alone(folder: Folder) -> None:
    (folder.root / "shares").mkdir()
    link = folder.root / "shares" / FILE
    link.symlink_to(folder.root / "nowhere.md")
    assert folder.build(article()) == {}
    assert link.is_symlink()
    assert folder.files() == [FILE]


def test_two_drafts_of_one_article_are_left_alone(folder: Folder) -> None:
    folder.build(article())
    text = (folder.root / "shares" / FILE).read_bytes()
    (folder.root / "shares" / "z.md").write_bytes(text)
    folder.build(article(title="Another"))
    assert {(folder.root / "shares" / name).read_bytes() for name in (FILE, "z.md")} == {text}
    assert folder.rules().count("second-draft") == 2


# --- since --------------------------------------------------------------------------------------------------------------


def test_what_is_older_than_since_is_counted_and_the_newest_named(folder: Folder) -> None:
    folder.settings = config(since="2026-11-20")
    old = [article(name, f"2026-11-1{number}T08:30", title=name) for number, name in enumerate(("a", "b"), start=1)]
    assert folder.build(*old, article()) == {FILE: "new"}
    (finding,) = folder.findings
    assert (finding.rule, finding.level) == ("older-than-since", "info")
    assert finding.message == "2 older posts are not drafted (before since 2026-11-20); the newest is “b”"
    assert "sharekit shares new 'b'" in (finding.hint or "")
    folder.build(*old, article(), everything=True)
    assert len(folder.files()) == 3


def test_without_since_the_newest_ten_are_drafted(folder: Folder) -> None:
    folder.settings = config(since=None)
    posts = [article(f"p{number:02}", f"2026-10-{number:02}T08:30") for number in range(1, 31)]
    assert len(folder.build(*posts)) == 10
    assert folder.rules() == []


def test_a_draft_that_is_there_is_looked_after_however_old(folder: Folder) -> None:
    folder.build(article())
    folder.settings = config(since="2027-01-01")
    assert folder.build(article(title="Another")) == {FILE: "changed"}


def test_without_channels_nothing_is_drafted(folder: Folder) -> None:
    folder.settings = config(channels={})
    assert folder.build(article()) == {}


# --- shares new ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ecluse", f"{SITE}ecluse/", "content/ecluse.md", "The lock"])
def test_any_article_can_be_drafted_on_demand(folder: Folder, name: str) -> None:
    folder.settings = config(since="2026-11-20")
    old = article(published="2021-05-01T10:00")
    assert new_share_draft(folder.blog(old), {}, name, now=NOW) == "shares/2021-05-01-ecluse.md"
    made = folder.read("2021-05-01-ecluse.md")
    assert (made.requested, made.published) == (NOW, at("2021-05-01T10:00"))
    folder.build(old)
    assert folder.read("2021-05-01-ecluse.md").requested == NOW


def test_what_is_not_there_or_is_drafted_already_is_told(folder: Folder) -> None:
    with pytest.raises(SourceError, match='there is no post "eclus"') as unknown:
        new_share_draft(folder.blog(article()), {}, "eclus", now=NOW)
    assert unknown.value.hint == 'Did you mean "ecluse"?'
    folder.build(article())
    with pytest.raises(DraftError, match="it is drafted already") as caught:
        new_share_draft(folder.blog(article()), {}, "ecluse", now=NOW)
    assert caught.value.path == f"shares/{FILE}"
    (folder.root / "shares" / FILE).write_text("<<<<<<< \npost: ecluse\n", encoding="utf-8")
    with pytest.raises(DraftError, match="cannot be read"):
        new_share_draft(folder.blog(article()), {}, "ecluse", now=NOW)
    folder.settings = config(channels={})
    with pytest.raises(DraftError, match="no channel is configured"):
        new_share_draft(folder.blog(article()), {}, "ecluse", now=NOW)


# --- the slots of the configuration -------------------------------------------------------------------------------------


def test_a_build_corrects_the_headings_when_the_slots_changed_places(folder: Folder) -> None:
    folder.settings = config({"slots": {"launch": "0d", "reminder": "7d"}})
    folder.build(article())
    words = {"bluesky": f"New {SITE}ecluse/", "bluesky @ reminder": f"Again {SITE}ecluse/"}
    folder.edit(FILE, sections=words)
    folder.settings = config({"slots": {"reminder": "0d", "launch": "7d"}})
    folder.build(article())
    corrected = {"bluesky @ launch": words["bluesky"], "bluesky": words["bluesky @ reminder"]}
    assert folder.read(FILE).sections == corrected
    assert [each.path for each in folder.findings if each.rule == "slots-reordered"] == ["sharekit.toml"]
    folder.build(article())
    assert folder.read(FILE).sections == corrected
    assert not any(each.rule == "slots-reordered" for each in folder.findings)


# --- shares refresh -----------------------------------------------------------------------------------------------------


def test_what_would_be_drafted_otherwise_is_shown_and_then_taken(folder: Folder) -> None:
    folder.build(article())
    before = folder.read(FILE).sections["bluesky"]
    folder.edit(FILE, sections={"bluesky": "Mine"}, status="approved")
    blog = folder.blog(article())
    (change,) = refresh(blog, {}, now=NOW)
    assert change.edited
    assert change.diff[0].startswith(f"--- shares/{FILE}  bluesky  ")
    assert "-Mine" in change.diff
    assert folder.read(FILE).sections["bluesky"] == "Mine"
    assert refresh(blog, {}, now=NOW, only=["mastodon"]) == []
    refresh(blog, {}, now=NOW, write=True)
    assert (folder.read(FILE).sections["bluesky"], folder.read(FILE).status) == (before, "approved")
    assert refresh(blog, {}, now=NOW) == []
    assert folder.build(article()) == {FILE: "unchanged"}


def test_what_is_out_is_not_refreshed(folder: Folder) -> None:
    folder.build(article())
    folder.edit(FILE, sections={"bluesky": "Mine"})
    folder.entries = (out(),)
    assert refresh(folder.blog(article()), folder.ledger, now=NOW, write=True) == []


# --- what the words are -------------------------------------------------------------------------------------------------

REMINDED = config(shares={"slots": SLOTS}, channels={"bluesky": {}, "linkedin": {}})
MORE = "A second keeper measures the salt of the basin each night, and writes it into a book that nobody reads."


def found(folder: Folder, rule: str) -> list[tuple[str, str, str | None]]:
    return [(each.level, each.message, each.path) for each in folder.findings if each.rule == rule]


def test_a_slot_that_has_nothing_new_to_say_is_told_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path, settings=REMINDED)
    folder.build(article(body=lambda: f"<p>{WORDS}</p>"))
    said = "not drafted, for the article offers nothing that an earlier share does not say: "
    sections = "bluesky @ reminder, linkedin @ reminder"
    assert found(folder, "nothing-new") == [("info", said + sections, f"shares/{FILE}")]
    assert list(folder.read(FILE).sections) == ["bluesky", "linkedin"]
    folder.build(article(body=lambda: f"<p>{WORDS}</p>"))
    assert folder.rules() == []


def test_an_article_that_offers_more_has_its_reminders(tmp_path: Path) -> None:
    folder = Folder(tmp_path, settings=config(shares={"slots": SLOTS}))
    folder.build(article(body=lambda: f"<p>{WORDS}</p><h2>Salt</h2><p>{MORE}</p>"))
    assert folder.rules() == []
    assert folder.read(FILE).sections["bluesky @ reminder"].startswith(MORE)


def test_news_that_ages_misses_no_reminder(tmp_path: Path) -> None:
    folder = Folder(tmp_path, settings=REMINDED)
    folder.build(article(body=lambda: f"<p>{WORDS}</p>", params={"evergreen": False}))
    assert folder.rules() == []


def test_a_name_that_would_notify_a_stranger_is_told_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path, settings=config(shares={"handles": {"Ada": {"bluesky": "@ada.example"}}}))
    body = f"<p>{WORDS} The @Override of it is known to @ada.example.</p>"
    folder.build(article(body=lambda: body, summary=""))
    message = "@Override would notify an account of that name; an invisible sign after the @ prevents it"
    assert found(folder, "mention-prevented") == [("info", message, f"shares/{FILE}")]
    text = folder.read(FILE).sections["bluesky"]
    assert "@\u200dOverride" in text
    assert "@ada.example" in text
    folder.build(article(body=lambda: body, summary=""))
    assert folder.rules() == []


def test_the_card_is_described_in_whole_sentences_without_markup(folder: Folder) -> None:
    folder.build(
        article(title="The **old** lock &amp; co", body=lambda: f"<h2>Salt</h2><p>{WORDS}</p><h2>Tide</h2><p>{MORE}</p>")
    )
    made = folder.read(FILE)
    assert (made.title, made.description) == ("The old lock & co", WORDS)


def test_a_series_is_named_as_its_articles_name_it(folder: Folder) -> None:
    parts = [
        article(
            f"lock-{number}",
            title=f"Lock {number}",
            params={"series": "old-ai-locks"},
            body=lambda: f"<p>{WORDS} An AI!</p>",
        )
        for number in (1, 2)
    ]
    folder.build(*parts)
    made = folder.read("2026-11-24-lock-2.md")
    assert made.part is not None
    assert made.part.series == "Old AI locks"
    assert "Old AI locks" in made.sections["bluesky"]
