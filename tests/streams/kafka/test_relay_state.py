"""Where a relay keeps how far it is, a file or PostgreSQL: what was kept last, of several relays, for several prefixes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from streams.kafka.relay_state import Kept, RelayFile, RelayStore
from tests.real_servers import BOTH

Opened = Callable[[str], RelayStore]

KEPT = Kept(position=7, epoch=2, identities={"city.facts": "F"}, ends={"city.facts/0": [0, 4]})


@pytest.fixture(params=BOTH)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Opens a further store on one and the same file or database, for the topics of a prefix."""
    if request.param == "sqlite":
        return lambda prefix: RelayFile(tmp_path / "relay.db", prefix)
    from streams.postgres.relay_store import PostgresRelayStore

    address = request.getfixturevalue("database")
    return lambda prefix: PostgresRelayStore(address, prefix)


def test_a_relay_that_never_ran_has_kept_nothing(opened: Opened) -> None:
    with closing(opened("city")) as store:
        assert store.read() == Kept()


def test_the_next_relay_reads_what_the_last_one_kept(opened: Opened) -> None:
    with closing(opened("city")) as store:
        store.write(Kept(position=3, epoch=1))
        store.write(KEPT)
    with closing(opened("city")) as store:
        assert store.read() == KEPT


def test_each_prefix_has_its_own(opened: Opened) -> None:
    with closing(opened("city")) as store, closing(opened("other")) as other:
        store.write(KEPT)
        assert other.read() == Kept()
        other.write(Kept(position=1, epoch=1))
        assert store.read() == KEPT


def test_an_epoch_that_another_relay_has_begun_is_not_taken_back(opened: Opened) -> None:
    with closing(opened("city")) as one, closing(opened("city")) as other:
        one.write(KEPT)
        begun = dataclasses.replace(KEPT, position=0, epoch=3)
        other.write(begun)
        one.write(dataclasses.replace(KEPT, position=9))
        assert one.read() == begun
        other.write(dataclasses.replace(begun, position=1))
        assert one.read().position == 1


def test_of_relays_that_keep_at_once_the_latest_epoch_stays(opened: Opened) -> None:
    def keep(epoch: int) -> None:
        with closing(opened("city")) as store:
            for position in range(20):
                store.write(Kept(position=position, epoch=epoch))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep, (1, 2, 3, 4)))
    with closing(opened("city")) as store:
        assert store.read() == Kept(position=19, epoch=4)
