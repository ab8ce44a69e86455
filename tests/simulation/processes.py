"""Processes on one thread: each goes on until it is about to do something that others can see, and waits there for its turn.

What the product does in threads, event loops and processes runs here as greenlets, unchanged: a fake store or broker calls `pause`
before it is read or written, and the history says who goes on. So a process can be overtaken, killed or left hanging at each such point,
and the same history is the same to the last step.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from greenlet import GreenletExit, getcurrent, greenlet

# A process that does so much without coming to rest goes round in circles.
POINTS_MAX = 2_000

T = TypeVar("T")


class GoesInCircles(AssertionError):
    """A process never came to rest."""


class Process:
    """`work` runs until it returns, raises (`failure`) or is killed."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.name = name
        self.about = "begin"
        self.is_resting = False
        self.is_over = False
        self.failure: Exception | None = None
        self._is_dying = False
        self._scheduler: Any = None
        self._work = work
        self._body: Any = greenlet(self._run)

    def go_on(self) -> None:
        """To the next point at which others may come first."""
        if not self.is_over:
            self.is_resting = False
            self._switch(self._body.switch)

    def go_on_to_rest(self) -> None:
        """Until there is nothing to do, or it is over."""
        for _ in range(POINTS_MAX):
            self.go_on()
            if self.is_resting or self.is_over:
                return
        raise GoesInCircles(f"{self.name} does not come to rest; it is about to {self.about}.")

    def kill(self) -> None:
        """As `kill -9`: what it was about to do is not done."""
        if not self.is_over:
            self._is_dying = True
            self._switch(self._body.throw)
            self.is_over = True

    def pause(self, about: str) -> None:
        """Called by the process itself."""
        if not self._is_dying:
            self.about = about
            self._scheduler.switch()

    def _switch(self, switch: Callable[[], object]) -> None:
        global _running  # noqa: PLW0603 -- one process runs at a time, on one thread
        self._scheduler, _running = getcurrent(), self
        try:
            switch()
        finally:
            _running = None

    def _run(self) -> None:
        try:
            self._work()
        except GreenletExit:
            pass
        except Exception as error:  # noqa: BLE001 -- whoever started it says which may end it
            self.failure = error
        self.is_over = True


_running: Process | None = None


def pause(about: str) -> None:
    """Others may come first here. Outside of a process nobody can."""
    if _running is not None:
        _running.pause(about)


def rest(about: str = "look whether there is something to do") -> None:
    """There is nothing to do now, or another is to do something first; where the process goes on it looks again."""
    assert _running is not None, "only a process rests."
    _running.is_resting = True
    _running.pause(about)


def done(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that awaits nothing but fakes, which never wait."""
    try:
        work.send(None)
    except StopIteration as stopped:
        result: T = stopped.value
        return result
    raise AssertionError("a coroutine waits for an event loop that is not there.")
