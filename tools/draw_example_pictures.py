"""Draw the pictures of ``examples/blog``: flat shapes, rendered from SVG by the Chromium of the tests.

Run it after changing a drawing: ``.venv/bin/python tools/draw_example_pictures.py``
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

BLOG = Path(__file__).resolve().parents[1] / "examples" / "blog"
SIZE = 'width="960" height="540" viewBox="0 0 960 540" xmlns="http://www.w3.org/2000/svg"'


def box(x: int, y: int, width: int, height: int, fill: str, radius: int = 0) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{fill}"/>'


def stroke(path: str, colour: str, width: int = 9) -> str:
    return f'<path d="{path}" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" fill="none"/>'


def louvres() -> str:
    return "".join(
        (
            box(0, 0, 960, 540, "#dcebf2"),
            box(0, 470, 960, 70, "#7fa66b"),
            '<polygon points="290,160 670,160 620,105 340,105" fill="#8c5a2b"/>',
            *(box(x, 160, 18, 330, "#8c5a2b") for x in (312, 630)),
            *(box(330, y, 300, 34, "#c98b4e", 6) for y in range(190, 440, 50)),
            '<circle cx="810" cy="110" r="52" fill="#f4c95d"/>',
        )
    )


def sensors() -> str:
    wires = enumerate(("#d1495b", "#30343f", "#edae49", "#3c7a89"))
    return "".join(
        (
            box(0, 0, 960, 540, "#f3efe6"),
            box(150, 150, 290, 240, "#2f6b4f", 14),
            box(225, 215, 120, 110, "#22262e", 8),
            box(610, 185, 190, 160, "#3b4a9c", 14),
            '<circle cx="705" cy="265" r="42" fill="#d8dbe8"/>',
            *(
                stroke(f"M430 {200 + 45 * n} C 520 {200 + 45 * n}, 540 {215 + 35 * n}, 620 {215 + 35 * n}", c)
                for n, c in wires
            ),
        )
    )


def dashboard() -> str:
    return "".join(
        (
            box(0, 0, 960, 540, "#22262e"),
            box(80, 60, 800, 420, "#f7f5ef", 18),
            stroke("M130 190 C 250 90, 330 220, 460 150 S 700 90, 830 140", "#d1495b"),
            stroke("M130 300 C 260 260, 360 330, 480 290 S 700 320, 830 270", "#3c7a89"),
            stroke("M130 410 C 240 350, 380 440, 500 400 S 720 360, 830 420", "#7fa66b"),
        )
    )


def loaf() -> str:
    return "".join(
        (
            box(0, 0, 960, 540, "#efe3d0"),
            box(0, 400, 960, 140, "#a9805a"),
            '<ellipse cx="480" cy="310" rx="270" ry="130" fill="#b8742f"/>',
            *(stroke(f"M{x} 215 q 30 60 12 130", "#f3dcb3", 16) for x in range(330, 660, 85)),
        )
    )


def notebook() -> str:
    return "".join(
        (
            box(0, 0, 960, 540, "#3c7a89"),
            box(270, 80, 420, 390, "#fbf8f1", 16),
            box(270, 80, 40, 390, "#d1495b", 16),
            *(box(330, 170 + 46 * row, 300 - 34 * (row % 3), 9, "#9fb4c0") for row in range(6)),
        )
    )


PICTURES = {
    "content/post/station-meteo-1-le-boitier/boitier.png": louvres,
    "content/post/station-meteo-2-les-capteurs/capteurs.png": sensors,
    "static/img/tableau.png": dashboard,
    "static/img/miche.png": loaf,
    "static/img/carnet.png": notebook,
}


def draw() -> None:
    """Write every picture of the example blog."""
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 960, "height": 540})
        for path, picture in PICTURES.items():
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style><svg {SIZE}>{picture()}</svg>")
            page.screenshot(path=BLOG / path)
        browser.close()


if __name__ == "__main__":
    draw()
