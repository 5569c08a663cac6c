"""Running Hugo on a site until it says what it knows: without a theme that is missing, without a post that it refuses.

A folder is laid over the site: one page, whose template writes every page of the site as lines of JSON.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.model import REFUSED, Finding, Skipped
from sharekit.sources.hugo.messages import explain, missing_shortcode, warnings
from sharekit.text.part_words import MARKS, PATTERN, SIGNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sharekit.errors import SourceError
    from sharekit.sources.hugo.program import Facts, Hugo, Output

OVERLAY = Path(__file__).with_name("overlay")
TEMPLATE = Path("layouts", "sharekit", "sharekit.sharekit.json")
# A site of so few pages is rendered whole: it costs less than to look which are needed.
FEW = 300
# Enough for every feed and draft of a larger one, what is still to come included; older posts are rendered when something
# asks for them.
NEWEST = 100
TRY = (0, 141)
SUMMARY = "{{- if not (or .Description .Params.excerpt .Params.summary) }}{{ $summary = .Summary }}{{ end -}}"
# A shortcode that fails in one article must not take the others with it.
GUARDED = f"""
    {{{{- with try .Content -}}}}
      {{{{- with .Err }}}}{{{{ $error = printf "%s" . }}}}{{{{ else }}}}{{{{ $html = .Value }}}}{{{{ end -}}}}
    {{{{- end -}}}}
    {{{{- if not $error -}}}}{SUMMARY}{{{{- end -}}}}"""
BARE = f"{{{{- $html = .Content -}}}}{SUMMARY}"
ENVIRONMENT = {
    "HUGO_SEGMENTS": '{"sharekit":{"includes":[{"kind":"page","output":"sharekit"}]}}',
    # Code is coloured where it is needed, in the mail; here it would take most of the time.
    "HUGO_MARKUP_HIGHLIGHT_CODEFENCES": "false",
    "HUGO_ENABLEGITINFO": "false",
    # A reference to a page that is not there is reported, and does not take the site with it.
    "HUGO_REFLINKSERRORLEVEL": "WARNING",
    # What is still to come is drafted, and the same export serves any moment: who reads it looks at the dates.
    "HUGO_BUILDFUTURE": "true",
    "HUGO_BUILDEXPIRED": "true",
    # Lines of JSON are no JSON to a minifier.
    "HUGO_MINIFY_MINIFYOUTPUT": "false",
}
FORMAT = {"mediatype": "application/json", "isplaintext": True, "notalternative": True}
UNKNOWN_FORMAT = re.compile(r"unknown output format \"?([^\s\",;:]+)")
# Kinds of pages that hold no post and that no post asks for.
UNUSED = ("RSS", "sitemap", "robotsTXT", "404")
# A template that calls errorf lets everything be rendered, and fails the build in the end.
ONLY_LOGGED = re.compile(r"error building site: logged \d+ error")
# "published: true", as Jekyll has it: Hugo takes the key for a date.
PUBLISHED = re.compile(r'the published "(?:true|false)"')
# Hugo names one thing that it cannot do per attempt.
MOST_ATTEMPTS = 60
ARTICLES = (".md", ".markdown", ".mdown", ".html", ".htm", ".org", ".adoc", ".asciidoc", ".ad", ".rst", ".pdc", ".pandoc")


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What Hugo wrote, and what it had to do without."""

    text: bytes
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()


@dataclass(kw_only=True)
class _Attempt:
    """What the next run leaves out, learnt from those before it."""

    environment: dict[str, str]
    formats: dict[str, dict[str, object]]
    themes: list[str]
    ignored: list[str]
    has_theme: bool = True
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def without_theme(self, output: Output) -> None:
        """Note that the theme is missing, with what Hugo said of it."""
        if self.has_theme:
            self.has_theme = False
            cause = next((line.strip() for line in (output.stderr + output.stdout).splitlines() if "modules" in line), "")
            message = "The theme could not be loaded; the posts were read without it, and without its shortcodes."
            hint = cause.replace(os.path.expanduser("~"), "~")[:300] or None
            self.findings.append(Finding(level="warn", rule="theme-missing", message=message, hint=hint))


