from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from plans import SITE, at, config, draft, issue, part, plan, post, record
from sharekit.channels.base import digest_of_words
from sharekit.ledgers.records import damaged
from sharekit.model import Act, Finding, Image, Share

if TYPE_CHECKING:
    from sharekit.model import EntryState
    from sharekit.planning import Plan

ONE = post("one")
KEY = "share/one/bluesky/launch"
NOW = "2026-11-24T09:00"


def the(found: Plan, key: str = KEY) -> Act:
    act = found.act(key)
    assert act is not None
    return act


def standing(found: Plan, key: str = KEY) -> tuple[str, str]:
    act = the(found, key)
    return act.state, act.reason


# --- states -------------------------------------------------------------------------------------------------------------


def test_an_approved_act_is_scheduled_and_then_due() -> None:
    early = the(plan([draft(ONE)], [ONE], now="2026-11-24T08:29:59"))
    assert (early.state, early.at, early.try_now) == ("scheduled", at("2026-11-24T08:30"), False)
    due = the(plan([draft(ONE)], [ONE], now="2026-11-24T08:30"))
    assert (due.state, due.at, due.try_now, due.source, due.line) == (
        "due",
        at("2026-11-24T08:30"),
        True,
        "shares/one.md",
        10,
    )


def test_what_stands_before_an_act_is_said() -> None:
    assert standing(plan([draft(ONE, status="skip")], [ONE])) == ("skipped", "status: skip")
    assert standing(plan([draft(ONE, status="hold")], [ONE])) == ("held", "status: hold")
    assert standing(plan([draft(ONE)], [])) == ("skipped", "its article is not published any more")


@pytest.mark.parametrize(
    ("approve", "status", "uncommitted", "state", "reason"),
    [
        ("merge", "draft", False, "due", ""),
        ("merge", "draft", True, "held", "waits to be committed, or for status: approved"),
        ("merge", "approved", True, "due", ""),
        ("explicit", "draft", False, "held", "waits for status: approved"),
        ("explicit", "approved", False, "due", ""),
    ],
)
def test_who_approves(approve: str, status: Any, uncommitted: bool, state: str, reason: str) -> None:
    found = plan(
        [draft(ONE, status=status)],
        [ONE],
        settings=config({"approve": approve}),
        uncommitted=["shares/one.md"] if uncommitted else [],
    )
    assert standing(found) == (state, reason)


def test_a_text_that_is_too_long_is_held_with_its_place() -> None:
    act = the(plan([draft(ONE, {"bluesky": "a" * 301})], [ONE]))
    assert (act.state, act.rule) == ("held", "too-long")
    assert act.reason.startswith("shares/one.md:10: 301 of 300")


@pytest.mark.parametrize(
    ("text", "images", "state"),
    [("", (), "held"), (" \n", (), "held"), ("", (Image(url="/a.jpg", alt="A plane"),), "due")],
)
def test_an_empty_section_is_held(text: str, images: tuple[Image, ...], state: str) -> None:
    act = the(plan([draft(ONE, {"bluesky": text}, images=images)], [ONE]))
    assert (act.state, act.rule) == (state, "empty" if state == "held" else "")


def test_what_is_wrong_with_a_file_holds_its_acts() -> None:
    wrong = Finding(level="error", rule="second-draft", message="a second draft", path="shares/one.md", hint="Remove one.")
    act = the(plan([draft(ONE)], [ONE], held={"shares/one.md": wrong}, findings=(wrong,)))
    assert (act.state, act.reason, act.hint) == ("held", "a second draft", "Remove one.")


def test_two_drafts_of_one_article_are_both_held() -> None:
    wrong = Finding(level="error", rule="second-draft", message="a second draft", path="x")
    both = [draft(ONE, path="shares/a.md"), draft(ONE, path="shares/b.md")]
    found = plan(both, [ONE], held={each.path: wrong for each in both})
    assert [(each.state, each.reason) for each in found.acts] == [("held", "a second draft")] * 2


@pytest.mark.parametrize(
    ("entry", "state", "reason", "rule", "tried"),
    [
        (record(KEY, "delivered", NOW), "delivered", "", "", False),
        (record(KEY, "refused", NOW, reason="403: duplicate"), "refused", "403: duplicate", "refused", False),
        (record(KEY, "unknown", NOW, reason="timed out"), "unknown", "timed out", "unknown", True),
        (record(KEY, "claimed", NOW), "waiting", "another run is sending it", "", False),
        (record(KEY, "claimed", "2026-11-24T08:40"), "unknown", "the run that claimed it ended", "unknown", True),
        (record(KEY, "released", NOW), "due", "", "", True),
        (record(KEY, "waiting", "2026-11-24T08:50", retry_at=at(NOW), reason="503"), "due", "503", "", True),
        (record(KEY, "waiting", NOW, retry_at=at("2026-11-24T09:20"), reason="429"), "waiting", "429", "", False),
        (damaged(KEY, "it cannot be read"), "held", "it cannot be read", "damaged", False),
    ],
)
def test_what_the_ledger_says(entry: Any, state: str, reason: str, rule: str, tried: bool) -> None:
    found = plan([draft(ONE)], [ONE], entries=[entry], now="2026-11-24T09:00:01")
    act = the(found)
    assert (act.state, act.rule, act.try_now) == (state, rule, tried)
    assert act.reason.startswith(reason)
    if rule:
        assert KEY in act.hint


