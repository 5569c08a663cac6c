from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from postgres import Postgres, postgres
from sharekit.errors import ConfigError
from sharekit.list.csvfile import Wrong, decoded, read_subscribers, write_subscribers
from sharekit.list.database import open_database
from sharekit.list.letter import Tokens
from sharekit.list.signups import Signup, Signups
from sharekit.list.subscribers import Subscriber, Subscribers
from sharekit.text.addresses import read_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["postgres"]

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def subscribers(request: pytest.FixtureRequest, tmp_path: Path, postgres: Postgres) -> Iterator[Subscribers]:
    url = "sqlite:///readers.sqlite" if request.param == "sqlite" else postgres.database()
    engine = open_database(url, root=tmp_path)
    yield Subscribers(engine)
    engine.dispose()


def add(subscribers: Subscribers, *addresses: str, **more: Any) -> dict[str, int]:
    return subscribers.add([Subscriber(address=each, **more) for each in addresses], at=NOW)


def test_readers_come_once(subscribers: Subscribers) -> None:
    assert add(subscribers, "zoe@blog.example", "ZOE@blog.example", "max@blog.example")["added"] == 2
    assert add(subscribers, "Zoe@Blog.example") == {"added": 0, "known": 1, "unsubscribed": 0, "erased": 0}
    assert subscribers.counts() == {"active": 2, "pending": 0, "unsubscribed": 0, "suppressed": 0}


def test_an_import_subscribes_nobody_again(subscribers: Subscribers) -> None:
    add(subscribers, "zoe@blog.example", "max@blog.example")
    assert subscribers.leave(read_address("zoe@blog.example"), "unsubscribed", reason="link", at=NOW)
    assert subscribers.erase(read_address("max@blog.example"))
    assert add(subscribers, "zoe@blog.example", "max@blog.example") == {
        "added": 0, "known": 0, "unsubscribed": 1, "erased": 1,
    }  # fmt: skip
    assert subscribers.count() == 0
    assert not subscribers.erase(read_address("nobody@blog.example"))


def test_tags_choose(subscribers: Subscribers) -> None:
    add(subscribers, "a@x.example", tags=("blog", "fr"))
    add(subscribers, "b@x.example", tags=("blog_", "50%"))
    assert subscribers.count(tags=["blog"]) == 1
    assert subscribers.count(tags=["fr", "50%"]) == 2
    assert subscribers.count(tags=["5_%"]) == 0
    assert [reader.tags for reader in subscribers.each()] == [("blog", "fr"), ("blog_", "50%")]


def test_many_are_read_in_pages(subscribers: Subscribers) -> None:
    add(subscribers, *(f"r{number}@x.example" for number in range(1203)))
    assert len({reader.address for reader in subscribers.each()}) == 1203


def test_csv_there_and_back(subscribers: Subscribers) -> None:
    add(subscribers, "a@x.example", tags=("un, deux".replace(",", ""),), consent="=HYPERLINK(1)", language="fr")
    file = io.StringIO()
    write_subscribers(subscribers.each(), file)
    assert "'=HYPERLINK" in file.getvalue()
    (back,) = read_subscribers(io.StringIO(file.getvalue()), [])
    assert (back.address, back.consent, back.language) == ("a@x.example", "=HYPERLINK(1)", "fr")


