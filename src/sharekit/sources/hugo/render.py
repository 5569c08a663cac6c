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

from sharekit.errors import SourceError
from sharekit.model import REFUSED, Finding, Skipped
from sharekit.sources.front import decode, line_of
from sharekit.text.part_words import MARKS, PATTERN, SIGNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from subprocess import CompletedProcess

    from sharekit.model import Level
    from sharekit.sources.hugo.program import Facts, Hugo

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
# For the site, and in the front matter of a page.
UNKNOWN_FORMAT = re.compile(r"(?:unknown output format|OutputFormat with key) \"?([^\s\",;:]+)")
# Kinds of pages that hold no post and that no post asks for.
UNUSED = ("RSS", "sitemap", "robotsTXT", "404")
# A template that calls errorf lets everything be rendered, and fails the build in the end.
ONLY_LOGGED = re.compile(r"error building site: logged \d+ error")
# "published: true", as Jekyll has it: Hugo takes the key for a date.
PUBLISHED = re.compile(r'the published "(?:true|false)"')
# Hugo names one thing that it cannot do per attempt.
MOST_ATTEMPTS = 60
NOTE = "Hugo refuses the whole site for it. Correct it and run again."
# The places that Hugo writes: "/blog/content/a.md:4:1", or: see /blog/content/a.md
PLACE = re.compile(r'"?((?:/|[A-Za-z]:\\|content/)[^":\n]+?\.\w+)(?::(\d+)(?::\d+)?)?"?(?=[\s":,;]|$)')
# Hugo repeats what it complains of, however long.
LONGEST_LINE = 4000
# Newer versions want a site to allow content in HTML and other forms that may carry scripts.
NOT_ALLOWED = re.compile(r'"([\w./+-]+)" is not whitelisted in policy "security\.allowContent"')
ARTICLES = (".md", ".markdown", ".mdown", ".html", ".htm", ".org", ".adoc", ".asciidoc", ".ad", ".rst", ".pdc", ".pandoc")