def test_what_the_ledger_knows_goes_before_what_a_person_says_now() -> None:
    out = [record(KEY, "delivered", NOW)]
    for status in ("draft", "hold", "skip"):
        assert the(plan([draft(ONE, status=status)], [], entries=out)).state == "delivered"
    again = [record(KEY, "waiting", NOW, retry_at=at(NOW), reason="503")]
    assert standing(plan([draft(ONE, status="hold")], [ONE], entries=again)) == ("held", "status: hold")
    assert standing(plan([draft(ONE)], [], entries=again))[0] == "skipped"


def test_an_act_that_is_out_is_at_the_moment_it_went_out() -> None:
    assert the(plan([draft(ONE)], [ONE], entries=[record(KEY, "delivered", "2026-11-24T08:47")])).at == at(
        "2026-11-24T08:47"
    )


# --- since --------------------------------------------------------------------------------------------------------------


def test_what_is_from_before_since_is_skipped() -> None:
    found = plan([draft(ONE)], [ONE], settings=config(since="2026-11-25"))
    assert standing(found) == ("skipped", "from before 2026-11-25 00:00 CET")
    assert found.since == at("2026-11-25T00:00")


def test_since_is_the_later_one_of_setting_and_seeds() -> None:
    seed = record("seed/1", "delivered", "2026-11-24T08:31")
    assert standing(plan([draft(ONE)], [ONE], entries=[seed])) == ("skipped", "from before 2026-11-24 08:31 CET")
    older = record("seed/1", "delivered", "2026-11-24T08:30")
    assert the(plan([draft(ONE)], [ONE], entries=[older])).state == "due"
    spoilt = damaged("seed/1", "unreadable")
    assert the(plan([draft(ONE)], [ONE], entries=[spoilt])).state == "due"


def test_first_contact_has_no_since() -> None:
    assert plan([draft(ONE)], [ONE], settings=config(since=None)).since is None


def test_a_draft_that_was_asked_for_counts_from_then() -> None:
    old = post("old", "2021-05-01T10:00")
    asked = draft(old, {"bluesky": "a", "bluesky @ reminder": "b"}, requested=at("2026-11-24T08:00"))
    settings = config({"slots": {"launch": "0d", "reminder": "7d"}}, since="2026-11-20")
    found = plan([asked], [old], settings=settings)
    assert the(found, "share/old/bluesky/launch").state == "due"
    assert the(found, "share/old/bluesky/reminder").at == at("2026-12-01T08:00")


def test_since_that_is_still_to_come_is_reported() -> None:
    found = plan([draft(ONE)], [ONE], settings=config(since="2027-01-01"))
    assert [each.rule for each in found.findings] == ["since-ahead"]


# --- slots and sections -------------------------------------------------------------------------------------------------


def test_the_moment_of_a_slot_and_of_one_that_a_person_chose() -> None:
    texts = {"bluesky": "a", "bluesky @ reminder": "b"}
    settings = config({"slots": {"launch": "0d", "reminder": "7d"}})
    found = plan([draft(ONE, texts)], [ONE], settings=settings)
    assert the(found, "share/one/bluesky/reminder").planned == at("2026-12-01T08:30")
    whole = draft(ONE, texts, at={"": at("2026-11-26T10:00").replace(tzinfo=None)})
    chosen = plan([whole], [ONE], settings=settings)
    assert (the(chosen).at, the(chosen).exact) == (at("2026-11-26T10:00"), True)
    assert the(chosen, "share/one/bluesky/reminder").exact is False
    too_early = draft(ONE, texts, at={"bluesky @ reminder": at("2026-11-20T10:00")})
    assert the(plan([too_early], [ONE], settings=settings), "share/one/bluesky/reminder").planned == ONE.published


