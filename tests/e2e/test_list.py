"""A reader's way through a list: sign up, confirm, an issue, one click, and the next issue does not arrive."""

from __future__ import annotations

import os
import queue
import re
import select
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from listening import free_port
from mailing_list import ENVIRONMENT, add_subscribers, open_smtp, whole_issue
from postgres import Postgres, postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from playwright.sync_api import Browser, Page

__all__ = ["postgres"]

ZOE = "zoe@lecteur.example"
CONFIG = """\
[site]
language = "fr"
[issue]
mailer = "smtp"
from = "Le Blog <lettre@blog.example>"
address = "1, rue du Blog"
[mailers.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
unsubscribe = "https://letter.blog.example/lettre/adieu/"
[mailers.smtp.signup]
choices = {{ each = "Chaque article", digest = "Une fois par mois" }}
"""
ORIGIN = "https://letter.blog.example"


class Postman:
    """What aiosmtpd hands every message to."""

    def __init__(self) -> None:
        self.arrived: queue.Queue[tuple[str, bytes]] = queue.Queue()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.arrived.put((envelope.rcpt_tos[0], envelope.content))
        return "250 taken"

    def next(self) -> tuple[str, EmailMessage]:
        to, raw = self.arrived.get(timeout=60)
        return to, message_from_bytes(raw, policy=policy.default)


@dataclass(frozen=True)
class Running:
    """The service, the mail server and the database that they share."""

    url: str
    postman: Postman
    port: int
    database: str
    root: Path

    def post(self, path: str, **form: str) -> httpx.Response:
        return httpx.post(self.url + path, data=form, timeout=30)

    def send(self, number: int) -> dict[str, EmailMessage]:
        """Send an issue to whoever is subscribed; what arrived for whom."""
        mailer = open_smtp(self.port, self.root, self.database, unsubscribe=f"{ORIGIN}/lettre/adieu/")
        issue, key = whole_issue(hello=f"Numéro {number}"), f"issue/2026-{number}/smtp"
        with ThreadPoolExecutor(1) as pool:  # where a browser is driven, this thread has a loop of its own
            receipt = pool.submit(mailer.send, issue, key).result()
        return dict(self.postman.next() for _ in range(int(receipt.detail["sent"])))


@contextmanager
def service(root: Path, port: int, database: str) -> Iterator[str]:
    """``sharekit serve`` as a person starts it; where it listens."""
    (root / "sharekit.toml").write_text(CONFIG.format(port=port))
    environment = {**os.environ, **ENVIRONMENT, "SHAREKIT_SUBSCRIBERS_URL": database}
    command = [sys.executable, "-m", "sharekit", "serve", "--port", "0"]
    process = subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        ready, _, _ = select.select([process.stderr], [], [], 60)
        line = process.stderr.readline() if ready else ""
        found = re.search(r"http://\S+", line)
        assert found is not None, line
        yield found[0]
    finally:
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    assert ZOE not in said
    assert "127.0.0.1" not in said


@pytest.fixture
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    database = "sqlite:///list.sqlite"
    if getattr(request, "param", "sqlite") == "postgresql":
        cluster: Postgres = request.getfixturevalue("postgres")
        database = cluster.database()
    postman = Postman()
    port = free_port()
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with service(tmp_path, port, database) as url:
            yield Running(url, postman, port, database, tmp_path)
    finally:
        controller.stop()


def link_in(message: EmailMessage, part: str) -> str:
    """The path of the link to the service in a letter."""
    found = re.search(rf"{ORIGIN}({part}\S+)", message.get_content())
    assert found is not None
    return found[1]


