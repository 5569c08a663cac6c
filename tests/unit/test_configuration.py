from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from sharekit.config import Config, SharesSettings, notes, origin, schema_of, struct_in
from sharekit.configuration import load_config, unset_settings
from sharekit.errors import ConfigError, ConfigErrors
from sharekit.registry import BUILT_IN, declared

if TYPE_CHECKING:
    from pathlib import Path

    from sharekit.registry import Port


def problems(folder: Path, text: str) -> list[ConfigError]:
    (folder / "sharekit.toml").write_text(text, encoding="utf-8")
    try:
        load_config(folder, None)
    except ConfigErrors as errors:
        return list(errors.problems)
    except ConfigError as error:
        return [error]
    return []


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = """since = 2026-02-30x
"""
    assert problems(tmp_path, text)[0].message.startswith("is not valid TOML")
    text = """timezone = "Europe/Pariss"
[issue]
mailer = "mailchump"
when = "daily"
[shares]
late = "3 days"
[channels.mastodon]
intance = "https://social.example"
[channels.linkedin]
author = "someone"
windows = "Tue 25:00"
[channels.perso]
kind = "mastodn"
[mailers.brevo]
lists = "2,5"
"""
    found = problems(tmp_path, text)
    assert [(each.line, each.hint) for each in found] == [
        (1, 'Write it as in "Europe/Paris".'),
        (3, 'Did you mean "mailchimp"?'),
        (4, 'Write "monthly on day 1 at 08:00" (day 1 to 28), "weekly on monday at 08:00" or "every 5 posts".'),
        (6, 'Write it as in "30m", "36h", "7d" or "2w".'),
        (8, 'Did you mean "instance"?'),
        (10, 'Write it as in: author = "urn:li:person:AbC123"'),
        (11, 'Write it as "Tue,Thu 08:30", "Mon-Fri 12:15" or "daily 09:00"; several apart with ";".'),
        (13, 'Did you mean "mastodon"?'),
        (15, "Write it as in: lists = [2, 5]"),
    ]
    assert {each.exit_code for each in found} == {2}
    assert all(str(each).startswith(f"{tmp_path}/sharekit.toml:{each.line}: ") for each in found)


