from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from sharekit.cli.init import init_lines
from sharekit.config import Config, FeedSettings, IssueSettings, LedgerSettings
from sharekit.errors import ConfigError
from sharekit.model import Post, Reading, Site
from sharekit.registry import declared
from sharekit.steps.blog import Blog, folders
from sharekit.steps.init.answers import Repository
from sharekit.steps.init.gather import Flags, gather, mode_named, value_of
from sharekit.steps.init.write import Proposed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sharekit.steps.init.answers import Answers

T = TypeVar("T")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
REPOSITORY = Repository(root=Path("/blog"), folder=".", branch="main", place=None, is_git=True)


class Person:
    """Answers each question by its first words, one answer after the other, and sees every complaint."""

    silent = False

    def __init__(self, answers: dict[str, str | tuple[str, ...]]) -> None:
        self.complaints: list[str] = []
        self.questions: list[str] = []
        self._answers: dict[str, Iterator[str]] = {
            start: iter((given,) if isinstance(given, str) else given) for start, given in answers.items()
        }

    def __call__(self, question: str, default: str, read: Callable[[str], T]) -> T:
        self.questions.append(question)
        start = next((start for start in self._answers if question.startswith(start)), None)
        while True:
            try:
                return read(next(self._answers[start]) if start else default)
            except ConfigError as error:
                self.complaints.append(f"{error.message}. {error.hint or ''}".strip())


class Nobody:
    silent = True

    def __call__(self, question: str, default: str, read: Callable[[str], T]) -> T:
        return read(default)


def blog(config: Config | None = None, url: str = "https://blog.example/", timezone: str | None = "Europe/Berlin") -> Blog:
    config = config or Config()
    post = Post(id="a", url=f"{url}a/", title="A", published=NOW, body=str)
    site = Site(title="Notes", url=url, generator="Hugo 0.168.0", timezone=timezone)
    where = folders(Path("/blog"), config)
    return Blog(config=config, folders=where, reading=Reading(site=site, posts=(post,)))


def answers(person: Person | Nobody, made: Blog | None = None, **flags: Any) -> Answers:
    return gather(made or blog(), REPOSITORY, Flags(now=NOW, **flags), person)


def test_a_wrong_answer_is_asked_again_and_the_others_stay() -> None:
    person = Person(
        {
            "Time": ("Berlinn", "europe/lisbon"),
            "Where do ": ("Mastodn, X", "Mastodon and twitter linked-in"),
            "Mastodon": ("@me@social.example", "https://social.example"),
            "LinkedIn": ("my page", "urn:li:person:A1"),
            "What sends": ("mail chump", "Mail Chimp"),
            "When": ("hourly", "one per article"),
            "Mailchimp": "a1b2",
            "From": ("me", "Notes <letter@notes.example>"),
            "The": ("a blog", "https://notes.example"),
        }
    )
    found = answers(person, blog(url="https://notes.invalid/", timezone=None))
    assert found.timezone == "Europe/Lisbon"
    assert found.channels == {
        "mastodon": {"instance": "https://social.example"},
        "x": {},
        "linkedin": {"author": "urn:li:person:A1"},
    }
    assert (found.mailer, found.mailer_table) == ("mailchimp", {"list": "a1b2"})
    assert found.issue == {"mode": "post", "from": "Notes <letter@notes.example>"}
    assert found.site.url == "https://notes.example"
    assert person.complaints == [
        'there is no time zone "Berlinn". Did you mean "Europe/Berlin"?',
        'the channel "Mastodn" is not known. Did you mean "mastodon"?',
        'instance = "@me@social.example" is not like https://mastodon.example.',
        'author = "my page" is not like urn:li:person:AbC123.',
        'the mailer "mail chump" is not known. Did you mean "mailchimp"?',
        '"hourly" is not known. Known: article, weekly, monthly, series, manual',
        '"me" is not an address. Write it as in: The blog <letter@blog.example>',
        '"a blog" is no address. Write it as in https://blog.example',
    ]


@pytest.mark.parametrize("placeholder", ["https://example.org/", "http://localhost:1313/"])
def test_an_address_that_a_generator_made_up_is_asked_for(placeholder: str) -> None:
    assert answers(Person({"The": "https://notes.example"}), blog(url=placeholder)).site.url == "https://notes.example"
    assert answers(Person({}), blog(url=placeholder)).site.url == ""


def test_where_it_runs_is_asked_again_too() -> None:
    person = Person({"Where do ": "none", "Where does ": ("githb", "GitHub, Server")})
    assert answers(person).places == ("github", "server")
    assert person.complaints == ['"githb" is not a place that sharekit knows. Did you mean "github"?']


