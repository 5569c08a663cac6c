from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from importlib.metadata import EntryPoint, EntryPoints
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from sharekit import registry
from sharekit.config import Config, IssueSettings, SharesSettings, is_marked, schema_of, struct_in
from sharekit.configuration import load_config
from sharekit.errors import ConfigError, SharekitError
from sharekit.mailers.smtp_settings import InboxSettings, mailbox_of
from sharekit.model import Card, Share, Site
from sharekit.ports import Credential
from sharekit.registry import BUILT_IN, counter_for, declared, kind_named, open_channel, open_mailer, outlet
from sharekit.testing import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sharekit.registry import Port

SITE = Site(title="Notes", url="https://notes.example/")
ADAPTERS: list[tuple[Port, str]] = [(port, kind) for port in ("channels", "mailers") for kind in BUILT_IN[port]]


class Noting(dict[str, str]):
    """An environment in which every variable is set, and that remembers which were read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.read.add(key)
        if key.endswith("_URL"):
            return "json://localhost/"
        # A token of OAuth 2 would be taken before the password that is declared.
        return "" if key in ("SHAREKIT_SMTP_TOKEN", "SHAREKIT_IMAP_TOKEN", "SHAREKIT_SUBSCRIBERS_URL") else "s" * 40 + "-us1"


def needed(port: Port, kind: str) -> dict[str, Any]:
    """A table with what the adapter cannot work without, as its examples say."""
    fields = msgspec.structs.fields(declared(port, kind).Settings)
    return {field.encode_name: schema_of(field.type)["examples"][0] for field in fields if is_marked(field, "asked")}


def opened(port: Port, kind: str, name: str, root: Path) -> set[str]:
    """The variables that the adapter reads when it is opened under a name."""
    environment = Noting()
    table = {**needed(port, kind), "kind": kind}
    with suppress(SharekitError):
        if port == "channels":
            open_channel(name, Config(channels={name: table}), environment=environment, root=root)
        else:
            config = Config(mailers={name: table}, issue=IssueSettings(from_="A <a@notes.example>"))
            open_mailer(name, config, environment=environment, root=root, site=SITE)
            if kind == "smtp":
                inbox = InboxSettings(host="imap.notes.example", user="leave@notes.example")
                mailbox_of(inbox, environment=environment, root=root, name=name)
    return {each for each in environment.read if each.startswith("SHAREKIT_")}


@pytest.mark.parametrize(("port", "kind"), ADAPTERS)
def test_an_adapter_declares_itself(port: Port, kind: str) -> None:
    adapter = declared(port, kind)
    assert adapter.kind == kind
    assert kind_named(port, adapter.label) == kind
    assert all(each.scope and each.page.startswith("sharekit help ") for each in adapter.SECRETS)
    for field in msgspec.structs.fields(adapter.Settings):
        if struct_in(field.type) is None:  # a table of its own
            assert schema_of(field.type)["description"], field.name


@pytest.mark.parametrize("kind", BUILT_IN["sources"])
def test_a_source_declares_itself(kind: str) -> None:
    source = declared("sources", kind)
    assert (source.kind, kind_named("sources", source.label)) == (kind, kind)


@pytest.mark.parametrize(("port", "kind"), ADAPTERS)
def test_the_secrets_that_are_declared_are_those_that_are_read(port: Port, kind: str, tmp_path: Path) -> None:
    read = opened(port, kind, kind, tmp_path)
    assert {each.variable for each in declared(port, kind).SECRETS} <= read
    if port == "channels":
        assert read <= {each.variable for each in declared(port, kind).SECRETS}


@pytest.mark.parametrize(("port", "kind"), [each for each in ADAPTERS if each[1] not in ("files", "smtp")])
def test_another_account_reads_its_own_variables_alone(port: Port, kind: str, tmp_path: Path) -> None:
    read = opened(port, kind, "second-one", tmp_path)
    assert read == {each.variable_of(kind, "second-one") for each in declared(port, kind).SECRETS}
    assert not read & {each.variable for each in declared(port, kind).SECRETS}


@pytest.mark.parametrize(
    ("declares", "kind", "name", "read"),
    [
        ("SHAREKIT_MASTODON_TOKEN", "mastodon", "mastodon", "SHAREKIT_MASTODON_TOKEN"),
        ("SHAREKIT_MASTODON_TOKEN", "mastodon", "perso", "SHAREKIT_PERSO_TOKEN"),
        ("SHAREKIT_X_API_KEY", "x", "équipe-2", "SHAREKIT_EQUIPE_2_API_KEY"),
        ("SHAREKIT_FACEBOOK_PAGE_TOKEN", "facebook", "page", "SHAREKIT_PAGE_PAGE_TOKEN"),
        ("SHAREKIT_SECRET", "smtp", "second", "SHAREKIT_SECRET"),
        ("HAIKU_KEY", "haiku", "other", "OTHER_KEY"),
    ],
)
def test_the_name_of_an_account_takes_the_place_of_its_kind(declares: str, kind: str, name: str, read: str) -> None:
    assert Credential(variable=declares, scope="", page="").variable_of(kind, name) == read


@pytest.mark.parametrize(
    ("port", "text", "kind"),
    [
        ("channels", "x", "x"),
        ("channels", "X", "x"),
        ("channels", "Twitter", "x"),
        ("channels", "LinkedIn", "linkedin"),
        ("channels", "linked-in", "linkedin"),
        ("channels", "BlueSky", "bluesky"),
        ("channels", "bsky", "bluesky"),
        ("channels", " Mastodon ", "mastodon"),
        ("channels", "Discord", "chat"),
        ("mailers", "MailChimp", "mailchimp"),
        ("mailers", "Sendinblue", "brevo"),
        ("sources", "Hugo", "hugo"),
    ],
)
def test_names_are_taken_as_people_write_them(port: Port, text: str, kind: str) -> None:
    assert kind_named(port, text) == kind


def test_a_name_that_is_not_known_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match='the channel "mastodn" is not known') as caught:
        kind_named("channels", "mastodn")
    assert caught.value.hint == 'Did you mean "mastodon"?'
    with pytest.raises(ConfigError) as caught:
        kind_named("mailers", "pigeon")
    assert caught.value.hint == "Known: mailchimp, buttondown, listmonk, brevo, smtp, files"


@pytest.mark.parametrize(
    ("name", "table", "like", "limit", "label"),
    [
        ("mastodon", {}, "mastodon", 500, "Mastodon"),
        ("mastodon", {"limit": 1000}, "mastodon", 1000, "Mastodon"),
        ("perso", {"kind": "mastodon"}, "mastodon", 500, "perso"),
        ("salon", {"kind": "chat"}, "chat", 2000, "salon"),
        ("x", {"kind": "files"}, "x", 280, "X"),
        ("notes", {"kind": "files", "like": "Bluesky"}, "bluesky", 300, "notes"),
        ("files", {}, "files", 63206, "Files"),
        ("files", {"like": "x", "limit": 200}, "x", 200, "files"),
    ],
)
def test_every_channel_counts_as_its_kind_does(
    name: str, table: dict[str, Any], like: str, limit: int, label: str, tmp_path: Path
) -> None:
    found = outlet(name, table)
    assert (found.name, found.like, found.counter.limit, found.label) == (name, like, limit, label)
    assert counter_for(name, table)[1].limit == limit
    if table.get("kind", name) == "files":
        channel = open_channel(name, Config(channels={name: table}), environment={}, root=tmp_path)
        assert (channel.limit, channel.measure("é🎉")) == (limit, found.counter.measure("é🎉"))


def test_a_channel_that_is_not_configured_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no channel mastodon in the configuration"):
        open_channel("mastodon", Config(channels={"x": {}}), environment=Noting(), root=tmp_path)


def test_an_account_without_its_variable_names_its_table_and_its_variable(tmp_path: Path) -> None:
    config = Config(channels={"perso": {"kind": "mastodon", "instance": "https://social.example"}})
    with pytest.raises(ConfigError, match="SHAREKIT_PERSO_TOKEN is not set"):
        open_channel("perso", config, environment={"SHAREKIT_MASTODON_TOKEN": "x"}, root=tmp_path)
    with pytest.raises(ConfigError, match=r"\[channels\.perso\] instance"):
        open_channel("perso", Config(channels={"perso": {"kind": "mastodon"}}), environment=Noting(), root=tmp_path)


@pytest.mark.parametrize(
    ("config", "names"),
    [
        (Config(), ()),
        (Config(channels={"x": {}, "perso": {"kind": "mastodon"}}), ("x", "perso")),
        (Config(channels={"x": {}}, shares=SharesSettings(enabled=False)), ()),
        (Config(channels={"x": {}}, shares=SharesSettings(slots={})), ()),
    ],
)
def test_shares_are_for_the_channels_that_are_configured(config: Config, names: tuple[str, ...]) -> None:
    assert registry.channel_names(config) == names
    assert (registry.no_shares(config) is None) == bool(names)


@pytest.fixture
def third_party(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Entry points of other packages: group → ``name = module:Class``; add to it before the registry is asked."""
    registered: dict[str, str] = {}

    def entry_points(*, group: str) -> EntryPoints:
        return EntryPoints(
            EntryPoint(name=name, value=value, group=group)
            for name, value in registered.items()
            if group.endswith("channels")
        )

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    registry.registered.cache_clear()
    yield registered
    registry.registered.cache_clear()
    sys.modules.pop("haiku_channel", None)


