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
from sharekit.shares.hashtags import hashtags
from sharekit.shares.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path

ALL = ("x", "mastodon", "bluesky", "linkedin", "facebook", "threads", "chat")
BODY = "<p>Une première phrase qui dit de quoi il est question ici, avec assez de mots. Une seconde.</p>" + "".join(
    f"<h2>{heading}</h2><p>…</p>" for heading in ("Bonjour !", "Le boîtier", "Les capteurs", "Le réseau", "Conclusion")
)


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
    return draft_texts(made, outlets=outlets, settings=settings or SharesSettings(), **{"parts": (), **more})


def part(position: int = 2, total: int = 3, *, more: bool = False) -> tuple[Part, ...]:
    return (Part(series="Station météo", position=position, total=total, more=more),)


@pytest.mark.parametrize(
    "title", ["Court", "Une station météo " * 12, "👩\u200d👩\u200d👧" * 120, "مرحبا بالعالم " * 25, "日本語" * 90]
)
def test_every_text_fits_and_keeps_its_link_and_its_part(title: str) -> None:
    for name, text in texts(post(title=title), parts=part()).items():
        rule = outlet(name, {}).counter
        assert rule.measure(text) <= rule.limit, name
        assert "https://blog.example.org/2026/station-1/" in text
        assert "2/3" in text or "Partie 2 sur 3" in text


def test_what_is_dropped_first() -> None:
    """Headings beyond the second, then hashtags, then headings; the title last."""
    seen: list[tuple[int, int, bool]] = []
    for length in range(20, 240, 4):
        text = texts(post(title="t" * length), channels=("x",))["x"]
        found = (
            text.count(",") + 1 if "Au programme" in text else 0,
            text.count("#"),
            "…\n" in text.split("\n\n")[0] + "\n",
        )
        if not seen or seen[-1] != found:
            seen.append(found)
    kept = [(headings, tags) for headings, tags, _ in seen]
    assert kept == sorted(kept, reverse=True)
    assert kept[0] == (3, 3)
    assert kept[-1] == (0, 0)


def test_the_title_is_never_cut_inside_an_emoji() -> None:
    text = texts(post(title="👩\u200d👩\u200d👧" * 150), channels=("bluesky",))["bluesky"]
    shown = text.splitlines()[0].removesuffix("…")
    assert shown == "👩\u200d👩\u200d👧" * (len(shown) // 5)


@pytest.mark.parametrize(
    ("title", "parts", "label"),
    [
        ("Une station", part(), "(2/3)"),
        ("Une station", part(more=True), "(épisode 2)"),
        ("Une station (2/3)", part(), ""),
        ("Une station, partie 2", part(), ""),
        ("Une station, épisode 2 : le réseau", part(), ""),
        ("Une station", (), ""),
    ],
)
def test_the_part_is_said_once(title: str, parts: tuple[Part, ...], label: str) -> None:
    first = texts(post(title=title), channels=("x",), parts=parts)["x"].splitlines()[0]
    assert first == f"{title} {label}".strip()


def test_the_authors_own_summary_comes_before_the_headings() -> None:
    made = texts(post(summary="On soude, on code, et il pleut."), channels=("x",))["x"]
    assert "On soude, on code, et il pleut." in made
    assert "Au programme" not in made


def test_a_title_is_told_without_its_markup() -> None:
    made = texts(post(title="`git rebase` et **ses pièges**"), parts=part(), before=post(title="Le `début`"))
    assert made["x"].startswith("git rebase et ses pièges (2/3)\n")
    assert "La partie précédente\u00a0: Le début" in made["linkedin"]


def test_channels_that_share_a_template_share_its_text_but_not_its_links() -> None:
    settings = SharesSettings(utm={"source": "{channel}"})
    made = texts(post(), channels=("x", "bluesky"), settings=settings)
    assert "utm_source=x" in made["x"]
    assert "utm_source=bluesky" in made["bluesky"]
    plain = texts(post(), channels=("x", "bluesky"))
    assert plain["x"] == plain["bluesky"]


def test_an_account_that_takes_more_is_drafted_more() -> None:
    places = [outlet("x", {"limit": 4000}), outlet("bluesky", {})]
    made = draft_texts(post(), parts=(), outlets=places, settings=SharesSettings())
    assert "Une première phrase" in made["x"]
    assert "Une première phrase" not in made["bluesky"]


def test_headings_that_say_nothing_are_left_out() -> None:
    made = texts(post(), channels=("x",))["x"]
    assert "Au programme\u00a0: Le boîtier, Les capteurs, Le réseau." in made


def test_the_part_before_is_named_where_there_is_no_thread() -> None:
    made = texts(post(), channels=("linkedin", "facebook", "mastodon"), parts=part(), before=post(title="Le début"))
    assert "La partie précédente\u00a0: Le début" in made["linkedin"]
    assert "La partie précédente\u00a0: Le début" in made["facebook"]
    assert "Le début" not in made["mastodon"]


def test_other_authors_are_named_and_the_account_itself_is_not() -> None:
    handles = {"Ada": {"x": "@ada"}, "Bob": {"x": "bob"}}
    made = post(authors=(Author(name="Ada"), Author(name="Bob"), Author(name="Eve", handles={"x": "eve"})))
    places = [outlet("x", {"handle": "@Ada"})]
    text = draft_texts(made, parts=(), outlets=places, settings=SharesSettings(handles=handles))["x"]
    assert "@bob @eve #Météo" in text
    assert "@ada" not in text


def test_links_carry_utm_where_it_is_set() -> None:
    settings = SharesSettings(utm={"source": "{channel}", "campaign": "{slot}"}, slots={"launch": "0d", "reminder": "7d"})
    made = texts(post(url="https://blog.example.org/a/?x=1#b"), channels=("x",), settings=settings)
    assert "https://blog.example.org/a/?x=1&utm_source=x&utm_campaign=launch#b" in made["x"]
    assert "utm_campaign=reminder" in made["x @ reminder"]


def test_a_post_that_ages_has_one_slot() -> None:
    settings = SharesSettings(slots={"launch": "0d", "reminder": "7d"})
    assert set(texts(post(), channels=("x",), settings=settings, evergreen=False)) == {"x"}


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
        assert all(f"https://blog.example.org/{n}/" in text for n in (1, 2, 3)), name
    assert on_x in made["x @ closing"]
    assert "La série «\u00a0Station\u00a0» est complète\u00a0: 3 épisodes." in made["x @ closing"]


def test_the_same_input_gives_the_same_texts() -> None:
    assert texts(post(), parts=part()) == texts(replace(post()), parts=part())


@pytest.mark.parametrize(
    ("tags", "names", "expected"),
    [
        (("développement web",), {}, ["#DéveloppementWeb"]),
        (("C++", "K8s"), {"C++": "cpp", "k8s": "Kubernetes"}, ["#cpp", "#Kubernetes"]),
        (("C++", "C#", ".NET"), {}, ["#cpp", "#csharp", "#dotnet"]),
        (("Node.js", "static-site", "K8s"), {}, ["#NodeJs", "#StaticSite", "#K8s"]),
        (("…", "!!!", "---"), {}, []),
        (("2026",), {}, []),
        (("Kubecon", "Kubecon Europe", "Kubecon Europe 2022"), {}, ["#Kubecon"]),
        (("a", "A", "b", "c", "d"), {}, ["#a", "#b", "#c"]),
        (("برمجة",), {}, ["#برمجة"]),
    ],
)
def test_hashtags(tags: tuple[str, ...], names: dict[str, str], expected: list[str]) -> None:
    assert hashtags(tags, most=3, names=names) == expected
