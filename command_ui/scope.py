"""How far an account reaches: a command on a thing in another agency's or district's hands is refused."""

from __future__ import annotations

from typing import Any

from command_ui.accounts.principal import Principal
from command_ui.center import Center
from domain.permissions import Scope


def require_scope(center: Center, principal: Principal, command: Any) -> None:  # noqa: ANN401 -- any command
    """Refuse (OutOfScope) what the command names and the account does not reach. What is not known is the decision's to refuse."""
    if not principal.agencies and not principal.districts:
        return
    for name in _named(command, "incident", "merged"):
        _require_incident(center, principal, name)
    for name in _named(command, "unit", "units"):
        _require_unit(center, principal, name)
    for name in _named(command, "assignment"):
        _require_assignment(center, principal, name)
    for name in _named(command, "call"):
        call = center.document("call_board", name)
        if call is not None:
            principal.scope.require(name, district=call.district)
    for name in _named(command, "alarm"):
        alarm = center.document("alarm_board", name)
        if alarm is not None:
            principal.scope.require(name, agencies=(alarm.agency,) if alarm.agency else None, district=alarm.district)
    _require_handed(center, principal, command)
    district = getattr(command, "district", "")
    if district:
        principal.scope.require(district, district=district)


def _named(command: Any, *fields: str) -> tuple[str, ...]:  # noqa: ANN401 -- any command
    found: list[str] = []
    for field in fields:
        value = getattr(command, field, "")
        found.extend(value if isinstance(value, tuple) else (value,))
    return tuple(name for name in found if name)


def _require_handed(center: Center, principal: Principal, command: Any) -> None:  # noqa: ANN401 -- any command
    for name in _named(command, "promise"):
        promise = center.document("promise_board", name)
        if promise is not None:
            principal.scope.require(name, agencies=(promise.agency,) if promise.agency else None, district=promise.district)
    for name in _named(command, "hand_over"):
        hand_over = center.document("hand_over_board", name)
        if hand_over is not None:
            within = Scope(agencies=frozenset(hand_over.agencies), districts=frozenset(hand_over.districts))
            principal.scope.require_covers(name, within)


def _require_incident(center: Center, principal: Principal, number: str) -> None:
    incident = center.document("incident_board", number)
    if incident is not None:
        agencies = {incident.agency, *(row.agency for row in incident.assignments)}
        principal.scope.require(number, agencies=agencies, district=incident.district)


def _require_unit(center: Center, principal: Principal, unit: str) -> None:
    known = center.document("unit_status", unit)
    if known is not None:
        principal.scope.require(unit, agencies=(known.agency,))


def _require_assignment(center: Center, principal: Principal, assignment: str) -> None:
    """One's own unit may be stepped wherever it was sent."""
    parts = assignment.split("/")
    if len(parts) == len(("incident", "unit", "n")):
        _require_unit(center, principal, parts[1])
