"""The templates that shares are filled into: each looked up once a run, and filled once for all channels that share it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from sharekit.templating import IN_TEMPLATES, environment, template_failed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jinja2 import Environment, Template

    from sharekit.counting import Outlet

# Where a network takes no more than this, a sentence and the headings are too much beside each other.
SHORT = 300


class Templates:
    """The templates of one run. ``overrides`` are the user's folders, first match wins."""

    def __init__(self, overrides: Sequence[Path] = ()) -> None:
        self._overrides = tuple(overrides)
        self._chosen: dict[tuple[str, str, str], Form] = {}
        self._forms: dict[Template, Form] = {}

    def choose(self, language: str, outlet: Outlet, slot: str = "") -> Form:
        """The channel's own template, else that of its network, else the one for short or for longer texts.

        That of ``slot`` comes before them; empty is the first slot, which has none of its own.
        """
        asked = language, outlet.name, slot
        if asked not in self._chosen:
            names = [f"{outlet.name}-{slot}", f"{outlet.like}-{slot}", slot] if slot else []
            common = ["short", "default"] if outlet.counter.limit <= SHORT else ["default"]
            files = [f"share/{name}.txt" for name in (*names, outlet.name, outlet.like, *common)]
            template = _selected(_environment(language, self._overrides), files)
            self._chosen[asked] = self._forms.setdefault(template, Form(template))
        return self._chosen[asked]


class Form:
    """A template to fill in, several thousand times a run."""

    def __init__(self, template: Template) -> None:
        from jinja2 import TemplateError

        self._template = template
        self._failures = (TemplateError, *IN_TEMPLATES)
        # As Template.render does it, but for copying its globals each time: half of the work for texts this short.
        self._globals = dict(template.globals)

    def filled(self, values: Mapping[str, object]) -> str:
        """The text, without blanks at the ends of lines or more than one empty line in a row."""
        template = self._template
        environment = template.environment
        context = environment.context_class(environment, {**self._globals, **values}, template.name, template.blocks)
        try:
            try:
                rendered = "".join(template.root_render_func(context))
            except self._failures:
                # Puts the template's own line into the traceback, and raises again.
                environment.handle_exception()
        except self._failures as error:
            raise template_failed(error, template.name or "share") from error
        text = "\n".join(map(str.rstrip, rendered.strip().splitlines()))
        while "\n\n\n" in text:
            text = text.replace("\n\n\n", "\n\n")
        return text


@functools.cache
def _environment(language: str, overrides: tuple[Path, ...]) -> Environment:
    # Kept: compiling the templates takes a hundred times as long as filling them in. A file that changed is read again.
    return environment(language=language, overrides=overrides, html=False)


def _selected(jinja: Environment, files: list[str]) -> Template:
    from jinja2 import TemplateSyntaxError

    try:
        return jinja.select_template(files)
    except TemplateSyntaxError as error:
        raise template_failed(error, error.name or files[0]) from error