def test_an_adapter_that_cannot_be_imported_says_so(third_party: dict[str, str]) -> None:
    third_party["broken"] = "no_such_module:Channel"
    with pytest.raises(ConfigError, match="no_such_module:Channel cannot be imported"):
        declared("channels", "broken")


def test_the_channel_of_the_documentation_works_from_its_own_package(
    third_party: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    page = (project / "docs" / "writing-an-adapter.md").read_text(encoding="utf-8")
    code = page.partition("```python\n")[2].partition("```")[0]
    (tmp_path / "haiku_channel.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    toml = page.partition('[project.entry-points."sharekit.channels"]\n')[2].partition("```")[0]
    name, _, value = (part.strip(' "\n') for part in toml.partition("="))
    third_party[name] = value

    (tmp_path / "sharekit.toml").write_text('[channels.haiku]\nwall = "kitchen"\n', encoding="utf-8")
    config = load_config(tmp_path, None)
    assert outlet("haiku", config.channels["haiku"]).counter.limit == 17
    channel = open_channel("haiku", config, environment={"SHAREKIT_HAIKU_TOKEN": "t"}, root=tmp_path)
    assert channel.measure("old pond") == 2
    with pytest.raises(ConfigError, match="SHAREKIT_HAIKU_TOKEN is not set"):
        open_channel("haiku", config, environment={}, root=tmp_path)

    (tmp_path / "sharekit.toml").write_text('[channels.haiku]\nwal = "kitchen"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r'unknown key "wal" in \[channels\.haiku\]') as caught:
        load_config(tmp_path, None)
    assert caught.value.hint == 'Did you mean "wall"?'


def test_the_test_of_the_documentation_passes(project: Path) -> None:
    page = (project / "docs" / "writing-an-adapter.md").read_text(encoding="utf-8")
    code = page.partition("## Tests")[2].partition("```python\n")[2].partition("```")[0]
    card = Card(url="https://notes.example/a/", title="A")
    share = Share(post_id="a", channel="haiku", slot="launch", text="old pond", language="en", card=card, created=NOON)
    exec(compile(code, "writing-an-adapter.md", "exec"), {"share": share})  # noqa: S102 - the page's own example


def test_every_adapter_declares_itself_on_a_plain_install() -> None:
    extras = ["apprise", "cryptography", "PIL", "procrastinate", "psycopg", "sqlalchemy", "starlette"]
    program = f"""
import sys
for name in {extras}:
    sys.modules[name] = None
from sharekit.registry import declared, kinds
for port in ("channels", "mailers", "sources"):
    for kind in kinds(port):
        declared(port, kind)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