@pytest.mark.parametrize("key", ["slots", "names", "utm", "handles", "quiet"])
def test_the_example_of_a_key_can_be_copied_into_the_file(tmp_path: Path, key: str) -> None:
    (problem,) = problems(tmp_path, f"[shares]\n{key} = 1")
    assert problem.hint
    assert not problems(tmp_path, f"[shares]\n{problem.hint.removeprefix('Write it as in: ')}")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[shares]\nlate = "3 days"', 2, '[shares] late = "3 days" is not a span of time'),
        ('[shares]\nlate = "3mo"', 2, '[shares] late = "3mo" is not a span of time'),
        ('[shares]\ngrace = "soon"', 2, '[shares] grace = "soon" is not a span of time'),
        ('[shares]\nspacing = "half an hour"', 2, '[shares] spacing = "half an hour" is not a span of time'),
        ("[shares]\nspacing = 30", 2, "[shares] spacing = 30 is not text"),
        ("[shares]\nspacing = 00:30:00", 2, "[shares] spacing = 00:30:00 is not text"),
        ('[shares.slots]\nlaunch = "0d"\nagain = "a week"', 3, '[shares.slots] again = "a week" is not a span of time'),
        ('[shares]\nslots = { launch = "-1d" }', 2, '[shares.slots] launch = "-1d" is not a span of time'),
        ('[shares]\nslots = { launch = "9999y" }', 2, '[shares.slots] launch = "9999y" is not a span of time'),
        ("[shares]\nslots = { launch = 0 }", 2, "[shares.slots] launch = 0 is not text"),
        ('[shares]\nwindows = "8h30"', 2, '[shares] windows = "8h30" is not a window'),
        ('[shares]\nwindows = "Tue 24:00"', 2, '[shares] windows = "Tue 24:00" is not a window'),
        ("[shares]\nwindows = 08:30:00", 2, "[shares] windows = 08:30:00 is not text"),
        ('[shares]\nquiet = ["sonntags"]', 2, '[shares] quiet = ["sonntags"] has an invalid day'),
        ('[shares]\nquiet = ["2026-02-30"]', 2, '[shares] quiet = ["2026-02-30"] has an invalid day'),
        ('[shares]\nquiet = "Sun"', 2, '[shares] quiet = "Sun" is not a list of text'),
        ('[shares]\nwindows = "Sun 08:30"\nquiet = ["Sun"]', 2, '[shares] windows = "Sun 08:30" is not a window'),
        ('[shares]\nquiet = ["Mon-Sun"]', 2, '[shares] quiet = ["Mon-Sun"] leaves no day'),
        ('[issue]\nwhen = "weekly on mon"', 2, '[issue] when = "weekly on mon" is not understood'),
        ('[issue]\nclients = ["gmial"]', 2, '[issue] clients = ["gmial"] has an unknown name'),
        ('since = "last week"', 1, 'since = "last week" is not a date'),
        ("since = 0001-01-01", 1, 'since = "0001-01-01" is not a date'),
        ("since = 9999-12-31", 1, 'since = "9999-12-31" is not a date'),
        ("since = 10:00:00", 1, "since = 10:00:00 is not text"),
        ('timezone = "+02:00"', 1, 'timezone = "+02:00" is not known'),
        ("[feed]\nttl = true", 2, "[feed] ttl = true is not a whole number of 0 or more"),
        ("[feed]\nttl = nan", 2, "[feed] ttl = NaN is not a whole number of 0 or more"),
        ("[deliver]\nmax_per_run = 0", 2, "[deliver] max_per_run = 0 is not a whole number of 1 or more"),
        ("[shares]\nhashtags = -1", 2, "[shares] hashtags = -1 is not a whole number of 0 or more"),
        ('[source]\nkind = "hugoo"', 2, '[source] kind = "hugoo" is not known'),
        ("[shares.handles.Ada]\nmastodon = 1", 2, "[shares.handles.Ada] mastodon = 1 is not text"),
        ('channels = "x"', 1, 'channels = "x" is not a table of tables'),
        ('[channels]\nx = "yes"', 2, '[channels] x = "yes" is not a table'),
        ("[channels.mastodon]\nlimit = 0", 2, "[channels.mastodon] limit = 0 is not a whole number of 1 or more"),
        ('[channels.bluesky]\nthread = "chain"', 2, '[channels.bluesky] thread = "chain" is not one of none, quote, reply'),
        ('[channels.mastodon]\nthread = "quote"', 2, 'thread = "quote" cannot be done here; known: reply, none'),
        ('[channels.files]\nlike = "mastodn"', 2, 'channels.files.like = "mastodn" is not known'),
        ("[channels.atelier]\nhandle = '@a'", 1, 'the channel "atelier" is not known'),
        ("[channels.perso]\nkind = 3", 2, '[channels.perso]: kind = "3" is not known'),
        ('[channels.mastodon]\ninstance = "@me@social.example"', 2, 'instance = "@me@social.example" is not like https://'),
        (
            '[channels.mastodon]\ninstance = "http://social.example"',
            2,
            'instance = "http://social.example" is not like https',
        ),
        ('[channels.bluesky]\nhandle = "someone"', 2, '[channels.bluesky] handle = "someone" is not like you.bsky.social'),
        ('[mailers.letter]\nkind = "mailchump"', 2, '[mailers.letter]: kind = "mailchump" is not known'),
        ("[mailers.smtp]\nconnections = 1000", 2, "[mailers.smtp] connections = 1000 is not a whole number of 1 to 100"),
        ('[mailers.smtp.dkim]\ndomain = "a.example"', 1, "[mailers.smtp.dkim] has no selector, which is required"),
        ("since = 2026-01-01\n[chanels.x]", 2, 'unknown key "chanels"'),
        ('[[series]]\nname = 3\nmembers = ["a"]', 2, "[series] name = 3 is not text"),
        ('[ledger]\nurl = "mysql://host/base"', 2, 'url = "mysql://host/base" is not like sqlite:///'),
        ('[ledger]\nbranch = "a b"', 2, 'branch = "a b" is not like sharekit-ledger'),
        ('[site]\nurl = "blog.example"', 2, 'url = "blog.example" is not like https://blog.example'),
        ('[feed]\nhub = "hub.example"', 2, 'hub = "hub.example" is not like https://hub.example'),
        ('[feed]\nname = "../x"', 2, '[feed] name = "../x" cannot name a file'),
        ('[issue]\narchive = "../x"', 2, 'archive = "../x" is not a folder below output'),
        ('[issue]\nreply_to = "letters"', 2, 'reply_to = "letters" is not an address'),
        ('[issue]\ncolour = "red"', 2, 'colour = "red" is not like #0057b7'),
        ('[issue]\ncolour = "red;}"', 2, 'colour = "red;}" is not like #0057b7'),
        ('[issue]\ncolour = "#12"', 2, 'colour = "#12" is not like #0057b7'),
        ('[issue]\nfont = "a;b"', 2, 'font = "a;b" is not like Georgia, serif'),
        ('[issue]\nfont = "x</style>"', 2, 'font = "x</style>" is not like Georgia, serif'),
        ('[issue]\nlist_id = "letters"', 2, 'list_id = "letters" is not the name of a list'),
        ('[site]\nlanguage = "french"', 2, 'language = "french" is not like fr'),
        ('[site]\nlanguage = "fr_FR"', 2, 'language = "fr_FR" is not like fr'),
        ("[shares]\nquiet = [5]", 2, "[shares] quiet = [5] is not a list of text"),
        ("[shares]\nquiet = [2026-12-25, true]", 2, "is not a list of text"),
        ('[shares]\nquiet = ["2026-12-24..2026-12-01"]', 2, "has an invalid day"),
        ('[shares]\nslots = {"a b" = "0d"}', 2, '"a b" cannot name a slot'),
        ('[shares.slots]\n"a/b" = "0d"', 2, '"a/b" cannot name a slot'),
        ('[channels."a b"]\nkind = "files"', 1, '"a b" cannot name a channel'),
        ('[channels."a/b"]\nkind = "files"', 1, '"a/b" cannot name a channel'),
        ('[mailers."a@b"]\nkind = "files"', 1, '"a@b" cannot name a mailer'),
        ('[issue]\nfrom = "The blog"', 2, 'from = "The blog" is not an address'),
        ('[issue]\nmode = "each"', 2, 'mode = "each" is not one of digest, manual, post, series'),
        ('[shares.utm]\nsorce = "x"', 2, 'unknown parameter "sorce" in [shares.utm]'),
        ('[shares.utm]\nsource = "{chanel}-x"', 2, 'unknown placeholder "{chanel}" in [shares.utm]'),
        ('[shares.handles.Ada]\nmastodn = "@a@b"', 2, 'unknown channel "mastodn" in [shares.handles]'),
        ('[[series]]\nname = "A"\nmembers = []\n[[series]]\nname = "B"', 4, "[series] has no members, which is required"),
    ],
)
def test_a_setting_that_is_wrong_is_named_with_its_line_and_value(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    found = problems(tmp_path, text)
    assert len(found) == 1, [each.message for each in found]
    assert found[0].line == line
    assert message in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        '[channels.mastodon]\nkind = "x"\n[channels.x]',  # SHAREKIT_MASTODON_…, of an account on X
        '[channels.threads]\nkind = "mastodon"\ninstance = "https://social.example"',
        '[channels.a-b]\nkind = "bluesky"\n[channels.a_b]\nkind = "bluesky"',
        '[channels.ledger]\nkind = "chat"',
    ],
)
def test_two_accounts_never_read_one_variable(tmp_path: Path, text: str) -> None:
    found = problems(tmp_path, text)
    if 'kind = "x"' in text:
        assert found == []
        return
    assert [each.hint for each in found] == ["Give it another name."]


