"""Real processes on one database: several that write at once, and a server that is killed under them."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from streams.postgres.fact_store import FactStore
from tests.domain.given_when_then import city, opened
from tests.streams.on_disk import UNITS
from tests.streams.places import Place, closed_after
from tests.streams.test_processes_and_disks import Acknowledged, a_child, acknowledged, check_the_log
from tools.local_postgres import LocalPostgres

pytestmark = [pytest.mark.postgres, pytest.mark.faults]

# From the server's return to the next accepted command.
RECOVERY_S_MAX = 5.0


@pytest.fixture
def server() -> Iterator[LocalPostgres]:
    """A server of this test's own, to be killed."""
    with tempfile.TemporaryDirectory(prefix="drumtower-postgres-") as directory:
        Path(directory).chmod(0o711)
        with LocalPostgres(Path(directory)) as postgres:
            yield postgres


def a_city(place: Place) -> None:
    with place.machine() as disk:
        disk.do(*city(UNITS), *(opened() for _ in range(6)))


def check(place: Place, answers: Acknowledged) -> None:
    with place.machine() as disk:
        check_the_log(disk.log(), answers, disk.machine)
        assert place.verified().head == disk.machine.facts.head


def test_several_processes_on_one_database_never_assign_a_unit_twice(tmp_path: Path, database: str) -> None:
    with closed_after(Place(tmp_path, database)) as place:
        a_city(place)
        children = [a_child(tmp_path, f"child{index}", index, 150, f"--store={database}") for index in (1, 2, 3)]
        reader = FactStore(database)
        read: list[int] = []
        while any(child.poll() is None for child in children):
            read.extend(recorded.position for recorded in reader.facts(read[-1] if read else 0))
        read.extend(recorded.position for recorded in reader.facts(read[-1]))
        assert read == list(range(1, reader.last_position + 1)), "who reads on never passes a fact over"
        reader.close()
        lines = [child.communicate(timeout=60)[0].splitlines() for child in children]
        assert all(told[-1] == "DONE" for told in lines)
        told = Counter(line.split()[0] for line in itertools.chain(*lines))
        assert told["FULL"] == 0, "a conflict is met with a new decision"
        answers = acknowledged(list(itertools.chain(*lines)))
        assert {name.split("-")[0] for name in answers} == {"child1", "child2", "child3"}
        assert len(answers) > 100
        check(place, answers)


def test_a_server_that_is_killed_under_load_has_every_command_that_was_acknowledged(tmp_path: Path, server: LocalPostgres) -> None:
    address = server.make("killed")
    with closed_after(Place(tmp_path, address)) as place:
        a_city(place)
        child = a_child(tmp_path, "child", 3, 100_000, f"--store={address}")
        lines: list[str] = []
        for acknowledged_before_the_kill in (3, 40, 150):
            read_until_acknowledged(child, lines, acknowledged_before_the_kill)
            server.kill()
            server.start()
            began = time.monotonic()
            read_until_acknowledged(child, lines, 1)
            assert time.monotonic() - began < RECOVERY_S_MAX
        child.kill()
        lines += child.communicate(timeout=60)[0].splitlines(keepends=True)
        check(place, acknowledged([line for line in lines if line.endswith("\n")]))


def read_until_acknowledged(child: Popen[str], lines: list[str], more: int) -> None:
    """Read what the child says until it has been answered `more` times."""
    assert child.stdout is not None
    while more:
        line = child.stdout.readline()
        assert line, "the child ended"
        lines.append(line)
        more -= line.startswith("ACK")
