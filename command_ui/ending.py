"""A process that is told to stop ends, also where brokers or a database that are away would keep it waiting."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable

# In good order it takes some seconds. What is committed stays, and what is not published is published by the next one.
END_S_MAX = 20.0


def stop_on_signals(stop: Callable[[], None]) -> None:
    """SIGINT and SIGTERM call `stop`; a process that is there still some time later ends all the same, with exit code 1."""
    loop = asyncio.get_running_loop()

    def told() -> None:
        stop()
        loop.call_later(END_S_MAX, _give_up)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told)


def _give_up() -> None:
    sys.stderr.write(f"Ended without waiting longer than {END_S_MAX:.0f} s for brokers or a database that do not answer.\n")
    sys.stderr.flush()
    os._exit(1)
