"""Which ledger a configuration and an environment name, and how a URL that is none is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sharekit.config import Config, LedgerSettings
from sharekit.errors import ConfigError
from sharekit.ledgers.git import GitLedger
from sharekit.ledgers.sql import SqlLedger
from sharekit.registry import NoLedger, open_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from repositories import Hosting


def test_a_repository_is_the_ledger_and_a_url_goes_before_it(hosting: Hosting) -> None:
    root = hosting.clone("clone")
    assert isinstance(open_ledger(root, Config(), environment={}), GitLedger)
    config = Config(ledger=LedgerSettings(url="sqlite:///ledger.sqlite"))
    assert isinstance(open_ledger(root, config, environment={}), SqlLedger)
    assert isinstance(open_ledger(root, Config(), environment={"SHAREKIT_LEDGER_URL": "sqlite:///a.sqlite"}), SqlLedger)
    with pytest.raises(NoLedger, match="in no git repository"):
        open_ledger(hosting.folder, Config(), environment={})


def test_the_setting_that_is_wrong_is_named(tmp_path: Path) -> None:
    wrong = "postgresql://me:Qx7@kLm8@db/x"
    with pytest.raises(ConfigError, match="SHAREKIT_LEDGER_URL") as caught:
        open_ledger(tmp_path, Config(), environment={"SHAREKIT_LEDGER_URL": wrong})
    assert caught.value.exit_code == 2
    config = Config(ledger=LedgerSettings(url="mysql://db/x"))
    with pytest.raises(ConfigError, match=r"sharekit.toml: \[ledger\] url"):
        open_ledger(tmp_path, config, environment={})


@pytest.mark.parametrize(
    "url", ["postgresql://me:Qx7@db/x", "postgresql://me:Qx7@kLm8@db/x", "postgresql://db/x?password=Qx7"]
)
def test_a_password_does_not_belong_in_the_configuration(url: str, tmp_path: Path) -> None:
    config = Config(ledger=LedgerSettings(url=url))
    with pytest.raises(ConfigError, match="holds a password") as caught:
        open_ledger(tmp_path, config, environment={})
    assert "SHAREKIT_LEDGER_URL" in (caught.value.hint or "")
    assert "Qx7" not in f"{caught.value} {caught.value.hint}"
