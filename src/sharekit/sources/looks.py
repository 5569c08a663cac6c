"""What was learnt from each file of a blog when it was last read, so that only the files that changed are read again."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from sharekit.sources.program import program_stamp
from sharekit.sources.survey import started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sharekit.sources.cache import Cache
    from sharekit.sources.survey import File, Survey


class Look(msgspec.Struct, frozen=True, array_like=True):
    """A file's digest, what looks like a date in it, and whether it may tell of a series.

    The first four are those of the survey by which it is known again.
    """

    size: int
    changed: int
    touched: int
    inode: int
    digest: bytes
    dates: tuple[str, ...] = ()
    tells: bool = False

    def is_of(self, file: File) -> bool:
        """Whether the file is as it was."""
        return (self.size, self.changed, self.touched, self.inode) == file[1:]


def look(files: Survey, cache: Cache, learn: Callable[[str, bytes], tuple[tuple[str, ...], bool]]) -> dict[str, Look]:
    """A look at every file, in order of name: the one that is kept, else one that reads it.

    ``learn`` says of a name and its bytes what dates are in them and whether they may tell of a series.
    """
    name = f"looks-{started([*program_stamp(), str(files.root)]).hexdigest()}"
    known = _kept(cache.get(name))
    made: dict[str, Look] = {}
    for file in files.files:
        kept = known.get(file.name)
        made[file.name] = kept if kept is not None and kept.is_of(file) else _read(files, file, learn)
    if made != known:
        lasting = {file.name: made[file.name] for file in files.files if file.is_text and not files.may_hide(file)}
        cache.put(name, msgspec.msgpack.encode(lasting))
    return made


def contents(looks: Mapping[str, Look], extra: Iterable[str] = ()) -> str:
    """A digest of every file's name and bytes, and of ``extra``."""
    made = started(extra)
    for name, each in looks.items():
        made.update(name.encode("utf-8", "surrogatepass") + b"\0" + each.digest)
    return made.hexdigest()


def _read(files: Survey, file: File, learn: Callable[[str, bytes], tuple[tuple[str, ...], bool]]) -> Look:
    data = files.bytes_of(file.name, file.size)
    dates, tells = learn(file.name, data)
    return Look(*file[1:], blake2b(data, digest_size=16).digest(), dates, tells)


def _kept(data: bytes | None) -> dict[str, Look]:
    try:
        return msgspec.msgpack.decode(data, type=dict[str, Look]) if data else {}
    except msgspec.DecodeError:
        # Somebody wrote into the cache, or an older sharekit did: it is only a cache.
        return {}
