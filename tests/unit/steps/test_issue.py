"""Which posts are in which issue, whatever happens to both; and what a letter says of its page on the web."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from letters import SITE, post
from plans import record
from sharekit.config import Config, DeliverSettings, IssueSettings
from sharekit.errors import DraftError
from sharekit.issue.compose import compose
from sharekit.model import UNSUBSCRIBE, Reading, RenderedIssue, issue_key
from sharekit.steps import issue as issue_steps
from sharekit.steps.blog import Blog, folders
from sharekit.steps.issue import issue_to_send, new_issue, write_archive_of, write_issue

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.drafts import Drafts
    from sharekit.model import Finding, IssueDraft, Post

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)


def blog(root: Path, posts: list[Post], **settings: Any) -> Blog:
    deliver_settings = settings.pop("deliver", DeliverSettings())
    issue = IssueSettings(**{"from_": "a@atelier.example", "mailer": "smtp", **settings})
    config = Config(issue=issue, deliver=deliver_settings, mailers={"smtp": {"host": "127.0.0.1"}}, timezone="Europe/Paris")
    ordered = tuple(sorted(posts, key=lambda each: (each.published, each.id)))
    reading = Reading(site=SITE, posts=ordered, findings=())
    return Blog(config=config, folders=folders(root, config), reading=reading)


def build(made: Blog) -> None:
    made.folders.issues.mkdir(exist_ok=True)
    write_issue(made, made.reading.posts, {})


def approve(made: Blog, issue: IssueDraft) -> None:
    path = made.folders.root / issue.path
    path.write_text(path.read_text(encoding="utf-8").replace("status: draft", "status: approved"), encoding="utf-8")


def not_drawn(made: Blog, file: IssueDraft, drafts: Drafts) -> tuple[RenderedIssue, list[Finding]]:
    composed = compose(file, issue_steps.posts_by_name(made, drafts), {}, language="fr")
    return RenderedIssue(issue=composed, html="<p>x</p>", text="x"), []


def happen(dice: random.Random, made: Blog, step: int) -> None:
    """What a person may do between two builds."""
    waiting = [each for each in made.read_drafts().issues if each.status == "draft"]
    what = dice.choice(["approve", "approve", "skip", "edit", "manual", "again", "nothing"])
    if what in ("manual", "again"):
        with suppress(DraftError):
            new_issue(made, posts=[dice.choice(made.reading.posts).id], name=f"{what}-{step}", again=what == "again")
    elif waiting:
        path = made.folders.root / dice.choice(waiting).path
        words = path.read_text(encoding="utf-8")
        status = {"approve": "approved", "skip": "skip"}.get(what, "draft")
        added = "Bonjour.\n" if what == "edit" else ""
        path.write_text(words.replace("status: draft", f"status: {status}") + added, encoding="utf-8")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "settings",
    [{"mode": "post"}, {"mode": "digest", "when": "every 3 posts"}, {"mode": "digest", "when": "weekly on monday at 08:00"}],
    ids=["post", "count", "week"],
)
def test_each_post_is_in_one_issue_whatever_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, settings: dict[str, str]
) -> None:
    monkeypatch.setattr(issue_steps, "_rendering", not_drawn)
    dice = random.Random(seed)
    posts: list[Post] = []
    gone: list[Post] = []
    for step in range(1, 8):
        for _ in range(dice.randrange(1, 4)):
            # Some on one day, some dated before those that are out already.
            day = timedelta(days=dice.choice([step * 5, 1, step * 9]), minutes=len(posts))
            number = len(posts) + len(gone) + 1
            posts.append(post(number, html="<p>Un.</p>", image=None, published=datetime(2026, 5, 1, tzinfo=UTC) + day))
        at = dice.randrange(len(posts))
        old = posts[at]
        match dice.choice(["move", "move", "withdraw", "return", "postpone", "retitle"]):
            case "move":
                aliases = (*old.aliases, old.url, f"/{old.id}/")
                posts[at] = replace(old, id=f"{old.id}-{step}", url=f"{old.url}{step}/", aliases=aliases)
            case "withdraw" if len(posts) > 1:
                gone.append(posts.pop(at))
            case "return" if gone:
                posts.append(gone.pop())
            case "postpone":
                posts[at] = replace(old, published=old.published + timedelta(days=7))
            case _:
                posts[at] = replace(old, title=f"Nouveau {step}")
        made = blog(tmp_path, posts, **settings)
        build(made)
        happen(dice, made, step)
    build(made)
    for each in made.read_drafts().issues:
        if each.status == "draft":
            approve(made, each)
    build(made)

    drafts = made.read_drafts()
    named = issue_steps.posts_by_name(made, drafts)
    ids = [
        named[name].id
        for each in drafts.issues
        if each.status != "skip" and not each.again
        for name in each.posts
        if name in named
    ]
    left = {each.id for each in posts} - {named[name].id for each in drafts.issues for name in each.posts if name in named}
    assert not drafts.held
    assert len(ids) == len(set(ids))
    assert len(left) < (3 if settings.get("when", "").startswith("every") else 1)


@pytest.mark.parametrize(
    ("answer", "check", "linked"),
    [("", True, True), ("the page answers 404", True, False), ("the page answers 404", False, True)],
)
def test_a_letter_links_to_its_page_only_where_that_is_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, check: bool, linked: bool
) -> None:
    monkeypatch.setattr("sharekit.steps.issue.page_answer", lambda _url, clock: answer)
    made = blog(tmp_path, [post(1)], mode="post", deliver=DeliverSettings(check_page=check))
    build(made)
    sent = issue_to_send(made, made.read_drafts().issues[0], clock=lambda: NOW)

    assert ("Lire en ligne" in sent.html) == linked
    assert (b"Archived-At:" in sent.message) == linked
    assert b"Date: Mon, 01 Jun 2026 08:00:00 +0000" in sent.message


@pytest.mark.parametrize("to", [None, "announce@lists.example"])
def test_a_letter_to_a_list_that_others_keep_has_no_link_of_ours(tmp_path: Path, to: str | None) -> None:
    made = blog(tmp_path, [post(1, html="<p>Un.</p>", image=None)], mode="post", deliver=DeliverSettings(check_page=False))
    made.config.mailers["smtp"]["to"] = to
    build(made)
    (draft,) = made.read_drafts().issues
    sent = issue_to_send(made, draft, clock=lambda: NOW)
    assert (UNSUBSCRIBE in sent.html, UNSUBSCRIBE in sent.text) == (not to, not to)


def test_the_archive_alone_has_the_approved_issues_and_makes_no_proposal(tmp_path: Path) -> None:
    made = blog(tmp_path, [post(1, html="<p>Un.</p>", image=None)], mode="post")
    build(made)
    (issue,) = made.read_drafts().issues
    assert write_archive_of(made, {}) == [], "nobody approved it"
    approve(made, issue)
    written = {each.path for each in write_archive_of(made, {})}
    page = f"public/newsletter/{issue.id}/index.html"
    assert written == {page, "public/newsletter/index.html", "public/newsletter/index.xml"}
    assert {each.name for each in (tmp_path / "issues").iterdir()} >= {f"{issue.id}.md"}
    (tmp_path / page).write_text("as it was sent", encoding="utf-8")
    write_archive_of(made, None)
    assert (tmp_path / page).read_text(encoding="utf-8") == "as it was sent", "the ledger may know it as sent"


@pytest.mark.parametrize("settings", [{"mode": "post"}, {"mode": "digest", "when": "every 2 posts"}])
@pytest.mark.parametrize("approved", [True, False])
def test_a_post_with_another_address_is_the_post_of_its_file(
    tmp_path: Path, settings: dict[str, Any], approved: bool
) -> None:
    saw, plane = (replace(post(number), source=f"content/{number}.md") for number in (1, 2))
    made = blog(tmp_path, [saw, plane], **settings)
    build(made)
    if approved:
        for each in made.read_drafts().issues:
            approve(made, each)
    before = len(made.read_drafts().issues)
    moved = replace(saw, id="elsewhere/saw", url=f"{SITE.url}elsewhere/saw/")
    after = blog(tmp_path, [moved, plane, replace(post(3), source="content/3.md")], **settings)

    _, findings = write_issue(after, after.reading.posts, {})

    drafts = after.read_drafts()
    named = issue_steps.posts_by_name(after, drafts)
    mailed = [named[name].id for each in drafts.issues for name in each.posts]
    assert [each for each in findings if each.level == "error"] == []
    assert sorted(mailed) == sorted({moved.id, plane.id, *([post(3).id] if settings["mode"] == "post" else [])})
    assert len(drafts.issues) == before + (settings["mode"] == "post")


@pytest.mark.parametrize("name", [post(1).id, post(1).url, post(1).title, post(1).source])
def test_an_issue_names_its_posts_as_people_do(tmp_path: Path, name: str) -> None:
    made = blog(tmp_path, [post(1), post(2)])
    path = new_issue(made, posts=[name, post(1).id], name="mine")
    assert path == "issues/mine.md"
    assert made.read_drafts().issues[0].posts == (post(1).id,)


def test_an_article_that_is_to_come_is_in_no_issue_by_name(tmp_path: Path) -> None:
    made = blog(tmp_path, [post(1)])
    ahead = replace(made, reading=replace(made.reading, upcoming=(post(2),)))
    with pytest.raises(DraftError, match="is not published yet"):
        new_issue(ahead, posts=[post(2).id])


def test_an_issue_that_is_out_is_no_error_when_its_article_is_gone(tmp_path: Path) -> None:
    made = blog(tmp_path, [post(1), post(2)], mode="post")
    build(made)
    issues = made.read_drafts().issues
    for each in issues:
        approve(made, each)
    after = blog(tmp_path, [post(2)], mode="post")
    key = issue_key(next(each.id for each in issues if post(1).id in each.posts), "smtp")

    assert [each.message for each in write_issue(after, after.reading.posts, {})[1] if each.level == "error"] == [
        f'there is no published post "{post(1).id}"'
    ]
    out = record(key, "delivered", "2026-06-01T08:00")
    assert [each for each in write_issue(after, after.reading.posts, {key: out})[1] if each.level == "error"] == []


def test_a_template_that_fails_is_named_and_not_the_issue(tmp_path: Path) -> None:
    made = blog(tmp_path, [post(1)], mode="post")
    own = made.folders.templates / "issue" / "full.html"
    own.parent.mkdir(parents=True)
    own.write_text('{% extends "sharekit/issue/full.html" %}\n{% block articles %}\n{{ nothing.there }}\n{% endblock %}\n')
    made.folders.issues.mkdir()
    (error,) = (each for each in write_issue(made, made.reading.posts, {})[1] if each.level == "error")
    assert (error.path, error.line) == (own.relative_to(tmp_path).as_posix(), 3)
