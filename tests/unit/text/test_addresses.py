"""Which addresses can be mailed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.text.addresses import read_address


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        (" Zoe@Blog.Example ", "Zoe@blog.example"),
        ("max@bücher.example", "max@xn--bcher-kva.example"),
        ("zoé@blog.example", "zoé@blog.example"),
        ("a+b@x.y.example", "a+b@x.y.example"),
    ],
)
def test_an_address_is_as_it_is_sent(written: str, sent: str) -> None:
    assert read_address(written).text == sent


@pytest.mark.parametrize(
    "address",
    [
        "", "zoe", "zoe@", "@blog.example", "zoe@blog", "zoe@blog..example", "zoe@-blog.example", "a b@blog.example",
        "zoe@blog.example\r\nBcc: x@y.example", "zoe@blog.example>", "<zoe@blog.example", "zoe,max@blog.example",
        "zoe@[127.0.0.1]", "zoe@1.2.3.4", f"{'a' * 65}@blog.example", f"a@{'b' * 64}.example", "zoe@blog.example\x00",
        ".zoe@blog.example", "zoe..a@blog.example", f"a@{'b.' * 130}example",
    ],
)  # fmt: skip
def test_what_cannot_be_mailed_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"it |what is"):
        read_address(address)


@given(st.text(max_size=80))
def test_no_text_at_all_gets_an_address_past_the_door_that_breaks_out_of_a_command(text: str) -> None:
    try:
        found = read_address(text).text
    except ValueError:
        return
    assert found.isprintable()
    assert not set(found) & set(' <>\r\n\0,;:"()[]\\')
