from __future__ import annotations

import re

import pytest

from sharekit import errors


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn = re.findall(r"[├└─│ ]*\b([A-Z]\w+)\b\s*(\d)?", errors.__doc__.split("::")[1].split("\n\nThe number")[0])
    names = {name for name, _ in drawn if hasattr(errors, name)}
    defined = {
        name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, errors.SharekitError)
    }
    assert names == defined
    for name, code in drawn:
        if code:
            assert getattr(errors, name).exit_code == int(code), name


@pytest.mark.parametrize(
    ("path", "line", "shown"),
    [("a.md", 4, "a.md:4: wrong"), ("a.md", None, "a.md: wrong"), (None, 4, "wrong"), (None, None, "wrong")],
)
def test_the_place_comes_first(path: str | None, line: int | None, shown: str) -> None:
    assert str(errors.SourceError("wrong", path=path, line=line)) == shown
