"""A key ↔ the path of its file on the branch: readable, and safe to check out on any system."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote

ENDING = ".json"
# File systems take 255 bytes for a name. What is longer keeps its beginning, and a digest tells it from its like.
LONGEST = 200
# Control characters and what Windows reserves; "%" because it begins what we write instead.
UNSAFE = re.compile(r'[\x01-\x1f\x7f%<>:"\\|?*]')
# ".", "..", ".git" and its disguises mean something to git, which passes over some characters for HFS+ and knows the short
# names of NTFS; a remote refuses them (git-fsck, hasDotgit). A name that ends in a dot or a blank means another to Windows.
IGNORED = "\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff"
SPECIAL = re.compile(rf"^[{IGNORED}]*\.|[. ]$|^g(?=i[a-z0-9]{{0,4}}~)", re.IGNORECASE)


def path_of(key: str) -> str:
    """``share/2022/day-1/x/launch`` → ``share/2022/day-1/x/launch.json``; two keys never share a path."""
    *folders, last = [_name(part) for part in key.split("/")]
    # A folder must not look like a file, or the key "a.json/b" could stand in the way of the key "a".
    folders = [re.sub(r"\.(?=json$)", "%2E", name) for name in folders]
    return "/".join([*folders, last + ENDING])


def key_of(path: str) -> str:
    """The key of a path; of a name that was too long only what is left of it. What is not UTF-8 is shown escaped."""
    key = unquote(path.removesuffix(ENDING), errors="surrogateescape").replace("\0", "")
    return key.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _name(part: str) -> str:
    if not part:
        return "%00"
    name = UNSAFE.sub(_escaped, part).replace("\0", "%C0%80")
    name = SPECIAL.sub(_escaped, name)
    if len(name.encode()) > LONGEST:
        kept = name.encode()[: LONGEST - 20].decode(errors="ignore")
        name = f"{kept}~{hashlib.sha256(part.encode()).hexdigest()[:16]}"
    return name


def _escaped(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}%{ord(found[0][-1]):02X}"
