"""``sharekit issue test``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

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
    """Send ISSUE to the given addresses alone, as readers would get it.

    Without ISSUE it is the one that is not out. At a provider this makes the draft that is sent later.
    """
    from sharekit.cli.sending import Desk
    from sharekit.steps.issue_now import pick, rehearse

    desk = Desk(folder.resolve(), config_path, now)
    planned = pick(desk.look()[0], issue_id)
    made = rehearse(planned, addresses, desk)
    act = planned.item.act
    click.echo(f"tested  {act.slot}  {act.target}  {', '.join(addresses)}  ({made})")
