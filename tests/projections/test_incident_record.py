"""The record of an incident: both times of what came late, the original of what was corrected, the facts behind each value."""

from __future__ import annotations

from datetime import timedelta

from domain import commands as ask
from projections.incident_record import linked, record_of
from projections.record_documents import FieldHistory, IncidentRecord, RecordPerson
from tests.domain.given_when_then import FIRST, FIRST_CALL, SECOND, T0, Desk, at, dispatched, opened, sent, stepped, taken
from tests.projections.folding import desk_after

AN_HOUR = 3_600


def record(desk: Desk, number: str = FIRST) -> IncidentRecord:
    """As the store gives it: the facts of the incident, its assignments, its calls."""
    own = [one for one in desk.log if getattr(one.fact, "incident", "") == number and not one.fact.originator_id.startswith("unit:")]
    calls, _ = linked(own)
    beside = [one for one in desk.log if getattr(one.fact, "call", "") in calls and one.fact.originator_id.startswith("call:")]
    facts = sorted({one.position: one for one in [*own, *beside]}.values(), key=lambda one: one.position)
    found = record_of(facts, lambda account: RecordPerson(account=account, zh="周", en="Zhou", seat="5"))
    assert found is not None
    return found


def field(found: IncidentRecord, name: str) -> FieldHistory:
    return next(one for one in found.fields if one.field == name)


def test_a_value_has_every_fact_behind_it_with_author_and_cause() -> None:
    desk = desk_after(opened())
    desk.account = "li"
    desk.when(ask.PrioritiseIncident(incident=FIRST, priority=3, version=1), key="li:0001")
    values = field(record(desk), "priority").values
    assert [(value.value, value.by, value.topic) for value in values] == [
        ("1", "zhou", "incident.opened"),
        ("3", "li", "incident.prioritised"),
    ]
    assert values[-1].cause == "li:0001"
    assert values[-1].position == record(desk).facts[-1].position


def test_a_correction_keeps_the_time_that_it_replaces() -> None:
    earlier = T0 + timedelta(seconds=40)
    correction = ask.CorrectStepTime(assignment=sent("E11"), step="on_scene", occurred_at=earlier, reason="电台记录")
    found = record(desk_after(opened(), dispatched("E11"), AN_HOUR, stepped("on_scene"), 60, correction))
    times = [step for step in found.assignments[0].steps if step.step == "on_scene"]
    assert [(step.occurred_at, step.holds) for step in times] == [(at(AN_HOUR), False), (earlier, True)]
    assert times[-1].is_late
    assert times[-1].reason == "电台记录"


def test_a_late_note_has_both_times() -> None:
    found = record(desk_after(opened(), AN_HOUR, ask.AddNote(incident=FIRST, text="消防通道被占用", occurred_at=at(60))))
    note = found.facts[-1]
    assert (note.kind, note.occurred_at, note.recorded_at, note.is_late) == ("person", at(60), at(AN_HOUR), True)


def test_a_struck_note_keeps_its_words_and_the_reason() -> None:
    note = ask.AddNote(incident=FIRST, text="三人被困")
    found = record(desk_after(opened(), note, ask.StrikeNote(incident=FIRST, note=1, reason="误听")))
    struck = next(fact for fact in found.facts if fact.note == 1)
    assert (struck.zh, struck.is_struck, struck.struck_reason) == ("三人被困", True, "误听")


def test_a_caller_stays_masked_and_a_look_at_it_is_in_the_record() -> None:
    desk = desk_after(taken(), opened(call=FIRST_CALL), ask.RevealCaller(call=FIRST_CALL, purpose="回拨核实"))
    found = record(desk)
    assert found.calls[0].caller_masked
    assert "13812346677" not in str(found)
    assert "回拨核实" in found.facts[-1].zh


def test_a_merge_and_its_undoing_are_links_on_both_sides() -> None:
    desk = desk_after(
        opened(), opened(), ask.MergeIncidents(incident=FIRST, merged=SECOND), ask.UnmergeIncident(incident=SECOND, reason="两处")
    )
    assert [(link.how, link.incident) for link in record(desk).links] == [("absorbed", SECOND), ("given_back", SECOND)]
    second = record(desk, SECOND)
    assert [link.how for link in second.links] == ["merged_into", "unmerged"]
    assert [value.value for value in field(second, "state").values] == ["open", "merged", "open"]
