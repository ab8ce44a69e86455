"""Every incident there ever was, in the few words that a time bar counts by."""

from __future__ import annotations

from domain import commands as ask
from projections.incident_board import INCIDENT_BOARD
from projections.incident_openings import INCIDENT_OPENINGS
from tests.domain.given_when_then import FIRST, dispatched, opened, place
from tests.projections.folding import fold, view_of
from tests.streams.on_disk import a_random_log


def test_a_closed_incident_stays_and_all_agencies_that_it_concerned() -> None:
    documents = view_of(
        INCIDENT_OPENINGS,
        opened(),
        dispatched("E11", "A21"),
        ask.RelocateIncident(incident=FIRST, place=place(117.3, 39.0), district="hexi"),
        60,
        ask.CloseIncident(incident=FIRST, disposition="handled"),
    )
    assert documents[FIRST].district == "hexi"
    assert len(documents[FIRST].agencies) > 1


def test_it_says_of_every_incident_what_the_board_says() -> None:
    log = a_random_log(seed=5, commands=250).log
    board, openings = fold(INCIDENT_BOARD, log), fold(INCIDENT_OPENINGS, log)
    assert board.keys() == openings.keys()
    for number, incident in board.items():
        opening = openings[number]
        assert (opening.opened_at, opening.priority, opening.district) == (incident.opened_at, incident.priority, incident.district)
        assert set(opening.agencies) == {incident.agency, *(row.agency for row in incident.assignments)}
