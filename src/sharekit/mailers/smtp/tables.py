"""What an issue was sent to, reader by reader.

::

    queued ── a batch is taken ─► claimed ── before the message leaves ─► sending ──► sent
       ▲                            │                                       ├──────► failed   the server said never
       ├────────────────────────────┘ the process died before it began      ├──────► queued   the server said later
       │                                                                    └──────► held     nobody knows
       └── resend, or the policy ``resend``, from held                      skipped: unsubscribed since
"""

from __future__ import annotations

import sqlalchemy as sa

from sharekit.subscribers.database import METADATA

# ``message`` is what every reader of the mailing gets, before it is made theirs: a restart sends the same words.
MAILINGS = sa.Table(
    "sharekit_mailings",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("readers", sa.Integer, nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("message", sa.LargeBinary, nullable=False),
    sa.Column("began_at", sa.Text, nullable=False),
    sa.Column("done_at", sa.Text),
)
# ``next_at`` is in Unix seconds; ``doubts`` counts the attempts of which nobody knows whether they arrived.
DELIVERIES = sa.Table(
    "sharekit_deliveries",
    METADATA,
    sa.Column("mailing_id", sa.Integer, primary_key=True),
    sa.Column("reader_id", sa.Integer, primary_key=True),
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
# Only what waits is in it: a reader leaves it when claimed, and no later step pays for it.
sa.Index(
    "sharekit_deliveries_queued",
    DELIVERIES.c.mailing_id,
    DELIVERIES.c.reader_id,
    sqlite_where=DELIVERIES.c.state == "queued",
    postgresql_where=DELIVERIES.c.state == "queued",
)
# Who is at it. ``beat`` is in Unix seconds: a sender on another machine that is silent for long has died.
SENDERS = sa.Table(
    "sharekit_senders",
    METADATA,
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("beat", sa.Float, nullable=False),
)
STATES = ("queued", "claimed", "sending", "sent", "failed", "held", "skipped")
# Nothing more happens to these by itself.
FINAL = ("sent", "failed", "held", "skipped")
