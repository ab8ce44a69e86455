"""What the relay keeps, in PostgreSQL beside the events: whichever relay runs next goes on from there, on any machine."""

from __future__ import annotations

from typing import Final

import msgspec

from streams.failures import StoreUnavailable
from streams.kafka.relay_state import Kept
from streams.postgres.one_connection import OneConnection

PART: Final = "relay"
STEPS: Final = (
    # One row a topic prefix. The epoch stands beside the state, so that PostgreSQL itself refuses an older one.
    ('CREATE TABLE relay_states (name text COLLATE "C" PRIMARY KEY, epoch bigint NOT NULL, state bytea NOT NULL)',),
)
_KEEP: Final = (
    "INSERT INTO relay_states VALUES (%s, %s, %s) ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, state = excluded.state "
    "WHERE relay_states.epoch <= excluded.epoch"
)


class PostgresRelayStore:
    """A `streams.kafka.relay_state.RelayStore`: several relays may hold it, under the prefix of the topics that they write to."""

    def __init__(self, address: str, name: str) -> None:
        self._name = name
        # What a server that was killed forgets is read from the topics again: no commit waits for its disk.
        self._connection = OneConnection(address, _unavailable, is_synced=False)
        self._connection.bring_up_to_date(PART, STEPS)

    def read(self) -> Kept:
        """What was kept last. Raises StoreUnavailable."""
        row = self._connection.execute("SELECT state FROM relay_states WHERE name = %s", (self._name,)).fetchone()
        return msgspec.json.decode(row[0], type=Kept) if row is not None else Kept()

    def write(self, kept: Kept) -> None:
        """Keep it, unless a later epoch is kept there. Raises StoreUnavailable."""
        self._connection.execute(_KEEP, (self._name, kept.epoch, msgspec.json.encode(kept)))

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def _unavailable(words: str) -> StoreUnavailable:
    return StoreUnavailable(f"The relay cannot read or write how far it is: {words}.", f"发布程序无法读写其进度:{words}。")
