"""``sharekit check``."""

from __future__ import annotations

import sys

import click

from sharekit.cli.options import FORMAT, NOW, QUIET, Call, on_blog
from sharekit.errors import SourceError


@click.command("check", epilog="Example: sharekit check ~/blog --format github")
@on_blog(NOW, FORMAT, QUIET)
def command(call: Call) -> None:
    """Report what is wrong with the posts: skipped files, dates, tags, links, images and series. Changes nothing.

    Each finding names its file and line; with --format github they are annotations. Exits with 3 on an error.
    """
    from sharekit.report.output import annotate, check_json, check_lines, count_line
    from sharekit.steps.check import check

    session = call.session()
    blog = session.blog
    # What is wrong with drafts comes from the plan, so that every command reports the same.
    drafts = [each for each in session.plan_without_ledger()[0].findings if each.path]
    findings = [*drafts, *check(blog, now=session.clock())]
    posts = len(blog.reading.posts)
    annotated = [*annotate(findings), count_line(findings, posts)]
    call.emit(check_json(findings), annotated if call.form == "github" else check_lines(findings, posts))
    if any(finding.level == "error" for finding in findings):
        sys.exit(SourceError.exit_code)
