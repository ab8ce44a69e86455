"""Of the hops between a decision and a console, the one that is behind is told, and no other for its sake."""

from __future__ import annotations

import pytest

from command_ui.hops import hop_health, hops


def lag_s(position: int) -> float:
    """A log of ten facts, one every two seconds."""
    return (10 - position) * 2.0


@pytest.mark.parametrize(
    ("relayed", "folded", "shown", "late"),
    [
        (10, 10, 10, []),
        (5, 5, 5, ["log:relay"]),
        (10, 5, 5, ["log:workers"]),
        (10, 10, 5, ["log:deltas"]),
        (5, 5, 2, ["log:relay", "log:deltas"]),
        (9, 10, 10, []),
    ],
    ids=["none", "the relay", "a worker", "the deltas", "two of them", "the relay has not said it yet"],
)
def test_the_hop_that_is_behind_is_late_and_those_after_it_are_not(relayed: int, folded: int, shown: int, late: list[str]) -> None:
    health = hop_health(hops(relayed=relayed, folded=folded, shown=shown), lag_s)
    assert [source for source, each in health.items() if each.state == "late"] == late
    assert all(each.zh and each.en for each in health.values())


def test_how_far_behind_is_said_in_both_languages() -> None:
    health = hop_health(hops(relayed=5, folded=5, shown=5), lag_s)["log:relay"]
    assert health.en == "Facts to Kafka (relay): 10 s behind"
    assert health.zh == "发布到 Kafka:落后 10 秒"
    assert health.lag_s == 10.0
