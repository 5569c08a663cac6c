"""How fast mail leaves, as ratios within one run; never asserted in tests.

It needs two idle cores, one for each side: where others use them too, the ratio is one of CPU. The load is printed.

``python benchmarks/smtp.py [speed [COUNT]]``    against ``smtp-source -d`` with ten sessions, into smtp-sink, with ledger;
                                                 and against smtplib in ten threads, the floor of what Python can do
``python benchmarks/smtp.py delay [COUNT]``      against smtplib, one connection each, 20 ms for a round trip
``python benchmarks/smtp.py memory [COUNT]``     the largest memory with 10,000 subscribers and with COUNT
``python benchmarks/smtp.py dkim``               our signature against a hash of the body and the bare signature
"""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import os
import resource
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from mailing_list import ENVIRONMENT, KEY, add_subscribers, open_smtp, states, whole_issue  # noqa: E402 - after the path is set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sharekit.list.sender import Progress
    from sharekit.model import RenderedIssue

SBIN = "/usr/sbin:/usr/bin"
ROUNDS = 3
SIZE = 50_000


def large_issue() -> RenderedIssue:
    """An issue of about 50 KB."""
    issue = whole_issue()
    words = b"".join(b"<p>line %d of an article that is long enough to be one</p>=0A=\r\n" % n for n in range(SIZE // 66))
    return replace(issue, message=issue.message.replace(b"<body>", b"<body>=\r\n" + words))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def sink_program() -> str | None:
    """Where smtp-sink is; None where it is not installed."""
    return shutil.which("smtp-sink", path=SBIN)


@contextmanager
def sink() -> Iterator[int]:
    """smtp-sink, which throws everything away."""
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    program = sink_program() or "smtp-sink"
    process = subprocess.Popen([program, *user, f"127.0.0.1:{port}", "1000"])
    try:
        time.sleep(0.5)
        yield port
    finally:
        process.kill()
        process.wait()


def send_all(root: str, port: int, connections: int, subscribers: int) -> None:
    """One mailing in a process of its own; prints seconds, seconds of CPU and kilobytes."""
    mailer = open_smtp(port, Path(root), connections=connections)
    add_subscribers(mailer, subscribers)
    issue = large_issue()
    wall, cpu = time.perf_counter(), time.process_time()
    mailer.send(issue, KEY)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert states(mailer) == {"sent": subscribers}
    print(wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)


def send_bare(_root: str, port: int, connections: int, subscribers: int) -> None:
    """The same bytes to each address by smtplib, with nothing made, signed or written down; prints as :func:`send_all`."""
    message = large_issue().message

    def some(thread: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            for number in range(thread, subscribers, connections):
                client.sendmail("a@b.example", [f"reader{number}@d.example"], message)

    wall, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(some, range(connections)))
    print(time.perf_counter() - wall, time.process_time() - cpu, 0, flush=True)


def apart(*arguments: object) -> tuple[float, float, float]:
    """Run this file with arguments, in a process of its own; what it printed."""
    command = [sys.executable, __file__, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    wall, cpu, memory = map(float, done.stdout.split()[-3:])
    return wall, cpu, memory


def children_cpu() -> float:
    """Seconds of CPU of all programs that were started from here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Run(NamedTuple):
    """Messages in a second, and the CPU that each took here and in the sink, in µs."""

    rate: float
    cpu: float
    sink_cpu: float


def source_once(subscribers: int, size: int) -> Run:
    """A run of smtp-source."""
    before = children_cpu()
    with sink() as port:
        program = shutil.which("smtp-source", path=SBIN) or "smtp-source"
        source = [program, "-d", "-s", "10", "-m", str(subscribers), "-l", str(size)]
        began = time.perf_counter()
        subprocess.run([*source, "-f", "a@b.example", "-t", "c@d.example", f"127.0.0.1:{port}"], check=True)
        rate, between = subscribers / (time.perf_counter() - began), children_cpu()
    return Run(rate, (between - before) / subscribers * 1e6, (children_cpu() - between) / subscribers * 1e6)


def python_once(what: str, subscribers: int) -> Run:
    """A run of sharekit (``send``), or of smtplib (``bare``)."""
    with sink() as port, tempfile.TemporaryDirectory() as root:
        wall, cpu, _ = apart(what, root, port, 10, subscribers)
        between = children_cpu()
    return Run(subscribers / wall, cpu / subscribers * 1e6, (children_cpu() - between) / subscribers * 1e6)


def speed(subscribers: int) -> None:
    """Messages in a second, round by round in turn."""
    size = len(large_issue().message)
    runs: dict[str, list[Run]] = {"smtp-source": [], "smtplib": [], "sharekit": []}
    for number in range(ROUNDS):
        runs["smtp-source"].append(source_once(subscribers, size))
        runs["smtplib"].append(python_once("bare", subscribers))
        runs["sharekit"].append(python_once("send", subscribers))
        print(f"load {os.getloadavg()[0]:.1f}, of which about one is this")
        for name, found in runs.items():
            rate, cpu, sink_cpu = found[-1]
            print(f"{number + 1}: {name} {rate:.0f}/s, CPU {cpu:.0f} + {sink_cpu:.0f} µs in the sink", flush=True)
    print(f"{size} bytes, {subscribers} subscribers; medians:")
    for name in ("smtp-source", "smtplib"):
        rate, cpu = (
            statistics.median(map(of, runs["sharekit"])) / statistics.median(map(of, runs[name]))
            for of in (attrgetter("rate"), attrgetter("cpu"))
        )
        print(f"sharekit {rate:.2f} × {name}, with {cpu:.2f} × its CPU")


@contextmanager
def delayed(port: int, seconds: float) -> Iterator[int]:
    """A proxy that holds every answer back."""
    there = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_proxy, args=(there, port, seconds))
    process.start()
    while True:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", there)) == 0:
                break
        time.sleep(0.1)
    try:
        yield there
    finally:
        process.kill()
        process.join()


def _proxy(port: int, to: int, seconds: float) -> None:
    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(2**18):
            loop.call_later(delay, writer.write, data)
        writer.close()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(pipe(reader, far_writer, seconds / 2), pipe(far_reader, writer, seconds / 2))

    async def serve() -> None:
        await (await asyncio.start_server(client, "127.0.0.1", port)).serve_forever()

    asyncio.run(serve())


def delay(subscribers: int) -> None:
    """One connection with 20 ms for a round trip."""
    issue = large_issue()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        with sink() as port, delayed(port, 0.02) as far, tempfile.TemporaryDirectory() as root:
            began = time.perf_counter()
            with smtplib.SMTP("127.0.0.1", far) as client:
                for number in range(subscribers):
                    client.sendmail("a@b.example", [f"reader{number}@d.example"], issue.message)
            theirs.append(subscribers / (time.perf_counter() - began))
            wall, _, _ = apart("send", root, far, 1, subscribers)
            ours.append(subscribers / wall)
        print(f"smtplib {theirs[-1]:.1f}/s, sharekit {ours[-1]:.1f}/s")
    print(f"median: {statistics.median(ours) / statistics.median(theirs):.2f} × smtplib on one connection, 20 ms")


def memory(subscribers: int) -> None:
    """The largest resident set, with few and with many subscribers."""
    found = {}
    for count in (10_000, subscribers):
        with sink() as port, tempfile.TemporaryDirectory() as root:
            found[count] = apart("part", root, port, 10, count)[2] / 1024
        print(f"{count} subscribers: {found[count]:.1f} MB", flush=True)
    print(f"difference: {found[subscribers] - found[10_000]:.1f} MB")


def send_part(root: str, port: int, connections: int, subscribers: int) -> None:
    """Freeze all subscribers, and send to the first 10,000 of them: the others change nothing in memory."""
    from sharekit.errors import Unavailable

    mailer = open_smtp(port, Path(root), connections=connections)
    add_subscribers(mailer, 1)
    with mailer.engine.begin() as connection:
        # Made by the database, so that making them is not what is measured.
        connection.exec_driver_sql(
            "INSERT INTO sharekit_subscribers (address, address_key, state, added_at, changed_at) WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT 'r' || i || '@e.example', 'r' || i || '@e.example',"
            " 'active', '', '' FROM n",
            (subscribers - 1,),
        )

    def watch(progress: Progress) -> None:
        if progress.done >= 10_000 and subscribers > 10_000:
            os.kill(os.getpid(), 15)

    mailer.watch = watch
    try:
        mailer.send(large_issue(), KEY)
    except Unavailable as stopped:
        print(stopped)
    print(0, 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def dkim() -> None:
    """Microseconds for a signature: ours, and what no implementation can be without."""
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from sharekit.http import Secret
    from sharekit.list.letter import Copies, Leave, Signer, Tokens, make_template

    issue = large_issue()
    template = make_template(issue.message, address="1, rue", leave="one-click")
    for key in (rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()):
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        signer = Signer(Secret(pem, "KEY"), domain="b.example", selector="s")
        leave = Leave(tokens=Tokens(environment=ENVIRONMENT), url="https://l.example/")
        signing = Copies(template, key="k", domain="b.example", leave=leave, signer=signer)
        plain = Copies(template, key="k", domain="b.example", leave=leave)
        costs = {
            "bare": least(partial(bare, key, issue.message)),
            "with": least(partial(signing.message, 7, "z@b.example")),
            "without": least(partial(plain.message, 7, "z@b.example")),
        }
        ours = costs["with"] - costs["without"]
        print(f"{type(key).__name__}: bare {costs['bare']:.0f} µs, ours {ours:.0f} µs: {ours / costs['bare']:.2f} ×")


def bare(key: object, message: bytes) -> None:
    """A hash of the message and a signature of it."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

    digest = hashlib.sha256(message).digest()
    if isinstance(key, rsa.RSAPrivateKey):
        key.sign(digest, padding.PKCS1v15(), hashes.SHA256())
    elif isinstance(key, ed25519.Ed25519PrivateKey):
        key.sign(digest)


def least(call: Callable[[], object]) -> float:
    """The least microseconds of CPU that a call took, of rounds of a hundred."""
    found = []
    for _ in range(15):
        began = time.process_time()
        for _ in range(100):
            call()
        found.append((time.process_time() - began) * 1e4)
    return min(found)


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or ["speed"]
    if what in ("speed", "delay", "memory") and not sink_program():
        print("skipped: it needs smtp-sink and smtp-source: apt-get install postfix")
        sys.exit()
    numbers = {"speed": 10_000, "delay": 100, "memory": 1_000_000}
    if what in ("send", "part", "bare"):
        {"send": send_all, "part": send_part, "bare": send_bare}[what](rest[0], *map(int, rest[1:]))
    elif what == "dkim":
        dkim()
    else:
        {"speed": speed, "delay": delay, "memory": memory}[what](int(rest[0]) if rest else numbers[what])
