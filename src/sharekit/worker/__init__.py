"""A process that sends what was handed over to PostgreSQL; as many of them as there are machines."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sharekit.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharekit.mailers.smtp import SmtpMailer


def work(
    mailer: SmtpMailer,
    *,
    said: Callable[[str], None],
    once: bool = False,
    heartbeat: float = 10.0,
    stalled: int = 60,
    poll: float = 5.0,
) -> None:
    """Send batches until it is told to stop, or with ``once`` until no job is left.

    ``heartbeat`` is how often the process shows that it is alive, ``stalled`` after how long without that another takes
    its jobs up, ``poll`` how often it looks for jobs that nobody called it for; all in seconds.
    Raises ConfigError without PostgreSQL or Procrastinate.
    """
    try:
        from sharekit.mailers.smtp.queue import QUEUE, make_app, take_up
    except ModuleNotFoundError as error:
        raise ConfigError("Procrastinate is not installed", hint="Install sharekit with its extra: postgres") from error
    app = make_app(mailer, said=said, stalled=stalled)

    async def run() -> None:
        async with app.open_async():
            await take_up(app, said=said, stalled=stalled)
            await app.run_worker_async(
                queues=[QUEUE],
                wait=not once,
                concurrency=1,
                update_heartbeat_interval=heartbeat,
                stalled_worker_timeout=float(stalled),
                fetch_job_polling_interval=poll,
                delete_jobs="successful",
            )

    asyncio.run(run())
