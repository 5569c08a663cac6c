"""Filters, which need no blog: ``sharekit inline`` and ``sharekit measure``."""

from __future__ import annotations

import json
import re
import sys
from typing import BinaryIO

import click

from sharekit.errors import SourceError

DECLARED = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)|\A\s*<\?xml[^>]+encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE
)
MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# What a browser takes these names for (https://encoding.spec.whatwg.org/#names-and-labels): a text that can say so in
# ASCII is not UTF-16, and what calls itself Latin 1 has the quotes of Windows.
LABELS = {"utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8", "iso-8859-1": "cp1252", "latin1": "cp1252"}
# How far a browser looks for it: https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding
PRESCAN = 1024


@click.command(epilog="Example: sharekit inline letter.html > letter-inlined.html")
@click.argument("file", type=click.File("rb"), default="-")
def inline(file: BinaryIO) -> None:
    """Write an HTML document with its CSS in style attributes, for mail clients that read nothing else.

    FILE is read, or standard input; the result goes to standard output in the same encoding. Media queries and :hover stay
    in the style element, and so does all of <style data-premailer="ignore">. Nothing is fetched. CSS that premailer cannot
    follow is reported on standard error, with its line.
    """
    from sharekit.issue.inline import inline as inlined
    from sharekit.issue.unsupported import unsupported
    from sharekit.model import Finding
    from sharekit.report.output import findings_lines

    path = "standard input" if file.name == "<stdin>" else file.name
    data = file.read()
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise SourceError(
            f"is not text in {encoding}: {error}",
            path=path,
            hint='Declare its encoding with <meta charset="…">, or save it as UTF-8.',
        ) from error
    findings = [Finding("warn", "mail-css", each, path=path, line=line) for line, each in unsupported(text)]
    for line in findings_lines(findings):
        click.echo(line, err=True)
    try:
        made = inlined(text)
    except SourceError as error:
        error.path = path
        raise
    sys.stdout.buffer.write(made.encode(encoding, errors="xmlcharrefreplace"))
    sys.stdout.buffer.flush()


def _encoding(data: bytes) -> str:
    marked = next((encoding for mark, encoding in MARKS.items() if data.startswith(mark)), None)
    declared = DECLARED.search(data[:PRESCAN])
    if marked or not declared:
        return marked or "utf-8"
    name = (declared[1] or declared[2]).decode("ascii").lower()
    return LABELS.get(name, name)


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
