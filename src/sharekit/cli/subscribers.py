"""``sharekit subscribers``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from sharekit.cli.app import FORMAT, IN, Call, on_blog
from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from typing import Any

    from sharekit.list.csvfile import Wrong
    from sharekit.list.subscribers import Subscriber, Subscribers
    from sharekit.text.addresses import Address

TAG = click.option("--tag", "tags", multiple=True, help="Only subscribers with this tag; repeatable.")


@click.group("subscribers")
def command() -> None:
    """Your own list for the SMTP mailer, in SQLite or PostgreSQL."""


@command.command("import", epilog="Example: sharekit subscribers import mailchimp.csv --consent 'form on the blog'")
@click.argument("file", type=click.File("rb"))
@click.option("--consent", default="", help="How they consented, if the file does not say.")
@on_blog(FORMAT, place=IN)
def import_(call: Call, file: Any, consent: str) -> None:
    """Add the subscribers in a CSV file, as exported by Mailchimp, Buttondown, listmonk, Brevo, Ghost and Substack.

    Those who unsubscribed stay unsubscribed, whatever the file says; those unsubscribed in the file are unsubscribed here.
    """
    from sharekit.list.csvfile import decoded, read_subscribers

    wrong: list[Wrong] = []
    found = read_subscribers(decoded(file.read()), wrong, consent=consent, name=file.name)
    counts = _open(call).add(found, at=datetime.now(UTC))
    for each in wrong:
        click.echo(f"{file.name}:{each.line}: left out: {each.why}", err=True)
    _report(call, {**counts, "left out": len(wrong)})
    sys.exit(1 if wrong else 0)


@command.command("export", epilog="Example: sharekit subscribers export --tag blog > subscribers.csv")
@TAG
@click.option("--state", type=click.Choice(["active", "pending", "unsubscribed", "suppressed"]), help="Only in this state.")
@on_blog(place=IN)
def export(call: Call, tags: tuple[str, ...], state: str | None) -> None:
    """Write the subscribers as CSV to standard output."""
    from sharekit.list.csvfile import write_subscribers

    write_subscribers(_open(call).each(tags=tags, state=state), sys.stdout)


@command.command("add", epilog="Example: sharekit subscribers add zoe@blog.example --consent 'asked by mail'")
@click.argument("addresses", nargs=-1, required=True)
@click.option("--language", default="", help="Their language, such as fr.")
@click.option("--tag", "tags", multiple=True, help="A tag for them; repeatable.")
@click.option("--consent", default="", help="How they consented.")
@on_blog(FORMAT, place=IN)
def add(call: Call, addresses: tuple[str, ...], language: str, tags: tuple[str, ...], consent: str) -> None:
    """Add people who asked to subscribe. Those who had unsubscribed come back only with a new --consent."""
    from sharekit.list.subscribers import Subscriber

    found = [_address(text) for text in addresses]
    subscribers, at = _open(call), datetime.now(UTC)
    counts = dict.fromkeys(("added", "back", "known", "unsubscribed"), 0)
    for each in found:
        asked = Subscriber(address=each.text, language=language, tags=tags, consent=consent)
        counts[subscribers.subscribe(asked, at=at)] += 1
    if counts["unsubscribed"]:
        click.echo("Those who unsubscribed come back with --consent, unless their address takes no mail.", err=True)
    _report(call, counts)


@command.command("remove", epilog="Example: sharekit subscribers remove zoe@blog.example")
@click.argument("addresses", nargs=-1, required=True)
@click.option("--erase", is_flag=True, help="Erase them: only a digest stays, so that no import brings them back.")
@click.option("--reason", default="asked for it", show_default=True, help="Why, for the record.")
@on_blog(FORMAT, place=IN)
def remove(call: Call, addresses: tuple[str, ...], erase: bool, reason: str) -> None:
    """Unsubscribe people; an issue being sent leaves them out."""
    subscribers, at = _open(call), datetime.now(UTC)
    done = []
    for each in map(_address, addresses):
        if erase:
            done.append(subscribers.erase(each))
        else:
            done.append(subscribers.find(each) is not None)
            # Whoever complained stays one who complained.
            subscribers.leave(each, reason=reason, at=at)
    _report(call, {"erased" if erase else "unsubscribed": sum(done), "not there": len(done) - sum(done)})
    sys.exit(0 if all(done) else 1)


@command.command("list", epilog="Example: sharekit subscribers list --state unsubscribed")
@TAG
@click.option("--state", type=click.Choice(["active", "pending", "unsubscribed", "suppressed"]), help="Only in this state.")
@on_blog(FORMAT, place=IN)
def list_(call: Call, tags: tuple[str, ...], state: str | None) -> None:
    """List the subscribers: address, state, language and tags. With several --tag, those that have all of them."""
    from sharekit.report.output import fields, table

    found = list(_open(call).each(tags=tags, state=state))
    rows = [[each.address, each.state, each.language, ", ".join(each.tags)] for each in found]
    call.emit([fields(each, "address state language tags") for each in found], table(rows) or ["There are none."])


@command.command("show", epilog="Example: sharekit subscribers show zoe@blog.example")
@click.argument("address")
@on_blog(FORMAT, place=IN)
def show(call: Call, address: str) -> None:
    """Show everything kept about one subscriber, such as for a request under the GDPR (article 15)."""
    from sharekit.list import mailing as mailings
    from sharekit.report.output import fields, table

    subscribers, found = _found(call, address)
    letters = [(each.key, each.state, each.said or "") for each in mailings.letters(subscribers.engine, found.id)]
    value = fields(found, "address state language tags consent reason added_at changed_at")
    rows = [[name, ", ".join(shown) if isinstance(shown, tuple) else shown] for name, shown in value.items()]
    rows += [[key, f"{state} {said}".strip()] for key, state, said in letters]
    value["letters"] = [{"issue": key, "state": state, "said": said} for key, state, said in letters]
    call.emit(value, table(rows))


@command.command("edit", epilog="Example: sharekit subscribers edit zoe@blog.example --language fr --tag digest")
@click.argument("address")
@click.option("--language", help="Their language, such as fr.")
@click.option("--tag", "add", multiple=True, help="A tag to add; repeatable.")
@click.option("--untag", "take", multiple=True, help="A tag to take away; repeatable.")
@on_blog(FORMAT, place=IN)
def edit(call: Call, address: str, language: str | None, add: tuple[str, ...], take: tuple[str, ...]) -> None:
    """Change language and tags of one subscriber. Consent and state change only by what they themselves do."""
    subscribers, found = _found(call, address)
    tags = dict.fromkeys([*(tag for tag in found.tags if tag not in take), *add])
    try:
        subscribers.edit(found.id, language=language, tags=tuple(tags) if add or take else None)
    except ValueError as error:
        raise ConfigError(f"--tag: {error}") from error
    _report(call, {"changed": 1})


@command.command("form", epilog="Example: sharekit subscribers form --language fr > layouts/partials/subscribe.html")
@click.option("--language", default="", help="The language of its words.  [default: the blog's]")
@on_blog(place=IN)
def form(call: Call, language: str) -> None:
    """Print the sign-up form for your own pages: plain HTML, without JavaScript. `sharekit serve` answers it."""
    from sharekit.cli.list import pages_of

    pages = pages_of(call.session())
    language = pages.language_of(language)
    click.echo(pages.page("form.html", language, url=f"{pages.paths.origin}{pages.paths.subscribe}"), nl=False)


@command.command("count")
@TAG
@on_blog(FORMAT, place=IN)
def count(call: Call, tags: tuple[str, ...]) -> None:
    """Count the subscribers by state, or with --tag those who would get an issue."""
    subscribers = _open(call)
    _report(call, {"active": subscribers.count(tags=tags)} if tags else subscribers.counts())


def _open(call: Call) -> Subscribers:
    from sharekit.cli.list import open_list
    from sharekit.list.subscribers import Subscribers

    return Subscribers(open_list(call.session()))


def _found(call: Call, address: str) -> tuple[Subscribers, Subscriber]:
    subscribers = _open(call)
    found = subscribers.find(_address(address))
    if found is None:
        raise ConfigError(f"{address} is not on the list")
    return subscribers, found


def _address(text: str) -> Address:
    from sharekit.text.addresses import read_address

    try:
        return read_address(text)
    except ValueError as error:
        raise ConfigError(f"{text!r} cannot be mailed: {error}") from error


def _report(call: Call, counts: dict[str, int]) -> None:
    call.emit(counts, [", ".join(f"{number} {what}" for what, number in counts.items())])
