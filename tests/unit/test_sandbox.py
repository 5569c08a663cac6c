from __future__ import annotations

import pytest
from jinja2.exceptions import SecurityError

from sharekit.model import Part
from sharekit.templating import environment

PART = Part(series="A garden", position=2, total=3)


@pytest.mark.parametrize("expression", ["part.__class__", "''.join.__self__", "part.__init__.__globals__"])
@pytest.mark.parametrize("html", [False, True])
def test_what_is_not_safe_stays_so_when_it_is_asked_again(expression: str, html: bool) -> None:
    template = environment(language="en", html=html).from_string(f"{{{{ {expression} }}}}")
    for _ in range(2):
        with pytest.raises(SecurityError):
            template.render(part=PART)


def test_a_template_reads_a_part_and_translates() -> None:
    made = environment(language="fr", html=False)
    text = made.from_string('{{ part.position }}: {{ _("episode %(number)s", number=part.total) }}').render(part=PART)
    assert text == "2: épisode 3"


def test_a_format_cannot_reach_further_than_an_expression() -> None:
    with pytest.raises(SecurityError):
        environment(language="en", html=False).from_string('{{ "{0.__class__.__mro__}".format(part) }}').render(part=PART)
