"""Why the log cannot be written or read now: sentences for the operator and the administrator.

StreamFailure
 +- StoreUnavailable     the disk is full, the file is locked or broken; nothing was accepted
 +- StoreIsNewer         the file was written by a newer Drumtower
 +- StoreIsOlder         the file was written before there was what is asked for
 +- StoreIsNotEmpty      another log stands where one is to be moved in
 +- ChainIsBroken        the log is not what was written
 +- KeyWasUsed           the idempotency key came back with another body
 +- Fenced               another host moved this view's checkpoint
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from eventsourcing.persistence import PersistenceError


class StreamFailure(Exception):
    """`str()` gives the English sentence; `zh` the Chinese one."""

    def __init__(self, en: str, zh: str) -> None:
        self.en = en
        self.zh = zh
        super().__init__(en)


class StoreUnavailable(StreamFailure):
    """The log cannot be written now. Nothing of the command was accepted."""


class StoreIsNewer(StreamFailure):
    """The file was written by a newer Drumtower."""


class StoreIsOlder(StreamFailure):
    """The file was written by an older Drumtower, and only a start of the server brings it up to date."""


class StoreIsNotEmpty(StreamFailure):
    """Another log stands where one is to be moved in: nothing was written."""


class ChainIsBroken(StreamFailure):
    """The log is not what was written: `position` is the first that does not hold."""

    def __init__(self, position: int, en: str, zh: str) -> None:
        self.position = position
        super().__init__(en, zh)


class KeyWasUsed(StreamFailure):
    """The idempotency key came back with another body."""


class Fenced(StreamFailure):
    """Another host moved this view's checkpoint: this one has lost it and must stop."""


def fenced(view: str, position: int) -> Fenced:
    """The refusal of a host that has lost its view beyond this position."""
    return Fenced(
        f"Another process has moved the checkpoint of {view} beyond {position}: this one stops.",
        f"另一个进程已推进 {view} 的检查点({position} 之后):本进程停止。",
    )


@contextlib.contextmanager
def opening(path: Path) -> Iterator[None]:
    """A file that cannot be opened, locked or broken, is told by its name: StoreUnavailable."""
    try:
        yield
    except (sqlite3.Error, PersistenceError, OSError) as error:
        raise StoreUnavailable(f"{path} cannot be opened: {error}.", f"无法打开 {path}:{error}。") from error
