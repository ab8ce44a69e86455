"""The register: every unit as it is written down, retired ones too; the board has those that can be sent."""

from __future__ import annotations

from domain import administration_commands as admin
from domain import commands as ask
from projections.catalogue import CATALOGUE
from projections.unit_register import UNIT_REGISTER
from projections.unit_status import UNIT_STATUS
from tests.domain.given_when_then import place
from tests.projections.folding import view_of

CHANGED = ask.ChangeUnit(unit="E11", zh="十一号", en="Eleven", place=place(117.3, 39.2))
RETIRED = admin.RetireEntry(kind="unit", code="E11", reason="sold")
BACK = admin.ReinstateEntry(kind="unit", code="E11")


def test_a_retired_unit_is_on_the_register_and_not_on_the_board() -> None:
    register, board = view_of(UNIT_REGISTER, CHANGED, RETIRED), view_of(UNIT_STATUS, CHANGED, RETIRED)
    assert (register["E11"].is_retired, register["E11"].zh, register["E11"].lon) == (True, "十一号", 117.3)
    assert board["E11"] is None
    assert board["E12"] is not None


def test_a_unit_comes_back_as_it_went() -> None:
    register, board = view_of(UNIT_REGISTER, CHANGED, RETIRED, BACK), view_of(UNIT_STATUS, CHANGED, RETIRED, BACK)
    assert not register["E11"].is_retired
    assert (board["E11"].en, board["E11"].home, board["E11"].status) == ("Eleven", (117.3, 39.2), "available")


def test_settings_and_retired_things_are_in_the_catalogue() -> None:
    found = view_of(
        CATALOGUE,
        admin.DefineCapability(capability="ladder", zh="云梯", en="Ladder"),
        admin.SetTimers(targets=(admin.TimerTarget(interval="turnout", seconds=80),)),
        admin.SetAliases(aliases=(admin.CommandAlias(word="OS", meaning="on_scene"),)),
        admin.SetColours(colours=(admin.MarkColour(of="status", code="on_scene", dark="#93c1e8", light="#124f83"),)),
        admin.SetStatusCodes(agency="fire", codes=(admin.AgencyCode(code="22", status="on_scene"),)),
        admin.RetireEntry(kind="incident_type", code="flood", reason="x"),
    )
    assert found["capability:ladder"].en == "Ladder"
    assert found["timers:*"].targets[0].seconds == 80
    assert found["aliases:*"].aliases[0].meaning == "on_scene"
    assert found["colours:*"].colours[0].dark == "#93c1e8"
    assert found["status_codes:fire"].codes[0].code == "22"
    assert (found["incident_type:flood"].is_retired, found["incident_type:flood"].version) == (True, 2)
