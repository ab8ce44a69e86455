"""An event loop in a thread of its own, for code that has none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from typing import Any, TypeVar

# What is cancelled and still waits for a broker is left behind.
END_S_MAX = 2.0

T = TypeVar("T")


class LoopThread:
    """`begin` or `call` a coroutine in it; `stop` it in the end."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Its result to come."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def call(self, work: Coroutine[Any, Any, T], timeout_s: float) -> T:
        """Its result. Raises TimeoutError, and cancels it then. For other threads than the loop's."""
        assert threading.current_thread() is not self._thread, "a loop that waits for itself waits for ever."
        future = self.begin(work)
        try:
            return future.result(timeout_s)
        except NotInTime:
            future.cancel()
            raise

    def stop(self) -> None:
        """Cancel what still runs, then end."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        left = asyncio.all_tasks(self.loop)
        for task in left:
            task.cancel()
        if left:
            self.loop.run_until_complete(asyncio.wait(left, timeout=END_S_MAX))
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
