from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from contracts.mailer import ISSUE, NOW, SITE, MailerContract, rendered
from servers.listmonk import TOKEN, USER, ListmonkServer
from servers.wire import Reply
from sharekit.config import IssueSettings
from sharekit.errors import ChannelPaused, ConfigError, OutcomeUnknown, Refused, Unavailable
from sharekit.mailers.listmonk import ListmonkMailer, safe_lines
from sharekit.model import UNSUBSCRIBE

if TYPE_CHECKING:
    from collections.abc import Mapping


CODE = "Écrivez `<p class=\"x` ou `a<b`, jamais `<!-- plus tard`.\n\n  l'outil {{ x }} \\n & <script>\n{"
# What listmonk does with a text alternative: html/template, with the two functions that ours calls.
GO = """package main
import ("html/template"; "io"; "os")
func main() {
    text, _ := io.ReadAll(os.Stdin)
    made := template.New("x").Funcs(template.FuncMap{
        "Safe": func(s string) template.HTML { return template.HTML(s) },
        "UnsubscribeURL": func() string { return "https://list.example/u/1" },
    })
    if err := template.Must(made.Parse(string(text))).Execute(os.Stdout, nil); err != nil { panic(err) }
}
"""


@pytest.mark.slow
def test_gos_own_templates_give_the_text_back(tmp_path: Path) -> None:
    go = shutil.which("go")
    if go is None:
        # html/template is Go's own: nothing else says what it makes of a text. CI has Debian's golang.
        pytest.skip("Go is not installed: apt-get install golang")
    program = tmp_path / "render.go"
    program.write_text(GO)
    text = f"{CODE}{UNSUBSCRIBE}\n"
    sent = safe_lines(text).replace(UNSUBSCRIBE, "{{ UnsubscribeURL }}")
    done = subprocess.run([go, "run", str(program)], input=sent, capture_output=True, text=True, check=True)
    assert done.stdout == text.replace(UNSUBSCRIBE, "https://list.example/u/1")