def test_what_does_not_last_has_no_reminder() -> None:
    settings = config({"slots": {"launch": "0d", "reminder": "7d"}, "closing": True})
    texts = {"bluesky": "a", "bluesky @ reminder": "b", "bluesky @ closing": "c"}
    found = plan([draft(ONE, texts, evergreen=False)], [ONE], settings=settings)
    assert standing(found, "share/one/bluesky/reminder") == ("skipped", "evergreen: false")
    assert the(found, "share/one/bluesky/closing").state == "scheduled"
    assert the(found).state == "due"


@pytest.mark.parametrize(
    ("name", "words"),
    [("mastodn", 'the channel "mastodn" is not configured'), ("bluesky @ later", 'the slot "later" is not configured')],
)
def test_an_unknown_section_is_held_and_told(name: str, words: str) -> None:
    found = plan([draft(ONE, {"bluesky": "a", name: "b"})], [ONE])
    assert [act.key for act in found.acts] == [KEY]
    (finding,) = found.findings
    assert (finding.level, finding.rule, finding.path, finding.line) == ("error", "unknown-section", "shares/one.md", 11)
    assert words in finding.message
    (skipped,) = plan([draft(ONE, {"bluesky": "a", name: "b"}, status="skip")], [ONE]).findings
    assert skipped.level == "info"


def test_a_section_of_a_channel_that_was_removed_shows_what_is_out() -> None:
    out = record("share/one/mastodon/launch", "delivered", NOW)
    found = plan([draft(ONE, {"mastodon": "a"})], [ONE], entries=[out])
    assert (the(found, out.key).state, found.findings) == ("delivered", ())
    waits = record("share/one/mastodon/launch", "waiting", NOW, retry_at=at(NOW))
    state, reason = standing(plan([draft(ONE, {"mastodon": "a"})], [ONE], entries=[waits]), waits.key)
    assert (state, reason) == ("held", '"mastodon" or its slot "launch" is not in sharekit.toml any more')


@pytest.mark.parametrize("sent", [{}, {"after": "0d"}, {"after": "0m"}])
def test_a_slot_that_was_renamed_is_no_new_act(sent: dict[str, str]) -> None:
    out = record(KEY, "delivered", NOW, sent=sent)
    found = plan([draft(ONE)], [ONE], entries=[out], settings=config({"slots": {"first": "0d"}}))
    assert [(act.key, act.state, act.slot) for act in found.acts] == [(KEY, "delivered", "first")]


def test_edited_words_that_may_be_out_for_the_slot_that_was_the_earliest_are_held() -> None:
    exchanged = config({"slots": {"reminder": "0d", "launch": "7d"}})
    out = record(KEY, "delivered", "2026-11-24T08:30", sent={"digest": "of other words", "after": "0d"})
    found = plan([draft(ONE)], [ONE], entries=[out], settings=exchanged)
    held = the(found, "share/one/bluesky/reminder")
    assert (held.state, held.rule) == ("held", "slots-reordered")
    assert held.hint.startswith("If this text is out, correct the heading: ## bluesky @ launch")
    assert the(plan([draft(ONE)], [ONE], entries=[out], settings=exchanged, at_once=held.key), held.key).state == "due"
    named = draft(ONE, {"bluesky": "Again", "bluesky @ launch": "New"})
    found = plan([named], [ONE], entries=[out], settings=exchanged)
    assert {act.section: act.state for act in found.acts} == {"bluesky": "due", "bluesky @ launch": "delivered"}


def test_a_slot_of_months_that_was_renamed_is_no_new_act() -> None:
    # Months have no length: they are the same where they are written the same.
    out = record("share/one/bluesky/later", "delivered", "2026-11-24T08:00", sent={"after": "3mo"})
    texts = {"bluesky": "a", "bluesky @ quarter": "b"}
    for span, state in (("3mo", "delivered"), ("4mo", "scheduled")):
        found = plan(
            [draft(ONE, texts)], [ONE], entries=[out], settings=config({"slots": {"launch": "0d", "quarter": span}})
        )
        assert {act.slot: act.state for act in found.acts} == {"launch": "due", "quarter": state}


def test_a_slot_with_another_offset_is_another_act() -> None:
    out = record("share/one/bluesky/after", "delivered", "2026-11-24T08:00", sent={"after": "7d"})
    texts = {"bluesky": "a", "bluesky @ reminder": "b"}
    same = plan([draft(ONE, texts)], [ONE], entries=[out], settings=config({"slots": {"launch": "0d", "reminder": "1w"}}))
    assert {act.slot: act.state for act in same.acts} == {"launch": "due", "reminder": "delivered"}
    other = plan([draft(ONE, texts)], [ONE], entries=[out], settings=config({"slots": {"launch": "0d", "reminder": "9d"}}))
    assert {act.slot: act.state for act in other.acts} == {"launch": "due", "reminder": "scheduled"}


SWAPPED = {"first": "0d", "launch": "7d"}


