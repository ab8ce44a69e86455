"""The one writer of the store of record: commands in, facts on disk, answers out.

A thread that takes the commands which wait together and has them decided and written in one transaction (a group commit):
`streams.deciding`. An answer is given only after the facts are on disk.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from projections.projection import Recorded
from streams.answers import Answer, Request
from streams.deciding import Deciding
from streams.failures import StoreUnavailable
from streams.store_of_record import StoreOfRecord
from streams.working_store import WorkingStore

# One transaction holds what some milliseconds bring; a larger one would delay the first of its answers.
GROUP_COMMANDS_MAX = 256
# Beyond this many waiting commands the sender is told to come back: at 2,000 commands a second they already wait 2 s.
WAITING_COMMANDS_MAX = 4_000


class Writer:
    """A thread that owns the fact store. `submit` from any thread; `on_facts` is called in the writer's thread after each commit."""

    def __init__(
        self, facts: StoreOfRecord, store: WorkingStore, now: Callable[[], datetime], on_facts: Callable[[list[Recorded]], None]
    ) -> None:
        self._deciding = Deciding(facts, store, now, on_facts)
        self._waiting: queue.Queue[Request | None] = queue.Queue(WAITING_COMMANDS_MAX)
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._is_stopping = False

    def start(self) -> None:
        """Begin to take commands."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, then end."""
        self._is_stopping = True
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    @property
    def accepted(self) -> int:
        """Commands that were accepted."""
        return self._deciding.accepted

    @property
    def refused(self) -> int:
        """Commands that were refused."""
        return self._deciding.refused

    @property
    def waiting(self) -> int:
        """Commands that have not been decided yet."""
        return self._waiting.qsize()

    def submit(self, request: Request) -> Future[Answer]:
        """The answer to come: an Answer, or a Refusal, or a StreamFailure. Raises StoreUnavailable where it cannot wait for one."""
        if self._is_stopping:
            raise StoreUnavailable("The server is stopping: nothing was accepted.", "服务器正在停止:本条未受理。")
        try:
            self._waiting.put_nowait(request)
        except queue.Full:
            raise StoreUnavailable(
                f"{WAITING_COMMANDS_MAX} commands are waiting to be written: nothing was accepted. Send it again with the same key.",
                f"有 {WAITING_COMMANDS_MAX} 条命令在等待写入:本条未受理。请用同一个幂等键重发。",
            ) from None
        return request.future

    def _run(self) -> None:
        while True:
            first = self._waiting.get()
            if first is None:
                return
            group = [first]
            stopping = False
            while len(group) < GROUP_COMMANDS_MAX:
                try:
                    request = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if request is None:
                    stopping = True
                    break
                group.append(request)
            self._deciding.write_group(group)
            if stopping:
                return
