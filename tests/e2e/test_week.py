"""A week in the life: what bloggers do and what happens then, each rule of the design's section 3 on real files."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from commands import Sharekit, git
from servers.wire import Reply
from week import FILES, Town, Week, ago

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MONDAY, TUESDAY, FRIDAY = "2026-11-23", "2026-11-24", "2026-11-20"
PARTS: dict[str, Any] = {"series": ["Monter un établi"]}


@pytest.fixture
def week(tmp_path: Path, sharekit: Sharekit) -> Week:
    return Week(tmp_path / "week", sharekit).begin()


@pytest.fixture
def town() -> Iterator[Town]:
    with Town() as made:
        yield made


@pytest.fixture
def lively(tmp_path: Path, sharekit: Sharekit, town: Town) -> Week:
    """A blog whose pages and network are up, in the real time of today."""
    return Week(tmp_path / "week", sharekit, base=f"{town.url}/").begin(f'[channels.mastodon]\ninstance = "{town.url}"\n')


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blog with one article, whose share is out."""
    folder = tmp_path_factory.mktemp("sent")
    week = Week(folder / "week", Sharekit(folder)).begin()
    week.article("rabot", f"{MONDAY}T08:00:00+01:00")
    week.build(f"{MONDAY}T09:00:00+01:00")
    week.approve()
    assert "1 delivered" in week.deliver(f"{MONDAY}T09:00:00+01:00")
    return week.folder


# --- which article it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda week: week.article("rabot", f"{MONDAY}T08:00:00+01:00", slug="regler-un-rabot", aliases=["/post/rabot/"]),
        lambda week: week.article("rabot", f"{MONDAY}T08:00:00+01:00", slug="regler-un-rabot", title="Régler un rabot"),
        lambda week: week.article("rabot", f"{MONDAY}T09:00:00+01:00"),
        lambda week: _hugo(week, "https://atelier.example/", "https://www.atelier.example/carnet/"),
        lambda week: week.write("hugo.toml", "uglyURLs = true\n" + (week.folder / "hugo.toml").read_text()),
        lambda week: _hugo(week, "/post/:slug/", "/:year/:slug/"),
        lambda week: git("mv", "content/post/rabot.md", "content/post/autre-nom.md", cwd=week.folder),
    ],
    ids=["alias", "slug and title", "date", "host and path", "uglyURLs", "section", "file"],
)
def test_a_move_makes_no_second_draft_and_no_second_post(
    sent: Path, tmp_path: Path, sharekit: Sharekit, change: object
) -> None:
    week = Week(shutil.copytree(sent, tmp_path / "week"), sharekit)
    change(week)  # type: ignore[operator]  # one of the functions above
    week.build(f"{MONDAY}T10:00:00+01:00")
    week.approve()
    assert "Nothing was due" in week.deliver(f"{MONDAY}T10:00:00+01:00")
    assert len(week.drafts()) == len(week.out()) == 1


def _hugo(week: Week, old: str, new: str) -> None:
    path = week.folder / "hugo.toml"
    path.write_text(path.read_text().replace(old, new))


def test_after_a_move_no_old_address_is_left_and_the_persons_words_stay(week: Week) -> None:
    week.article("rabot", f"{MONDAY}T08:00:00+01:00")
    week.write("sharekit.toml", (week.folder / "sharekit.toml").read_text() + FILES.replace("mastodon", "bluesky"))
    week.build(f"{MONDAY}T07:00:00+01:00")
    path = week.draft("rabot")
    path.write_text(path.read_text().replace("Un rabot bien", "MES MOTS. Un rabot bien", 1).replace("draft\n", "hold\n"))
    week.article("rabot", f"{MONDAY}T08:00:00+01:00", slug="neuf", aliases=["/post/rabot/"])
    week.build(f"{MONDAY}T09:00:00+01:00")
    text = path.read_text()
    assert "MES MOTS." in text
    assert "status: hold" in text
    assert "/post/rabot/" not in text
    assert text.count("https://atelier.example/post/neuf/") >= 2
    assert 'post: "post/rabot"' in text


