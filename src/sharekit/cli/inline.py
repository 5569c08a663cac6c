"""``sharekit inline``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from sharekit.errors import SourceError

DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# How far a browser looks for it: https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding
PRESCAN = 1024


@click.command("inline", epilog="Example: sharekit inline letter.html > letter-inlined.html")
@click.argument("file", metavar="[FILE]", type=click.Path(path_type=Path), default=Path("-"))
def command(file: Path) -> None:
    """Write an HTML document with its CSS in style attributes, for mail clients that read nothing else.

    FILE is read, or standard input; the result goes to standard output in the same encoding. Media queries, :hover,
    Outlook's comments and everything else that a style attribute cannot hold stay as they are. Nothing is fetched.
    """
    from sharekit.issue.inline import inline

    data = _read(file)
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise SourceError(
            f"is not text in {encoding}: {error}",
            path=str(file),
            hint='Say its encoding: <meta charset="…">, or save it as UTF-8.',
        ) from error
    sys.stdout.buffer.write(inline(text).encode(encoding, errors="xmlcharrefreplace"))
    sys.stdout.buffer.flush()


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise SourceError(
            f"cannot be read: {error.strerror}", path=str(file), hint="Name an HTML file, or none for standard input."
        ) from error


def _encoding(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    declared = DECLARED.search(data[:PRESCAN])
    return declared[1].decode("ascii").lower() if declared else "utf-8"
