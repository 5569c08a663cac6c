"""The templates and their words: the user's first, then ours, in the reader's language."""

from __future__ import annotations

import functools
import gettext
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.errors import DraftError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from babel import Locale
    from jinja2 import BaseLoader, Environment

# The first of a month is an ordinal in these languages, which the patterns of CLDR cannot say; the others that sharekit
# speaks write a cardinal (es, nl, en) or a full stop after every day (de).
FIRST = {"fr": "1er", "it": "1º", "pt": "1º", "pt-PT": "1.º"}
# What an expression in a template may raise, beside what jinja2 does.
IN_TEMPLATES = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError)
PACKAGE = Path(__file__).resolve().parent


@functools.cache
def shipped_templates() -> Path:
    """The folder of the templates that come with sharekit: in the wheel, or in a checkout."""
    in_wheel = PACKAGE / "templates"
    return in_wheel if in_wheel.is_dir() else PACKAGE.parents[1] / "templates"


def locale_of(language: str) -> Locale:
    """The locale of a language tag (BCP 47); English where Babel does not know it."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def format_day(day: date, language: str) -> str:
    """The long form of a date as an editor writes it: "20 mai 2022", "1er mai 2022". English where nobody knows better."""
    from babel.dates import format_date

    locale = locale_of(language)
    written = str(format_date(day, format="long", locale=locale))
    first = FIRST.get(str(locale).replace("_", "-")) or FIRST.get(locale.language)
    return re.sub(r"\A1(?=\s)", first, written) if first and day.day == 1 else written


def environment(*, language: str, overrides: Sequence[Path] = (), html: bool) -> Environment:
    """A jinja2 environment for one language. ``overrides`` are the user's template folders, first match wins.

    A user's template may extend ours under the name ``sharekit/<path>`` and change one block of it.
    With ``html`` every value is escaped unless marked safe.
    """
    from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    shipped = FileSystemLoader(shipped_templates())
    loaders: list[BaseLoader] = [FileSystemLoader(folder) for folder in overrides]
    made = SandboxedEnvironment(
        loader=ChoiceLoader([*loaders, shipped, PrefixLoader({"sharekit": shipped})]),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # by the extension
    return made


def template_failed(error: Exception, name: str) -> DraftError:
    """What a template's failure is for a person: the file and the line of the template, and the cause."""
    file, line = _place(error, name)
    return DraftError(f"the template failed: {error}", path=file, line=line, hint="Correct it, or remove your own.")


def _place(error: Exception, name: str) -> tuple[str, int | None]:
    # jinja2 puts its own lines into the traceback.
    line = getattr(error, "lineno", None)
    if line:
        return str(getattr(error, "filename", None) or name), int(line)
    place: tuple[str, int | None] = (name, None)
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(Path(name).suffix):
            place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return place


@functools.cache
def translations(language: str) -> gettext.NullTranslations:
    """The words of the templates in a language (BCP 47), falling back to the base language, then to English.

    ``locale/<language>/*.po`` are compiled in memory, so that there is one file to edit and none to build.
    """
    subtags = language.replace("-", "_").split("_")
    for tag in ("_".join(subtags), subtags[0]):
        catalogues = sorted((shipped_templates() / "locale" / tag).glob("*.po"))
        if catalogues:
            return _compiled(catalogues)
    return gettext.NullTranslations()


def _compiled(catalogues: list[Path]) -> gettext.NullTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    words: gettext.GNUTranslations | None = None
    for catalogue in catalogues:
        compiled = io.BytesIO()
        # Without its header, for which Babel would load the parser of e-mails: it says that the file is UTF-8.
        _, _, entries = catalogue.read_text(encoding="utf-8").partition("\n\n")
        write_mo(compiled, read_po(io.BytesIO(entries.encode())))
        compiled.seek(0)
        made = gettext.GNUTranslations(compiled)
        if words is not None:
            made.add_fallback(words)
        words = made
    return words or gettext.NullTranslations()