@pytest.mark.parametrize(("text", "state"), [("Read one", "skipped"), ("Other words", "held")])
def test_words_that_are_out_do_not_go_out_again_for_another_slot(text: str, state: str) -> None:
    sent = {"after": "0d", "digest": digest_of_words("Read one")}
    out = record(KEY, "delivered", "2026-11-24T08:00", sent=sent)
    found = plan([draft(ONE, {"bluesky": text})], [ONE], entries=[out], settings=config({"slots": SWAPPED, "spacing": "0m"}))
    assert standing(found, "share/one/bluesky/first")[0] == state


@pytest.mark.parametrize(
    ("before", "text", "state"),
    [
        ("delivered", "Read one", "held"),
        ("unknown", "Read one", "held"),
        ("refused", "Read one", "due"),
        ("delivered", "Read this", "held"),
    ],
)
def test_a_channel_under_a_new_name_does_not_share_it_again(before: Any, text: str, state: str) -> None:
    sent = {"after": "0d", "digest": digest_of_words("Read one")}
    out = record("share/one/salon/launch", before, "2026-11-24T08:00", sent=sent)
    found = plan([draft(ONE, {"bluesky": text})], [ONE], entries=[out])
    act = the(found)
    assert act.state == state
    if state == "held":
        assert (act.rule, 'to "salon"' in act.reason, f"shares send '{KEY}'" in act.hint) == ("renamed-channel", True, True)
        place = "https://network.example/share/one/salon/launch" if before == "delivered" else "URL"
        assert f"--delivered {place}\n" in act.hint
        assert the(plan([draft(ONE)], [ONE], entries=[out], at_once=KEY)).state == "due"


@pytest.mark.parametrize(
    ("gone", "used", "state"),
    [("mastodon", (), "due"), ("bluesky", (), "held"), ("salon", (), "held"), ("salon", ("share/two/sky/launch",), "due")],
)
def test_only_a_new_channel_may_be_one_that_is_gone_and_of_its_kind(gone: str, used: tuple[str, ...], state: str) -> None:
    out = [record(key, "delivered", "2026-11-24T08:00", sent={"after": "0d"}) for key in (f"share/one/{gone}/launch", *used)]
    settings = config({"spacing": "0m"}, channels={"sky": {"kind": "bluesky"}})
    found = plan([draft(ONE, {"sky": "Edited"})], [ONE], entries=out, settings=settings)
    assert the(found, "share/one/sky/launch").state == state


def test_the_words_of_a_slot_that_is_gone_stand_for_the_first_one() -> None:
    sent = {"after": "1d", "digest": digest_of_words("Read one")}
    out = record("share/one/bluesky/start", "delivered", "2026-11-24T08:00", sent=sent)
    assert the(plan([draft(ONE)], [ONE], entries=[out]), out.key).state == "delivered"
    assert the(plan([draft(ONE, {"bluesky": "Other words"})], [ONE], entries=[out])).state == "due"


def test_two_channels_that_are_both_configured_say_the_same() -> None:
    sent = {"after": "0d", "digest": digest_of_words("Read one")}
    out = record("share/one/salon/launch", "delivered", "2026-11-24T08:00", sent=sent)
    settings = config(channels={"bluesky": {}, "salon": {"kind": "files"}})
    assert the(plan([draft(ONE)], [ONE], entries=[out], settings=settings)).state == "due"


def test_what_a_network_is_given() -> None:
    article = post("one", source="content/one.md")
    texts = draft(article, {"bluesky": "a"}, image="/a.jpg", alt="A hall", description="About it", title="One", part=part(1))
    share = the(plan([texts], [article])).content
    assert isinstance(share, Share)
    assert (share.key, share.text, share.language, share.source) == (KEY, "a", "fr", "shares/one.md:10")
    assert (share.card.url, share.card.image and share.card.image.url) == (f"{SITE}one/", "https://blog.example/a.jpg")
    assert (share.article_file, share.published, share.created, share.part) == (
        "content/one.md",
        article.published,
        article.published,
        part(1),
    )


def test_what_x_charges_is_in_the_plan() -> None:
    settings = config(channels={"x": {}})
    (linked,) = plan([draft(ONE, {"x": f"Read {ONE.url}"})], [ONE], settings=settings).acts
    (plain,) = plan([draft(ONE, {"x": "Read it"})], [ONE], settings=settings).acts
    assert (linked.cost, plain.cost) == (0.2, 0.015)


