"""X, through tweepy: https://docs.x.com/x-api/posts/create-post.

tweepy signs the requests (OAuth 1.0a). They leave through :class:`sharekit.http.Client`, because tweepy's own has no timeout
and waits without end on a 429 without a reset time. X has no idempotency key: what is out is read from the account's own
posts, at the price of each post read.
"""

from __future__ import annotations

import base64
import html
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from sharekit.channels.base import ALONE, ApiChannel, Posted, add_note, look_up, moment
from sharekit.config import THREAD, ChannelSettings, Thread, described
from sharekit.counting import Counter
from sharekit.counting.x import weighted_length
from sharekit.errors import ChannelPaused, Refused, Unavailable
from sharekit.http import retry_moment
from sharekit.model import Receipt
from sharekit.ports import Account, Credential, Lookup, PictureRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sharekit.channels.pictures import Picture
    from sharekit.http import Answer
    from sharekit.model import Share

PAGE = "sharekit help x"
VARIABLES = ("SHAREKIT_X_API_KEY", "SHAREKIT_X_API_SECRET", "SHAREKIT_X_ACCESS_TOKEN", "SHAREKIT_X_ACCESS_SECRET")
SIGNED_FOR = "https://api.twitter.com"
LOOKED_AT = 20
# docs.x.com/x-api/getting-started/pricing, November 2026.
PRICES = "X charges $0.015 for a post, $0.20 for one with a link, $0.005 for each post that is read"
# Of the many reasons for a 403 those about the words; any other is about the plan, the app or the account.
ABOUT_THE_TEXT = re.compile(r"duplicate|too long|shorter|harmful|invalid (?:url|link)|media id", re.IGNORECASE)
PARENT_IS_GONE = re.compile(r"(?:reply to|quote) a (?:tweet|post) that is deleted", re.IGNORECASE)


