"""``sharekit posts``."""

from __future__ import annotations

import click

from sharekit.cli.options import FORMAT, NOW, Call, on_blog
from sharekit.report.blog import posts_json, posts_lines


@click.command("posts", epilog="Example: sharekit posts ~/blog --format json")
@on_blog(NOW, FORMAT)
def command(call: Call) -> None:
    """List the published posts, and what was left out with the reason."""
    blog = call.session().blog
    call.emit(posts_json(blog.reading, blog.series), posts_lines(blog.reading, blog.series))
    call.show(blog.reading.findings)
