"""``sharekit doctor``."""

from __future__ import annotations

import sys

import click

from sharekit.cli.options import FORMAT, NOW, QUIET, Call, on_blog
from sharekit.report.github import write_github_files


@click.command("doctor", epilog="Example: sharekit doctor --offline")
@click.option("--offline", is_flag=True, help="Contact no provider: check that credentials exist, not that they work.")
@on_blog(NOW, FORMAT, QUIET)
def command(call: Call, offline: bool) -> None:
    """Check that everything a delivery needs is configured and reachable. Changes nothing.

    Exits with 1 if something is wrong. X charges for reads, so checking it costs about as much as a share.
    """
    from sharekit.report.doctor import doctor_findings, doctor_json, doctor_lines, doctor_summary, is_well
    from sharekit.steps.doctor import examine

    call.narrate("Checking …")
    checks = examine(call.session(), offline=offline)
    call.emit(doctor_json(checks), doctor_lines(checks))
    if call.form == "github":
        call.show(doctor_findings(checks))
        write_github_files(summary=doctor_summary(checks))
    sys.exit(0 if is_well(checks) else 1)
