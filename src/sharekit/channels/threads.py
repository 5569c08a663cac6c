"""Threads, in two steps: https://developers.facebook.com/docs/threads/posts.

A container is made, which nobody sees, and then published. Its id, noted before it is published, tells later whether it
was; without a note the account's own posts do.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from urllib.parse import urlsplit

from sharekit.channels.base import ALONE, add_note
from sharekit.channels.graph import STATUSES, GraphChannel, code
from sharekit.config import THREAD, ChannelSettings, Thread, described
from sharekit.counting import Counter
from sharekit.counting.threads import LIMIT, length
from sharekit.errors import DeliveryError, Refused, Unavailable
from sharekit.ports import Account, Credential, Lookup, PictureRules
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sharekit.model import Receipt, Share

PAGE = "sharekit help threads"
SCOPE = "threads_basic, threads_content_publish and threads_manage_replies"
QUOTA = 250


class ThreadsChannel(GraphChannel):
    """Posts to the account that the token belongs to."""

    kind, label = "threads", "Threads"
    SECRETS = (Credential(variable="SHAREKIT_THREADS_TOKEN", scope=SCOPE, page=PAGE),)
    LOGIN = f"must allow {SCOPE}, and expires after 60 days: {PAGE}#token"
    FIELDS = ("text", "permalink", "timestamp", "link_attachment_url")
    counter = Counter(limit=LIMIT, measure=length, rule="Threads counts an emoji as its bytes, and takes five links")
    # threads/posts, image specifications.
    pictures = PictureRules(types=("image/jpeg", "image/png"), most_bytes=8_000_000, longest_alt=1000, fetched=True)

    class Settings(ChannelSettings, frozen=True):
        """[channels.threads]"""

        THREADS: ClassVar[tuple[Thread, ...]] = ("reply", "quote", "none")

        thread: Annotated[Thread, described(THREAD)] = "reply"
        api: Annotated[str, described("The address of the API.")] = "https://graph.threads.net/v1.0"

    _settings: Settings

    def post(self, share: Share, key: str) -> Receipt:
        """Make the container, wait until it is ready, publish it."""
        return self.post_noting(share, key, lambda _facts: None)

    def post_noting(self, share: Share, key: str, note: Callable[[Mapping[str, str]], object]) -> Receipt:
        """As :meth:`post`, with the container noted before it is published."""
        parent = share.answers.id if share.answers and self._settings.thread != "none" else None
        fields = self._fields(share)
        if parent is None:
            return self._published(fields, note)
        field = "reply_to_id" if self._settings.thread == "reply" else "quote_post_id"
        try:
            return self._published({**fields, field: parent}, note)
        except Refused:
            # Certainly not out. Whether it was about the part before tells the part before alone.
            if not self._is_gone(parent):
                raise
        receipt = self._published(fields, note)
        return replace(receipt, detail=add_note(receipt.detail, ALONE))

    def _published(self, fields: Mapping[str, str], note: Callable[[Mapping[str, str]], object]) -> Receipt:
        try:
            container = self._id_of(self._post("/me/threads", fields, harmless=True), harmless=True)
            note({"creation_id": container})
            self._wait(lambda: self._is_finished(container), "the post; nothing is published", polls=30, pause=2.0)
            ending = self._ending()
            number = self._id_of(self._post("/me/threads_publish", {"creation_id": container}))
        except Unavailable as error:
            with contextlib.suppress(DeliveryError):
                used, most = self._quota()
                if error.retry_at is None and used >= most:
                    error.message += f" (the {most} posts within 24 hours are used up)"
                    error.retry_at = self._clock() + timedelta(hours=1)
            raise
        return self._receipt(number, self._permalink(number), self._clock(), ending)

    def account(self) -> Account:
        """The account's name, what its token may do, and how much of the day's quota is used."""
        name = "@" + str(self._get("/me", fields="id,username").get("username") or "")
        needed = ["threads_basic", "threads_content_publish"]
        if self._settings.thread == "reply":
            needed.append("threads_manage_replies")
        answer = self._account(name, needed)
        used, most = self._quota()
        return replace(answer, facts=(*answer.facts, f"{used} of {most} posts within 24 hours"))

    def _quota(self) -> tuple[int, int]:
        # threads/troubleshooting: a window of 24 hours that moves along.
        data = self._get("/me/threads_publishing_limit", fields="quota_usage,config").get("data")
        answer = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else {}
        most = answer.get("config", {}).get("quota_total") if isinstance(answer.get("config"), dict) else None
        return int(answer.get("quota_usage") or 0), int(most or QUOTA)

    def _is_gone(self, post: str) -> bool:
        """Whether a post is certainly not there (any more)."""
        try:
            answer = self._call("GET", f"/{post}", params=self._with_token({"fields": "id"}), also=STATUSES)
        except DeliveryError:
            return False
        missing = code(answer) == "24" or (code(answer), answer.field("error", "error_subcode")) == ("100", "33")
        return answer.status in STATUSES and missing

    def find(self, share: Share, key: str) -> Lookup:
        """Ask for the noted container, and read the account's posts since the attempt."""
        noted = share.facts.get("creation_id")
        status = self._get(f"/{noted}", fields="status").get("status") if noted else None
        if status not in (None, "PUBLISHED"):
            return Lookup(certain=True, repeat_is_harmless=True)
        # Without a note nothing was published, and what was not published stays unseen.
        return self._look_up("/me/threads", share, complete=status is None)

    def _linked(self, post: Mapping[str, Any]) -> str:
        return str(post.get("link_attachment_url", ""))

    def _fields(self, share: Share) -> dict[str, str]:
        if not share.images:
            return {"media_type": "TEXT", "text": share.text, "link_attachment": uri(share.card.url)}
        # It is fetched here only to see that Threads can take it.
        picture = self._attached(share)[0]
        image = share.images[0]
        if urlsplit(image.url).scheme not in ("https", "http"):
            hint = "Threads fetches pictures itself: give the picture's public https address."
            raise Refused(f"Threads cannot reach the picture {image.url}", path=share.source or None, hint=hint)
        return {"media_type": "IMAGE", "text": share.text, "image_url": uri(image.url), "alt_text": picture.alt}

    def _is_finished(self, container: str) -> bool:
        state = self._get(f"/{container}", fields="status,error_message")
        if state.get("status") in ("ERROR", "EXPIRED"):
            raise Refused(f"Threads does not take it: {state.get('error_message', state['status'])}")
        return state.get("status") == "FINISHED"

    def _permalink(self, number: str) -> str | None:
        try:
            return str(self._get(f"/{number}", fields="permalink")["permalink"])
        except (DeliveryError, KeyError):
            return None  # it is out: an address that cannot be learnt must not make that unknown
