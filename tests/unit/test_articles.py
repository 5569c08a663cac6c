from __future__ import annotations

from typing import Any

import pytest

from plans import SITE, draft, post, record
from sharekit.articles import Articles, SentShares, opening_digest, with_new_address

NOW = "2026-11-24T09:00"


def names(found: dict[str, Any]) -> dict[str, str]:
    return {path.removeprefix("shares/").removesuffix(".md"): article.id for path, article in found.items()}


# --- which article it is ------------------------------------------------------------------------------------------------


def test_an_article_is_found_by_its_id_its_path_and_its_aliases() -> None:
    article = post("declared", url=f"{SITE}2026/%C3%A9t%C3%A9/index.html", aliases=("/old/", f"{SITE}older/"))
    articles = Articles([article, post("other")])
    for address in ("declared", "2026/été", "old", "older"):
        assert articles.find(address) is article
    assert articles.find("2026") is None
    assert articles.known_addresses(article) == ("declared", "2026/été", "old", "older")


def test_an_issue_may_name_an_article_by_its_full_address_or_its_file() -> None:
    article = post("saw", source="content/saw.md")
    named = Articles([article, post("plane")]).by_name([], [])
    assert named[article.url] is named["content/saw.md"] is article


def test_what_two_articles_claim_leads_to_neither() -> None:
    one, two = post("one", aliases=("/old/", "/two/", "/mine/")), post("two", aliases=("/old/",))
    articles = Articles([one, two])
    assert articles.find("old") is None
    assert articles.find("two") is two
    assert articles.known_addresses(one) == ("one", "mine")
    assert articles.known_addresses(two) == ("two",)


def test_what_three_articles_claim_leads_to_none_either() -> None:
    assert Articles([post(name, aliases=("/old/",)) for name in ("a", "b", "c")]).find("old") is None


def test_an_id_goes_before_an_address() -> None:
    one, two = post("one"), post("x", url=f"{SITE}one/")
    assert Articles([one, two]).find("one") is one


def test_drafts_are_matched_by_id_then_address_then_file() -> None:
    by_id = post("a", source="content/b.md")
    by_alias = post("new", aliases=("/b/",), source="content/c.md")
    by_file = post("other", source="content/a.md")
    drafts = [
        draft(post("a", source="content/a.md")),
        draft(post("b", source="content/b.md")),
        draft(post("c", source="content/a.md")),
    ]
    found = Articles([by_file, by_alias, by_id]).of_drafts(drafts)
    assert names(found) == {"a": "a", "b": "new", "c": "other"}


def test_after_two_moves_an_alias_of_the_last_address_is_enough() -> None:
    # Drafted as a, moved to b, and to c in another file; only b is an alias.
    moved = post("c", aliases=("/b/",), source="content/c.md")
    drafted = draft(post("a", source="content/a.md"), url=f"{SITE}b/")
    assert names(Articles([moved]).of_drafts([drafted])) == {"a": "c"}
    sent = record("share/a/bluesky/launch", "delivered", NOW, sent={"url": f"{SITE}b/?utm_source=bluesky"})
    shares = SentShares({sent.key: sent}, Articles([moved]))
    assert shares.of(("c", "b"), "content/c.md", "bluesky") == {"launch": sent}
    # Where the article of the key is still there, its link tells nothing more.
    shares = SentShares({sent.key: sent}, Articles([moved, post("a")]))
    assert shares.of(("c", "b"), "content/c.md", "bluesky") == {}


def test_an_article_has_one_draft_that_of_its_id_else_the_first() -> None:
    article = post("a", aliases=("/b/", "/c/"))
    of_id, first, second = (draft(post(name, source="x")) for name in ("a", "b", "c"))
    assert names(Articles([article]).of_drafts([first, second, of_id])) == {"a": "a"}
    assert names(Articles([article]).of_drafts([first, second])) == {"b": "a"}


def test_a_draft_whose_article_is_gone_has_none() -> None:
    assert Articles([post("b")]).of_drafts([draft(post("a"))]) == {}


def test_a_file_of_many_articles_tells_nothing() -> None:
    articles = Articles([post("a", source="export.xml"), post("b", source="export.xml"), post("c", source="")])
    gone = draft(post("gone", source="export.xml"))
    assert articles.of_drafts([gone, draft(post("nowhere", source=""))]) == {}
    assert (articles.of_file("export.xml"), articles.of_file("")) == (None, None)


# --- what was sent ------------------------------------------------------------------------------------------------------


def key(name: str, slot: str = "launch", channel: str = "x") -> str:
    return f"share/{name}/{channel}/{slot}"


def sent(*entries: Any, posts: Any = ()) -> SentShares:
    return SentShares({entry.key: entry for entry in entries}, Articles(posts))


def test_records_are_found_under_every_address() -> None:
    entries = [record(key("2026/old"), "delivered", NOW), record(key("new", "reminder"), "delivered", NOW)]
    other = record(key("new", channel="mastodon"), "delivered", NOW)
    found = sent(*entries, other).of(("new", "2026/old"), "", "x")
    assert {slot: entry.key for slot, entry in found.items()} == {
        "launch": "share/2026/old/x/launch",
        "reminder": "share/new/x/reminder",
    }


def test_the_first_address_goes_before_the_others_and_all_before_the_file() -> None:
    entries = [record(key(name), "delivered", NOW, sent={"source": "content/a.md"}) for name in ("a", "b", "c")]
    known = sent(*entries, posts=[post("n", source="content/a.md")])
    assert known.of(("b", "a"), "content/a.md", "x")["launch"].key == "share/b/x/launch"
    assert known.of(("n",), "content/a.md", "x")["launch"].key in {entry.key for entry in entries}


