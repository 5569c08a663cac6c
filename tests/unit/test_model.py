from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.model import Post, Series, issue_key, post_id, share_key

MAY = datetime(2022, 5, 19, tzinfo=UTC)


def post(name: str) -> Post:
    return Post(id=name, url=f"https://blog.example/{name}/", title=name, published=MAY, body=lambda: "<p>…</p>")


@pytest.mark.parametrize(
    ("url", "declared", "expected"),
    [
        ("https://blog.example/2022/05/20/day-2/", None, "2022/05/20/day-2"),
        ("http://other.example/2022/05/20/day-2", None, "2022/05/20/day-2"),
        ("https://blog.example/2022/day-2/index.html", None, "2022/day-2"),
        ("https://blog.example/%C3%A9t%C3%A9/", None, "été"),
        ("https://blog.example/", None, "index"),
        ("https://blog.example/?p=12", None, "?p=12"),
        ("https://blog.example/a/", "urn:uuid:1", "urn:uuid:1"),
        ("https://blog.example/a/", "  ", "a"),
        ("https://blog.example/a/", 7, "a"),
    ],
)
def test_the_id_of_a_post(url: str, declared: object, expected: str) -> None:
    assert post_id(url, declared) == expected


@given(st.text(alphabet="abc/é-1", min_size=1))
def test_host_scheme_and_outer_slashes_never_change_the_id(path: str) -> None:
    assert post_id(f"https://a.example/{path}/") == post_id(f"http://b.example/{path.strip('/')}")


def test_content_is_read_only_when_it_is_asked_for() -> None:
    asked: list[str] = []

    def body() -> str:
        asked.append("body")
        return "<p>…</p>"

    made = Post(id="a", url="https://blog.example/a/", title="a", published=MAY, body=body)
    assert not asked
    assert made.html == "<p>…</p>"
    assert asked == ["body"]


def test_a_post_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        post("a").title = "b"  # type: ignore[misc]  # what is tested is that it is refused


def test_a_part_knows_its_place_and_what_is_announced() -> None:
    series = Series(
        name="S", language="en", evidence="body list", members=(post("a"), post("b")), announced=("c",), more=True
    )
    part = series.part("b")
    assert part is not None
    assert (part.position, part.total, part.more) == (2, 3, True)
    assert series.part("z") is None


def test_keys_name_acts_and_not_texts() -> None:
    assert share_key("2022/day-2", "x", "launch") == "share/2022/day-2/x/launch"
    assert issue_key("2022-06", "mailchimp") == "issue/2022-06/mailchimp"