@pytest.mark.parametrize(
    ("head", "line", "state"),
    [
        ("Email Address,First Name,OPTIN_TIME", "a@x.example,A,2024-01-02 03:04:05", "active"),
        ("email,name,status", "a@x.example,A,blocklisted", "suppressed"),
        ("email_address,type,tags", 'a@x.example,unactivated,"one,two"', "pending"),
        ("email,subscriber_type", "a@x.example,premium", "active"),
        ("email,subscriber_type", "a@x.example,complained", "suppressed"),
        ("email,subscriber_type", "a@x.example,paused", "unsubscribed"),
        (
            "uuid,email,name,attributes,status,created_at,updated_at",
            "u,a@x.example,A,{},enabled,2024-01-01,2024-01-01",
            "active",
        ),
        (
            "uuid,email,name,attributes,status,created_at,updated_at",
            "u,a@x.example,A,{},disabled,2024-01-01,",
            "unsubscribed",
        ),
        ("CONTACT ID;EMAIL;EMAIL_BLACKLISTED", "1;a@x.example;true", "suppressed"),
        ("CONTACT ID;EMAIL;Email blocklisted", "1;a@x.example;No", "active"),
        ("email;Statut", "a@x.example;Désabonné", "unsubscribed"),
        ("email,subscribed", "a@x.example,f", "unsubscribed"),
        ("Email Address,OPTIN_TIME,UNSUB_TIME,UNSUB_REASON", "a@x.example,2024-01-02,2025-01-02,NORMAL", "unsubscribed"),
        ("Email Address,OPTIN_TIME,CLEAN_TIME", "a@x.example,2024-01-02,2025-01-02", "suppressed"),
        ("id,email,name,note,subscribed_to_emails,deleted_at", "1,a@x.example,A,,true,2025-01-01", "unsubscribed"),
        ("email,active_subscription,plan,email_disabled", "a@x.example,true,paid,true", "unsubscribed"),
    ],
)
def test_what_others_export_is_understood(head: str, line: str, state: str) -> None:
    (found,) = read_subscribers(io.StringIO(f"\ufeff{head}\n{line}\n"), [], consent="form")
    assert found.state == state
    assert found.consent


@pytest.mark.parametrize(
    ("encoding", "delimiter", "bom"),
    [
        ("utf-8", ",", ""),
        ("utf-8", ";", "\ufeff"),
        ("cp1252", ";", ""),
        ("utf-16-le", "\t", "\ufeff"),
        ("utf-16-be", "\t", "\ufeff"),
        ("utf-16-le", "\t", ""),
        ("utf-16-be", ";", ""),
        ("cp1252", ";", "sep=;\r\n"),
    ],
)
def test_spreadsheets_have_their_own_signs_and_encodings(encoding: str, delimiter: str, bom: str) -> None:
    text = f"{bom}E-mail{delimiter}Prénom\r\nlea@blog.example{delimiter}Léa\r\n"
    (found,) = read_subscribers(decoded(text.encode(encoding)), [], consent="form")
    assert found.address == "lea@blog.example"


@pytest.mark.parametrize(
    ("head", "line", "state"),
    [
        (
            "Email Address,OPTIN_TIME,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE",
            "a@x.example,2024-01-01,2025-03-01,May",
            "unsubscribed",
        ),
        ("Email Address,OPTIN_TIME,CLEAN_TIME", "a@x.example,2024-01-01,2025-03-01", "suppressed"),
        ("email,subscribed_to_emails,deleted_at", "a@x.example,true,", "active"),
        ("email,subscribed_to_emails,deleted_at", "a@x.example,false,", "unsubscribed"),
        ("email,subscribed_to_emails,deleted_at", "a@x.example,true,2025-03-01", "unsubscribed"),
        ("email,email_disabled", "a@x.example,true", "unsubscribed"),
        ("email,email_disabled", "a@x.example,false", "active"),
        ("email,status,UNSUB_TIME", "a@x.example,cleaned,2025-03-01", "suppressed"),
        # listmonk and MailPoet tell of the person and of the subscription apart.
        ("email,status,subscription_status", "a@x.example,enabled,unsubscribed", "unsubscribed"),
        ("Email,Global status,List status", "a@x.example,unsubscribed,subscribed", "unsubscribed"),
        ("email,status,subscription_status", "a@x.example,enabled,confirmed", "active"),
        ("email,status,subscription_status", "a@x.example,enabled,unconfirmed", "pending"),
        # Buttondown, MailerLite, Mailjet, Shopify, Brevo, Kit, Substack's page of subscribers, Ghost.
        ("email_address,type,unsubscription_date,unsubscription_reason", "a@x.example,regular,2025-03-01,x", "unsubscribed"),
        ("email_address,type,undeliverability_date", "a@x.example,regular,2025-03-01", "suppressed"),
        ("Subscriber,Status,Unsubscribed", "a@x.example,active,2025-03-01 10:00", "unsubscribed"),
        ("Subscriber,Status,Unsubscribed", "a@x.example,active,", "active"),
        ("Email,IsExcludedFromCampaigns", "a@x.example,True", "unsubscribed"),
        ("Email,Accepts Email Marketing", "a@x.example,no", "unsubscribed"),
        ("CONTACT ID;EMAIL;OPT_IN", "1;a@x.example;No", "unsubscribed"),
        ("Email,Status", "a@x.example,Cancelled", "unsubscribed"),
        ("Email,Type,Start date", "a@x.example,Comp,2025-03-01", "active"),
        ("email,abonné", "a@x.example,non", "unsubscribed"),
        ("email,abonniert", "a@x.example,ja", "active"),
        ("email,newsletter_consent_date", "a@x.example,2025-03-01", "active"),
        ("email,subscribed_to_emails,labels,unsubscribe_url", "a@x.example,true,vip,https://x.example/u", "active"),
        ("Subscriber,Status,Subscribed,Unsubscribed", "a@x.example,active,2025-03-01 10:00,", "active"),
        ("Subscriber,Subscribed,Unsubscribed", "a@x.example,1/3/2025,2/4/2025", "unsubscribed"),
        ("Email,Type,Emails disabled", "a@x.example,Free,yes", "unsubscribed"),
        ("Email Address,Unsubscribed On", "a@x.example,2025-03-01", "unsubscribed"),
        ("E-Mail;Status", "a@x.example;Abgemeldet", "unsubscribed"),
        ("E-Mail;Status", "a@x.example;Bestätigt", "active"),
        ("Correo electrónico;Estado", "a@x.example;Dado de baja", "unsubscribed"),
        ("email;Désinscrit", "a@x.example;oui", "unsubscribed"),
        ("email;Date de désabonnement", "a@x.example;01/02/2025", "unsubscribed"),
        ("ID CONTACT;EMAIL;EMAIL_BLACKLISTÉ", "1;a@x.example;Oui", "suppressed"),
        ("email;Actif", "a@x.example;Non", "unsubscribed"),
        ("email;Bestätigt", "a@x.example;nein", "pending"),
        ("email,Email marketing", "a@x.example,Not subscribed", "unsubscribed"),
        ("email,consent", "a@x.example,withdrawn", "unsubscribed"),
        ("email,unsubscribed_at,bounced_at", "a@x.example,null,NULL", "active"),
        ("email,unsubscribed_at,bounced_at", r"a@x.example,2024-01-01T00:00:00Z,\N", "unsubscribed"),
        ("email,deleted_at", "a@x.example,0000-00-00 00:00:00", "active"),
    ],
)
def test_whoever_left_elsewhere_is_not_active_here(head: str, line: str, state: str) -> None:
    (found,) = read_subscribers(io.StringIO(f"{head}\n{line}\n"), [])
    assert found.state == state


