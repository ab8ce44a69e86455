"""Real servers for the sources: each test that changes the whole city has one of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server_fixture import Api, server_of
from tools.server_process import ServerProcess


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with server_of(tmp_path_factory.mktemp("sources")) as server:
        yield server


@pytest.fixture
def api(server: ServerProcess) -> Iterator[Api]:
    api = Api(server.base_url, server.token)
    yield api
    api.close()