@pytest.mark.parametrize(
    "text",
    [
        '[channels.X]\n[channels.perso]\nkind = "Mastodon"\ninstance = "social.example"',
        '[issue]\nmailer = "letter"\n[mailers.letter]\nkind = "MailChimp"\nlist = "a1"',
        '[mailers.smtp]\nhost = "mail.example"\n[mailers.second]\nkind = "smtp"\nhost = "mail.example"',
        '[shares]\nenabled = false\nslots = {}\nquiet = ["Sun", "12-25", "2026-12-24..2027-01-02"]\nwindows = "daily 09:00"',
        '[channels.x]\nkind = "files"\n[channels.notes]\nkind = "files"\nlike = "LinkedIn"',
        "since = 2026-11-23T10:00:00+01:00",
        '[source]\nkind = "Hugo"',
    ],
)
def test_what_is_right_is_taken(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text) == []


@pytest.mark.parametrize("deep", ["a = " + "[" * 3000 + "]" * 3000, "a = " + "{a=" * 3000 + "1" + "}" * 3000])
def test_a_file_that_is_nested_without_end_is_an_error_of_the_file(tmp_path: Path, deep: str) -> None:
    [error] = problems(tmp_path, deep)
    assert error.message == "is nested too deeply"
    assert str(error.path).endswith("sharekit.toml")


