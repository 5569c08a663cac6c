from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from jsonschema import Draft202012Validator

from sharekit.config import Config, Settings, check_required, described
from sharekit.configuration import line_of, read_config
from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def config(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "sharekit.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path)


def test_every_key_is_optional(tmp_path: Path) -> None:
    assert config(tmp_path, "") == Config()


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("[shares]\n\nhastags = 3\n", 3, 'unknown key "hastags" in [shares].', 'Did you mean "hashtags"?'),
        ("chanels = 3\n", 1, 'unknown key "chanels".', 'Did you mean "channels"?'),
        ("shares = { hastags = 1 }\n", 1, 'unknown key "hastags" in [shares].', 'Did you mean "hashtags"?'),
        ('[[series]]\nname = "x"\nmembers = ["a"]\nmember = 1\n', 4, 'unknown key "member" in [series].', "members"),
        ("[feed]\nzzz = 1\n", 2, 'unknown key "zzz" in [feed].', "Known here: archive"),
        ('[feed]\nlimit = "ten"\n', 2, '[feed] limit = "ten" is not a whole number of 0 or more', None),
        (
            '[feed]\nformats = ["rss", "rdf"]\n',
            2,
            '[feed] formats = ["rss", "rdf"] is not a list of atom, json, rss',
            'formats = ["rss", "atom", "json"]',
        ),
        ("[feed\n", 1, "is not valid TOML", None),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, message: str, hint: str | None) -> None:
    with pytest.raises(ConfigError) as caught:
        config(tmp_path, text)
    assert message in caught.value.message
    assert caught.value.line == line
    assert caught.value.exit_code == 2
    if hint:
        assert hint in str(caught.value.hint)


def test_a_missing_file_says_how_to_go_on(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file") as caught:
        read_config(tmp_path / "none.toml")
    assert "--config" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("since = 2026-11-23\n", datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Paris"))),
        ("since = 2026-11-23T10:00:00Z\n", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ('since = "2026-11-23"\n', datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Paris"))),
        ("", None),
    ],
)
def test_since_is_a_moment_in_the_blogs_zone(tmp_path: Path, text: str, moment: datetime | None) -> None:
    made = config(tmp_path, text)
    assert made.since_moment(made.zone("Europe/Paris")) == moment


def test_a_since_that_is_no_date_is_an_error(tmp_path: Path) -> None:
    made = Config(since="soon")
    with pytest.raises(ConfigError, match="is not a date"):
        made.since_moment(made.zone())
    with pytest.raises(ConfigError, match="is not a date"):
        config(tmp_path, 'since = "soon"\n')


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ConfigError, match="not known"):
        Config(timezone="Europe/Pariss").zone()


def test_the_configured_zone_wins_over_the_blogs() -> None:
    assert Config(timezone="Asia/Tokyo").zone("Europe/Paris") == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("table", "valid"),
    [
        ({"feed": {"formats": ["rss"]}, "channels": {"x": {"handle": "@a"}}}, True),
        ({"feed": {"formts": ["rss"]}}, False),
        ({"channels": {"mastodon": {"instance": "social.example"}}}, True),
        ({"channels": {"mastodon": {"intance": "social.example"}}}, False),
        ({"channels": {"mastodon": {"kind": "files", "folder": "out"}}}, True),
        ({"channels": {"mastodon": {"kind": "files", "instance": "social.example"}}}, False),
        ({"channels": {"perso": {"kind": "mastodon", "instance": "social.example"}}}, True),
        ({"channels": {"perso": {"kind": "mastodon", "folder": "out"}}}, False),
        ({"channels": {"perso": {"instance": "social.example"}}}, False),
        ({"channels": {"haiku": {"kind": "haiku", "wall": "kitchen"}}}, True),
        ({"channels": {"linkedin": {"author": "me"}}}, False),
        ({"mailers": {"smtp": {"dkim": {"domain": "a.example", "selector": "s"}}}}, True),
        ({"mailers": {"smtp": {"connections": 0}}}, False),
    ],
)
def test_the_schema_takes_what_the_code_takes_and_refuses_what_it_refuses(
    table: dict[str, Any], valid: bool, project: Path
) -> None:
    schema = json.loads((project / "docs" / "sharekit.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(table) == valid


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("other", "limit"), 5),
        (("feed",), 1),
        (("feed", "none"), 1),  # that of its table
        (("series", "1", "name"), 9),
        (("channels", "a.b", "kind"), 11),
        (("shares", "slots", "late"), 12),
        (("nothing", "here"), None),
    ],
)
def test_the_line_of_a_key_is_that_of_its_own_table(place: tuple[str, ...], line: int | None) -> None:
    text = (
        "[feed]\nlimit = 1\n\n[other]\nlimit = 2\n[[series]]\nname = 1\n[[series]]\nname = 2\n"
        "[channels]\n'a.b'.kind = 'x'\n[shares.slots]\n"
    )
    assert line_of(text, place) == line


@pytest.mark.parametrize(
    ("example", "hint"), [("kitchen", 'wall = "kitchen". The wall to hang it on.'), (None, "The wall to hang it on.")]
)
def test_a_required_key_that_is_not_set_is_an_error_with_what_to_write(example: str | None, hint: str) -> None:
    table: Any = msgspec.defstruct(
        "Table",
        [("wall", Annotated[str | None, described("The wall to hang it on.", example=example, required=True)], None)],
        bases=(Settings,),
        frozen=True,
        kw_only=True,
    )
    check_required(table(wall="kitchen"), "[channels.haiku]")
    with pytest.raises(ConfigError, match=r"\[channels\.haiku\] wall") as caught:
        check_required(table(), "[channels.haiku]")
    assert caught.value.hint == hint
