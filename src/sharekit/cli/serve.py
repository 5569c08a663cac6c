"""``sharekit serve``."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from sharekit.cli.options import QUIET, Call, on_blog
from sharekit.cli.smtp import smtp_table
from sharekit.errors import ConfigError, not_installed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp

    from sharekit.list.pages import Pages


@click.command("serve", epilog="Example: sharekit serve ~/blog --port 8025")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8025, show_default=True, help="The port; 0 for a free one.")
@click.option(
    "--proxy",
    default="127.0.0.1",
    show_default=True,
    help="The proxies in front, whose X-Forwarded-For is believed: addresses or networks, with commas.",
)
@on_blog(QUIET)
def command(call: Call, host: str, port: int, proxy: str) -> None:
    """Answer the pages of your own list beside `unsubscribe` in [mailers.smtp]: sign up, confirm, unsubscribe, preferences.

    It speaks HTTP; a proxy in front of it speaks HTTPS. SIGTERM ends it in order.
    """
    try:
        import uvicorn
    except ModuleNotFoundError as error:
        raise not_installed("uvicorn, which answers the pages of the list,", "serve") from error

    app = app_of(call, said=(lambda _line: None) if call.quiet else partial(print, file=sys.stderr))
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


def pages_of(root: Path, given: Path | None) -> Pages:
    """The pages for a blog's configuration. Raises ConfigError where there is no place for them."""
    from sharekit.configuration import load_config
    from sharekit.issue.theme import theme_of
    from sharekit.list.pages import Pages, paths_of
    from sharekit.mailers.base import sender_of

    config = load_config(root, given)
    _, settings = smtp_table(config)
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
        overrides=(root / config.templates,),
    )


def app_of(call: Call, *, said: Callable[[str], None]) -> ASGIApp:
    """The service for a blog's configuration. Raises ConfigError for what is missing in it."""
    from sharekit.configuration import load_config
    from sharekit.list.database import open_database
    from sharekit.list.letter import Tokens
    from sharekit.list.signups import Confirmations, Signups
    from sharekit.list.subscribers import Subscribers
    from sharekit.list.web import Service, make_app
    from sharekit.mailers.base import sender_of
    from sharekit.mailers.smtp_settings import database_url, server_of, signer_of

    root = call.folder.resolve()
    pages = pages_of(root, call.config)
    config = load_config(root, call.config)
    name, settings = smtp_table(config)
    sender = sender_of(config.issue)
    engine = open_database(database_url(settings, os.environ), root=root, patience=5)
    signups, tokens = Signups(engine), Tokens(environment=os.environ)
    confirmations = Confirmations(
        signups=signups,
        tokens=tokens,
        pages=pages,
        server=server_of(settings, environment=os.environ, root=root, name=name),
        name=sender.name,
        address=sender.address,
        bounces=settings.sender or sender.address,
        signer=signer_of(settings, environment=os.environ),
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
