"""``sharekit subscribers``."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharekit.cli.options import format_option
from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sharekit.list.addresses import Address
    from sharekit.list.csvfile import Wrong
    from sharekit.list.subscribers import Subscriber, Subscribers

IN = click.option("--in", "folder", type=click.Path(path_type=Path), default=Path(), help="The blog's folder.  [default: .]")
TAG = click.option("--tag", "tags", multiple=True, help="Only subscribers with this tag; several times.")


@click.group("subscribers")
def command() -> None:
    """A list of your own, for the SMTP mailer: a table in SQLite, or in PostgreSQL by its URL."""


@command.command("import", epilog="Example: sharekit subscribers import mailchimp.csv --consent 'form on the blog'")
@click.argument("file", type=click.File("rb"))
@click.option("--consent", default="", help="How they agreed, where the file does not say.")
@IN
@format_option
def import_(file: Any, consent: str, folder: Path, form: str) -> None:
    """Add the subscribers of a CSV file, such as Mailchimp, Buttondown, listmonk, Brevo, Ghost and Substack export.

    Whoever unsubscribed stays unsubscribed, whatever the file says; whoever unsubscribed in the file leaves here too.
    """
    from sharekit.list.csvfile import Wrong, decoded, read_subscribers

    wrong: list[Wrong] = []

    def right() -> Iterator[Subscriber]:
        for each in read_subscribers(decoded(file.read()), consent=consent):
            if isinstance(each, Wrong):
                wrong.append(each)
            else:
                yield each

    counts = _open(folder).add(right(), at=datetime.now(UTC))
    for each in wrong:
        click.echo(f"{file.name}:{each.line}: left out: {each.why}", err=True)
    _tell({**counts, "left out": len(wrong)}, form)
    sys.exit(1 if wrong else 0)


@command.command("export", epilog="Example: sharekit subscribers export --tag blog > subscribers.csv")
@TAG
@click.option("--state", help="Only subscribers in this state.")
@IN
def export(tags: tuple[str, ...], state: str | None, folder: Path) -> None:
    """Write the subscribers as CSV to standard output."""
    from sharekit.list.csvfile import write_subscribers

    write_subscribers(_open(folder).each(tags=tags, state=state), sys.stdout)


@command.command("add", epilog="Example: sharekit subscribers add zoe@blog.example --consent 'asked by mail'")
@click.argument("addresses", nargs=-1, required=True)
@click.option("--language", default="", help="Their language, such as fr.")
@click.option("--tag", "tags", multiple=True, help="A tag of theirs; several times.")
@click.option("--consent", default="", help="How they agreed.")
@IN
@format_option
def add(addresses: tuple[str, ...], language: str, tags: tuple[str, ...], consent: str, folder: Path, form: str) -> None:
    """Add people who asked for it: whoever had left comes back, with a new --consent."""
    from sharekit.list.subscribers import Subscriber

    found = [_address(text) for text in addresses]
    subscribers, at = _open(folder), datetime.now(UTC)
    counts = dict.fromkeys(("added", "back", "known", "unsubscribed"), 0)
    for each in found:
        asked = Subscriber(address=each.text, language=language, tags=tags, consent=consent)
        counts[subscribers.subscribe(asked, at=at)] += 1
    if counts["unsubscribed"]:
        click.echo("Whoever left comes back with --consent, unless the address takes no mail.", err=True)
    _tell(counts, form)


@command.command("remove", epilog="Example: sharekit subscribers remove zoe@blog.example")
@click.argument("addresses", nargs=-1, required=True)
@click.option("--erase", is_flag=True, help="Forget them: only a digest stays, so that no import brings them back.")
@click.option("--reason", default="asked for it", show_default=True, help="Why, for the record.")
@IN
@format_option
def remove(addresses: tuple[str, ...], erase: bool, reason: str, folder: Path, form: str) -> None:
    """Unsubscribe people; an issue that is on its way leaves them out."""
    subscribers, at = _open(folder), datetime.now(UTC)
    done = [
        subscribers.erase(each) if erase else subscribers.set_state(each, "unsubscribed", reason=reason, at=at)
        for each in map(_address, addresses)
    ]
    _tell({"erased" if erase else "unsubscribed": sum(done), "not there": len(done) - sum(done)}, form)
    sys.exit(0 if all(done) else 1)


@command.command("count")
@TAG
@IN
@format_option
def count(tags: tuple[str, ...], folder: Path, form: str) -> None:
    """Count the subscribers: all by their state, or with --tag those who would get an issue."""
    subscribers = _open(folder)
    _tell({"active": subscribers.count(tags=tags)} if tags else subscribers.counts(), form)


def _open(folder: Path) -> Subscribers:
    from sharekit.configuration import load_config
    from sharekit.list.database import open_subscribers
    from sharekit.list.subscribers import Subscribers
    from sharekit.registry import tables_of

    root = folder.resolve()
    tables = tables_of("mailers", "smtp", load_config(root, None)).values()
    return Subscribers(open_subscribers(tables, environment=os.environ, root=root))


def _address(text: str) -> Address:
    from sharekit.list.addresses import read_address

    try:
        return read_address(text)
    except ValueError as error:
        raise ConfigError(f"{text!r} cannot be mailed: {error}") from error


def _tell(counts: dict[str, int], form: str) -> None:
    if form == "json":
        click.echo(json.dumps(counts))
    else:
        click.echo(", ".join(f"{number} {what}" for what, number in counts.items()))
