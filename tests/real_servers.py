"""Fixtures of a real PostgreSQL and a real Apache Kafka: each started once a test process, on loopback."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.local_kafka import LIBS, LocalKafka
from tools.local_postgres import LocalPostgres, programs

# `@pytest.fixture(params=BOTH)`: what is promised of a store, whether it is a file or lies in PostgreSQL.
BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))

_numbers = itertools.count(1)


def a_postgres(*, secured: bool = False) -> Iterator[LocalPostgres]:
    """A server that takes connections, for as long as a fixture lasts."""
    require_postgres()
    with tempfile.TemporaryDirectory(prefix="drumtower-postgres-") as directory:
        # The server runs under an account of its own, which has to come this far.
        Path(directory).chmod(0o711)
        with LocalPostgres(Path(directory), secured=secured) as server:
            yield server


def a_kafka(*, secured: bool = False) -> Iterator[LocalKafka]:
    """One broker that takes clients, for as long as a fixture lasts."""
    require_kafka()
    with tempfile.TemporaryDirectory(prefix="drumtower-kafka-") as directory, LocalKafka(Path(directory), secured=secured) as cluster:
        yield cluster


def require_postgres() -> None:
    """Skip where this machine lacks it."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed: tools/need postgresql says what to do.")


def require_kafka() -> None:
    """Skip where this machine lacks it."""
    if not LIBS.is_dir():
        pytest.skip("Apache Kafka is not there: `make kafka` fetches it.")


@pytest.fixture(scope="session")
def postgres() -> Iterator[LocalPostgres]:
    """A server that takes connections."""
    yield from a_postgres()


@pytest.fixture
def database(postgres: LocalPostgres) -> Iterator[str]:
    """The address of an empty database."""
    name = f"test_{next(_numbers)}"
    yield postgres.make(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def secured_postgres() -> Iterator[LocalPostgres]:
    """A server that takes connections over TLS alone."""
    yield from a_postgres(secured=True)


@pytest.fixture(scope="session")
def kafka() -> Iterator[LocalKafka]:
    """One broker that takes clients."""
    yield from a_kafka()


@pytest.fixture(scope="session")
def secured_kafka() -> Iterator[LocalKafka]:
    """One broker that speaks over TLS alone, with accounts that have passwords and rights."""
    yield from a_kafka(secured=True)


@pytest.fixture
def prefix() -> str:
    """Topics of one test's own."""
    return f"test{next(_numbers)}"
