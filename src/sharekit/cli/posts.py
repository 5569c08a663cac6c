"""``sharekit posts``."""

from __future__ import annotations

import click

from sharekit.cli.options import FORMAT, NOW, Call, on_blog
from sharekit.report.blog import posts_json, posts_lines


@click.command("posts", epilog="Example: sharekit posts ~/blog --format json")
@on_blog(NOW, FORMAT)
@click.option("--why", metavar="POST", help="Explain where the address, date, language and series of one post come from.")
def command(call: Call, why: str | None) -> None:
    """List the published posts, and what was left out with the reason."""
    blog = call.session().blog
    if why is not None:
        from sharekit.steps.why import why_post

        call.explain(why_post(blog, why))
    else:
        call.emit(posts_json(blog.reading, blog.series), posts_lines(blog.reading, blog.series))
        call.show(blog.reading.findings)
