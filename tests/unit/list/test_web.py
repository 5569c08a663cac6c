"""The pages of the list, as browsers, mail programs, scanners and floods meet them."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from list_service import ListService, open_service
from servers.smtp import SmtpServer
from sharekit.errors import LedgerUnavailable
from sharekit.list.connection import Lost
from sharekit.list.subscribers import Subscriber
from sharekit.text.addresses import read_address

if TYPE_CHECKING:
    from pathlib import Path

ZOE = "zoe@lecteur.example"
# What every answer has, whatever it is.
KEPT = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
}


@pytest.fixture
def site(tmp_path: Path) -> ListService:
    return open_service(tmp_path)


def state(site: ListService, address: str = ZOE) -> str | None:
    found = site.subscribers.find(read_address(address))
    return found.state if found else None


def subscribed(site: ListService, **more: str) -> str:
    """A subscriber; the path of their link."""
    site.subscribers.add([Subscriber(address=ZOE, **more)], at=datetime.now(UTC))  # type: ignore[arg-type]  # fields by name
    found = site.subscribers.find(read_address(ZOE))
    assert found is not None
    return f"/leave/{site.tokens.token(found.id)}"


def confirmation(site: ListService) -> str:
    """The path of the link in the letter that waits."""
    (waiting,) = site.signups.waiting()
    text = site.confirmations.message(waiting).decode().replace("=\r\n", "")
    found = re.search(r"https://letter\.blog\.example(/confirm/\S+)", text)
    assert found is not None
    return found[1].replace("=3D", "=")


def test_a_get_shows_and_only_a_post_unsubscribes(site: ListService) -> None:
    link = subscribed(site, language="fr")
    shown = site.client.get(link)
    assert shown.status_code == 200
    assert '<html lang="fr">' in shown.text
    assert "Se désabonner" in shown.text
    assert site.client.head(link).status_code == 200
    assert state(site) == "active"
    done = site.client.post(link)
    assert "Vous êtes désabonné" in done.text
    assert state(site) == "unsubscribed"
    assert "Vous êtes désabonné" in site.client.get(link).text


@pytest.mark.parametrize("kind", ["urlencoded", "multipart", "nothing"])
def test_one_click_needs_no_cookie_and_no_question(site: ListService, kind: str) -> None:
    link = subscribed(site)
    fields = {"List-Unsubscribe": "One-Click"}
    if kind == "multipart":
        done = site.client.post(link, files={name: (None, value) for name, value in fields.items()})
    else:
        done = site.client.post(link, data=fields if kind == "urlencoded" else None)
    assert done.status_code == 200
    assert "set-cookie" not in done.headers
    assert state(site) == "unsubscribed"
    assert site.client.post(link).status_code == 200


@pytest.mark.parametrize(
    "token", ["1", "1.", "1.AAAA", "2.{rest}", "{cut}", "{whole}x", "é", "1" * 4000, "../1", "%00", "-1.x"]
)
def test_forged_and_cut_tokens_are_nobodys(site: ListService, token: str) -> None:
    whole = subscribed(site).rpartition("/")[2]
    made = token.format(rest=whole.partition(".")[2], cut=whole[:-1], whole=whole)
    for answer in (site.client.get(f"/leave/{made}"), site.client.post(f"/leave/{made}")):
        assert answer.status_code == 404
    assert state(site) == "active"


def test_a_token_for_one_thing_is_none_for_another(site: ListService) -> None:
    whole = subscribed(site).rpartition("/")[2]
    assert site.client.post(f"/confirm/{whole}").status_code == 404
    site.client.post("/subscribe", data={"email": "max@x.example"})
    assert site.client.post(confirmation(site).replace("/confirm/", "/leave/")).status_code == 404


def test_whoever_is_forgotten_is_told_the_same(site: ListService) -> None:
    link = subscribed(site)
    site.subscribers.erase(read_address(ZOE))
    assert site.client.post(link).status_code == 200
    assert site.client.get(link).status_code == 200


def test_preferences_change_language_and_choice_and_nothing_else(site: ListService) -> None:
    link = subscribed(site, language="fr")
    done = site.client.post(f"{link}/preferences", data={"language": "de", "choice": "digest"})
    assert "Gespeichert" in done.text
    found = site.subscribers.find(read_address(ZOE))
    assert found is not None
    assert (found.language, found.tags, found.state) == ("de", ("digest",), "active")
    assert site.client.post(f"{link}/preferences", data={"language": "xx", "choice": "admin"}).status_code == 200
    site.client.post(f"{link}/preferences", data={"choice": "each"})
    found = site.subscribers.find(read_address(ZOE))
    assert found is not None
    assert (found.language, found.tags) == ("de", ("each",))


def test_a_sign_up_is_pending_until_its_letter_is_confirmed_by_a_post(site: ListService) -> None:
    asked = site.client.post("/subscribe", data={"email": ZOE, "language": "fr", "choice": "digest"})
    assert asked.status_code == 200
    assert "Consultez" in asked.text
    assert state(site) == "pending"
    assert site.subscribers.count() == 0
    link = confirmation(site)
    assert site.client.get(link).status_code == 200
    assert state(site) == "pending"
    assert "Vous êtes abonné" in site.client.post(link).text
    found = site.subscribers.find(read_address(ZOE))
    assert found is not None
    assert (found.state, found.language, found.tags) == ("active", "fr", ("digest",))
    assert re.search(r"confirmed 20\S+ from testclient; signed up 20\S+ from testclient: “Je souhaite", found.consent)
    # The same link again, as a person clicks twice.
    assert site.client.post(link).status_code == 200


def test_who_left_comes_back_by_their_own_confirmation_alone(site: ListService) -> None:
    leave = subscribed(site)
    site.client.post(leave)
    site.client.post("/subscribe", data={"email": ZOE})
    assert state(site) == "unsubscribed"
    link = confirmation(site)
    site.client.post(link)
    assert state(site) == "active"
    site.client.post(leave)
    again = site.client.post(link)
    assert again.status_code == 410
    assert state(site) == "unsubscribed"


def test_a_confirmation_is_valid_for_a_week(site: ListService) -> None:
    from sharekit.list.signups import VALID, Signup

    before = datetime.now(UTC) - timedelta(seconds=VALID + 60)
    signup = Signup(address=read_address(ZOE), language="fr", client="192.0.2.1", text="yes")
    assert site.signups.ask([signup], at=before) == 1
    assert site.client.post(confirmation(site)).status_code == 410
    assert state(site) == "pending"
    assert site.signups.forget(at=datetime.now(UTC)) == 1
    assert state(site) is None


def test_the_answer_is_the_same_for_every_address(site: ListService) -> None:
    subscribed(site)
    complained = read_address("cross@lecteur.example")
    site.subscribers.add([Subscriber(address=complained.text)], at=datetime.now(UTC))
    site.subscribers.leave(complained, "suppressed", reason="complaint", at=datetime.now(UTC))
    answers = [
        site.client.post("/subscribe", data={"email": each})
        for each in (ZOE, ZOE, "new@lecteur.example", complained.text, "  NEW@lecteur.example ")
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    # And who complained gets no letter, not even one to confirm.
    assert sorted(each.address for each in site.signups.waiting()) == ["new@lecteur.example", ZOE]


def test_ten_thousand_sign_ups_for_one_address_are_one_letter(tmp_path: Path) -> None:
    site = open_service(tmp_path, per_client="100000/h", rate="100000/h")
    from sharekit.list.signups import Signup

    at = datetime.now(UTC)
    signup = Signup(address=read_address(ZOE), language="fr", client="192.0.2.1", text="yes")
    letters = [site.signups.ask([signup], at=at + timedelta(seconds=number)) for number in range(0, 7200, 60)]
    # The second one has to wait for a quarter of an hour, the third for an hour.
    assert [number for number, sent in enumerate(letters) if sent] == [0, 15, 75]


def test_a_client_that_signs_up_too_often_has_to_wait_and_others_do_not(tmp_path: Path) -> None:
    site = open_service(tmp_path, per_client="3/h")
    flood = [site.client.post("/subscribe", data={"email": f"r{number}@x.example"}) for number in range(5)]
    assert [each.status_code for each in flood] == [200, 200, 200, 429, 429]
    assert int(flood[-1].headers["retry-after"]) > 0
    assert state(site, "r4@x.example") is None
    other = TestClient(site.app, client=("2001:db8::7", 1))
    assert other.post("/subscribe", data={"email": ZOE}).status_code == 200


def test_one_network_of_ipv6_is_one_client(tmp_path: Path) -> None:
    site = open_service(tmp_path, per_client="1/h")
    codes = [
        TestClient(site.app, client=(f"2001:db8::{number}", 1)).post("/subscribe", data={"email": ZOE}).status_code
        for number in (1, 2)
    ]
    assert codes == [200, 429]


def test_all_clients_together_have_a_limit(tmp_path: Path) -> None:
    site = open_service(tmp_path, rate="2/h")
    codes = [
        TestClient(site.app, client=(f"192.0.2.{number}", 1)).post("/subscribe", data={"email": ZOE}).status_code
        for number in range(3)
    ]
    assert codes == [200, 200, 429]


def test_a_program_that_fills_the_hidden_field_is_told_nothing(site: ListService) -> None:
    answer = site.client.post("/subscribe", data={"email": ZOE, "website": "https://spam.example"})
    assert answer.content == site.client.post("/subscribe", data={"email": "b@x.example"}).content
    assert state(site) is None


@pytest.mark.parametrize(
    "email", ["", "zoe", "zoe@x", "a\r\nBcc: b@x.example", "<script>alert(1)</script>@x.example", "\x00@x.example"]
)
def test_what_is_no_address_is_named_and_shown_as_text(site: ListService, email: str) -> None:
    answer = site.client.post("/subscribe", data={"email": email})
    assert answer.status_code == 422
    assert "<script" not in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert site.subscribers.counts()["pending"] == 0


def test_forms_that_are_none(site: ListService) -> None:
    post = site.client.post
    assert post("/subscribe", json={"email": ZOE}).status_code == 415
    assert post("/subscribe", data={"email": ZOE, "x": "y" * 9000}).status_code == 413
    assert post("/subscribe", data={f"f{number}": "" for number in range(30)}).status_code == 422
    assert (
        post("/subscribe", content=b"\xff\xfe", headers={"content-type": "application/x-www-form-urlencoded"}).status_code
        == 422
    )
    other = site.client.put("/subscribe")
    assert (other.status_code, other.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("page", ["subscribe", "leave/x", "nothing", "theirs", "health", "openapi.json", "", "broken"])
def test_every_answer_has_the_headers_that_keep_it_to_itself(
    site: ListService, monkeypatch: pytest.MonkeyPatch, page: str, method: str
) -> None:
    path = subscribed(site) if page in ("theirs", "broken") else f"/{page}"
    if page == "broken":  # by an error that nobody thought of
        monkeypatch.setattr(site.subscribers, "find", None)
    answer = site.client.request(method, path, follow_redirects=False)
    assert page != "broken" or answer.status_code in (405, 500)
    assert {name: answer.headers.get(name) for name in KEPT} == KEPT
    policy = answer.headers["content-security-policy"]
    assert re.fullmatch(
        "style-src 'sha256-[^']+'; default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'", policy
    )
    allowed = answer.headers["permissions-policy"].split(", ")
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(allowed)
    assert all(each.endswith("=()") for each in allowed)
    assert not {"server", "set-cookie", "access-control-allow-origin"} & set(answer.headers)


@pytest.mark.parametrize(
    ("page", "kind", "name"),
    [
        ("subscribe", "text/html; charset=utf-8", None),
        ("nothing", "text/html; charset=utf-8", None),
        ("metrics", "text/plain; version=0.0.4; charset=utf-8", None),
        ("health", "application/json", 'attachment; filename="api.json"'),
        ("openapi.json", "application/json", 'attachment; filename="api.json"'),
    ],
)
def test_every_answer_says_what_it_is(site: ListService, page: str, kind: str, name: str | None) -> None:
    headers = TestClient(site.app, client=("127.0.0.1", 1)).get(f"/{page}").headers
    assert (headers["content-type"], headers.get("content-disposition")) == (kind, name)


SQL = "x'); DROP TABLE sharekit_subscribers; --"


def test_what_looks_like_sql_is_text(site: ListService) -> None:
    link = subscribed(site, language="fr")
    assert (
        site.client.post("/subscribe", data={"email": "o'br--ien@x.example", "language": SQL, "choice": SQL}).status_code
        == 200
    )
    assert state(site, "o'br--ien@x.example") == "pending"
    assert site.client.post("/subscribe", data={"email": f"{SQL}@x.example"}).status_code == 422
    assert site.client.post(f"{link}/preferences", data={"language": SQL, "choice": SQL}).status_code == 200
    assert site.client.get("/leave/1' OR '1'='1").status_code == 404
    found = site.subscribers.find(read_address(ZOE))
    assert found is not None
    assert (found.language, found.tags, found.state) == ("fr", (), "active")


def test_the_style_sheet_is_the_one_that_the_policy_allows(site: ListService) -> None:
    import base64
    import hashlib

    answer = site.client.get("/subscribe")
    style = answer.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


def test_the_language_is_that_of_the_link_then_of_the_browser_then_of_the_blog(site: ListService) -> None:
    def lang(path: str, accepted: str) -> str:
        return re.search('<html lang="(..)"', site.client.get(path, headers={"accept-language": accepted}).text)[1]  # type: ignore[index]  # each page has it

    assert lang("/subscribe?language=it", "de") == "it"
    assert lang("/subscribe", "de-AT,de;q=0.9,en;q=0.8") == "de"
    assert lang("/subscribe", "ja") == "fr"
    assert lang(subscribed(site, language="nl"), "de") == "nl"


def test_the_log_has_neither_addresses_nor_tokens(site: ListService) -> None:
    link = subscribed(site)
    site.client.get(link)
    site.client.post("/subscribe", data={"email": "max@x.example"})
    lines = [json.loads(line) for line in site.log]
    assert [(line["page"], line["status"]) for line in lines] == [("leave_page", 200), ("subscribe", 200)]
    assert not re.search(r"@|testclient|leave/", "\n".join(site.log))


def test_health_and_metrics(site: ListService) -> None:
    subscribed(site)
    assert site.client.get("/health").json() == {"status": "ok"}
    near = TestClient(site.app, client=("127.0.0.1", 1))
    text = near.get("/metrics").text
    assert 'sharekit_subscribers{state="active"} 1\n' in text
    assert 'sharekit_requests_total{page="health",method="GET",status="200"} 1\n' in text
    assert "sharekit_letters{" not in text
    assert site.client.get("/metrics").status_code == 404
    assert near.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 404


def test_a_database_that_is_away_is_503_and_names_nothing(site: ListService, monkeypatch: pytest.MonkeyPatch) -> None:
    link = subscribed(site)

    def away(*_arguments: object, **_named: object) -> bool:
        raise LedgerUnavailable("the subscribers' database failed: database is locked")

    monkeypatch.setattr(site.subscribers, "leave", away)
    answer = site.client.post(link)
    assert answer.status_code == 503
    assert "locked" not in answer.text
    assert int(answer.headers["retry-after"]) > 0


def test_a_database_that_another_program_keeps_is_503_and_works_again(tmp_path: Path) -> None:
    site = open_service(tmp_path, patience=0.05)
    link = subscribed(site)
    other = sqlite3.connect(tmp_path / "list.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert site.client.post(link).status_code == 503
    assert site.client.post("/subscribe", data={"email": "max@x.example"}).status_code == 503
    # Reading waits for nobody.
    assert site.client.get(link).status_code == 200
    other.execute("ROLLBACK")
    other.close()
    assert site.client.post(link).status_code == 200
    assert state(site) == "unsubscribed"


def test_names_with_html_are_text(tmp_path: Path) -> None:
    site = open_service(tmp_path, title="<b>Blog</b> & Co", choices={"a": "<i>x</i>"})
    text = site.client.get("/subscribe").text
    assert "<b>Blog" not in text
    assert "<i>x" not in text
    assert "&lt;b&gt;Blog&lt;/b&gt; &amp; Co" in text


def test_the_description_has_the_paths_of_this_service(site: ListService) -> None:
    found = site.client.get("/openapi.json").json()
    assert "/leave/{token}" in found["paths"]
    assert found["openapi"].startswith("3.1")


def test_a_confirmation_can_be_read_by_everybody(site: ListService) -> None:
    from email import message_from_bytes, policy

    site.client.post("/subscribe", data={"email": ZOE, "language": "fr"})
    (waiting,) = site.signups.waiting()
    raw = site.confirmations.message(waiting)
    assert raw.endswith(b"\r\n.\r\n")
    assert max(map(len, raw.split(b"\r\n"))) < 998
    parsed = message_from_bytes(raw[:-3], policy=policy.default)
    assert parsed["to"] == ZOE
    assert parsed["subject"] == "À confirmer : Le Blog"
    assert parsed["auto-submitted"] == "auto-generated"
    assert "1, rue du Blog" in parsed.get_content()


def test_confirmations_wait_until_the_server_takes_them_and_are_sent_once(tmp_path: Path) -> None:
    answers = {"RCPT": "451 4.7.1 greylisted"}
    with SmtpServer(answer=lambda verb, to: answers.get(verb) if to.startswith("zoe") else None) as server:
        site = open_service(tmp_path, port=server.port)
        site.client.post("/subscribe", data={"email": ZOE})
        with pytest.raises(Lost, match="later"):
            site.confirmations.send_waiting()
        assert [each.address for each in site.signups.waiting()] == [ZOE]
        answers.clear()
        assert site.confirmations.send_waiting() == 1
        assert site.confirmations.send_waiting() == 0
    assert server.accepted == {ZOE: 1}


def test_addresses_that_the_server_does_not_take_now_keep_nobody_else_waiting(tmp_path: Path) -> None:
    def answer(verb: str, to: str) -> str | None:
        return "452 4.2.2 mailbox full" if verb == "RCPT" and to.startswith("full") else None

    with SmtpServer(answer=answer) as server:
        site = open_service(tmp_path, port=server.port, per_client="100/h")
        others = ["a@x.example", "b@x.example"]
        for email in [*(f"full{number}@x.example" for number in range(22)), *others]:
            site.client.post("/subscribe", data={"email": email})
        for _ in range(3):
            with pytest.raises(Lost, match="later"):
                site.confirmations.send_waiting()
    assert server.accepted == dict.fromkeys(others, 1)
    assert len(site.signups.waiting(most=50)) == 22


def test_an_address_that_does_not_exist_is_not_asked_again(tmp_path: Path) -> None:
    with SmtpServer(answer=lambda verb, to: "550 5.1.1 no" if verb == "RCPT" and to == ZOE else None) as server:
        site = open_service(tmp_path, port=server.port)
        for email in (ZOE, "max@x.example"):
            site.client.post("/subscribe", data={"email": email})
        assert site.confirmations.send_waiting() == 1
        assert site.signups.waiting() == []
    assert server.accepted == {"max@x.example": 1}


def test_many_at_once_are_one_sign_up_each(site: ListService) -> None:
    from sharekit.list.signups import Signup

    names = [f"r{number % 30}@x.example" for number in range(90)]
    signups = [Signup(address=read_address(each), language="fr", client="192.0.2.1", text="yes") for each in names]
    assert site.signups.ask(signups, at=datetime.now(UTC)) == 30
    assert site.signups.ask(signups, at=datetime.now(UTC)) == 0
    assert site.subscribers.counts()["pending"] == 30
