"""``HugoSource``: the published posts of a Hugo site, as Hugo itself renders them.

An overlay adds one page whose template writes every page of the site as lines of JSON. The site's own folder is not
written to: not its lock file, not its resources.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.errors import SourceError
from sharekit.model import Finding, Reading
from sharekit.sources.hugo.binary import Hugo, Output, find_hugo
from sharekit.sources.hugo.complaints import explain, missing_shortcode
from sharekit.sources.hugo.export import read_export
from sharekit.sources.hugo.site import is_hugo_site, themes

if TYPE_CHECKING:
    from datetime import datetime

    from sharekit.config import SourceSettings

OVERLAY = Path(__file__).with_name("overlay")
ENVIRONMENT = {
    "HUGO_OUTPUTFORMATS": '{"sharekit":{"mediatype":"application/json","basename":"sharekit","isplaintext":true,'
    '"notalternative":true}}',
    "HUGO_SEGMENTS": '{"sharekit":{"includes":[{"kind":"page","output":"sharekit"}]}}',
    # Code is coloured where it is needed, in the mail; here it would take most of the time.
    "HUGO_MARKUP_HIGHLIGHT_CODEFENCES": "false",
    "HUGO_ENABLEGITINFO": "false",
}
# A theme that is missing takes its shortcodes with it; Hugo names one unknown shortcode per attempt.
MOST_SHORTCODES = 30


@dataclass(frozen=True)
class HugoSource:
    """The Hugo site in ``root``. ``now`` decides what is future or expired; without it, Hugo's clock does."""

    root: Path
    settings: SourceSettings
    now: datetime | None = None

    def read(self) -> Reading:
        """Every published post. Raises SourceError with the post's file and line where Hugo refuses the site."""
        if not is_hugo_site(self.root):
            raise SourceError(
                "no blog was found here: there is no hugo.toml, hugo.yaml or config folder.",
                path=str(self.root),
                hint="Name the folder of your blog: sharekit build DIR",
            )
        hugo = find_hugo(self.settings.hugo)
        with tempfile.TemporaryDirectory(prefix="sharekit-hugo-") as scratch:
            findings, export = self._render(hugo, Path(scratch))
            reading = read_export(export, root=self.root, sections=self.settings.sections)
        findings += reading.findings
        return Reading(
            site=reading.site,
            posts=reading.posts,
            skipped=reading.skipped,
            findings=tuple(findings),
            picture=reading.picture,
        )

    def _render(self, hugo: Hugo, scratch: Path) -> tuple[list[Finding], str]:
        findings: list[Finding] = []
        stand_ins = scratch / "shortcodes"
        environment = {
            **ENVIRONMENT,
            "HUGO_STATICDIR": str(scratch / "no-static"),
            "HUGO_RESOURCEDIR": str(scratch / "resources"),
        }
        named, answer = themes(hugo, self.root)
        if theme_is_missing(answer):
            findings.append(_without_theme(answer))
        for _ in range(MOST_SHORTCODES):
            theme = ",".join([*named, str(OVERLAY), *([str(stand_ins)] if stand_ins.is_dir() else [])])
            output = self._run(hugo, scratch / "out", theme, environment)
            export = scratch / "out" / "sharekit-export" / "sharekit.json"
            if output.code == 0 and export.is_file():
                return findings, export.read_text(encoding="utf-8", errors="replace")
            if theme_is_missing(output) and "HUGO_MODULE_IMPORTS" not in environment:
                environment["HUGO_MODULE_IMPORTS"] = "[]"
                named = []
                findings = findings or [_without_theme(output)]
                continue
            shortcode = missing_shortcode(output.stderr + output.stdout)
            if shortcode is None or not findings:
                break
            stand_in = stand_ins / "layouts" / "shortcodes" / f"{shortcode}.html"
            if not stand_in.exists():
                findings.append(_without_shortcode(shortcode))
            stand_in.parent.mkdir(parents=True, exist_ok=True)
            # What asks for its inner text must be closed in every post; Hugo complains where it is not.
            stand_in.write_text("" if stand_in.exists() else "{{ .Inner }}", encoding="utf-8")
        raise explain(output.stderr + output.stdout, self.root)

    def _run(self, hugo: Hugo, destination: Path, theme: str, environment: dict[str, str]) -> Output:
        arguments = ["build", "--noBuildLock", "--source", str(self.root), "--destination", str(destination)]
        arguments += ["--renderSegments", "sharekit", "--theme", theme]
        if self.now is not None:
            arguments += ["--clock", self.now.isoformat(timespec="seconds")]
        return hugo.run(arguments, environment=environment)


def theme_is_missing(output: Output) -> bool:
    """Whether Hugo stopped because a theme or a module of the site could not be loaded."""
    words = (output.stderr + output.stdout).lower()
    signs = ("failed to load modules", "module ", "theme")
    return output.code != 0 and "failed to load modules" in words and any(sign in words for sign in signs)


def _without_theme(output: Output) -> Finding:
    cause = next((line.strip() for line in (output.stderr + output.stdout).splitlines() if "modules" in line), "")
    return Finding(
        level="warn",
        rule="theme-missing",
        message="The theme could not be loaded; the posts were read without it, and without its shortcodes.",
        hint=cause.replace(os.path.expanduser("~"), "~")[:300] or None,
    )


def _without_shortcode(name: str) -> Finding:
    return Finding(
        level="warn",
        rule="shortcode-missing",
        message=f'The shortcode "{name}" comes from the missing theme; what it would have shown is left out.',
    )
