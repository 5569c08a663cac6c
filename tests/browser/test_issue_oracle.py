"""The templates in the browser: inlined as before, and no wider than a telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from letters import context, issue, post, ten
from sharekit.issue.inline import inline
from sharekit.issue.render import draw, render

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from browser.oracle import Oracle


def test_ten_articles_in_the_default_template_look_as_before(oracle: Oracle) -> None:
    letter, how = ten()
    drawn, _ = draw(letter, how)
    compared = oracle.compared

    assert oracle.differences(drawn, inline(drawn)) == []
    assert oracle.compared - compared > 4 * 700


@pytest.mark.parametrize("variant", ["cards", "plain"])
def test_so_do_the_other_variants(oracle: Oracle, variant: str) -> None:
    drawn, _ = draw(issue([post(1), post(2)]), context(variant=variant, colour="#b3261e"))

    assert oracle.differences(drawn, inline(drawn)) == []


@pytest.mark.parametrize("variant", ["full", "cards", "plain"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_nothing_is_wider_than_a_telephone(chromium: Browser, variant: str, language: str) -> None:
    long = post(
        1,
        html="<pre>" + "x" * 400 + "</pre><p>" + "y" * 300 + "</p><table><tr>" + "<td>wide cell</td>" * 12 + "</tr></table>",
    )
    rendered, _ = render(issue([post(2), long], language=language), context(variant=variant))
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.set_content(rendered.html)

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()


def test_arabic_is_laid_out_from_right_to_left(chromium: Browser) -> None:
    rendered, _ = render(issue([post(1, html="<p>مرحبا بكم</p>", title="مقال")], language="ar", subject="رسالة"), context())
    page = chromium.new_page(viewport={"width": 640, "height": 800})
    page.set_content(rendered.html)

    # The words of the heading end at its right edge, where an Arabic line begins.
    edges = page.evaluate(
        "() => { const h = document.querySelector('h1'), r = document.createRange(); r.selectNodeContents(h);"
        " return [r.getBoundingClientRect().right, h.getBoundingClientRect().right, r.getBoundingClientRect().left]; }"
    )
    page.close()
    assert edges[0] == pytest.approx(edges[1], abs=2)
    assert edges[2] > 320


def test_the_footer_stays_visible_whatever_a_post_says(chromium: Browser) -> None:
    hostile = (
        "<style>td{display:none!important}</style>"
        "<p style='position:fixed;top:0;width:9999px;height:9999px;background:#fff'>x</p>"
        "</td></tr></table></div></div><table><tr><td><!-- <div style='display:none'><template><textarea><title><plaintext>"
    )
    rendered, _ = render(issue([post(1, html=hostile)]), context())
    page = chromium.new_page(viewport={"width": 640, "height": 800})
    page.set_content(rendered.html)
    link = page.locator("a.unsubscribe")

    assert link.count() == 1
    link.scroll_into_view_if_needed()
    assert link.is_visible()
    assert page.evaluate(
        "() => { const a = document.querySelector('a.unsubscribe'), b = a.getBoundingClientRect();"
        " return document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2) === a; }"
    )
    page.close()
