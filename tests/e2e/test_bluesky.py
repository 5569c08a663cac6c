"""The reference Bluesky server: a series as one thread, with cards, killed after every request and started again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from restarts import Deliveries, three_parts
from servers.pds import HANDLE, PASSWORD, Relay, call, running
from sharekit.counting.bluesky import length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

TRICKY = (
    "é",
    "e\u0301",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",  # a family
    "\U0001f1eb\U0001f1f7",  # a flag of two letters
    "1\ufe0f\u20e3",  # a keycap
    "\u2764\ufe0f",
    "\U0001f44d\U0001f3fd",  # with the colour of a skin
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # a flag of tags
    "ก็",
    "नि",
    "\u1112\u1161\u11ab",  # a syllable of three letters
    "\r\n",
    "\u200d",
    "ﷺ",
    "\u202bעברית\u202c",
    "Z\u0351\u036b\u0343",
)


@pytest.fixture(scope="module")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("pds")) as address:
        yield address


@pytest.fixture(scope="module")
def account(pds: str) -> dict[str, Any]:
    sent = {"handle": HANDLE, "password": PASSWORD, "email": "blog@blog.example"}
    return call(pds, "com.atproto.server.createAccount", json=sent)


def records(pds: str, account: dict[str, Any]) -> list[dict[str, Any]]:
    query = {"repo": account["did"], "collection": "app.bsky.feed.post", "limit": 100}
    found: list[dict[str, Any]] = call(pds, "com.atproto.repo.listRecords", params=query)["records"]
    return sorted(found, key=lambda each: each["value"]["createdAt"])


def test_three_parts_are_one_thread_of_three_posts_however_often_it_is_killed(
    pds: str, account: dict[str, Any], tmp_path: Path
) -> None:
    with Relay(pds) as relay:
        settings = f'handle = "{HANDLE}"\nservice = "{relay.url}"'
        more = f'image: "{relay.url}/pixel.png"\nalt: "Un pixel"\n'
        folder = three_parts(tmp_path / "blog", "bluesky", settings, more=more)
        deliveries = Deliveries(folder, {"SHAREKIT_BLUESKY_APP_PASSWORD": PASSWORD})
        deliveries.until_done(relay, lambda: len(records(pds, account)))
    assert deliveries.kills >= 7  # the sign-in, the picture, and for each part the record and the question for it
    found = records(pds, account)
    assert len(found) == 3
    assert deliveries.states() == ["delivered"] * 3
    first, second, third = found
    root = {"uri": first["uri"], "cid": first["cid"]}
    assert "reply" not in first["value"]
    assert second["value"]["reply"] == {"root": root, "parent": root}
    assert third["value"]["reply"] == {"root": root, "parent": {"uri": second["uri"], "cid": second["cid"]}}
    for number, record in enumerate(found, start=1):
        value = record["value"]
        data = value["text"].encode()
        selected = [data[each["index"]["byteStart"] : each["index"]["byteEnd"]].decode() for each in value["facets"]]
        assert selected == [f"https://blog.example/2026/11/jour-{number}/", "#Kubernetes"]
        external = value["embed"]["external"]
        assert external["title"] == f"Trois jours de conférence : jour {number}"
        assert external["description"] == f"Ce que je retiens du jour {number}."
        assert external["thumb"]["mimeType"] == "image/png"
        assert value["langs"] == ["fr"]


@pytest.mark.parametrize("unit", TRICKY, ids=ascii)
def test_the_server_counts_graphemes_as_we_do(pds: str, account: dict[str, Any], unit: str) -> None:
    measure = length
    text = unit
    while measure(text + unit) <= 300 and len((text + unit).encode()) <= 3000:
        text += unit
    assert _accepted(pds, account, text)
    over = text + unit if measure(text + unit) > 300 else text + "a" * (3001 - len(text.encode()))
    assert not _accepted(pds, account, over)


def _accepted(pds: str, account: dict[str, Any], text: str) -> bool:
    import httpx

    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-01T00:00:00.000Z"}
    body = {"repo": account["did"], "collection": "app.bsky.feed.post", "record": record, "validate": True}
    headers = {"authorization": f"Bearer {account['accessJwt']}"}
    answer = httpx.post(f"{pds}/xrpc/com.atproto.repo.createRecord", json=body, headers=headers, timeout=30)
    return answer.status_code == 200
