# ruff: noqa: E501 - a case reads best on one line
"""The templates in the browser: inlined as before, and no wider than a telephone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tools.measure_issues import MEASURE, answer, picture

from letters import ARTICLE, context, issue, post, ten
from sharekit.issue.inline import inline
from sharekit.issue.render import draw, render
from sharekit.model import Series

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from browser.oracle import Oracle


def test_ten_articles_in_the_default_template_look_as_before(oracle: Oracle) -> None:
    letter, how = ten()
    drawn, _ = draw(letter, how)
    compared = oracle.compared

    assert oracle.differences(drawn, inline(drawn)) == []
    assert oracle.compared - compared > 4 * 700


@pytest.mark.parametrize("variant", ["full", "cards", "plain"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_so_does_every_layout_in_both_directions(oracle: Oracle, variant: str, language: str) -> None:
    series = Series(name="S", language=language, evidence="test", members=(post(1), post(2)), announced=("Next one",))
    letter = issue([post(1), post(2), post(3, html="<p>x</p><aside>y</aside>")], language=language, series=series)
    how = context(series, variant=variant, colour="#b3261e", logo="https://atelier.example/logo.png")
    drawn, _ = draw(letter, how)

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


HOSTILE = {
    "sheets": "<style>td, .unsubscribe, :has(*) { display: none !important }</style><p>x</p>",
    "position": "<p style='position:fixed;inset:0;width:9999px;height:9999px;background:#fff;z-index:9'>x</p>",
    "margins": "<div style='height:9999px;margin-bottom:-9999px;transform:scale(9)'>x</div>",
    "our classes": "<div class='preheader'>x</div><p class='unsubscribe footer frame'>y</p><div id='unsubscribe' hidden>z</div>",
    "end tags": "</td></tr></table></td></tr></table></div></div></body></html><p>after",
    "an open table": "<table><tr><td><table><tr><td>",
    "tags left open": "<div hidden><ul><b><font size=7><bdo dir=rtl><details><dialog open>",
    **{name: f"<p>x</p><{name}>" for name in ("plaintext", "xmp", "listing", "textarea", "title", "template", "noscript", "iframe")},
    **{f"{name}, closed": f"<{name}>x" for name in ("select", "math", "svg", "noembed", "noframes", "frameset", "marquee", "object")},
    "a comment": "<!-- ",
    "a conditional comment": "<p>x</p><!--[if mso]>",
    "an attribute": "<p title='><a href=\"x",
    "headers": "<base href='https://elsewhere.example/'><meta http-equiv=refresh content='0;url=x'><link rel=stylesheet href=x>",
    "huge": "<img src='https://x.example/a.jpg' width=99999 height=99999><p style='font-size:9999px'>x</p><hr width=9999>",
    "deep": "<div>" * 300 + "x",
}  # fmt: skip
SEEN = """() => {
  const found = document.querySelectorAll('a.unsubscribe');
  if (found.length !== 1) return `${found.length} links`;
  found[0].scrollIntoView({block: 'center'});
  const box = found[0].getBoundingClientRect();
  const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return seen !== found[0] ? 'covered' : box.width < 30 || box.height < 8 ? 'small'
    : document.documentElement.scrollWidth > innerWidth ? 'wider than the screen' : 'seen';
}"""


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_footer_stays_visible_whatever_a_post_says(chromium: Browser, hostile: str) -> None:
    rendered, _ = render(issue([post(1, html=HOSTILE[hostile]), post(2)]), context(variant="full"))
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.set_content(rendered.html)

    found = page.evaluate(SEEN)

    page.close()
    assert found == "seen"


def test_cards_end_where_their_column_does(chromium: Browser) -> None:
    wide = post(1, summary="Un rabot bien réglé chante, et celui qui broute a faim d’affûtage. " * 3)
    rendered, _ = render(issue([wide]), context(variant="cards"))
    page = chromium.new_page(viewport={"width": 700, "height": 800})
    page.set_content(rendered.html)

    edges = page.evaluate("Array.from(document.querySelectorAll('.words, .inner'), e => e.getBoundingClientRect().right)")

    page.close()
    assert max(edges) <= 700 - 30 - 40


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_on_a_telephone_no_word_is_broken_and_no_picture_blown_up(chromium: Browser, language: str) -> None:
    rows = "<tr><th>Fonctionnalité</th><th>Kubernetes</th><th>Prometheus</th><th>Grafana</th><th>Alertmanager</th></tr>" * 2
    figures = (
        "<div class=gallery><img src=/1.png><img src=/2.png></div><img src=/3.png height=20><img src=/4.png width='50%'>"
    )
    article = post(1, html=f"{ARTICLE}<table>{rows}</table>{figures}")
    how = replace(context(variant="full"), picture=picture)
    rendered, _ = render(issue([article, post(2)], language=language), how)
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.route("**/*", answer)
    page.set_content(rendered.html, wait_until="load")

    seen = page.evaluate(MEASURE)

    page.close()
    assert (seen["broken"], seen["larger"], seen["width"]) == ([], [], 390)
    assert seen["words"] > 200
    assert seen["pictures"] > 5
