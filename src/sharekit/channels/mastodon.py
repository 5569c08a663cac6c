"""Mastodon: https://docs.joinmastodon.org/methods/statuses/, media/, accounts/, instance/.

``Idempotency-Key`` makes a repeat within the hour answer with the status of the first attempt; after that the account's
own statuses tell. Both look at what the instance has stored, so that "not there" is certain.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal
from urllib.parse import quote

from sharekit.channels.base import ALONE, ApiChannel, Posted, first_attempt, look_up, moment
from sharekit.config import THREAD, Address, ChannelSettings, Thread, described
from sharekit.content import parse_fragment
from sharekit.counting import Counter
from sharekit.counting.mastodon import length
from sharekit.errors import ChannelPaused, DeliveryError, Refused, Unavailable
from sharekit.model import Receipt
from sharekit.ports import Account, Credential, Lookup, PictureRules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sharekit.channels.pictures import Picture
    from sharekit.http import Answer
    from sharekit.model import Share

PAGE = "sharekit help mastodon"
SCOPES = ("write:statuses", "write:media", "read:statuses", "read:accounts")
SCOPE = f"{', '.join(SCOPES[:-1])} and {SCOPES[-1]}"
PAGES, PER_PAGE = 10, 40


class MastodonChannel(ApiChannel):
    """Posts to the account that the token belongs to."""

    kind, label = "mastodon", "Mastodon"
    SECRETS = (Credential(variable="SHAREKIT_MASTODON_TOKEN", scope=SCOPE, page=PAGE),)
    SERVER = "instance"
    LOGIN = f"must be a token of this account and allow {SCOPE}: {PAGE}#permissions"
    JUDGED = (404,)
    counter = Counter(limit=500, measure=length, rule="Mastodon counts a link as 23")
    # app/models/media_attachment.rb: IMAGE_MIME_TYPES, IMAGE_LIMIT, MAX_DESCRIPTION_LENGTH; four to a status.
    # app/models/concerns/attachmentable.rb: MAX_MATRIX_LIMIT.
    pictures = PictureRules(
        types=("image/jpeg", "image/png", "image/gif", "image/webp"),
        most_bytes=16 * 2**20,
        most_pixels=33_177_600,
        most=4,
        longest_alt=1500,
    )

    class Settings(ChannelSettings, frozen=True):
        """[channels.mastodon]"""

        THREADS: ClassVar[tuple[Thread, ...]] = ("reply", "none")

        thread: Annotated[Thread, described(THREAD)] = "reply"
        instance: Annotated[
            Address | None, described("The server of the account.", example="https://mastodon.example", required=True)
        ] = None
        visibility: Annotated[Literal["public", "unlisted", "private"], described("Who sees the post.")] = "public"

    _settings: Settings

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._secrets[0].reveal()}"}

    def post(self, share: Share, key: str) -> Receipt:
        """Post the status under ``key``; on its own where the status that it would answer is gone."""
        self._check_length(share)
        fields: dict[str, Any] = {
            "status": share.text,
            "visibility": self._settings.visibility,
            # ISO 639-1 alone: an instance refuses a region that it does not list.
            "language": share.language.split("-")[0].lower(),
        }
        if pictures := self._attached(share):
            fields["media_ids"] = [self._upload(picture) for picture in pictures]
        parent = share.answers.id if share.answers and self._settings.thread == "reply" else None
        if parent is None:
            return self._receipt(self._sent(fields, share, key))
        keyed = {"idempotency-key": _idempotency_key(key, first_attempt(share))}
        answer = self._call(
            "POST", "/api/v1/statuses", json={**fields, "in_reply_to_id": parent}, headers=keyed, also=(404, 422)
        )
        if answer.status < 300:
            return self._receipt(answer)
        if not self._is_gone(parent):
            self._client.fail(answer)
        return self._receipt(self._sent(fields, share, key), note=ALONE)

    def _sent(self, fields: Mapping[str, Any], share: Share, key: str) -> Answer:
        first, now = _idempotency_key(key, first_attempt(share)), _idempotency_key(key, share.claimed or share.created)
        headers = {"idempotency-key": first}
        answer = self._call("POST", "/api/v1/statuses", json=fields, headers=headers, also=(404,) if now != first else ())
        if answer.status == 404:
            # The first attempt's status was deleted since, and its key finds nothing any more.
            answer = self._call("POST", "/api/v1/statuses", json=fields, headers={"idempotency-key": now})
        return answer

    def account(self) -> Account:
        """The account's name, and the scopes of the application that its token was made for (from Mastodon 4.3 on)."""
        who = self._call("GET", "/api/v1/accounts/verify_credentials")
        name = f"@{who.field('acct')}@{self._api.partition('://')[2]}"
        body = who.json()
        if isinstance(body, dict) and body.get("suspended") is True:
            raise ChannelPaused(f"{self._api} has suspended {name}", hint=self._client.login)
        answer = self._call("GET", "/api/v1/apps/verify_credentials", also=(401, 403, 404)).json()
        scopes = answer.get("scopes") if isinstance(answer, dict) else None
        if not isinstance(scopes, list):
            return Account(name=name, facts=("the instance does not tell the scopes of the token",))
        if missing := [each for each in SCOPES if each not in scopes and each.partition(":")[0] not in scopes]:
            raise ChannelPaused(f"the token of {name} may not {', '.join(missing)}", hint=self._client.login)
        return Account(name=name, facts=("the token has every scope and does not expire",))

    def find(self, share: Share, key: str) -> Lookup:
        """Read the account's statuses back to the attempt."""
        account = self._needed(self._call("GET", "/api/v1/accounts/verify_credentials"), "id")
        query: dict[str, str | int] = {"limit": PER_PAGE, "exclude_reblogs": "true"}
        posts: list[Posted] = []
        complete = False
        for _ in range(PAGES):
            statuses = self._call("GET", f"/api/v1/accounts/{account}/statuses", params=query).json()
            if not isinstance(statuses, list) or not all(isinstance(each, dict) and "id" in each for each in statuses):
                raise Unavailable("Mastodon did not list the account's statuses")
            for status in statuses:
                texts = _texts(status, self._api)
                posts.append(Posted(receipt=_receipt(status, share.earliest), texts=texts, shown=texts[0]))
            complete = not statuses or posts[-1].receipt.at < share.earliest
            if complete:
                break
            query["max_id"] = statuses[-1]["id"]
        return look_up(share, posts, complete=complete)

    def _receipt(self, answer: Answer, note: str = "") -> Receipt:
        if not answer.field("id"):
            self._client.unreadable(answer, "the status's id")
        return _receipt(answer.json(), self._clock(), note)

    def _is_gone(self, status: str) -> bool:
        # Whether the answer was about the parent: its words are in the language of the account.
        try:
            return self._call("GET", f"/api/v1/statuses/{quote(status, safe='')}", also=(404, 410)).status >= 400
        except DeliveryError:
            return False

    def _check_length(self, share: Share) -> None:
        answer = self._call("GET", "/api/v2/instance", also=(404,))
        most = answer.field("configuration", "statuses", "max_characters")
        length = self.measure(share.text)
        if most.isdigit() and length > int(most):
            raise Refused(
                f"the text has {length} of the {most} characters that {self._api} takes",
                path=share.source or None,
                hint=f"Shorten it, or set limit = {most} in {self._table} and run sharekit shares refresh.",
            )

    def _upload(self, picture: Picture) -> str:
        files = {"file": (picture.file_name, picture.data, picture.media_type)}
        answer = self._call("POST", "/api/v2/media", files=files, data={"description": picture.alt}, harmless=True)
        media = self._needed(answer, "id")
        if answer.status != 200:
            # 202 and 206: it is taken, and still being worked on; a status must not name it yet.
            self._wait(lambda: self._call("GET", f"/api/v1/media/{media}").status == 200, "the picture")
        return media

    def _judge(self, answer: Answer, path: str, *, expected: bool) -> None:
        if not expected:
            message = f"{self._api} answered 404 to {path}: {self._client.redact(answer.words())}"
            raise ChannelPaused(message, hint=f"Is its instance a Mastodon server? {PAGE}")


