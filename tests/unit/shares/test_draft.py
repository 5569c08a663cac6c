"""The texts of shares: what they say first, what they leave out, and what they never do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from sharekit.config import SharesSettings
from sharekit.errors import DraftError
from sharekit.model import Author, Part, Post, Series
from sharekit.registry import outlet
from sharekit.shares.draft import closing_texts, draft_texts
from sharekit.shares.templates import Templates
from sharekit.text.article import read_article
from sharekit.text.hook import openings, story

if TYPE_CHECKING:
    from pathlib import Path

ALL = ("x", "mastodon", "bluesky", "linkedin", "facebook", "threads", "chat")
FIRST = "Trois capteurs suffisent pour prévoir la pluie, et le plus cher coûte douze euros."
BODY = (
    f"<p>{FIRST} On les soude en une soirée. La pluie fait le reste.</p>"
    "<h2>Le boîtier étanche</h2><p>Un boîtier de jardin garde l'électronique au sec quatre hivers, sans joint ni colle.</p>"
    "<h2>Les trois capteurs</h2><p>Le baromètre annonce un orage deux heures avant lui, à un demi-degré près.</p>"
    "<h2>Le réseau radio</h2><p>Une antenne de huit centimètres relie la station au fond du jardin, même sous la neige.</p>"
)
TWO = SharesSettings(slots={"launch": "0d", "reminder": "7d"})


def post(**more: Any) -> Post:
    values: dict[str, Any] = {
        "id": "2026/station-1",
        "url": "https://blog.example.org/2026/station-1/",
        "title": "Une station météo dans le jardin",
        "published": datetime(2026, 11, 24, tzinfo=UTC),
        "body": lambda: BODY,
        "language": "fr",
        "tags": ("Météo", "Arduino", "DIY"),
    }
    return Post(**{**values, **more})


def texts(
    made: Post, *, channels: tuple[str, ...] = ALL, settings: SharesSettings | None = None, **more: Any
) -> dict[str, str]:
    outlets = [outlet(name, {}) for name in channels]
    given = settings or SharesSettings()
    offer = story(made, most=2 * len(given.slots))
    return draft_texts(made, outlets=outlets, settings=given, **{"parts": (), "offer": offer, **more})


def part(position: int = 2, total: int = 3, *, more: bool = False) -> tuple[Part, ...]:
    return (Part(series="Station météo", position=position, total=total, more=more),)


@pytest.mark.parametrize(
    "title", ["Court", "Une station météo " * 12, "👩\u200d👩\u200d👧" * 120, "مرحبا بالعالم " * 25, "日本語" * 90]
)
@pytest.mark.parametrize("body", [BODY, "", f"<p>{'Une phrase sans fin ' * 40}.</p>", "<p>" + "日本語" * 200 + "</p>"])
def test_every_text_fits_and_keeps_its_link_and_its_part(title: str, body: str) -> None:
    for name, text in texts(post(title=title, body=lambda: body), parts=part()).items():
        rule = outlet(name, {}).counter
        assert rule.measure(text) <= rule.limit, name
        carried = name in ("bluesky", "threads")
        assert ("https://blog.example.org/2026/station-1/" in text.splitlines()) is not carried
        assert "2/3" in text or "2 sur 3" in text


def test_the_hook_comes_first_and_the_link_stands_alone() -> None:
    lines = texts(post(), channels=("x",))["x"].splitlines()
    assert lines[0].startswith(FIRST)
    assert lines[-3:] == ["https://blog.example.org/2026/station-1/", "", "#Météo #Arduino"]


@pytest.mark.parametrize(
    ("channel", "most"),
    [("x", 2), ("linkedin", 5), ("mastodon", 4), ("bluesky", 3), ("facebook", 3), ("threads", 1), ("chat", 0)],
)
def test_hashtags_are_as_many_as_a_network_is_used_to(channel: str, most: int) -> None:
    tags = ("un", "deux", "trois", "quatre", "cinq", "six")
    assert texts(post(tags=tags), channels=(channel,))[channel].count("#") == most
    chosen = SharesSettings(hashtags=1)
    assert texts(post(tags=tags), channels=(channel,), settings=chosen)[channel].count("#") == (1 if most else 0)


def test_a_post_on_threads_has_one_topic_whatever_is_set() -> None:
    made = texts(post(tags=("un", "deux", "trois")), channels=("threads", "mastodon"), settings=SharesSettings(hashtags=8))
    assert [made[name].count("#") for name in ("threads", "mastodon")] == [1, 3]


def test_linkedin_says_more_than_x_and_its_point_above_the_fold() -> None:
    made = texts(post(), channels=("x", "linkedin"))
    assert len(made["linkedin"].split("#")[0]) > len(made["x"].split("#")[0])
    assert FIRST in made["linkedin"][:200]


def test_a_reminder_says_something_else_or_is_not_there() -> None:
    made = texts(post(), settings=TWO)
    for channel in ALL:
        assert FIRST in made[channel]
        assert FIRST not in made[f"{channel} @ reminder"]
    once = texts(post(body=lambda: f"<p>{FIRST}</p>"), settings=TWO)
    assert set(once) == set(ALL)


def test_the_authors_words_come_before_the_articles() -> None:
    described = texts(post(params={"description": "On soude, on code, il pleut, et rien ne rouille."}), channels=("x",))["x"]
    assert described.startswith("On soude, on code, il pleut, et rien ne rouille.\n")
    shared = post(params={"description": "Non.", "share": "Mes trois capteurs et moi.\n\nUne histoire d'eau."})
    made = texts(shared, channels=("x", "linkedin"), settings=TWO)
    assert made["x"].startswith("Mes trois capteurs et moi.\n\nUne histoire d'eau.\n")
    assert FIRST in made["x @ reminder"] or FIRST in made["linkedin @ reminder"]


def test_words_for_one_channel_and_slot() -> None:
    share = {"Twitter": "Pour X.", "linkedin": {"reminder": "Le rappel."}, "reminder": "Pour tous, plus tard."}
    made = texts(post(params={"share": share}), channels=("x", "linkedin", "mastodon"), settings=TWO)
    assert made["x"].startswith("Pour X.")
    assert made["linkedin"].startswith(FIRST)
    assert made["linkedin @ reminder"].startswith("Le rappel.")
    assert made["mastodon @ reminder"].startswith("Pour tous, plus tard.")


@pytest.mark.parametrize("share", [True, "true", {"twitter": True}, [], None])
def test_a_themes_own_switch_is_no_text(share: object) -> None:
    assert texts(post(params={"share": share}), channels=("x",))["x"].startswith(FIRST)


@pytest.mark.parametrize("name", ["x", "Twitter"])
def test_a_channel_that_the_author_declines_has_no_share(name: str) -> None:
    made = texts(post(params={"share": {name: False}}), channels=("x", "mastodon"), settings=TWO)
    assert {each.partition(" @ ")[0] for each in made} == {"mastodon"}


def test_a_number_is_no_title_beside_a_sentence() -> None:
    said = "The lathe fits into two square metres of any cellar, and it is set up in ten minutes."
    assert "\n2\n" not in texts(post(title="2", body=lambda: f"<p>{said}</p>"), channels=("mastodon",))["mastodon"]
    assert "\n2\n" in "\n" + texts(post(title="2", body=lambda: ""), channels=("mastodon",))["mastodon"] + "\n"


def test_a_sentence_is_not_cut_within_a_quotation() -> None:
    quoted = f"<p>« Le tour à bois {'coupe le chêne et le frêne, ' * 14}et rien d'autre », dit le facteur.</p>"
    text = texts(post(title="Le tour", body=lambda: quoted, language="fr"), channels=("x",))["x"]
    assert text.count("«") == text.count("»")


def test_the_title_is_never_cut_inside_an_emoji() -> None:
    text = texts(post(title="👩\u200d👩\u200d👧" * 150, body=lambda: ""), channels=("bluesky",))["bluesky"]
    shown = text.splitlines()[0].removesuffix("…")
    assert shown == "👩\u200d👩\u200d👧" * (len(shown) // 5)


@pytest.mark.parametrize(
    ("title", "parts", "said"),
    [
        ("Le vent", part(), "Suite de «\u00a0Station météo\u00a0»\u00a0: partie 2 sur 3."),
        ("Le vent", part(1), "«\u00a0Station météo\u00a0» commence\u00a0: partie 1 sur 3."),
        ("Le vent", part(3), "Dernière partie de «\u00a0Station météo\u00a0»\u00a0: 3 sur 3."),
        ("Le vent", part(more=True), "Suite de «\u00a0Station météo\u00a0»\u00a0: épisode 2."),
        ("Le vent, épisode 9", part(), "Dans la série «\u00a0Station météo\u00a0»."),
    ],
)
def test_a_part_names_its_series_and_its_place(title: str, parts: tuple[Part, ...], said: str) -> None:
    made = texts(post(title=title), channels=("x", "bluesky", "linkedin"), parts=parts)
    assert all(said in text.splitlines() for text in made.values())


def test_the_only_part_is_no_part() -> None:
    assert "1/1" not in (text := texts(post(), channels=("x",), parts=part(1, 1))["x"])
    assert "Station météo" not in text.replace("Une station météo", "")


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "pt", "it", "nl", "ja", "fi"])
def test_the_frame_is_in_the_language_and_differs_between_parts(language: str) -> None:
    frames = [texts(post(language=language), channels=("bluesky",), parts=part(n, 4))["bluesky"] for n in (1, 2, 3, 4)]
    assert all("Station météo" in frame for frame in frames)
    assert len({frame.translate({ord(digit): None for digit in "1234"}) for frame in frames}) == (
        1 if language in ("ja", "fi") else 4
    )
    if language not in ("en", "nl"):
        assert not any(" part " in frame for frame in frames)


def test_a_name_in_code_notifies_nobody_and_an_author_is_named() -> None:
    body = "<p>Le décorateur <code>@property</code> épargne dix lignes à qui écrit des capteurs, et @ada le sait.</p>"
    made = texts(post(body=lambda: body, title="@dataclass"), settings=SharesSettings(handles={"Ada": {"x": "@ada"}}))
    for text in made.values():
        assert "@property" not in text
        assert "@dataclass" not in text
        assert "@ada" in text


def test_other_authors_are_named_and_the_account_itself_is_not() -> None:
    handles = {"Ada": {"x": "@ada"}, "Bob": {"x": "bob"}}
    made = post(authors=(Author(name="Ada"), Author(name="Bob"), Author(name="Eve", handles={"x": "eve"})))
    places = [outlet("x", {"handle": "@Ada"})]
    text = draft_texts(made, parts=(), outlets=places, settings=SharesSettings(handles=handles), offer=story(made))["x"]
    assert "@bob @eve #Météo" in text
    assert "@ada" not in text


def test_headings_stand_in_for_sentences_on_linkedin_and_facebook_alone() -> None:
    headings = ("Le boîtier étanche", "Les trois capteurs", "Le réseau radio")
    made = texts(post(body=lambda: "".join(f"<h2>{heading}</h2>" for heading in headings)))
    for name, text in made.items():
        assert ("– Les trois capteurs" in text) is (name in ("linkedin", "facebook"))


def test_french_is_set_with_spaces_that_do_not_break() -> None:
    text = texts(post(body=lambda: "<p>Faut-il souder ? Oui : sans étain, rien ne tient ; et l'eau entre partout.</p>"))["x"]
    assert "souder\u202f? Oui\u00a0: sans étain, rien ne tient\u202f;" in text


def test_links_carry_utm_where_it_is_set() -> None:
    settings = SharesSettings(utm={"source": "{channel}", "campaign": "{slot}"}, slots={"launch": "0d", "reminder": "7d"})
    made = texts(post(url="https://blog.example.org/a/?x=1#b"), channels=("x",), settings=settings)
    assert "https://blog.example.org/a/?x=1&utm_source=x&utm_campaign=launch#b" in made["x"]
    assert "utm_campaign=reminder" in made["x @ reminder"]


def test_a_post_that_ages_has_one_slot() -> None:
    assert set(texts(post(), channels=("x",), settings=TWO, evergreen=False)) == {"x"}


def test_a_template_of_old_knows_its_variables(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share/x.txt").write_text(
        "{{ title }}{% if label %} ({{ label }}){% endif %}\n\n{{ sentences[:1] | join(' ') }}\n{{ headings | join(', ') }}"
        "{{ '…' if more_headings else '.' }}\n{{ before }} {{ own_words }} {{ slot }}\n{{ url }} "
        "{{ (by + hashtags) | join(' ') }}\n"
    )
    made = texts(post(), channels=("x",), templates=Templates([tmp_path]), parts=part(), before=post(title="Avant"))["x"]
    assert made.splitlines()[0] == "Une station météo dans le jardin (2/3)"
    assert "Avant False launch" in made


def test_the_users_own_template_comes_first(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share/x.txt").write_text("{{ title }} → {{ url }}\n")
    made = texts(post(), channels=("x", "bluesky"), templates=Templates([tmp_path]))
    assert made["x"] == "Une station météo dans le jardin → https://blog.example.org/2026/station-1/"
    assert "→" not in made["bluesky"]


@pytest.mark.parametrize(
    ("template", "line", "cause"),
    [
        ("{{ title }}\n{{ nope }}\n", 2, "'nope' is undefined"),
        ("{{ title }}\n\n{% if %}\n", 3, "Expected an expression"),
        ("{{ 1 / 0 }}\n", 1, "division by zero"),
        ("{{ title.__class__.__mro__ }}\n", 1, "unsafe"),
    ],
)
def test_a_template_that_fails_names_its_line(template: str, line: int, cause: str, tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share/x.txt").write_text(template)
    with pytest.raises(DraftError, match=cause) as caught:
        texts(post(), channels=("x",), templates=Templates([tmp_path]))
    assert (caught.value.path, caught.value.line) == (str(tmp_path / "share/x.txt"), line)


@pytest.mark.parametrize(("title", "on_x"), [("Court", "1. Court 1"), ("Long " * 20, "1. https://")])
def test_a_closing_share_names_every_part(title: str, on_x: str) -> None:
    members = tuple(post(id=f"p{n}", title=f"{title} {n}", url=f"https://blog.example.org/{n}/") for n in (1, 2, 3))
    series = Series(name="Station", language="fr", evidence="front matter", members=members)
    made = closing_texts(series, outlets=[outlet(name, {}) for name in ALL], settings=SharesSettings())
    for name, text in made.items():
        rule = outlet(name.removesuffix(" @ closing"), {}).counter
        assert rule.measure(text) <= rule.limit
        carried = name.startswith(("bluesky", "threads"))
        assert all((f"https://blog.example.org/{n}/" in text) is not carried for n in (1, 2, 3)), name
    assert on_x in made["x @ closing"]
    assert "La série «\u00a0Station\u00a0» est complète\u00a0: 3 épisodes." in made["x @ closing"]


def test_the_same_input_gives_the_same_texts() -> None:
    assert texts(post(), parts=part()) == texts(replace(post()), parts=part())


def test_hashtags_and_handles_that_an_author_writes_are_meant() -> None:
    settings = SharesSettings(handles={"Ada": {"x": "@ada"}})
    made = texts(post(params={"share": "Avec @ada et @eve, sur #soudure."}), channels=("x",), settings=settings)["x"]
    assert made.startswith("Avec @ada et @\u200deve, sur #soudure.\n")
    assert "#Météo" not in made


def test_a_part_that_answers_repeats_nothing_that_the_thread_shows() -> None:
    opening = "Chaque capteur de cette station se monte en une heure, avec un fer et trois fils."
    news = "Le pluviomètre compte les gouttes une par une, et il se trompe deux fois par an."
    first = post(id="p1", body=lambda: f"<p>{opening}</p>", tags=("Météo", "DIY"))
    second = post(id="p2", body=lambda: f"<p>{opening}</p><p>{news}</p>", tags=("Météo", "Arduino"), title="La pluie")
    channels = ("mastodon", "x")
    offer = story(second, said=openings(read_article(first.html)))
    made = texts(second, channels=channels, parts=part(2, 3), before=first, settings=TWO, offer=offer)
    assert made["mastodon"] == (
        f"{news}\n\nStation météo, 2/3\nLa pluie\nhttps://blog.example.org/2026/station-1/\n\n#Arduino"
    )
    assert "Suite de «\u00a0Station météo\u00a0»\u00a0: partie 2 sur 3." in made["x"]
    assert made["x"].endswith("#Météo #Arduino")
    # It answers nothing: it is a post of its own.
    alone = draft_texts(
        second,
        parts=part(2, 3),
        outlets=[outlet("mastodon", {"thread": "none"})],
        settings=TWO,
        before=first,
        offer=story(second, said=openings(read_article(first.html))),
    )["mastodon"]
    assert "partie 2 sur 3" in alone
    assert alone.endswith("#Météo #Arduino")
    begins = texts(first, channels=("mastodon",), parts=part(1, 3))["mastodon"]
    assert "commence\u00a0: partie 1 sur 3" in begins
    assert begins.endswith("#Météo #DIY")


def test_what_is_left_of_a_dated_passage_is_no_reminder_when_it_says_little() -> None:
    again = "Une station météo coûte trente euros, et le jardin n'en demande pas plus."
    body = (
        f"<p>{again}</p><h2>Un</h2><p>Le jardin avait froid. Aujourd'hui, la station du jardin annonce enfin la pluie.</p>"
    )
    assert set(texts(post(body=lambda: body), channels=("mastodon",), settings=TWO)) == {"mastodon"}


def test_a_reminder_of_which_no_sentence_fits_is_left_out() -> None:
    # A sign of Chinese counts two on X.
    long = "庭の気象観測所は雨と風を三つの安いセンサーで測り" * 6 + "。"
    body = f"<p>三つのセンサーがあれば雨の予報には十分であり、一番高いものでも千円しかしない。</p><h2>雨</h2><p>{long}</p>"
    made = texts(post(body=lambda: body, language="ja"), channels=("x", "mastodon"), settings=TWO)
    assert set(made) == {"x", "mastodon", "mastodon @ reminder"}
    assert long in made["mastodon @ reminder"]


def test_a_reminder_says_nothing_that_was_true_on_the_day() -> None:
    today = "Aujourd'hui, la station météo du jardin sort enfin, avec ses trois capteurs et son boîtier."
    again = "Une station météo coûte trente euros, et le jardin n'en demande pas plus."
    made = texts(post(body=lambda: f"<p>{again}</p><h2>Un</h2><p>{today}</p>"), settings=TWO)
    assert set(made) == set(ALL)
    assert made["mastodon"].startswith(again)


def test_two_sentences_are_worth_more_than_the_title() -> None:
    one = "Le banc d'essai mesure trois capteurs pendant six mois, et il ne garde que le meilleur des trois."
    two = "Le plus cher est le moins juste, le moins cher rouille en un hiver, et le dernier tient."
    made = post(
        title="Trois capteurs de pluie, six mois de banc d'essai et un seul qui reste", body=lambda: f"<p>{one} {two}</p>"
    )
    assert texts(made, channels=("x",))["x"].startswith(f"{one} {two}\n\nhttps://")


def test_what_an_author_says_is_not_said_again_later() -> None:
    echo = post(params={"share": f"Je le redis : {FIRST} On les soude en une soirée, et la pluie fait le reste."})
    made = texts(echo, channels=("x",), settings=TWO)
    assert FIRST in made["x"]
    assert "soude en une soirée" not in made["x @ reminder"]
    other = post(params={"share": "Trois hivers dehors, et rien n'a rouillé."})
    assert FIRST in texts(other, channels=("x",), settings=TWO)["x @ reminder"]


@pytest.mark.parametrize(("count", "listed"), [(2, False), (3, True), (8, True)])
def test_three_headings_are_a_list_and_more_than_six_are_too_many(count: int, listed: bool) -> None:
    body = "".join(f"<h2>Le capteur {name}</h2>" for name in "abcdefgh"[:count])
    text = texts(post(body=lambda: body), channels=("linkedin",))["linkedin"]
    assert text.count("– Le capteur") == (min(count, 6) if listed else 0)
