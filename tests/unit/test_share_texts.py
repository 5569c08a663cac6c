"""Each property of a good share finds what misses it, and passes a draft that has it."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

URL = "https://blog.example/scies/"
GOOD = "Trois scies suffisent pour un meuble, et aucune ne coûte cher. On les choisit dans cet ordre."
MORE = "Une quatrième ne sert qu’à remplir le mur, et elle rouille la première."
HEADER = {"title": "Choisir une scie", "language": "fr", "series": "L’atelier", "part": "2/3", "description": GOOD}
PLACE = "Suite de «\u00a0L’atelier\u00a0»\u00a0: partie 2 sur 3."


@pytest.fixture(scope="module")
def tool(project: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("share_texts", project / "tools" / "share_texts.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    sys.modules["share_texts"] = made
    spec.loader.exec_module(made)
    return made


def text(hook: str = GOOD, *, link: str = f"\n{URL}", tags: str = "\n\n#Scies") -> str:
    return f"{hook}\n\n{PLACE}{link}{tags}"


def draft(tool: ModuleType, name: str, said: str, *, others: dict[str, str] | None = None, **header: Any) -> Any:
    return tool.Draft(name=name, text=said, header={**HEADER, **header}, others={name: said, **(others or {})})


@pytest.mark.parametrize("name", ["x", "linkedin", "mastodon", "bluesky", "facebook", "threads", "chat", "x @ reminder"])
def test_a_good_draft_misses_nothing(tool: ModuleType, name: str) -> None:
    link = "" if name in ("bluesky", "threads") else f"\n{URL}"
    hook = f"{GOOD} {MORE}" if name == "linkedin" else MORE if "@" in name else GOOD
    said = text(hook, link=link, tags="" if name == "chat" else "\n\n#Scies")
    assert tool.missed(draft(tool, name, said, others={"x": text()} if name != "x" else None)) == []


@pytest.mark.parametrize(
    ("rule", "name", "said", "header"),
    [
        ("repeats_launch", "x @ reminder", text(), {}),
        ("address_beside_card", "bluesky", text(), {}),
        ("no_more_than_x", "linkedin", text(), {}),
        ("breakable_french", "mastodon", text("Faut-il trois scies ? Oui, et aucune ne coûte plus cher qu’un livre."), {}),
        ("series_not_named", "mastodon", f"{GOOD}\n{URL}", {}),
        ("only_title", "mastodon", f"Choisir une scie\n{PLACE}\n{URL}", {}),
        ("link_not_alone", "mastodon", text(link=f"\nTout lire : {URL}"), {}),
        ("mixed_signs", "mastodon", text("L'outil et l’atelier tiennent dans la même cave, l’un sous l’autre."), {}),
        ("too_many_hashtags", "x", text(tags="\n\n#Un #Deux #Trois"), {}),
        ("short_hook", "mastodon", text("Il pleut."), {}),
        ("headings_as_hook", "mastodon", text("– La scie à dos\n– La scie à refendre"), {}),
        ("wrong_number", "mastodon", text(), {"title": "L’atelier, partie 9"}),
        ("leans_on_earlier", "mastodon", text("La dernière fois, nous avions laissé la scie dans son bain d’huile."), {}),
        ("leans", "mastodon", text("Elle coupe encore, et personne ne sait depuis combien d’hivers."), {}),
        ("filler", "mastodon", text("Bonjour à tous, on parle des scies et de ce qu’elles coûtent."), {}),
        ("filler", "mastodon", text("Des scies, dans cet article, il y en a trois et elles coupent toutes."), {}),
        ("card_runs_on", "mastodon", text(), {"description": "Trois scies suffisent, et les voici :"}),
        ("cut", "mastodon", text("Trois scies suffisent pour un meuble, et aucune ne coûte…"), {}),
        ("leftovers", "mastodon", text("Trois **scies** suffisent pour un meuble, et aucune ne coûte cher."), {}),
        ("leftovers", "mastodon", text("Trois _scies à dos_ suffisent pour un meuble, et aucune ne coûte cher."), {}),
        ("unclosed", "mastodon", text("Trois scies (dont une à dos suffisent pour un meuble de cuisine."), {}),
        ("mention", "mastodon", text("Le décorateur @property épargne dix lignes à qui l’écrit."), {}),
        (
            "repeats_title",
            "mastodon",
            text("Une scie se choisit mal. Trois suffisent pourtant à un meuble entier, sans rien de plus.", tags=""),
            {"title": "Une scie se choisit mal."},
        ),
    ],
)
def test_each_property_finds_its_case(tool: ModuleType, rule: str, name: str, said: str, header: dict[str, str]) -> None:
    others = {"x": said if name == "x" else text(), "facebook": text(f"{GOOD} {MORE}")}
    assert rule in tool.missed(draft(tool, name, said, others=others, **header))


def test_an_article_that_says_no_more_asks_for_no_more(tool: ModuleType) -> None:
    picture = f"Choisir une scie\n{PLACE}\n{URL}"
    assert not tool.only_title(draft(tool, "mastodon", picture, description=""))
    assert not tool.no_more_than_x(draft(tool, "linkedin", text(), others={"x": text()}))


def test_the_author_of_a_spanish_sentence_is_nobody_from_before(tool: ModuleType) -> None:
    said = text("He visto tres sierras en un taller, y ninguna era cara.")
    assert not tool.leans(draft(tool, "mastodon", said, language="es"))
    assert tool.leans(draft(tool, "mastodon", text("He saw three of them in a shop, and none was dear."), language="en"))


def test_german_quotation_marks_close(tool: ModuleType) -> None:
    assert not tool.unclosed(draft(tool, "mastodon", text("Die Säge heißt „Fuchsschwanz“, und niemand weiß warum.")))


def test_every_property_is_tried(tool: ModuleType) -> None:
    marks = test_each_property_finds_its_case.pytestmark  # type: ignore[attr-defined]  # pytest sets it
    assert {case[0] for case in marks[0].args[1]} == set(tool.CHECKS)