@dataclass(kw_only=True)
class Renderer:
    """Runs one Hugo on one site, once. The site's own folder is not written to: not its lock file, not its resources.

    What a run leaves out (``formats`` on) is learnt from those before it; ``findings`` and ``skipped`` say what it was.
    """

    hugo: Hugo
    root: Path
    facts: Facts
    now: datetime | None
    url: str | None = None
    environment: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))
    formats: dict[str, dict[str, object]] = field(default_factory=lambda: {"sharekit": {**FORMAT, "basename": "sharekit"}})
    has_theme: bool = True
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.themes = list(self.facts.themes)
        self.ignored = list(self.facts.ignored)
        self.environment["HUGO_DISABLEKINDS"] = json.dumps([*self.facts.disabled, *UNUSED])
        if theme_is_missing(self.facts.answer):
            self._report_theme(self.facts.answer)

    def render(self, scratch: Path, *, bodies: bool = False) -> bytes:
        """The lines of the export; those of the contents alone, and of all of them, where ``bodies`` are asked for.

        Raises SourceError with file and line where Hugo refuses the site as a whole.
        """
        overlay = lay(scratch / "overlay", self.facts.version, bodies=bodies)
        stand_ins = scratch / "shortcodes"
        self.environment |= {
            "HUGO_STATICDIR": str(scratch / "no-static"),
            "HUGO_RESOURCEDIR": str(scratch / "resources"),
        }
        words = ""
        for _ in range(MOST_ATTEMPTS):
            theme = ",".join([*self.themes, str(overlay), *([str(stand_ins)] if stand_ins.is_dir() else [])])
            output = self._run(scratch / "out", theme)
            words = output.stderr + output.stdout
            # A site with a host for each language has a folder for each.
            export = next((scratch / "out").rglob("sharekit-export/sharekit.json"), None)
            if export is not None and (output.returncode == 0 or only_logged(words)):
                self.findings += warnings(words, self.root)
                return export.read_bytes()
            if not self._learn(output, words, stand_ins):
                break
        raise explain(words, self.root)

    def _run(self, destination: Path, theme: str) -> CompletedProcess[str]:
        arguments = ["build"] if self.facts.version >= (0, 112, 0) else []
        arguments += ["--noBuildLock", "--source", str(self.root), "--destination", str(destination), "--theme", theme]
        arguments += ["--renderSegments", "sharekit"] if self.facts.version >= (0, 124, 0) else []
        arguments += ["--baseURL", self.url] if self.url else []
        arguments += ["--clock", self.now.isoformat(timespec="seconds")] if self.now else []
        environment = {**self.environment, "HUGO_OUTPUTFORMATS": json.dumps(self.formats)}
        environment |= {"HUGO_IGNOREFILES": json.dumps(self.ignored)} if self.ignored else {}
        return self.hugo.run(arguments, environment=environment)

    def _learn(self, output: CompletedProcess[str], words: str, stand_ins: Path) -> bool:
        """Whether another attempt, without what this one failed on, can do better."""
        if theme_is_missing(output) and "HUGO_MODULE_IMPORTS" not in self.environment:
            self.environment["HUGO_MODULE_IMPORTS"] = "[]"
            self.themes = []
            self._report_theme(output)
            return True
        unknown = UNKNOWN_FORMAT.search(words)
        if unknown is not None and not self.has_theme and unknown[1] not in self.formats:
            # The absent theme defines it; nothing is written in it here.
            self.formats[unknown[1]] = {**FORMAT, "basename": f"sharekit-{len(self.formats)}"}
            return True
        shortcode = missing_shortcode(words)
        if shortcode is not None and not self.has_theme:
            stand_in = stand_ins / "layouts" / "shortcodes" / f"{shortcode}.html"
            known = stand_in.exists()
            if not known:
                message = f'The shortcode "{shortcode}" comes from the missing theme; what it would have shown is left out.'
                self.findings.append(Finding("warn", "shortcode-missing", message))
            stand_in.parent.mkdir(parents=True, exist_ok=True)
            # What asks for its inner text must be closed in every post; Hugo complains where it is not.
            stand_in.write_text("" if known else "{{ .Inner }}", encoding="utf-8")
            return True
        error = explain(words, self.root)
        if PUBLISHED.match(error.message) and "HUGO_FRONTMATTER_PUBLISHDATE" not in self.environment:
            # What other generators call a flag is a date to Hugo, which refuses the site; here the others are read.
            self.environment["HUGO_FRONTMATTER_PUBLISHDATE"] = '["publishdate", "pubdate", "date"]'
            self.findings.append(_refused(error, error.path or ""))
            return True
        return self._leave_out(error)

    def _report_theme(self, output: CompletedProcess[str]) -> None:
        if self.has_theme:
            self.has_theme = False
            cause = next((line.strip() for line in (output.stderr + output.stdout).splitlines() if "modules" in line), "")
            message = "The theme could not be loaded; the posts were read without it, and without its shortcodes."
            hint = cause.replace(os.path.expanduser("~"), "~")[:300] or None
            self.findings.append(Finding("warn", "theme-missing", message, hint=hint))

    def _leave_out(self, error: SourceError) -> bool:
        path = self.root / error.path if error.path else None
        if path is None or not path.is_file() or path.suffix.lower() not in ARTICLES or path.name.startswith("_index."):
            return False
        source = path.relative_to(self.root).as_posix()
        if any(each.source == source for each in self.skipped):
            return False
        self.ignored.append(re.escape(source).replace("/", r"[/\\]") + "$")
        self.skipped.append(Skipped(source=source, reason=error.message, line=error.line))
        self.findings.append(_refused(error, source))
        return True


def only_logged(words: str) -> bool:
    """Whether everything was rendered, and templates complained; a post without its date is not everything."""
    return ONLY_LOGGED.search(words) is not None and "is not a parsable date" not in words


def theme_is_missing(output: CompletedProcess[str]) -> bool:
    """Whether Hugo stopped because a theme or a module of the site could not be loaded."""
    return output.returncode != 0 and "failed to load modules" in (output.stderr + output.stdout).lower()


def _refused(error: SourceError, source: str) -> Finding:
    return Finding(
        "error",
        REFUSED,
        error.message,
        path=source,
        line=error.line,
        hint="Hugo refuses the whole site for it; here it is left out and the rest is read. Correct it and run again.",
    )


