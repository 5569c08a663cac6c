"""SMTP for a list of one's own: fast, signed, and honest about every address."""

from sharekit.mailers.smtp.mailer import SmtpMailer
from sharekit.mailers.smtp.settings import Settings

__all__ = ["Settings", "SmtpMailer"]
