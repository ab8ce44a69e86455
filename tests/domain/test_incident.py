"""An incident: opened, classified, levelled, moved, noted, merged and split, closed and reopened."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain import commands as ask
from domain import incident_refusals as refused
from domain.assignment import Assignment
from domain.call import Call
from domain.incident import Incident
from domain.refusals import StaleVersion, UnknownThing
from domain.unit import Unit
from domain.values import LonLat
from tests.domain.given_when_then import (
    FIRST,
    FIRST_CALL,
    SECOND,
    SECOND_CALL,
    THIRD,
    Desk,
    at,
    dispatched,
    opened,
    place,
    sent,
    taken,
    topic,
)


def closed(
    incident: str = FIRST, *, release_units: bool = True, version: int | None = None, occurred_at: datetime | None = None
) -> ask.CloseIncident:
    return ask.CloseIncident(
        incident=incident, disposition="handled", release_units=release_units, version=version, occurred_at=occurred_at
    )


def merged(incident: str = FIRST, other: str = SECOND) -> ask.MergeIncidents:
    return ask.MergeIncidents(incident=incident, merged=other)


# --- opened


def test_an_incident_takes_priority_level_and_agency_from_its_type(desk: Desk) -> None:
    desk.when(opened())
    desk.then("incident.opened")
    fact = desk.fact(Incident.Opened)
    assert (fact.incident, fact.category, fact.priority, fact.level, fact.agency) == (FIRST, "accident", 1, 3, "fire")


def test_what_the_operator_says_goes_before_the_type(desk: Desk) -> None:
    desk.when(ask.OpenIncident(incident_type="dwelling_fire", place=place(), priority=4, level=1, agency="ems", occurred_at=at(-600)))
    fact = desk.fact(Incident.Opened)
    assert (fact.priority, fact.level, fact.agency, fact.occurred_at, fact.timestamp) == (4, 1, "ems", at(-600), at(0))


def test_numbers_are_unique_and_without_gaps_though_commands_are_refused_between(desk: Desk) -> None:
    numbers = []
    for index in range(12):
        if index % 3 == 0:
            desk.when(ask.OpenIncident(incident_type="dwelling_fire", place=place(), agency="atlantis"))
            desk.then_refused(UnknownThing, "There is no agency atlantis.", "没有这个部门:atlantis。")
        numbers.append(desk.when(opened())["incident"])
    assert numbers == [f"261123-{index:04d}" for index in range(1, 13)]


def test_an_incident_of_an_unknown_type_district_call_or_alarm_is_refused(desk: Desk) -> None:
    for command, en in (
        (ask.OpenIncident(incident_type="dragon", place=place()), "There is no incident type dragon."),
        (ask.OpenIncident(incident_type="flood", place=place(), district="atlantis"), "There is no district atlantis."),
        (ask.OpenIncident(incident_type="flood", place=place(), call="C1"), "There is no call C1."),
        (ask.OpenIncident(incident_type="flood", place=place(), alarm="S/high/1"), "There is no alarm S/high/1."),
    ):
        desk.when(command)
        assert isinstance(desk.refusal, UnknownThing)
        assert desk.refusal.sentence_en == en


# --- values that people overwrite


@pytest.mark.parametrize(
    ("first", "command", "what", "what_zh", "now"),
    [
        (
            ask.ClassifyIncident(incident=FIRST, incident_type="flood"),
            ask.ClassifyIncident(incident=FIRST, incident_type="dwelling_fire", version=1),
            "type",
            "类型",
            "flood",
        ),
        (
            ask.PrioritiseIncident(incident=FIRST, priority=2),
            ask.PrioritiseIncident(incident=FIRST, priority=3, version=1),
            "priority",
            "优先级",
            "P2",
        ),
        (
            ask.SetResponseLevel(incident=FIRST, level=2),
            ask.SetResponseLevel(incident=FIRST, level=4, version=1),
            "level",
            "响应级别",
            "2",
        ),
        (
            ask.RelocateIncident(incident=FIRST, place=place(), address="营口道2号"),
            ask.RelocateIncident(incident=FIRST, place=place(), address="南京路3号", version=1),
            "location",
            "地点",
            "营口道2号",
        ),
    ],
)
def test_a_value_that_changed_after_the_operator_looked_is_refused(
    desk: Desk, first: object, command: object, what: str, what_zh: str, now: str
) -> None:
    desk.given(opened(), first)
    desk.when(command, account="lin")
    desk.then_refused(
        StaleVersion,
        f"The {what} of 261123-0001 was changed to {now} by zhou at 2026-11-23T06:30:00+00:00 after you looked: look again, then decide.",
        f"261123-0001 的{what_zh}在您查看之后已被 zhou 于 2026-11-23T06:30:00+00:00 改为 {now}:请再看一眼后决定。",
        field="version",
    )


def test_a_stale_version_is_no_matter_where_only_other_values_changed(desk: Desk) -> None:
    desk.given(
        opened(), ask.AddNote(incident=FIRST, text="明火"), ask.PrioritiseIncident(incident=FIRST, priority=2, version=1), dispatched("E11")
    )
    desk.when(ask.SetResponseLevel(incident=FIRST, level=1, version=1))
    desk.then("incident.level_set")
    desk.when(ask.PrioritiseIncident(incident=FIRST, priority=1, version=3))
    desk.then("incident.prioritised")
    assert desk.fact(Incident.Prioritised).was == 2


def test_a_command_without_a_version_overwrites_knowingly(desk: Desk) -> None:
    desk.given(opened(), ask.PrioritiseIncident(incident=FIRST, priority=2))
    desk.when(ask.PrioritiseIncident(incident=FIRST, priority=5))
    desk.then("incident.prioritised")


def test_another_type_brings_its_category_and_leaves_the_priority(desk: Desk) -> None:
    desk.given(opened())
    desk.when(ask.ClassifyIncident(incident=FIRST, incident_type="flood", version=1))
    fact = desk.fact(Incident.Classified)
    assert (fact.incident_type, fact.category, fact.was) == ("flood", "natural_disaster", "dwelling_fire")
    assert desk.look(Incident, f"incident:{FIRST}").priority == 1


def test_an_incident_moves_and_the_fact_keeps_where_it_was(desk: Desk) -> None:
    desk.given(opened())
    desk.when(ask.RelocateIncident(incident=FIRST, place=place(117.3, 39.0), district="hexi"))
    fact = desk.fact(Incident.Relocated)
    assert (fact.location.place, fact.location.address, fact.location.district) == (LonLat(lon=117.3, lat=39.0), "南京路1号", "hexi")
    assert fact.was.district == "heping"


# --- notes


def test_a_note_that_is_struck_out_keeps_its_words(desk: Desk) -> None:
    desk.given(opened())
    desk.when(ask.AddNote(incident=FIRST, text="有人被困", occurred_at=at(-120)))
    desk.then("incident.note_added")
    assert desk.result == {"note": 1}
    desk.when(ask.StrikeNote(incident=FIRST, note=1, reason="听错"))
    desk.then("incident.note_struck")
    notes = [recorded.fact for recorded in desk.log if isinstance(recorded.fact, Incident.NoteAdded)]
    assert [(note.note, note.text, note.occurred_at, note.timestamp) for note in notes] == [(1, "有人被困", at(-120), at(0))]
    assert desk.when(ask.AddNote(incident=FIRST, text="无人被困")) == {"note": 2}


def test_a_note_is_struck_out_once_and_must_exist(desk: Desk) -> None:
    desk.given(opened(), ask.AddNote(incident=FIRST, text="x"), ask.StrikeNote(incident=FIRST, note=1, reason="y"))
    desk.when(ask.StrikeNote(incident=FIRST, note=1, reason="y"))
    desk.then_refused(
        refused.NoteIsStruck,
        "Note 1 of incident 261123-0001 is struck out already.",
        "警情 261123-0001 的第 1 条记录已划去。",
        field="note",
    )
    desk.when(ask.StrikeNote(incident=FIRST, note=2, reason="y"))
    desk.then_refused(UnknownThing, "There is no note 2 (261123-0001).", "没有这个记录:2 (261123-0001)。", field="note")


def test_a_closed_incident_takes_notes(desk: Desk) -> None:
    desk.given(opened(), closed())
    desk.when(ask.AddNote(incident=FIRST, text="事后查明:电线老化"))
    desk.then("incident.note_added")


# --- merged


def test_a_merge_diverts_the_units_with_the_times_that_they_have(desk: Desk) -> None:
    desk.given(opened(), opened(), dispatched("E11", incident=SECOND))
    desk.now = at(60)
    desk.given(ask.StepAssignment(assignment=sent("E11", incident=SECOND), step="en_route", occurred_at=at(45)))
    desk.now = at(90)
    desk.when(merged())
    assert sorted(topic(fact) for fact in desk.facts) == sorted(
        [
            "assignment.ended",
            "unit.released",
            "unit.assigned",
            "assignment.opened",
            "incident.absorbed",
            "incident.unit_dispatched",
            "incident.unit_released",
            "incident.merged_into",
        ]
    )
    assert desk.result == {"diverted": [sent("E11")]}
    assert desk.look(Unit, "unit:E11").assignment == sent("E11")
    diverted = desk.look(Assignment, f"assignment:{sent('E11')}")
    assert diverted.times == {"dispatched": at(0), "en_route": at(45)}
    assert desk.look(Assignment, f"assignment:{sent('E11', incident=SECOND)}").outcome == "diverted"


def test_a_merge_is_undone_and_the_units_stay_where_they_went(desk: Desk) -> None:
    desk.given(opened(), opened(), dispatched("E11", incident=SECOND), merged())
    desk.when(ask.UnmergeIncident(incident=SECOND, reason="两处火点"))
    desk.then("incident.unmerged", "incident.given_back")
    assert desk.result == {"out_of": FIRST}
    assert desk.look(Incident, f"incident:{SECOND}").merged_into == ""
    assert desk.look(Incident, f"incident:{FIRST}").merged == set()
    assert desk.look(Unit, "unit:E11").incident == FIRST
    desk.when(merged())
    assert desk.refusal is None


def test_an_incident_that_is_not_merged_cannot_be_unmerged(desk: Desk) -> None:
    desk.given(opened())
    desk.when(ask.UnmergeIncident(incident=FIRST, reason="x"))
    desk.then_refused(
        refused.IncidentIsNotMerged,
        "Incident 261123-0001 is not merged into another: nothing to undo.",
        "警情 261123-0001 没有并入其他警情,无需撤销。",
        field="incident",
    )


def test_an_incident_cannot_be_merged_into_itself(desk: Desk) -> None:
    desk.given(opened())
    desk.when(merged(FIRST, FIRST))
    desk.then_refused(
        refused.MergedWithItself,
        "Incident 261123-0001 cannot be merged into itself.",
        "警情 261123-0001 不能并入自身。",
        field="merged",
    )


def test_closed_and_merged_incidents_are_not_merged(desk: Desk) -> None:
    desk.given(opened(), opened(), opened(), closed(THIRD), merged())
    desk.when(merged(FIRST, THIRD))
    desk.then_refused(
        refused.IncidentIsClosed,
        "Incident 261123-0003 was closed as handled by zhou: cannot merge it into 261123-0001. Reopen it first.",
        "警情 261123-0003 已由 zhou 结案(处置完毕),不能并入 261123-0001。请先重开。",
    )
    desk.when(merged(THIRD, FIRST))
    assert isinstance(desk.refusal, refused.IncidentIsClosed)
    desk.when(merged(SECOND, FIRST))
    desk.then_refused(
        refused.IncidentIsMerged,
        "Incident 261123-0002 was merged into 261123-0001: cannot merge 261123-0001 into it. Act on 261123-0001 instead.",
        "警情 261123-0002 已并入 261123-0001,不能并入 261123-0001。请在 261123-0001 上操作。",
        field="incident",
    )


def test_what_was_merged_into_an_incident_comes_along_when_it_is_merged(desk: Desk) -> None:
    desk.given(opened(), opened(), opened(), merged(SECOND, THIRD), merged(FIRST, SECOND))
    desk.when(ask.UnmergeIncident(incident=THIRD, reason="x"))
    desk.then("incident.unmerged", "incident.given_back")
    assert desk.look(Incident, f"incident:{THIRD}").merged_into == ""


# --- split


def test_a_split_takes_calls_to_an_incident_of_their_own(desk: Desk) -> None:
    desk.given(taken(), taken(), opened(call=FIRST_CALL), ask.LinkCall(call=SECOND_CALL, incident=FIRST))
    desk.when(ask.SplitIncident(incident=FIRST, calls=(SECOND_CALL, SECOND_CALL), reason="另一栋楼", address="营口道2号"))
    assert desk.result == {"incident": SECOND}
    assert set(desk.look(Incident, f"incident:{FIRST}").calls) == {FIRST_CALL}
    second = desk.look(Incident, f"incident:{SECOND}")
    assert (set(second.calls), second.incident_type, second.priority, second.location.address) == (
        {SECOND_CALL},
        "dwelling_fire",
        1,
        "营口道2号",
    )
    assert desk.look(Call, f"call:{SECOND_CALL}").incident == SECOND


def test_a_split_into_another_type_takes_that_types_priority_and_level(desk: Desk) -> None:
    desk.given(taken(), opened(call=FIRST_CALL))
    desk.when(ask.SplitIncident(incident=FIRST, calls=(FIRST_CALL,), reason="是水", incident_type="flood"))
    second = desk.look(Incident, f"incident:{SECOND}")
    assert (second.category, second.priority, second.level, second.location.place) == (
        "natural_disaster",
        3,
        4,
        LonLat(lon=117.2, lat=39.12),
    )


def test_merging_the_two_again_undoes_a_split(desk: Desk) -> None:
    desk.given(taken(), opened(call=FIRST_CALL), ask.SplitIncident(incident=FIRST, calls=(FIRST_CALL,), reason="x"))
    desk.when(merged())
    desk.then("incident.absorbed", "incident.merged_into")


def test_a_call_of_another_incident_cannot_be_split_off_and_no_number_is_used(desk: Desk) -> None:
    desk.given(taken(), opened())
    desk.when(ask.SplitIncident(incident=FIRST, calls=(FIRST_CALL,), reason="x"))
    desk.then_refused(
        refused.CallIsElsewhere,
        "Call C261123-0001 is not linked to incident 261123-0001.",
        "接警单 C261123-0001 没有关联警情 261123-0001。",
        field="call",
    )
    assert desk.when(opened()) == {"incident": SECOND}


# --- closed and reopened


def test_a_close_releases_the_units(desk: Desk) -> None:
    desk.given(opened(), dispatched("E12", "E11"))
    desk.when(closed(occurred_at=at(-300)))
    assert desk.result == {"released": ["E11", "E12"]}
    assert [topic(fact) for fact in desk.facts][-1] == "incident.closed"
    for unit in ("E11", "E12"):
        assert desk.look(Unit, f"unit:{unit}").assignment == ""
        assert desk.look(Assignment, f"assignment:{sent(unit)}").times["cleared"] == at(-300)


def test_a_close_that_must_not_release_units_is_refused_while_there_are_some(desk: Desk) -> None:
    desk.given(opened(), dispatched("E12", "E11"))
    desk.when(closed(release_units=False))
    desk.then_refused(
        refused.UnitsAreAssigned,
        "Incident 261123-0001 still has E11, E12 on it: release them first, or close with release_units.",
        "警情 261123-0001 仍有单位 E11, E12:请先解除,或结案时一并解除。",
        field="incident",
    )


@pytest.mark.parametrize(
    ("command", "act", "act_zh"),
    [
        (ask.ClassifyIncident(incident=FIRST, incident_type="flood"), "classify it as flood", "改为 flood"),
        (ask.PrioritiseIncident(incident=FIRST, priority=2), "make it P2", "改为 P2"),
        (ask.SetResponseLevel(incident=FIRST, level=2), "set its response level to 2", "改响应级别为 2 级"),
        (ask.RelocateIncident(incident=FIRST, place=place()), "relocate it", "改地点"),
        (dispatched("E11", "E12"), "send E11, E12 to it", "派 E11、E12"),
        (ask.SplitIncident(incident=FIRST, calls=("C1",), reason="x"), "split it", "拆分"),
        (merged(), "merge 261123-0002 into it", "并入 261123-0002"),
        (closed(), "close it again", "再次结案"),
    ],
)
def test_a_closed_incident_refuses_to_be_changed(desk: Desk, command: object, act: str, act_zh: str) -> None:
    desk.given(opened(), opened(), ask.CloseIncident(incident=FIRST, disposition="unable_to_locate"))
    desk.when(command, account="lin")
    desk.then_refused(
        refused.IncidentIsClosed,
        f"Incident 261123-0001 was closed as unable to locate by zhou: cannot {act}. Reopen it first.",
        f"警情 261123-0001 已由 zhou 结案(未找到),不能{act_zh}。请先重开。",
        field="incident",
    )


@pytest.mark.parametrize(
    ("command", "act", "act_zh"),
    [
        (dispatched("E11", incident=SECOND), "send E11 to it", "派 E11"),
        (closed(SECOND), "close it again", "再次结案"),
        (ask.ReopenIncident(incident=SECOND, reason="x"), "reopen it", "重开"),
        (ask.PrioritiseIncident(incident=SECOND, priority=2), "make it P2", "改为 P2"),
    ],
)
def test_a_merged_incident_names_the_one_to_act_on(desk: Desk, command: object, act: str, act_zh: str) -> None:
    desk.given(opened(), opened(), merged())
    desk.when(command)
    desk.then_refused(
        refused.IncidentIsMerged,
        f"Incident 261123-0002 was merged into 261123-0001: cannot {act}. Act on 261123-0001 instead.",
        f"警情 261123-0002 已并入 261123-0001,不能{act_zh}。请在 261123-0001 上操作。",
    )


def test_an_incident_is_reopened_and_works_as_before(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"), closed())
    desk.when(ask.ReopenIncident(incident=FIRST, reason="复燃"))
    desk.then("incident.reopened")
    desk.when(dispatched("E11"))
    assert desk.result["assignments"] == [sent("E11", time=2)]


def test_an_open_incident_cannot_be_reopened(desk: Desk) -> None:
    desk.given(opened())
    desk.when(ask.ReopenIncident(incident=FIRST, reason="x"))
    desk.then_refused(
        refused.IncidentIsOpen, "Incident 261123-0001 is open: nothing to reopen.", "警情 261123-0001 未结案,无需重开。", field="incident"
    )


def test_a_close_by_who_has_not_seen_the_reopening_is_refused_and_releases_nobody(desk: Desk) -> None:
    desk.given(opened(), closed(), ask.ReopenIncident(incident=FIRST, reason="复燃"), dispatched("E11"))
    desk.when(closed(version=1))
    desk.then_refused(
        StaleVersion,
        "The state of 261123-0001 was changed to open by zhou at 2026-11-23T06:30:00+00:00 after you looked: look again, then decide.",
        "261123-0001 的状态在您查看之后已被 zhou 于 2026-11-23T06:30:00+00:00 改为 未结案:请再看一眼后决定。",
    )
    assert desk.look(Unit, "unit:E11").incident == FIRST


def test_an_unknown_incident_is_refused(desk: Desk) -> None:
    desk.when(closed("261123-0404"))
    desk.then_refused(UnknownThing, "There is no incident 261123-0404.", "没有这个警情:261123-0404。", field="incident")
