"""A Facebook Page: https://developers.facebook.com/docs/pages-api/posts.

Facebook reads the page behind the link itself, so there is no card to send. It has no idempotency key: what is out is read
from the Page's published posts. It has no threads of posts either.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from sharekit.channels.graph import GraphChannel, code
from sharekit.config import ChannelSettings, described
from sharekit.counting import Counter
from sharekit.ports import Account, Credential, Lookup, PictureRules
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sharekit.channels.pictures import Picture
    from sharekit.model import Receipt, Share

PAGE = "sharekit help facebook"
SCOPE = "pages_manage_posts and pages_read_engagement (the Page's own token)"
DUPLICATE = "506"


class FacebookChannel(GraphChannel):
    """Posts to the Page ``settings.page``."""

    kind, label = "facebook", "Facebook"
    aliases = ("fb", "facebookpage", "facebookpages")
    SECRETS = (Credential(variable="SHAREKIT_FACEBOOK_PAGE_TOKEN", scope=SCOPE, page=PAGE),)
    LOGIN = f"must allow {SCOPE}: {PAGE}#token"
    FIELDS = ("message", "permalink_url", "created_time", "attachments{unshimmed_url}")
    counter = Counter(limit=63206, measure=len, rule="Facebook counts characters")
    # graph-api/photo-uploads: JPEG, PNG, GIF, BMP and TIFF; "we recommend uploading photos under 4MB".
    pictures = PictureRules(types=("image/jpeg", "image/png", "image/gif"), most_bytes=4_000_000, most=10)

    class Settings(ChannelSettings, frozen=True):
        """[channels.facebook]"""

        page: Annotated[
            str | None,
            described("The Page's id (sharekit help facebook#page).", example="1234567890", required=True),
        ] = None
        version: Annotated[str, described("The version of the Graph API.")] = "v25.0"
        api: Annotated[str, described("The address of the API.")] = "https://graph.facebook.com"

    _settings: Settings

    def _connect(self, name: str, environment: Mapping[str, str]) -> None:
        super()._connect(name, environment)
        self._api += f"/{self._settings.version}"
        self._page = self._settings.page

    def post(self, share: Share, key: str) -> Receipt:
        """Post it. Facebook refuses the same words soon after (#506); then the post that is there is the receipt."""
        fields = {"message": share.text}
        if pictures := self._attached(share):
            uploaded = [self._upload(picture) for picture in pictures]
            fields |= {f"attached_media[{n}]": json.dumps({"media_fbid": photo}) for n, photo in enumerate(uploaded)}
        else:
            fields["link"] = uri(share.card.url)
        ending = self._ending()
        answer = self._post(f"/{self._page}/feed", fields)
        if code(answer) == DUPLICATE:
            there = self.find(share, key).receipt
            return there or self._fail(answer, hint="Facebook has these words already. Change the draft.")
        return self._receipt(self._id_of(answer), None, self._clock(), ending)

    def account(self) -> Account:
        """The Page's name, and what its token may do. Whether the app is Live nobody tells."""
        page = str(self._get(f"/{self._page}", fields="id,name").get("name") or self._page)
        answer = self._account(page, ("pages_manage_posts", "pages_read_engagement"))
        live = f"Facebook does not say whether that app is Live, and shows its posts to nobody where it is not: {PAGE}#live"
        return replace(answer, facts=(*answer.facts, live))

    def find(self, share: Share, key: str) -> Lookup:
        """Read the Page's posts since the attempt."""
        return self._look_up(f"/{self._page}/published_posts", share)

    def _upload(self, picture: Picture) -> str:
        files = {"source": (picture.file_name, picture.data, picture.media_type)}
        fields = {"published": "false", "alt_text_custom": picture.alt}
        answer = self._post(f"/{self._page}/photos", fields, files=files, harmless=True)
        return self._id_of(answer, harmless=True)

    def _receipt(self, number: str, url: str | None, at: datetime, note: str = "") -> Receipt:
        return super()._receipt(number, url or f"https://www.facebook.com/{number}", at, note)

    def _linked(self, post: Mapping[str, Any]) -> str:
        attachments = post.get("attachments")
        listed = attachments.get("data") if isinstance(attachments, dict) else None
        return " ".join(str(each.get("unshimmed_url", "")) for each in listed or () if isinstance(each, dict))
