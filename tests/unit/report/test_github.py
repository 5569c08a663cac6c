from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import comrak
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from acts import MOMENT, plan_of, share_act
from sharekit.config import Config
from sharekit.model import Receipt
from sharekit.outbox import Result
from sharekit.report.github import (
    JOINER,
    MOST_CARDS,
    MOST_OUTPUT,
    block,
    delivered_summary,
    link,
    plan_summary,
    words,
    write_github_files,
)
from sharekit.steps.deliver import Delivered, Delivery

if TYPE_CHECKING:
    from pathlib import Path

PARIS = ZoneInfo("Europe/Paris")
HOSTILE = [
    "$(touch /tmp/owned) `id` ${{ secrets.GITHUB_TOKEN }}",
    "::error::mine\n::stop-commands::x",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</summary></details>\n\n# heading\n\n- [ ] task",
    "@somebody closes #12, see [here](javascript:alert(1))",
    "| a | b |\n|---|---|\n\\&lt;",
    "\u202egnirts desrever \u2066x",
    "a\x1b[31mred\x00",
    "</pre>\n\n<!-- sharekit plan -->",
]


def _rendered(markdown: str) -> html.HtmlElement:
    options = comrak.ExtensionOptions()
    options.table = options.autolink = options.tasklist = options.strikethrough = True
    raw = comrak.RenderOptions()
    raw.unsafe_ = True
    return html.fromstring(f"<div>{comrak.render_markdown(markdown, options, render_options=raw)}</div>")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_text_in_a_list_and_in_a_summary(title: str) -> None:
    page = _rendered(f"- {words(title)}\n\n<details><summary>{words(title)}</summary>{block(title)}</details>\n\nafter")
    assert {each.tag for each in page.iter()} == {"div", "ul", "li", "details", "summary", "pre", "p"}
    assert page.xpath("//p")[-1].text == "after"


def test_a_mention_and_a_reference_are_broken_and_still_read() -> None:
    assert words("@ada #7") == f"&#64;{JOINER}ada &#35;{JOINER}7"


@given(st.text(max_size=80))
def test_any_text_comes_out_of_a_card_as_it_was(text: str) -> None:
    page = html.fromstring(f"<div>{block(text)}</div>")
    assert [each.tag for each in page.iter()] == ["div", "pre"]
    assert "\n" not in block(text)
    assert not set("".join(map(str, page.itertext()))) & set("\x00\x1b\x07\u202e\u2066\u2069")


@given(st.text(max_size=80))
def test_any_title_makes_no_element_in_markdown(text: str) -> None:
    page = _rendered(f"x {words(text)} y")
    assert {each.tag for each in page.iter()} <= {"div", "p"}


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "data:text/html,x", "at://did:plc:x/app.bsky.feed.post/1"])
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert link(url, "label") == "label"


def test_an_address_cannot_leave_its_attribute_or_its_cell() -> None:
    made = link('https://example.org/a|b"><script>', "x")
    assert _rendered(f"| a |\n|---|\n| {made} |").xpath("//td/a/@href") == ['https://example.org/a%7Cb"><script>']


def test_each_act_stands_under_its_heading_with_its_moment_in_the_zone_of_the_blog() -> None:
    made = plan_summary(plan_of(share_act(), share_act(state="held", post="b", reason="status: hold")), PARIS, Config())
    assert made.startswith("### sharekit plan: 1 due, 1 held\n")
    assert "#### Due now" in made
    assert "#### Held" in made
    assert "#### Next" not in made
    assert "Thu 21 May 2026 08&#58;30" in made
    assert "7 of 280" in made
    assert "status&#58; hold" in made


def test_a_text_with_blank_lines_stays_in_its_card() -> None:
    made = plan_summary(plan_of(share_act(text="a\n\n# b\n\n</pre><h1>c")), PARIS, Config())
    card = next(line for line in made.splitlines() if line.startswith("<details"))
    assert "a&#10;&#10;# b&#10;&#10;&lt;/pre&gt;&lt;h1&gt;c</pre></details>" in card


def test_hundreds_of_acts_are_counted_after_the_first_cards() -> None:
    made = plan_summary(plan_of(*[share_act(post=str(n)) for n in range(MOST_CARDS + 7)]), PARIS, Config())
    assert made.count("<details") == MOST_CARDS
    assert "… and 7 more" in made


def test_an_empty_plan_says_so() -> None:
    assert plan_summary(plan_of(), PARIS, Config()) == "### sharekit plan: nothing to do"


def test_first_contact_says_how_to_begin() -> None:
    assert plan_summary(plan_of(since=None), PARIS, Config()).endswith(
        "Nothing goes out before `since` is in sharekit.toml."
    )


def test_a_delivery_links_to_what_went_out_and_names_what_needs_a_person() -> None:
    first = share_act(title="a | b\n| c | [x](javascript:y)")
    second = share_act(state="unknown", post="b", rule="unknown", reason="no answer came", hint="Check `it` | then settle")
    receipt = Receipt(id="1", url="https://x.com/a/status/1", at=MOMENT)
    done = [
        Delivered(act=first, result=Result(key=first.key, state="delivered", receipt=receipt)),
        Delivered(act=second, result=Result(key=second.key, state="unknown", reason="no answer came")),
    ]
    lines = delivered_summary(Delivery(plan=plan_of(second), done=done), PARIS).splitlines()
    rows = [line for line in lines if line.startswith("| share")]
    assert len(rows) == 2
    assert all(row.count("|") == 5 for row in rows)
    assert '<a href="https://x.com/a/status/1">delivered</a>' in rows[0]
    assert "- x Un titre: no answer came Check &#96;it&#96; &#124; then settle" in lines
    assert lines[-1] == "1 delivered, 1 unknown: sharekit plan"


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    return tmp_path


def _outputs(text: str) -> dict[str, str]:
    """As the runner reads them: ``name<<mark``, the value, ``mark``."""
    found = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, _, mark = line.partition("<<")
        value = []
        for inner in lines:
            if inner == mark:
                break
            value.append(inner)
        found[name] = "\n".join(value)
    return found


def test_a_value_with_lines_of_its_own_cannot_begin_another_output(step: Path) -> None:
    write_github_files(outputs={"plan-json": 'x\nEOF\nfailed=0\nfailed<<EOF\n{"a": 1}'})
    assert list(_outputs((step / "output").read_text())) == ["plan-json"]


def test_the_summary_is_added_to_what_is_there(step: Path) -> None:
    (step / "summary").write_text("before\n")
    write_github_files(summary="### one")
    assert (step / "summary").read_text() == "before\n### one\n\n"
    assert _outputs((step / "output").read_text()) == {"summary": "### one"}


def test_a_summary_over_the_limit_is_cut_and_a_json_over_it_is_left_out(step: Path) -> None:
    write_github_files(summary="line é\n" * 400_000, outputs={"plan-json": json.dumps("x" * MOST_OUTPUT)})
    assert (step / "summary").stat().st_size < 1 << 20
    assert (step / "summary").read_text().rstrip().endswith("which does not fit here.")
    assert _outputs((step / "output").read_text())["plan-json"] == ""


def test_outside_of_a_workflow_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    write_github_files(summary="x", outputs={"a": "b"})
    assert list(tmp_path.iterdir()) == []
