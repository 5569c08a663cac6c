"""The descriptions in tests/specs: whether the doubles keep to them, and whether they keep to the official ones."""

from __future__ import annotations

import inspect
import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator

from servers.bluesky import BlueskyServer
from servers.brevo import BrevoServer
from servers.buttondown import ButtondownServer
from servers.graph import FacebookServer, ThreadsServer
from servers.linkedin import LinkedInServer
from servers.listmonk import ListmonkServer
from servers.mailchimp import MailchimpServer
from servers.mastodon import MastodonServer
from servers.official import lexicon_schema, operation, resolved, stricter
from servers.specs import PARTS, SPECS, load
from servers.x import XServer

if TYPE_CHECKING:
    from pathlib import Path

DOUBLES = (
    BlueskyServer,
    BrevoServer,
    ButtondownServer,
    FacebookServer,
    LinkedInServer,
    ListmonkServer,
    MailchimpServer,
    MastodonServer,
    ThreadsServer,
    XServer,
)
NAMES = sorted(path.stem for path in SPECS.glob("*.json"))
REQUESTS = [(name, place) for name in NAMES for place in load(name)["requests"]]


def test_every_network_and_provider_has_a_double_and_a_description() -> None:
    assert sorted(double.SPEC for double in DOUBLES) == NAMES


@pytest.mark.parametrize(("name", "place"), REQUESTS)
def test_each_request_names_its_source_and_leaves_nothing_open(name: str, place: str) -> None:
    described = load(name)["requests"][place]
    assert described["$comment"]
    assert "http" in load(name)["$comment"]
    for part in PARTS:
        Draft202012Validator.check_schema(described.get(part, {}))
    for part in ("query", "body"):
        schema = described.get(part)
        assert schema is None or schema.get("additionalProperties") is False or schema.get("maxProperties") == 0


@pytest.mark.parametrize("double", DOUBLES)
def test_a_double_refuses_what_is_not_described_as_its_provider_does(double: Any) -> None:
    """Of each request one with a member, one with a parameter too many, and one that is not there."""
    refused = 0
    with double() as server, httpx.Client(verify=False) as client:  # noqa: S501  # loopback has no certificate
        for place, described in load(double.SPEC)["requests"].items():
            method, _, path = place.partition(" ")
            url = server.url + re.sub(r"\{\w+\}", "1", path)
            sent = {"json": {"nonsense": 1}} if "body" in described else {"params": {"nonsense": "1"}}
            answer = client.request(method, url, **sent)
            refused += 1
            assert answer.status_code in (400, 422)
            assert answer.json()
        assert client.delete(f"{server.url}/nowhere").status_code in (400, 422)
        assert len(server.complaints) == refused + 1


OPENAPI = {
    "x": ("x.openapi.json", ""),
    "buttondown": ("buttondown.openapi.json", "/v1"),
    "listmonk": ("listmonk.openapi.yaml", "/api"),
}


@pytest.mark.parametrize("name", OPENAPI)
def test_nothing_passes_that_the_official_description_does_not_know(name: str, shared: Path) -> None:
    file, prefix = OPENAPI[name]
    text = (shared / "specs" / file).read_text()
    document = json.loads(text) if file.endswith(".json") else yaml.load(text, yaml.CSafeLoader)
    ours = load(name)
    held = 0
    for place, described in ours["requests"].items():
        if "official" not in described:
            continue
        described_there = operation(document, place, prefix)
        held += 1
        parameters = [resolved(each, document) for each in described_there.get("parameters", ())]
        known = {each["name"]: each["schema"] for each in parameters if each["in"] == "query"}
        for parameter, schema in described.get("query", {}).get("properties", {}).items():
            parameter = described.get("renamed", {}).get(parameter, parameter)
            theirs = resolved(known[parameter], document)
            if theirs.get("type") not in ("array", "boolean"):  # these are written with commas, and as words
                assert stricter(schema, theirs, ours, document, parameter) == []
        needed = {each["name"] for each in parameters if each["in"] == "query" and each.get("required")}
        assert needed <= set(described.get("query", {}).get("required", ()))
        if "body" in described:
            content = described_there["requestBody"]["content"]["application/json"]["schema"]
            undescribed = {f"/{each} is not known" for each in described.get("undescribed", ())}
            assert set(stricter(described["body"], content, ours, document)) - undescribed <= {
                "/send_at: None and not object"
            }
            if isinstance(described["official"], str):
                assert content["$ref"].endswith("/" + described["official"])
    assert held >= len(ours["requests"]) - 1


