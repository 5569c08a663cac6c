"""Workers: a mailing as jobs, one for each batch of recipients, in the subscribers' own PostgreSQL, through Procrastinate.

https://procrastinate.readthedocs.io/. A job has its recipients to itself by its lock, so what another sender claimed of them
is that of one who died or was stopped; the compare-and-swap of the queue keeps out one who was stopped and goes on.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sharekit.errors import ChannelPaused, ConfigError, LedgerUnavailable, Unavailable, not_installed
from sharekit.list import mailing as mailings

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa
    from procrastinate import App

    from sharekit.list.mailing import Mailing, Policy

TASK = "sharekit.send_batch"
QUEUE = "sharekit"
BATCH = 500
# After a server or a database that was away.
PAUSE = timedelta(minutes=1)
# After a refusal that a person has to look at: every batch asks once in so long.
PAUSE_OF_ACCOUNT = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a worker works on: the database, and ``deliver``, which sends a mailing to the recipients within two ids."""

    engine: sa.Engine
    deliver: Callable[[Mailing, tuple[int, int]], None]
    policy: Policy


def defer_batches(engine: sa.Engine, mailing: Mailing) -> int:
    """Hand a mailing over to the workers; in how many jobs. A batch that is handed over twice is sent once."""
    batches = list(mailings.ranges(engine, mailing, BATCH))
    with _opened(engine) as app:
        for low, high in batches:
            _defer(app, mailing.id, low, high)
    return len(batches)


def send_batch(work: Work, number: int, low: int, high: int) -> datetime | None:
    """Send to the recipients of one job; when it has to be done again, for those whose server said later."""
    mailing = mailings.find_mailing(work.engine, number)
    if mailing is None or mailing.done_at:
        return None
    within = (low, high)
    try:
        mailings.recover(work.engine, mailing, policy=work.policy, within=within)
        work.deliver(mailing, within)
    except Unavailable as error:
        return max(error.retry_at or datetime.now(UTC), datetime.now(UTC) + PAUSE)
    except ChannelPaused:
        return datetime.now(UTC) + PAUSE_OF_ACCOUNT
    except LedgerUnavailable:
        # Such as the transaction of one who was stopped for long: another took its recipients, or it goes on later.
        return datetime.now(UTC) + PAUSE
    if (moment := mailings.next_moment(work.engine, mailing, within=within)) is not None:
        return datetime.fromtimestamp(max(moment, time.time() + 1), UTC)
    mailings.finish(work.engine, mailing, at=datetime.now(UTC))
    return None


def run(
    work: Work,
    *,
    said: Callable[[str], None],
    once: bool = False,
    heartbeat: float = 10.0,
    stalled: int = 60,
    poll: float = 5.0,
) -> None:
    """Send batches until it is asked to stop, or with ``once`` until no job is left.

    In seconds: ``heartbeat`` is how often it shows that it is alive, ``stalled`` after how long without that others take its
    jobs up, ``poll`` how often it looks for jobs. Raises ConfigError without PostgreSQL or Procrastinate.
    """
    with _opened(work.engine):
        pass
    from procrastinate import App, PsycopgConnector

    app = App(connector=PsycopgConnector(conninfo=_address(work.engine)))

    @app.task(name=TASK, queue=QUEUE)
    def send(mailing: int, low: int, high: int) -> None:
        again = send_batch(work, mailing, low, high)
        said(f"mailing {mailing}: recipients {low} to {high}: {'done' if again is None else f'again at {again:%H:%M:%S}'}")
        if again is not None:
            _defer(app, mailing, low, high, at=again)

    @app.periodic(cron="* * * * *")
    @app.task(name="sharekit.take_up_stalled", queue=QUEUE, pass_context=False)
    async def take_up(timestamp: int) -> None:
        """Put the jobs of workers that show no sign of life back into the queue."""
        for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=stalled):
            await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
            said(f"took over a job from a worker that stopped responding: {job.task_kwargs}")

    async def serve() -> None:
        async with app.open_async():
            await take_up(0)
            await app.run_worker_async(
                queues=[QUEUE],
                wait=not once,
                concurrency=1,
                update_heartbeat_interval=heartbeat,
                stalled_worker_timeout=float(stalled),
                fetch_job_polling_interval=poll,
                delete_jobs="successful",
            )

    asyncio.run(serve())


def _opened(engine: sa.Engine) -> App:
    """Procrastinate on the subscribers' database, open and with its tables. Raises ConfigError where there is none."""
    try:
        from procrastinate import App, SyncPsycopgConnector
    except ModuleNotFoundError as error:
        raise not_installed("procrastinate", "postgres") from error
    app = App(connector=SyncPsycopgConnector(conninfo=_address(engine))).open()
    with engine.connect() as connection:
        there = connection.exec_driver_sql("SELECT to_regclass('procrastinate_jobs')").scalar_one()
    if there is None:
        app.schema_manager.apply_schema()
    return app


def _address(engine: sa.Engine) -> str:
    """The address of the database as the driver takes it. Raises ConfigError for what is not PostgreSQL."""
    if engine.dialect.name != "postgresql":
        raise ConfigError(
            "workers need the subscribers in PostgreSQL: SQLite is for one machine",
            hint="SHAREKIT_SUBSCRIBERS_URL=postgresql://user@host/database, or leave workers out of [mailers.smtp]",
        )
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _defer(app: App, mailing: int, low: int, high: int, at: datetime | None = None) -> None:
    task = app.configure_task(TASK, queue=QUEUE, lock=f"sharekit mailing {mailing} from {low}", schedule_at=at)
    task.defer(mailing=mailing, low=low, high=high)