class XChannel(ApiChannel):
    """Posts to the account that the access token belongs to."""

    kind, label = "x", "X"
    aliases = ("twitter",)
    price = PRICES
    SECRETS = tuple(Credential(variable=name, scope='posting ("Read and write")', page=PAGE) for name in VARIABLES)
    JUDGED = (402, 429)
    counter = Counter(limit=280, measure=weighted_length, rule="X counts a link as 23 and each emoji as 2")
    # docs.x.com/x-api/media/quickstart/best-practices: 5 MB.
    pictures = PictureRules(
        types=("image/jpeg", "image/png", "image/gif", "image/webp"),
        most_bytes=5_000_000,
        most=4,
        longest_alt=1000,
    )

    class Settings(ChannelSettings, frozen=True):
        """[channels.x]"""

        THREADS: ClassVar[tuple[Thread, ...]] = ("reply", "quote", "none")

        thread: Annotated[Thread, described(f"{THREAD} X's public API plans allow neither.")] = "none"
        api: Annotated[str, described("The address of the API.")] = SIGNED_FOR

    _settings: Settings

    def _login(self) -> str:
        token = self._secrets[2].name
        return f'The app needs "Read and write", and {token} must be made after it was granted: {PAGE}#permissions'

    def _headers(self) -> dict[str, str]:
        return {}  # each request is signed: see _call

    def post(self, share: Share, key: str) -> Receipt:
        """Post it. X refuses the same text twice; then the post that is there is the receipt."""
        fields: dict[str, Any] = {"text": share.text}
        if pictures := self._attached(share):
            fields["media"] = {"media_ids": [self._upload(picture) for picture in pictures]}
        answering: dict[str, Any] = {}
        if share.answers and self._settings.thread == "reply":
            answering = {"reply": {"in_reply_to_tweet_id": share.answers.id}}
        elif share.answers and self._settings.thread == "quote" and not pictures:
            # docs.x.com/x-api/posts/create-post: media and quote_tweet_id exclude one another.
            answering = {"quote_tweet_id": share.answers.id}
        notes: dict[str, str] = {}
        answer = self._call("POST", "/2/tweets", json={**fields, **answering}, also=(400, 403))
        if answering and answer.status in (400, 403) and PARENT_IS_GONE.search(answer.words()):
            notes = add_note(notes, ALONE)
            answer = self._call("POST", "/2/tweets", json=fields, also=(400, 403))
        if answer.status in (400, 403):
            return self._refused(answer, share, key, answering=bool(answering))
        made = answer.field("data", "id")
        if not made:
            self._client.unreadable(answer, "the post's id")
        return self._receipt(made, self._clock(), notes)

    def account(self) -> Account:
        """The account's name and what its token may do, at the price of reading one user."""
        answer = self._call("GET", "/2/users/me")
        name = self._needed(answer, "data", "username")
        # docs.x.com/fundamentals/authentication/guides/app-permissions: read, read-write or with direct messages.
        level = answer.headers.get("x-access-level", "")
        if level == "read":
            raise ChannelPaused(f"the access token of @{name} may only read", hint=self._client.login)
        facts = (PRICES, "the plan reads posts: needed after an outcome that nobody knows", "tokens do not end")
        handle = (self._settings.handle or name).lstrip("@")
        if handle.lower() == name.lower():
            return Account(name=f"@{name}", facts=facts)
        message = f"the token is of @{name} and handle is {self._settings.handle}"
        return Account(name=f"@{name}", facts=facts, warnings=((message, f"Correct handle in {self._table}: {PAGE}"),))

    def find(self, share: Share, key: str) -> Lookup:
        """Read the account's posts since the attempt: at most 20, at $0.005 each."""
        body = self._timeline(share)
        listed = body.get("data") or []
        posts = []
        for post in listed:
            texts, whole = _texts(post)
            receipt = self._receipt(str(post["id"]), moment(post.get("created_at"), share.earliest), {})
            posts.append(Posted(receipt=receipt, texts=texts, shown=texts[0], whole=whole))
        return look_up(share, posts, complete="next_token" not in body["meta"])

    def _timeline(self, share: Share) -> dict[str, Any]:
        # An OAuth 1.0a access token begins with the number of its user: a request to X for it would cost.
        user = self._secrets[2].reveal().partition("-")[0]
        start = share.earliest.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = {"max_results": LOOKED_AT, "start_time": start}
        # The prose of X's documentation says tweet.fields, its OpenAPI description post.fields.
        for fields in ("tweet.fields", "post.fields"):
            answer = self._call(
                "GET", f"/2/users/{user}/tweets", params={**query, fields: "created_at,entities,text"}, also=(400,)
            )
            if answer.status != 400:
                break
        else:
            self._client.fail(answer, harmless=True)
        body = answer.json()
        if not isinstance(body, dict) or not isinstance(body.get("meta"), dict):
            raise Unavailable("X did not list the account's posts")
        return body

    def _refused(self, answer: Answer, share: Share, key: str, *, answering: bool) -> Receipt:
        words, message = answer.words(), self._client.message(answer)
        if "duplicate" in words.lower():
            if there := self.find(share, key).receipt:
                return there
            hint = (
                "The same words are out already, further back than sharekit looked. Change the draft, or settle it by hand."
            )
            raise Refused(message, hint=hint)
        if ABOUT_THE_TEXT.search(words):
            raise Refused(message)
        if answer.status == 403 and answering:
            # Quotes were taken from all plans that one can buy on 2026-04-16; replies are for whoever was named.
            hint = f'X lets this plan neither answer nor quote by API. Set thread = "none" for the channel: {PAGE}#threads'
            raise ChannelPaused(message, hint=hint)
        if answer.status == 403 or "authenticat" in words.lower():
            raise ChannelPaused(message, hint=self._client.login)
        return self._client.fail(answer)

    def _upload(self, picture: Picture) -> str:
        sent = {"media": base64.b64encode(picture.data).decode(), "media_category": "tweet_image"}
        answer = self._call("POST", "/2/media/upload", json=sent, harmless=True)
        media = self._needed(answer, "data", "id")
        if picture.alt:
            alt = {"id": media, "metadata": {"alt_text": {"text": picture.alt}}}
            self._call("POST", "/2/media/metadata", json=alt, harmless=True)
        return media

    def _receipt(self, number: str, at: datetime, detail: Mapping[str, str]) -> Receipt:
        name = (self._settings.handle or "i").lstrip("@")
        return Receipt(id=number, url=f"https://x.com/{name}/status/{number}", at=at, detail=detail)

    def _call(self, method: str, path: str, *, harmless: bool = False, also: tuple[int, ...] = (), **content: Any) -> Answer:
        import requests
        import tweepy

        auth = tweepy.OAuth1UserHandler(*(each.reveal() for each in self._secrets)).apply_auth()
        signed = requests.Request(method, SIGNED_FOR + path, auth=auth, **content).prepare()
        # requests writes values as str or bytes; oauthlib's Authorization is bytes.
        given = {name.lower(): value for name, value in signed.headers.items()}
        headers = {name: given[name] for name in ("authorization", "content-type") if name in given}
        path = str(signed.url).removeprefix(SIGNED_FOR)
        return super()._call(method, path, headers=headers, content=signed.body, harmless=harmless, also=also)

    def _judge(self, answer: Answer, path: str, *, expected: bool) -> None:
        message = self._client.message(answer)
        if answer.status == 402 or "usage-capped" in answer.field("type"):
            hint = f"X is paid in advance: buy credit, or raise the cap, at https://console.x.com. {PAGE}#cost"
            raise ChannelPaused(message, hint=hint)
        for whose in ("user", "app"):
            # docs.x.com, rate limits: beside the window of 15 minutes there are limits for a day.
            limit = f"x-{whose}-limit-24hour"
            if answer.headers.get(f"{limit}-remaining") == "0":
                day = {"x-rate-limit-reset": answer.headers.get(f"{limit}-reset", "")}
                raise Unavailable(message, retry_at=retry_moment(day, self._clock()))


def _texts(post: Mapping[str, Any]) -> tuple[list[str], bool]:
    """What may have been sent for the text of a post; and whether all of it could be read.

    X shortens each link to t.co, escapes &, < and >, and appends a link to what is quoted or attached.
    """
    text = str(post.get("text", ""))
    entities = post.get("entities")
    links = entities.get("urls") if isinstance(entities, dict) else None
    for link in links if isinstance(links, list) else ():
        short, long = str(link.get("url", "")), str(link.get("expanded_url", ""))
        if short and long:
            text = text.replace(short, long)
    text = html.unescape(text)
    bare = re.sub(r"(?:\s*https://(?:x|twitter)\.com/\S+/status/\d+\S*|\s*https://t\.co/\w+)+\s*$", "", text)
    return [text, bare], "https://t.co/" not in text
