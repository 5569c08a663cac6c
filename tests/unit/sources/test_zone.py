from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sharekit.sources.dates import declared_zone

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "text", "zone"),
    [
        ("hugo.yaml", "title: x\ntimeZone: Europe/Paris\n", "Europe/Paris"),
        ("hugo.toml", 'timeZone = "America/Sao_Paulo" # home\n', "America/Sao_Paulo"),
        ("config/_default/hugo.json", '{\n  "timezone": "Asia/Tokyo"\n}', "Asia/Tokyo"),
        ("_config.yml", "timezone: Europe/Lisbon", "Europe/Lisbon"),
        ("pelicanconf.py", "TIMEZONE = 'UTC'\n", "UTC"),
        ("hugo.yaml", "timeZone: Europe/Atlantis\n", None),
        ("hugo.yaml", "# timeZone: Europe/Paris\n", None),
        ("README.md", "timezone: Europe/Paris\n", None),
    ],
)
def test_the_zone_that_the_configuration_names(tmp_path: Path, name: str, text: str, zone: str | None) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

    assert declared_zone(tmp_path) == zone
