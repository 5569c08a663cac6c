"""A key ↔ the path of its file on the branch: readable, and safe to check out on any system."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote

ENDING = ".json"
# File systems take 255 bytes for a name. What is longer keeps its beginning, and a digest tells it from its like.
LONGEST = 200
# Control characters and what Windows reserves; "%" because it begins what we write instead.
UNSAFE = re.compile(r'[\x00-\x1f\x7f%<>:"\\|?*]')


def path_of(key: str) -> str:
    """``share/2022/day-1/x/launch`` → ``share/2022/day-1/x/launch.json``; two keys never share a path."""
    *folders, last = [_name(part) for part in key.split("/")]
    # A folder must not look like a file, or the key "a.json/b" could stand in the way of the key "a".
    folders = [re.sub(r"\.(?=json$)", "%2E", name) for name in folders]
    return "/".join([*folders, last + ENDING])


def key_of(path: str) -> str:
    """The key of a path; of a name that was too long only what is left of it."""
    return unquote(path.removesuffix(ENDING)).replace("\0", "")


def _name(part: str) -> str:
    name = UNSAFE.sub(lambda found: f"%{ord(found.group()):02X}", part)
    # ".", "..", ".git" and its disguises mean something to git; names that end in a dot or a blank, to Windows.
    name = re.sub(r"^\.|[. ]$|^(?=git~)", lambda found: f"%{ord(found.group() or '.'):02X}", name) or "%00"
    if len(name.encode()) > LONGEST:
        kept = name.encode()[: LONGEST - 20].decode(errors="ignore")
        name = f"{kept}~{hashlib.sha256(part.encode()).hexdigest()[:16]}"
    return name
