"""``HugoSource``: the published posts of a Hugo site, as Hugo itself renders them.

An overlay adds one page whose template writes every page of the site as lines of JSON: what is known of each, and the
content of those that are needed.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sharekit.errors import SourceError
from sharekit.ports import Inputs
from sharekit.sources.hugo.binary import Hugo, find_hugo
from sharekit.sources.hugo.site import is_hugo_site
from sharekit.sources.program import program_stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sharekit.config import SourceSettings
    from sharekit.model import Reading

# What Hugo takes from the environment: its own settings, and what its templates may ask for unless a site allows more.
READ_BY_HUGO = re.compile(r"HUGO_|CI$|TZ$")


@dataclass(frozen=True)
class HugoSource:
    """The Hugo site in ``root``. ``now`` decides what is future or expired; without it, Hugo's clock does."""

    kind, label = "hugo", "Hugo"

    root: Path
    settings: SourceSettings
    now: datetime | None = None

    def read(self, meanwhile: Callable[[], object] = lambda: None) -> Reading:
        """Every published post. Raises SourceError with the post's file and line where Hugo refuses the site.

        ``meanwhile`` is called while Hugo runs, if it has to.
        """
        if not is_hugo_site(self.root):
            raise SourceError(
                "no blog was found here: there is no hugo.toml, hugo.yaml or config folder.",
                path=str(self.root),
                hint="Name the folder of your blog: sharekit build DIR",
            )
        from sharekit.sources.hugo.asking import Asking

        return Asking(self._hugo, self.root, self.settings, self._circumstances, self.now).reading(meanwhile)

    def inputs(self) -> Inputs:
        """The site's folder, the programs and the environment. Raises SourceError without Hugo."""
        return Inputs(folders=(self.root,), words=self._circumstances)

    @cached_property
    def _hugo(self) -> Hugo:
        return find_hugo(self.settings.hugo)

    @cached_property
    def _circumstances(self) -> tuple[str, ...]:
        """Whatever a reading depends on besides the files: the programs, and the environment that Hugo reads."""
        variables = [f"{name}={value}" for name, value in sorted(os.environ.items()) if READ_BY_HUGO.match(name)]
        return (*program_stamp(), self._hugo.stamp(), str(self.root.resolve()), *variables)