def test_the_time_zone_can_wait_too() -> None:
    assert answers(Person({"Time": "later"}), blog(timezone=None)).timezone


def test_every_question_can_wait() -> None:
    person = Person(
        {"Where do ": "mastodon", "Mastodon": "later", "What sends": "brevo", "Brevo": "", "Where does ": "none"}
    )
    found = answers(person)
    assert found.channels == {"mastodon": {}}
    assert found.missing == {
        "channels.mastodon": {"instance": '"https://mastodon.example"'},
        "mailers.brevo": {"lists": "[2, 5]"},
    }


def test_what_costs_money_is_told_before_anything_is_sent() -> None:
    config = Config(since="2026-01-01", channels={"x": {}, "zweit": {"kind": "x"}, "mastodon": {}})
    person = Person({"Mastodon": "later", "Mailchimp": "later", "Where does ": "github"})
    found = answers(person, blog(config), mailer="mailchimp", places=("github",))
    told = "\n".join(init_lines(blog(config), found, [Proposed(path="a", what="", content="", present=None)], []))
    for word in ("$0.015", "$0.20", "$0.005", "free plan cannot schedule", "720 of the 2,000 free minutes"):
        assert told.count(word) == 1


@pytest.mark.parametrize(
    ("text", "channels", "shares"),
    [
        ("none", (), False),
        ("later", (), True),
        ("X", ("x",), True),
        ("Facebook Pages, fb & Blue Sky", ("facebook", "bluesky"), True),
    ],
)
def test_no_network_is_an_answer_and_so_is_later(text: str, channels: tuple[str, ...], shares: bool) -> None:
    found = answers(Person({"Where do ": text, "Facebook": "later", "Bluesky": "later"}))
    assert (tuple(found.channels), found.shares) == (channels, shares)


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("article", {"mode": "post"}),
        ("one for each article", {"mode": "post"}),
        ("every week", {"mode": "digest", "when": "weekly on monday at 08:00"}),
        ("later", {"mode": "digest"}),
        ("by hand", {"mode": "manual"}),
    ],
)
def test_when_an_issue_is_drafted_is_taken_as_people_say_it(text: str, issue: dict[str, str]) -> None:
    assert mode_named(text) == issue


def test_without_a_newsletter_no_issue_is_drafted() -> None:
    found = answers(Person({"What sends": "none"}))
    assert (found.mailer, found.issue) == ("files", {"mode": "manual"})


def test_a_flag_may_leave_a_setting_for_later() -> None:
    found = answers(
        Nobody(), channels=("mastodon",), settings=(("mastodon", "instance", "later"), ("issue", "mode", "article"))
    )
    assert found.missing == {"channels.mastodon": {"instance": '"https://mastodon.example"'}}
    assert found.issue == {"mode": "post"}


def test_none_is_a_value_where_the_key_has_it_and_an_open_question_elsewhere() -> None:
    settings = (("threads", "thread", "none"), ("bluesky", "handle", "none"))
    found = answers(Nobody(), channels=("threads", "bluesky"), settings=settings)
    assert found.channels == {"threads": {"thread": "none"}, "bluesky": {}}
    assert set(found.missing["channels.bluesky"]) == {"handle"}


def test_what_an_earlier_run_left_open_stays_open() -> None:
    config = Config(since="2026-01-01", channels={"mastodon": {}})
    assert answers(Nobody(), blog(config)).missing == {"channels.mastodon": {"instance": '"https://mastodon.example"'}}


def test_the_databases_are_among_the_secrets() -> None:
    config = Config(
        since="2026-01-01",
        ledger=LedgerSettings(url="postgresql://me@host/ledger"),
        issue=IssueSettings(mailer="smtp"),
        mailers={"smtp": {"host": "h", "user": "u", "unsubscribe": "https://a.example/"}},
    )
    assert {"SHAREKIT_LEDGER_URL", "SHAREKIT_SUBSCRIBERS_URL"} <= set(answers(Nobody(), blog(config)).credentials)


def test_the_credentials_are_those_of_the_accounts() -> None:
    config = Config(since="2026-01-01", channels={"perso": {"kind": "mastodon", "instance": "social.example"}, "x": {}})
    found = answers(Nobody(), blog(config))
    assert set(found.credentials) == {
        "SHAREKIT_PERSO_TOKEN",
        "SHAREKIT_X_API_KEY",
        "SHAREKIT_X_API_SECRET",
        "SHAREKIT_X_ACCESS_TOKEN",
        "SHAREKIT_X_ACCESS_SECRET",
    }
    assert found.credentials["SHAREKIT_PERSO_TOKEN"].startswith("write:statuses")


