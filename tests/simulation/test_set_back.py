"""A server of views that was killed has lost its last commits. Whoever wrote them notices, also where no fact comes any more."""

from __future__ import annotations

from typing import Any, cast

import pytest

from projections.unit_status import UNIT_STATUS
from streams.failures import Fenced
from streams.kafka.lanes import Lane
from streams.kafka.records import records
from tests.simulation.fact_log import FactClient
from tests.simulation.simulation import founded
from tests.simulation.view_tables import ViewClient, ViewTables

END = len(founded().facts.recorded)


def a_lane(tables: ViewTables) -> Lane:
    facts: Any = FactClient(founded().facts, "worker 1")
    return Lane(0, facts, cast("Any", ViewClient(tables)), [UNIT_STATUS], learns=False)


def folded(tables: ViewTables) -> Lane:
    """One that has folded the log, record by record."""
    lane = a_lane(tables)
    for record, _, _ in records(founded().facts.recorded, prefix="sim", epoch=1):
        lane.fold([(record, "a record")])
    return lane


def stands(tables: ViewTables) -> int:
    epoch = tables.find("unit_status", None)
    assert epoch is not None
    return epoch.checkpoint.position


def rows_of(tables: ViewTables) -> object:
    epoch = tables.find("unit_status", None)
    assert epoch is not None
    return epoch.rows


@pytest.mark.parametrize("commits", [0, 1, 3])
def test_what_the_store_of_views_has_lost_is_folded_again(commits: int) -> None:
    tables = ViewTables()
    lane = folded(tables)
    rows = rows_of(tables)
    assert tables.forget(commits) == commits
    assert (stands(tables) < END) == bool(commits)
    assert lane.look() == bool(commits)
    assert (stands(tables), rows_of(tables)) == (END, rows)
    assert not lane.look()


def test_a_lane_that_another_holds_by_now_does_not_fold_it_again() -> None:
    tables = ViewTables()
    lane = folded(tables)
    tables.forget(2)
    other = folded(tables)
    tables.forget(1)
    assert other.look()
    assert not lane.look(), "it stands where both have brought it"
    rebuilt = ViewClient(tables, rebuilds=True)
    rebuilt.open_view(UNIT_STATUS.name, UNIT_STATUS.version)
    [anew] = [epoch.checkpoint for epoch in tables.epochs.values() if epoch.state == "built"]
    rebuilt.write((), [(anew, END)])
    [caught_up] = [epoch.checkpoint for epoch in tables.epochs.values() if epoch.state == "built"]
    assert rebuilt.serve(caught_up)
    with pytest.raises(Fenced):
        lane.look()
