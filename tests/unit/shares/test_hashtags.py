"""Tags become hashtags that a person can read and a screen reader can speak."""

from __future__ import annotations

import pytest

from sharekit.shares.hashtags import hashtags


@pytest.mark.parametrize(
    ("tags", "names", "expected"),
    [
        (("développement durable",), {}, ["#DéveloppementDurable"]),
        (("C++", "K8s"), {"C++": "cpp", "k8s": "Kubernetes"}, ["#cpp", "#Kubernetes"]),
        (("C++", "C#", ".NET"), {}, ["#cpp", "#csharp", "#dotnet"]),
        (("C++17", "C# 11", "F#"), {}, ["#Cpp17", "#CSharp11", "#fsharp"]),
        (("Node.js", "static-site", "K8s"), {}, ["#NodeJs", "#StaticSite", "#K8s"]),
        (("…", "!!!", "---"), {}, []),
        (("2026",), {}, []),
        (("Salon", "Salon du bois", "Salon du bois 2026"), {}, ["#Salon"]),
        (("a", "A", "b", "c", "d"), {}, ["#a", "#b", "#c"]),
        (("برمجة",), {}, ["#برمجة"]),
        (("नमस्ते", "বাংলা"), {}, ["#नमस्ते", "#বাংলা"]),
        (("e\u0301le\u0301ment",), {}, ["#élément"]),
        (("l'atelier", "d’art"), {}, ["#atelier", "#art"]),
        (("Rock'n'roll", "l'art"), {}, ["#RockNRoll", "#art"]),
        (("how to sharpen every saw you own",), {}, []),
    ],
)
def test_hashtags(tags: tuple[str, ...], names: dict[str, str], expected: list[str]) -> None:
    assert hashtags(tags, most=3, names=names) == expected


def test_what_the_title_names_comes_first_and_the_general_last() -> None:
    made = hashtags(("blog", "wood", "planes"), most=3, names={}, title="Setting planes")
    assert made == ["#planes", "#wood", "#blog"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", ["#RetD", "#SonEtImage"]),
        ("fr-CA", ["#RetD", "#SonEtImage"]),
        ("de", ["#RundD", "#SonUndImage"]),
        ("es", ["#RyD", "#SonYImage"]),
        ("pt-BR", ["#ReD", "#SonEImage"]),
        ("en", ["#RAndD", "#SonAndImage"]),
        ("sv", ["#RAndD", "#SonAndImage"]),
    ],
)
def test_an_ampersand_is_the_word_of_the_language(language: str, expected: list[str]) -> None:
    assert hashtags(("R&D", "Son & image"), most=9, names={}, language=language) == expected


def test_a_question_is_no_hashtag() -> None:
    tags = ("qu'est-ce", "Qu’est-ce que", "qu'est-ce que le varech", "est-ce-ville")
    assert hashtags(tags, most=9, names={}, language="fr") == ["#LeVarech", "#EstCeVille"]
