"""Where a lane is begun: at its first record that the views have not seen, found by halving, whatever the committed offset says."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from streams.kafka.transport import first_unseen


@dataclass(frozen=True)
class Read:
    """A record, as much of it as is looked at."""

    offset: int
    headers: tuple[tuple[str, bytes], ...]


def a_record(offset: int, first: int, last: int) -> Read:
    return Read(offset, (("epoch", b"1"), ("first", b"%d" % first), ("last", b"%d" % last)))


def begun(lane: dict[int, Read], wanted: int, begin: int, hint: int | None) -> tuple[int, int]:
    """The offset, and how many records were read to find it."""
    reads = 0

    async def read(offset: int) -> Read | None:
        nonlocal reads
        reads += 1
        return lane.get(offset)

    end = max(lane, default=begin - 1) + 1
    return asyncio.run(first_unseen(read, wanted, begin, end, hint)), reads


sizes = st.lists(st.integers(1, 5), max_size=60)


@given(sizes=sizes, wanted=st.integers(1, 200), begin=st.integers(0, 50), hint=st.none() | st.integers(0, 150))
def test_a_lane_begins_at_the_first_record_that_holds_what_is_wanted(sizes: list[int], wanted: int, begin: int, hint: int | None) -> None:
    lasts = list(itertools.accumulate(sizes))
    lane = {
        begin + index: a_record(begin + index, last - size + 1, last) for index, (size, last) in enumerate(zip(sizes, lasts, strict=True))
    }
    expected = next((begin + index for index, last in enumerate(lasts) if last >= wanted), begin + len(sizes))
    assert begun(lane, wanted, begin, hint)[0] == expected


@given(sizes=sizes.filter(bool), wanted=st.integers(1, 200), foreign=st.sets(st.integers(0, 60)))
def test_what_is_none_of_our_records_makes_no_lane_begin_too_late(sizes: list[int], wanted: int, foreign: set[int]) -> None:
    lasts = list(itertools.accumulate(sizes))
    lane = {index: a_record(index, 1, last) if index not in foreign else Read(index, ()) for index, last in enumerate(lasts)}
    offset, _ = begun(lane, wanted, 0, None)
    assert all(last < wanted for last in lasts[:offset])


def test_a_committed_offset_that_holds_is_found_with_two_reads() -> None:
    lane = {index: a_record(index, index + 1, index + 1) for index in range(100_000)}
    assert begun(lane, 70_001, 0, 70_000) == (70_000, 2)
    assert begun(lane, 100_001, 0, 100_000) == (100_000, 1)
    offset, reads = begun(lane, 123, 0, 70_000)
    assert offset == 122
    assert reads < 20
