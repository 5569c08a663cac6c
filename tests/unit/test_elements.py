# ruff: noqa: E501 - a case reads best on one line
"""What works only on its page: nothing swallows what follows, and nothing goes without a link in its place."""

from __future__ import annotations

import pytest

from sharekit import elements
from sharekit.content import cleaned, plain_text, serialise

PAGE = "https://blog.example/2026/post/"


def clean(html: str) -> str:
    return serialise(cleaned(html, PAGE))


@pytest.mark.parametrize("element", sorted(elements.ALL - {"plaintext", "frameset"}))
@pytest.mark.parametrize("form", ["<{0}>", "<{0} src=/x>", "<{0}></{0}>", "<{0}/>"])
def test_no_element_swallows_what_follows(element: str, form: str) -> None:
    made = clean(f"<p>before</p><div>{form.format(element)}</div><p>after</p>")

    # What is never shown, or shown as typed, has no end of its own in HTML: only its end tag ends it.
    opened = form in ("<{0}>", "<{0} src=/x>", "<{0}/>")
    takes_all = opened and element in {
        "script",
        "style",
        "title",
        "template",
        "textarea",
        "xmp",
        "select",
    }
    assert "before" in made
    assert takes_all or "after" in made


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ('<embed src="/notes.pdf" type="application/pdf">', '<p><a href="https://blog.example/notes.pdf">notes.pdf</a></p>'),
        ('<p>x <embed src="/a.swf">y</p>', '<p>x  <a href="https://blog.example/a.swf">a.swf</a> y</p>'),
        ('<embed src="/a.png" type="image/png">', '<img src="https://blog.example/a.png" alt="a.png">'),
        ('<p>x</p><video src="/v.mp4" controls /><p>y</p>', "v.mp4</a></video><p>y</p>"),
        ("<p>x</p><object data='/a>b.pdf'/><p>y</p>", "a&gt;b.pdf</a></p><p>y</p>"),
        ("<p>x <code>&lt;video /&gt;</code></p>", "<p>x <code>&lt;video /&gt;</code></p>"),
        ("<lite-youtube videoid=dQw4w9WgXcQ></lite-youtube>", '<a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ">'),
        ("<lite-youtube videoid=dQw4w9WgXcQ><a href=/v>v</a></lite-youtube>", '<a href="https://blog.example/v">v</a>'),
        ('<amp-img src=/a.png alt="A saw"></amp-img>', '<img src="https://blog.example/a.png" alt="A saw">'),
        ("<model-viewer src=/chair.glb></model-viewer>", '<a href="https://blog.example/chair.glb">chair.glb</a>'),
        ("<p>x</p><dialog>later</dialog><p>y</p>", "<p>x</p><p>y</p>"),
        ("<p hidden>later</p><p>y</p>", "<p>y</p>"),
        ("<p>x<img src=/pin.png style='DISPLAY: none'>y</p>", "<p>xy</p>"),
        ("<div role=tabpanel hidden>two</div>", "two"),
        ("<div class=spoiler style='display:none'>it was he</div>", "it was he"),
        ('<object data="/a.pdf">See <a href="/a.pdf">it</a>.</object>', 'See <a href="https://blog.example/a.pdf">it</a>.'),
        ('<object data="/a.pdf"><p>A plan.</p></object>', '<p>A plan.</p> <p><a href="https://blog.example/a.pdf">a.pdf</a></p>'),
        ('<object data="/a.svg" width="90">A bench</object>', '<img src="https://blog.example/a.svg" alt="A bench" width="90">'),
        ('<object><param name="movie" value="/m.swf"></object>', '<p><a href="https://blog.example/m.swf">m.swf</a></p>'),
        ('<object data="/m"><embed src="/m.swf"></object>', '<a href="https://blog.example/m.swf">m.swf</a>'),
        ("<canvas></canvas>", f'<p><a href="{PAGE}">blog.example</a></p>'),
        ("<canvas>a chart</canvas>", "a chart"),
        ("<video><source src=/a.webm></video>", '<a href="https://blog.example/a.webm">a.webm</a></video>'),
        ("<audio src=/a.ogg title=Saw></audio>", '<a href="https://blog.example/a.ogg">Saw</a></audio>'),
        ("<iframe srcdoc='<p>x'></iframe>", f'<p><a href="{PAGE}">blog.example</a></p>'),
        ('<script src="https://gist.github.com/ann/0a1b.js"></script>', '<a href="https://gist.github.com/ann/0a1b">'),
        ("<ul><li><input type=checkbox checked disabled> a</li><li><input type=checkbox> b</li></ul>", "<li> ☑  a</li><li> ☐  b</li>"),
        ('<form><label>Name <input name=n placeholder="yours"></label></form>', f'yours </label><p><a href="{PAGE}">blog.example</a></p>'),
        ("<select><option>one<option selected>two</select>", " one  two "),
        ("<p>a<object data=/x.pdf><p>b</p></object></p>", "<div>a <p>b</p>"),
    ],
)  # fmt: skip
def test_what_works_only_on_its_page_leaves_a_link_or_its_words(html: str, wanted: str) -> None:
    assert wanted in clean(html)


