"""The tables of a list of one's own. ``reader`` is what a subscriber was called first, and still is in the database.

Moments are in ISO 8601 where people read them, and in Unix seconds where the code reckons with them.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()
SUBSCRIBERS = sa.Table(
    "sharekit_subscribers",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("address_key", sa.Text, nullable=False, unique=True),
    sa.Column("language", sa.Text, nullable=False, server_default=""),
    # Between commas, with one at each end, so that one tag is found by LIKE '%,tag,%'.
    sa.Column("tags", sa.Text, nullable=False, server_default=""),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("consent", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("added_at", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Text, nullable=False),
    sqlite_autoincrement=True,  # an id is never given again: what was sent to one subscriber is not another's
)
# Addresses that asked to be forgotten: only a digest, so that an old list that is imported again does not bring them back.
ERASED = sa.Table("sharekit_erased", METADATA, sa.Column("digest", sa.Text, primary_key=True))
# ``proof`` says from where somebody signed up, and to which text; ``sent_at`` is when their letter left.
SIGNUPS = sa.Table(
    "sharekit_signups",
    METADATA,
    sa.Column("subscriber_id", sa.Integer, primary_key=True),
    sa.Column("asked_at", sa.Integer, nullable=False),
    sa.Column("asks", sa.Integer, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("tag", sa.Text, nullable=False),
    sa.Column("proof", sa.Text, nullable=False),
    sa.Column("sent_at", sa.Integer),
)
# Who sends. A sender on another machine that did not ``beat`` for long has died.
SENDERS = sa.Table(
    "sharekit_senders",
    METADATA,
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("beat", sa.Float, nullable=False),
)
# ``message`` is what every recipient gets, before it is made theirs: a restart sends the same words. ``site`` and the postal
# ``address`` fill its gaps for everybody, so that a worker needs no blog.
MAILINGS = sa.Table(
    "sharekit_mailings",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("readers", sa.Integer, key="recipients", nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("message", sa.LargeBinary, nullable=False),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("began_at", sa.Text, nullable=False),
    sa.Column("done_at", sa.Text),
)
# ``doubts`` counts the attempts of which nobody knows whether they arrived.
DELIVERIES = sa.Table(
    "sharekit_deliveries",
    METADATA,
    sa.Column("mailing_id", sa.Integer, primary_key=True),
    sa.Column("reader_id", sa.Integer, key="subscriber_id", primary_key=True),
    sa.Column("state", sa.Text, nullable=False, server_default="queued"),
    sa.Column("next_at", sa.Float, nullable=False, server_default="0"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("doubts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("code", sa.Integer),
    sa.Column("said", sa.Text),
    sa.Column("owner", sa.Text),
    sa.Column("at", sa.Float),
    sqlite_with_rowid=False,
)
# Only what waits is in it: a recipient leaves it when claimed, and no later step pays for it.
sa.Index(
    "sharekit_deliveries_queued",
    DELIVERIES.c.mailing_id,
    DELIVERIES.c.subscriber_id,
    sqlite_where=DELIVERIES.c.state == "queued",
    postgresql_where=DELIVERIES.c.state == "queued",
)
# How far each mailbox was read: ``validity`` and ``uid`` as IMAP numbers messages (RFC 3501 §2.3.1.1).
INBOXES = sa.Table(
    "sharekit_inboxes",
    METADATA,
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("validity", sa.BigInteger, nullable=False),
    sa.Column("uid", sa.BigInteger, nullable=False),
)
