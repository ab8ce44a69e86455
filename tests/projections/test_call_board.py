"""Calls that somebody still has to do something about."""

from __future__ import annotations

from domain import commands as ask
from projections.call_board import CALL_BOARD, CallBoard
from tests.domain.given_when_then import FIRST, FIRST_CALL, at, opened, place, taken
from tests.projections.folding import shown, view_of

LINK = ask.LinkCall(call=FIRST_CALL, incident=FIRST)
UNLINK = ask.UnlinkCall(call=FIRST_CALL, reason="x")
END = ask.EndCall(call=FIRST_CALL)


def call(*commands: object) -> CallBoard:
    found: CallBoard = view_of(CALL_BOARD, opened(), taken(), *commands)[FIRST_CALL]
    return found


def test_a_call_is_shown_with_its_caller_masked() -> None:
    found = call()
    assert (found.caller_masked, found.has_caller, found.state, found.received_at, found.taken_by) == (
        "周** 138****6677",
        True,
        "taken",
        at(0),
        "zhou",
    )


def test_a_call_is_on_the_board_until_it_is_linked_or_ended() -> None:
    before = (opened(), taken())
    assert shown(CALL_BOARD, *before) == {FIRST_CALL}
    assert shown(CALL_BOARD, *before, LINK) == set()
    assert shown(CALL_BOARD, *before, LINK, UNLINK) == {FIRST_CALL}
    assert shown(CALL_BOARD, *before, END) == set()
    assert shown(CALL_BOARD, *before, LINK, END, UNLINK) == set()


def test_the_state_follows_link_and_end() -> None:
    assert (call(LINK).state, call(LINK).incident) == ("linked", FIRST)
    assert (call(LINK, UNLINK).state, call(LINK, UNLINK).incident) == ("taken", "")
    assert (call(END, LINK).state, call(END, LINK).incident) == ("ended", FIRST)


def test_what_was_learnt_is_shown() -> None:
    found = call(
        ask.LocateCall(call=FIRST_CALL, place=place(117.3, 39.2), address="营口道2号"),
        ask.ClassifyCall(call=FIRST_CALL, incident_type="flood"),
    )
    assert (found.lon, found.address, found.district, found.incident_type, found.version) == (117.3, "营口道2号", "heping", "flood", 3)


def test_a_look_at_the_caller_changes_the_version_only() -> None:
    found = call(ask.RevealCaller(call=FIRST_CALL, purpose="回拨"))
    assert (found.caller_masked, found.version) == ("周** 138****6677", 2)


def test_an_erased_caller_is_not_shown_masked_either() -> None:
    found = call(ask.EraseCaller(call=FIRST_CALL, reason="x"))
    assert (found.caller_masked, found.has_caller) == ("", False)
