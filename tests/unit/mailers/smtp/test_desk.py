"""Which turns of many connections become one transaction."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from sharekit.errors import LedgerUnavailable
from sharekit.mailers.smtp.desk import Desk
from sharekit.mailers.smtp.journal import Result

if TYPE_CHECKING:
    from collections.abc import Sequence


class Journal:
    """Writes nothing down but what it was asked for. ``gone`` are readers whose attempt may not begin."""

    waits = False

    def __init__(self, *, gone: set[int] | None = None, broken: bool = False) -> None:
        self.turns: list[tuple[list[int], list[int]]] = []
        self._gone, self._broken = gone or set(), broken

    def turn(self, results: Sequence[Result], begins: Sequence[int]) -> set[int]:
        if self._broken:
            raise LedgerUnavailable("the disk is full")
        self.turns.append(([result.reader_id for result in results], list(begins)))
        return set(begins) - self._gone


async def begin(journal: Journal, connections: int, readers: Sequence[int]) -> list[Any]:
    desk = Desk(cast("Any", journal), connections=connections)
    turns = [desk.turn(Result(reader - 100, "sent"), begin=reader) for reader in readers]
    return await asyncio.gather(*turns, return_exceptions=True)


def test_with_few_connections_each_turn_is_a_transaction() -> None:
    journal = Journal()
    assert asyncio.run(begin(journal, 4, [101, 102])) == [True, True]
    assert journal.turns == [([1], [101]), ([2], [102])]


def test_a_third_of_the_connections_share_a_transaction_and_the_rest_does_not_wait_for_ever() -> None:
    journal = Journal(gone={102})
    assert asyncio.run(begin(journal, 10, [101, 102, 103, 104])) == [True, False, True, True]
    assert journal.turns == [([1, 2, 3], [101, 102, 103]), ([4], [104])]


def test_what_cannot_be_written_down_is_told_to_all_who_wait() -> None:
    said = asyncio.run(begin(Journal(broken=True), 10, [101, 102, 103, 104]))
    assert len(said) == 4
    for each in said:
        with pytest.raises(LedgerUnavailable, match="full"):
            raise each