@pytest.mark.parametrize(
    ("flags", "message", "hint"),
    [
        ({"channels": ("mastodon",)}, "the channel mastodon needs its instance", "--set mastodon.instance=https://"),
        ({"mailer": "brevo"}, "the mailer brevo needs its lists", "--set brevo.lists=2,5"),
        ({"channels": ("x",), "settings": (("x", "hanlde", "@a"),)}, 'unknown key "hanlde"', 'Did you mean "handle"?'),
        ({"channels": ("x",), "settings": (("y", "handle", "@a"),)}, 'there is no channel or mailer "y"', "--channel y"),
        ({"timezone": "Mars/Olympus"}, 'there is no time zone "Mars/Olympus"', ""),
        ({"url": "blog"}, '"blog" is no address', "https://blog.example"),
    ],
)
def test_where_nobody_can_be_asked_a_flag_has_to_be_right(flags: dict[str, object], message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        answers(Nobody(), None, **flags)
    assert message in caught.value.message
    assert hint in str(caught.value.hint)


def test_flags_take_names_as_people_write_them() -> None:
    settings = (("Twitter", "handle", "@a"), ("Brevo", "lists", "2, 5"))
    found = answers(Nobody(), channels=("Twitter", "X"), mailer="Brevo", settings=settings, places=("none",))
    assert found.channels == {"x": {"handle": "@a"}}
    assert (found.mailer, found.mailer_table) == ("brevo", {"lists": [2, 5]})
    assert found.places == ()


@pytest.mark.parametrize(
    ("kind", "key", "text", "value"),
    [
        ("mailchimp", "tracking", "true", True),
        ("mailchimp", "segment", "7", 7),
        ("brevo", "lists", "2", [2]),
        ("smtp", "rate", "14/s,500/h", ["14/s", "500/h"]),
    ],
)
def test_a_value_has_the_type_of_its_key(kind: str, key: str, text: str, value: object) -> None:
    assert value_of(declared("mailers", kind).Settings, key, text) == value


def test_a_value_of_another_type_says_how_to_write_it() -> None:
    with pytest.raises(ConfigError, match='lists = "two" is not a list of whole numbers') as caught:
        value_of(declared("mailers", "brevo").Settings, "lists", "two")
    assert caught.value.hint == "Such as 2,5."


@pytest.mark.parametrize(
    ("files", "feed"),
    [
        ({"_config.yml": "plugins: [jekyll-feed]"}, {"formats": ["atom"], "name": "feed"}),
        ({"Gemfile": 'gem "jekyll-feed"'}, {"formats": ["atom"], "name": "feed"}),
        (
            {"_config.yml": "plugins: [jekyll-feed]\nfeed: {path: /blog/atom.xml}"},
            {"formats": ["atom"], "name": "blog/atom"},
        ),
        (
            {"_config.yml": "feed:\n  limit: 5\n  path: news.xml\nplugins:\n- jekyll-feed"},
            {"formats": ["atom"], "name": "news"},
        ),
        (
            {"package.json": '{"dependencies": {"hexo-generator-feed": "3"}}', "_config.yml": "feed:\n  path: rss2.xml"},
            {"formats": ["rss"], "name": "rss2"},
        ),
        (
            {"hugo.toml": '[outputFormats.RSS]\nmediaType = "a/b"\nbaseName = "feed"'},
            {"formats": ["rss"], "name": "feed"},
        ),
        ({"config.yaml": "outputFormats:\n  rss:\n    baseName: rss"}, {"formats": ["rss"], "name": "rss"}),
        ({"hugo.toml": '[outputFormats.json]\nbaseName = "search"'}, {"formats": ["rss"]}),
        ({"config.toml": "generate_feeds = true"}, {"formats": ["atom"], "name": "atom"}),
        ({"config.toml": 'generate_feeds = true\nfeed_filenames = ["rss.xml"]'}, {"formats": ["rss"], "name": "rss"}),
        ({"config.toml": "generate_feeds = false"}, {"formats": ["rss"]}),
        ({"pelicanconf.py": 'FEED_ALL_ATOM = "feeds/all.atom.xml"'}, {"formats": ["atom"], "name": "feeds/all.atom"}),
        ({"_config.yml": "title: x"}, {"formats": ["rss"]}),
    ],
)
def test_the_feed_of_the_generator_keeps_its_address(tmp_path: Path, files: dict[str, str], feed: dict[str, Any]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    made = blog()
    assert answers(Nobody(), replace(made, folders=folders(tmp_path, made.config))).feed == feed


def test_the_feed_of_an_earlier_run_stays() -> None:
    config = Config(since="2026-01-01", feed=FeedSettings(formats=("rss", "json"), name="index"))
    assert answers(Nobody(), blog(config)).feed == {"formats": ["rss", "json"], "name": "index"}