def test_a_mailer_is_found_however_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "sharekit.toml").write_text('[issue]\nmailer = "MailChimp"\n[mailers.mailchimp]\nlist = "a1"\n')
    assert load_config(tmp_path, None).issue.mailer == "mailchimp"


def test_a_link_that_leads_nowhere_is_not_a_missing_configuration(tmp_path: Path) -> None:
    assert load_config(tmp_path, None) == Config()
    (tmp_path / "sharekit.toml").symlink_to("gone.toml")
    with pytest.raises(ConfigError, match="there is no such file"):
        load_config(tmp_path, None)


@pytest.mark.parametrize(
    ("table", "hint"),
    [
        ("[channels.twiter]", 'Did you mean "twitter"? Add kind = "mastodon" (or another network) to a table with a name'),
        ("[channels.atelier]", 'Add kind = "mastodon" (or another network) to a table with a name of your own.'),
        ("[mailers.mailchip]", 'Did you mean "mailchimp"? Add kind = "smtp" (or another mailer) to a table with a name'),
    ],
)
def test_a_table_of_no_known_kind_is_told_how_to_say_it(tmp_path: Path, table: str, hint: str) -> None:
    [found] = problems(tmp_path, table)
    assert hint in str(found.hint)


def test_an_impossible_date_is_shown_and_another_broken_line_is_not(tmp_path: Path) -> None:
    [date] = problems(tmp_path, 'timezone = "UTC"\nsince = 2026-02-30\n')
    assert (date.line, date.message.partition(" (")[0]) == (
        2,
        "is not valid TOML: since = 2026-02-30: Invalid date or datetime",
    )
    [other] = problems(tmp_path, '[ledger]\nurl = "postgresql://a:secret@h/d\n')
    assert "secret" not in other.message


def test_a_setting_that_is_left_for_later_is_a_warning_with_the_line_of_its_table(tmp_path: Path) -> None:
    text = (
        "[channels.mastodon]\n[channels.perso]\nkind = 'bluesky'\n[channels.linkedin]\nauthor = 'urn:li:person:a'\n"
        "[channels.files]\n[issue]\nmailer = 'smtp'\n[mailers.smtp]\n# host = 'mail.example'\n[mailers.brevo]\n"
    )
    (tmp_path / "sharekit.toml").write_text(text)
    config = load_config(tmp_path, None)
    assert [(each.level, each.line, each.message.partition(",")[0]) for each in unset_settings(config, text)] == [
        ("warn", 1, "[channels.mastodon] has no instance"),
        ("warn", 2, "[channels.perso] has no handle"),
        ("warn", 9, "[mailers.smtp] has no host"),
        ("warn", 7, "[issue] has no from"),
    ]
    assert list(unset_settings(Config(), "")) == []


