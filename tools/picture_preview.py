"""Pictures of the preview for the documentation: ``python tools/picture_preview.py PREVIEW-FOLDER docs/pictures``.

The folder is what ``sharekit preview`` wrote, such as that of ``make demo``.
"""

from __future__ import annotations

import sys
from pathlib import Path

WIDTH = 1240
# Each page's picture and its height. That of the shares is on the README's first screen.
PAGES = {
    "index": ("preview-plan", 900),
    "shares": ("preview", 640),
    "issues": ("preview-issues", 900),
    "feeds": ("preview-feeds", 900),
}


def main(pages: Path, folder: Path) -> None:
    """Take one picture of the top of each page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        for name, (picture, height) in PAGES.items():
            page.set_viewport_size({"width": WIDTH, "height": height})
            page.goto((pages / f"{name}.html").resolve().as_uri(), wait_until="load")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{picture}.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