@pytest.mark.parametrize(
    "posts",
    [
        [post("b", source="export.xml"), post("c", source="export.xml")],
        [post("a", source="content/new.md"), post("b", source="content/a.md")],
        [post("b", source="content/a.md"), post("moved", aliases=("/a/",))],
    ],
    ids=["an export", "its file is another's", "moved by an alias"],
)
def test_a_file_leads_to_no_record_of_another_article(posts: Any) -> None:
    source = posts[0].source if posts[0].id == "b" else posts[1].source
    known = sent(record(key("a"), "delivered", NOW, sent={"source": source}), posts=posts)
    assert known.of(("b",), source, "x") == {}


def test_other_keys_are_no_shares() -> None:
    known = sent(
        record("issue/a/x", "delivered", NOW), record("seed/1", "delivered", NOW), record("share/a", "unknown", NOW)
    )
    assert (known.of(("a",), "", "x"), known.id_of(["a"]), known.was_shared("a")) == ({}, None, False)


def test_the_id_that_an_article_was_shared_under() -> None:
    known = sent(record(key("old"), "refused", NOW))
    assert known.id_of(("new", "old")) == "old"
    assert known.id_of(("new",)) is None
    assert known.was_shared("old")
    assert not known.was_shared("new")


# --- the opening --------------------------------------------------------------------------------------------------------


def test_an_article_is_known_by_its_first_words() -> None:
    words = " ".join(f"word{number}" for number in range(40))
    first = opening_digest(words)
    same = opening_digest(f"\n {words.upper()}, and more.")
    other = opening_digest(f"No {words}")
    assert first == same != other
    assert first


def test_a_few_words_tell_nothing() -> None:
    assert opening_digest(" ".join(["word"] * 29)) == ""
    assert opening_digest("") == ""


# --- addresses in texts -------------------------------------------------------------------------------------------------

OLD, NEW = f"{SITE}scie/", f"{SITE}outils/scie/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Lire {SITE}scie/", f"Lire {NEW}"),
        (f"Lire {SITE}scie", f"Lire {NEW}"),
        (f"Lire {SITE}scie/.", f"Lire {NEW}."),
        (f"Lire {SITE}scie. Puis", f"Lire {NEW}. Puis"),
        (f"({SITE}scie/), {SITE}scie/!", f"({NEW}), {NEW}!"),
        (f"{SITE}scie/?utm_source=x#haut", f"{NEW}?utm_source=x#haut"),
        (f"{SITE}scie?utm_source=x", f"{NEW}?utm_source=x"),
        (f"[lire]({SITE}scie/)", f"[lire]({NEW})"),
        (f"{SITE}scie/\n{SITE}scie", f"{NEW}\n{NEW}"),
        (f"{SITE}scie-egoine/", f"{SITE}scie-egoine/"),
        (f"{SITE}scies", f"{SITE}scies"),
        (f"{SITE}scie/lame/", f"{SITE}scie/lame/"),
        (f"{SITE}scie.html", f"{SITE}scie.html"),
        (f"{SITE}scie%20b", f"{SITE}scie%20b"),
        ("https://other.example/scie/", "https://other.example/scie/"),
        ("/scie/", "/scie/"),
    ],
)
def test_the_old_address_is_replaced_and_what_begins_like_it_is_not(text: str, expected: str) -> None:
    assert with_new_address(text, OLD, NEW) == expected
    assert with_new_address(text, OLD.rstrip("/"), NEW) == expected


@pytest.mark.parametrize(
    ("old", "new", "text", "expected"),
    [
        (f"{SITE}été/", f"{SITE}hiver/", f"a {SITE}%C3%A9t%C3%A9/ b", f"a {SITE}hiver/ b"),
        (f"{SITE}%C3%A9t%C3%A9/", f"{SITE}hiver/", f"a {SITE}été/ b", f"a {SITE}hiver/ b"),
        (f"{SITE}a/", f"{SITE}été/", f"{SITE}a/ {SITE}a", f"{SITE}été/ {SITE}été/"),
        (f"{SITE}a.html", f"{SITE}a/", f"{SITE}a.html. {SITE}a.html#b", f"{SITE}a/. {SITE}a/#b"),
        (f"{SITE}a.html", f"{SITE}a/", f"{SITE}a.htmlx {SITE}axhtml", f"{SITE}a.htmlx {SITE}axhtml"),
        (f"{SITE}a/", f"{SITE}a/b/", f"{SITE}a/ {SITE}a/b/", f"{SITE}a/b/ {SITE}a/b/"),
        (f"{SITE}?p=1", f"{SITE}a/", f"{SITE}?p=1 {SITE}?p=12 {SITE}?p=1&x=2", f"{SITE}a/ {SITE}?p=12 {SITE}?p=1&x=2"),
        (f"{SITE}a/", rf"{SITE}\1\n/", f"{SITE}a/", rf"{SITE}\1\n/"),
        ("", f"{SITE}a/", "a text", "a text"),
        (f"{SITE}a/", f"{SITE}a/", f"{SITE}a", f"{SITE}a"),
    ],
)
def test_addresses_of_all_kinds(old: str, new: str, text: str, expected: str) -> None:
    assert with_new_address(text, old, new) == expected


def test_nothing_is_left_of_the_old_address_after_a_second_time() -> None:
    once = with_new_address(f"{OLD} {OLD.rstrip('/')}", OLD, NEW)
    assert with_new_address(once, OLD, NEW) == once == f"{NEW} {NEW}"
