"""Share-intent links, for the buttons below an article. Every value is percent-encoded: never ``+`` for a blank."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from sharekit.model import Link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharekit.model import Post


def share_links(post: Post, *, email_label: str = "E-mail") -> tuple[Link, ...]:
    """The links that open a network with the post filled in.

    LinkedIn and Facebook take the address alone; their text comes from the page (Open Graph).
    """
    url, title = post.url, " ".join(post.title.split())
    both = f"{title} {url}"
    return (
        Link(name="x", label="X", url=_link("https://x.com/intent/tweet", {"text": title, "url": url})),
        Link(
            name="linkedin",
            label="LinkedIn",
            url=_link("https://www.linkedin.com/sharing/share-offsite/", {"url": url}),
        ),
        Link(name="facebook", label="Facebook", url=_link("https://www.facebook.com/sharer/sharer.php", {"u": url})),
        Link(name="bluesky", label="Bluesky", url=_link("https://bsky.app/intent/compose", {"text": both})),
        Link(name="mastodon", label="Mastodon", url=_link("https://mastodon.social/share", {"text": both})),
        Link(name="email", label=email_label, url=_link("mailto:", {"subject": title, "body": f"{title}\r\n\r\n{url}"})),
    )


def _link(address: str, values: Mapping[str, str]) -> str:
    # quote_plus would write blanks as "+", which mail programs show as they are (RFC 6068 §5).
    return f"{address}?{urlencode(values, quote_via=quote, safe='')}"
