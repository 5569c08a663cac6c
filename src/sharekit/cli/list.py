"""A list of one's own at work: ``sharekit list inbox`` reads its mailbox, ``serve`` answers its pages, ``worker`` sends."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, cast

import click

from sharekit.cli.app import TEXT_OR_JSON, Call, on_blog
from sharekit.errors import ConfigError, not_installed

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa
    from starlette.types import ASGIApp

    from sharekit.list.pages import Pages
    from sharekit.mailers.smtp import SmtpMailer
    from sharekit.mailers.smtp_settings import SmtpSettings
    from sharekit.session import Session


@click.group("list")
def command() -> None:
    """The mailbox of your own list."""


@command.command("inbox", epilog="Example: sharekit list inbox ~/blog")
@on_blog(TEXT_OR_JSON)
def inbox(call: Call) -> None:
    """Read the mailbox of [mailers.smtp.inbox]: requests to unsubscribe, bounces, complaints.

    Run it from CI, before `deliver`. Each message is read once and marked as read; what a person wrote
    stays unread, for you.
    """
    from sharekit.list.inbox import PAGE, read_inbox
    from sharekit.list.letter import Tokens
    from sharekit.mailers.smtp_settings import mailbox_of

    session = call.session()
    name, settings = _smtp(session)
    if settings.inbox is None:
        raise ConfigError("there is no [mailers.smtp.inbox]", hint=f"Name the mailbox: {PAGE}")
    mailbox = mailbox_of(settings.inbox, environment=session.environment, root=session.root, name=name)
    tokens, engine = Tokens(environment=session.environment), open_list(session)
    counts = read_inbox(
        engine, tokens, mailbox, watch=lambda count: call.narrate(f"{count} messages read") if count % 10_000 == 0 else None
    )
    said = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    call.emit(counts, [said or "nothing new"])


@click.command(epilog="Example: sharekit serve ~/blog --port 8025")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8025, show_default=True, help="The port; 0 for a free one.")
@click.option(
    "--proxy",
    default="127.0.0.1",
    show_default=True,
    help="The proxies in front, whose X-Forwarded-For is believed: addresses or networks, with commas.",
)
@on_blog()
def serve(call: Call, host: str, port: int, proxy: str) -> None:
    """Answer the pages of your own list beside `unsubscribe` in [mailers.smtp]: sign up, confirm, unsubscribe, preferences.

    It speaks HTTP; a proxy in front of it speaks HTTPS. SIGTERM ends it in order.
    """
    try:
        import uvicorn
    except ModuleNotFoundError as error:
        raise not_installed("uvicorn, which answers the pages of the list,", "serve") from error

    app = _app(call.session(), said=(lambda _line: None) if call.quiet else partial(print, file=sys.stderr))
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        # Ours has neither addresses nor tokens in it.
        access_log=False,
        log_level="warning",
        server_header=False,
        forwarded_allow_ips=[each.strip() for each in proxy.split(",")],
        timeout_graceful_shutdown=10,
    )
    socket = config.bind_socket()
    # From here on whoever comes waits, and is not turned away.
    socket.listen(config.backlog)
    call.narrate(f"Listening on http://{host}:{socket.getsockname()[1]}")
    uvicorn.Server(config).run([socket])


@click.command(epilog="Example: sharekit worker ~/blog")
@click.option("--once", is_flag=True, help="Exit when no job is left.")
@click.option("--heartbeat", type=float, default=10.0, show_default=True, help="Seconds between heartbeats.")
@click.option(
    "--stalled",
    type=int,
    default=60,
    show_default=True,
    help="Silence after which others take its jobs, in seconds.",
)
@on_blog()
def worker(call: Call, once: bool, heartbeat: float, stalled: int) -> None:
    """Send queued issues in batches: workers = true in [mailers.smtp], with the subscribers in PostgreSQL.

    Start as many as you like, on as many machines; each applies the limits of [mailers.smtp] on its own. SIGTERM stops one
    after its current batch.
    """
    from sharekit.list.worker import Work, run
    from sharekit.model import Site
    from sharekit.registry import open_mailer, tables_of

    session = call.session()
    name = next(iter(tables_of("mailers", "smtp", session.config)), "smtp")
    # The mailing itself names the blog, which need not be on this machine.
    blog = Site(title="", url="")
    made = open_mailer(name, session.config, environment=session.environment, root=session.root, site=blog)
    mailer = cast("SmtpMailer", made)
    run(
        Work(engine=mailer.engine, deliver=mailer.deliver, policy=mailer.settings.policy),
        said=(lambda _line: None) if call.quiet else (lambda line: click.echo(line, err=True)),
        once=once,
        heartbeat=heartbeat,
        stalled=stalled,
    )


def pages_of(session: Session) -> Pages:
    """The pages of the list. Raises ConfigError where there is no place for them."""
    from sharekit.issue.theme import theme_of
    from sharekit.list.pages import Pages, paths_of
    from sharekit.mailers.base import sender_of

    config = session.config
    _, settings = _smtp(session)
    if not settings.unsubscribe:
        raise ConfigError(
            "[mailers.smtp] has no unsubscribe: the pages of the list are beside it",
            hint='unsubscribe = "https://letter.blog.example/unsubscribe/"',
        )
    language = config.site.language or "en"
    return Pages(
        title=sender_of(config.issue).name,
        address=config.issue.address or "",
        language=language,
        paths=paths_of(settings.unsubscribe),
        theme=theme_of(config.issue, language),
        text=settings.signup.text or "",
        choices=settings.signup.choices,
        overrides=(session.folders.templates,),
    )


def _app(session: Session, *, said: Callable[[str], None]) -> ASGIApp:
    """The service that answers the pages. Raises ConfigError for what is missing in the configuration."""
    from sharekit.list.letter import Tokens
    from sharekit.list.signups import Confirmations, Signups
    from sharekit.list.subscribers import Subscribers
    from sharekit.list.web import Service, make_app
    from sharekit.mailers.base import sender_of
    from sharekit.mailers.smtp_settings import server_of, signer_of

    pages = pages_of(session)
    name, settings = _smtp(session)
    sender = sender_of(session.config.issue)
    environment, root = session.environment, session.root
    engine = open_list(session, patience=5)
    signups, tokens = Signups(engine), Tokens(environment=environment)
    confirmations = Confirmations(
        signups=signups,
        tokens=tokens,
        pages=pages,
        server=server_of(settings, environment=environment, root=root, name=name),
        name=sender.name,
        address=sender.address,
        bounces=settings.sender or sender.address,
        signer=signer_of(settings, environment=environment),
        said=said,
    )
    return make_app(
        Service(
            subscribers=Subscribers(engine),
            signups=signups,
            tokens=tokens,
            pages=pages,
            confirmations=confirmations,
            per_client=settings.signup.per_client,
            rate=settings.signup.rate,
            said=said,
        )
    )


def open_list(session: Session, **patience: float) -> sa.Engine:
    """The subscribers' database of a blog."""
    from sharekit.list.database import open_database
    from sharekit.mailers.smtp_settings import database_url

    _, settings = _smtp(session)
    return open_database(database_url(settings, session.environment), root=session.root, **patience)


def _smtp(session: Session) -> tuple[str, SmtpSettings]:
    """The name of the SMTP mailer that sends the issue, else of the first one, and its settings."""
    from sharekit.registry import settings_of, tables_of

    tables = tables_of("mailers", "smtp", session.config)
    mailer = session.config.issue.mailer
    name = mailer if mailer in tables else next(iter(tables), "smtp")
    return name, cast("SmtpSettings", settings_of("mailers", name, tables.get(name, {"kind": "smtp"})))
