"""``sharekit shares``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from sharekit.cli.options import blog_folder

if TYPE_CHECKING:
    from pathlib import Path


@click.group("shares")
def command() -> None:
    """The share drafts: a file for each post, a section for each channel, yours to edit."""


@command.command("list", epilog="Example: sharekit shares list --format json")
@blog_folder
@click.option("--format", "form", type=click.Choice(["human", "json"]), default="human", show_default=True)
def list_(folder: Path, config_path: Path | None, form: str) -> None:
    """List the drafts, their status, and the length of each section as its network counts it."""
    from sharekit.registry import load_config
    from sharekit.report.shares import drafts_json, drafts_lines
    from sharekit.shares.fit import outlet
    from sharekit.steps.blog import folders
    from sharekit.steps.drafts import read_drafts

    root = folder.resolve()
    config = load_config(root, config_path)
    drafts = read_drafts(folders(root, config).shares, root)
    names = {name.partition(" @ ")[0] for draft in drafts for name in draft.sections}
    outlets = {name: outlet(name, config.channels.get(name, {})) for name in names}
    if form == "json":
        click.echo(json.dumps(drafts_json(drafts, outlets), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(drafts_lines(drafts, outlets)))


@command.command("refresh", epilog="Example: sharekit shares refresh --section x --write")
@blog_folder
@click.option(
    "--section", "only", multiple=True, help='Only this section, such as x or "linkedin @ reminder"; several times.'
)
@click.option("--write", is_flag=True, help="Take what is shown; your edits in these sections are lost.")
def refresh(folder: Path, config_path: Path | None, only: tuple[str, ...], write: bool) -> None:
    """Show where the drafts differ from what sharekit would draft now. Writes nothing without --write."""
    from sharekit.cli.blog import open_blog
    from sharekit.model import parts_by_post
    from sharekit.registry import channel_names
    from sharekit.report.shares import refresh_lines
    from sharekit.steps.refresh import refresh as refreshed

    blog = open_blog(folder, config_path)
    changes = refreshed(
        blog,
        blog.reading.posts,
        parts_by_post(blog.series),
        channel_names(blog.config),
        only=only,
        write=write,
    )
    click.echo("\n".join(refresh_lines(changes, written=write)))