@dataclass(frozen=True, kw_only=True)
class Renderer:
    """Runs one Hugo on one site. The site's own folder is not written to: not its lock file, not its resources."""

    hugo: Hugo
    root: Path
    facts: Facts
    now: datetime | None
    url: str | None = None

    def render(self, scratch: Path, *, known: bool) -> Rendered:
        """The lines of the export; where the pages are ``known``, only their contents, and those of all.

        Raises SourceError with file and line where Hugo refuses the site as a whole.
        """
        overlay = lay(scratch / "overlay", self.facts.version, known=known)
        stand_ins = scratch / "shortcodes"
        places = {"HUGO_STATICDIR": str(scratch / "no-static"), "HUGO_RESOURCEDIR": str(scratch / "resources")}
        places["HUGO_DISABLEKINDS"] = json.dumps([*self.facts.disabled, *UNUSED])
        attempt = _Attempt(
            environment={**ENVIRONMENT, **places},
            formats={"sharekit": {**FORMAT, "basename": "sharekit"}},
            themes=list(self.facts.themes),
            ignored=list(self.facts.ignored),
        )
        if theme_is_missing(self.facts.answer):
            attempt.without_theme(self.facts.answer)
        output = None
        for _ in range(MOST_ATTEMPTS):
            theme = ",".join([*attempt.themes, str(overlay), *([str(stand_ins)] if stand_ins.is_dir() else [])])
            output = self._run(scratch / "out", theme, attempt)
            # A site with a host for each language has a folder for each.
            export = next((scratch / "out").rglob("sharekit-export/sharekit.json"), None)
            if export is not None and (output.code == 0 or only_logged(output)):
                findings = (*attempt.findings, *warnings(output.stderr + output.stdout, self.root))
                return Rendered(text=export.read_bytes(), findings=findings, skipped=tuple(attempt.skipped))
            if not self._learn(output, attempt, stand_ins):
                break
        raise explain(output.stderr + output.stdout if output else "", self.root)

    def _run(self, destination: Path, theme: str, attempt: _Attempt) -> Output:
        arguments = ["build", "--noBuildLock", "--source", str(self.root), "--destination", str(destination)]
        arguments += ["--renderSegments", "sharekit"] if self.facts.version >= (0, 124, 0) else []
        arguments += ["--theme", theme]
        arguments += ["--baseURL", self.url] if self.url else []
        if self.now is not None:
            arguments += ["--clock", self.now.isoformat(timespec="seconds")]
        environment = {**attempt.environment, "HUGO_OUTPUTFORMATS": json.dumps(attempt.formats)}
        if attempt.ignored:
            environment["HUGO_IGNOREFILES"] = json.dumps(attempt.ignored)
        if self.facts.version < (0, 112, 0):
            arguments = arguments[1:]
        return self.hugo.run(arguments, environment=environment)

    def _learn(self, output: Output, attempt: _Attempt, stand_ins: Path) -> bool:
        """Whether another attempt, without what this one failed on, can do better."""
        words = output.stderr + output.stdout
        if theme_is_missing(output) and "HUGO_MODULE_IMPORTS" not in attempt.environment:
            attempt.environment["HUGO_MODULE_IMPORTS"] = "[]"
            attempt.themes = []
            attempt.without_theme(output)
            return True
        unknown = UNKNOWN_FORMAT.search(words)
        if unknown is not None and not attempt.has_theme and unknown[1] not in attempt.formats:
            # The absent theme defines it; nothing is written in it here.
            attempt.formats[unknown[1]] = {**FORMAT, "basename": f"sharekit-{len(attempt.formats)}"}
            return True
        shortcode = missing_shortcode(words)
        if shortcode is not None and not attempt.has_theme:
            stand_in = stand_ins / "layouts" / "shortcodes" / f"{shortcode}.html"
            known = stand_in.exists()
            if not known:
                message = f'The shortcode "{shortcode}" comes from the missing theme; what it would have shown is left out.'
                attempt.findings.append(Finding(level="warn", rule="shortcode-missing", message=message))
            stand_in.parent.mkdir(parents=True, exist_ok=True)
            # What asks for its inner text must be closed in every post; Hugo complains where it is not.
            stand_in.write_text("" if known else "{{ .Inner }}", encoding="utf-8")
            return True
        error = explain(words, self.root)
        if PUBLISHED.match(error.message) and "HUGO_FRONTMATTER_PUBLISHDATE" not in attempt.environment:
            # What other generators call a flag is a date to Hugo, which refuses the site; here the others are read.
            attempt.environment["HUGO_FRONTMATTER_PUBLISHDATE"] = '["publishdate", "pubdate", "date"]'
            attempt.findings.append(_refused(error, error.path or ""))
            return True
        return self._leave_out(error, attempt)

    def _leave_out(self, error: SourceError, attempt: _Attempt) -> bool:
        path = self.root / error.path if error.path else None
        if path is None or not path.is_file() or path.suffix.lower() not in ARTICLES or path.name.startswith("_index."):
            return False
        source = path.relative_to(self.root).as_posix()
        if any(each.source == source for each in attempt.skipped):
            return False
        attempt.ignored.append(re.escape(source).replace("/", r"[/\\]") + "$")
        attempt.skipped.append(Skipped(source=source, reason=error.message, line=error.line))
        attempt.findings.append(_refused(error, source))
        return True


def only_logged(output: Output) -> bool:
    """Whether everything was rendered, and templates complained; a post without its date is not everything."""
    words = output.stderr + output.stdout
    return ONLY_LOGGED.search(words) is not None and "is not a parsable date" not in words


def theme_is_missing(output: Output) -> bool:
    """Whether Hugo stopped because a theme or a module of the site could not be loaded."""
    return output.code != 0 and "failed to load modules" in (output.stderr + output.stdout).lower()


def _refused(error: SourceError, source: str) -> Finding:
    return Finding(
        level="error",
        rule=REFUSED,
        message=error.message,
        path=source,
        line=error.line,
        hint="Hugo refuses the whole site for it; here it is left out and the rest is read. Correct it and run again.",
    )


def lay(folder: Path, version: tuple[int, int, int], *, known: bool) -> Path:
    """Write the overlay into ``folder``. Where the pages are ``known``, it writes only their contents, and those of all."""
    shutil.copytree(OVERLAY, folder, dirs_exist_ok=True)
    values = {
        "marks": _slice(MARKS),
        "signs": _slice(SIGNS),
        "pattern": f"`{PATTERN}`",
        "known": "true" if known else "false",
        "few": str(FEW),
        "newest": str(NEWEST),
        "content": GUARDED if version[:2] >= TRY else BARE,
    }
    template = (OVERLAY / TEMPLATE).read_text(encoding="utf-8")
    for name, value in values.items():
        template = template.replace(f"[[{name}]]", value)
    (folder / TEMPLATE).write_text(template, encoding="utf-8")
    return folder


def _slice(texts: Sequence[str]) -> str:
    # A Go string is written as a JSON string is.
    return f"(slice {' '.join(map(json.dumps, texts))})"