def test_a_move_that_nobody_declared_is_held_until_the_alias_or_the_approval(week: Week) -> None:
    week.article("rabot", f"{MONDAY}T08:00:00+01:00", title="Régler un rabot")
    week.build(f"{MONDAY}T09:00:00+01:00")
    week.approve()
    week.deliver(f"{MONDAY}T09:00:00+01:00")
    (week.folder / "content/post/rabot.md").unlink()
    week.article("ailleurs", f"{MONDAY}T08:00:00+01:00", title="Régler un rabot")
    said = week.build(f"{MONDAY}T10:00:00+01:00")
    assert "possible-move" in week.run("build", "--only", "shares", "--format", "json", "--now", f"{MONDAY}T10:00:00+01:00")
    assert "alias" in said
    assert "status: hold" in week.draft("ailleurs").read_text()
    assert "1 held" in week.deliver(f"{MONDAY}T10:00:00+01:00")
    week.article("ailleurs", f"{MONDAY}T08:00:00+01:00", title="Régler un rabot", aliases=["/post/rabot/"])
    week.build(f"{MONDAY}T11:00:00+01:00")
    assert [path.name for path in week.drafts()] == [f"{MONDAY}-rabot.md"]
    week.approve()
    assert "Nothing was due" in week.deliver(f"{MONDAY}T11:00:00+01:00")
    assert len(week.out()) == 1


def test_two_articles_that_both_exist_are_never_a_move(week: Week) -> None:
    week.article("janvier", f"{MONDAY}T08:00:00+01:00", title="Notes")
    week.build(f"{MONDAY}T09:00:00+01:00")
    week.approve()
    week.deliver(f"{MONDAY}T09:00:00+01:00")
    week.article(
        "fevrier", f"{TUESDAY}T08:00:00+01:00", title="Notes", words="D'autres mots, et tout autre chose à en dire."
    )
    week.build(f"{TUESDAY}T09:00:00+01:00")
    week.approve()
    assert "1 delivered" in week.deliver(f"{TUESDAY}T09:00:00+01:00")


@pytest.mark.parametrize("guid", ["id", "permalink"])
def test_the_ids_of_a_feed_never_change_on_a_move_with_an_alias(week: Week, guid: str) -> None:
    week.write("sharekit.toml", (week.folder / "sharekit.toml").read_text() + f'[feed]\nguid = "{guid}"\n')
    week.article("rabot", f"{MONDAY}T08:00:00+01:00")
    week.build(f"{MONDAY}T09:00:00+01:00", only="feed")
    before = [line for line in (week.folder / "public/index.xml").read_text().splitlines() if "<guid" in line]
    week.article("rabot", f"{MONDAY}T08:00:00+01:00", slug="neuf", aliases=["/post/rabot/"])
    week.build(f"{MONDAY}T09:00:00+01:00", only="feed")
    after = [line for line in (week.folder / "public/index.xml").read_text().splitlines() if "<guid" in line]
    assert len(before) == 1
    assert before == after


# --- when it goes out ---------------------------------------------------------------------------------------------------


def test_merged_after_the_weekend_is_late_and_goes_out(week: Week) -> None:
    week.article("rabot", f"{FRIDAY}T18:00:00+01:00")
    week.build(f"{FRIDAY}T18:05:00+01:00")
    week.commit()
    assert "1 delivered" in week.deliver(f"{MONDAY}T09:05:00+01:00")


def test_a_draft_that_is_in_no_commit_waits(week: Week) -> None:
    week.article("rabot", f"{FRIDAY}T18:00:00+01:00")
    week.build(f"{FRIDAY}T18:05:00+01:00")
    assert "1 held" in week.deliver(f"{FRIDAY}T18:05:00+01:00")
    assert "committed" in week.state("rabot", f"{FRIDAY}T18:05:00+01:00")[1]


def test_an_article_of_the_future_is_drafted_at_once_and_goes_out_on_its_day(week: Week) -> None:
    week.article("jeudi", "2026-11-26T09:00:00+01:00")
    week.build(f"{MONDAY}T09:00:00+01:00", only="")
    assert [path.name for path in week.drafts()] == ["2026-11-26-jeudi.md"]
    assert not (week.folder / "issues").exists()
    assert "<item>" not in (week.folder / "public/index.xml").read_text()
    week.approve()
    assert week.state("jeudi", f"{MONDAY}T09:00:00+01:00") == ("scheduled", "2026-11-26T09:00")
    assert "Nothing was due" in week.deliver(f"{MONDAY}T09:00:00+01:00")
    assert "1 delivered" in week.deliver("2026-11-26T09:05:00+01:00")


