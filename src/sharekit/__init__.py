"""From the posts of a static blog to feeds, a mailing-list issue and share posts for every article of a series."""

__version__ = "0.1.0"
