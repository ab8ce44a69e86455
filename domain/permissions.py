"""Who may do what: which roles may send each command and read each view, and how far their scope reaches.

The tables below are the documentation. Least rights: a role has what its day's work needs.

    call_taker      answers calls and opens incidents; sends nobody
    dispatcher      sends units, follows them, works the alarms, closes incidents
    commander       the dispatcher's rights, as the officer in charge
    analyst         reads; learns a caller's name only with a recorded purpose
    agency          follows and steps its own units, reads and annotates incidents that concern it
    administrator   accounts and the catalogue; neither calls nor incidents
    source          a program that feeds data in: calls, readings, positions, the status of units
    wall            a screen on a wall: what any passer-by may see, and nothing of persons

An account may have several roles, and has the rights of each. Its scope narrows all of them alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain.account import ROLES_ZH, Role
from domain.refusals import NotAllowed, NotFound

_DESK: Final[tuple[Role, ...]] = ("dispatcher", "commander")
_CALLS: Final[tuple[Role, ...]] = ("call_taker", *_DESK)
_ADMINISTRATION: Final[tuple[Role, ...]] = ("administrator",)
_SERVER_ONLY: Final[tuple[Role, ...]] = ()

COMMANDS: Final[dict[str, tuple[Role, ...]]] = {
    # Calls. Whoever is at a desk may have to answer one; programs bring in those of other systems.
    "take_call": (*_CALLS, "source"),
    "locate_call": _CALLS,
    "classify_call": _CALLS,
    "link_call": _CALLS,
    "unlink_call": _CALLS,
    "end_call": _CALLS,
    # Each look is a fact with its purpose.
    "reveal_caller": (*_CALLS, "analyst"),
    # It cannot be undone, and is asked for by law, not by the day's work.
    "erase_caller": _ADMINISTRATION,
    # Incidents: what is so, by whoever learns it; what is done about it, by the desk that answers for it.
    "open_incident": _CALLS,
    "classify_incident": _CALLS,
    "prioritise_incident": _CALLS,
    "relocate_incident": _CALLS,
    "add_note": (*_CALLS, "agency"),
    "strike_note": _CALLS,
    "set_response_level": _DESK,
    "merge_incidents": _DESK,
    "unmerge_incident": _DESK,
    "split_incident": _DESK,
    "close_incident": _DESK,
    "reopen_incident": _DESK,
    # Work that passes to a colleague. Whoever is at a desk leaves it at the end of a shift, and gives their word in it.
    "hand_incident": _DESK,
    "take_incident": _DESK,
    "make_promise": _CALLS,
    "keep_promise": _CALLS,
    "drop_promise": _CALLS,
    "begin_hand_over": _CALLS,
    "accept_hand_over": _CALLS,
    "remark_hand_over": _CALLS,
    "withdraw_hand_over": _CALLS,
    # Assignments. Sending and calling back is the desk's; crews and their agency say how far they are.
    "dispatch_units": _DESK,
    "cancel_assignment": _DESK,
    "correct_step_time": _DESK,
    "step_assignment": (*_DESK, "agency", "source"),
    "undo_step": (*_DESK, "agency"),
    "decline_assignment": (*_DESK, "agency"),
    # Units. Mobile data terminals report through a source.
    "put_out_of_service": (*_DESK, "agency", "source"),
    "return_to_service": (*_DESK, "agency", "source"),
    "register_unit": _ADMINISTRATION,
    "change_unit": _ADMINISTRATION,
    # Alarms. A call taker sees that one is known and makes it part of an incident; silencing is the desk's.
    "raise_alarm": (*_CALLS, "source"),
    "repeat_alarm": ("source",),
    "return_alarm_to_normal": (*_DESK, "source"),
    "acknowledge_alarm": _CALLS,
    "link_alarm": _CALLS,
    "unlink_alarm": _DESK,
    "clear_alarm": _DESK,
    "shelve_alarm": _DESK,
    "unshelve_alarm": _DESK,
    "dismiss_alarm": _DESK,
    # The catalogue.
    "register_sensor": _ADMINISTRATION,
    "change_sensor_limits": _ADMINISTRATION,
    "retire_sensor": _ADMINISTRATION,
    "register_agency": _ADMINISTRATION,
    "register_station": _ADMINISTRATION,
    "define_district": _ADMINISTRATION,
    "define_incident_type": _ADMINISTRATION,
    "define_response_plan": _ADMINISTRATION,
    "define_capability": _ADMINISTRATION,
    "retire_entry": _ADMINISTRATION,
    "reinstate_entry": _ADMINISTRATION,
    "undo_change": _ADMINISTRATION,
    # What an installation sets for itself.
    "set_timers": _ADMINISTRATION,
    "set_aliases": _ADMINISTRATION,
    "set_colours": _ADMINISTRATION,
    "set_status_codes": _ADMINISTRATION,
    # Accounts.
    "create_account": _ADMINISTRATION,
    "change_account": _ADMINISTRATION,
    "disable_account": _ADMINISTRATION,
    "enable_account": _ADMINISTRATION,
    "set_password": _ADMINISTRATION,
    "create_token": _ADMINISTRATION,
    "revoke_token": _ADMINISTRATION,
    # Said by the sign-in itself.
    "record_lock_out": _SERVER_ONLY,
}
"""Which roles may send each command."""

# A refusal repeats what was asked for; a sentence has room for so much of it.
VIEW_SAID_MAX: Final = 80

_EYES: Final[tuple[Role, ...]] = (*_CALLS, "analyst", "agency")
_FIGURES: Final[tuple[Role, ...]] = (*_DESK, "analyst", "agency")

VIEWS: Final[dict[str, tuple[Role, ...]]] = {
    "incident_board": _EYES,
    "incident_timeline": _EYES,
    "incident_openings": _EYES,
    # An agency learns of a call when it has become an incident that concerns it.
    "call_board": (*_CALLS, "analyst"),
    # A program that reports for units has to know which there are and what they do.
    "unit_status": (*_EYES, "source"),
    "unit_position": (*_EYES, "source"),
    "alarm_board": (*_EYES, "source"),
    "promise_board": (*_CALLS, "analyst"),
    "hand_over_board": (*_CALLS, "analyst"),
    "response_times": _FIGURES,
    "alarm_history": _FIGURES,
    # It holds nothing that a visitor may not read: whoever sees a board may see the wall.
    "wall_board": (*_EYES, "wall"),
    # Everybody who decides or watches by a picture must be able to see that it is stale.
    "source_health": (*_EYES, "administrator", "source", "wall"),
    "catalogue": (*_EYES, "administrator", "source"),
    "account_directory": _ADMINISTRATION,
    # Who commands looks up how the city is set up; who administers changes it.
    "unit_register": (*_ADMINISTRATION, "commander"),
}
"""Which roles may read each view."""

BESIDES: Final[dict[str, tuple[Role, ...]]] = {
    "intake": ("source",),
    "recommendation": _DESK,
    "possible_duplicates": _CALLS,
    "places": _EYES,
    "record": _EYES,
    "colleagues": _CALLS,
    # Who read what is for those who answer for it; an administrator learns it without reading the record.
    "readers": ("commander", "analyst", "administrator"),
    "statistics": _FIGURES,
    # Ninetieth percentiles of the hour and the shift, of nobody in particular.
    "performance": (*_EYES, "wall"),
    # Looking back shows no more than the views do; each of them is asked for by its own name, too.
    "time_machine": _EYES,
    "log": ("analyst", "administrator"),
    "digest": ("analyst", "administrator"),
    "history": (*_ADMINISTRATION, "commander"),
    "templates": (*_ADMINISTRATION, "commander"),
}
"""What the interface takes and answers beside commands and views, under the last word of its path."""

_ACTS: Final = {**COMMANDS, **BESIDES}
_SIGHTS: Final = {**VIEWS, **BESIDES}


class CommandIsNotAllowed(NotAllowed):
    """None of the account's roles may send the command."""

    en = "This act is for {allowed}; your account has {held}."
    zh = "此操作仅限{allowed_zh};您的角色是{held_zh}。"


