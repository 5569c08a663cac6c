"""Which turns of many connections become one transaction."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from sharekit.errors import LedgerUnavailable
from sharekit.list.queue import Recipient, SendResult, TurnQueue

if TYPE_CHECKING:
    from collections.abc import Sequence


class Rows:
    """Writes nothing down but what it was asked for. ``gone`` are recipients whose attempt may not begin."""

    waits = False

    def __init__(self, *, gone: set[int] | None = None, broken: bool = False) -> None:
        self.turns: list[tuple[list[int], list[int]]] = []
        self._gone, self._broken = gone or set(), broken

    def turn(self, results: Sequence[SendResult], begins: Sequence[int]) -> set[int]:
        if self._broken:
            raise LedgerUnavailable("the disk is full")
        self.turns.append(([result.recipient.id for result in results], list(begins)))
        return set(begins) - self._gone


async def begin(rows: Rows, connections: int, recipients: Sequence[int]) -> list[Any]:
    queue = TurnQueue(cast("Any", rows), connections=connections)
    turns = [queue.turn([SendResult(Recipient(each - 100, "", 0), "sent")], begin=each) for each in recipients]
    return await asyncio.gather(*turns, return_exceptions=True)


def test_with_few_connections_each_turn_is_a_transaction() -> None:
    rows = Rows()
    assert asyncio.run(begin(rows, 4, [101, 102])) == [True, True]
    assert rows.turns == [([1], [101]), ([2], [102])]


def test_a_third_of_the_connections_share_a_transaction_and_the_rest_does_not_wait_for_ever() -> None:
    rows = Rows(gone={102})
    assert asyncio.run(begin(rows, 10, [101, 102, 103, 104])) == [True, False, True, True]
    assert rows.turns == [([1, 2, 3], [101, 102, 103]), ([4], [104])]


def test_what_cannot_be_written_down_is_told_to_all_who_wait() -> None:
    said = asyncio.run(begin(Rows(broken=True), 10, [101, 102, 103, 104]))
    assert len(said) == 4
    for each in said:
        with pytest.raises(LedgerUnavailable, match="full"):
            raise each
