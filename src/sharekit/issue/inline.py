"""CSS into style attributes, through premailer behind one wrapper that mends what it does on its own.

premailer keeps one cache for the whole process, keyed on arguments only, which one document can poison for the next;
deletes a lower-case DOCTYPE; drops every ``!important``, in media queries too; and loses at-rules that it does not know.
"""

from __future__ import annotations

import os
import re
import threading

# One document at a time: premailer's author asks not to assume that it is safe in threads
# (https://github.com/peterbe/premailer/pull/218).
LOCK = threading.Lock()
DOCTYPE = re.compile(r"<!doctype html>", re.IGNORECASE)
IMPORTANT = re.compile(r"\s*!\s*important", re.IGNORECASE)
STYLE_ATTRIBUTE = re.compile(r'(\sstyle=")([^"]*)(")')


def inline(html: str) -> str:
    """The document with its style sheet's rules in style attributes.

    Style elements marked ``data-premailer="ignore"`` stay as they are: at-rules, dark colours and client hooks belong
    there. Nothing is fetched, nothing is kept between calls.
    """
    # Read by premailer when it is imported; 128 entries thrash with an issue's number of rules.
    os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "1024")
    from premailer import Premailer
    from premailer.cache import cache

    document = DOCTYPE.sub("<!DOCTYPE html>", html, count=1)
    with LOCK:
        cache.clear()
        made: str = Premailer(
            document,
            strip_important=False,
            disable_validation=True,
            allow_network=False,
            include_star_selectors=True,
            preserve_internal_links=True,
            remove_classes=False,
            keep_style_tags=False,
            disable_leftover_css=True,
        ).transform()
        cache.clear()
    # Outlook ignores a declaration that says !important in a style attribute.
    return STYLE_ATTRIBUTE.sub(lambda each: each[1] + IMPORTANT.sub("", each[2]) + each[3], made)
