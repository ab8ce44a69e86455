"""The whole record of one incident, as sentences in both languages."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as ask
from domain.incident import Incident
from projections.incident_board import INCIDENT_BOARD
from projections.incident_timeline import INCIDENT_TIMELINE, IncidentTimeline, TimelineEntry
from tests.domain.given_when_then import FIRST, FIRST_CALL, SECOND, at, dispatched, opened, place, sent, taken
from tests.domain.given_when_then import stepped as step
from tests.projections.folding import fold, view_of
from tests.streams.on_disk import a_random_log


def entries(*commands: object, number: str = FIRST) -> tuple[TimelineEntry, ...]:
    timeline: IncidentTimeline = view_of(INCIDENT_TIMELINE, *commands)[number]
    return timeline.entries


def sentences(*commands: object, number: str = FIRST) -> list[tuple[str, str]]:
    return [(entry.zh, entry.en) for entry in entries(*commands, number=number)]


def test_an_incident_from_its_opening_to_its_close_is_told_in_both_languages() -> None:
    assert sentences(
        taken(),
        opened(call=FIRST_CALL),
        ask.DispatchUnits(incident=FIRST, units=("E11",), recommended=("E11", "E12")),
        step("on_scene"),
        ask.AddNote(incident=FIRST, text="明火"),
        ask.PrioritiseIncident(incident=FIRST, priority=2),
        ask.SetResponseLevel(incident=FIRST, level=2),
        ask.ClassifyIncident(incident=FIRST, incident_type="flood"),
        ask.RelocateIncident(incident=FIRST, place=place(), address="营口道2号"),
        step("cleared"),
        ask.CloseIncident(incident=FIRST, disposition="false_alarm", remark="演习"),
        ask.ReopenIncident(incident=FIRST, reason="复燃"),
    ) == [
        ("立案 P1 南京路1号", "Opened as P1, 南京路1号"),
        ("关联接警单 C261123-0001", "Call C261123-0001 linked"),
        ("派出 E11", "Dispatched E11"),
        ("按推荐选派 E11", "Chose E11 as recommended"),
        ("E11 到场", "E11 on scene"),
        ("明火", "明火"),
        ("优先级由 P1 改为 P2", "Priority P1 → P2"),
        ("响应级别由 3 改为 2", "Response level 3 → 2"),
        ("类型由 dwelling_fire 改为 flood", "Type dwelling_fire → flood"),
        ("地点由 南京路1号 改为 营口道2号", "Moved from 南京路1号 to 营口道2号"),
        ("E11 结束任务", "E11 cleared"),
        ("结案:误报 演习", "Closed as false alarm 演习"),
        ("重开:复燃", "Reopened: 复燃"),
    ]


def test_who_looked_at_a_caller_is_told_at_once_and_changes_nothing_of_the_incident() -> None:
    before: IncidentTimeline = view_of(INCIDENT_TIMELINE, taken(), opened(call=FIRST_CALL))[FIRST]
    after: IncidentTimeline = view_of(
        INCIDENT_TIMELINE, taken(), opened(call=FIRST_CALL), ask.RevealCaller(call=FIRST_CALL, purpose="回拨核实")
    )[FIRST]
    told = after.entries[-1]
    assert (told.zh, told.en) == (f"查看 {FIRST_CALL} 的报警人,用途:回拨核实", f"Caller of {FIRST_CALL} revealed, for: 回拨核实")
    assert (told.topic, told.kind, told.data) == ("call.caller_revealed", "system", {"call": FIRST_CALL})
    assert after.head == before.head


def test_a_look_at_the_caller_of_no_incident_is_on_no_timeline() -> None:
    assert view_of(INCIDENT_TIMELINE, taken(), ask.RevealCaller(call=FIRST_CALL, purpose="回拨核实")) == {}


def test_what_was_recommended_and_what_was_chosen_are_told_with_the_reason() -> None:
    def chosen(recommended: tuple[str, ...] = (), reason: str = "") -> tuple[str, str]:
        return sentences(opened(), ask.DispatchUnits(incident=FIRST, units=("E12",), recommended=recommended, reason=reason))[-1]

    assert chosen() == ("选派 E12", "Chose E12")
    assert chosen(recommended=("E12",)) == ("按推荐选派 E12", "Chose E12 as recommended")
    assert chosen(recommended=("E11",)) == ("推荐 E11,选派 E12", "Recommended E11, chose E12")
    assert chosen(recommended=("E11",), reason="道路封闭") == ("推荐 E11,选派 E12(道路封闭)", "Recommended E11, chose E12 (道路封闭)")


def test_an_assumed_time_is_called_so() -> None:
    assumed = ask.DispatchUnits(incident=FIRST, units=("E12",), occurred_at=at(0), is_assumed=True)
    assert ("派出 E12(时间为推定)", "Dispatched E12 (the time is assumed)") in sentences(opened(), 60, assumed)
    [row] = view_of(INCIDENT_BOARD, opened(), 60, assumed)[FIRST].assignments
    assert row.assumed == ("dispatched",)


def test_merge_unmerge_and_split_are_told_on_both_sides() -> None:
    merge = (opened(), opened(), ask.MergeIncidents(incident=FIRST, merged=SECOND))
    assert sentences(*merge)[-1] == ("并入警情 261123-0002", "Incident 261123-0002 merged into this one")
    assert sentences(*merge, number=SECOND)[-1] == ("已并入警情 261123-0001", "Merged into incident 261123-0001")
    undo = (*merge, ask.UnmergeIncident(incident=SECOND, reason="两处"))
    assert sentences(*undo)[-1] == ("撤销并入 261123-0002:两处", "Merge of 261123-0002 undone: 两处")
    assert sentences(*undo, number=SECOND)[-1] == ("撤销并入 261123-0001:两处", "No longer part of 261123-0001: 两处")
    split = (taken(), opened(call=FIRST_CALL), ask.SplitIncident(incident=FIRST, calls=(FIRST_CALL,), reason="另一栋"))
    assert sentences(*split)[-2:] == [
        ("拆分出警情 261123-0002:另一栋", "Incident 261123-0002 split off: 另一栋"),
        ("解除接警单 C261123-0001:另一栋", "Call C261123-0001 unlinked: 另一栋"),
    ]


def test_times_that_were_corrected_undone_or_declined_are_told() -> None:
    sent_out = (opened(), dispatched("E11"), step("transporting", destination="总医院"))
    assert sentences(*sent_out)[-1] == ("E11 转运 总医院", "E11 transporting 总医院")
    corrected = ask.CorrectStepTime(assignment=sent("E11"), step="transporting", occurred_at=at(-60), reason="表慢")
    assert sentences(*sent_out, corrected)[-1] == ("更正 E11「转运」的时间:表慢", "E11's time of «transporting» corrected: 表慢")
    undone = ask.UndoStep(assignment=sent("E11"), step="transporting")
    assert sentences(*sent_out, undone)[-1] == ("撤销 E11「转运」", "E11's «transporting» undone")
    declined = ask.DeclineAssignment(assignment=sent("E11"), reason="爆胎")
    assert sentences(*sent_out, declined)[-1] == ("E11 无法前往:爆胎", "E11 declined: 爆胎")


def test_a_note_that_is_struck_out_keeps_its_words_and_says_why() -> None:
    found = entries(
        opened(),
        ask.AddNote(incident=FIRST, text="有人被困"),
        ask.AddNote(incident=FIRST, text="x"),
        ask.StrikeNote(incident=FIRST, note=1, reason="听错"),
    )
    notes = [(entry.note, entry.zh, entry.is_struck, entry.struck_reason, entry.kind) for entry in found if entry.note]
    assert notes == [(1, "有人被困", True, "听错", "person"), (2, "x", False, "", "person")]
    assert (found[-1].zh, found[-1].en, found[-1].kind) == ("划去第 1 条记录:听错", "Note 1 struck out: 听错", "system")


def test_a_time_learnt_late_shows_both_moments() -> None:
    [*_, entry] = entries(opened(), dispatched("E11"), 600, step("on_scene", occurred_at=at(240)))
    assert (entry.occurred_at, entry.recorded_at, entry.is_late) == (at(240), at(600), True)


def test_a_closed_incident_keeps_its_record() -> None:
    timeline = view_of(INCIDENT_TIMELINE, opened(), ask.CloseIncident(incident=FIRST, disposition="handled"))[FIRST]
    assert timeline.head.is_closed
    assert not INCIDENT_TIMELINE.is_live


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_every_fact_of_an_incident_is_told_once_in_the_order_of_the_log(seed: int) -> None:
    log = a_random_log.__wrapped__(seed, 100).log
    boards = fold(INCIDENT_BOARD, log)
    for number, timeline in fold(INCIDENT_TIMELINE, log).items():
        told = [
            recorded.position
            for recorded in log
            if getattr(recorded.fact, "incident", None) == number
            and type(recorded.fact) in INCIDENT_TIMELINE.facts
            and not isinstance(recorded.fact, Incident.UnitDispatched | Incident.UnitReleased)
        ]
        assert [entry.position for entry in timeline.entries] == told
        assert timeline.head == boards[number]
        assert all(entry.zh and entry.en for entry in timeline.entries)
