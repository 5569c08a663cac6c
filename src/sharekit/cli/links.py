"""``sharekit links``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from sharekit.cli.blog import open_session
from sharekit.cli.options import blog_folder

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.model import Post


@click.command("links", epilog="Example: sharekit links --post kubecon-eu-2022-jour-2 --format html")
@blog_folder
@click.option("--post", "wanted", help="Part of the post's id or title.  [default: the newest post]")
@click.option("--service", "services", multiple=True, help="Only this service; several times.  [default: all]")
@click.option("--instance", default="https://mastodon.social", show_default=True, help="The reader's Mastodon server.")
@click.option("--format", "form", type=click.Choice(["human", "json", "html"]), default="human", show_default=True)
def command(
    folder: Path, config_path: Path | None, wanted: str | None, services: tuple[str, ...], instance: str, form: str
) -> None:
    """Print the links that open a network with a post filled in."""
    from sharekit.shares.habits import habit
    from sharekit.shares.hashtags import hashtags
    from sharekit.shares.links import LABELS, links_html, share_links
    from sharekit.templating import translations

    for service in services:
        if service not in LABELS:
            raise click.UsageError(f'the service "{service}" is not known: {", ".join(LABELS)}')
    blog = open_session(folder, config_path).blog
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
    if form == "html":
        click.echo(links_html(links, heading=words("Share:").rstrip(" :\u00a0\u202f")))
    elif form == "json":
        click.echo(json.dumps({link.name: link.url for link in links}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(f"{link.label:<12} {link.url}" for link in links))


def _chosen(posts: tuple[Post, ...], wanted: str | None) -> Post:
    if not posts:
        raise click.UsageError("the blog has no published post")
    found = [post for post in posts if wanted is None or wanted in post.id or wanted.casefold() in post.title.casefold()]
    if not found:
        raise click.UsageError(f'no post has "{wanted}" in its id or its title. They are listed by: sharekit posts')
    return found[-1]
