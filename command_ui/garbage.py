"""Python's collector of reference cycles, kept out of the consoles' way.

While it looks at everything that is alive nothing is answered: 60 ms at 2,000 units, and more with each. Nearly all of what a command
center holds lives long and is in no cycle. So what was read at the start is never looked at again, what is new is looked at often, in
portions of a fifth of a millisecond, and what has grown old since the start once in an hour.
"""

from __future__ import annotations

import asyncio
import gc

# New objects before they are looked at, and how often they are before they count as old.
NEW_OBJECTS, TIMES_NEW = 700, 2
# Never by number: the hour says when.
OLD = 1_000_000_000
EVERY_S = 3_600.0


def look_at_what_is_new() -> None:
    """From now on collect in small portions only. For the start of a process that serves."""
    gc.set_threshold(NEW_OBJECTS, TIMES_NEW, OLD)


def leave_out_what_there_is() -> None:
    """What is alive now is not looked at any more. For the moment before the first request."""
    gc.collect()
    gc.freeze()


async def collect_hourly() -> None:
    """Look at everything younger than the start once in an hour, until cancelled."""
    while True:
        await asyncio.sleep(EVERY_S)
        gc.collect()