def test_a_lost_run_delays_nothing_behind_it(week: Week) -> None:
    week.write(
        "sharekit.toml", 'since = 2026-01-01\ntimezone = "Europe/Paris"\n[shares]\nwindows = "Tue,Thu 08:30"\n' + FILES
    )
    week.article("lundi", f"{MONDAY}T07:00:00+01:00")
    week.article("mercredi", "2026-11-25T07:00:00+01:00", words="Le bois de bout boit la colle, et il en veut deux fois.")
    week.build(f"{MONDAY}T08:00:00+01:00")
    week.approve()
    assert week.state("lundi", f"{MONDAY}T08:00:00+01:00") == ("scheduled", "2026-11-24T08:30")
    assert week.state("mercredi", f"{MONDAY}T08:00:00+01:00") == ("scheduled", "2026-11-26T08:30")
    # Tuesday's run never comes. On Thursday both go out, the older one first and the other half an hour later.
    assert "Lundi" in week.deliver("2026-11-26T08:35:00+01:00")
    assert week.state("mercredi", "2026-11-26T08:36:00+01:00") == ("scheduled", "2026-11-26T09:05")
    assert "Mercredi" in week.deliver("2026-11-26T09:05:00+01:00")


def test_a_quiet_day_moves_the_moment_and_the_plan_keeps_its_word(week: Week) -> None:
    week.configure('[shares]\nquiet = ["Sat", "Sun"]\n' + FILES)
    week.article("samedi", "2026-11-21T10:30:00+01:00")
    week.build("2026-11-20T10:00:00+01:00")
    week.approve()
    for asked in ("2026-11-20T10:00:00+01:00", "2026-11-21T12:00:00+01:00", "2026-11-22T23:00:00+01:00"):
        assert week.state("samedi", asked) == ("scheduled", f"{MONDAY}T10:30")
    assert "Nothing was due" in week.deliver(f"{MONDAY}T10:29:00+01:00")
    assert "1 delivered" in week.deliver(f"{MONDAY}T10:30:00+01:00")


def test_more_than_a_week_late_is_held_told_once_and_sent_by_command(week: Week) -> None:
    week.article("rabot", "2026-11-02T08:00:00+01:00")
    week.build("2026-11-02T09:00:00+01:00")
    week.approve()
    first = week.deliver("2026-11-10T08:00:00+01:00", code=1)
    assert "sharekit shares send 'share/post/rabot/mastodon/launch'" in first
    assert "1 late" in week.deliver("2026-11-10T09:00:00+01:00", code=0)
    assert "delivered" in week.run("shares", "send", "share/post/rabot/mastodon/launch")
    assert len(week.out()) == 1


def test_a_later_part_waits_for_a_hold_and_both_go_out_when_it_is_lifted(week: Week) -> None:
    week.article("un", f"{MONDAY}T09:00:00+01:00", **PARTS, series_order=1)
    week.article("deux", f"{TUESDAY}T09:00:00+01:00", **PARTS, series_order=2, words="La seconde partie parle des tenons.")
    week.build(f"{MONDAY}T08:00:00+01:00")
    week.approve()
    held = week.draft("un")
    held.write_text(held.read_text().replace("status: approved", "status: hold"))
    assert "Nothing was due" in week.deliver(f"{TUESDAY}T09:05:00+01:00")
    assert week.state("deux", f"{TUESDAY}T09:05:00+01:00")[0] == "waiting"
    held.write_text(held.read_text().replace("status: hold", "status: approved"))
    assert "(1/2)" in week.deliver("2026-11-26T09:05:00+01:00")
    assert "(2/2)" in week.deliver("2026-11-26T09:35:00+01:00")


