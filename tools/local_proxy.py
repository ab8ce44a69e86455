"""A proxy before the gateways, as plain as can be: each connection goes to the next gateway that takes it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Sequence
from typing import Self

READ_BYTES = 65_536
CONNECT_S_MAX = 1.0
START_S_MAX = 10.0


class LocalProxy:
    """`with LocalProxy(ports) as proxy:`; then `proxy.port` takes connections. It runs in a thread of its own."""

    def __init__(self, gateways: Sequence[int], port: int = 0) -> None:
        self.port = port
        self._gateways = list(gateways)
        self._turn = itertools.count()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(START_S_MAX)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(START_S_MAX)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        assert self._server is not None, "it was started."
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is served in a task."
        self._connections.add(task)
        try:
            there = await self._connected()
            if there is None:
                return
            await asyncio.wait(
                [asyncio.create_task(_pump(reader, there[1])), asyncio.create_task(_pump(there[0], writer))],
                return_when=asyncio.FIRST_COMPLETED,
            )
            there[1].close()
        finally:
            self._connections.discard(task)
            writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        first = next(self._turn)
        for offset in range(len(self._gateways)):
            port = self._gateways[(first + offset) % len(self._gateways)]
            with contextlib.suppress(OSError, TimeoutError):
                return await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), CONNECT_S_MAX)
        return None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while some := await reader.read(READ_BYTES):
            writer.write(some)
            await writer.drain()
