from __future__ import annotations

import pytest

from sharekit.text.article import read_article

KATEX = (
    '<span class="katex"><span class="katex-mathml"><math><semantics><mrow>{math}</mrow><annotation'
    ' encoding="application/x-tex">{tex}</annotation></semantics></math></span><span class="katex-html">eye</span></span>'
)
SQUARE = KATEX.format(math="<msup><mi>a</mi><mn>2</mn></msup>", tex="a^2")
FRACTION = KATEX.format(math="<mfrac><mi>a</mi><mn>2</mn></mfrac>", tex=r"\frac a2")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<p>The area {SQUARE} of it.</p>", "The area a² of it."),
        (f"The area {SQUARE} of it.", "The area a² of it."),
        (f"<p>Half is {FRACTION} of it.</p>", r"Half is \frac a2 of it."),
        ("<p>Not <math alttext='b_k'><msub><mi>b</mi><mi>k</mi></msub></math> yet.</p>", "Not b_k yet."),
        ("<p>Only <math><msub><mi>b</mi><mn>1</mn></msub></math> yet.</p>", "Only b₁ yet."),
        (
            "<p>So <span class='MathJax_Preview'>eye</span><script type='math/tex'>y^2</script> it is.</p>",
            "So y^2 it is.",
        ),
        (
            "<p>So <mjx-container><mjx-math>eye</mjx-math><math><mi>y</mi></math></mjx-container> it is.</p>",
            "So y it is.",
        ),
        ("<p>So <span class='katex'><span class='katex-html'>y</span></span> it is.</p>", "So y it is."),
        (
            (
                "<p>So <span class='MathJax'><i>y2</i><span><math><msup><mi>y</mi><mn>2</mn></msup></math></span></span>"
                "<script type='math/tex'>y^2</script> and <script type='math/tex'>z</script> it is.</p>"
            ),
            "So y² and z it is.",
        ),
        (
            "<p>So <span class='mjx-chtml'><i>y</i><span><math><mi>y</mi></math></span></span> it is.</p>",
            "So y it is.",
        ),
    ],
)
def test_a_formula_is_read_once(html: str, expected: str) -> None:
    assert [each.text for each in read_article(html).paragraphs] == [expected]


def test_a_paragraph_knows_that_a_listing_stands_beside_it() -> None:
    html = (
        "<p>Un.</p><p>Deux.</p><div><pre>scie()</pre></div><p>Trois.</p><p>Quatre.</p><pre>x</pre><h2>Titre</h2><p>Cinq.</p>"
    )
    assert [each.code for each in read_article(html).paragraphs] == [False, True, True, True, False]