class TestListmonk(MailerContract):
    name = "listmonk"
    account = "sharekit"
    environment: ClassVar = {"SHAREKIT_LISTMONK_TOKEN": TOKEN}
    unsubscribe = "{{ UnsubscribeURL }}"

    def serve(self) -> ListmonkServer:
        return ListmonkServer()

    @classmethod
    def open(cls, server_url: str, environment: Mapping[str, str], issue: IssueSettings = ISSUE) -> ListmonkMailer:
        settings = ListmonkMailer.Settings(url=server_url, user=USER, lists=(1,))
        return ListmonkMailer(settings, environment=environment, root=Path(), site=SITE, issue=issue, clock=lambda: NOW)

    def test_only_subscribers_can_be_tested_with(self, mailer: ListmonkMailer) -> None:
        with pytest.raises(Refused, match="No known subscribers") as caught:
            mailer.test(rendered(), self.key, ["nobody@else.example"])
        assert "subscribers" in str(caught.value.hint)

    def test_a_permission_that_is_missing_is_told_before_anything_is_sent(
        self, server: ListmonkServer, mailer: ListmonkMailer
    ) -> None:
        server.permissions -= {"campaigns:send"}
        ((message, hint),) = mailer.account().warnings
        assert "campaigns:send" in message
        assert "SHAREKIT_LISTMONK_TOKEN" in hint
        server.permissions -= {"campaigns:manage"}
        with pytest.raises(ChannelPaused, match="campaigns:manage"):
            mailer.account()

    def test_a_listmonk_that_tells_nothing_of_its_user_is_well(self, server: ListmonkServer, mailer: ListmonkMailer) -> None:
        server.refuse(Reply(403, {"message": "Permission denied"}), at=("GET", "/api/profile"))
        told = mailer.account()
        assert (told.name, told.warnings) == ("", ())

    def test_a_template_that_frames_nothing_is_asked_for(self, server: ListmonkServer) -> None:
        settings = ListmonkMailer.Settings(url=server.url, user=USER, lists=(1,), template=4)
        mailer = ListmonkMailer(settings, environment=self.environment, root=Path(), site=SITE, issue=ISSUE)
        mailer.send(rendered(), self.key)
        assert self.only(server).fields["template_id"] == 4
        assert self.only(server).fields["headers"] == [{"Reply-To": "zoe@blog.example"}]

    def test_an_article_with_code_keeps_its_text_alternative(self, server: ListmonkServer, mailer: ListmonkMailer) -> None:
        mailer.send(replace(rendered(), text=f"{CODE}\n{UNSUBSCRIBE}\n"), self.key)
        alternative = self.only(server).fields["altbody"]
        assert "<" not in alternative
        assert alternative.count("{{ UnsubscribeURL }}") == 1

    @pytest.mark.parametrize(("missing", "said"), [("campaigns:send", "campaigns:send"), ("lists:get_all", "lists:get_all")])
    def test_a_permission_that_is_missing_is_named(
        self, server: ListmonkServer, mailer: ListmonkMailer, missing: str, said: str
    ) -> None:
        server.permissions.discard(missing)
        with pytest.raises(ChannelPaused, match="Permission denied") as caught:
            mailer.send(rendered(), self.key)
        assert said in str(caught.value.hint)
        assert self.only(server).sent == 0

    @pytest.mark.parametrize(
        ("name", "written"),
        [
            ("Zoé du Blog", "Zoé du Blog <lettre@blog.example>"),
            ("Blog: la lettre", '"Blog: la lettre" <lettre@blog.example>'),
            ("Zoé, Max", '"Zoé, Max" <lettre@blog.example>'),
            ('Le "vrai" blog.', r'"Le \"vrai\" blog." <lettre@blog.example>'),
        ],
    )
    def test_a_name_that_needs_quotes_gets_them(self, server: ListmonkServer, name: str, written: str) -> None:
        given = '"' + name.replace('"', r"\"") + '" <lettre@blog.example>'
        self.open(server.url, self.environment, IssueSettings(from_=given)).send(rendered(), self.key)
        assert self.only(server).fields["from_email"] == written

    def test_a_list_that_is_not_there_is_named(self, server: ListmonkServer) -> None:
        settings = ListmonkMailer.Settings(url=server.url, user=USER, lists=(9,))
        mailer = ListmonkMailer(settings, environment=self.environment, root=Path(), site=SITE, issue=ISSUE)
        with pytest.raises(Refused, match="List not found") as caught:
            mailer.subscribers()
        assert "numbers" in str(caught.value.hint)

    @pytest.mark.parametrize("missing", ["url", "user", "lists"])
    def test_what_it_needs_is_named(self, missing: str) -> None:
        given: dict[str, Any] = {"url": "http://127.0.0.1:9", "user": USER, "lists": (1,)}
        settings = ListmonkMailer.Settings(**{name: value for name, value in given.items() if name != missing})
        with pytest.raises(ConfigError, match=f"{missing} is not set"):
            ListmonkMailer(settings, environment=self.environment, root=Path(), site=SITE, issue=ISSUE)

    def test_a_web_page_is_not_listmonk(self, server: ListmonkServer, mailer: ListmonkMailer) -> None:
        server.refuse(Reply(404, b"<html><title>Not here</title></html>"), at=server.CREATE)
        with pytest.raises(ChannelPaused, match="a web page and not the API"):
            mailer.send(rendered(), self.key)

    @pytest.mark.parametrize(
        ("status", "draft", "launch"),
        [
            (400, Refused, Refused),
            (403, ChannelPaused, ChannelPaused),
            (404, Refused, Refused),
            (422, Refused, Refused),
            (429, Unavailable, Unavailable),
            (500, Unavailable, OutcomeUnknown),
        ],
    )
    def test_each_error_before_and_at_the_launch(
        self,
        server: ListmonkServer,
        mailer: ListmonkMailer,
        status: int,
        draft: type[Exception],
        launch: type[Exception],
    ) -> None:
        server.refuse(Reply(status, {"message": "Something is wrong"}), at=server.CREATE)
        with pytest.raises(draft, match="Something is wrong"):
            mailer.send(rendered(), self.key)
        server.refuse(Reply(status, {"message": "Something is wrong"}), at=server.LAUNCH)
        with pytest.raises(launch, match="Something is wrong"):
            mailer.send(rendered(), self.key)
        assert self.only(server).sent == 0
