"""What each channel and mailer cannot work without: its secrets, by variable and scope, and its settings.

A test opens every adapter with an environment that notes what it is asked for, and holds this table to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SECRETS: dict[str, dict[str, str]] = {
    "x": dict.fromkeys(
        ("SHAREKIT_X_API_KEY", "SHAREKIT_X_API_SECRET", "SHAREKIT_X_ACCESS_TOKEN", "SHAREKIT_X_ACCESS_SECRET"),
        'an app with "Read and write"',
    ),
    "mastodon": {"SHAREKIT_MASTODON_TOKEN": "write:statuses, write:media, read:statuses and read:accounts"},
    "bluesky": {"SHAREKIT_BLUESKY_APP_PASSWORD": "an app password, not the account's"},
    "linkedin": {"SHAREKIT_LINKEDIN_TOKEN": "w_member_social"},
    "facebook": {"SHAREKIT_FACEBOOK_PAGE_TOKEN": "pages_manage_posts and pages_read_engagement (the Page's own token)"},
    "threads": {"SHAREKIT_THREADS_TOKEN": "threads_basic, threads_content_publish and threads_manage_replies"},
    "chat": {"SHAREKIT_CHAT_URL": "the room's Apprise address"},
    "mailchimp": {"SHAREKIT_MAILCHIMP_KEY": "campaigns of your account"},
    "buttondown": {"SHAREKIT_BUTTONDOWN_KEY": "emails: read and write"},
    "listmonk": {"SHAREKIT_LISTMONK_TOKEN": "an API user with campaigns:manage"},
    "brevo": {"SHAREKIT_BREVO_KEY": "an API key"},
    "smtp": {"SHAREKIT_SMTP_PASSWORD": "the submission server's password"},
}

# A setting without a default: its key, what to ask for, and how it looks.
SETTINGS: dict[str, tuple[str, str, str]] = {
    "mastodon": ("instance", "The address of your Mastodon instance", "https://mastodon.example"),
    "bluesky": ("handle", "Your Bluesky handle", "you.bsky.social"),
    "linkedin": ("author", "Your LinkedIn author URN (docs/how-to/linkedin.md)", "urn:li:person:AbC123"),
    "mailchimp": ("list", "The id of your Mailchimp audience (docs/how-to/mailchimp.md)", "a1b2c3d4e5"),
    "facebook": ("page", "The id of your Facebook Page (docs/how-to/facebook.md)", "1234567890"),
}


def secrets_for(names: Iterable[str]) -> dict[str, str]:
    """Variable → what it must allow, for these channels and mailers; those that need none are not in it."""
    return {variable: scope for name in names for variable, scope in SECRETS.get(name, {}).items()}
