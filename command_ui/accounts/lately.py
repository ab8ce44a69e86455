"""Who was found by a token within the last second, so that a program that sends or watches a great deal is looked up once in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from command_ui.accounts.principal import Principal

# A look-up takes 0.3 ms of two files. What another process changes is unknown for so long; what this server changes is forgotten at once.
KNOWN_FOR = timedelta(seconds=1)
KNOWN_MAX = 1_000


class LatelyFound:
    """Belongs to the thread of the event loop."""

    def __init__(self) -> None:
        self._found: dict[bytes, tuple[Principal, datetime]] = {}

    def get(self, key: bytes, now: datetime) -> Principal | None:
        """Who was found under this key, while that holds."""
        principal, at = self._found.get(key, (None, now))
        is_so = principal is not None and timedelta(0) <= now - at < KNOWN_FOR and now < principal.expires_at
        return principal if is_so else None

    def keep(self, key: bytes, principal: Principal, now: datetime) -> Principal:
        """The same principal, found now."""
        if len(self._found) >= KNOWN_MAX:
            self._found.clear()
        self._found[key] = (principal, now)
        return principal

    def forget(self) -> None:
        """Something about accounts has changed."""
        self._found.clear()
