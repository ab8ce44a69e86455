"""Where a relay goes on, by what was kept and what is on the topics."""

from __future__ import annotations

import pytest

from streams.kafka.relay_state import Kept
from streams.kafka.standing import Ended, Standing, standing

FACTS, LANE = ("city.facts", 0), ("city.lanes", 0)
IDENTITIES = {"city.facts": "F", "city.lanes": "L"}


def kept(*, position: int = 90, epoch: int = 3, begin: int = 0, end: int = 50) -> Kept:
    return Kept(position, epoch, IDENTITIES, {"city.facts/0": [begin, end], "city.lanes/0": [0, end]})


def stands(state: Kept, facts: Ended, lane: Ended, identities: dict[str, str] | None = None) -> Standing:
    return standing(
        state,
        IDENTITIES | {f"city.{name}": value for name, value in (identities or {}).items()},
        {FACTS: facts, LANE: lane},
        facts_topic="city.facts",
    )


@pytest.mark.parametrize(
    ("state", "facts", "lane", "expected"),
    [
        pytest.param(Kept(), Ended(0, 0), Ended(0, 0), (1, 0, 0), id="the first relay of all"),
        pytest.param(Kept(), Ended(0, 60, (3, 100)), Ended(0, 55, (3, 95)), (3, 100, 95), id="its state is gone, the topics tell"),
        pytest.param(kept(), Ended(0, 60, (3, 100)), Ended(0, 55, (3, 95)), (3, 100, 95), id="killed before it kept its position"),
        pytest.param(kept(), Ended(0, 51, (3, 20)), Ended(0, 50, (3, 90)), (3, 90, 90), id="a slower relay wrote last"),
        pytest.param(kept(), Ended(0, 50, (3, 90)), Ended(50, 50), (3, 90, 90), id="retention has emptied a lane"),
        pytest.param(kept(position=0), Ended(0, 50, (2, 90)), Ended(0, 50, (2, 90)), (3, 0, 0), id="killed after it began an epoch"),
        pytest.param(kept(epoch=2), Ended(0, 60, (3, 40)), Ended(0, 60, (2, 95)), (3, 40, 0), id="another relay has begun an epoch"),
    ],
)
def test_it_goes_on_where_each_partition_ends(state: Kept, facts: Ended, lane: Ended, expected: tuple[int, int, int]) -> None:
    found = stands(state, facts, lane)
    assert (found.epoch, found.positions[FACTS], found.positions[LANE], found.lost) == (*expected, ())


WHOLE = Ended(0, 50, (3, 90))


@pytest.mark.parametrize(
    ("state", "facts", "lane", "identities", "says"),
    [
        pytest.param(kept(), Ended(0, 0), WHOLE, {"facts": "G"}, "city.facts was made anew", id="facts made anew"),
        pytest.param(kept(), WHOLE, Ended(0, 0), {"lanes": "M"}, "city.lanes was made anew", id="lanes made anew"),
        pytest.param(
            kept(), Ended(0, 49, (3, 88)), WHOLE, {}, "lost its newest records (it ends at offset 49 and was at 50)", id="cut off"
        ),
        pytest.param(
            kept(), Ended(7, 50, (3, 90)), WHOLE, {}, "lost its oldest records (it begins at offset 7 and began at 0)", id="eaten"
        ),
        pytest.param(Kept(), Ended(7, 50, (3, 90)), WHOLE, {}, "lost its oldest records", id="eaten before anything was kept"),
    ],
)
def test_what_is_lost_begins_an_epoch_from_the_first_position(
    state: Kept, facts: Ended, lane: Ended, identities: dict[str, str], says: str
) -> None:
    found = stands(state, facts, lane, identities)
    assert (found.epoch, set(found.positions.values())) == (4, {0})
    assert any(says in loss for loss in found.lost), found.lost


def test_what_an_earlier_epoch_lost_is_not_lost_again() -> None:
    assert stands(kept(begin=7), Ended(7, 50, (3, 90)), WHOLE) == Standing(3, {FACTS: 90, LANE: 90})
