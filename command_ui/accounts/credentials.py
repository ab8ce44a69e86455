"""What is kept of passwords, sessions and tokens: hashes only, in tables of their own.

These lie in a SQLite file (`accounts.db`, `command_ui.accounts.credential_file`), or in PostgreSQL where several gateways share them
(`command_ui.accounts.credential_database`).

Passwords are argon2id hashes. Sessions and tokens are 256 random bits, of which SHA-256 is kept: nobody guesses them, so nothing slow is
needed. None of this is a fact of the log; who has which rights is, and is not here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from command_ui.accounts.credential_file import CredentialFile

# Who is signed in at more windows than this has forgotten most of them; the one not used for longest ends.
SESSIONS_MAX = 20
# The Cybersecurity Law of the People's Republic of China, article 21, asks for six months of such records.
SIGN_INS_DAYS_KEPT = 183
# A flood of tries from a thousand addresses fills no disk: beyond this the oldest records go before their time.
SIGN_INS_MAX = 500_000
# Old records are looked for once in so many.
PRUNE_EVERY = 500
# An address at which somebody signed in is known as theirs so long.
ADDRESS_DAYS_KNOWN = 30
# `used_at` is written at most this often: a session in use costs one write a minute.
USED_WRITTEN_S = 60.0
_DAY_S = 86_400.0
# Another process (the command line) holds the file for milliseconds; beyond this something is wrong, and somebody is told.
LOCKED_S_MAX = 5.0


@dataclass(frozen=True, slots=True)
class Password:
    """What is kept of a password."""

    hash: str
    must_change: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in that lasts."""

    hash: bytes
    account: str
    created_at: datetime
    used_at: datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """A try to sign in. The account is empty where nobody has that name: a password typed into the wrong field is not kept."""

    at: datetime
    account: str
    address: str
    outcome: str


def digest(secret: str) -> bytes:
    """What is kept of a random secret."""
    return hashlib.sha256(secret.encode()).digest()


class Found(Protocol):
    """What a statement has found or changed."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""
        ...

    def fetchone(self) -> Any:  # noqa: ANN401 -- rows are tuples of what the columns hold
        """The next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        ...


class Statements(Protocol):
    """Takes SQL that SQLite and PostgreSQL understand alike, with `?` for each parameter."""

    def execute(self, statement: str, parameters: Sequence[object] = (), /) -> Found:
        """Do it."""
        ...


class CredentialTables(Protocol):
    """Where the rows lie. From any thread; what cannot be done now is a StoreUnavailable."""

    def reading(self) -> AbstractContextManager[Statements]:
        """To look something up; waits for no write."""
        ...

    def using(self) -> AbstractContextManager[Statements]:
        """To write what a power cut may forget."""
        ...

    def durably(self) -> AbstractContextManager[Statements]:
        """To write what is on disk at the end."""
        ...

    def close(self) -> None:
        """Give the file or the connections back."""
        ...


