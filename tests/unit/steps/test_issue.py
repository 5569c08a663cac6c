"""Which posts are in which issue, whatever happens to both; and what a letter says of its page on the web."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from letters import SITE, post
from sharekit.config import Config, DeliverSettings, IssueSettings
from sharekit.model import UNSUBSCRIBE, Reading
from sharekit.steps import deliver
from sharekit.steps.blog import Blog, folders
from sharekit.steps.issue import issue_to_send, read_issues, write_archive_of, write_issue

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.model import IssueDraft, Post

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)


def blog(root: Path, posts: list[Post], **settings: Any) -> Blog:
    deliver_settings = settings.pop("deliver", DeliverSettings())
    issue = IssueSettings(**{"from_": "a@atelier.example", "mailer": "smtp", **settings})
    config = Config(issue=issue, deliver=deliver_settings, mailers={"smtp": {"host": "127.0.0.1"}}, timezone="Europe/Paris")
    ordered = tuple(sorted(posts, key=lambda each: (each.published, each.id)))
    reading = Reading(site=SITE, posts=ordered, findings=())
    return Blog(config=config, folders=folders(root, config), reading=reading, series=(), ahead=(), findings=())


def build(made: Blog) -> None:
    made.folders.issues.mkdir(exist_ok=True)
    write_issue(made, made.reading.posts, {}, {})


def approve(made: Blog, issue: IssueDraft) -> None:
    path = made.folders.root / issue.path
    path.write_text(path.read_text(encoding="utf-8").replace("status: draft", "status: approved"), encoding="utf-8")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("when", ["every 3 posts", "weekly on monday at 08:00"])
def test_each_post_is_in_one_issue_whatever_happens(tmp_path: Path, seed: int, when: str) -> None:
    dice = random.Random(seed)
    posts: list[Post] = []
    for number in range(1, 6):
        for _ in range(dice.randrange(1, 4)):
            # Some on one day, some dated before those that are out already, some under a new address.
            day = timedelta(days=dice.choice([number, 1, 1]), minutes=len(posts))
            posts.append(
                post(len(posts) + 1, html="<p>Un.</p>", image=None, published=datetime(2026, 5, 1, tzinfo=UTC) + day)
            )
        if dice.random() < 0.5:
            at = dice.randrange(len(posts))
            old = posts[at]
            posts[at] = replace(
                old, id=f"{old.id}-{number}", url=f"{old.url}{number}/", aliases=(*old.aliases, old.url, f"/{old.id}/")
            )
        made = blog(tmp_path, posts, mode="digest", when=when)
        build(made)
        waiting = [each for each in read_issues(made).issues if each.status == "draft"]
        if waiting and dice.random() < 0.7:
            approve(made, dice.choice(waiting))
    made = blog(tmp_path, posts, mode="digest", when=when)
    build(made)

    drafts = read_issues(made)
    known = {name.strip("/"): each.id for each in posts for name in (each.id, *each.aliases)}
    named = [known[name] for issue in drafts.issues for name in issue.posts]
    assert not drafts.held
    assert len(named) == len(set(named))
    left = {each.id for each in posts} - set(named)
    assert len(left) < (3 if when.startswith("every") else 1)


@pytest.mark.parametrize(
    ("answer", "check", "linked"),
    [("", True, True), ("the page answers 404", True, False), ("the page answers 404", False, True)],
)
def test_a_letter_links_to_its_page_only_where_that_is_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, check: bool, linked: bool
) -> None:
    monkeypatch.setattr(deliver, "page_answer", lambda _url, clock: answer)
    made = blog(tmp_path, [post(1)], mode="post", deliver=DeliverSettings(check_page=check))
    build(made)
    sent = issue_to_send(made, read_issues(made).issues[0], {}, clock=lambda: NOW)

    assert ("Lire en ligne" in sent.html) == linked
    assert (b"Archived-At:" in sent.message) == linked
    assert b"Date: Mon, 01 Jun 2026 08:00:00 +0000" in sent.message


@pytest.mark.parametrize("to", [None, "announce@lists.example"])
def test_a_letter_to_a_list_that_others_keep_has_no_link_of_ours(tmp_path: Path, to: str | None) -> None:
    made = blog(tmp_path, [post(1, html="<p>Un.</p>", image=None)], mode="post", deliver=DeliverSettings(check_page=False))
    made.config.mailers["smtp"]["to"] = to
    build(made)
    (draft,) = read_issues(made).issues
    sent = issue_to_send(made, draft, {}, clock=lambda: NOW)
    assert (UNSUBSCRIBE in sent.html, UNSUBSCRIBE in sent.text) == (not to, not to)


def test_the_archive_alone_has_the_approved_issues_and_makes_no_proposal(tmp_path: Path) -> None:
    made = blog(tmp_path, [post(1, html="<p>Un.</p>", image=None)], mode="post")
    build(made)
    (issue,) = read_issues(made).issues
    assert write_archive_of(made, {}) == [], "nobody approved it"
    approve(made, issue)
    written = {each.path for each in write_archive_of(made, {})}
    page = f"public/newsletter/{issue.id}/index.html"
    assert written == {page, "public/newsletter/index.html", "public/newsletter/index.xml"}
    assert {each.name for each in (tmp_path / "issues").iterdir()} >= {f"{issue.id}.md"}
    (tmp_path / page).write_text("as it was sent", encoding="utf-8")
    write_archive_of(made, None)
    assert (tmp_path / page).read_text(encoding="utf-8") == "as it was sent", "the ledger may know it as sent"
