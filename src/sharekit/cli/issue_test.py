"""``sharekit issue test``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import open_session
from sharekit.cli.issue_options import issue_folder
from sharekit.cli.options import now_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("test", epilog="Example: sharekit issue test --to you@blog.example")
@click.option("--to", "addresses", multiple=True, required=True, metavar="ADDRESS", help="Who gets it; several times.")
@issue_folder
@now_option
def command(
    issue_id: str | None, addresses: tuple[str, ...], folder: Path, config_path: Path | None, now: datetime | None
) -> None:
    """Send ISSUE to the given addresses alone, as subscribers would get it.

    Without ISSUE it is the one that is not out. At a provider this makes the draft that is sent later.
    """
    from sharekit.steps.issue_now import pick, rehearse

    session = open_session(folder, config_path, now=now)
    act = pick(session.look()[0], issue_id)
    made = rehearse(act, addresses, session)
    click.echo(f"tested  {act.slot}  {act.target}  {', '.join(addresses)}  ({made})")
