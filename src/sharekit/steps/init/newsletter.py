"""The questions about the newsletter: what sends it, when an issue is drafted, and from whom it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sharekit.config import IssueSettings
from sharekit.errors import ConfigError, did_you_mean
from sharekit.mailers.base import sender_of
from sharekit.registry import declared, kind_named, kinds
from sharekit.steps.init.answers import LATER, NONE

if TYPE_CHECKING:
    from sharekit.steps.blog import Blog
    from sharekit.steps.init.gather import Asker, Flags

# What people call the modes, and the keys of [issue] that they mean.
WEEKLY, MONTHLY = {"mode": "digest", "when": "weekly on monday at 08:00"}, {"mode": "digest"}
MODES: dict[str, dict[str, str]] = {
    "article": {"mode": "post"},
    "weekly": WEEKLY,
    "monthly": MONTHLY,
    "series": {"mode": "series"},
    "manual": {"mode": "manual"},
    "post": {"mode": "post"},
    "digest": MONTHLY,
}


@dataclass(frozen=True)
class Newsletter:
    """The mailer, its table, and further keys of ``[issue]``."""

    mailer: str
    table: dict[str, Any]
    issue: dict[str, Any] = field(default_factory=dict)


def newsletter(blog: Blog, flags: Flags, ask: Asker) -> Newsletter:
    """Raises ConfigError for a mailer or a mode of the flags that is not known."""
    config = blog.config
    again = config.since is not None
    usual = IssueSettings()
    kept = {key: getattr(config.issue, key) for key in ("mode", "when") if getattr(config.issue, key) != getattr(usual, key)}
    mailer: str | None = config.issue.mailer
    if flags.mailer:
        mailer = _mailer(flags.mailer)
    elif not again:
        labels = [declared("mailers", kind).label for kind in kinds("mailers")]
        mailer = ask(f"What sends your newsletter ({', '.join(labels)}; none: no newsletter)?", "later", _mailer)
    elif mailer not in config.mailers:
        mailer = _mailer(config.issue.mailer)
    if mailer is None:
        return Newsletter("files", {}, {"mode": "manual"})
    given = dict.fromkeys(key for name, key, _ in flags.settings if name == "issue")
    issue: dict[str, Any] = {key: _setting(flags, key) for key in given}
    if "mode" not in issue and not again and mailer != "files":
        question = "When is an issue drafted (article: one for each; weekly; monthly; series: when one is complete; manual)?"
        issue = ask(question, "monthly", mode_named) | issue
    return Newsletter(mailer, dict(config.mailers.get(mailer, {})), kept | issue)


def sender(blog: Blog, flags: Flags, ask: Asker, *, mailer: str) -> dict[str, Any]:
    """The key ``from`` of ``[issue]``, where it is known or somebody says it."""
    known = blog.config.issue.from_
    if known or mailer == "files" or any(each[:2] == ("issue", "from") for each in flags.settings):
        return {"from": known} if known else {}
    name = blog.site.title.replace('"', "").strip() or "The blog"
    answer = ask(f"From whom does it come, such as {name} <letter@blog.example> (or later)?", "later", _from)
    return {"from": answer} if answer else {}


def mode_named(text: str) -> dict[str, str]:
    """``article``, ``one per article``, ``weekly`` … as keys of ``[issue]``. Raises ConfigError."""
    words = text.casefold().replace("-", " ").split()
    if not words or text.casefold() in LATER:
        return MONTHLY
    found = next((keys for name, keys in MODES.items() if {name, f"{name}s", name.removesuffix("ly")} & {*words}), None)
    if found is None and text.casefold() in (*NONE, "by hand", "never"):
        found = MODES["manual"]
    if found is None:
        raise ConfigError(f'"{text}" is not known', hint=did_you_mean(text, list(MODES)[:5]))
    return found


def _mailer(text: str) -> str | None:
    """A kind of mailer; ``files`` for later, None for no newsletter."""
    if text.casefold() in NONE:
        return None
    return "files" if text.casefold() in LATER else kind_named("mailers", text)


def _setting(flags: Flags, key: str) -> str:
    value = next(value for name, given, value in flags.settings if (name, given) == ("issue", key))
    if key == "mode":
        return mode_named(value)["mode"]
    return _from(value) or "" if key == "from" else value


def _from(text: str) -> str | None:
    if text.casefold() in (*LATER, *NONE):
        return None
    try:
        sender_of(IssueSettings(from_=text))
    except ConfigError as error:
        raise ConfigError(f'"{text}" is not an address', hint="Write it as in: The blog <letter@blog.example>") from error
    return text
