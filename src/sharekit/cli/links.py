"""``sharekit links``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sharekit.cli.options import Call, on_blog
from sharekit.report.output import emit

if TYPE_CHECKING:
    from sharekit.model import Post


@click.command("links", epilog="Example: sharekit links --post kubecon-eu-2022-jour-2 --format html")
@click.option("--post", "wanted", help="Part of the post's id or title.  [default: the newest post]")
@click.option("--service", "services", multiple=True, help="Only this service; repeatable.  [default: all]")
@click.option("--instance", default="https://mastodon.social", show_default=True, help="The Mastodon server to open.")
@click.option("--format", "fmt", type=click.Choice(["human", "json", "html"]), default="human", show_default=True)
@on_blog()
def command(call: Call, wanted: str | None, services: tuple[str, ...], instance: str, fmt: str) -> None:
    """Print share-intent links: each opens a network with the post filled in."""
    from sharekit.shares.habits import habit
    from sharekit.shares.hashtags import hashtags
    from sharekit.shares.links import LABELS, links_html, share_links
    from sharekit.templating import translations

    for service in services:
        if service not in LABELS:
            raise click.UsageError(f'unknown service "{service}"; choose from {", ".join(LABELS)}')
    blog = call.session().blog
    post = _chosen(blog.reading.posts, wanted)
    words = translations(post.language).gettext
    most = habit("x").hashtags if blog.config.shares.hashtags is None else blog.config.shares.hashtags
    links = share_links(
        post,
        email_label=words("E-mail"),
        services=services or tuple(LABELS),
        instance=instance,
        via=str(blog.config.channels.get("x", {}).get("handle", "")),
        hashtags=hashtags(post.tags, most=most, names=blog.config.shares.names),
    )
    if fmt == "html":
        click.echo(links_html(links, heading=words("Share:").rstrip(" :\u00a0\u202f")))
    else:
        emit({link.name: link.url for link in links}, fmt, (f"{link.label:<12} {link.url}" for link in links))


def _chosen(posts: tuple[Post, ...], wanted: str | None) -> Post:
    if not posts:
        raise click.UsageError("the blog has no published post")
    found = [post for post in posts if wanted is None or wanted in post.id or wanted.casefold() in post.title.casefold()]
    if not found:
        raise click.UsageError(f'no post has "{wanted}" in its id or title. List the posts with: sharekit posts')
    return found[-1]
