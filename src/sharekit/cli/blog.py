"""What a blog says of itself: ``sharekit posts``, ``series``, ``feeds``, ``links`` and ``check``. Each changes nothing."""

from __future__ import annotations

import sys

import click

from sharekit.cli.app import FORMAT, NOW, Call, on_blog
from sharekit.errors import SourceError
from sharekit.model import IssueDraft

# States of an issue that is not sent any more, whatever becomes of its posts.
OVER = ("delivered", "skipped")


@click.command(epilog="Example: sharekit posts ~/blog --format json")
@on_blog(NOW, FORMAT)
@click.option("--why", metavar="POST", help="Explain where the address, date, language and series of one post come from.")
def posts(call: Call, why: str | None) -> None:
    """List the published posts, and what was left out with the reason."""
    from sharekit.report.blog import posts_json, posts_lines, why_json, why_lines
    from sharekit.steps.why import why_post

    blog = call.session().blog
    if why is not None:
        facts = why_post(blog, why)
        call.emit(why_json(facts), why_lines(facts))
        return
    call.emit(posts_json(blog.reading, blog.series), posts_lines(blog.reading, blog.series))
    call.show(blog.reading.findings)


@click.command(epilog="Example: sharekit series ~/blog --format json")
@on_blog(NOW, FORMAT)
@click.option("--why", metavar="NAME", help="Say from which lists, keys and lines a series and its order come.")
def series(call: Call, why: str | None) -> None:
    """List the series, their parts in order, and how each is known."""
    from sharekit.report.blog import proposed_lines, series_json, series_lines, why_json, why_lines
    from sharekit.series import propose_series
    from sharekit.steps.why import why_series

    blog = call.session().blog
    if why is not None:
        facts = why_series(blog, why)
        call.emit(why_json(facts), why_lines(facts))
        return
    proposed = propose_series(blog.reading.posts, blog.series)
    lines = [*series_lines(blog.series), *proposed_lines(proposed, blog.config.accept_series)]
    call.emit(series_json(blog.series, proposed), lines)
    call.show(blog.findings)


@click.command(epilog="Example: sharekit feeds --links > layouts/partials/feeds.html")
@click.option(
    "--links", "tags", is_flag=True, help="Print the <link> tags that let browsers and feed readers find the feeds."
)
@on_blog(NOW, FORMAT)
def feeds(call: Call, tags: bool) -> None:
    """List the feeds, where each is published, and what it holds. Writes nothing.

    With --links, print the tags for the <head> of your theme.
    """
    from sharekit.feeds.render import link_tags
    from sharekit.report.blog import feeds_json, feeds_lines
    from sharekit.steps.feeds import blog_feeds

    call.narrate("Reading the posts …")
    blog = call.session().blog
    found = blog_feeds(blog)
    call.emit(feeds_json(found), link_tags(found) if tags else feeds_lines(found))
    call.show(blog.findings)


@click.command(epilog="Example: sharekit links --post 2022/05/20/kubecon-day-2 --format html")
@click.option("--post", "wanted", help="Its id, address, title or file.  [default: the newest post]")
@click.option("--service", "services", multiple=True, help="Only this service; repeatable.  [default: all]")
@click.option("--instance", default="https://mastodon.social", show_default=True, help="The Mastodon server to open.")
@click.option("--format", "form", type=click.Choice(["human", "json", "html"]), default="human", show_default=True)
@on_blog()
def links(call: Call, wanted: str | None, services: tuple[str, ...], instance: str) -> None:
    """Print share-intent links: each opens a network with the post filled in."""
    from sharekit.shares.habits import habit
    from sharekit.shares.hashtags import hashtags
    from sharekit.shares.links import LABELS, links_html, share_links
    from sharekit.templating import translations

    for service in services:
        if service not in LABELS:
            raise click.UsageError(f'unknown service "{service}"; choose from {", ".join(LABELS)}')
    blog = call.session().blog
    if not wanted and not blog.reading.posts:
        raise click.UsageError("the blog has no published post")
    post = blog.post_named(wanted) if wanted else blog.reading.posts[-1]
    words = translations(post.language).gettext
    most = habit("x").most_hashtags(blog.config.shares.hashtags)
    made = share_links(
        post,
        email_label=words("E-mail"),
        services=services or tuple(LABELS),
        instance=instance,
        via=str(blog.config.channels.get("x", {}).get("handle", "")),
        hashtags=hashtags(post.tags, most=most, names=blog.config.shares.names, language=post.language),
    )
    if call.form == "html":
        click.echo(links_html(made, heading=words("Share:").rstrip(" :\u00a0\u202f")))
    else:
        call.emit({link.name: link.url for link in made}, (f"{link.label:<12} {link.url}" for link in made))


@click.command(epilog="Example: sharekit check ~/blog --format github")
@on_blog(NOW, FORMAT)
def check(call: Call) -> None:
    """Report what is wrong with the posts: skipped files, dates, tags, links, images and series. Changes nothing.

    Each finding names its file and line; with --format github they are annotations. Exits with 3 on an error.
    """
    from sharekit.report.output import annotate, check_json, count_line, findings_lines
    from sharekit.steps.check import check as checked
    from sharekit.steps.issue import without_posts

    session = call.session()
    blog = session.blog
    # What is wrong with drafts comes from the plan, so that every command reports the same.
    plan = session.plan_without_ledger()[0]
    waiting = [act.content for act in plan.acts if isinstance(act.content, IssueDraft) and act.state not in OVER]
    drafts = [each for each in plan.findings if each.path]
    findings = [*drafts, *without_posts(blog, waiting), *checked(blog, now=session.clock())]
    lines = annotate(findings) if call.form == "github" else findings_lines(findings)
    call.emit(check_json(findings), [*lines, count_line(findings, len(blog.reading.posts))])
    if any(finding.level == "error" for finding in findings):
        sys.exit(SourceError.exit_code)
