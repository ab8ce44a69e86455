"""The one writer of the store of record: durable answers, one refusal among good ones, keys, clocks and locks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain import commands as ask
from domain.call import Call
from domain.incident import Incident
from domain.incident_refusals import IncidentIsMerged
from domain.refusals import Refusal, UnknownThing
from domain.unit import UnitIsAssigned
from streams.fact_store import FactRecorder, FactStore
from streams.failures import KeyWasUsed, StoreUnavailable
from tests.domain.given_when_then import FIRST, FIRST_CALL, SECOND, T0, at, city, dispatched, opened, sent, taken
from tests.streams.on_disk import ANSWER_S, Clock, Disk, on_disk
from tests.streams.places import Place


def facts_of_key(disk: Disk, key: str) -> list[int]:
    return [recorded.position for recorded in disk.log() if recorded.fact.by.cause == key]


def test_commands_that_wait_together_are_answered_each_with_its_own_facts(place: Place) -> None:
    with place.machine(is_started=False) as disk:
        waiting = [
            disk.submit(command, key=f"given-{index:04d}") for index, command in enumerate([*city(), *(opened() for _ in range(50))])
        ]
        disk.machine.start()
        answers = [future.result(ANSWER_S) for future in waiting]
        log = disk.log()
    positions = [placed.position for answer in answers for placed in answer.facts]
    assert positions == list(range(1, len(log) + 1))
    for index, answer in enumerate(answers):
        assert not answer.repeated
        for placed in answer.facts:
            fact = log[placed.position - 1].fact
            assert (fact.originator_id, fact.originator_version) == (placed.id, placed.version)
            assert fact.by.cause == f"given-{index:04d}"
    assert [answer.result["incident"] for answer in answers[-50:]] == [f"261123-{number:04d}" for number in range(1, 51)]


def test_one_refusal_among_good_ones_leaves_the_others(place: Place) -> None:
    with place.machine(is_started=False) as disk:
        for command in city():
            disk.submit(command)
        good = [disk.submit(opened()), disk.submit(dispatched("E11"))]
        bad = [disk.submit(dispatched("E11"), key="refused-dispatch"), disk.submit(opened(call="C261123-0099"), key="refused-opening")]
        good += [disk.submit(opened()), disk.submit(dispatched("E12", incident=SECOND))]
        disk.machine.start()
        answers = [future.result(ANSWER_S) for future in good]
        with pytest.raises(UnitIsAssigned):
            bad[0].result(ANSWER_S)
        with pytest.raises(UnknownThing):
            bad[1].result(ANSWER_S)
        assert [answer.result.get("incident") for answer in answers] == [FIRST, None, SECOND, None]
        assert facts_of_key(disk, "refused-dispatch") == facts_of_key(disk, "refused-opening") == []
        assert disk.machine.writer.refused == 2


def test_a_refusal_after_a_mutation_leaves_nothing_of_it_and_all_of_its_neighbours(place: Place) -> None:
    with place.machine(is_started=False) as disk:
        for command in (*city(), opened(), opened(), ask.MergeIncidents(incident=FIRST, merged=SECOND)):
            disk.submit(command)
        neighbours = [disk.submit(taken()), disk.submit(ask.ClassifyCall(call=FIRST_CALL, incident_type="flood"))]
        refused = disk.submit(ask.LinkCall(call=FIRST_CALL, incident=SECOND), key="refused-link")
        neighbours += [disk.submit(ask.LocateCall(call=FIRST_CALL, place=ask.Place(lon=117, lat=39))), disk.submit(taken())]
        linked = disk.submit(ask.LinkCall(call=FIRST_CALL, incident=FIRST))
        disk.machine.start()
        with pytest.raises(IncidentIsMerged):
            refused.result(ANSWER_S)
        answers = [future.result(ANSWER_S) for future in neighbours]
        assert linked.result(ANSWER_S).facts
        assert facts_of_key(disk, "refused-link") == []
        assert [answer.result.get("call") for answer in answers] == [FIRST_CALL, None, None, "C261123-0002"]
        assert [type(fact) for fact in disk.machine.facts.facts_of(f"call:{FIRST_CALL}")] == [
            Call.Taken,
            Call.Classified,
            Call.Located,
            Call.Linked,
        ]


def test_a_repeated_key_gets_the_first_answer_again(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city())
        first = disk.do(opened(), key="open-the-first")
        disk.clock.passes(3600)
        disk.do(opened())
        again = disk.do(opened(), key="open-the-first")
        assert again.repeated
        assert (again.position, again.recorded_at, again.facts, again.result) == (
            first.position,
            first.recorded_at,
            first.facts,
            first.result,
        )
        assert len(facts_of_key(disk, "open-the-first")) == 1


def test_two_of_one_key_that_wait_together_are_one_command(place: Place) -> None:
    with place.machine(is_started=False) as disk:
        for command in city():
            disk.submit(command)
        twins = [disk.submit(opened(), key="open-the-first") for _ in range(3)]
        disk.machine.start()
        answers = [future.result(ANSWER_S) for future in twins]
    assert [answer.repeated for answer in answers] == [False, True, True]
    assert {answer.position for answer in answers} == {answers[0].position}
    assert {answer.recorded_at for answer in answers} == {T0}


def test_a_key_outlives_the_process(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city())
        first = disk.do(opened(), key="open-the-first")
    with place.machine() as disk:
        again = disk.do(opened(), key="open-the-first")
    assert (again.repeated, again.facts, again.recorded_at) == (True, first.facts, first.recorded_at)


def test_a_key_with_another_body_is_refused_in_both_languages(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city())
        disk.do(opened(), key="open-the-first")
        for command in (opened("营口道2号"), taken()):
            with pytest.raises(KeyWasUsed) as refused:
                disk.do(command, key="open-the-first")
            assert refused.value.en == "The idempotency key open-the-first came before with another body: use a new key for a new command."
            assert refused.value.zh == "幂等键 open-the-first 已用于另一条内容不同的命令:新命令请用新的键。"
        assert len(facts_of_key(disk, "open-the-first")) == 1


def test_a_refused_command_may_come_again_under_its_key(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city())
        with pytest.raises(Refusal):
            disk.do(dispatched("E11"), key="send-e11")
        disk.do(opened())
        assert not disk.do(dispatched("E11"), key="send-e11").repeated


def test_a_command_that_leaves_no_fact_is_answered_and_repeated_too(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city())
        end = disk.machine.facts.last_position
        agency = city()[0]
        first, again = disk.do(agency, key="the-same-agency"), disk.do(agency, key="the-same-agency")
        assert (first.facts, first.position, first.repeated) == ((), end, False)
        assert (again.facts, again.position, again.repeated, again.recorded_at) == ((), end, True, first.recorded_at)


def test_a_repeat_does_not_keep_what_was_shown_of_a_caller(tmp_path: Path) -> None:
    with on_disk(tmp_path) as disk:
        disk.do(*city(), taken())
        look = ask.RevealCaller(call=FIRST_CALL, purpose="回拨")
        assert disk.do(look, key="look-at-caller").result == {"caller_name": "周德明", "caller_number": "13812346677"}
        assert disk.do(look, key="look-at-caller").result == {}
    assert b"13812346677" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_recorded_times_never_go_back_though_the_clock_does(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city())
        for seconds in (60, -3600, 30, -7200, 7200):
            disk.clock.passes(seconds)
            disk.do(opened())
        times = [recorded.fact.timestamp for recorded in disk.log()]
    assert times == sorted(times)
    assert times[-1] == at(60)
    with place.machine() as disk:
        disk.clock.now = T0 - timedelta(days=1)
        disk.do(opened())
        assert disk.log()[-1].fact.timestamp == at(60)


def test_a_locked_log_refuses_and_takes_the_same_command_when_it_is_free(tmp_path: Path) -> None:
    with on_disk(tmp_path) as disk:
        disk.do(*city())
        before = len(disk.log())
        assert isinstance(disk.machine.facts, FactStore)
        recorder = disk.machine.facts.recorder
        assert isinstance(recorder, FactRecorder)
        with recorder.datastore.get_connection(commit=True) as connection:
            connection.cursor().execute("PRAGMA busy_timeout = 50")
        other = sqlite3.connect(tmp_path / "facts.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            with pytest.raises(StoreUnavailable) as refused:
                disk.do(opened(), key="open-the-first")
            assert refused.value.en.endswith("nothing was accepted. Send it again with the same key when the disk is well.")
            assert refused.value.zh.endswith("本条未受理。磁盘恢复后请用同一个幂等键重发。")
        assert len(disk.log()) == before
        other.execute("ROLLBACK")
        other.close()
        answer = disk.do(opened(), key="open-the-first")
        assert (answer.repeated, answer.result, answer.position) == (False, {"incident": FIRST}, before + 1)


def test_a_writer_that_cannot_keep_up_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.writer.WAITING_COMMANDS_MAX", 3)
    with on_disk(tmp_path, is_started=False) as disk:
        waiting = [disk.submit(command) for command in city()[:3]]
        with pytest.raises(StoreUnavailable, match="3 commands are waiting"):
            disk.submit(opened())
        assert disk.machine.writer.waiting == 3
        disk.machine.start()
        assert [future.result(ANSWER_S).position for future in waiting] == [1, 2, 3]


def test_what_another_process_wrote_is_met_with_a_new_decision(place: Place) -> None:
    with place.machine() as ours, place.machine() as theirs:
        ours.do(*city(), opened(), opened())
        theirs.do(ask.AddNote(incident=FIRST, text="看到了"), key="their-note-1")
        ours.do(dispatched("E11"), key="our-dispatch")
        with pytest.raises(UnitIsAssigned):
            theirs.do(dispatched("E11", incident=SECOND), key="their-dispatch")
        assert theirs.do(opened(), key="their-third").result == {"incident": "261123-0003"}
        assert ours.do(opened(), key="our-fourth").result == {"incident": "261123-0004"}
        assert len([recorded for recorded in ours.log() if isinstance(recorded.fact, Incident.UnitDispatched)]) == 1


def test_what_another_process_sent_can_be_cancelled_here(place: Place) -> None:
    with place.machine() as here, place.machine() as there:
        # The incident is known here, as it was before the unit was sent; the assignment is not.
        here.do(*city(), opened())
        there.do(dispatched("E11"))
        here.do(ask.CancelAssignment(assignment=sent("E11"), reason="不需要"), dispatched("E11"))
        assert [type(recorded.fact) for recorded in here.log()].count(Incident.UnitDispatched) == 2


class Overtaking(Clock):
    """A clock that is looked at in the middle of a decision, after the log: then another process is quicker, once."""

    def __init__(self) -> None:
        super().__init__()
        self.overtake: Callable[[], object] | None = None

    def __call__(self) -> datetime:
        overtake, self.overtake = self.overtake, None
        if overtake is not None:
            overtake()
        return super().__call__()


def test_a_decision_on_half_old_and_half_new_is_made_anew(place: Place) -> None:
    clock = Overtaking()
    with place.machine(clock=clock) as here, place.machine() as there:
        here.do(*city(), opened())
        # The incident is known here without the unit; the assignment will be read with it.
        clock.overtake = lambda: there.do(dispatched("E11"))
        here.do(ask.CancelAssignment(assignment=sent("E11"), reason="不需要"), dispatched("E11"))
        assert [type(recorded.fact) for recorded in here.log()].count(Incident.UnitDispatched) == 2


def test_a_decision_that_was_overtaken_before_its_commit_is_made_anew(place: Place) -> None:
    clock = Overtaking()
    with place.machine(clock=clock) as here, place.machine() as there:
        here.do(*city(), opened(), opened())
        clock.overtake = lambda: there.do(dispatched("E11"))
        with pytest.raises(UnitIsAssigned):
            here.do(dispatched("E11", incident=SECOND))
        assert clock.overtake is None


def test_one_key_in_two_processes_is_one_command(place: Place) -> None:
    with place.machine() as ours, place.machine() as theirs:
        ours.do(*city())
        first = ours.do(opened(), key="open-the-first")
        again = theirs.do(opened(), key="open-the-first")
        assert (again.repeated, again.facts) == (True, first.facts)