def test_what_spreadsheets_add_is_no_line_and_a_wrong_one_is_where_it_begins() -> None:
    text = '\n  \nemail;note\n"Zoé <zoe@x.example>";"two\nlines"\n"bad";"two\nlines"\n;\n  ;  \n'
    wrong: list[Wrong] = []
    (zoe,) = read_subscribers(io.StringIO(text), wrong)
    assert zoe.address == "zoe@x.example"
    assert wrong == [Wrong(6, "it has no @")]


def test_a_language_is_a_tag_or_none() -> None:
    text = "email,language\na@x.example,pt-BR\nb@x.example,Deutsch\nc@x.example, fr \n"
    assert [each.language for each in read_subscribers(io.StringIO(text), [])] == ["pt-BR", "", "fr"]


def test_who_did_not_consent_gets_no_letter() -> None:
    text = "email,consent\nlea@x.example,no\nzoe@x.example,a form\nanna@x.example,\nmax@x.example,  \n"
    found = read_subscribers(io.StringIO(text), [], consent="asked")
    assert [(each.state, each.consent) for each in found] == [
        ("unsubscribed", "no"),
        ("active", "a form"),
        ("active", "asked"),
        ("active", "asked"),
    ]


@pytest.mark.parametrize(
    "column",
    [
        "has opted out",
        "Email bounced",
        "désabonné",
        "is_blocked",
        "Payment status",
        "abgemeldet am",
        "newsletter_consent",
        "GDPR consent",
        "Email opt-in",
        "uitgeschreven",
        "Abmeldedatum",
        "Fecha de baja",
        "Kündigung",
        "Leave date",
        "Do not email",
        "Hard bounce",
        "Newsletter",
        "Cancelled",
    ],
)
def test_a_column_that_may_tell_who_left_stops_the_import(column: str) -> None:
    with pytest.raises(ConfigError, match="may tell who left"):
        list(read_subscribers(io.StringIO(f"email,{column}\na@x.example,1\n"), []))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("exports/nonsubscribed_email_audience_export_1a2b.csv", "unsubscribed"),
        ("unsubscribed_members_export_1a2b.csv", "unsubscribed"),
        ("cleaned_members_export.csv", "suppressed"),
        ("subscribed_email_audience_export.csv", "active"),
        ("cleanedup.csv", "active"),
    ],
)
def test_mailchimp_names_its_files_by_their_state(name: str, state: str) -> None:
    (found,) = read_subscribers(io.StringIO("Email Address,First Name\na@x.example,A\n"), [], name=name)
    assert found.state == state


