# ruff: noqa: E501 - an article is one text
"""Posts and issues for the tests of the mailing list: our own words, and everything that an article may hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sharekit.config import IssueSettings
from sharekit.issue.render import Context
from sharekit.model import Author, Entry, Image, Issue, Link, Part, Post, Series, Site

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

SITE = Site(title="Carnet d’atelier", url="https://atelier.example/", language="fr", licence="CC BY-SA 4.0")
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
UNSUBSCRIBE = "https://atelier.example/quitter?liste=1&jeton=abc"
ARTICLE = """
<p>Un rabot bien réglé chante : <strong>écoutez-le</strong>, puis <a href="/post/rabot/">lisez la suite</a><sup id="fnref:1"><a href="#fn:1">1</a></sup>.</p>
<h2 id="outil">L’outil <a class="anchor" href="#outil">#</a></h2>
<ul><li>un fer</li><li>une cale<ul><li>en buis</li></ul></li></ul><ol start="3"><li>affûter</li><li>régler</li></ol>
<div class="highlight"><pre tabindex="0" class="chroma"><code class="language-python"><span class="line"><span class="cl"><span class="k">def</span>
<span class="nf">angle</span><span class="p">():</span>  <span class="c1"># en degrés</span>
    <span class="k">return</span> <span class="s2">"a_very_long_line_that_no_telephone_can_show_without_wrapping_it_somewhere_in_the_middle"</span>
    <span class="mi">25</span></span></span></code></pre></div>
<table><thead><tr><th>Fer</th><th>Angle</th></tr></thead><tbody><tr><td>bleu</td><td>25°</td></tr><tr><td>blanc</td><td>30°</td></tr></tbody></table>
<figure><img src="/img/rabot.jpg" srcset="/img/r2.jpg 2x" sizes="100vw" loading="lazy" alt="Un rabot"><figcaption><p>Le rabot</p></figcaption></figure>
<blockquote><p>Rien ne presse.</p></blockquote><details><summary>Pourquoi ?</summary><p>Parce que.</p></details><hr>
<iframe src="https://www.youtube.com/embed/abc123" title="Le geste"></iframe><video src="/v.mp4" poster="/p.jpg"></video>
<span class="katex"><math><semantics><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation></semantics></math></span>
<section class="footnotes"><ol><li id="fn:1"><p>Une note. <a class="footnote-backref" href="#fnref:1">↩</a></p></li></ol></section>
"""


def post(number: int = 1, html: str = ARTICLE, **facts: Any) -> Post:
    """A post; its number is its day."""
    known: dict[str, Any] = {
        "id": f"post/{number}",
        "url": f"https://atelier.example/post/{number}/",
        "title": f"Le rabot, épisode {number} : « le fer »",
        "published": START + timedelta(days=number - 1),
        "language": "fr",
        "summary": f"Ce que le rabot {number} m’a appris.",
        "authors": (Author(name="Inès Vidal"),),
        "image": Image(url=f"https://atelier.example/img/{number}.jpg", alt="", width=1200, height=600)
        if number % 2
        else None,
    }
    return Post(body=lambda: html, **{**known, **facts})


def issue(posts: Sequence[Post], *, language: str = "fr", series: Series | None = None, **facts: Any) -> Issue:
    """An issue of posts."""
    known: dict[str, Any] = {
        "id": "2026-04",
        "subject": "Le rabot, et neuf autres",
        "preheader": "Ce que le fer m’a appris.",
        "introduction": "Bonjour,\n\nvoici *dix* articles et [un lien](https://atelier.example/).",
        "entries": tuple(Entry(post=each, parts=_parts(each, series)) for each in posts),
        "language": language,
        "date": START + timedelta(days=31),
        "source": "issues/2026-04.md",
    }
    return Issue(**{**known, **facts})


def _parts(each: Post, series: Series | None) -> tuple[Part, ...]:
    part = series.part(each.id) if series else None
    return (part,) if part else ()


def context(*series: Series, site: Site = SITE, **settings: Any) -> Context:
    """What rendering needs, with settings of ``[issue]``."""
    given = {"unsubscribe": UNSUBSCRIBE, "address": "3 rue des Copeaux, 35000 Rennes", **settings}
    return Context(
        site=site,
        settings=IssueSettings(**given),
        links=lambda each: [Link(name="x", label="X", url=f"https://x.com/intent/tweet?text=a%20b&url={each.url}")],
        picture=lambda url: Image(url=url, width=900) if url.endswith((".jpg", ".png")) else None,
        series=series,
        online="https://atelier.example/newsletter/2026-04/",
    )


def ten(language: str = "fr") -> tuple[Issue, Context]:
    """An issue of ten articles, three of them a series that goes on."""
    posts = [replace(post(number), language=language) for number in range(1, 11)]
    series = Series(name="Le rabot", language=language, evidence="test", members=tuple(posts[:3]), announced=("La cale",))
    how = context(series, site=replace(SITE, language=language), variant="full")
    return issue(posts, language=language, series=series), how