def test_more_than_one_run_may_send_is_left_for_the_next_and_is_no_error(week: Week) -> None:
    table = "".join(f'[channels.{name}]\nkind = "files"\nlike = "{name}"\n' for name in ("x", "mastodon", "bluesky"))
    week.configure(f"[deliver]\nmax_per_run = 2\n{table}")
    week.article("rabot", f"{MONDAY}T08:00:00+01:00")
    week.build(f"{MONDAY}T09:00:00+01:00")
    week.approve()
    assert "2 delivered, 1 left for the next run" in week.deliver(f"{MONDAY}T09:00:00+01:00")
    assert "1 delivered" in week.deliver(f"{MONDAY}T10:00:00+01:00")


def test_what_is_older_than_since_is_named_and_drafted_on_demand(tmp_path: Path, sharekit: Sharekit) -> None:
    week = Week(tmp_path / "week", sharekit).begin(since="2026-11-15")
    week.article("vieux", "2026-03-01T08:00:00+01:00")
    said = week.run("build", "--only", "shares", "--now", f"{MONDAY}T09:00:00+01:00")
    assert "1 older post is not drafted" in said
    assert "sharekit shares new 'post/vieux'" in said
    assert week.drafts() == []
    week.run("shares", "new", "post/vieux", "--now", f"{MONDAY}T09:00:00+01:00")
    week.approve()
    assert "1 delivered" in week.deliver(f"{MONDAY}T09:05:00+01:00")


def test_a_slot_that_is_only_renamed_is_not_sent_again(week: Week) -> None:
    config = week.folder / "sharekit.toml"
    config.write_text(config.read_text() + '[shares]\nslots = { launch = "0d" }\n')
    week.article("rabot", f"{MONDAY}T08:00:00+01:00")
    week.build(f"{MONDAY}T09:00:00+01:00")
    week.approve()
    week.deliver(f"{MONDAY}T09:00:00+01:00")
    config.write_text(config.read_text().replace("launch", "lancement"))
    week.build(f"{MONDAY}T10:00:00+01:00")
    week.approve()
    assert "Nothing was due" in week.deliver(f"{MONDAY}T10:00:00+01:00")


def test_the_page_must_answer_and_is_asked_again_by_every_run(lively: Week, town: Town) -> None:
    lively.article("rabot", ago(minutes=10))
    lively.build()
    lively.approve()
    town.down["/post/rabot/"] = 404
    assert "the page answers 404" in lively.deliver()
    assert lively.state("rabot") == ("waiting", "the page answers 404")
    assert town.posts == []
    assert "1 waiting" in lively.deliver()
    del town.down["/post/rabot/"]
    assert "1 delivered" in lively.deliver()
    assert len(town.posts) == 1


def test_now_is_for_rehearsals_where_something_real_would_be_sent(lively: Week) -> None:
    lively.article("rabot", ago(minutes=10))
    lively.build()
    lively.approve()
    assert "--dry-run" in lively.deliver("2027-01-01T00:00:00Z", code=2)
    assert "would send" in lively.deliver(ago(minutes=0), "--dry-run")


# --- when the article changes -------------------------------------------------------------------------------------------


def test_postponed_and_withdrawn_articles_take_their_shares_along_and_bring_them_back(week: Week) -> None:
    week.article("remis", f"{MONDAY}T08:00:00+01:00")
    week.article(
        "retire", f"{MONDAY}T08:00:00+01:00", words="Un serre-joint ne serre jamais assez, disait le vieux menuisier."
    )
    week.build(f"{MONDAY}T07:00:00+01:00")
    week.approve()
    week.article("remis", f"{TUESDAY}T08:00:00+01:00")
    week.article("retire", f"{MONDAY}T08:00:00+01:00", draft=True)
    assert "Nothing was due" in week.deliver(f"{MONDAY}T09:00:00+01:00")
    assert week.state("remis", f"{MONDAY}T09:00:00+01:00") == ("scheduled", f"{TUESDAY}T08:00")
    assert week.state("retire", f"{MONDAY}T09:00:00+01:00")[0] == "skipped"
    week.article("retire", f"{MONDAY}T08:00:00+01:00")
    assert "1 delivered" in week.deliver(f"{MONDAY}T10:00:00+01:00")
    assert "1 delivered" in week.deliver(f"{TUESDAY}T10:00:00+01:00")