@pytest.mark.parametrize(
    "text",
    [
        '"Nom, prénom";"Adresse e-mail"\n"Roy, Léa";a@x.example\n',
        "E-Mail-Adresse|Vorname\na@x.example|A\n",
        "Correo electrónico\na@x.example\n",
    ],
)
def test_the_sign_between_columns_is_the_one_that_makes_a_column_of_addresses(text: str) -> None:
    (found,) = read_subscribers(io.StringIO(text), [])
    assert found.address == "a@x.example"


def test_a_later_file_takes_people_off_and_never_back(subscribers: Subscribers) -> None:
    add(subscribers, "zoe@blog.example", "max@blog.example")
    assert add(subscribers, "zoe@blog.example", state="unsubscribed")["unsubscribed"] == 1
    assert add(subscribers, "max@blog.example", state="suppressed")["unsubscribed"] == 1
    add(subscribers, "zoe@blog.example", "max@blog.example")
    assert subscribers.counts() == {"active": 0, "pending": 0, "unsubscribed": 1, "suppressed": 1}


def test_whoever_asks_again_comes_back_with_a_new_consent(subscribers: Subscribers) -> None:
    zoe, max_ = "zoe@blog.example", "max@blog.example"
    assert subscribers.subscribe(Subscriber(address=zoe), at=NOW) == "added"
    subscribers.leave(read_address(zoe), "unsubscribed", reason="link", at=NOW)
    assert subscribers.subscribe(Subscriber(address=zoe), at=NOW) == "unsubscribed"
    assert subscribers.subscribe(Subscriber(address=zoe, consent="asked by mail again"), at=NOW) == "back"
    assert subscribers.subscribe(Subscriber(address=zoe, consent="and again"), at=NOW) == "known"
    add(subscribers, max_)
    subscribers.erase(read_address(max_))
    assert subscribers.subscribe(Subscriber(address=max_, consent="asked"), at=NOW) == "back"
    subscribers.leave(read_address(max_), "suppressed", reason="550 5.1.1", at=NOW)
    assert subscribers.subscribe(Subscriber(address=max_, consent="asked"), at=NOW) == "unsubscribed"
    assert [each.consent for each in subscribers.each()] == ["asked by mail again", "asked"]


def test_the_last_word_of_two_columns_is_the_one_that_is_further_away() -> None:
    (found,) = read_subscribers(io.StringIO("email,status,clean_time\na@x.example,subscribed,2024-01-01\n"), [])
    assert found.state == "suppressed"


def test_one_subscriber_is_found_changed_and_leaves(subscribers: Subscribers) -> None:
    add(subscribers, "zoe@blog.example", tags=("a", "b"))
    zoe = subscribers.find(read_address("Zoe@Blog.example"))
    assert zoe is not None
    assert subscribers.edit(zoe.id, language="de", tags=["b", "c"])
    found = subscribers.find(zoe.id)
    assert found is not None
    assert (found.language, found.tags, found.state, found.changed_at) == ("de", ("b", "c"), "active", zoe.changed_at)
    assert subscribers.edit(zoe.id)
    assert subscribers.find(zoe.id) == found
    with pytest.raises(ValueError, match="comma"):
        subscribers.edit(zoe.id, tags=["a,b"])
    assert subscribers.leave(zoe.id, reason="link", at=NOW)
    assert not subscribers.leave(zoe.id, reason="again", at=NOW)
    assert subscribers.leave(zoe.id, "suppressed", reason="complaint", at=NOW, sent=NOW)
    assert not subscribers.leave(zoe.id, reason="again", at=NOW)
    found = subscribers.find(zoe.id)
    assert found is not None
    assert (found.state, found.reason) == ("suppressed", "complaint")
    assert subscribers.find(zoe.id + 1) is None
    assert not subscribers.edit(zoe.id + 1, language="fr")


