"""Share-intent links, for the buttons below an article. Every value is percent-encoded: never ``+`` for a blank."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from sharekit.model import Link
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sharekit.model import Post

# What an issue shows; the others are for pages.
USUAL = ("x", "linkedin", "facebook", "bluesky", "mastodon", "email")
LABELS = {
    "x": "X",
    "linkedin": "LinkedIn",
    "facebook": "Facebook",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "threads": "Threads",
    "reddit": "Reddit",
    "hackernews": "Hacker News",
    "email": "E-mail",
}


def share_links(
    post: Post,
    *,
    email_label: str = "E-mail",
    services: Sequence[str] = USUAL,
    instance: str = "https://mastodon.social",
    via: str = "",
    hashtags: Sequence[str] = (),
) -> tuple[Link, ...]:
    """The links that open a network with the post filled in.

    LinkedIn and Facebook take the address alone; their text comes from the page (Open Graph). ``via`` and ``hashtags`` go
    to X, which wants them without ``@`` and ``#``; ``instance`` is the reader's Mastodon server.
    """
    url, title = uri(post.url), " ".join(post.title.split())
    both = f"{title} {url}"
    tweet = {"text": title, "url": url, "via": via.lstrip("@"), "hashtags": ",".join(tag.lstrip("#") for tag in hashtags)}
    made: dict[str, Callable[[], str]] = {
        "x": lambda: _link("https://x.com/intent/tweet", {name: value for name, value in tweet.items() if value}),
        "linkedin": lambda: _link("https://www.linkedin.com/sharing/share-offsite/", {"url": url}),
        "facebook": lambda: _link("https://www.facebook.com/sharer/sharer.php", {"u": url}),
        "bluesky": lambda: _link("https://bsky.app/intent/compose", {"text": both}),
        "mastodon": lambda: _link(f"{instance.rstrip('/')}/share", {"text": both}),
        "threads": lambda: _link("https://www.threads.com/intent/post", {"text": title, "url": url}),
        "reddit": lambda: _link("https://www.reddit.com/submit", {"url": url, "title": title}),
        "hackernews": lambda: _link("https://news.ycombinator.com/submitlink", {"u": url, "t": title}),
        "email": lambda: _link("mailto:", {"subject": title, "body": f"{title}\r\n\r\n{url}"}),
    }
    labels = {**LABELS, "email": email_label}
    return tuple(Link(name=name, label=labels[name], url=made[name]()) for name in services)


def links_html(links: Sequence[Link], *, heading: str) -> str:
    """The links as a list for a theme: no script, no picture, and nothing that follows the reader."""
    items = "\n".join(
        f'  <li><a class="share-{link.name}" href="{escape(link.url)}" rel="nofollow noopener" target="_blank">'
        f"{escape(link.label)}</a></li>"
        for link in links
    )
    return f'<ul class="share-links" aria-label="{escape(heading)}">\n{items}\n</ul>'


def tagged(url: str, utm: Mapping[str, str], *, channel: str, slot: str) -> str:
    """The address with ``utm_…`` parameters; ``{channel}`` and ``{slot}`` in a value are filled in.

    What the address has already stays, and wins.
    """
    if not utm:
        return url
    parts = urlsplit(url)
    known = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    values = {
        f"utm_{name.removeprefix('utm_')}": value.replace("{channel}", channel).replace("{slot}", slot)
        for name, value in utm.items()
    }
    added = urlencode({name: value for name, value in values.items() if name not in known}, quote_via=quote)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added)))))


def _link(address: str, values: Mapping[str, str]) -> str:
    # quote_plus would write blanks as "+", which mail programs show as they are (RFC 6068 §5).
    return f"{address}?{urlencode(values, quote_via=quote, safe='')}"
