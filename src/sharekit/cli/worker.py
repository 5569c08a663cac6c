"""``sharekit worker``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

import click

from sharekit.cli.options import QUIET, Call, on_blog

if TYPE_CHECKING:
    from sharekit.mailers.smtp import SmtpMailer


@click.command("worker", epilog="Example: sharekit worker ~/blog")
@click.option("--once", is_flag=True, help="Exit when no job is left.")
@click.option("--heartbeat", type=float, default=10.0, show_default=True, help="Seconds between heartbeats.")
@click.option(
    "--stalled",
    type=int,
    default=60,
    show_default=True,
    help="Silence after which others take its jobs, in seconds.",
)
@on_blog(QUIET)
def command(call: Call, once: bool, heartbeat: float, stalled: int) -> None:
    """Send queued issues in batches: workers = true in [mailers.smtp], with the subscribers in PostgreSQL.

    Start as many as you like, on as many machines; each applies the limits of [mailers.smtp] on its own. SIGTERM stops one
    after its current batch.
    """
    from sharekit.configuration import load_config
    from sharekit.list.worker import Work, run
    from sharekit.model import Site
    from sharekit.registry import open_mailer, tables_of

    root = call.folder.resolve()
    config = load_config(root, call.config)
    name = next(iter(tables_of("mailers", "smtp", config)), "smtp")
    # The mailing itself names the blog, which need not be on this machine.
    mailer = cast("SmtpMailer", open_mailer(name, config, environment=os.environ, root=root, site=Site(title="", url="")))
    run(
        Work(engine=mailer.engine, deliver=mailer.deliver, policy=mailer.settings.policy),
        said=(lambda _line: None) if call.quiet else (lambda line: click.echo(line, err=True)),
        once=once,
        heartbeat=heartbeat,
        stalled=stalled,
    )
