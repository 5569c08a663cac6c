"""A Facebook Page: https://developers.facebook.com/docs/pages-api/posts.

Facebook reads the page behind the link itself, so there is no card to send. It has no idempotency key: what is out is read
from the Page's published posts. It has no threads of posts either.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from sharekit.channels.base import NetworkChannel, Posted, look_up, moment
from sharekit.channels.graph import Graph, code
from sharekit.channels.pictures import Picture, post_pictures
from sharekit.config import ChannelSettings, described, origin, required
from sharekit.counting import Counter
from sharekit.http import credential
from sharekit.model import Receipt
from sharekit.ports import Account, Credential, Lookup, PictureRules
from sharekit.urls import uri

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sharekit.model import Share

PAGE = "sharekit help facebook"
LISTED = 50
DUPLICATE = "506"


class FacebookChannel(NetworkChannel):
    """Posts to the Page ``settings.page``."""

    kind, label = "facebook", "Facebook"
    aliases = ("fb", "facebookpage", "facebookpages")
    SECRETS = (
        Credential(
            variable="SHAREKIT_FACEBOOK_PAGE_TOKEN",
            scope="pages_manage_posts and pages_read_engagement (the Page's own token)",
            page=PAGE,
        ),
    )
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
        hint = f'page = "1234567890"; {PAGE}#page says where it stands'
        self._page = required(self._settings.page, setting=f"channels.{name}.page", hint=hint)
        token = credential(self.SECRETS[0], self.kind, name, environment)
        api = f"{origin(self._settings.api, setting=f'channels.{name}.api')}/{self._settings.version}"
        login = f"{token.name} must allow {self.SECRETS[0].scope}: {PAGE}#token"
        self._graph = Graph("Facebook", api, token, login=login, clock=self._clock)

    def post(self, share: Share, key: str) -> Receipt:
        """Post it. Facebook refuses the same words soon after (#506); then the post that is there is the receipt."""
        fields = {"message": share.text}
        pictures = post_pictures(share, self.pictures, root=self._root, clock=self._clock)
        if pictures:
            uploaded = [self._upload(picture) for picture in pictures]
            fields |= {f"attached_media[{n}]": json.dumps({"media_fbid": photo}) for n, photo in enumerate(uploaded)}
        else:
            fields["link"] = uri(share.card.url)
        ending = self._graph.ending()
        answer = self._graph.post(f"/{self._page}/feed", fields)
        if code(answer) == DUPLICATE:
            there = self.find(share, key).receipt
            return there or self._graph.fail(answer, hint="Facebook has these words already. Change the draft.")
        return _receipt(self._graph.made(answer), None, self._clock(), ending)

    def account(self) -> Account:
        """The Page's name, and what its token may do. Whether the app is Live nobody tells."""
        page = str(self._graph.get(f"/{self._page}", fields="id,name").get("name") or self._page)
        answer = self._graph.account(page, ("pages_manage_posts", "pages_read_engagement"))
        live = f"Facebook does not say whether that app is Live, and shows its posts to nobody where it is not: {PAGE}#live"
        return replace(answer, facts=(*answer.facts, live))

    def find(self, share: Share, key: str) -> Lookup:
        """Read the Page's posts since the attempt."""
        since = int(share.earliest.timestamp())
        fields = "id,message,created_time,permalink_url,attachments{unshimmed_url}"
        body = self._graph.get(f"/{self._page}/published_posts", fields=fields, since=since, limit=LISTED)
        listed: list[dict[str, Any]] = body.get("data") or []
        posts = (
            Posted(
                receipt=_receipt(
                    str(post["id"]), post.get("permalink_url"), moment(post.get("created_time"), share.earliest)
                ),
                texts=[str(post.get("message", ""))],
                shown=f"{post.get('message', '')} {_attached(post)}",
            )
            for post in listed
        )
        return look_up(share, posts, complete="data" in body and len(listed) < LISTED)

    def _upload(self, picture: Picture) -> str:
        files = {"source": (picture.file_name, picture.data, picture.media_type)}
        fields = {"published": "false", "alt_text_custom": picture.alt}
        answer = self._graph.post(f"/{self._page}/photos", fields, files=files, harmless=True)
        return self._graph.made(answer, harmless=True)


def _receipt(number: str, url: str | None, at: datetime, note: str = "") -> Receipt:
    detail = {"note": note} if note else {}
    return Receipt(id=number, url=url or f"https://www.facebook.com/{number}", at=at, detail=detail)


def _attached(post: Mapping[str, Any]) -> str:
    """The link of a post, which its words need not hold."""
    attachments = post.get("attachments")
    listed = attachments.get("data") if isinstance(attachments, dict) else None
    return " ".join(str(each.get("unshimmed_url", "")) for each in listed or () if isinstance(each, dict))
