"""``sharekit series``."""

from __future__ import annotations

import click

from sharekit.cli.options import FORMAT, NOW, Call, on_blog
from sharekit.report.blog import proposed_lines, series_json, series_lines
from sharekit.series import propose_series


@click.command("series", epilog="Example: sharekit series ~/blog --format json")
@on_blog(NOW, FORMAT)
@click.option("--why", metavar="NAME", help="Say from which lists, keys and lines a series and its order come.")
def command(call: Call, why: str | None) -> None:
    """List the series, their parts in order, and how each is known."""
    blog = call.session().blog
    if why is not None:
        from sharekit.steps.why import why_series

        call.explain(why_series(blog, why))
        return
    proposed = propose_series(blog.reading.posts, blog.series)
    call.emit(
        series_json(blog.series, proposed),
        [*series_lines(blog.series), *proposed_lines(proposed, blog.config.accept_series)],
    )
    call.show(blog.findings)
