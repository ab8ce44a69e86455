"""The network between a console and its server, as a relay that a test can cut: it passes on everything, nothing, or only what is asked.

A browser's own «offline» leaves open WebSockets alone. Here a cut network does what a real one does: what was sent may have arrived or not,
and the other end hears nothing of it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

# What one read takes at most: the console's whole build fits in a few of them.
CHUNK_BYTES = 1 << 16
# Starting and cutting are done in milliseconds; a stalled machine takes longer.
DONE_S_MAX = 10.0


@dataclass(eq=False)
class CutLink:
    """A relay to a server's port on this machine, in a thread of its own: a test that waits for the browser must not hold it up."""

    server_port: int
    port: int = 0
    is_cut: bool = False
    _is_deaf: bool = False
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _thread: threading.Thread = field(init=False)
    _listening: asyncio.Server = field(init=False)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, name="cut link", daemon=True)
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DONE_S_MAX)
        self._loop.close()

    @property
    def base_url(self) -> str:
        """What the browser is told."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """No connection lives on, and none is made until `mend`."""
        self.is_cut = True
        self._do(self._drop())

    def lose_replies(self) -> None:
        """What is sent still arrives; what is answered gets lost on the way, until `mend`."""
        self._is_deaf = True

    def mend(self) -> None:
        """The network is there again. What was cut stays cut: who wants to speak connects anew."""
        self._do(self._drop())
        self.is_cut = self._is_deaf = False

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(DONE_S_MAX)

    async def _drop(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if not self.is_cut:
                await self._relay(reader, writer)
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_read, to_write = await asyncio.open_connection("127.0.0.1", self.server_port)
        self._writers.add(to_write)
        there = asyncio.create_task(self._pump(reader, to_write, is_reply=False))
        back = asyncio.create_task(self._pump(to_read, writer, is_reply=True))
        try:
            await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in (there, back):
                pump.cancel()
            self._writers.discard(to_write)
            to_write.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_reply: bool) -> None:
        with suppress(ConnectionError):
            while chunk := await reader.read(CHUNK_BYTES):
                if not (is_reply and self._is_deaf):
                    writer.write(chunk)
                    await writer.drain()

    async def _open(self) -> None:
        self._listening = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._listening.close()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
