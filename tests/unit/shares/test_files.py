from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sharekit.shares.files import DraftFile, format_draft, parse_draft, refreshed
from sharekit.shares.share import chosen_moment, parts_before, published, share_of

from sharekit.errors import DraftError
from sharekit.files import digest
from sharekit.model import DraftStatus, Image

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 8, 30, tzinfo=PARIS)


def draft(**more: Any) -> DraftFile:
    values: dict[str, Any] = {
        "post": "2026/a",
        "title": 'Un « titre » : "difficile" # ---',
        "url": "https://blog.example.org/2026/a/",
        "published": "2026-11-24T08:00:00+01:00",
        "series": "Station (2/3)",
        "status": "draft",
        "drafted": {},
        "sections": {"x": "un", "linkedin @ reminder": "deux\n\ntrois"},
    }
    return DraftFile(**{**values, **more})


@settings(deadline=None)
@given(
    title=st.text(max_size=40),
    description=st.text(max_size=40),
    status=st.sampled_from(["draft", "hold", "skip", "approved"]),
)
def test_a_draft_comes_back_as_it_was_written(title: str, description: str, status: DraftStatus) -> None:
    made = draft(
        title=title,
        description=description,
        status=status,
        at={"x": "2026-11-26T08:30:00"},
        images=(Image(url="/a.png", alt="Le hall"),),
        evergreen=False,
    )
    again = parse_draft(format_draft(made), "shares/a.md")
    assert (again.title, again.description, again.status) == (title, description, status)
    assert (again.at, again.images, again.evergreen, again.sections) == (made.at, made.images, False, made.sections)


def test_what_a_person_wrote_stands() -> None:
    written = parse_draft(format_draft(draft()), "shares/a.md")
    mine = draft(
        status="approved", alt="Mes mots", at={"": "2026-11-26T08:30:00"}, sections={"x": "mes mots"}, drafted={"x": "0"}
    )
    made, differing = refreshed(mine, written)
    assert made.sections["x"] == "mes mots"
    assert (made.status, made.alt, made.at) == ("approved", "Mes mots", mine.at)
    assert differing == ["x"]


def test_the_card_follows_the_post_until_a_person_edits_it() -> None:
    drafted = {"title": digest("Ancien"), "description": digest("Avant")}
    fresh = draft(title="Nouveau", description="Après", drafted={"title": digest("Nouveau"), "description": digest("Après")})

    made, differing = refreshed(draft(title="Ancien", description="À moi", drafted=drafted), fresh)

    assert (made.title, made.description) == ("Nouveau", "À moi")
    assert differing == ["description"]
    again, differing = refreshed(made, fresh)
    assert (again, differing) == (made, ["description"])


@pytest.mark.parametrize(
    ("front", "complaint"),
    [
        ("status: maybe", "the status"),
        ("stats: draft", "unknown key"),
        ("at: tomorrow", "not a moment"),
        ("at: 2026-11-26", "no time of day"),
        ("images: hall.jpg", "not a list"),
        ("images: [{alt: x}]", "no url"),
        ("title: [", "front matter is broken"),
    ],
)
def test_a_header_that_is_wrong(front: str, complaint: str) -> None:
    with pytest.raises(DraftError, match=complaint) as caught:
        parse_draft(f"---\npost: a\n{front}\n---\n## x\n…\n", "shares/a.md")
    assert caught.value.path == "shares/a.md"


@pytest.mark.parametrize(
    ("body", "complaint", "line"),
    [("## x\na\n## x\nb\n", "twice", 6), ("bonjour\n", "before the first section", 4), ("## mastodn\n", "not known", 4)],
)
def test_a_body_that_is_wrong(body: str, complaint: str, line: int) -> None:
    with pytest.raises(DraftError, match=complaint) as caught:
        parse_draft(f"---\npost: a\n---\n{body}", "shares/a.md")
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("at", "name", "expected"),
    [
        ("2026-11-26 08:30", "x", "2026-11-26T08:30:00+01:00"),
        ("2026-11-26 08:30", "x @ reminder", None),
        ("2026-11-26T08:30:00Z", "x", "2026-11-26T08:30:00+00:00"),
        ('{"x @ reminder": 2026-07-01 12:15}', "x @ reminder", "2026-07-01T12:15:00+02:00"),
        ('{"x @ reminder": 2026-07-01 12:15}', "x", None),
    ],
)
def test_a_moment_that_a_person_chose(at: str, name: str, expected: str | None) -> None:
    made = parse_draft(f"---\npost: a\nat: {at}\n---\n## x\na\n", "shares/a.md")
    moment = chosen_moment(made, name, PARIS)
    assert (moment.isoformat() if moment else None) == expected


def test_a_share_holds_all_that_a_network_needs() -> None:
    made = draft(image="/a.jpg", alt="Le hall", description="Résumé", language="fr-FR", path="shares/a.md", lines={"x": 12})
    share = share_of(made, "x", slot="launch", at=NOW, language="en")
    assert share.key == "share/2026/a/x/launch"
    assert share.card.image == Image(url="https://blog.example.org/a.jpg", alt="Le hall")
    assert (share.card.description, share.language, share.created, share.source) == (
        "Résumé",
        "fr-FR",
        NOW,
        "shares/a.md:12",
    )
    assert share.part is not None
    assert (share.part.series, share.part.position, share.part.total) == ("Station", 2, 3)


def test_each_part_answers_the_nearest_one_that_is_drafted() -> None:
    drafts = [
        draft(post="three", series="Station (3/4)"),
        draft(post="one", series="Station (1/4)"),
        draft(post="two", series="Station (2/4)", status="skip"),
        draft(post="four", series="Station (4/4), Autre (1/2)"),
        draft(post="alone", series=""),
        draft(post="odd", series="Une (drôle) (1/2)"),
    ]
    assert parts_before(drafts) == {"three": "one", "four": "three"}


@pytest.mark.parametrize("text", ["", "hier", "2026-11-24T08:00:00"])
def test_a_publication_that_cannot_be_read(text: str) -> None:
    with pytest.raises(DraftError, match="published"):
        published(draft(published=text))
