"""From the posts of a static blog to feeds, a mailing-list issue and share posts for every article of a series.

::

    import sharekit

    blog = sharekit.open("~/blog")
    print(blog.posts[-1].title, [series.name for series in blog.series])
    blog.build()
    for act in blog.plan().of("due"):
        print(act.target, act.text)
    blog.deliver()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.version import __version__

if TYPE_CHECKING:
    from sharekit.session import Session as Session
    from sharekit.session import open_session as open  # noqa: A004 - read as sharekit.open, as gzip.open is

__all__ = ["Session", "__version__", "open"]


def __getattr__(name: str) -> Any:
    # Imported when used: the command line's start must not wait for it.
    if name in ("open", "Session"):
        from sharekit import session

        return session.open_session if name == "open" else session.Session
    raise AttributeError(f"module 'sharekit' has no attribute {name!r}")