FORMULA = (
    '<p>The area <span class="katex"><span class="katex-mathml"><math><semantics><mrow><msup><mi>r</mi><mn>3</mn></msup></mrow>'
    '<annotation encoding="application/x-tex">r^3</annotation></semantics></math></span>'
    '<span class="katex-html" aria-hidden="true"><span>r</span><span>3</span></span></span> counts.</p>'
)
MATHJAX = (
    '<p>So <mjx-container><svg><path d="x"></path></svg><mjx-assistive-mml><math><mi>y</mi></math></mjx-assistive-mml>'
    "</mjx-container>.</p>"
)
MEDIAWIKI = (
    '<p>So <span class="mwe-math-element mwe-math-element-inline"><span style="display: none;"><math><mi>y</mi><annotation '
    'encoding="TeX">y^2</annotation></math></span><img src="/y.svg" alt="y^2"></span>.</p>'
)
COMMON_HTML = (
    '<p>So <span class="mjx-chtml MathJax_CHTML"><span class="mjx-math" aria-hidden="true">y</span><span '
    'class="MJX_Assistive_MathML"><math><mi>y</mi></math></span></span>.</p>'
)
MATHJAX_2_SVG = (
    '<p>So <span class="MathJax_Preview"></span><span class="MathJax_SVG"><svg></svg><span class="MJX_Assistive_MathML"><math>'
    '<mi>y</mi></math></span></span><script type="math/tex; mode=display">y^2</script>.</p>'
)
MATHJAX_4 = '<p>So <mjx-container><svg width="1ex"><g data-latex="y^2"></g></svg></mjx-container>.</p>'
SPOKEN = '<p>So <mjx-container aria-label="y squared"><mjx-math><mjx-c class="mjx-c1D466"></mjx-c></mjx-math></mjx-container>.</p>'
UNBOXED = (
    '<p>So <span class="katex-mathml"><math alttext="y^2"><mi>y</mi></math></span><span class="katex-html">y2</span>.</p>'
)
MATHJAX_2 = '<p>So <span class="MathJax_Preview">y2</span><script type="math/tex">y^2</script>.</p>'


@pytest.mark.parametrize(
    ("html", "feed", "words"),
    [
        (FORMULA, '<math alttext="r^3">', "The area r^3 counts."),
        (MATHJAX, "<p>So <math><mi>y</mi></math>.</p>", "So y."),
        (MEDIAWIKI, '<p>So <math alttext="y^2"><mi>y</mi></math>.</p>', "So y^2."),
        (COMMON_HTML, "<p>So <math><mi>y</mi></math>.</p>", "So y."),
        (MATHJAX_2, "<p>So <code>y^2</code>.</p>", "So y^2."),
        (MATHJAX_2_SVG, "<p>So <code>y^2</code>.</p>", "So y^2."),
        (MATHJAX_4, "<p>So <code>y^2</code>.</p>", "So y^2."),
        (SPOKEN, "<p>So <code>y squared</code>.</p>", "So y squared."),
        (UNBOXED, '<math alttext="y^2"><mi>y</mi></math></span>.</p>', "So y^2."),
    ],
)
def test_a_formula_is_there_once(html: str, feed: str, words: str) -> None:
    made = clean(html)

    assert feed in made
    assert "annotation" not in made
    assert "katex-html" not in made
    assert plain_text(html) == words


def test_words_of_two_blocks_do_not_run_together() -> None:
    assert (
        plain_text("<h2>One</h2><p>two<br>three</p><ul><li>four<li>five</ul><style>p{}</style>") == "One two three four five"
    )
