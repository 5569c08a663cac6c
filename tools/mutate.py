"""Changes one thing at a time in a module and runs its unit tests: ``python tools/mutate.py src/sharekit/planning.py``.

A change that no test notices is a survivor: either a test is missing, or the change makes no difference, or the code is
not needed. The changes are a fixed sample for each module (``--sample``, ``--seed``): edges of comparisons, ``and`` and
``or``, a dropped ``not``, constants one off, a returned value that is None, and a statement that is left out.

The tests are those of ``tests/unit`` that mirror the module, then those of its whole room, or those of ``--tests``. Each
run is a fork of this process, which has imported the libraries and nothing of sharekit.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib.machinery
import io
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "sharekit"
TESTS = ROOT / "tests" / "unit"
LIBRARIES = ("pytest", "hypothesis", "lxml.html", "jinja2", "babel.dates", "feedgen.feed", "feedparser", "yaml", "zoneinfo")
EDGES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
DROPPED = (ast.Assign, ast.AugAssign, ast.Expr, ast.Raise, ast.Continue, ast.Break)
# A mutant may loop for ever: it has this many times the time of the tests as they are, and at least some seconds.
PATIENCE, LEAST = 6, 20
UNUSED = ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:schemathesis")
OPTIONS = ("-x", "-q", *UNUSED, "-W", "ignore::pytest.PytestAssertRewriteWarning")


def mutants(tree: ast.Module) -> Iterator[tuple[int, str, int, int]]:
    """Every change there is: line, words, the number of its node, and which change of the node it is."""
    for number, node in enumerate(_nodes(tree)):
        for choice, what in enumerate(_choices(node)):
            yield getattr(node, "lineno", 0), f"{what}: {ast.unparse(node).splitlines()[0][:90]}", number, choice


def _nodes(tree: ast.Module) -> list[ast.AST]:
    """What runs when a function does, in a fixed order: no annotation, no docstring, nothing that only mypy reads."""
    found: list[ast.AST] = []

    def walk(node: ast.AST, inside: bool) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        if inside:
            found.append(node)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_params"):
                continue
            children = value if isinstance(value, list) else [value]
            for each in children:
                words = isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
                if isinstance(each, ast.AST) and not words:
                    walk(each, inside or isinstance(node, ast.FunctionDef))

    walk(tree, inside=False)
    return found


def _choices(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Compare):
        return [f"{type(op).__name__} → {EDGES[type(op)].__name__}" for op in node.ops if type(op) in EDGES][:1]
    if isinstance(node, ast.BoolOp):
        return ["and → or" if isinstance(node.op, ast.And) else "or → and"]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return ["not dropped"]
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return ["+ 1", "- 1"]
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        return ["turned"]
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        return ["returns None"]
    return ["left out"] if isinstance(node, DROPPED) else []


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def changed(tree: ast.Module, number: int, choice: int) -> ast.Module:
    """A copy of the module with that change."""
    new = copy.deepcopy(tree)
    node = _nodes(new)[number]
    if isinstance(node, ast.Compare):
        node.ops[0] = EDGES[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.Constant):
        node.value = not node.value if type(node.value) is bool else int(str(node.value)) + (1, -1)[choice]
    elif isinstance(node, ast.Return):
        node.value = ast.Constant(None)
    else:
        _replace(new, node, node.operand if isinstance(node, ast.UnaryOp) else ast.Pass())
    return ast.fix_missing_locations(new)


def _replace(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                value[:] = [new if each is old else each for each in value]


def tests_of(module: Path) -> list[str]:
    """The unit tests that mirror a module, then those of its room, which a survivor of the first has to survive too."""
    inner = module.resolve().relative_to(SOURCES)
    own = TESTS / inner.parent / f"test_{inner.stem}.py"
    room = TESTS / inner.parts[0].removesuffix(".py")
    return [str(each) for each in (own, room) if each.exists()] or [str(TESTS)]


def run(module: Path, tree: ast.Module | None, tests: list[str], seconds: float) -> str:
    """The outcome of the tests over ``tree``: ``passed``, ``failed`` or ``timeout``."""
    pid = os.fork()
    if pid == 0:
        _test(module, tree, tests, seconds)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return "timeout" if os.WTERMSIG(status) == signal.SIGALRM else "failed"
    return "passed" if os.WEXITSTATUS(status) == 0 else "failed"


def _test(module: Path, tree: ast.Module | None, tests: list[str], seconds: float) -> None:
    import hypothesis
    import pytest

    # The same examples for every mutant; a busy machine is no failure.
    hypothesis.settings.register_profile("mutants", deadline=None, derandomize=True)
    hypothesis.settings.load_profile("mutants")

    signal.setitimer(signal.ITIMER_REAL, seconds)
    place = str(module.resolve())
    original = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, fullname: str) -> object:
        if tree is not None and loader.path == place:
            return compile(tree, place, "exec")
        return original(loader, fullname)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]  # what imports call
    code = 1
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            code = int(pytest.main([*OPTIONS, *tests]))
    finally:
        os._exit(code)


def main() -> int:
    """Mutate the modules; 1 where something survived."""
    parser = argparse.ArgumentParser(description="Change one thing at a time in a module and run its unit tests.")
    parser.add_argument("modules", nargs="+", type=Path)
    parser.add_argument("--sample", type=int, default=40, help="mutants of each module (40)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="*", help="the tests to run instead of the mirroring ones")
    given = parser.parse_args()
    sys.path[:0] = [str(ROOT / "src")]
    os.chdir(ROOT)
    for name in LIBRARIES:
        __import__(name)
    survived = 0
    for module in given.modules:
        survived += score(module, given.tests or tests_of(module), given.sample, given.seed)
    return 1 if survived else 0


def score(module: Path, tests: list[str], sample: int, seed: int) -> int:
    """Print the survivors of a module and its score; how many there were."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    start = time.monotonic()
    if run(module, None, tests, 600) != "passed":
        print(f"{module}: its tests fail as they are: {' '.join(tests)}", flush=True)
        return 0
    seconds = max(LEAST, PATIENCE * (time.monotonic() - start))
    every = list(mutants(tree))
    chosen = sorted(random.Random(seed).sample(every, min(sample, len(every))))
    left = []
    for line, what, number, choice in chosen:
        if run(module, changed(tree, number, choice), tests, seconds) == "passed":
            left.append((line, what))
            print(f"{module}:{line}: {what}", flush=True)
    killed = len(chosen) - len(left)
    percent = 100 * killed // max(1, len(chosen))
    print(f"{module}: {killed} of {len(chosen)} killed ({percent} %), of {len(every)} there are", flush=True)
    return len(left)


if __name__ == "__main__":
    sys.exit(main())
