"""Why a remote refused a push, in words that say what to do: a forge's own are about its rules, not about sharekit."""

from __future__ import annotations

import re

# In the order in which they are looked for: what the remote says, what that means, what to do.
REFUSALS = (
    (
        r"verified signature|must be signed|gpg[^\n]*sign|commits? (?:is|are) not signed|unsigned commit",
        "a rule of the repository asks for signed commits, and a CI token cannot sign",
        (
            "Leave sharekit's branches out of it: Settings → Rules → Rulesets, exclude sharekit-ledger and sharekit/*. "
            "Your default branch keeps the rule."
        ),
    ),
    (
        r"GH006|GH013|protected branch|push declined due to repository rule|not allowed to push code to protected",
        "a rule of the repository protects this branch",
        (
            "Let sharekit use branches of its own: the drafts go to sharekit/drafts as a pull request, and the ledger to "
            "sharekit-ledger; exclude both from the rule."
        ),
    ),
    (
        r"refusing to allow .* (?:workflow|without `workflow`)",
        "the token may not change workflow files, and the commit holds one",
        "Merge the default branch into sharekit's branch by hand once.",
    ),
    (
        r"permission to .* denied|\b403\b|write access .* not granted|not allowed to (?:push|upload)|read[- ]only",
        "the token may not write",
        (
            "GitHub: the job needs permissions: contents: write. GitLab: Settings → CI/CD → Job token permissions → "
            "Allow Git push requests. A pull request from a fork may never write, and need not."
        ),
    ),
    (
        r"authentication failed|could not read (?:username|password)|\b401\b|invalid credentials|terminal prompts disabled",
        "the remote did not accept the credentials",
        "In a workflow of your own: give the action's token input, or let checkout keep its credentials.",
    ),
    (
        r"could not resolve host|unable to access|connection (?:refused|reset|timed out)|early eof|remote end hung up",
        "the remote was not reached",
        "Nothing is lost: the next run does it.",
    ),
    (
        r"pre-receive hook declined|hook declined",
        "a hook of the server refused it",
        "Ask who runs the server to let the branches sharekit-ledger and sharekit/drafts through: sharekit pushes no other.",
    ),
)


def explain_refusal(words: str) -> tuple[str, str]:
    """What git said of a failed push or fetch → (cause with the remote's own last words, what to do)."""
    said = _without_passwords(" ".join(line.removeprefix("remote:").strip() for line in words.splitlines()).strip())
    for sign, cause, hint in REFUSALS:
        if re.search(sign, words, re.IGNORECASE):
            return f"{cause} ({said[-300:]})", hint
    return said[-300:] or "git said nothing", "Run the same git command yourself to see more."


def _without_passwords(text: str) -> str:
    return re.sub(r"(://)[^/@\s]+@", r"\1", text)