class UnknownView(NotFound):
    """No view has this name, whoever asks."""

    en = "There is no view {view}."
    zh = "没有视图 {view}。"
    about = "view"


class ViewIsNotAllowed(NotAllowed):
    """None of the account's roles may read it."""

    en = "This may be read by {allowed}; your account has {held}."
    zh = "此内容仅{allowed_zh}可查看;您的角色是{held_zh}。"


class OutOfScope(NotAllowed):
    """The thing lies in another agency's or district's hands."""

    en = "{name} is outside the scope of your account ({scope})."
    zh = "{name} 不在您账号的范围内({scope_zh})。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How far an account reaches; an empty set means all."""

    agencies: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()

    def reaches(self, *, agencies: Iterable[str] | None = None, district: str = "") -> bool:
        """Whether something in the hands of these agencies, in this district, is in reach. None: it belongs to no agency by its nature.

        What has no district yet is in reach of every district: an incident that nobody sees is worse than one that two see. What could
        have an agency and has none is in no agency's reach: it concerns that agency when somebody says so.
        """
        return (not self.agencies or agencies is None or not self.agencies.isdisjoint(agencies)) and (
            not self.districts or not district or district in self.districts
        )

    def covers(self, other: Scope) -> bool:
        """Whether everything that the other scope reaches is in reach of this one."""
        return _covers(self.agencies, other.agencies) and _covers(self.districts, other.districts)

    def require_covers(self, name: str, other: Scope) -> None:
        """Refuse (OutOfScope) what was made by somebody who reaches farther."""
        if not self.covers(other):
            reach = ", ".join(sorted((*self.agencies, *self.districts)))
            raise OutOfScope(name=name, scope=reach, scope_zh=reach.replace(", ", "、"))

    def require(self, name: str, *, agencies: Iterable[str] | None = None, district: str = "") -> None:
        """Refuse (OutOfScope) what is not in reach."""
        if not self.reaches(agencies=agencies, district=district):
            reach = ", ".join(sorted((*self.agencies, *self.districts)))
            raise OutOfScope(name=name, scope=reach, scope_zh=reach.replace(", ", "、"))


