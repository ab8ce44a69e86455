"""What is kept of secrets, in PostgreSQL: what one gateway writes is so at every other, for `command_ui.accounts.credentials`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

from streams.failures import StoreUnavailable
from streams.postgres.one_connection import OneConnection

STEPS: Final = (
    (
        (
            'CREATE TABLE passwords (account text COLLATE "C" PRIMARY KEY, hash text NOT NULL, must_change integer NOT NULL, '
            "changed_at double precision NOT NULL)"
        ),
        (
            'CREATE TABLE sessions (hash bytea PRIMARY KEY, account text COLLATE "C" NOT NULL, created_at double precision NOT NULL, '
            "used_at double precision NOT NULL)"
        ),
        "CREATE INDEX sessions_of_account ON sessions (account)",
        'CREATE TABLE tokens (hash bytea PRIMARY KEY, token text COLLATE "C" NOT NULL UNIQUE, used_at double precision)',
        'CREATE TABLE addresses (account text COLLATE "C", address text, at double precision NOT NULL, PRIMARY KEY (account, address))',
        # What SQLite numbers by itself.
        (
            "CREATE TABLE sign_ins (rowid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at double precision NOT NULL, "
            'account text COLLATE "C" NOT NULL, address text NOT NULL, outcome text NOT NULL)'
        ),
        "CREATE INDEX sign_ins_at ON sign_ins (at)",
    ),
)


class CredentialDatabase:
    """A `command_ui.accounts.credentials.CredentialTables`. Every write is synced: a server that is killed forgets no session."""

    def __init__(self, address: str) -> None:
        self._writer = OneConnection(address, _unavailable)
        self._reader = OneConnection(address, _unavailable)
        self._writer.bring_up_to_date("accounts", STEPS)

    @contextmanager
    def reading(self) -> Iterator[_Translated]:
        """As promised by `CredentialTables`; each statement by itself."""
        yield _Translated(self._reader)

    @contextmanager
    def using(self) -> Iterator[_Translated]:
        """As promised by `CredentialTables`; all statements or none."""
        with self._writer.transaction() as transaction:
            yield _Translated(transaction)

    durably = using

    def close(self) -> None:
        """Give the connections back."""
        self._reader.close()
        self._writer.close()


class _Executes(Protocol):
    def execute(self, statement: bytes, parameters: Sequence[object], /) -> Any: ...  # noqa: ANN401 -- psycopg's cursor, here and there


class _Translated:
    """SQL with `?` for psycopg, which says `%s`."""

    def __init__(self, connection: _Executes) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[object] = (), /) -> Any:  # noqa: ANN401 -- psycopg's cursor
        """As promised by `Statements`."""
        return self._connection.execute(statement.replace("?", "%s").encode(), [_kept(each) for each in parameters])


def _kept(value: object) -> object:
    """PostgreSQL keeps no NUL; who types one into a name is nobody's owner."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value


def _unavailable(words: str) -> StoreUnavailable:
    return StoreUnavailable(f"The accounts cannot be read or written now: {words}.", f"账号库现在无法读写:{words}。")