# --- moved articles -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moved",
    [
        post("one", url="https://www.blog.example/blog/one.html"),
        post("new", aliases=("/one/",), source="content/new.md"),
        post("new", source="content/one.md"),
        post("declared", url=f"{SITE}one/", source="content/new.md"),
    ],
    ids=["id", "alias", "file", "address"],
)
def test_an_article_that_moved_keeps_its_draft_and_its_key(moved: Any) -> None:
    assert the(plan([draft(ONE)], [moved])).state == "due"
    out = record(KEY, "delivered", NOW, sent={"source": "content/one.md"})
    assert the(plan([draft(ONE)], [moved], entries=[out])).state == "delivered"


@pytest.mark.parametrize("moved", [post("new", aliases=("/one/",), source="x"), post("new", source="content/one.md")])
def test_a_draft_that_was_written_anew_for_an_article_that_moved_sends_nothing_twice(moved: Any) -> None:
    out = record(KEY, "delivered", NOW, sent={"source": "content/one.md"})
    (act,) = plan([draft(moved)], [moved], entries=[out]).acts
    assert (act.key, act.state) == (KEY, "delivered")


def test_two_articles_that_both_exist_are_two_even_where_one_took_the_others_file() -> None:
    moved = post("one", source="content/old.md")
    new = post("new", source="content/one.md")
    out = record(KEY, "delivered", NOW, sent={"source": "content/one.md"})
    found = plan([draft(ONE), draft(new)], [moved, new], entries=[out])
    assert {act.key: act.state for act in found.acts} == {KEY: "delivered", "share/new/bluesky/launch": "scheduled"}
    assert the(found, "share/new/bluesky/launch").at == at("2026-11-24T09:30")


def test_articles_of_one_export_are_not_taken_for_each_other() -> None:
    first, second = post("one", source="export.xml"), post("two", source="export.xml")
    out = record(KEY, "delivered", "2026-11-24T08:00", sent={"source": "export.xml"})
    found = plan([draft(first), draft(second)], [first, second], entries=[out])
    assert the(found, "share/two/bluesky/launch").state == "due"


def test_an_article_that_was_postponed_is_scheduled_again() -> None:
    later = post("one", "2026-11-26T08:30")
    act = the(plan([draft(ONE)], [later]))
    assert (act.state, act.at) == ("scheduled", at("2026-11-26T08:30"))


# --- series -------------------------------------------------------------------------------------------------------------


def series(**status: str) -> tuple[list[Any], list[Any]]:
    posts = [post(name, f"2026-11-2{number}T08:30") for number, name in enumerate(("a", "b", "c"), start=1)]
    drafts = [
        draft(each, part=part(number), status=status.get(each.id, "draft")) for number, each in enumerate(posts, start=1)
    ]
    return drafts, posts


def test_each_part_answers_the_one_before_it() -> None:
    found = plan(*series())
    assert [act.answers for act in found.acts] == ["", "share/a/bluesky/launch", "share/b/bluesky/launch"]


def test_a_hold_on_part_1_of_3_holds_the_others_up_for_as_long_as_late() -> None:
    drafts, posts = series(a="hold")
    found = plan(drafts, posts, now="2026-11-24T09:00")
    assert [(act.state, act.try_now) for act in found.acts] == [("held", False), ("waiting", False), ("waiting", False)]
    assert found.acts[1].reason == "waits for the part before it, which is held"
    assert found.acts[1].at == at("2026-11-29T08:30")
    after = plan(drafts, posts, now="2026-11-29T08:30")
    assert [act.state for act in after.acts] == ["held", "due", "scheduled"]
    freed = plan(*series(), now="2026-11-24T09:00")
    assert [act.state for act in freed.acts] == ["due", "scheduled", "scheduled"]


def test_a_part_that_is_skipped_or_is_not_for_the_channel_is_passed_over() -> None:
    drafts, posts = series(b="skip")
    assert the(plan(drafts, posts), "share/c/bluesky/launch").answers == "share/a/bluesky/launch"
    drafts, posts = series()
    gone = plan(drafts, [posts[0], posts[2]])
    assert the(gone, "share/b/bluesky/launch").state == "skipped"
    assert the(gone, "share/c/bluesky/launch").answers == "share/a/bluesky/launch"
    elsewhere = [drafts[0], draft(posts[1], {"mastodon": "b"}, part=part(2)), drafts[2]]
    other = plan(elsewhere, posts, settings=config(channels={"bluesky": {}, "mastodon": {}}))
    assert the(other, "share/c/bluesky/launch").answers == "share/a/bluesky/launch"


def test_one_series_name_in_two_languages_is_two_series() -> None:
    posts = [post(f"{tongue}{n}", language=tongue) for n in (1, 2) for tongue in ("en", "fr")]
    drafts = [draft(each, part=part(int(each.id[-1]), 2)) for each in posts]
    found = plan(drafts, posts)
    assert the(found, "share/fr2/bluesky/launch").answers == "share/fr1/bluesky/launch"
    assert the(found, "share/en2/bluesky/launch").answers == "share/en1/bluesky/launch"


