"""The table of the SQL ledger."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()
# PostgreSQL would sort by the words of the database's language; SQLite, and Python, by code point.
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
# Moments are texts in UTC of one width, so that both databases compare and show them alike.
LEDGER = sa.Table(
    "sharekit_ledger",
    METADATA,
    sa.Column("key", KEY, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("claimed_at", sa.Text, nullable=False),
    sa.Column("run", sa.Text, nullable=False),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("settled_at", sa.Text),
    sa.Column("remote_id", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("sent_at", sa.Text),
    sa.Column("detail", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("retry_at", sa.Text),
    sa.Column("form", sa.Integer, nullable=False, server_default="1"),
)
