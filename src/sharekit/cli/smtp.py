"""The settings of the SMTP mailer, for the verbs about a list of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from sharekit.config import Config
    from sharekit.mailers.smtp_settings import SmtpSettings


def smtp_table(config: Config) -> tuple[str, SmtpSettings]:
    """The name of the SMTP mailer that sends the issue, else of the first one, and its settings."""
    from sharekit.mailers.smtp_settings import SmtpSettings
    from sharekit.registry import tables_of

    tables = tables_of("mailers", "smtp", config)
    name = config.issue.mailer if config.issue.mailer in tables else next(iter(tables), "smtp")
    given = {key: value for key, value in tables.get(name, {}).items() if key != "kind"}
    return name, msgspec.convert(given, SmtpSettings)
