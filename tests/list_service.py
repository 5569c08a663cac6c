"""The pages of a list, on a database in a folder, and a client that asks them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from contracts.mailer import ISSUE
from sharekit.issue.theme import theme_of
from sharekit.list.connection import Server
from sharekit.list.database import open_database
from sharekit.list.letter import Tokens
from sharekit.list.pages import Pages, paths_of
from sharekit.list.signups import Confirmations, Signups
from sharekit.list.subscribers import Subscribers
from sharekit.list.web import Service, make_app

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp


@dataclass
class ListService:
    """``client`` asks without starting what sends the confirmations."""

    app: ASGIApp
    client: TestClient
    subscribers: Subscribers
    signups: Signups
    tokens: Tokens
    confirmations: Confirmations
    log: list[str] = field(default_factory=list)


def open_service(
    root: Path,
    *,
    title: str = "Le Blog",
    per_client: str = "20/h",
    rate: str = "1000/h",
    choices: dict[str, str] | None = None,
    unsubscribe: str = "https://letter.blog.example/leave/",
    port: int = 9,
    patience: float = 5,
) -> ListService:
    """A service whose mail server is on loopback."""
    engine = open_database("sqlite:///list.sqlite", root=root, patience=patience)
    tokens, signups, subscribers = Tokens(environment={"SHAREKIT_SECRET": "s" * 48}), Signups(engine), Subscribers(engine)
    pages = Pages(
        title=title,
        address="1, rue du Blog",
        language="fr",
        paths=paths_of(unsubscribe),
        theme=theme_of(ISSUE, "fr"),
        choices={"each": "Chaque article", "digest": "Une fois par mois"} if choices is None else choices,
    )
    log: list[str] = []
    confirmations = Confirmations(
        signups=signups,
        tokens=tokens,
        pages=pages,
        server=Server(host="127.0.0.1", port=port, security="none"),
        name=title,
        address="lettre@blog.example",
        bounces="lettre@blog.example",
        signer=None,
        said=log.append,
    )
    app = make_app(
        Service(
            subscribers=subscribers,
            signups=signups,
            tokens=tokens,
            pages=pages,
            confirmations=confirmations,
            per_client=per_client,
            rate=rate,
            said=log.append,
        )
    )
    return ListService(app, TestClient(app, raise_server_exceptions=False), subscribers, signups, tokens, confirmations, log)
