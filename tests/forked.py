"""Commands in processes of their own, forked from one that has imported sharekit: a start costs milliseconds.

Each worker of the tests has one such process (:class:`Launcher`), which ends with it.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# What sharekit imports where it is used, and most commands use.
HEAVY = ("premailer", "feedgen.feed", "jinja2", "babel.dates", "httpx", "yaml", "dateutil.parser", "pygments.lexers")
LONGEST = 2**17


@functools.cache
def launcher() -> Launcher:
    """The one of this worker."""
    return Launcher()


class Launcher:
    """Starts commands as ``python -m sharekit`` would, and waits for them."""

    def __init__(self) -> None:
        self._path = Path(tempfile.mkdtemp(prefix="sharekit-")) / "socket"
        self._server = subprocess.Popen(
            [sys.executable, __file__, str(self._path)],
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._server.stdout is not None
        assert self._server.stdout.readline() == b"ready\n"

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        at: str = "",
        stdin: int | None = None,
        seconds: float = 600,
        begun: Callable[[int], None] = lambda _process: None,
    ) -> subprocess.CompletedProcess[str]:
        """The finished command. ``at`` is the moment that it takes it to be (ISO 8601), ``stdin`` an open file.

        ``begun`` is told the number of the process.
        """
        request = {"arguments": [*arguments], "at": at, "cwd": str(cwd), "environment": {**environment}}
        with (
            open(os.devnull) as nothing,
            tempfile.TemporaryFile("w+") as out,
            tempfile.TemporaryFile("w+") as err,
            socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection,
        ):
            connection.connect(str(self._path))
            files = [nothing.fileno() if stdin is None else stdin, out.fileno(), err.fileno()]
            socket.send_fds(connection, [json.dumps(request).encode()], files)
            process = int(connection.recv(LONGEST))
            begun(process)
            connection.settimeout(seconds)
            try:
                code = int(connection.recv(LONGEST))
            except TimeoutError:
                os.kill(process, signal.SIGKILL)
                raise
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess([*arguments], code, out.read(), err.read())


def _serve(path: str) -> dict[str, Any]:
    """Fork for each request, until standard input ends; returns in each forked process, which runs what was asked."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path)
    listener.listen()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            return _run_and_tell(connection)
        connection.close()
    Path(path).unlink()
    Path(path).parent.rmdir()
    os._exit(0)


def _run_and_tell(connection: socket.socket) -> dict[str, Any]:
    request, files, _, _ = socket.recv_fds(connection, LONGEST, 3)
    process = os.fork()
    if process == 0:
        connection.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        found: dict[str, Any] = json.loads(request)
        return found
    connection.sendall(str(process).encode())
    _, status = os.waitpid(process, 0)
    with contextlib.suppress(OSError):
        connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _import_all() -> None:
    import sharekit

    for name in HEAVY:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(sharekit.__path__, "sharekit."):
        if not module.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # an extra is not installed
                importlib.import_module(module.name)


if __name__ == "__main__":
    _import_all()
    asked = _serve(sys.argv[1])
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.argv = ["sharekit", *asked["arguments"]]
    if asked["at"]:
        import clockwork

        clockwork.set_clock(asked["at"])
    from sharekit.cli import main

    main()
