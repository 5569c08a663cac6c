"""The version of sharekit."""

__version__ = "0.2.0"
