"""What each channel and mailer cannot work without: its secrets, by variable and scope, and its settings.

A test opens every adapter with an environment that notes what it is asked for, and holds this table to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.errors import ConfigError

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
    "smtp": {
        "SHAREKIT_SMTP_PASSWORD": "the submission server's password",
        "SHAREKIT_SECRET": "32 random characters or more; unsubscribe links are signed with it",
    },
}

# Settings without a default: the key, what to ask for, and how it looks.
SETTINGS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "mastodon": (("instance", "The address of your Mastodon instance", "https://mastodon.example"),),
    "bluesky": (("handle", "Your Bluesky handle", "you.bsky.social"),),
    "linkedin": (("author", "Your LinkedIn author URN (docs/how-to/linkedin.md)", "urn:li:person:AbC123"),),
    "facebook": (("page", "The id of your Facebook Page (docs/how-to/facebook.md)", "1234567890"),),
    "mailchimp": (("list", "The id of your Mailchimp audience (docs/how-to/mailchimp.md)", "a1b2c3d4e5"),),
    "brevo": (("lists", "The numbers of your Brevo lists (docs/how-to/brevo.md)", "2,5"),),
    "listmonk": (
        ("url", "The address of your listmonk", "https://listmonk.example"),
        ("user", "The name of its API user", "sharekit"),
        ("lists", "The numbers of its lists", "1,3"),
    ),
    "smtp": (
        ("host", "The submission server", "mail.blog.example"),
        ("user", "Your name there", "letter@blog.example"),
        ("unsubscribe", "The address of your unsubscribe page", "https://letter.blog.example/unsubscribe/"),
    ),
}
NUMBERS = frozenset(("lists",))


def value_of(key: str, text: str) -> str | list[int]:
    """A setting as it stands in the file: what is numbers is a list of them. Raises ConfigError for other words."""
    if key not in NUMBERS:
        return text
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise ConfigError(f'{key} = "{text}" is not a list of numbers', hint=f"--set NAME.{key}=2,5")
    return [int(part) for part in parts]


def secrets_for(names: Iterable[str]) -> dict[str, str]:
    """Variable → what it must allow, for these channels and mailers; those that need none are not in it."""
    return {variable: scope for name in names for variable, scope in SECRETS.get(name, {}).items()}
