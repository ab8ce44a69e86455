"""Promises and changes of shift on their boards, and the words that they leave on an incident's timeline."""

from __future__ import annotations

from dataclasses import replace

from domain import hand_over_commands as hand
from domain.open_work import ITEMS_MAX
from domain.permissions import Scope
from projections.hand_over_board import HAND_OVER_BOARD
from projections.incident_board import INCIDENT_BOARD
from projections.incident_timeline import INCIDENT_TIMELINE
from projections.open_work import Boards, open_work
from projections.promise_board import PROMISE_BOARD
from tests.domain.given_when_then import FIRST, at, opened
from tests.domain.test_hand_over import PROMISE, SHIFT, person
from tests.projections.folding import desk_after, fold, shown, view_of

PROMISED = hand.MakePromise(text="回拨报警人", due_at=at(600), incident=FIRST)


def test_a_promise_is_on_the_board_until_it_is_kept() -> None:
    assert shown(PROMISE_BOARD, opened(), PROMISED) == {PROMISE}
    assert shown(PROMISE_BOARD, opened(), PROMISED, hand.KeepPromise(promise=PROMISE)) == set()
    kept = view_of(PROMISE_BOARD, opened(), PROMISED, hand.KeepPromise(promise=PROMISE, remark="已通知"))[PROMISE]
    assert (kept.state, kept.settled_by, kept.remark, kept.agency, kept.district) == ("kept", "zhou", "已通知", "fire", "heping")


def test_a_promise_is_told_on_the_timeline_of_its_incident_alone() -> None:
    timelines = view_of(INCIDENT_TIMELINE, opened(), PROMISED, hand.MakePromise(text="另一件"))
    assert set(timelines) == {FIRST}
    assert [entry.zh for entry in timelines[FIRST].entries][1:] == ["承诺:回拨报警人"]


def test_a_handed_incident_names_both_until_it_is_taken_on() -> None:
    desk = desk_after(person("li"), opened(), hand.HandIncident(incident=FIRST, to="li", reason="换席"))
    handed = fold(INCIDENT_BOARD, desk.log)[FIRST]
    assert (handed.responsible, handed.handed_by) == ("li", "zhou")
    desk.when(hand.TakeIncident(incident=FIRST), account="li")
    taken = fold(INCIDENT_BOARD, desk.log)[FIRST]
    assert (taken.responsible, taken.handed_by) == ("li", "")


def test_a_hand_over_says_who_accepted_what_and_when() -> None:
    desk = desk_after(opened(), opened(), hand.BeginHandOver(remark="夜班平稳"))
    item = f"incident:{FIRST}"
    desk.when(hand.RemarkHandOver(hand_over=SHIFT, item=item, text="家属联系上了吗?"), account="li")
    desk.when(hand.AcceptHandOver(hand_over=SHIFT, items=(item,)), account="li")
    board = fold(HAND_OVER_BOARD, desk.log)[SHIFT]
    [first] = [one for one in board.items if one.work.item == item]
    assert (board.state, board.waiting, board.remark) == ("begun", 1, "夜班平稳")
    assert (first.accepted_by, first.remarks[0].by, first.remarks[0].text) == ("li", "li", "家属联系上了吗?")
    desk.when(hand.AcceptHandOver(hand_over=SHIFT), account="li")
    board = fold(HAND_OVER_BOARD, desk.log)[SHIFT]
    assert (board.state, board.over_by, board.waiting) == ("accepted", "li", 0)
    assert not HAND_OVER_BOARD.is_shown(board)


def test_a_list_that_nobody_could_read_says_how_much_it_left_out() -> None:
    [incident] = view_of(INCIDENT_BOARD, opened()).values()
    many = [replace(incident, number=f"261123-{index:04d}", priority=1 + index % 5) for index in range(ITEMS_MAX + 5)]
    work = open_work(Boards(incidents=many, calls=(), alarms=(), units=(), promises=()), Scope(), 1, at(0))
    assert (len(work.items), work.left_out) == (ITEMS_MAX, 5)
    assert (work.items[0].priority, work.items[-1].priority) == (1, 5), "what is left out is the least grave"
