from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharekit.counting import Counter, too_long
from sharekit.counting.linkedin import escaped, unescaped
from sharekit.registry import counter_for

CHANNELS = ("x", "mastodon", "bluesky", "linkedin", "facebook", "threads", "chat")
URL = "https://blog.example.org/" + "a" * 100


@pytest.mark.parametrize(
    ("channel", "text", "length"),
    [
        ("mastodon", URL, 23),
        ("mastodon", "👩\u200d👩\u200d👧", 1),
        ("mastodon", "merci @zwindler@framapiaf.org !", 17),
        ("mastodon", "écrire à a@b.example", 20),
        ("mastodon", "(https://blog.example.org/b_(c))", 25),
        ("mastodon", "https://blog.example.org/a, https://blog.example.org/b.", 49),
        ("mastodon", "«https://blog.example.org/a»", 24),  # the closing one is of the address, there
        ("mastodon", "https://münchen.de/straße?q=ü", 23),
        ("mastodon", "blog.example.org", 16),
        ("mastodon", "http://localhost/a", 18),
        ("mastodon", "gemini://blog.example.org/", 23),
        ("mastodon", "ftp://blog.example.org/", 23),  # its own length
        ("mastodon", "https://blog.example/", 23),
        ("mastodon", f"https://{'a' * 64}.org/", 77),
        ("mastodon", "@a.b@host.example, @c@host.", 9),
        ("mastodon", "@a@host.example@c", 17),
        ("mastodon", "@été@host.example", 17),
        ("mastodon", "https://social.example/@a@host.example", 23),
        ("mastodon", "e\u0301\r\n", 2),
        ("mastodon", "\ud83d", 1),
        ("bluesky", "\ud83d", 1),
        ("bluesky", "\ud83d" * 1001, 1001),
        ("bluesky", URL, 125),
        ("bluesky", "👩\u200d👩\u200d👧é", 2),
        ("bluesky", "👩\u200d👩\u200d👧" * 200, 301),  # 3,600 bytes
        ("bluesky", "👩\u200d👩\u200d👧" * 166 + "a" * 12, 178),  # 3,000 bytes, which is what fits
        ("linkedin", "C (le langage)", 16),
        ("linkedin", "#Kubernetes", 11),
        ("linkedin", "(https://blog.example.org/b_(c))", 37),
        ("linkedin", "https://blog.example.org/#a", 28),
        ("linkedin", "#https://blog.example.org/", 27),
        ("linkedin", "été_2026", 9),
        ("facebook", "é🎉", 2),
        ("threads", "é🎉", 5),
        ("threads", "a" * 500, 500),
        ("threads", " ".join(f"https://a.example.org/{n}" for n in range(5)), 119),
        ("threads", " ".join(f"https://a.example.org/{n}" for n in range(6)), 501),
        ("threads", " ".join(f"https://a.example.org/{n % 5}" for n in range(6)), 143),  # five different ones
        ("chat", "é🎉", 2),
    ],
)
def test_how_each_network_counts(channel: str, text: str, length: int) -> None:
    assert counter_for(channel, {})[1].measure(text) == length


def test_a_text_fits_up_to_the_limit() -> None:
    counter = Counter(limit=3, measure=len, rule="letters")
    assert too_long("abc", counter) is None
    assert too_long("abcde", counter) == "5 of 3 (letters); 2 too many"


@pytest.mark.parametrize("channel", CHANNELS)
@settings(deadline=None)
@given(text=st.text(max_size=80))
def test_counting_never_fails_and_never_shrinks_a_text_below_nothing(channel: str, text: str) -> None:
    length = counter_for(channel, {})[1].measure(text)
    assert length >= 0
    assert counter_for(channel, {})[1].measure(f"{text} a") >= length


@given(st.text(alphabet=r"ab#\\|{}@[]()<>*_~ :/"))
def test_a_text_is_read_from_linkedin_as_it_was(text: str) -> None:
    assert unescaped(escaped(text)) == text


def test_a_hashtag_of_linkedin_is_read_as_it_was_written() -> None:
    assert unescaped(r"On {hashtag|\#|Kubernetes} and {hashtag|#|CNCF}") == "On #Kubernetes and #CNCF"
