"""A Hugo archive of many posts: ``sharekit build`` against Hugo's own full build, as ratios within one run.

    python benchmarks/archive.py [--posts 1000 10000] [--plain] [--keep DIR]

Each post is about 7 KB, with eight code fences unless ``--plain``. Wall time and the peak memory of the largest process are
measured with ``wait4``; the site is the same for both, and nothing is on the network.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sharekit.sources.hugo.program import find_hugo

WORDS = [
    "le",
    "réseau",
    "garde",
    "une",
    "trace",
    "de",
    "chaque",
    "paquet",
    "que",
    "nous",
    "envoyons",
    "et",
    "la",
    "mesure",
    "montre",
    "vite",
    "où",
    "le",
    "temps",
    "se",
    "perd",
    "dans",
    "la",
    "pile",
    "quand",
    "un",
    "nœud",
    "disparaît",
    "les",
    "autres",
    "prennent",
    "sa",
    "place",
    "sans",
    "que",
    "personne",
    "ne",
    "regarde",
    "écran",
    "ni",
    "journal",
    "pourtant",
    "la",
    "panne",
    "reste",
    "utile",
    "à",
    "qui",
    "veut",
    "apprendre",
    "comment",
    "un",
    "système",
    "se",
    "tient",
    "debout",
    "malgré",
    "les",
    "pannes",
    "les",
    "mises",
    "à",
    "jour",
    "et",
    "les",
    "humeurs",
    "de",
    "ses",
    "utilisateurs",
]
CODE = "```go\nfunc sum(values []int) (total int) {\n\tfor _, value := range values {\n\t\ttotal += value // %d\n\t}\n\treturn\n}\n```\n"
LAYOUTS = {
    "_default/baseof.html": '<!doctype html><html lang="fr"><head><title>{{ .Title }}</title></head><body>{{ block "main" . }}{{ end }}</body></html>',
    "_default/single.html": '{{ define "main" }}<article><h1>{{ .Title }}</h1>{{ .Content }}</article>{{ end }}',
    "_default/list.html": '{{ define "main" }}{{ range .Paginator.Pages }}<h2><a href="{{ .Permalink }}">{{ .Title }}</a></h2>{{ .Summary }}{{ end }}{{ end }}',
}


def make_site(root: Path, posts: int, *, plain: bool) -> None:
    """A site of ``posts`` posts, the same bytes each time."""
    dice = random.Random(20261123)
    (root / "hugo.toml").write_text('baseURL = "https://blog.example/"\nlanguageCode = "fr"\ntitle = "Archive"\n')
    for name, text in LAYOUTS.items():
        path = root / "layouts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for number in range(posts):
        year, month, day = 2006 + number // 600, number // 50 % 12 + 1, number % 28 + 1
        folder = root / "content" / "posts" / str(year)
        folder.mkdir(parents=True, exist_ok=True)
        body = "\n".join(_section(dice, number * 8 + at, plain=plain) for at in range(8))
        front = f'---\ntitle: "Article {number}"\ndate: {year}-{month:02}-{day:02}T08:{number % 60:02}:00Z\ntags: [t{number % 40}, t{number % 7}]\n'
        front += f"series: [suite-{number // 5}]\n" if number % 20 < 5 else ""
        (folder / f"article-{number:05}.md").write_text(f"{front}---\n{body}")


def _section(dice: random.Random, number: int, *, plain: bool) -> str:
    words = " ".join(dice.choice(WORDS) for _ in range(150 if plain else 130))
    return f"## Partie {number}\n\n{words}.\n\n{'' if plain else CODE % number}"


def measure(command: list[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds, and the peak memory in MB of the command or the largest of its children."""
    started = time.perf_counter()
    # `sharekit` waits for its own children, so that their peak is in RUSAGE_CHILDREN of the one below it.
    script = "import resource,subprocess,sys; code = subprocess.call(sys.argv[1:]); used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr); sys.exit(code)"
    done = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    cpu, peak = done.stderr.strip().splitlines()[-1].split()
    return seconds, float(cpu), int(peak) / 1024


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    arguments.add_argument("--posts", type=int, nargs="+", default=[1000, 10000])
    arguments.add_argument("--plain", action="store_true", help="no code in the posts, so that Hugo has nothing to colour")
    arguments.add_argument("--keep", type=Path, help="make the sites here and leave them")
    arguments.add_argument("--no-hugo", action="store_true", help="only sharekit")
    given = arguments.parse_args()
    print(f"{'posts':>7} {'what':<22}" + "".join(f"{name:>9}{'of hugo':>9}" for name in ("wall s", "CPU s", "MB")))
    with tempfile.TemporaryDirectory() as scratch:
        for posts in given.posts:
            root = (given.keep or Path(scratch)) / f"archive-{posts}"
            shutil.rmtree(root, ignore_errors=True)
            root.mkdir(parents=True)
            make_site(root, posts, plain=given.plain)
            run(root, posts, with_hugo=not given.no_hugo)


def run(root: Path, posts: int, *, with_hugo: bool) -> None:
    """Hugo, then a cold build, one with nothing changed, and one with a post changed."""
    hugo = [str(find_hugo().program), "build", "--quiet", "--noBuildLock", "--source", str(root)]
    base = measure([*hugo, "--destination", str(root.parent / f"public-{posts}")]) if with_hugo else (0.0, 0.0, 0.0)
    if with_hugo:
        _row(posts, "hugo", base, base)
        shutil.rmtree(root.parent / f"public-{posts}")
    build = [sys.executable, "-m", "sharekit", "build", str(root), "--quiet", "--now", "2026-11-23T12:00:00Z"]
    _row(posts, "sharekit, cold", measure(build), base)
    _row(posts, "sharekit, unchanged", measure(build), base)
    changed = next((root / "content").rglob("*.md"))
    changed.write_text(changed.read_text() + "\nEncore un mot.\n")
    os.utime(changed)
    _row(posts, "sharekit, one changed", measure(build), base)


def _row(posts: int, what: str, got: tuple[float, float, float], base: tuple[float, float, float]) -> None:
    cells = [f"{one:>9.2f}{one / other if other else float('nan'):>9.3f}" for one, other in zip(got, base, strict=True)]
    print(f"{posts:>7} {what:<22}{''.join(cells)}", flush=True)


if __name__ == "__main__":
    main()