def _covers(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """An empty set means all."""
    return not mine or (bool(theirs) and theirs <= mine)


def may(act: str, roles: Iterable[str]) -> bool:
    """Whether one of the roles may send the command. What no table names is for nobody."""
    return not set(_ACTS.get(act, ())).isdisjoint(roles)


def may_view(view: str, roles: Iterable[str]) -> bool:
    """Whether one of the roles may read the view. What no table names is for nobody."""
    return not set(_SIGHTS.get(view, ())).isdisjoint(roles)


def require(act: str, roles: Iterable[str]) -> None:
    """Refuse (CommandIsNotAllowed) what none of the roles may send."""
    held = tuple(roles)
    if not may(act, held):
        raise CommandIsNotAllowed(command=act, **_sentence(_ACTS.get(act, ()), held))


def require_known(view: str) -> None:
    """Refuse (UnknownView) what is not the name of a view: nobody's rights would help."""
    if view not in VIEWS:
        raise UnknownView(view=view[:VIEW_SAID_MAX])


def require_view(view: str, roles: Iterable[str]) -> None:
    """Refuse (ViewIsNotAllowed) what none of the roles may read."""
    held = tuple(roles)
    if not may_view(view, held):
        raise ViewIsNotAllowed(view=view, **_sentence(_SIGHTS.get(view, ()), held))


def _sentence(allowed: Iterable[str], held: Iterable[str]) -> dict[str, str]:
    allowed, held = tuple(allowed), tuple(sorted(held))
    return {
        "allowed": ", ".join(role.replace("_", " ") for role in allowed) or "the server itself",
        "allowed_zh": "、".join(ROLES_ZH[role] for role in allowed) or "服务器自身",
        "held": ", ".join(role.replace("_", " ") for role in held) or "no role",
        "held_zh": "、".join(ROLES_ZH.get(role, role) for role in held) or "空",
    }
