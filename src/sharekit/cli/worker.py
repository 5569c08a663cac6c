"""``sharekit worker``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

import click

from sharekit.cli.options import blog_folder, quiet_option

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.mailers.smtp import SmtpMailer


@click.command("worker", epilog="Example: sharekit worker ~/blog")
@blog_folder
@click.option("--once", is_flag=True, help="End when no job is left.")
@click.option("--heartbeat", type=float, default=10.0, show_default=True, help="Seconds between two signs of life.")
@click.option(
    "--stalled", type=int, default=60, show_default=True, help="Seconds of silence after which its jobs are another's."
)
@quiet_option
def command(folder: Path, config_path: Path | None, once: bool, heartbeat: float, stalled: int, quiet: bool) -> None:
    """Send the batches of issues that were handed over: workers = true in [mailers.smtp], subscribers in PostgreSQL.

    Start as many as you like, on as many machines; each keeps the limits of [mailers.smtp] for itself. SIGTERM ends one
    after the batch in hand.
    """
    from sharekit.configuration import load_config
    from sharekit.list.worker import Work, run
    from sharekit.model import Site
    from sharekit.registry import open_mailer, tables_of

    root = folder.resolve()
    config = load_config(root, config_path)
    name = next(iter(tables_of("mailers", "smtp", config)), "smtp")
    # What names the blog is in the mailing; the blog itself need not be here.
    mailer = cast("SmtpMailer", open_mailer(name, config, environment=os.environ, root=root, site=Site(title="", url="")))
    run(
        Work(engine=mailer.engine, deliver=mailer.deliver, policy=mailer.settings.policy),
        said=(lambda _line: None) if quiet else (lambda line: click.echo(line, err=True)),
        once=once,
        heartbeat=heartbeat,
        stalled=stalled,
    )
