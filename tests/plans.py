"""Plans in memory: articles, drafts, ledger records, and where every act stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from sharekit.config import Config
from sharekit.drafts import Drafts
from sharekit.files import digest
from sharekit.model import Act, Card, IssueDraft, LedgerEntry, Outcome, Part, Post, Receipt, Share, ShareDraft
from sharekit.planning import Plan, Situation, make_plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sharekit.model import EntryState

PARIS = ZoneInfo("Europe/Paris")
SITE = "https://blog.example/"


def at(text: str) -> datetime:
    """A moment on the clocks of Paris."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)


def post(name: str, published: str = "2026-11-24T08:30", **more: Any) -> Post:
    """An article at ``/NAME/``, in the file ``content/NAME.md``."""
    values: dict[str, Any] = {
        "id": name,
        "url": f"{SITE}{name}/",
        "title": name.capitalize(),
        "published": at(published),
        "body": lambda: f"<p>About {name}.</p>",
        "source": f"content/{name}.md",
        "language": "fr",
    }
    return Post(**{**values, **more})


def draft(article: Post, texts: Mapping[str, str] | None = None, **more: Any) -> ShareDraft:
    """The draft that sharekit wrote for an article, in the file ``shares/ID.md``."""
    sections = {"bluesky": f"Read {article.id}"} if texts is None else dict(texts)
    values: dict[str, Any] = {
        "post": article.id,
        "title": article.title,
        "url": article.url,
        "published": article.published,
        "source": article.source,
        "language": article.language,
        "sections": sections,
        "drafted": {name: digest(text) for name, text in sections.items()},
        "lines": {name: 10 + number for number, name in enumerate(sections)},
        "path": f"shares/{article.id.replace('/', '-')}.md",
    }
    return ShareDraft(**{**values, **more})


def part(position: int, total: int = 3, series: str = "Station") -> Part:
    return Part(series=series, position=position, total=total)


def issue(name: str = "2026-12", **more: Any) -> IssueDraft:
    values: dict[str, Any] = {"subject": "News", "preheader": "", "posts": ("one",), "status": "approved"}
    return IssueDraft(id=name, path=f"issues/{name}.md", **{**values, **more})


def record(key: str, state: EntryState, when: str, **more: Any) -> LedgerEntry:
    """A record of the ledger, claimed and settled at ``when``. ``reason``, ``retry_at`` and ``paused`` are the outcome's."""
    moment = at(when)
    entry = LedgerEntry(key=key, state=state, claimed_at=moment, run="run", nonce="n")
    own = {name: more.pop(name) for name in ("reason", "retry_at", "paused") if name in more}
    if state != "claimed":
        receipt = Receipt(id="1", url=f"https://network.example/{key}", at=moment) if state == "delivered" else None
        outcome = Outcome(state=state, at=moment, receipt=receipt, **own)
        entry = replace(entry, outcome=outcome)
    return replace(entry, **more)


def config(shares: Mapping[str, Any] | None = None, **more: Any) -> Config:
    """A configuration with the channel ``bluesky``. ``shares`` are the keys of its table."""
    values = {"since": "2026-01-01", "timezone": "Europe/Paris", "channels": {"bluesky": {}}, "shares": shares or {}}
    return msgspec.convert({**values, **more}, Config)


def plan(
    drafts: Sequence[ShareDraft] = (),
    posts: Sequence[Post] = (),
    *,
    now: str = "2026-11-24T09:00",
    issues: Sequence[IssueDraft] = (),
    entries: Sequence[LedgerEntry] = (),
    settings: Config | None = None,
    **more: Any,
) -> Plan:
    """Where everything stands. ``held`` and ``findings`` are those of the drafts, the rest is the situation's."""
    own = {name: more.pop(name) for name in ("held", "findings", "broken") if name in more}
    situation = Situation(
        drafts=Drafts(shares=tuple(drafts), issues=tuple(issues), **own),
        posts=posts,
        entries={entry.key: entry for entry in entries},
        config=settings or config(),
        zone=PARIS,
        now=at(now),
        **more,
    )
    return make_plan(situation)


def act(name: str, planned: str, **more: Any) -> Act:
    """An act of one channel, approved and not tried yet."""
    moment = at(planned)
    card = Card(url=f"{SITE}{name}/", title=name)
    content = Share(post_id=name, channel="x", slot="launch", text=name, language="fr", card=card, created=moment)
    values: dict[str, Any] = {
        "key": name,
        "kind": "share",
        "target": "x",
        "slot": "launch",
        "title": name,
        "planned": moment,
        "at": moment,
        "content": content,
        "source": f"shares/{name}.md",
    }
    return Act(**{**values, **more})