def test_nothing_passes_that_the_lexicons_do_not_know(shared: Path) -> None:
    ours = load("bluesky")
    for place, described in ours["requests"].items():
        if "official" not in described:
            continue
        main = json.loads((shared / f"specs/bluesky/{described['official']}.json").read_text())["defs"]["main"]
        assert main["type"] == ("query" if place.startswith("GET") else "procedure")
        sent = main.get("parameters") or main["input"].get("schema")
        if sent:
            theirs = lexicon_schema(sent, described["official"], shared)
            assert stricter(described.get("query") or described["body"], theirs, ours, {}) == []
    for name, lexicon in {
        "post": "app/bsky/feed/post",
        "facet": "app/bsky/richtext/facet",
        "strongRef": "com/atproto/repo/strongRef",
        "external": "app/bsky/embed/external",
        "images": "app/bsky/embed/images",
    }.items():
        main = json.loads((shared / f"specs/bluesky/{lexicon}.json").read_text())["defs"]["main"]
        theirs = lexicon_schema(main.get("record", main), lexicon.replace("/", "."), shared)
        assert stricter(ours["$defs"][name], theirs, ours, {}) == [], name


@pytest.mark.parametrize(("file", "double"), [("buttondown.openapi.json", ButtondownServer)])
def test_the_answers_of_a_double_are_described(file: str, double: Any, shared: Path) -> None:
    from contracts.mailer import rendered
    from unit.mailers.test_buttondown import TestButtondown

    document = json.loads((shared / "specs" / file).read_text())
    with double() as server:
        mailer = TestButtondown.open(server.url, TestButtondown.environment)
        mailer.test(rendered(), "issue/1/x", ["zoe@blog.example"])
        mailer.send(rendered(), "issue/1/x")
        for request, reply in server.replies:
            described = operation(document, f"{request.method} {re.sub('em_[0-9]+', '{id}', request.path)}", "/v1")
            answer = described["responses"][str(reply.status)].get("content", {}).get("application/json", {}).get("schema")
            if answer:
                Draft202012Validator({**answer, "components": document["components"]}).validate(reply.body)
        assert len(server.replies) > 5


@pytest.mark.parametrize("place", load("brevo")["requests"])
def test_nothing_passes_that_brevos_own_client_does_not_send(place: str) -> None:
    import importlib

    described = load("brevo")["requests"][place]
    module, method = described["official"]
    client = importlib.import_module(f"brevo.{module}.raw_client")
    raw = next(value for name, value in vars(client).items() if re.fullmatch(r"Raw(?!.*Async)\w+Client", name))
    parameters = inspect.signature(getattr(raw, method)).parameters
    known = {re.sub(r"_(\w)", lambda found: found[1].upper(), name): each for name, each in parameters.items()}
    part = described.get("query") or described.get("body") or {}
    assert set(part.get("properties", {})) <= set(known)
    needed = {name for name, each in known.items() if each.kind is each.KEYWORD_ONLY and each.default is each.empty}
    assert needed <= set(part.get("required", ()))
    types = importlib.import_module(f"brevo.{module}.types")
    for name in ("sender", "recipients"):
        if name in part.get("properties", {}):
            model = getattr(
                types, f"{'Create' if method.startswith('create') else 'Update'}EmailCampaignRequest{name.title()}"
            )
            aliases = {field.alias or key for key, field in model.model_fields.items()}
            assert set(part["properties"][name]["properties"]) <= aliases
