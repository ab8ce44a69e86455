"""One server for the whole folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server_fixture import City, city_of, server_of


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with server_of(tmp_path_factory.mktemp("interface")) as server, city_of(server) as city:
        yield city
