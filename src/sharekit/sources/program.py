"""What makes the outputs beside the blog itself: this sharekit, its templates, and the libraries that it stands on."""

from __future__ import annotations

import functools
import os
import sys

from sharekit.sources.survey import survey
from sharekit.templating import PACKAGE, shipped_templates
from sharekit.version import __version__


@functools.cache
def program_stamp() -> tuple[str, ...]:
    """Changes when sharekit, a template of its own, a library or Python itself does; no file is read for it.

    Of the libraries their folders are looked at: to install, upgrade or remove one changes them.
    """
    libraries = [
        f"{folder}:{_changed(folder)}" for folder in sys.path if folder.endswith(("site-packages", "dist-packages"))
    ]
    return (__version__, sys.version, survey(PACKAGE).stamp(), survey(shipped_templates()).stamp(), *libraries)


def _changed(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return 0
