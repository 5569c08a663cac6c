"""What is wrong with an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sharekit.config import IssueSettings
    from sharekit.model import Finding, RenderedIssue


def lint(rendered: RenderedIssue, settings: IssueSettings) -> list[Finding]:
    return []