def test_what_closes_a_series_answers_its_last_part_and_reminders_answer_nothing() -> None:
    drafts, posts = series()
    drafts[2] = draft(posts[2], {"bluesky": "c", "bluesky @ closing": "all", "bluesky @ reminder": "again"}, part=part(3))
    settings = config({"slots": {"launch": "0d", "reminder": "7d"}, "closing": True})
    found = plan(drafts, posts, settings=settings)
    assert the(found, "share/c/bluesky/closing").answers == "share/c/bluesky/launch"
    assert the(found, "share/c/bluesky/reminder").answers == ""


# --- channels -----------------------------------------------------------------------------------------------------------


def test_a_paused_channel_waits_and_one_act_probes() -> None:
    posts = [post(name, f"2026-11-24T0{hour}:30") for hour, name in enumerate(("a", "b", "c"), start=5)]
    later = post("later", "2026-11-25T08:30")
    paused = record("share/a/bluesky/launch", "waiting", NOW, retry_at=at(NOW), paused=True, reason="the token expired")
    found = plan([*map(draft, posts), draft(later)], [*posts, later], entries=[paused], now="2026-11-24T10:00")
    assert found.paused == {"bluesky": "the token expired"}
    assert {act.state for act in found.acts} == {"waiting"}
    assert {act.reason for act in found.acts} == {"channel paused: the token expired"}
    assert [act.key for act in found.acts if act.try_now] == ["share/a/bluesky/launch"]
    assert [act.key for act in found.acts if act.rule == "paused"] == ["share/a/bluesky/launch"]


def test_a_channel_that_works_again_is_not_paused() -> None:
    one, two = post("a"), post("b")
    paused = record("share/a/bluesky/launch", "waiting", "2026-11-24T08:40", retry_at=at(NOW), paused=True, reason="401")
    works = record("share/b/bluesky/launch", "delivered", "2026-11-24T08:50")
    found = plan([draft(one), draft(two)], [one, two], entries=[paused, works], now="2026-11-24T10:00")
    assert (found.paused, the(found, paused.key).state) == ({}, "due")


def test_one_paused_channel_stops_no_other() -> None:
    settings = config(channels={"bluesky": {}, "mastodon": {}})
    paused = record(KEY, "waiting", NOW, retry_at=at(NOW), paused=True, reason="401")
    found = plan([draft(ONE, {"bluesky": "a", "mastodon": "b"})], [ONE], entries=[paused], settings=settings)
    assert the(found, "share/one/mastodon/launch").state == "due"


def test_channels_have_windows_of_their_own() -> None:
    settings = config({"windows": "Tue 08:30"}, channels={"bluesky": {"windows": "Thu 10:00"}, "mastodon": {}})
    found = plan([draft(ONE, {"bluesky": "a", "mastodon": "b"})], [ONE], settings=settings)
    assert the(found).at == at("2026-11-26T10:00")
    assert the(found, "share/one/mastodon/launch").state == "due"


def test_late_is_held_with_its_command() -> None:
    act = the(plan([draft(ONE)], [ONE], now="2026-12-01T08:31"))
    assert (act.state, act.rule, act.hint) == ("held", "late", f"Send it now: sharekit shares send '{KEY}'")


# --- at once ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "now"),
    [
        ({}, "2027-06-01T09:00"),
        ({"settings": config(since="2026-12-24")}, NOW),
        ({"settings": config({"approve": "explicit"})}, NOW),
        ({"settings": config({"windows": "Sun 08:00"})}, NOW),
        ({"settings": config({"windows": "Sun 08:00"})}, "2026-11-24T08:30"),
    ],
)
def test_an_act_that_is_sent_by_command_goes_now(more: dict[str, Any], now: str) -> None:
    act = the(plan([draft(ONE)], [ONE], now=now, at_once=KEY, **more))
    assert (act.state, act.try_now, act.rule) == ("due", True, "")


@pytest.mark.parametrize(
    ("status", "entry", "state"),
    [
        ("hold", None, "held"),
        ("skip", None, "skipped"),
        ("draft", record(KEY, "delivered", NOW), "delivered"),
        ("draft", record(KEY, "refused", NOW), "refused"),
    ],
)
def test_what_must_not_go_does_not_go_by_command(status: Any, entry: Any, state: str) -> None:
    act = the(plan([draft(ONE, status=status)], [ONE], entries=[entry] if entry else [], at_once=KEY))
    assert (act.state, act.try_now) == (state, False)


# --- the ledger ---------------------------------------------------------------------------------------------------------