def test_an_old_key_is_a_note(tmp_path: Path) -> None:
    assert notes(Config()) == []
    [note] = notes(Config(shares=SharesSettings(grace="24h")))
    assert (note.level, note.rule) == ("info", "old-key")
    assert "late" in str(note.hint)


def test_every_example_of_the_reference_is_right(tmp_path: Path) -> None:
    lines: list[str] = []

    def table(name: str, struct: type[msgspec.Struct]) -> None:
        lines.append(f"[{name}]" if name else "")
        for field in msgspec.structs.fields(struct):
            schema = schema_of(field.type)
            if schema.get("examples") and field.encode_name not in ("channels", "mailers"):
                lines.append(f"{field.encode_name} = {toml(schema['examples'][0])}")
        for field in msgspec.structs.fields(struct):
            inner = struct_in(field.type)
            if inner and field.encode_name != "series":
                table(f"{name}.{field.encode_name}".strip("."), inner)

    table("", Config)
    ports: tuple[Port, ...] = ("channels", "mailers")
    for port in ports:
        for kind in BUILT_IN[port]:
            table(f"{port}.{kind}", declared(port, kind).Settings)
    assert [str(each) for each in problems(tmp_path, "\n".join(lines))] == []


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value)


@pytest.mark.parametrize(
    ("content", "line"), [("# été\n".encode("cp1252"), 1), ("since = 2026-01-01\n# é\n".encode("latin-1"), 2)]
)
def test_a_file_that_is_not_utf_8_is_an_error_with_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    (tmp_path / "sharekit.toml").write_bytes(content)
    with pytest.raises(ConfigError, match="is not UTF-8") as caught:
        load_config(tmp_path, None)
    assert (caught.value.line, caught.value.hint) == (line, "Save it as UTF-8.")


def test_a_quiet_day_needs_no_quotes(tmp_path: Path) -> None:
    (tmp_path / "sharekit.toml").write_text('[shares]\nquiet = [2026-12-25, "Sun"]\n')
    assert load_config(tmp_path, None).shares.quiet == ("2026-12-25", "Sun")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('since = 2026-01-01\n[series]\nname = "x"', 2, "series is not a list of tables"),
        ('[[shares]]\nlate = "7d"', 1, "shares is not a table"),
        ("series = 5", 1, "series is not a list of tables"),
    ],
)
def test_a_table_of_another_form_is_named_with_its_heading(tmp_path: Path, text: str, line: int, said: str) -> None:
    (tmp_path / "sharekit.toml").write_text(text)
    with pytest.raises(ConfigError) as found:
        load_config(tmp_path, None)
    assert (found.value.line, found.value.message) == (line, said)


@pytest.mark.parametrize(
    "value",
    [
        "https://zoe:hunter2@social.example",
        "postgresql:/zoe:hunter2@host/x",
        "mysql://zoe:hunt@er2@host",
        "zoe:hunter2@host",
    ],
)
def test_no_part_of_a_password_in_a_setting_is_printed(tmp_path: Path, value: str) -> None:
    tables = f'[ledger]\nurl = "{value}"\n[channels.mastodon]\ninstance = "{value}"\n[feed]\nhub = "ftp://{value}"'
    (tmp_path / "sharekit.toml").write_text(tables)
    with pytest.raises(ConfigErrors) as found:
        load_config(tmp_path, None)
    said = f"{found.value}{[each.hint for each in found.value.problems]}"
    assert "hunt" not in said
    assert "er2" not in said
    with pytest.raises(ConfigError) as refused:
        origin("http://zoe:hunter2@social.example", setting="url")
    assert "hunter2" not in str(refused.value)


def test_the_first_slot_is_the_earliest_however_the_table_is_written(tmp_path: Path) -> None:
    (tmp_path / "sharekit.toml").write_text('[shares]\nslots = {reminder = "1mo", b = "36h", launch = "0d", a = "36h"}\n')
    assert list(load_config(tmp_path, None).shares.slots) == ["launch", "b", "a", "reminder"]