def test_what_is_older_than_their_confirmation_undoes_nothing(subscribers: Subscribers) -> None:
    signups, zoe = Signups(subscribers.engine), read_address("zoe@blog.example")
    assert signups.ask([Signup(address=zoe, language="fr", client="192.0.2.1", text="yes")], at=NOW) == 1
    found = subscribers.find(zoe)
    assert found is not None
    assert signups.confirm(found.id, int(NOW.timestamp()), client="192.0.2.1", at=NOW)
    before = NOW - timedelta(days=1)
    assert not subscribers.leave(found.id, reason="old", at=NOW, sent=before)
    assert not subscribers.leave(found.id, "suppressed", reason="old", at=NOW, sent=before)
    assert subscribers.leave(found.id, reason="new", at=NOW, sent=NOW)


def test_whoever_was_erased_signs_up_as_anybody_and_is_erased_with_it(subscribers: Subscribers) -> None:
    signups, zoe = Signups(subscribers.engine), read_address("zoe@blog.example")
    add(subscribers, zoe.text)
    subscribers.erase(zoe)
    signup = Signup(address=zoe, language="fr", client="192.0.2.1", text="yes")
    assert signups.ask([signup], at=NOW) == 1
    subscribers.erase(zoe)
    assert signups.waiting() == []
    assert signups.ask([signup], at=NOW) == 1
    found = subscribers.find(zoe)
    assert found is not None
    assert signups.confirm(found.id, int(NOW.timestamp()), client="192.0.2.1", at=NOW)
    assert add(subscribers, zoe.text)["erased"] == 0
    assert subscribers.count() == 1


def test_wrong_lines_are_named_and_the_others_are_read() -> None:
    text, wrong = "email,status\nno address,active\na@x.example,odd\nb@x.example,active\n", list[Wrong]()
    assert [each.address for each in read_subscribers(io.StringIO(text), wrong)] == ["b@x.example"]
    assert [each.line for each in wrong] == [2, 3]


def test_a_file_without_addresses_is_refused() -> None:
    with pytest.raises(ConfigError, match="no column of addresses"):
        list(read_subscribers(io.StringIO("name,age\nzoe,3\n"), []))


def test_links_are_nobody_elses() -> None:
    links = Tokens(environment={"SHAREKIT_SECRET": "s" * 48})
    others = Tokens(environment={"SHAREKIT_SECRET": "t" * 48})
    token = links.token(17)
    assert links.read(token) == 17
    assert links.token(17) == token
    assert others.read(token) is None
    assert links.read(token.replace("17", "18", 1)) is None
    assert links.read("") is None
    with pytest.raises(ConfigError, match="too short"):
        Tokens(environment={"SHAREKIT_SECRET": "short"})


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    engine = open_database("sqlite:///readers.sqlite", root=tmp_path)
    Subscribers(engine)
    engine.dispose()
    assert (tmp_path / "readers.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("url", ["mysql://root:hush@host/db", "readers.csv", "sqlite://", ""])
def test_a_url_that_is_none_is_told_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        open_database(url, root=tmp_path)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("head", "cells", "state"),
    [
        ("opted_in", "false", "unsubscribed"),
        ("Opted-In", "No", "unsubscribed"),
        ("is_active", "0", "unsubscribed"),
        ("is_active", "1", "active"),
        ("Is Confirmed", "0", "pending"),
        ("confirmed", "2024-01-02 10:00:00", "active"),
        ("is_active,confirmed", "0,0", "unsubscribed"),
        ("EMAIL_BLACKLIST,SMS_BLACKLIST", "1,0", "suppressed"),
        ("EMAIL_BLACKLIST,SMS_BLACKLIST", "0,1", "active"),
        ("Email subscribed,Email unsubscribed", "no,yes", "unsubscribed"),
        ("global_status,list-status", "subscribed,unsubscribed", "unsubscribed"),
        ("bounced", "yes", "suppressed"),
        ("unsubscribe_reason,undeliverability reason", "boring,none", "active"),
        ("gdpr_consent_at", "2024-01-02", "active"),
    ],
)
def test_a_column_tells_who_left_however_its_words_are_joined(head: str, cells: str, state: str) -> None:
    (found,) = read_subscribers(decoded(f"email,{head}\nzoe@blog.example,{cells}\n".encode()), [])
    assert found.state == state
