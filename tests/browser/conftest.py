"""What the tests of this folder hold pages against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.oracle import Oracle

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def oracle(chromium: Browser) -> Oracle:
    return Oracle(chromium)
