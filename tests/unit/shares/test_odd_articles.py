"""Articles that are not made of paragraphs about one subject, and titles, descriptions and tags that mislead."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from sharekit.config import SharesSettings
from sharekit.model import Part, Post
from sharekit.registry import outlet
from sharekit.shares.draft import draft_texts
from sharekit.text.hook import story

ALL = ("x", "linkedin", "mastodon", "bluesky", "facebook", "threads", "chat")
URL = "https://blog.example/saw/"
SAID = "A saw with fine teeth cuts slowly and leaves a face that needs no plane."
SHOP = (Part(series="The shop", position=2, total=5),)


def texts(body: str, *, parts: tuple[Part, ...] = (), **more: Any) -> dict[str, str]:
    values: dict[str, Any] = {"id": "saw", "url": URL, "title": "The saw", "language": "en", **more}
    made = Post(published=datetime(2026, 11, 24, tzinfo=UTC), body=lambda: body, **values)
    settings = SharesSettings(slots={"launch": "0d", "reminder": "7d"})
    return draft_texts(made, parts=parts, outlets=[outlet(name, {}) for name in ALL], settings=settings, offer=story(made))


def assert_title_alone(found: dict[str, str]) -> None:
    assert found["mastodon"] == f"The saw\n{URL}"
    assert found["bluesky"] == "The saw"
    # Nothing is left for a second share.
    assert not any("@" in name for name in found)


def test_one_line_is_said_once() -> None:
    found = texts("<p>A saw that sings is a saw that cuts.</p>")
    assert found["mastodon"] == f"A saw that sings is a saw that cuts.\n\nThe saw\n{URL}"
    assert set(found) == set(ALL)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<pre><code>saw = Saw(teeth=12)\nsaw.cut(board)</code></pre>",
        "<p><code>saw.cut(board, deep=True).and_then(plane)</code></p><p><code>saw.set(12)</code></p>",
        "<p>def cut(board, deep=True): return board[:12]</p><p>const saw = new Saw(12, {teeth: 'fine'});</p>",
        "<p>$ saw --teeth 12 --board oak --verbose and again</p>",
        "<div class='highlight'><table><tr><td>saw.cut(board) is in a table of numbered lines</td></tr></table></div>",
        f"<p>{'saw board ' * 30_000}</p>",
        "<p>{% include saw.html teeth='twelve of them, all of them fine and sharp' %}</p>",
        "<p>{{&lt; youtube saw-in-three-minutes-from-start-to-end &gt;}} {{% notice %}}</p>",
    ],
)
def test_code_and_templates_say_nothing(body: str) -> None:
    assert_title_alone(texts(body))


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"<h2>Board {n}</h2><p>Saw {n} cuts {n * 7} boards of oak a day. {SAID}</p>" for n in range(3000)),
        "<p>" + " ".join(f"<em>Saw {n}</em> cuts <a href='/{n}'>{n * 7} boards</a>." for n in range(8000)) + "</p>",
        "<p>" + "(“[" * 60_000 + "</p>",
        f"<p>{'sawboard' * 40_000}</p>",
    ],
)
def test_sixty_thousand_words_take_no_longer_than_parsing_them(body: str) -> None:
    start = time.process_time()
    found = texts(body)
    assert time.process_time() - start < 3
    assert all(URL in found[name] for name in ("x", "linkedin", "mastodon"))


def test_a_link_list_is_told_by_an_item_that_says_something() -> None:
    item = "Sawing in oak: a long look at how three saws were set, by a joiner who kept notes."
    bare = "<li><a href='https://other.example/'>Sawing</a></li>"
    assert texts(f"<ul>{bare}<li>{item}</li>{bare}</ul>")["mastodon"].startswith(item)
    assert_title_alone(texts(f"<ul>{bare * 8}</ul>"))
    assert_title_alone(texts("<p><a href='/'>All of the posts</a> · <a href='/saws/'>All that I know about saws</a></p>"))


def test_an_interview_is_told_by_an_answer() -> None:
    answer = "The saw that I sharpened is the best one of the shop, and no other saw comes near."
    found = texts(f"<p><strong>Q: What is the best one?</strong></p><p>{answer}</p><p>A: I have no idea.</p>")
    assert found["x"].startswith(answer)
    assert all("Q:" not in text and "A:" not in text for text in found.values())


def test_a_podcast_is_told_by_its_notes_without_the_times() -> None:
    notes = "Ada sets saws in a shop by the harbour, and she has never bought a new one."
    found = texts(
        f"<audio src='a.mp3'></audio><p>Listen to the episode: <a href='a.mp3'>MP3</a></p><p>{notes}</p>"
        "<ul><li>00:00 Introduction</li><li>02:10 How Ada learned to set a saw from her grandmother</li></ul>"
        "<p>Subscribe on Apple Podcasts, or by RSS.</p>"
    )
    assert found["x"].startswith(notes)
    assert found["x @ reminder"].startswith("How Ada learned to set a saw from her grandmother.")
    assert all("Subscribe" not in text and "Listen" not in text for text in found.values())


@pytest.mark.parametrize(
    ("language", "body", "said"),
    [
        ("ar", "المنشار يقطع ببطء ويترك سطحًا أملس لا يحتاج إلى مسحاج. هل تحتاج إلى غيره؟", "هل تحتاج إلى غيره؟"),
        ("he", "המסור חותך לאט ומשאיר פנים חלקות שאינן צריכות מקצוע. אין צורך בכלי אחר.", "אין צורך בכלי אחר."),
        (
            "ja",
            "細かい歯の鋸はゆっくり切れて、鉋のいらない面を残します。ほかの道具は必要ありません。",
            "残します。ほかの道具",
        ),
        ("zh", "细齿的锯子切得慢，但留下的面不需要刨子。不需要别的工具。", "不需要刨子。不需要别的工具。"),
        ("th", "เลื่อยฟันละเอียดตัดช้าและทิ้งผิวที่ไม่ต้องไส ไม่จำเป็นต้องใช้เครื่องมืออื่น", "ไม่จำเป็นต้องใช้เครื่องมืออื่น"),
    ],
)
def test_other_scripts_are_told_in_whole_sentences(language: str, body: str, said: str) -> None:
    found = texts(f"<p>{body}</p>", language=language, title="Saw")
    assert body in found["mastodon"]
    assert said in found["mastodon"]


@pytest.mark.parametrize("title", ["Do you need a new saw?", "And then the saw…", "🪚 12 saws, 3 boards 🎉"])
def test_any_title_stands_as_it_is(title: str) -> None:
    found = texts(f"<p>{SAID}</p>", title=title, parts=SHOP)
    assert found["mastodon"] == f"{SAID}\n\n“The shop” continues: part 2 of 5.\n{title}\n{URL}"


def test_a_title_that_was_cut_is_left_to_the_card() -> None:
    title = "How I learned to set a saw, and what my grandm..."
    assert title not in texts(f"<p>{SAID}</p>", title=title)["mastodon"]
    assert texts("", title=title)["mastodon"] == f"{title}\n{URL}"
    # What the title said of the series is said without it.
    cut = "The shop (Part 2): how I learned to set the sa..."
    assert (
        texts(f"<p>{SAID}</p>", title=cut, parts=SHOP)["mastodon"] == f"{SAID}\n\n“The shop” continues: part 2 of 5.\n{URL}"
    )


def test_a_number_in_the_title_is_not_contradicted() -> None:
    found = texts(f"<p>{SAID}</p>", title="The shop, part 7", parts=SHOP)
    assert all("2 of 5" not in text and "2/5" not in text for text in found.values())


@pytest.mark.parametrize(
    ("title", "given"),
    [
        ("The saw", "The saw."),
        ("The saw", "the saw!"),
        ("A saw that sings", "A singing saw."),
        ("The saw", "<p>The saw</p>"),
    ],
)
def test_a_description_that_is_the_title_gives_way(title: str, given: str) -> None:
    found = texts(f"<p>{SAID}</p>", title=title, params={"description": given}, summary=given)
    assert found["mastodon"].startswith(SAID)
    assert texts("", title=title, params={"description": given}, summary=given)["chat"].startswith(title)


def test_what_leaned_on_words_that_are_left_out_goes_with_them() -> None:
    given = "In this post I look at saws. But they are dear. A good saw costs as much as a good meal."
    found = texts(f"<p>{SAID}</p>", params={"description": given})
    assert found["mastodon"].startswith("A good saw costs as much as a good meal.")


def test_tags_that_are_sentences_are_no_hashtags() -> None:
    tags = ("How I set my saws and why you should too", "Nobody tells you about wood, glue and time", "saws")
    assert texts(f"<p>{SAID}</p>", tags=tags)["linkedin"].endswith(f"{URL}\n\n#saws")
