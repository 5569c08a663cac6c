"""Which feeds a blog has: of the whole, of each language, series and chosen tag, and the one for e-mail services."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from sharekit.content import strip_illegal
from sharekit.feeds.document import Feed, FeedAddress, SeriesPlace, feed_name, slugs
from sharekit.templating import translations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sharekit.config import FeedSettings
    from sharekit.model import Post, Series, Site


# The feed for services that turn RSS into e-mail.
EMAIL = "email.xml"


def select_feeds(
    site: Site, posts: Sequence[Post], series: Sequence[Series], settings: FeedSettings, others: Sequence[Site] = ()
) -> tuple[Feed, ...]:
    """The feeds, in the order in which a person would name them. ``posts`` are oldest first.

    The site's own feed holds the posts in its language; each other language has its feeds in a folder of its own, and its
    title where the site has one of ``others`` for it.
    """
    addresses = series_addresses(site, posts, series)
    stem = feed_name(settings.name)
    sites = {each.language: each for each in (*others, site)}
    found: list[Feed] = []
    for number, (language, home) in enumerate(homes(site, posts).items()):
        ours = tuple(post for post in posts if post.language == language)
        own = sites.get(language, site)
        title = strip_illegal(own.title).strip() or own.url
        whole = Feed(
            kind="language" if number else "site",
            title=title,
            description=strip_illegal(own.description).strip() or title,
            language=language,
            address=replace(home, stem=stem, first=settings.formats[0] if settings.formats else "rss"),
            posts=ours,
            formats=settings.formats,
        )
        found.append(whole)
        found += _of_series(whole, series, addresses) if settings.series else []
        found += _of_tags(whole, settings.tags)
        if settings.email:
            found.append(replace(whole, kind="email", address=replace(home, name=EMAIL), formats=("rss",)))
    return tuple(found)


def homes(site: Site, posts: Sequence[Post]) -> dict[str, FeedAddress]:
    """Where the feeds of each language are: beside the home page for the site's own, else where its posts are."""
    languages = sorted({post.language for post in posts}, key=lambda each: (each != site.language, each))
    if len(languages) > 1:
        hosts = {each: {urljoin(post.url, "/") for post in posts if post.language == each} for each in languages}
        if len(set().union(*hosts.values())) == len(languages) == sum(map(len, hosts.values())):
            # Hugo's multihost mode: each language has a host of its own, whose root is the folder named like it.
            return {each: FeedAddress(site=hosts[each].pop(), root=f"{each.lower()}/") for each in languages}
    home = urlsplit(site.url).path.removeprefix(urlsplit(site.root).path)
    first = languages[0] if languages else site.language
    # Where a blog has no post in its own language, another one's are at the root unless their addresses say otherwise.
    found = {first: home if first == site.language else _folder(first, site, posts) or home}
    found |= {each: _folder(each, site, posts) or f"{each.lower()}/" for each in languages[1:]}
    return {each: FeedAddress(site=site.root, folder=folder) for each, folder in found.items()}


def _folder(language: str, site: Site, posts: Sequence[Post]) -> str:
    """The folder of a language, where all of its posts are below one that is named like it."""
    base = urlsplit(site.root).path
    first = {urlsplit(post.url).path.removeprefix(base).split("/")[0] for post in posts if post.language == language}
    usual = {language.lower(), language.lower().partition("-")[0]}
    return f"{first.pop()}/" if len(first) == 1 and first <= usual else ""


def series_addresses(site: Site, posts: Sequence[Post], series: Sequence[Series]) -> dict[tuple[str, str], FeedAddress]:
    """Where the feeds of each series are published, by its language and name.

    A title that the author gives a series later does not move its feed: the address is made from the id.
    """
    made = {}
    for language, home in homes(site, posts).items():
        names = {each.name: each.id or each.name for each in series if each.language == language}
        folder_of = slugs(names.values())
        for name, named in names.items():
            made[language, name] = replace(home, folder=f"{home.folder}series/{folder_of[named]}/")
    return made


def places(series: Sequence[Series], addresses: Mapping[tuple[str, str], FeedAddress]) -> dict[str, tuple[SeriesPlace, ...]]:
    """A post's id → its places in its series, with its neighbours. ``addresses`` is empty where series have no feeds."""
    found: dict[str, tuple[SeriesPlace, ...]] = {}
    for each in series:
        members = each.members
        for index, post in enumerate(members):
            place = SeriesPlace(
                series=strip_illegal(each.name),
                position=index + 1,
                total=len(members) + len(each.announced),
                previous=members[index - 1].url if index else None,
                next=members[index + 1].url if index + 1 < len(members) else None,
                collection=addresses.get((each.language, each.name)),
            )
            found[post.id] = (*found.get(post.id, ()), place)
    return found


def _of_series(whole: Feed, series: Sequence[Series], addresses: Mapping[tuple[str, str], FeedAddress]) -> list[Feed]:
    words = translations(whole.language).gettext
    return [
        replace(
            whole,
            kind="series",
            title=f"{strip_illegal(each.name)} – {whole.title}",
            description=words("The series “%(series)s” on %(site)s.")
            % {"series": strip_illegal(each.name), "site": whole.title},
            address=addresses[each.language, each.name],
            posts=tuple(sorted(each.members, key=lambda post: (post.published, post.id))),
        )
        for each in series
        if (each.language, each.name) in addresses and each.language == whole.language
    ]


def _of_tags(whole: Feed, tags: Sequence[str]) -> list[Feed]:
    words = translations(whole.language).gettext
    made = []
    for tag, slug in slugs(tags).items():
        wanted = tag.casefold()
        posts = tuple(p for p in whole.posts if wanted in {each.casefold() for each in (*p.tags, *p.categories)})
        description = words("Articles on %(tag)s of %(site)s.") % {"tag": tag, "site": whole.title}
        address = replace(whole.address, folder=f"{whole.address.folder}tags/{slug}/", stem=None)
        made.append(
            replace(whole, kind="tag", title=f"{tag} – {whole.title}", description=description, address=address, posts=posts)
        )
    return made
