"""Where a store of record lies, a file of SQLite or a database of PostgreSQL: what both promise is tested on both."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from streams import audit
from streams.audit import Chained
from streams.chain import Head
from streams.fact_store import FactStore
from streams.postgres import audit as postgres_audit
from streams.postgres.fact_store import FactStore as PostgresFactStore
from streams.store_of_record import StoreOfRecord
from tests.streams.on_disk import Clock, Disk, on_disk

ON_BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@dataclass(frozen=True, slots=True)
class Place:
    """A store of record that is opened as often as wanted; `address` is empty for a file."""

    directory: Path
    address: str = ""
    opened: list[StoreOfRecord] = field(default_factory=list)

    @property
    def position(self) -> LiteralString:
        """What the column of positions is called."""
        return "notification_id" if self.address else "rowid"

    def open(self) -> StoreOfRecord:
        """Another one on the same facts; closed with the test."""
        store: StoreOfRecord = PostgresFactStore(self.address) if self.address else FactStore(self.directory / "facts.db")
        self.opened.append(store)
        return store

    def machine(self, *, is_started: bool = True, clock: Clock | None = None) -> AbstractContextManager[Disk]:
        """A machine whose facts lie here. Nothing is projected."""
        return on_disk(self.directory, is_started=is_started, clock=clock, facts=self.open())

    def execute(self, statement: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """What anybody can do who may write to the store: `?` for values, `rowid` for the position."""
        if self.address:
            with psycopg.connect(self.address, autocommit=True) as connection:
                cursor = connection.execute(statement.replace("?", "%s").replace("rowid", self.position), values)
                return cursor.fetchall() if cursor.description else []
        connection_ = sqlite3.connect(self.directory / "facts.db")
        try:
            with connection_:
                return connection_.execute(statement, values).fetchall()
        finally:
            connection_.close()

    def verified(self, *, noted: tuple[Head, ...] = (), progress: Callable[[int, int], None] = lambda _done, _end: None) -> Chained:
        """The chain over what lies here, checked."""
        if self.address:
            return postgres_audit.verified(self.address, noted=noted, progress=progress)
        return audit.verified(self.directory / "facts.db", noted=noted, progress=progress)

    def noted_head(self) -> Chained:
        """The head, read."""
        return postgres_audit.noted_head(self.address) if self.address else audit.noted_head(self.directory / "facts.db")

    def close(self) -> None:
        """Close every store that was opened here."""
        for store in self.opened:
            store.close()


@contextmanager
def closed_after(place: Place) -> Iterator[Place]:
    """Whatever a test opens there is closed."""
    try:
        yield place
    finally:
        place.close()


@pytest.fixture(params=ON_BOTH)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty store of each kind, one after the other."""
    address = request.getfixturevalue("database") if request.param == "postgres" else ""
    with closed_after(Place(tmp_path, address)) as here:
        yield here
