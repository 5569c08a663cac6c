"""The group of commands, and what a failure looks like."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from sharekit.cli.app import VERBS, Call, Moment, group, run
from sharekit.errors import ConfigError, ConfigErrors, DraftError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_of_the_help_is_the_command_of_its_module(verb: str) -> None:
    command = group.get_command(click.Context(group), verb)
    assert command is not None
    assert command.name == verb
    assert command.help


def test_a_mistyped_verb_is_corrected() -> None:
    result = CliRunner().invoke(group, ["delivr"])
    assert result.exit_code == 2
    assert 'Did you mean "deliver"?' in result.output


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (
            DraftError("too long", path="a.md", line=3, hint="Cut it.\nOr skip it."),
            3,
            ["error: a.md:3: too long", "       Cut it."],
        ),
        (ConfigErrors([ConfigError("one"), ConfigError("two")]), 2, ["error: one", "error: two"]),
        (DraftError("a\x1b[31mb\n::error::c"), 3, ["error: a␛[31mb ::error::c"]),
        (click.Abort(), 130, ["Stopped."]),
    ],
)
def test_a_failure_is_a_message_and_its_exit_code(
    error: BaseException, code: int, lines: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(group, "main", fail)
    with pytest.raises(SystemExit) as left:
        run(["plan"])
    assert left.value.code == code
    assert capsys.readouterr().err.splitlines()[: len(lines)] == lines


def test_a_failure_in_a_workflow_is_an_annotation_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise DraftError("too long", path="a.md", line=3)

    monkeypatch.setattr(group, "main", fail)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    with pytest.raises(SystemExit):
        run(["plan"])
    assert "::error file=a.md,line=3::too long" in capsys.readouterr().err


def test_a_folder_that_was_removed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder := tmp_path / "blog").mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(SystemExit) as ended:
        run(["plan"])
    assert ended.value.code == 2
    assert "the folder that you are in was removed" in capsys.readouterr().err


def test_a_moment_without_an_offset_is_in_the_zone_of_the_blog(tmp_path: Path) -> None:
    def session_now(text: str) -> datetime | None:
        return Call(folder=tmp_path, now=Moment().convert(text, None, None)).session().now

    assert session_now("2026-12-01T08:30") == datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    (tmp_path / "sharekit.toml").write_text('timezone = "Europe/Paris"\n')
    assert session_now("2026-12-01") == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert session_now("2026-07-01T08:30") == datetime(2026, 7, 1, 6, 30, tzinfo=UTC)
    assert session_now("2026-12-01T08:30+03:00") == datetime(2026, 12, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(("text", "words"), [("soon", "is not a time"), ("0001-01-01", "is not in the years")])
def test_what_is_no_moment_is_refused(text: str, words: str) -> None:
    with pytest.raises(click.BadParameter, match=words):
        Moment().convert(text, None, None)


def test_a_reader_that_closes_the_pipe_is_no_failure() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "sharekit", "help", "drafts"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_every_verb_that_opens_a_blog_can_be_quiet() -> None:
    def verbs(at: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
        context = click.Context(at)
        for name in at.list_commands(context):
            found = at.get_command(context, name)
            assert found is not None
            yield from verbs(found, (*path, name)) if isinstance(found, click.Group) else [((*path, name), found)]

    options = {path: {option for each in verb.params for option in each.opts} for path, verb in verbs(group)}
    assert [path for path, given in options.items() if "--config" in given and "-q" not in given] == []
