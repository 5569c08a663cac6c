"""Findings on stderr, in the form that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sharekit.model import Finding


def show_findings(findings: Iterable[Finding], form: str, *, quiet: bool = False) -> None:
    """Print each finding once on stderr: annotations for GitHub, else lines. ``quiet`` leaves out what is only a note."""
    shown = [finding for finding in dict.fromkeys(findings) if not (quiet and finding.level == "info")]
    if not shown:
        return
    from sharekit.report.github import annotate
    from sharekit.report.tables import findings_lines

    for line in annotate(shown) if form == "github" else findings_lines(shown):
        click.echo(line, err=True)
