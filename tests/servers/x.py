"""X's API v2: https://docs.x.com/x-api."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1
from oauthlib.oauth1 import Client as Signer

from servers.wire import Reply, Request, Wire, check
from sharekit.counting.x import weighted_length

KEYS = ("app-key-1", "app-secret-1", "42-user-token-1", "user-secret-1")
SIGNED_FOR = "https://api.twitter.com"
DUPLICATE = {
    "type": "about:blank",
    "title": "Forbidden",
    "status": 403,
    "detail": "You are not allowed to create a Tweet with duplicate content.",
}


# The answers to what an app may not do since 2026-02-23 and 2026-04-16 (docs.x.com, changelog).
NO_REPLY = {
    "type": "about:blank",
    "title": "Forbidden",
    "status": 403,
    "detail": "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the "
    "author of the post you are replying to.",
}
NO_QUOTE = {
    "type": "about:blank",
    "title": "Forbidden",
    "status": 403,
    "detail": "You are not permitted to perform this action.",
}
# The body of tryethernal/ethernal#1326, 402.
NO_CREDIT = {
    "title": "CreditsDepleted",
    "detail": "Your enrolled account does not have any credits to fulfill this request.",
    "type": "https://api.twitter.com/2/problems/credits",
}
# docs.x.com, response codes and errors.
CAPPED = {
    "title": "UsageCapExceeded",
    "detail": "Usage cap exceeded: Monthly product cap",
    "period": "Monthly",
    "type": "https://api.twitter.com/2/problems/usage-capped",
}


class XServer(Wire):
    """Knows the account 42.

    ``may_answer`` is what the plan allows, ``fields`` the parameter that the look-up takes, ``expands`` whether it tells
    where its t.co links lead.
    """

    may_answer = False
    fields = "tweet.fields"
    expands = True
    level = "read-write"

    ACT = ("POST", "/2/tweets")
    SPEC = "x"

    def __init__(self) -> None:
        super().__init__()
        self.tweets: list[dict[str, Any]] = []
        self.media: dict[str, str] = {}

    @property
    def posts(self) -> list[str]:
        return [tweet["_text"] for tweet in self.tweets]

    def invalid(self, complaint: str) -> Reply:
        # docs.x.com, response codes and errors.
        detail = "One or more parameters to your request was invalid."
        kind = "https://api.twitter.com/2/problems/invalid-request"
        return Reply(400, {"errors": [{"message": complaint}], "title": "Invalid Request", "detail": detail, "type": kind})

    def handle(self, request: Request) -> Reply:
        if not self._signed(request):
            return Reply(401, {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"})
        if (request.method, request.path) == self.ACT:
            return self._post(request.json())
        if request.path == "/2/media/upload":
            number = str(len(self.media) + 1)
            self.media[number] = ""
            return Reply(200, {"data": {"id": number, "media_key": f"3_{number}"}})
        if request.path == "/2/media/metadata":
            sent = request.json()
            self.media[sent["id"]] = sent["metadata"]["alt_text"]["text"]
            return Reply(200, {"data": {"id": sent["id"]}})
        if request.path == "/2/users/me":
            me = {"id": "42", "name": "Le Blog", "username": "blog"}
            return Reply(200, {"data": me}, {"x-access-level": self.level})
        check(request.path == "/2/users/42/tweets", "no such path")
        other = {"tweet.fields", "post.fields"} - {self.fields}
        if other & set(request.query):
            wrong = other.pop()
            detail = f"The query parameter [{wrong}] is not one of [id,max_results,{self.fields}]"
            return Reply(400, {"title": "Invalid Request", "detail": detail, "status": 400})
        most = int(request.query["max_results"])
        shown = [tweet for tweet in reversed(self.tweets) if tweet["created_at"] >= request.query["start_time"]]
        hidden = set() if self.expands else {"entities"}
        listed = [{name: tweet[name] for name in tweet if name[0] != "_" and name not in hidden} for tweet in shown]
        meta = {"result_count": len(listed[:most])} | ({"next_token": "more"} if len(listed) > most else {})
        return Reply(200, {"data": listed[:most], "meta": meta} if listed else {"meta": meta})

    def _post(self, sent: dict[str, Any]) -> Reply:
        if weighted_length(sent["text"]) > 280:
            return Reply(400, {"title": "Invalid Request", "detail": "Your Tweet text is too long.", "status": 400})
        if sent["text"] in self.posts:
            return Reply(403, DUPLICATE, {"content-type": "application/problem+json"})
        known = {tweet["id"] for tweet in self.tweets}
        answered = sent.get("reply", {}).get("in_reply_to_tweet_id")
        if (answered or sent.get("quote_tweet_id")) and not self.may_answer:
            return Reply(403, NO_REPLY if answered else NO_QUOTE, {"content-type": "application/problem+json"})
        if answered not in (None, *known):
            detail = "You attempted to reply to a Tweet that is deleted or not visible to you."
            return Reply(403, {"title": "Forbidden", "status": 403, "detail": detail, "type": "about:blank"})
        check(answered in (None, *known) and sent.get("quote_tweet_id") in (None, *known), "the answered post exists")
        check(set(sent.get("media", {}).get("media_ids", ())) <= set(self.media), "the media were uploaded")
        tweet = self.add(sent["text"], quoted=sent.get("quote_tweet_id"), answered=answered)
        tweet["_media"] = sent.get("media", {}).get("media_ids", [])
        if tweet["_media"] or sent.get("quote_tweet_id"):
            # docs.x.com, data dictionary: a link to what is attached or quoted ends the text.
            short, kind = f"https://t.co/m{tweet['id']}", "photo/1" if tweet["_media"] else ""
            tweet["text"] += f" {short}"
            tweet["entities"]["urls"].append(
                {"url": short, "expanded_url": f"https://x.com/blog/status/{tweet['id']}/{kind}"}
            )
        return Reply(201, {"data": {"id": tweet["id"], "text": tweet["text"]}})

    def add(self, text: str, *, quoted: str | None = None, answered: str | None = None) -> dict[str, Any]:
        """A post that is out: X shows its links as t.co, and escapes &, < and >."""
        urls = []
        shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for number, url in enumerate(re.findall(r"https?://\S+", text)):
            urls.append({"url": f"https://t.co/{len(self.tweets)}{number}", "expanded_url": url})
            shown = shown.replace(url.replace("&", "&amp;"), urls[-1]["url"])
        tweet = {
            "id": str(1000 + len(self.tweets)),
            "text": shown,
            "created_at": self.moment(len(self.tweets)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "entities": {"urls": urls},
            "_text": text,
            "_quoted": quoted,
            "_answered": answered,
        }
        self.tweets.append(tweet)
        return tweet

    def _signed(self, request: Request) -> bool:
        # RFC 5849: the signature again, from the same nonce and time, with the keys that we know.
        sent = dict(re.findall(r'(\w+)="([^"]*)"', request.headers.get("authorization", "")))
        if sent.get("oauth_consumer_key") != KEYS[0] or sent.get("oauth_token") != KEYS[2]:
            return False
        signer = Signer(
            *KEYS[:2],
            resource_owner_key=KEYS[2],
            resource_owner_secret=KEYS[3],
            signature_method=SIGNATURE_HMAC_SHA1,
            nonce=sent["oauth_nonce"],
            timestamp=sent["oauth_timestamp"],
        )
        query = f"?{urlencode(request.query)}" if request.query else ""
        _, headers, _ = signer.sign(f"{SIGNED_FOR}{request.path}{query}", http_method=request.method)
        again = dict(re.findall(r'(\w+)="([^"]*)"', headers["Authorization"]))
        return bool(again["oauth_signature"] == sent["oauth_signature"])