@pytest.mark.parametrize("running", ["sqlite", "postgresql"], indirect=True)
def test_sign_up_confirm_an_issue_one_click_and_no_more(running: Running) -> None:
    add_subscribers(open_smtp(running.port, running.root, running.database), ["stays@lecteur.example"])
    assert running.post("/lettre/subscribe", email=ZOE, language="fr").status_code == 200
    to, asked = running.postman.next()
    assert (to, asked["subject"]) == (ZOE, "À confirmer : Le Blog")
    confirm = link_in(asked, "/lettre/confirm/")
    # A scanner follows the link, and nothing comes of it.
    assert httpx.get(running.url + confirm).status_code == 200
    assert set(running.send(1)) == {"stays@lecteur.example"}
    assert "Vous êtes abonné" in running.post(confirm).text
    letters = running.send(2)
    assert set(letters) == {"stays@lecteur.example", ZOE}
    header = letters[ZOE]["list-unsubscribe"].strip("<>")
    assert letters[ZOE]["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    click = header.removeprefix(ORIGIN)
    assert httpx.get(running.url + click).status_code == 200
    assert running.post(click, **{"List-Unsubscribe": "One-Click"}).status_code == 200
    assert set(running.send(3)) == {"stays@lecteur.example"}


@pytest.fixture(scope="module")
def axe(project: Path) -> str:
    file = project / "tests/npm/axe/node_modules/axe-core/axe.min.js"
    if not file.is_file():
        pytest.skip("tests/npm/axe/node_modules is not there: make test installs it")
    return file.read_text(encoding="utf-8")


def test_a_person_in_a_browser_and_everybody_can_use_the_pages(
    running: Running, chromium: Browser, axe: str, tmp_path: Path
) -> None:
    # The policy of the pages keeps every script out, and axe is one.
    context = chromium.new_context(locale="fr-FR", bypass_csp=True)
    page = context.new_page()

    def fine(name: str) -> None:
        for scheme in ("light", "dark"):
            for width in (1280, 390):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 800})
                _check(page, axe, f"{name} {scheme} {width}")
                if folder := os.environ.get("SHAREKIT_PICTURES"):
                    page.screenshot(path=f"{folder}/{name}-{scheme}-{width}.png", full_page=True)

    page.goto(f"{running.url}/lettre/subscribe")
    fine("subscribe")
    page.get_by_label("Adresse e-mail").fill("zoe@lecteur")
    page.get_by_role("button").click()
    fine("wrong")
    page.get_by_label("Adresse e-mail").fill(ZOE)
    page.get_by_label("Une fois par mois").check()
    page.get_by_role("button", name="S’abonner").click()
    fine("asked")
    page.goto(running.url + link_in(running.postman.next()[1], "/lettre/confirm/"))
    fine("confirm")
    page.get_by_role("button").click()
    assert page.get_by_role("heading").inner_text() == "Vous êtes abonné"
    fine("confirmed")
    letters = running.send(1)
    leave = running.url + letters[ZOE]["list-unsubscribe"].strip("<>").removeprefix(ORIGIN)
    page.goto(leave)
    assert page.get_by_label("Une fois par mois").is_checked()
    fine("leave")
    page.get_by_label("Langue").select_option("de")
    page.get_by_role("button", name="Enregistrer").click()
    assert page.get_by_role("heading").inner_text() == "Gespeichert"
    page.goto(leave)
    page.get_by_role("button", name="Abbestellen").click()
    assert page.get_by_role("heading").inner_text() == "Sie sind abgemeldet"
    fine("left")
    page.goto(leave[:-3])
    fine("cut")
    context.close()


def _check(page: Page, axe: str, name: str) -> None:
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])")
    assert found == [], name
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, name


def test_without_starlette_the_verb_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "sharekit.toml").write_text(CONFIG.format(port=25))
    blocked = "import sys; sys.modules['uvicorn'] = None; from sharekit.cli import main; sys.argv[1:] = ['serve']; main()"
    done = subprocess.run(
        [sys.executable, "-c", blocked], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "pip install 'sharekit-blog[serve]'" in done.stderr


def test_the_version_needs_none_of_it() -> None:
    loaded = (
        "import sys; from sharekit.cli import app; print(sorted({'starlette', 'uvicorn', 'imaplib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
