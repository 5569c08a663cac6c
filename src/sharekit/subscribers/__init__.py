"""Readers of one's own: a table of addresses, each with its consent, in SQLite or PostgreSQL."""

from sharekit.subscribers.addresses import Address, read_address
from sharekit.subscribers.database import DEFAULT_URL, URL_VARIABLE, open_database
from sharekit.subscribers.store import Reader, Subscribers

__all__ = ["DEFAULT_URL", "URL_VARIABLE", "Address", "Reader", "Subscribers", "open_database", "read_address"]
