"""Where views are kept in a test: in a file, or in PostgreSQL. What every store promises is tested on both."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from streams.view_store import ViewStore
from streams.views import Views
from tools.local_postgres import LocalPostgres

MakeViews = Callable[[], Views]
"""A process's own store, on the views that the others have written."""

Keep = Callable[[Path], MakeViews]
"""A place without views: in this directory, or in a schema of its own."""

_numbers = itertools.count(1)


@pytest.fixture(scope="session", params=["SQLite", pytest.param("PostgreSQL", marks=pytest.mark.postgres)])
def keep(request: pytest.FixtureRequest) -> Keep:
    if request.param == "SQLite":
        return lambda directory: lambda: ViewStore(directory / "views.db")
    server: LocalPostgres = request.getfixturevalue("postgres")
    return lambda _directory: on_postgres(a_schema(server.address()))


def a_schema(database: str) -> str:
    """The address of an empty schema of a database: made faster than a database."""
    import psycopg

    name = f"views_{next(_numbers)}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{database}?options=-csearch_path%3D{name}"


def on_postgres(address: str) -> MakeViews:
    from streams.postgres.view_store import PostgresViewStore

    return lambda: PostgresViewStore(address)
