"""How guessing is slowed down: after some wrong passwords each further try has to wait, twice as long each time. Pure; the clock comes in.

A try is counted when it begins and forgiven when it turns out right, so that a thousand tries at once are a thousand tries. What comes
during the wait is refused without looking, right or wrong: otherwise the wait would tell the right password from the others.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from dataclasses import dataclass

# Guesses from everywhere at once are remembered up to this many doors; the one not tried for longest is forgotten first.
DOORS_MAX = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """`free` tries cost nothing; the next waits `first_wait_s`, and each further one twice as long, `longest_wait_s` at most."""

    free: int
    first_wait_s: float = 2.0
    longest_wait_s: float = 900.0
    forget_s: float = 86_400.0


# A person who has changed the password yesterday errs some times; five, then seconds that grow to a quarter of an hour.
ACCOUNT = Patience(free=5)
# A center's consoles may share one address, and a shift begins for all of them at once.
ADDRESS = Patience(free=30)


@dataclass(slots=True)
class _Door:
    tries: int = 0
    last_s: float = 0.0
    until_s: float = 0.0


class Throttle:
    """Counts tries at doors: `account zhoukai`, `address 10.0.3.17`. Times are seconds of the caller's clock."""

    def __init__(self, *, doors_max: int = DOORS_MAX) -> None:
        self._doors_max = doors_max
        self._doors: OrderedDict[str, _Door] = OrderedDict()

    def wait_s(self, door: str, at_s: float) -> int:
        """How many whole seconds the door stays shut; 0 where it is open."""
        known = self._doors.get(door)
        return max(0, math.ceil(known.until_s - at_s)) if known else 0

    def begin(self, door: str, patience: Patience, at_s: float) -> int:
        """A try begins; the number of tries in a row, this one counted."""
        known = self._doors.get(door)
        if known is None or at_s - known.last_s > patience.forget_s:
            known = self._doors[door] = _Door()
        self._doors.move_to_end(door)
        known.tries += 1
        known.last_s = at_s
        if known.tries >= patience.free:
            doublings = min(known.tries - patience.free, 64)
            known.until_s = at_s + min(patience.longest_wait_s, patience.first_wait_s * 2**doublings)
        while len(self._doors) > self._doors_max:
            self._doors.popitem(last=False)
        return known.tries

    def forgive(self, door: str) -> None:
        """One try was right: it does not count, and the wait that it began ends."""
        known = self._doors.get(door)
        if known is not None:
            known.tries = max(0, known.tries - 1)
            known.until_s = 0.0

    def forget(self, door: str) -> None:
        """Nothing is held against the door any more."""
        self._doors.pop(door, None)


def network(address: str) -> str:
    """What one sender holds of addresses: one of IPv4, a /64 of IPv6 (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