def _idempotency_key(key: str, attempt: datetime) -> str:
    # ASCII, as a header must be (RFC 9110 §5.5); of the attempt too, because that of a deleted status finds what is gone.
    return hashlib.sha256(f"{key} {attempt.isoformat()}".encode(errors="surrogatepass")).hexdigest()


def _receipt(status: Mapping[str, Any], fallback: datetime, note: str = "") -> Receipt:
    detail = {"note": note} if note else {}
    url = status.get("url")
    at = moment(status.get("created_at"), fallback)
    return Receipt(id=str(status["id"]), url=url if isinstance(url, str) else None, at=at, detail=detail)


def _texts(status: Mapping[str, Any], instance: str) -> list[str]:
    """The text of a status as it is shown, where @a@b is @a, and as it may have been sent.

    An account of the instance itself may have been named with its host or without it.
    """
    shown = str(parse_fragment(str(status.get("content", ""))).text_content())
    texts = [shown]
    for own in ("", f"@{instance.partition('://')[2]}"):
        sent = shown
        for mention in status.get("mentions") or ():
            name, _, host = str(mention.get("acct", "")).partition("@")
            full = f"@{name}" + (f"@{host}" if host else own)
            sent = re.sub(rf"(?<![\w@/])@{re.escape(name)}(?![\w@])", full.replace("\\", ""), sent, flags=re.IGNORECASE)
        texts.append(sent)
    return texts