def test_what_is_out_is_frozen_and_shown_with_its_url(week: Week) -> None:
    week.article("un", f"{MONDAY}T08:00:00+01:00", **PARTS, series_order=1)
    week.article("deux", f"{TUESDAY}T08:00:00+01:00", **PARTS, series_order=2, words="La seconde partie parle des tenons.")
    week.build(f"{MONDAY}T09:00:00+01:00")
    week.approve()
    week.deliver(f"{MONDAY}T09:00:00+01:00")
    before = week.draft("un").read_text().partition("## mastodon")[2]
    assert "Monter un établi" in before
    week.article(
        "trois", "2026-11-25T08:00:00+01:00", **PARTS, series_order=3, words="La troisième partie finit le plateau."
    )
    week.build(f"{MONDAY}T10:00:00+01:00")
    assert week.draft("un").read_text().partition("## mastodon")[2] == before
    assert 'delivered: {"mastodon": "outbox/share/post/un/mastodon/launch.json"}' in week.draft("un").read_text()
    assert 'part: "2/3"' in week.draft("deux").read_text()
    listed = week.run("shares", "list", "--now", f"{MONDAY}T10:00:00+01:00")
    assert "delivered  outbox/share/post/un/mastodon/launch.json" in listed


# --- when a provider says no --------------------------------------------------------------------------------------------


def test_too_many_requests_wait_for_the_moment_that_the_provider_names(lively: Week, town: Town) -> None:
    lively.article("rabot", ago(minutes=10))
    lively.build()
    lively.approve()
    town.refuse(Reply(429, {"error": "Throttled"}, {"retry-after": "1800"}))
    assert "again after" in lively.deliver()
    assert "Nothing was due" in lively.deliver()
    assert lively.state("rabot")[0] == "waiting"


def test_an_expired_token_pauses_the_channel_and_its_renewal_sends(lively: Week, town: Town) -> None:
    lively.article("rabot", ago(minutes=10))
    lively.build()
    lively.approve()
    renewed = lively.environment["SHAREKIT_MASTODON_TOKEN"]
    lively.environment["SHAREKIT_MASTODON_TOKEN"] = "expired-token-of-last-year"  # noqa: S105 - of no account
    said = lively.deliver(code=1)
    assert "SHAREKIT_MASTODON_TOKEN" in said
    assert "expired-token" not in said
    assert "1 paused" in lively.deliver(code=0)
    assert "channel paused" in lively.state("rabot")[1]
    lively.environment["SHAREKIT_MASTODON_TOKEN"] = renewed
    assert "1 delivered" in lively.deliver()
    assert len(town.posts) == 1


def test_a_text_that_is_refused_says_how_to_release_it(lively: Week, town: Town) -> None:
    lively.article("rabot", ago(minutes=10))
    lively.build()
    lively.approve()
    town.refuse(Reply(422, {"error": "Validation failed: Text is not allowed here"}))
    assert "1 refused" in lively.deliver(code=1)
    plan = lively.run("plan")
    assert "sharekit ledger settle 'share/post/rabot/mastodon/launch' --release" in plan
    lively.run("ledger", "settle", "share/post/rabot/mastodon/launch", "--release")
    assert "1 delivered" in lively.deliver()


def test_a_lost_answer_is_looked_up_and_an_edit_meanwhile_posts_nothing_twice(lively: Week, town: Town) -> None:
    lively.article("rabot", ago(minutes=10))
    lively.build()
    lively.approve()
    town.lose()
    town.refuse(Reply(503, {"error": "away"}), at=("GET", "/api/v1/accounts/verify_credentials"))
    assert "1 unknown" in lively.deliver(code=5)
    draft = lively.draft("rabot")
    draft.write_text(draft.read_text().replace("Un rabot bien", "Un vieux rabot bien"))
    town.calm()
    town.forget_keys()
    assert "1 delivered" in lively.deliver()
    assert len(town.posts) == 1


# --- how a person hears of it, and files that people write --------------------------------------------------------------