def test_records_that_are_open_and_have_no_draft_are_orphans() -> None:
    entries = [
        record("share/gone/bluesky/launch", "unknown", NOW),
        record("share/gone/bluesky/reminder", "delivered", NOW),
        record("issue/2026-10/files", "claimed", NOW),
        record("hub/https://hub.example", "claimed", NOW),
        record("told/late/1", "claimed", NOW),
        record(KEY, "unknown", NOW),
    ]
    found = plan([draft(ONE)], [ONE], entries=entries)
    assert [entry.key for entry in found.orphans] == ["issue/2026-10/files", "share/gone/bluesky/launch"]


def test_a_damaged_record_is_told_and_holds_itself_alone() -> None:
    two = post("two")
    found = plan([draft(ONE), draft(two)], [ONE, two], entries=[damaged(KEY, "it is no JSON")])
    assert [(each.rule, each.message) for each in found.findings] == [("ledger-damaged", f"{KEY}: it is no JSON")]
    assert the(found, "share/two/bluesky/launch").state == "due"


@pytest.mark.parametrize(("when", "reported"), [("2026-11-24T09:10", False), ("2026-11-24T09:10:01", True)])
def test_a_clock_that_is_behind_is_reported(when: str, reported: bool) -> None:
    ahead = record("share/x/bluesky/launch", "delivered", when)
    found = plan([], [], entries=[ahead, record("share/a/bluesky/launch", "delivered", "2026-11-01T00:00")])
    assert [each.rule for each in found.findings] == (["clock-behind"] if reported else [])
    if reported:
        assert "share/x/bluesky/launch" in (found.findings[0].hint or "")


def test_of_many_records_of_the_future_three_are_named_and_the_hint_has_all() -> None:
    keys = [f"share/{number}/bluesky/launch" for number in range(5)]
    future = [record(key, "delivered", "2027-01-01T00:00") for key in keys]
    (found,) = plan([], [], entries=future).findings
    assert found.message.endswith(f"{', '.join(keys[:3])} and 2 more")
    assert all(key in (found.hint or "") for key in keys)
    (three,) = plan([], [], entries=future[:3]).findings
    assert three.message.endswith(", ".join(keys[:3]))


# --- issues -------------------------------------------------------------------------------------------------------------


def letter(now: str = "2026-12-01T08:00", entries: Any = (), errors: str = "", **more: Any) -> Act:
    found = plan(issues=[issue(**more)], now=now, entries=entries, issue_errors=lambda _issue: errors)
    return the(found, f"issue/{more.get('name', '2026-12')}/files")


@pytest.mark.parametrize(
    ("more", "state", "reason"),
    [
        ({"status": "skip"}, "skipped", "status: skip"),
        ({"status": "hold"}, "held", "status: hold"),
        ({"status": "draft"}, "held", "waits for status: approved"),
        ({}, "due", ""),
        ({"now": "2026-12-01T07:59"}, "scheduled", ""),
        ({"send": at("2026-12-03T10:00")}, "scheduled", ""),
        ({"errors": "there is no address"}, "held", "there is no address"),
        ({"now": "2027-06-01T00:00"}, "due", ""),  # the month alone is no schedule that can be missed
        ({"name": "spring", "now": "2026-03-01T00:00"}, "due", ""),
    ],
)
def test_where_an_issue_stands(more: dict[str, Any], state: str, reason: str) -> None:
    act = letter(**more)
    assert (act.state, act.reason, act.try_now) == (state, reason, state == "due")


@pytest.mark.parametrize(
    ("now", "state"), [("2026-12-08T10:00", "due"), ("2026-12-08T10:01", "held"), ("2026-12-01T09:59", "scheduled")]
)
def test_an_issue_that_missed_its_month_by_more_than_late_is_held(now: str, state: str) -> None:
    act = letter(now=now, send=at("2026-12-01T10:00"))
    assert (act.state, act.rule) == (state, "late" if state == "held" else "")
    assert letter(now="2027-06-01T00:00", name="spring", send=at("2026-12-01T10:00")).state == "due"


def test_a_moment_without_a_zone_is_of_the_blogs() -> None:
    assert letter(send=at("2026-12-03T10:00").replace(tzinfo=None)).at == at("2026-12-03T10:00")


def test_an_issue_with_errors_is_held_with_what_to_do() -> None:
    act = letter(errors="there is no address")
    assert act.rule == "issue-errors"
    assert "sharekit issue send 2026-12 --force" in act.hint
    assert letter(errors="wrong", status="draft").rule == ""


def test_an_issue_that_is_at_odds_with_another_is_held() -> None:
    wrong = Finding(level="error", rule="post-twice", message="the post is in both", path="issues/2026-12.md")
    found = plan(issues=[issue()], now="2026-12-01T09:00", held={"issues/2026-12.md": wrong})
    assert (found.acts[0].state, found.acts[0].reason) == ("held", "the post is in both")


