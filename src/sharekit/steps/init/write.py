"""The files of ``init``: made from templates, written where there is nothing, shown as a difference where there is."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import yaml

from sharekit.config import FILE_NAME, toml_value
from sharekit.files import write_if_changed
from sharekit.git import git_output
from sharekit.templating import environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from jinja2 import Environment

    from sharekit.steps.init.answers import Answers, Place

State = Literal["new", "unchanged", "different", "added"]
# What a place is given: the template, the file below the repository's folder, and what it is for.
CI = "drafts on push, checks pull requests, delivers on schedule"
FILES: dict[Place, tuple[tuple[str, str, str], ...]] = {
    "github": (("ci/github.yml", ".github/workflows/sharekit.yml", CI),),
    "gitlab": (("ci/gitlab.yml", ".gitlab-ci.yml", CI.replace("pull", "merge")),),
    "forgejo": (("ci/forgejo.yml", ".forgejo/workflows/sharekit.yml", CI),),
    "server": (
        ("ci/server/sharekit.service", "deploy/sharekit.service", "one delivery, for systemd"),
        ("ci/server/sharekit.timer", "deploy/sharekit.timer", "every hour, for systemd"),
        ("ci/server/crontab", "deploy/sharekit.crontab", "every hour, for a machine without systemd"),
    ),
}
GITLAB_BESIDE = ".gitlab/sharekit.yml"
# What a generator that renders every Markdown file below its folder must leave alone.
OURS = ("shares", "issues", "outbox", FILE_NAME)
# Jekyll 3, which GitHub Pages has, forgets its own list where there is another (jekyllrb.com/docs/configuration/default).
JEKYLL_OWN = ("Gemfile", "Gemfile.lock", "node_modules", "vendor")


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A file as ``init`` would have it. ``path`` is relative to the repository; ``present`` is what is there now.

    ``adds`` says that the content is lines to add to what is there, which is never an overwriting.
    """

    path: str
    what: str
    content: str
    present: str | None
    adds: bool = False

    @property
    def state(self) -> State:
        """What writing it would mean."""
        if self.present is None:
            return "new"
        if self.present == self.content:
            return "unchanged"
        return "added" if self.adds else "different"

    def difference(self) -> list[str]:
        """A unified diff from the file as it is to what would be written today."""
        if self.present is None or self.state != "different":
            return []
        lines = difflib.unified_diff(
            self.present.splitlines(), self.content.splitlines(), self.path, f"{self.path} (today)", lineterm="", n=1
        )
        return list(lines)


def propose(answers: Answers) -> list[Proposed]:
    """Every file that the answers lead to, beside what is there. Raises ConfigError for an origin that cannot be used."""
    repository, folder = answers.repository.root, answers.repository.folder
    blog = "" if folder == "." else f"{folder}/"
    made = [
        _proposed(repository, f"{blog}{FILE_NAME}", "what to feed, mail and share, with comments", _config(answers)),
        _lines(repository, f"{blog}.gitignore", "what is made again at every build", _made_again(repository, blog, answers)),
    ]
    if answers.site.generator.startswith("Jekyll"):
        made += _jekyll(repository, f"{blog}_config.yml")
    if answers.site.generator.startswith("Eleventy"):
        made.append(_lines(repository, f"{blog}.eleventyignore", "keeps the drafts out of the site", [*OURS[:3]]))
    for place in answers.places:
        if place != "server" and answers.origin is None:
            continue
        for template, path, what in FILES[place]:
            content = _render(template, answers, place)
            made.append(_proposed(repository, _beside(repository, path, content), what, content))
    return made


def write(repository: Path, proposed: Iterable[Proposed]) -> None:
    """Write what is new and add what is to be added; what is there and differs is left alone. Raises OutputError."""
    for each in proposed:
        if each.state in ("new", "added"):
            write_if_changed(repository / each.path, each.content)


def _proposed(repository: Path, path: str, what: str, content: str) -> Proposed:
    return Proposed(path=path, what=what, content=content, present=_present(repository / path))


def _present(path: Path) -> str | None:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def _beside(repository: Path, path: str, content: str) -> str:
    """GitLab has one file for everything; one that is not ours stays as it is, and includes ours."""
    if path != ".gitlab-ci.yml":
        return path
    present = _present(repository / path)
    return path if present is None or ".sharekit:" in present or present == content else GITLAB_BESIDE


