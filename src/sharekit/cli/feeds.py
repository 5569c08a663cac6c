"""``sharekit feeds``."""

from __future__ import annotations

import click

from sharekit.cli.options import FORMAT, NOW, QUIET, Call, on_blog


@click.command("feeds", epilog="Example: sharekit feeds --links > layouts/partials/feeds.html")
@click.option("--links", is_flag=True, help="Print the <link> tags that let browsers and feed readers find the feeds.")
@on_blog(NOW, FORMAT, QUIET)
def command(call: Call, links: bool) -> None:
    """List the feeds, where each is published, and what it holds. Writes nothing.

    With --links, print the tags for the <head> of your theme.
    """
    from sharekit.feeds.render import link_tags
    from sharekit.report.blog import feeds_json, feeds_lines
    from sharekit.steps.feeds import blog_feeds

    call.narrate("Reading the posts …")
    blog = call.session().blog
    feeds = blog_feeds(blog)
    call.emit(feeds_json(feeds), link_tags(feeds) if links else feeds_lines(feeds))
    call.show(blog.findings)