def test_a_broken_draft_is_told_once_with_its_line_and_holds_itself_alone(week: Week) -> None:
    week.article("rabot", f"{MONDAY}T08:00:00+01:00")
    week.article("scie", f"{MONDAY}T08:00:00+01:00", words="Une scie qui chante est une scie qui coupe bien droit.")
    week.build(f"{MONDAY}T09:00:00+01:00")
    week.approve()
    path = week.draft("scie")
    path.write_text(path.read_text().replace("\nUne scie", "\n<<<<<<< HEAD\nUne scie"))
    line = path.read_text().split("\n").index("<<<<<<< HEAD") + 1
    for verb in ("check", "plan"):
        assert f"{path.parent.name}/{path.name}:{line}: " in week.run(verb, code=3)
    said = week.deliver(f"{MONDAY}T09:00:00+01:00", code=3)
    assert f"{path.name}:{line}: " in said
    assert "1 delivered" in said
    assert "Nothing was due" in week.deliver(f"{MONDAY}T10:00:00+01:00", code=0)
    assert "<<<<<<<" not in "".join(week.out())
    before = path.read_text()
    week.build(f"{MONDAY}T10:00:00+01:00", code=3)
    assert path.read_text() == before
    assert len(week.drafts()) == 2


def test_two_drafts_of_one_post_are_both_held(week: Week) -> None:
    week.article("rabot", f"{MONDAY}T08:00:00+01:00")
    week.build(f"{MONDAY}T09:00:00+01:00")
    week.approve()
    (week.folder / "shares" / "copie.md").write_text(week.draft("rabot").read_text())
    assert "a second draft" in week.deliver(f"{MONDAY}T09:00:00+01:00", code=3)
    assert week.out() == []
    for verb in ("check", "build", "plan"):
        assert "copie.md" in week.run(verb, *(() if verb == "check" else ("--now", f"{MONDAY}T09:00:00+01:00")), code=3)


ISSUE = """---
id: "{id}"
subject: "Les nouvelles"
preheader: "De l'atelier"
posts: ["post/rabot"]
status: approved
---
{text}
"""
MANUAL = """[issue]
mode = "manual"
from = "A <a@atelier.example>"
address = "1 rue"
unsubscribe = "https://atelier.example/q"
"""


def test_a_post_in_two_approved_issues_is_in_neither(week: Week) -> None:
    week.configure(f"{MANUAL}{FILES}")
    week.article("rabot", f"{MONDAY}T08:00:00+01:00")
    for name in ("un", "deux"):
        week.write(f"issues/{name}.md", ISSUE.format(id=name, text="Bonjour à tous,"))
    for arguments in (("check",), ("build",), ("plan",), ("deliver", "--only", "issue")):
        said = week.run(*arguments, code=3)
        assert "issues/un.md" in said
        assert "issues/deux.md" in said
    assert week.out() == []


def test_a_check_names_an_issue_of_a_person_whose_post_is_gone(week: Week) -> None:
    week.configure(f"{MANUAL}{FILES}")
    week.write("issues/un.md", ISSUE.format(id="un", text="Bonjour à tous,").replace("approved", "draft"))
    for verb in ("check", "build"):
        said = week.run(verb, code=3)
        assert 'issues/un.md:1: there is no published post "post/rabot"' in said
    week.article("rabot", f"{MONDAY}T08:00:00+01:00")
    assert "no problems" in week.run("check")


def test_an_issue_with_errors_is_held_until_they_are_gone_or_forced(week: Week) -> None:
    week.configure(f"{MANUAL}{FILES}")
    week.article("rabot", f"{MONDAY}T08:00:00+01:00")
    week.write("issues/un.md", ISSUE.format(id="un", text="TODO : dire bonjour à *|FNAME|*"))
    said = week.deliver(None, "--only", "issue", code=1)
    assert "held" in said
    assert "--force" in said
    assert "1 held" in week.deliver(None, "--only", "issue", code=0)
    week.run("issue", "send", "un", "--yes", code=3)
    assert "delivered" in week.run("issue", "send", "un", "--yes", "--force")


def test_a_person_adds_again_and_it_stays(week: Week) -> None:
    week.configure("" + FILES)
    week.article("rabot", f"{MONDAY}T08:00:00+01:00")
    week.build(f"{MONDAY}T09:00:00+01:00", only="issue")
    issue = week.folder / "issues" / "2026-12.md"
    issue.write_text(issue.read_text().replace("status: draft", "again: true\nstatus: draft"))
    week.build(f"{MONDAY}T09:00:00+01:00", only="issue")
    assert "again: true" in issue.read_text()