def _made_again(repository: Path, blog: str, answers: Answers) -> list[str]:
    rendered = ("issues/*.eml", "issues/*.html", "issues/*.txt")
    wanted = [".sharekit/", "outbox/", *rendered, "issues/samples/", "shares/samples/"]
    output = f"{answers.output.strip('/')}/"
    # A site that is kept in git stays in it.
    if not git_output(repository, "ls-files", "--", f"{blog}{output}"):
        wanted.append(output)
    return wanted


def _lines(repository: Path, path: str, what: str, wanted: Sequence[str]) -> Proposed:
    """A file of one name a line, such as ``.gitignore``, with those that it lacks."""
    present = _present(repository / path)
    known = {line.strip().strip("/") for line in (present or "").splitlines()}
    missing = [line for line in wanted if line.strip("/") not in known]
    kept = present or ""
    if kept and not kept.endswith("\n"):
        kept += "\n"
    content = kept + "".join(f"{line}\n" for line in missing) if missing else present or ""
    return Proposed(path=path, what=what, content=content, present=present, adds=True)


def _jekyll(repository: Path, path: str) -> list[Proposed]:
    """Jekyll's configuration with what is ours in its ``exclude``; nothing where its text cannot be extended safely."""
    present = _present(repository / path)
    content = excluded(present) if present else None
    what = "exclude: keeps the drafts out of the site"
    return [Proposed(path=path, what=what, content=content, present=present, adds=True)] if content else []


def excluded(text: str) -> str | None:
    """A ``_config.yml`` whose ``exclude`` has our names too, every other line as it was; None where that cannot be done."""
    before = yaml.safe_load(text) or {}
    listed = before.get("exclude") or []
    missing = [name for name in OURS if name not in listed]
    if not missing:
        return text
    if "exclude" not in before:
        content = f"{text.rstrip()}\n\nexclude: [{', '.join((*OURS, *JEKYLL_OWN))}]\n"
    elif found := re.search(r"^exclude:[ \t]*\[", text, re.MULTILINE):
        content = f"{text[: found.end()]}{', '.join(missing)}{', ' if listed else ''}{text[found.end() :].lstrip(' ')}"
    elif found := re.search(r"^exclude:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*([ \t]*- )", text, re.MULTILINE):
        lines = "".join(f"{found[1]}{name}\n" for name in missing)
        content = f"{text[: found.start(1)]}{lines}{text[found.start(1) :]}"
    else:
        return None
    try:
        after = yaml.safe_load(content)
    except yaml.YAMLError:
        return None
    same = {**after, "exclude": None} == {**before, "exclude": None}
    return content if same and {*after["exclude"]} >= {*listed, *OURS} else None


def _config(answers: Answers) -> str:
    since = answers.since.isoformat(timespec="seconds")
    template = _templates().get_template("init/sharekit.toml")
    return template.render(answers=answers, since=since, schema=_schema_url(answers))


def _schema_url(answers: Answers) -> str | None:
    origin = answers.origin
    if origin is None or not origin.url.startswith("https://github.com/"):
        return None
    return f"https://raw.githubusercontent.com/{origin.action}/{origin.ref}/docs/sharekit.schema.json"


def _render(name: str, answers: Answers, place: Place) -> str:
    origin = answers.origin
    uses = ""
    if place == "github" and origin:
        uses = f"{origin.action}@{origin.ref}{f' # v{origin.version}' if origin.version and origin.pinned else ''}"
    return (
        _templates()
        .get_template(name)
        .render(
            branch=answers.repository.branch,
            folder=answers.repository.folder,
            minute=answers.minute,
            secrets=sorted(answers.credentials),
            source=origin.url if origin else "",
            commit=origin.ref if origin else "",
            title=answers.site.title,
            uses=uses,
        )
    )


def _templates() -> Environment:
    # Workflows are full of `${{ … }}`, so ours has other marks.
    made = environment(language="en", html=False).overlay(variable_start_string="{=", variable_end_string="=}")
    # A JSON string is a TOML string and a YAML string: a branch or a title cannot leave its quotes.
    made.filters["toml"] = toml_value
    made.filters["yaml"] = toml_value
    made.filters["comment"] = lambda text: " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return made
