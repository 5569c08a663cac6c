"""What every test shares. In CI a test that was skipped for a missing program is a failure: nothing may go untested."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chromium import browser as chromium_browser

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, folder by folder in each worker's part of the list: what a folder shares is made once."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    folders = list(dict.fromkeys(item.path.parent for item in items if item.get_closest_marker("slow")))
    parts = {item: folders.index(item.path.parent) % workers for item in items if item.get_closest_marker("slow")}
    parts |= {item: number * workers // len(items) for number, item in enumerate(items) if item not in parts}
    items.sort(key=lambda item: (parts[item], item.get_closest_marker("slow") is None))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if skipped and os.environ.get("CI") == "true" and "SHAREKIT_SHARED" not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and in CI nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real blogs and official descriptions, which is not part of this project."""
    folder = Path(os.environ.get("SHAREKIT_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("SHAREKIT_SHARED names no folder of real blogs and official descriptions")
    return folder.resolve()


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of this checkout."""
    return ROOT


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the tests of a module, so that no event loop outlives them."""
    with chromium_browser() as made:
        yield made
