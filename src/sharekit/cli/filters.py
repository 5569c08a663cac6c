"""Filters, which need no blog: ``sharekit inline`` and ``sharekit measure``."""

from __future__ import annotations

import json
import sys
from typing import BinaryIO

import click

from sharekit.errors import SourceError


@click.command(epilog="Example: sharekit inline letter.html > letter-inlined.html")
@click.argument("file", type=click.File("rb"), default="-")
def inline(file: BinaryIO) -> None:
    """Write an HTML document with its CSS in style attributes, for mail clients that read nothing else.

    FILE is read, or standard input; the result goes to standard output, both in UTF-8. Media queries and :hover stay
    in the style element, and so does all of <style data-premailer="ignore">. Nothing is fetched. CSS that premailer cannot
    follow is reported on standard error, with its line.
    """
    from sharekit.issue.inline import inline as inlined
    from sharekit.issue.inline import unsupported
    from sharekit.model import Finding
    from sharekit.report.output import findings_lines

    path = "standard input" if file.name == "<stdin>" else file.name
    try:
        text = file.read().decode()
    except UnicodeDecodeError as error:
        raise SourceError(f"is not UTF-8: {error}", path=path, hint="Save it as UTF-8.") from error
    findings = [Finding("warn", "mail-css", each, path=path, line=line) for line, each in unsupported(text)]
    for line in findings_lines(findings):
        click.echo(line, err=True)
    try:
        made = inlined(text)
    except SourceError as error:
        error.path = path
        raise
    sys.stdout.buffer.write(made.encode())
    sys.stdout.buffer.flush()


@click.command(epilog="""Example: echo '["Hello https://blog.example/"]' | sharekit measure --channel x""")
@click.option("--channel", required=True, help="The network, such as x or mastodon.")
def measure(channel: str) -> None:
    """Read a JSON list of texts and write the JSON list of their lengths, as the network counts them."""
    from sharekit.registry import counter_for, kind_named

    counter = counter_for(kind_named("channels", channel), {})[1]
    try:
        texts = json.loads(sys.stdin.buffer.read())
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"standard input is not JSON: {error}") from error
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise click.UsageError('standard input is not a JSON list of texts, as in ["a", "b"]')
    click.echo(json.dumps([counter.measure(text) for text in texts]))