def test_an_issue_that_waits_for_its_mailer() -> None:
    key = "issue/2026-12/files"
    waits = record(key, "waiting", "2026-12-01T08:00", retry_at=at("2026-12-01T09:00"), reason="503")
    act = letter(now="2026-12-01T08:30", entries=[waits])
    assert (act.state, act.at, act.try_now, act.reason) == ("waiting", at("2026-12-01T09:00"), False, "503")
    assert letter(now="2026-12-01T09:00", entries=[waits]).state == "due"
    paused = record(key, "waiting", "2026-12-01T08:00", retry_at=at("2026-12-01T08:00"), reason="401", paused=True)
    probe = letter(now="2026-12-01T08:30", entries=[paused])
    assert (probe.state, probe.try_now, probe.rule, probe.reason) == ("waiting", True, "paused", "mailer paused: 401")
    undated = plan(issues=[issue("hello")], now="2026-12-01T08:30", entries=[replace(paused, key="issue/hello/files")])
    assert (undated.acts[0].state, undated.acts[0].try_now) == ("waiting", True)


@pytest.mark.parametrize(
    ("entry", "state", "said"),
    [
        ("delivered", "skipped", 'it went out through "paper" already'),
        ("unknown", "held", 'nobody knows whether it went out through "paper"'),
        ("refused", "due", ""),
    ],
)
def test_an_issue_does_not_go_out_again_when_the_mailer_is_changed(entry: EntryState, state: str, said: str) -> None:
    earlier = record("issue/2026-12/paper", entry, "2026-12-01T08:00")
    act = letter(entries=[earlier])
    assert (act.state, act.reason) == (state, said)
    assert "issue/2026-12/paper" in act.hint or state != "held"
    longer = record("issue/2026-12-b/paper", entry, "2026-12-01T08:00")
    assert letter(entries=[longer]).state == "due"
    [sent] = plan(issues=[issue()], now="2026-12-01T08:00", entries=[earlier], at_once=act.key).acts
    assert (sent.state, sent.try_now) == ("due", True)


def test_an_issue_that_is_out() -> None:
    assert letter(entries=[record("issue/2026-12/files", "delivered", "2026-12-01T08:00")]).state == "delivered"


# --- the whole ----------------------------------------------------------------------------------------------------------


def test_acts_are_in_order_and_what_this_run_tried_in_vain_waits() -> None:
    posts = [post("b", "2026-11-24T08:30"), post("a", "2026-11-24T08:00")]
    found = plan([draft(each) for each in posts], posts, issues=[issue("2026-11")], now=NOW)
    assert [act.kind for act in found.acts] == ["issue", "share", "share"]
    assert [act.title for act in found.acts[1:]] == ["A", "B"]
    assert found.acts[0].title == "News (1 post)"
    after = plan([draft(each) for each in posts], posts, now=NOW, stuck=["share/a/bluesky/launch"])
    assert [act.key for act in after.acts if act.try_now] == ["share/b/bluesky/launch"]
    assert [act.key for act in after.of("due")] == ["share/b/bluesky/launch"]


def test_the_order_of_files_changes_nothing() -> None:
    posts = [post(f"p{number:04}", (at("2026-02-01T08:00") + timedelta(hours=number)).isoformat()) for number in range(300)]
    drafts = [draft(each) for each in posts]
    settings = config({"windows": "Mon-Fri 08:30", "late": "365d"})
    first = plan(drafts, posts, now=NOW, settings=settings)
    assert first == plan(drafts[::-1], posts[::-1], now=NOW, settings=settings)
    assert len(first.acts) == 300


def test_pictures_in_place_of_the_card_leave_the_link_in_the_text() -> None:
    pictures = (Image(url="/hall.jpg", alt="The hall"),)
    bare = draft(ONE, {"bluesky": "Words"})
    assert the(plan([replace(bare, images=pictures)], [ONE])).text == f"Words\n\n{ONE.url}"
    assert the(plan([bare], [ONE])).text == "Words"


def test_a_part_goes_out_once_the_part_before_it_is_late_without_its_page() -> None:
    one, two = post("one"), post("two")
    drafts = [draft(each, part=part(number)) for number, each in enumerate((one, two), start=1)]
    waits = record("share/one/bluesky/launch", "waiting", "2026-11-24T08:30", sent={"page": "the page answers 404"})
    found = plan(drafts, [one, two], entries=[waits], now="2026-11-24T08:40")
    following = the(found, "share/two/bluesky/launch")
    # Exactly a week later part 1 is not late yet, so it still waits, and part 2 with it.
    assert (following.state, following.at) == ("waiting", at("2026-12-01T08:31"))
