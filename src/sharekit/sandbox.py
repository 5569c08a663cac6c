"""The sandbox that every template runs in: jinja2's own, without asking twice what it has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2.sandbox import SandboxedEnvironment

if TYPE_CHECKING:
    from jinja2.runtime import Context


class Sandbox(SandboxedEnvironment):
    """jinja2's sandbox. Whether an attribute is safe depends on the kind of its object and its name, and is asked once."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read it."""
        asked = type(obj), attr
        if asked not in self._safe:
            self._safe[asked] = super().is_safe_attribute(obj, attr, value)
        return self._safe[asked]

    def call(self, context: Context, called: Any, /, *args: Any, **named: Any) -> Any:
        """What a template calls. Our translations need nothing of the context, and are most of it."""
        translations: Any = self.globals.get("_")
        if called is translations and not self.autoescape:
            return called(*args, **named)
        return super().call(context, called, *args, **named)
