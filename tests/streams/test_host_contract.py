"""What every host of the projections promises: order, resume, crash, duplicate, gap, poison, zombie; and always the same views."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.incident import Incident
from projections.incident_board import INCIDENT_BOARD
from projections.projection import Projection, Recorded
from projections.response_times import RESPONSE_TIMES
from projections.unit_status import UNIT_STATUS
from streams.codec import encode
from streams.fact_store import FactStore
from streams.views import Views
from tests.domain.given_when_then import topic
from tests.streams.hosts import HOSTS, Embedded, Host, MakeHost
from tests.streams.on_disk import a_random_log
from tests.streams.scratch import digests, from_scratch
from tests.streams.view_stores import Keep, MakeViews
from tools.local_kafka import LocalKafka

VIEWS = (INCIDENT_BOARD, UNIT_STATUS, RESPONSE_TIMES)


@dataclasses.dataclass
class Site:
    """A log on disk, views beside it, and hosts that come and go."""

    directory: Path
    make: MakeHost
    make_views: MakeViews
    facts: FactStore
    log: list[Recorded]
    expected: dict[str, str]
    opened: list[tuple[Host, Views]] = dataclasses.field(default_factory=list)

    def host(self, projections: tuple[Projection, ...] = VIEWS) -> Host:
        views = self.make_views()
        host = self.make(self.facts, views, projections)
        self.opened.append((host, views))
        return host

    def crash(self) -> None:
        """The newest host is gone, and whatever it had not committed."""
        host, views = self.opened.pop()
        host.stop()
        views.close()

    def digests(self) -> dict[str, str]:
        views = self.make_views()
        found = digests(views, VIEWS)
        views.close()
        return found

    def close(self) -> None:
        while self.opened:
            self.crash()
        self.facts.close()


def a_site(directory: Path, make: MakeHost, make_views: MakeViews) -> Site:
    """A log of some two hundred facts, and the digests that its views must have."""
    desk = a_random_log(seed=3, commands=400)
    facts = FactStore(directory / "facts.db")
    facts.save(*(recorded.fact for recorded in desk.log))
    log = list(facts.facts(0))
    assert [topic(recorded.fact) for recorded in log] == [topic(recorded.fact) for recorded in desk.log]
    return Site(directory, make, make_views, facts, log, from_scratch(log, directory / "scratch.db", VIEWS))


@pytest.fixture(params=[*HOSTS, pytest.param("faust", marks=pytest.mark.kafka)])
def make(request: pytest.FixtureRequest) -> MakeHost:
    if request.param in HOSTS:
        return HOSTS[request.param]
    from tests.streams.faust_host import faust_on

    return faust_on(request.getfixturevalue("kafka"))


@pytest.fixture
def site(make: MakeHost, keep: Keep, tmp_path: Path) -> Iterator[Site]:
    site = a_site(tmp_path, make, keep(tmp_path))
    yield site
    site.close()


def test_facts_in_order_give_the_views_of_a_fold_from_scratch(site: Site) -> None:
    host = site.host()
    for start in range(0, len(site.log), 7):
        host.deliver(site.log[start : start + 7])
    assert set(host.positions().values()) == {len(site.log)}
    assert site.digests() == site.expected


def test_a_host_that_was_stopped_resumes_from_its_checkpoint(site: Site) -> None:
    site.host().deliver(site.log[:100])
    site.crash()
    host = site.host()
    assert set(host.positions().values()) == {100}
    host.catch_up()
    assert site.digests() == site.expected


def test_what_is_delivered_twice_changes_nothing(site: Site) -> None:
    host = site.host()
    host.deliver(site.log[:50])
    host.deliver(site.log[:50])
    host.deliver(site.log[20:])
    host.deliver(site.log[-1:])
    assert site.digests() == site.expected


def test_a_gap_is_filled_from_the_store_of_record(site: Site) -> None:
    host = site.host()
    host.deliver(site.log[:10])
    host.deliver(site.log[60:80])
    host.deliver([recorded for recorded in site.log[80:] if recorded.position % 5])
    host.deliver(site.log[-1:])
    assert site.digests() == site.expected


def test_a_gap_between_two_facts_that_arrive_together_is_filled_too(site: Site) -> None:
    host = site.host()
    host.deliver([site.log[0], site.log[1], site.log[40], site.log[41], site.log[-1]])
    assert site.digests() == site.expected


def a_poisoned(projection: Projection, position: int) -> Projection:
    def evolve(document: object, recorded: Recorded) -> object:
        if recorded.position == position:
            raise KeyError("unheard of")
        return projection.evolve(document, recorded)

    return dataclasses.replace(projection, evolve=evolve)


def test_a_poison_fact_stops_its_view_alone_and_nothing_is_lost_when_it_is_mended(site: Site) -> None:
    poison = next(recorded.position for recorded in site.log[60:] if isinstance(recorded.fact, Incident.Event))
    host = site.host((a_poisoned(INCIDENT_BOARD, poison), UNIT_STATUS, RESPONSE_TIMES))
    host.deliver(site.log[: poison + 20])
    host.deliver(site.log[poison + 20 :])
    assert host.positions() == {"incident_board": poison - 1, "unit_status": len(site.log), "response_times": len(site.log)}
    [why] = host.stopped().values()
    assert f"incident_board stopped at position {poison}" in why
    assert "unheard of" in why
    assert host.failure() == ""
    found = site.digests()
    assert found["unit_status"] == site.expected["unit_status"]
    assert found["incident_board"] == from_scratch(site.log, site.directory / "prefix.db", VIEWS, until=poison - 1)["incident_board"]
    site.crash()
    mended = site.host()
    mended.catch_up()
    assert mended.stopped() == {}
    assert site.digests() == site.expected


def test_a_poison_fact_at_the_very_beginning_keeps_the_view_at_nought(site: Site) -> None:
    first = next(recorded.position for recorded in site.log if type(recorded.fact) in UNIT_STATUS.facts)
    host = site.host((a_poisoned(UNIT_STATUS, first), INCIDENT_BOARD))
    host.deliver(site.log)
    assert host.positions()["unit_status"] == first - 1
    assert host.positions()["incident_board"] == len(site.log)


def test_when_every_view_has_stopped_the_host_lives_on_and_says_so(site: Site) -> None:
    host = site.host(tuple(a_poisoned(view, next(r.position for r in site.log if type(r.fact) in view.facts)) for view in VIEWS))
    host.deliver(site.log[:150])
    host.deliver(site.log[150:])
    assert len(host.stopped()) == len(VIEWS)
    assert host.failure() == ""


def test_of_two_hosts_on_one_view_store_the_second_is_fenced(site: Site) -> None:
    living, zombie = site.host(), site.host()
    living.deliver(site.log[:100])
    zombie.deliver(site.log[:50])
    # It stops, or begins again where the views stand.
    if zombie.failure():
        assert "Another process has moved the checkpoint" in zombie.failure()
    else:
        assert zombie.positions() == living.positions()
    assert living.failure() == ""
    living.deliver(site.log[100:])
    zombie.deliver(site.log)
    assert site.digests() == site.expected


def test_a_view_of_a_new_version_begins_anew_in_a_new_epoch(site: Site) -> None:
    site.host().deliver(site.log)
    [(_, views)] = site.opened
    before = views.open_view("unit_status", UNIT_STATUS.version)
    site.crash()
    host = site.host((INCIDENT_BOARD, dataclasses.replace(UNIT_STATUS, version=UNIT_STATUS.version + 1), RESPONSE_TIMES))
    assert host.positions() == {"incident_board": len(site.log), "unit_status": 0, "response_times": len(site.log)}
    host.catch_up()
    [(_, views)] = site.opened
    assert views.open_view("unit_status", UNIT_STATUS.version + 1).epoch != before.epoch
    assert site.digests() == site.expected


faults = st.lists(
    st.one_of(
        st.tuples(st.just("deliver"), st.integers(0, 250), st.integers(1, 60)),
        st.tuples(st.just("holes"), st.integers(0, 250), st.integers(2, 9)),
        st.tuples(st.just("crash"), st.just(0), st.just(0)),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(name=st.sampled_from(sorted(HOSTS)), sequence=faults)
def test_whatever_happens_on_the_way_the_views_come_out_the_same(keep: Keep, name: str, sequence: list[tuple[str, int, int]]) -> None:
    check_what_happens_on_the_way(HOSTS[name], keep, sequence)


@pytest.mark.kafka
@pytest.mark.slow
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=faults)
def test_whatever_happens_to_a_worker_the_views_come_out_the_same(
    kafka: LocalKafka, keep: Keep, sequence: list[tuple[str, int, int]]
) -> None:
    from tests.streams.faust_host import faust_on

    check_what_happens_on_the_way(faust_on(kafka), keep, sequence)


def check_what_happens_on_the_way(make: MakeHost, keep: Keep, sequence: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as directory:
        site = a_site(Path(directory), make, keep(Path(directory)))
        try:
            host = site.host()
            for fault, start, size in sequence:
                match fault:
                    case "deliver":
                        batch = site.log[start : start + size]
                    case "holes":
                        batch = [recorded for recorded in site.log[start:] if recorded.position % size]
                    case _:
                        site.crash()
                        host, batch = site.host(), []
                if batch:
                    host.deliver(batch)
                before = set(host.positions().values())
                assert len(before) == 1, "views move together"
            host.catch_up() if not isinstance(host, Embedded) else host.deliver(site.log[-1:])
            assert site.digests() == site.expected
        finally:
            site.close()


def test_the_embedded_host_publishes_every_position_once_and_in_order(keep: Keep, tmp_path: Path) -> None:
    site = a_site(tmp_path, Embedded, keep(tmp_path))
    host = site.host()
    assert isinstance(host, Embedded)
    for start in range(0, len(site.log), 11):
        host.deliver(site.log[start : start + 11])
    site.crash()
    positions = [published.positions["unit_status"] for published in host.published]
    assert positions == sorted(set(positions))
    assert positions[-1] == len(site.log)
    shown: dict[str, bytes] = {}
    for published in host.published:
        for change in published.changes:
            assert change.position <= published.positions[change.view]
            if change.view == "incident_board":
                shown.pop(change.key, None)
                if change.document is not None:
                    shown[change.key] = change.document
    documents = fold(INCIDENT_BOARD, site.log)
    on_the_board = {key: encode(document) for key, document in documents.items() if INCIDENT_BOARD.is_shown(document)}
    assert shown == on_the_board
    assert 0 < len(on_the_board) < len(documents), "some are closed or merged, and off the board"
    site.close()


def fold(projection: Projection, log: list[Recorded]) -> dict[str, Any]:
    """A fold without a host: the projection's two functions and a dictionary."""
    documents: dict[str, Any] = {}
    for recorded in log:
        if type(recorded.fact) in projection.facts:
            for key in projection.keys(recorded.fact):
                documents[key] = projection.evolve(documents.get(key), recorded)
    return documents
