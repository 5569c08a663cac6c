# ruff: noqa: E501 - a case reads best on one line
"""Pictures keep the size that their author gave them."""

from __future__ import annotations

import re

import pytest

from letters import post
from sharekit.issue.articles import mail_article
from sharekit.model import Image

ADDRESS = "https://bois.example/p.png"


def attributes(written: str, facts: Image | None = None) -> dict[str, str]:
    made = mail_article(post(html=f'<p><img src="{ADDRESS}" alt="" {written}></p>'), picture=lambda _: facts).html
    return {name: value for name, value in re.findall(r'(\S+)="([^"]*)"', made) if name not in ("src", "alt")}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("", ""),
        ('width="200"', 'width="200"'),
        ('width="48px" height="48px"', 'width="48"'),
        ('width="2000" height="10"', 'width="560"'),
        ('width="25%"', 'width="140" style="width:25%"'),
        ('style="width:5em"', 'width="85"'),
        ('style="color:red; WIDTH : 12pt !important" width="90"', 'width="16"'),
        ('height="18"', 'height="18" style="width:auto;height:18px"'),
        ('style="height:1.5em;vertical-align:middle"', 'height="26" style="width:auto;height:26px"'),
        ('style="height:1rem"', 'height="16" style="width:auto;height:16px"'),
        ('style="max-width:120px"', 'style="max-width:120px"'),
        ('width="auto" style="height:calc(1em + 2px)"', ""),
        ('height="99999" style="width:expression(1)"', ""),
        ('style="width:0"', ""),
        ('style="max-width:32px; width:100%"', 'width="32" style="width:100%;max-width:32px"'),
        ('width="300" style="max-width:90px"', 'width="90"'),
        ('style="max-width:100%"', ""),
        ('style="max-height:40px"', 'style="max-height:40px"'),
        ('style="width:2cm"', 'width="76"'),
        ('style="width:20mm"', 'width="76"'),
        ('style="width:1in"', 'width="96"'),
        ('style="width:10ch"', 'width="90"'),
        ('style="width:50vw"', 'width="280"'),
        ('style="width:min(100%, 200px)"', 'width="200"'),
        ('srcset="a-200.png 200w, a-400.png 400w" sizes="200px"', 'width="200"'),
        ('sizes="(max-width: 600px) 100vw, 600px"', ""),
        ('srcset="a-400.png 400w" sizes="100vw"', ""),
        ('class="emoji"', 'height="17" style="width:auto;height:17px"'),
        ('class="wp-smiley" width="24"', 'width="24"'),
    ],
)
def test_a_picture_of_unknown_size_has_the_size_that_was_written(written: str, shown: str) -> None:
    assert attributes(written) == dict(re.findall(r'(\S+)="([^"]*)"', shown))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("", 'width="400"'),
        ('width="100"', 'width="100"'),
        ('height="20"', 'width="40" height="20" style="width:auto;height:20px"'),
        ('style="max-width:120px"', 'width="120"'),
        ('width="500"', 'width="400"'),
        ('width="80%"', 'width="400" style="width:80%;max-width:400px"'),
        ('height="300"', 'width="400" height="200" style="width:auto;height:200px"'),
        ('style="width:100%;max-width:90px"', 'width="90" style="width:100%;max-width:90px"'),
        ('style="max-height:50px"', 'width="100"'),
        ('style="max-height:50%"', 'width="400"'),
        ('style="max-height:900px"', 'width="400"'),
    ],
)
def test_a_picture_of_known_size_fills_in_what_was_not_written(written: str, shown: str) -> None:
    facts = Image(url=ADDRESS, width=400, height=200)

    assert attributes(written, facts) == dict(re.findall(r'(\S+)="([^"]*)"', shown))


@pytest.mark.parametrize(
    ("html", "halves"),
    [
        ("<div class=gallery><img src=a.jpg width=900><img src=b.jpg></div>", ["img", "img"]),
        ("<div class=wp-block-gallery><figure><img src=a.jpg><figcaption>a</figcaption></figure><figure><img src=b.jpg></figure></div>",
         ["div", "div"]),
        ("<ul class=blocks-gallery-grid><li><figure><img src=a.jpg></figure><li><figure><img src=b.jpg></figure></ul>", ["div", "div"]),
        ("<p style='display:flex'><a href=/x><img src=a.jpg></a> <picture><source srcset=b.webp><img src=b.jpg></picture></p>", ["img", "img"]),
        ("<figure><img src=a.jpg><img src=b.jpg><figcaption>both</figcaption></figure>", ["img", "img"]),
        ("<p><img src=a.jpg> <img src=b.jpg></p>", []),
        ("<div class=row><p>words</p><img src=a.jpg><img src=b.jpg></div>", []),
        ("<div class=gallery><img src=a.jpg></div>", []),
    ],
)  # fmt: skip
def test_a_gallery_shows_two_pictures_side_by_side(html: str, halves: list[str]) -> None:
    made = mail_article(post(html=html), picture=lambda url: Image(url=url, width=900, height=600)).html

    assert re.findall(r'<(\w+)[^>]*class="half"', made) == halves
    assert [int(each) for each in re.findall(r'width="(\d+)"', made)] == (
        [268] * 2 if halves else [560] * made.count("<img")
    )
