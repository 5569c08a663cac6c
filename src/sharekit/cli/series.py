"""``sharekit series``."""

from __future__ import annotations

import click

from sharekit.cli.options import FORMAT, NOW, Call, on_blog
from sharekit.report.blog import proposed_lines, series_json, series_lines
from sharekit.series import propose_series


@click.command("series", epilog="Example: sharekit series ~/blog --format json")
@on_blog(NOW, FORMAT)
def command(call: Call) -> None:
    """List the series, their parts in order, and how each is known."""
    blog = call.session().blog
    proposed = propose_series(blog.reading.posts, blog.series)
    call.emit(series_json(blog.series, proposed), [*series_lines(blog.series), *proposed_lines(proposed)])
    call.show(blog.findings)
