"""Real processes on one file: two that write at once, one that is killed, one whose disk is full."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from projections.projection import Recorded
from streams.one_machine import OneMachine
from streams.stores import stores_in
from tests.conftest import ROOT
from tests.domain.given_when_then import city, opened
from tests.domain.test_one_unit_one_assignment import check_that_all_agree, follow
from tests.streams.on_disk import TIANJIN, UNITS, all_views, on_disk
from tests.streams.scratch import digests, from_scratch

pytestmark = pytest.mark.faults

Acknowledged = dict[str, int]


def a_child(directory: Path, name: str, seed: int, commands: int, *flags: str) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-m", "tests.streams.child_writer", str(directory), name, str(seed), str(commands), *flags]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def acknowledged(lines: list[str]) -> Acknowledged:
    return {words[1]: int(words[2]) for words in map(str.split, lines) if words[0] == "ACK"}


def check_the_log(log: list[Recorded], answers: Acknowledged, machine: OneMachine) -> None:
    """Every acknowledged command is there once, and nothing contradicts itself."""
    assert [recorded.position for recorded in log] == list(range(1, len(log) + 1))
    versions = Counter[str]()
    on: dict[str, str] = {}
    aggregates: dict[str, Any] = {}
    for recorded in log:
        fact = recorded.fact
        versions[fact.originator_id] += 1
        assert fact.originator_version == versions[fact.originator_id]
        aggregates[fact.originator_id] = fact.mutate(aggregates.get(fact.originator_id))
        follow(on, recorded)
    check_that_all_agree(list(aggregates.values()))
    causes: dict[str, list[int]] = {}
    for recorded in log:
        causes.setdefault(recorded.fact.by.cause, []).append(recorded.position)
    for key, position in answers.items():
        receipt = machine.facts.receipts([key]).get(key)
        assert receipt is not None, f"{key} was acknowledged and has no receipt"
        assert receipt.position == position
        assert causes[key][-1] == position
    for key, positions in causes.items():
        # The facts of one command stand together: it was written once, in one transaction.
        assert positions == list(range(positions[0], positions[-1] + 1)), f"{key} was written twice"
        assert machine.facts.receipts([key]).get(key) is not None


def test_two_processes_on_one_file_never_assign_a_unit_twice(tmp_path: Path) -> None:
    with on_disk(tmp_path) as disk:
        disk.do(*city(UNITS), *(opened() for _ in range(6)))
    children = [a_child(tmp_path, f"child{index}", index, 250) for index in (1, 2)]
    answers: Acknowledged = {}
    for child in children:
        lines = child.communicate(timeout=120)[0].splitlines()
        assert lines[-1].startswith("DONE")
        answers |= acknowledged(lines)
    with on_disk(tmp_path) as disk:
        check_the_log(disk.log(), answers, disk.machine)
    assert {name.split("-")[0] for name in answers} == {"child1", "child2"}
    assert len(answers) > 100


def test_a_kill_in_the_middle_of_a_burst_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    with on_disk(tmp_path) as disk:
        disk.do(*city(UNITS), *(opened() for _ in range(6)))
    answers: Acknowledged = {}
    for life, lines_before_the_kill in enumerate((5, 90, 260)):
        child = a_child(tmp_path, f"life{life}", life, 100_000, "--views")
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(lines_before_the_kill)]
        child.send_signal(signal.SIGKILL)
        lines += child.communicate(timeout=60)[0].splitlines(keepends=True)
        assert child.returncode == -signal.SIGKILL
        answers |= acknowledged([line for line in lines if line.endswith("\n")])
        # The next life starts from the views as the kill left them.
        machine = OneMachine(stores_in(tmp_path), all_views(), zone=TIANJIN)
        machine.projector.catch_up()
        assert machine.projector.position == machine.facts.last_position
        assert digests(machine.views) == from_scratch(machine.facts, tmp_path / f"scratch-{life}.db")
        machine.stop()
    with on_disk(tmp_path) as disk:
        check_the_log(disk.log(), answers, disk.machine)
    assert len(answers) > 50


def test_a_full_disk_refuses_leaves_nothing_half_written_and_is_forgiven(tmp_path: Path) -> None:
    with on_disk(tmp_path) as disk:
        disk.do(*city(UNITS), *(opened() for _ in range(6)))
    lines = a_child(tmp_path, "full", 7, 400, "--full").communicate(timeout=120)[0].splitlines()
    said = Counter(line.split()[0] for line in lines)
    assert said["ACK"] > 1
    assert said["FULL"] > 1
    answers = acknowledged(lines)
    assert "full-after" in answers, "when the disk has room again commands are taken"
    refused = {line.split()[1] for line in lines if line.startswith("FULL")}
    with on_disk(tmp_path) as disk:
        log = disk.log()
        check_the_log(log, answers, disk.machine)
        assert refused.isdisjoint({recorded.fact.by.cause for recorded in log})
        assert all(disk.machine.facts.receipts([key]).get(key) is None for key in refused)
