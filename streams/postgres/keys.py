"""The keys of personal data in PostgreSQL, shared by every gateway, for `streams.vault`.

A new key is found by all gateways at once, so that all seal for a subject with the same one; its commit does not wait for the disk, the
flush before the facts does, and makes sure that the server still has what was sealed with.

What erasing means here. The row holds no key any more when `erase` returns, and no query finds it. But PostgreSQL does not write in place:
the row's older version, with the wrapped key, lies in the table's file until it is vacuumed. `erase` does so at once; while a transaction
is open that began before (a dump, say), autovacuum does it later. Even then its bytes are only given free, and overwritten when the page
fills again; `VACUUM FULL vault_keys`, for which every gateway waits, leaves none. PostgreSQL's own log (`pg_wal`, and its archive where
there is one) holds the key until it is recycled, standbys replay all of this, and a backup brings the key back until it expires. In all
these places it is wrapped: without the master key, which is never in the database, it opens nothing.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Final, LiteralString

from streams.failures import StoreUnavailable
from streams.postgres.one_connection import OneConnection

STEPS: Final = (
    (
        # A subject is UTF-8, of which PostgreSQL's text leaves out one letter (NUL). Without a key: erased.
        "CREATE TABLE vault_keys (subject bytea PRIMARY KEY, wrapped bytea)",
        "CREATE TABLE vault_master (fingerprint bytea NOT NULL)",
        "CREATE UNIQUE INDEX vault_master_is_one ON vault_master ((TRUE))",
    ),
)
# Held while the master key is made. (The number is "keys" in ASCII.)
_LOCK: Final = 0x6B657973
# Local to this statement's transaction: the next flush waits for the disk, once for all that was added.
_ADD: Final = "INSERT INTO vault_keys SELECT %s, %s FROM set_config('synchronous_commit', 'off', true) ON CONFLICT (subject) DO NOTHING"
_LOOK: Final = "SELECT subject, wrapped FROM vault_keys WHERE subject = ANY(%s)"
# Locking a row is itself written and synced, and everything before it is on disk then too.
_SYNC: Final = f"{_LOOK} FOR SHARE"
# In their order, so that two gateways which do the same never wait for each other.
_ADD_AGAIN: Final = (
    "INSERT INTO vault_keys SELECT * FROM unnest(%s::bytea[], %s::bytea[]) AS lost (subject, wrapped) ORDER BY subject "
    "ON CONFLICT (subject) DO NOTHING"
)
# The calls that are being worked on, many times over, at some 200 bytes each.
ON_DISK_MAX: Final = 4_096
_ERASE: Final = "INSERT INTO vault_keys VALUES (%s, NULL) ON CONFLICT (subject) DO UPDATE SET wrapped = NULL"

log = logging.getLogger(__name__)


class PostgresKeys:
    """A `streams.vault.KeyTable`."""

    is_shared = True

    def __init__(self, address: str) -> None:
        self._address = address
        self._on_disk: OrderedDict[bytes, bytes] = OrderedDict()
        self._connection = OneConnection(address, _unavailable)
        self._connection.bring_up_to_date("vault", STEPS)

    def master(self, make: Callable[[], bytes]) -> bytes:
        """As promised by `streams.vault.KeyTable`."""
        with self._connection.transaction() as transaction:
            row = transaction.execute("SELECT fingerprint FROM vault_master").fetchone()
            if row is None:
                # Two gateways that start together: the second finds what the first has made.
                transaction.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                row = transaction.execute("SELECT fingerprint FROM vault_master").fetchone()
            if row is None:
                row = (make(),)
                transaction.execute("INSERT INTO vault_master VALUES (%s)", row)
        known: bytes = row[0]
        return known

    def find(self, subject: str) -> bytes | None:
        """As promised by `streams.vault.KeyTable`."""
        row = self._connection.execute("SELECT wrapped FROM vault_keys WHERE subject = %s", (subject.encode(),)).fetchone()
        return (row[0] or b"") if row is not None else None

    def add(self, subject: str, wrapped: bytes, *, is_deferred: bool) -> bool:  # noqa: ARG002 -- the vault flushes what is not deferred
        """As promised by `streams.vault.KeyTable`."""
        return self._connection.execute(_ADD, (subject.encode(), wrapped)).rowcount == 1

    def flush(self, used: Mapping[str, bytes]) -> None:
        """As promised by `streams.vault.KeyTable`; one that another gateway has erased meanwhile fails it as well."""
        if not used:
            return
        ours = {subject.encode(): wrapped for subject, wrapped in sorted(used.items())}
        # A key is never changed, only erased: what was once on disk costs no further sync.
        kept = self._kept(_LOOK if ours.items() <= self._on_disk.items() else _SYNC, ours)
        if len(kept) < len(ours):
            # The server was killed before they were on its disk: nothing is lost while they are known here.
            self._connection.execute(_ADD_AGAIN, (list(ours), list(ours.values())))
            kept = self._kept(_SYNC, ours)
        for subject, wrapped in ours.items():
            if kept.get(subject) != wrapped:
                raise _unavailable(f"the key of {subject.decode()} was erased in this moment")
        self._on_disk.update(ours)
        while len(self._on_disk) > ON_DISK_MAX:
            self._on_disk.popitem(last=False)

    def erase(self, subject: str) -> None:
        """As promised by `streams.vault.KeyTable`."""
        self._connection.execute(_ERASE, (subject.encode(),))
        try:
            # A connection of its own: where this takes too long, nobody waits behind it.
            with closing(OneConnection(self._address, _unavailable)) as connection:
                connection.execute("VACUUM vault_keys")
        except StoreUnavailable:
            # The key is erased: what lies in the file still is autovacuum's to clear away.
            log.warning("vault_keys could not be vacuumed after the erasure of %s", subject, exc_info=True)

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _kept(self, look: LiteralString, ours: Mapping[bytes, bytes]) -> dict[bytes, bytes | None]:
        return dict(self._connection.execute(look, (list(ours),)).fetchall())


def _unavailable(words: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"The key store cannot be used now ({words}): nothing was accepted. Send it again with the same key when the database is well.",
        f"密钥库现在无法使用({words}):本条未受理。数据库恢复后请用同一个幂等键重发。",
    )
