"""What is kept of passwords, sessions and tokens: hashes only, in a SQLite file of their own (`accounts.db`).

Passwords are argon2id hashes. Sessions and tokens are 256 random bits, of which SHA-256 is kept: nobody guesses them, so nothing slow is
needed. None of this is a fact of the log; who has which rights is, and is not here.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from streams.failures import StoreIsNewer, StoreUnavailable

SCHEMA_VERSION = 1
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

_TABLES = """
CREATE TABLE IF NOT EXISTS passwords (
    account TEXT PRIMARY KEY, hash TEXT NOT NULL, must_change INTEGER NOT NULL, changed_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS sessions (
    hash BLOB PRIMARY KEY, account TEXT NOT NULL, created_at REAL NOT NULL, used_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_of_account ON sessions (account);
CREATE TABLE IF NOT EXISTS tokens (hash BLOB PRIMARY KEY, token TEXT NOT NULL UNIQUE, used_at REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS addresses (account TEXT, address TEXT, at REAL NOT NULL, PRIMARY KEY (account, address)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sign_ins (at REAL NOT NULL, account TEXT NOT NULL, address TEXT NOT NULL, outcome TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sign_ins_at ON sign_ins (at);
"""


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


class CredentialStore:
    """From any thread. Secrets come in as they are and are hashed before they are kept.

    A look-up takes some 20 microseconds and waits for no write: it has a connection of its own, and the file is in WAL mode. A write that
    is synced takes milliseconds, and seconds where another process holds the file: that is for a thread.
    """

    def __init__(self, path: Path, *, locked_s_max: float = LOCKED_S_MAX, sign_ins_max: int = SIGN_INS_MAX) -> None:
        is_new = not path.exists()
        self._lock = threading.Lock()
        self._read_lock = threading.Lock()
        self._recorded = 0
        self._sign_ins_max = sign_ins_max
        try:
            self._connection = sqlite3.connect(path, timeout=locked_s_max, isolation_level=None, check_same_thread=False)
            try:
                self._prepare(path, is_new=is_new)
                self._reader = sqlite3.connect(path, timeout=locked_s_max, isolation_level=None, check_same_thread=False)
            except BaseException:
                self._connection.close()
                raise
        except sqlite3.Error as error:
            en, zh = f"{path} cannot be opened: {error}.", f"无法打开 {path}:{error}。"
            raise StoreUnavailable(f"The accounts cannot be read or written now: {en}", f"账号库现在无法读写:{zh}") from error

    def _prepare(self, path: Path, *, is_new: bool) -> None:
        if is_new:
            path.chmod(0o600)
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise StoreIsNewer(
                f"{path} was written by a newer Drumtower (format {found}; this one reads {SCHEMA_VERSION}): upgrade before you start it.",
                f"{path} 由更新版本的鼓楼写成(格式 {found},本版本只读到 {SCHEMA_VERSION}):请先升级再启动。",
            )
        self._connection.execute("PRAGMA journal_mode = WAL")
        # A session that a power cut forgets is signed in again; passwords and revocations are synced one by one, below.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA secure_delete = ON")
        self._connection.executescript(_TABLES)
        if found < SCHEMA_VERSION:
            self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def password(self, account: str) -> Password | None:
        """The account's password, or None."""
        with self._reading() as connection:
            row = connection.execute("SELECT hash, must_change, changed_at FROM passwords WHERE account = ?", (account,)).fetchone()
        return Password(row[0], bool(row[1]), _time(row[2])) if row else None

    def set_password(self, account: str, hashed: str, *, must_change: bool, at: datetime) -> None:
        """The account's password from now on; on disk when this returns."""
        with self._durably() as connection:
            connection.execute(
                "INSERT INTO passwords VALUES (?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, "
                "must_change = excluded.must_change, changed_at = excluded.changed_at",
                (account, hashed, must_change, at.timestamp()),
            )

    def replace_password(self, account: str, hashed: str, *, seen: Password, at: datetime) -> bool:
        """The account's password from now on, chosen by its owner; False where it is no longer the one that was `seen`."""
        with self._durably() as connection:
            replaced = connection.execute(
                "UPDATE passwords SET hash = ?, must_change = 0, changed_at = ? WHERE account = ? AND changed_at = ?",
                (hashed, at.timestamp(), account, seen.changed_at.timestamp()),
            )
            return replaced.rowcount == 1

    def rehash(self, account: str, old: str, new: str) -> None:
        """The same password under other parameters, unless it was changed meanwhile."""
        with self._using() as connection:
            connection.execute("UPDATE passwords SET hash = ? WHERE account = ? AND hash = ?", (new, account, old))

    def begin_session(self, secret: str, account: str, *, at: datetime) -> None:
        """A sign-in that lasts; the account's least used one beyond SESSIONS_MAX ends."""
        with self._using() as connection:
            connection.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (digest(secret), account, at.timestamp(), at.timestamp()))
            connection.execute(
                "DELETE FROM sessions WHERE account = ? AND hash NOT IN "
                "(SELECT hash FROM sessions WHERE account = ? ORDER BY used_at DESC, created_at DESC LIMIT ?)",
                (account, account, SESSIONS_MAX),
            )

    def session(self, hashed: bytes) -> Session | None:
        """The session, or None where it ended or never was. How long it lasts is not judged here."""
        with self._reading() as connection:
            row = connection.execute("SELECT account, created_at, used_at FROM sessions WHERE hash = ?", (hashed,)).fetchone()
        return Session(hashed, row[0], _time(row[1]), _time(row[2])) if row else None

    def use_session(self, session: Session, *, at: datetime) -> None:
        """It was used at that time."""
        if (at - session.used_at).total_seconds() >= USED_WRITTEN_S:
            with self._using() as connection:
                connection.execute("UPDATE sessions SET used_at = ? WHERE hash = ?", (at.timestamp(), session.hash))

    def end_session(self, hashed: bytes) -> None:
        """It opens nothing any more."""
        with self._durably() as connection:
            connection.execute("DELETE FROM sessions WHERE hash = ?", (hashed,))

    def add_token(self, secret: str, token: str) -> None:
        """The secret opens in the name of the token; on disk when this returns."""
        with self._durably() as connection:
            connection.execute("INSERT INTO tokens VALUES (?, ?, NULL)", (digest(secret), token))

    def token(self, secret: str, *, at: datetime) -> str | None:
        """The name of the token that the secret opens, or None; its use is noted."""
        hashed = digest(secret)
        with self._reading() as connection:
            row = connection.execute("SELECT token, used_at FROM tokens WHERE hash = ?", (hashed,)).fetchone()
        if row is not None and (row[1] is None or at.timestamp() - row[1] >= USED_WRITTEN_S):
            with self._using() as connection:
                connection.execute("UPDATE tokens SET used_at = ? WHERE hash = ?", (at.timestamp(), hashed))
        return row[0] if row else None

    def has_token(self, token: str) -> bool:
        """Whether there is a secret that opens in its name."""
        with self._reading() as connection:
            return connection.execute("SELECT 1 FROM tokens WHERE token = ?", (token,)).fetchone() is not None

    def remove_token(self, token: str) -> None:
        """Its secret opens nothing any more; on disk when this returns."""
        with self._durably() as connection:
            connection.execute("DELETE FROM tokens WHERE token = ?", (token,))

    def tokens_used(self) -> dict[str, datetime | None]:
        """When each token was last used, to the minute."""
        with self._reading() as connection:
            rows = connection.execute("SELECT token, used_at FROM tokens ORDER BY token").fetchall()
        return {token: None if used_at is None else _time(used_at) for token, used_at in rows}

    def is_known_address(self, account: str, address: str, *, at: datetime) -> bool:
        """Whether the account's owner signed in from there not long ago."""
        with self._reading() as connection:
            row = connection.execute("SELECT at FROM addresses WHERE account = ? AND address = ?", (account, address)).fetchone()
        return row is not None and at.timestamp() - row[0] < ADDRESS_DAYS_KNOWN * _DAY_S

    def know_address(self, account: str, address: str, *, at: datetime) -> None:
        """The account's owner signed in from there."""
        with self._using() as connection:
            connection.execute(
                "INSERT INTO addresses VALUES (?, ?, ?) ON CONFLICT (account, address) DO UPDATE SET at = excluded.at",
                (account, address, at.timestamp()),
            )
            connection.execute("DELETE FROM addresses WHERE at < ?", (at.timestamp() - ADDRESS_DAYS_KNOWN * _DAY_S,))

    def record(self, sign_in: SignIn) -> None:
        """Keep that it was tried."""
        with self._using() as connection:
            connection.execute(
                "INSERT INTO sign_ins VALUES (?, ?, ?, ?)", (sign_in.at.timestamp(), sign_in.account, sign_in.address, sign_in.outcome)
            )
            self._recorded += 1
            if self._recorded % PRUNE_EVERY == 1:
                connection.execute("DELETE FROM sign_ins WHERE at < ?", (sign_in.at.timestamp() - SIGN_INS_DAYS_KEPT * _DAY_S,))
                connection.execute("DELETE FROM sign_ins WHERE rowid <= (SELECT max(rowid) FROM sign_ins) - ?", (self._sign_ins_max,))

    def sign_ins(self, account: str | None = None, *, limit: int = 100) -> list[SignIn]:
        """The newest tries, newest first."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT at, account, address, outcome FROM sign_ins WHERE ?1 IS NULL OR account = ?1 ORDER BY at DESC, rowid DESC LIMIT ?2",
                (account, limit),
            ).fetchall()
        return [SignIn(_time(row[0]), *row[1:]) for row in rows]

    def close(self) -> None:
        """Give the file back."""
        with self._lock, self._read_lock:
            self._reader.close()
            self._connection.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._read_lock:
            try:
                yield self._reader
            except sqlite3.Error as error:
                raise _unavailable(error) from error

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise _unavailable(error) from error

    @contextmanager
    def _durably(self) -> Iterator[sqlite3.Connection]:
        with self._using() as connection:
            connection.execute("PRAGMA synchronous = FULL")
            try:
                yield connection
            finally:
                connection.execute("PRAGMA synchronous = NORMAL")


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _unavailable(error: sqlite3.Error) -> StoreUnavailable:
    return StoreUnavailable(f"The accounts cannot be read or written now: {error}.", f"账号库现在无法读写:{error}。")