class CredentialStore:
    """From any thread. Secrets come in as they are and are hashed before they are kept.

    A look-up takes some 20 microseconds in a file, and a round trip to PostgreSQL; it waits for no write. A write that is synced takes
    milliseconds, and seconds where another process holds the rows: that is for a thread.
    """

    def __init__(self, tables: Path | CredentialTables, *, locked_s_max: float = LOCKED_S_MAX, sign_ins_max: int = SIGN_INS_MAX) -> None:
        """`tables`, or the path of their file."""
        self._tables = CredentialFile(tables, locked_s_max) if isinstance(tables, Path) else tables
        self._recorded = 0
        self._sign_ins_max = sign_ins_max

    def password(self, account: str) -> Password | None:
        """The account's password, or None."""
        with self._tables.reading() as rows:
            row = rows.execute("SELECT hash, must_change, changed_at FROM passwords WHERE account = ?", (account,)).fetchone()
        return Password(row[0], bool(row[1]), _time(row[2])) if row else None

    def set_password(self, account: str, hashed: str, *, must_change: bool, at: datetime) -> None:
        """The account's password from now on; on disk when this returns. It is later than the one before it: sessions end by that."""
        with self._tables.durably() as rows:
            rows.execute(
                "INSERT INTO passwords VALUES (?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, "
                "must_change = excluded.must_change, changed_at = CASE WHEN excluded.changed_at > passwords.changed_at "
                "THEN excluded.changed_at ELSE passwords.changed_at + 0.000001 END",
                (account, hashed, int(must_change), at.timestamp()),
            )

    def set_first_password(self, account: str, hashed: str, *, at: datetime) -> bool:
        """The account's password until it is changed; False where it has one already, which stays."""
        with self._tables.durably() as rows:
            added = rows.execute(
                "INSERT INTO passwords VALUES (?, ?, 1, ?) ON CONFLICT (account) DO NOTHING", (account, hashed, at.timestamp())
            )
            return added.rowcount == 1

    def replace_password(self, account: str, hashed: str, *, seen: Password, at: datetime) -> bool:
        """The account's password from now on, chosen by its owner; False where it is no longer the one that was `seen`."""
        with self._tables.durably() as rows:
            replaced = rows.execute(
                "UPDATE passwords SET hash = ?, must_change = 0, changed_at = ? WHERE account = ? AND changed_at = ?",
                (hashed, at.timestamp(), account, seen.changed_at.timestamp()),
            )
            return replaced.rowcount == 1

    def rehash(self, account: str, old: str, new: str) -> None:
        """The same password under other parameters, unless it was changed meanwhile."""
        with self._tables.using() as rows:
            rows.execute("UPDATE passwords SET hash = ? WHERE account = ? AND hash = ?", (new, account, old))

    def begin_session(self, secret: str, account: str, *, at: datetime) -> None:
        """A sign-in that lasts; the account's least used one beyond SESSIONS_MAX ends."""
        with self._tables.using() as rows:
            rows.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (digest(secret), account, at.timestamp(), at.timestamp()))
            rows.execute(
                "DELETE FROM sessions WHERE account = ? AND hash NOT IN "
                "(SELECT hash FROM sessions WHERE account = ? ORDER BY used_at DESC, created_at DESC LIMIT ?)",
                (account, account, SESSIONS_MAX),
            )

    def session(self, hashed: bytes) -> Session | None:
        """The session, or None where it ended or never was. How long it lasts is not judged here."""
        with self._tables.reading() as rows:
            row = rows.execute("SELECT account, created_at, used_at FROM sessions WHERE hash = ?", (hashed,)).fetchone()
        return Session(hashed, row[0], _time(row[1]), _time(row[2])) if row else None

    def use_session(self, session: Session, *, at: datetime) -> None:
        """It was used at that time."""
        if (at - session.used_at).total_seconds() >= USED_WRITTEN_S:
            with self._tables.using() as rows:
                rows.execute("UPDATE sessions SET used_at = ? WHERE hash = ?", (at.timestamp(), session.hash))

    def end_session(self, hashed: bytes) -> None:
        """It opens nothing any more."""
        with self._tables.durably() as rows:
            rows.execute("DELETE FROM sessions WHERE hash = ?", (hashed,))

    def add_token(self, secret: str, token: str) -> None:
        """The secret opens in the name of the token; on disk when this returns."""
        with self._tables.durably() as rows:
            rows.execute("INSERT INTO tokens VALUES (?, ?, NULL)", (digest(secret), token))

    def token(self, secret: str, *, at: datetime) -> str | None:
        """The name of the token that the secret opens, or None; its use is noted."""
        hashed = digest(secret)
        with self._tables.reading() as rows:
            row = rows.execute("SELECT token, used_at FROM tokens WHERE hash = ?", (hashed,)).fetchone()
        if row is not None and (row[1] is None or at.timestamp() - row[1] >= USED_WRITTEN_S):
            with self._tables.using() as rows:
                rows.execute("UPDATE tokens SET used_at = ? WHERE hash = ?", (at.timestamp(), hashed))
        return row[0] if row else None

    def has_token(self, token: str) -> bool:
        """Whether there is a secret that opens in its name."""
        with self._tables.reading() as rows:
            return rows.execute("SELECT 1 FROM tokens WHERE token = ?", (token,)).fetchone() is not None

    def remove_token(self, token: str) -> None:
        """Its secret opens nothing any more; on disk when this returns."""
        with self._tables.durably() as rows:
            rows.execute("DELETE FROM tokens WHERE token = ?", (token,))

    def tokens_used(self) -> dict[str, datetime | None]:
        """When each token was last used, to the minute."""
        with self._tables.reading() as rows:
            found = rows.execute("SELECT token, used_at FROM tokens ORDER BY token").fetchall()
        return {token: None if used_at is None else _time(used_at) for token, used_at in found}

    def is_known_address(self, account: str, address: str, *, at: datetime) -> bool:
        """Whether the account's owner signed in from there not long ago."""
        with self._tables.reading() as rows:
            row = rows.execute("SELECT at FROM addresses WHERE account = ? AND address = ?", (account, address)).fetchone()
        return row is not None and at.timestamp() - row[0] < ADDRESS_DAYS_KNOWN * _DAY_S

    def know_address(self, account: str, address: str, *, at: datetime) -> None:
        """The account's owner signed in from there."""
        with self._tables.using() as rows:
            rows.execute(
                "INSERT INTO addresses VALUES (?, ?, ?) ON CONFLICT (account, address) DO UPDATE SET at = excluded.at",
                (account, address, at.timestamp()),
            )
            rows.execute("DELETE FROM addresses WHERE at < ?", (at.timestamp() - ADDRESS_DAYS_KNOWN * _DAY_S,))

    def record(self, sign_in: SignIn) -> None:
        """Keep that it was tried."""
        with self._tables.using() as rows:
            rows.execute(
                "INSERT INTO sign_ins (at, account, address, outcome) VALUES (?, ?, ?, ?)",
                (sign_in.at.timestamp(), sign_in.account, sign_in.address, sign_in.outcome),
            )
            self._recorded += 1
            if self._recorded % PRUNE_EVERY == 1:
                rows.execute("DELETE FROM sign_ins WHERE at < ?", (sign_in.at.timestamp() - SIGN_INS_DAYS_KEPT * _DAY_S,))
                rows.execute("DELETE FROM sign_ins WHERE rowid <= (SELECT max(rowid) FROM sign_ins) - ?", (self._sign_ins_max,))

    def sign_ins(self, account: str | None = None, *, limit: int = 100) -> list[SignIn]:
        """The newest tries, newest first."""
        with self._tables.reading() as rows:
            found = rows.execute(
                "SELECT at, account, address, outcome FROM sign_ins WHERE account = coalesce(?, account) "
                "ORDER BY at DESC, rowid DESC LIMIT ?",
                (account, limit),
            ).fetchall()
        return [SignIn(_time(row[0]), *row[1:]) for row in found]

    def close(self) -> None:
        """Give the file or the connections back."""
        self._tables.close()


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