def lay(folder: Path, version: tuple[int, int, int], *, bodies: bool) -> Path:
    """Write the overlay into ``folder``."""
    shutil.copytree(OVERLAY, folder, dirs_exist_ok=True)
    values = {
        "marks": _slice(MARKS),
        "signs": _slice(SIGNS),
        "pattern": f"`{PATTERN}`",
        "bodies": json.dumps(bodies),
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


# --- what Hugo says -------------------------------------------------------------------------------------------------


def missing_shortcode(words: str) -> str | None:
    """The name of a shortcode for which Hugo found no template, or whose stand-in asks for an end that it has not."""
    found = re.search(r'template for shortcode "([^"]+)" not found|shortcode "([^"]+)" must be closed', words)
    return (found[1] or found[2]) if found else None


def explain(words: str, root: Path) -> SourceError:
    """A SourceError that says in one line what Hugo said in many."""
    line = _decisive(words)
    path, number = _place(line, root)
    message = _cause(line, root)
    if refused := NOT_ALLOWED.search(line):
        message = (
            f"Hugo accepts {refused[1]} as content only where [security] allowContent in its configuration does: "
            "allowContent = ['.*'] allows everything (or make it a Markdown file)"
        )
        return SourceError(message, path=path or str(root), hint=NOTE)
    bad_date = re.search(r'the "(\w+)" front matter field is not a parsable date', line)
    if bad_date and path:
        text = decode((root / path).read_bytes()) if (root / path).is_file() else ""
        number = line_of(text, bad_date[1])
        value = re.split("[:=]", text.split("\n")[number - 1], maxsplit=1)[1].strip(" \t\"',") if number else ""
        message = f'the {bad_date[1]} "{value}" does not exist or is not written as a date.'
    elif path and number is not None and not re.search("front matter|shortcode", message) and path.startswith("content"):
        message = f"its front matter is broken: {message}"
    if path is None:
        path = next((name for name in _config_names(root) if name in words), None)
        found = re.search(r":(\d+):\d+", line)
        number = int(found.group(1)) if path and found else None
    return SourceError(message, path=path or str(root), line=number, hint=NOTE)


def warnings(words: str, root: Path) -> list[Finding]:
    """What Hugo says of articles while it renders them: a reference that leads nowhere, what a shortcode complains of."""
    found: dict[tuple[str, int | None, str], Finding] = {}
    for line in words.splitlines():
        path, number = _place(line, root)
        if path is None or not line.startswith(("ERROR", "WARN")) or "deprecated" in line:
            continue
        reference = re.search(r'REF_NOT_FOUND: Ref "([^"]+)"', line)
        message = f'its reference "{reference.group(1)}" leads to no page' if reference else _cause(line, root)
        level: Level = "error" if line.startswith("ERROR") else "warn"
        rule = "dead-link" if reference else "hugo"
        found.setdefault((path, number, message), Finding(level, rule, message, path=path, line=number))
    return list(found.values())


def _decisive(words: str) -> str:
    lines = [line for line in words.splitlines() if line.strip()]
    for sign in ("ERROR", "Error:", "error"):
        for line in lines:
            if sign in line:
                return line
    return lines[-1] if lines else "Hugo stopped without a message"


def _place(line: str, root: Path) -> tuple[str | None, int | None]:
    for found in PLACE.finditer(line[:LONGEST_LINE]):
        path = Path(found.group(1))
        number = int(found.group(2)) if found.group(2) else None
        if path.is_absolute():
            for base in (root, root.resolve()):
                if path.is_relative_to(base):
                    return path.relative_to(base).as_posix(), number
        elif (root / path).exists():
            return path.as_posix(), number
    return None, None


def _cause(line: str, root: Path) -> str:
    text = re.sub(r"^\s*(ERROR|WARN|Error:)\s*", "", line)
    text = text.replace(f"{root}/", "").replace(str(root), ".")
    text = re.sub(r"^(error building site: )?(assemble: )?(failed to create page from pageMetaSource \S+: )?", "", text)
    text = re.sub(r'^"?[^"\s]+:\d+:\d+"?:\s*(failed to extract shortcode: )?', "", text)
    return text.strip()[:400]


def _config_names(root: Path) -> list[str]:
    found = [path for pattern in ("hugo.*", "config.*", "config/**/*") for path in root.glob(pattern) if path.is_file()]
    return [path.relative_to(root).as_posix() for path in found]
