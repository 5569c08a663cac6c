"""Pictures of an issue as a reader sees it: ``python tools/picture_issue.py issue.html FOLDER NAME [PUBLIC]``.

Wide, narrow, dark and without images, in headless Chromium. ``PUBLIC`` is the folder that holds the blog's pictures, so
that nothing is fetched. Says how wide the narrow one is: it must not scroll sideways.
"""

from __future__ import annotations

import mimetypes
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Route

# Name, width in CSS pixels, colour scheme, whether images load.
VIEWS = (
    ("640", 640, "light", True),
    ("390", 390, "light", True),
    ("dark", 640, "dark", True),
    ("no-images", 640, "light", False),
)


def main(issue: Path, folder: Path, name: str, public: Path | None = None) -> None:
    """Take the four pictures."""
    from playwright.sync_api import sync_playwright

    def nothing(route: Route) -> None:
        route.abort()

    def answer(route: Route) -> None:
        path = unquote(urlsplit(route.request.url).path).lstrip("/")
        file = public / path if public else None
        if file and file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "image/png")
        else:
            route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for view, width, scheme, images in VIEWS:
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # "light" or "dark"
            page = context.new_page()
            page.route("**/*", answer if images else nothing)
            page.set_content(issue.read_text(encoding="utf-8"), wait_until="load")
            wide = page.evaluate("document.documentElement.scrollWidth")
            page.screenshot(path=folder / f"{name}-{view}.png", full_page=True)
            print(f"{view}: {wide} of {width} px")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]) if len(sys.argv) > 4 else None)
