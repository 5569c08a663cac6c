from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sharekit.ports import utc_now
from sharekit.steps.page import page_answer

if TYPE_CHECKING:
    from listening import Pages

PAGE = "/2026/day-2/"


def answer(pages: Pages) -> str:
    return page_answer(pages.base + PAGE, clock=utc_now)


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("{base}/2026/day-2", True),
        ("/2026/Day-2/index.html", True),
        ("/blog/2026/day-2/", True),
        ("/", False),
        ("/404.html", False),
        ("/login?next=/2026/day-2/", False),
    ],
)
def test_a_redirect_leads_to_the_article_or_it_is_not_up(pages: Pages, target: str, found: bool) -> None:
    pages.answers[PAGE] = (302, {"location": target.format(base=pages.base)}, "")
    for path in ("/2026/day-2", "/2026/Day-2/index.html", "/blog/2026/day-2/", "/", "/404.html", "/login?next=/2026/day-2/"):
        pages.answers[path] = (200, {}, "<p>a page")
    assert (answer(pages) == "") == found


def test_redirects_that_lead_in_circles_end(pages: Pages) -> None:
    pages.answers[PAGE] = (301, {"location": PAGE}, "")
    assert answer(pages) == "the page answers 301"
    assert len(pages.asked) < 10


@pytest.mark.parametrize(
    ("canonical", "found"),
    [
        ("/2026/day-2/", True),
        ("/2026/day-2.html", True),
        ("{base}/2026/day-2/index.html", True),
        ("https://elsewhere.example/first-published-here/", True),
        ("/", False),
        ("{base}/2026/day-1/", False),
    ],
)
def test_a_page_that_says_it_is_another_article_is_not_up(pages: Pages, canonical: str, found: bool) -> None:
    link = f'<link href="{canonical.format(base=pages.base)}" rel="canonical">'
    pages.answers[PAGE] = (200, {}, f"<html><head>{link}</head>")
    assert (answer(pages) == "") == found


def test_a_page_that_cannot_be_asked_for_says_so() -> None:
    assert "the page" in page_answer("https://[broken/", clock=utc_now)
    assert "the page" in page_answer("/relative/", clock=utc_now)
