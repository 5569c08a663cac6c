"""The version of sharekit, and its name on PyPI."""

__version__ = "0.2.0"
DISTRIBUTION = "sharekit-blog"
