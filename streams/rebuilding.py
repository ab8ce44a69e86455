"""Views folded anew beside those that are read, from the store of record, and read in their place once they have come as far."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from projections.projection import Projection, Recorded
from streams.failures import StreamFailure
from streams.stepping import Stepper
from streams.store_of_record import StoreOfRecord
from streams.views import Views

# One transaction; a keyframe stands at the end of one.
FOLD_FACTS = 1_000
# Between the last fact that was folded and the switch the others go on: some milliseconds, while a worker is that far behind the log.
SWITCH_S_MAX = 60.0


class NotRebuilt(StreamFailure):
    """What was read before is read still."""


def rebuild(
    facts: StoreOfRecord,
    views: Views,
    projections: Sequence[Projection],
    *,
    learns: bool = False,
    progress: Callable[[int, int], None] = lambda _position, _end: None,
) -> int:
    """The position at which these views were switched to. `views` is a store that rebuilds; one that was cut off goes on where it was.

    `learns`: with what later facts say of earlier times. Raises NotRebuilt, Fenced where another rebuilds them too, and what the stores
    raise.
    """
    stepper = Stepper(facts, views, projections, learns=learns)
    until: float | None = None
    while True:
        position, end = stepper.learnt_position, facts.last_position
        progress(position, end)
        batch: list[Recorded] = []
        for recorded in facts.facts(position, end):
            batch.append(recorded)
            if len(batch) == FOLD_FACTS or recorded.position == end:
                position = _fold(stepper, batch)
                progress(position, end)
                batch = []
        stepper.serve()
        if stepper.leave_served():
            return position
        until = until or time.monotonic() + SWITCH_S_MAX
        if time.monotonic() > until:
            raise NotRebuilt(
                f"For {SWITCH_S_MAX:.0f} s the new views have not caught up with those that are read ({', '.join(stepper.running)}): "
                "run it again when less is going on.",
                f"{SWITCH_S_MAX:.0f} 秒内 {'、'.join(stepper.running)} 的新视图始终未赶上现用视图:请在较空闲时重试。",
            )


def _fold(stepper: Stepper, batch: list[Recorded]) -> int:
    stepper.keep_keyframes(stepper.step(batch))
    for view in stepper.running.values():
        if view.stopped:
            raise NotRebuilt(f"{view.stopped}. What was read before is read still.", f"{view.stopped_zh}。仍使用原有视图。")
    return batch[-1].position
