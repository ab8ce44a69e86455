"""A role of PostgreSQL for each process, with the least rights that do its work; the owner alone makes and changes tables.

What nobody but the owner may do: change or delete a fact or a receipt, or the beginning of the chain. A gateway adds facts behind a lock
that it takes by a function of the owner's (`fact_tables`): the lock itself would ask for the right to change what is locked.

StreamFailure
 +- RolesAreWrong     roles are missing, or may do less or more than they must: a sentence for each
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, Literal, LiteralString

from psycopg import sql
from psycopg.rows import tuple_row

from streams.postgres.connections import Rows, connected
from streams.postgres.failures import place_of
from streams.postgres.migrations import Step, bring_up_to_date

Role = Literal["gateway", "worker", "relay"]
ROLES: Final[tuple[Role, ...]] = ("gateway", "worker", "relay")

Privileges = tuple[LiteralString, ...]
READ: Final[Privileges] = ("SELECT",)
ADD: Final[Privileges] = ("SELECT", "INSERT")
CHANGE: Final[Privileges] = ("SELECT", "INSERT", "UPDATE")
ALL: Final[Privileges] = ("SELECT", "INSERT", "UPDATE", "DELETE")
# Everything that can be done to a table. The last came with PostgreSQL 17.
PRIVILEGES: Final[Privileges] = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
MAINTAIN: Final[LiteralString] = "MAINTAIN"
MAINTAIN_SINCE: Final = 170_000

# By table, or by how tables' names look: who may do what. A table that no line names is the owner's alone.
_TABLES: Final[tuple[tuple[str, Mapping[Role, Privileges]], ...]] = (
    ("schema_versions", {"gateway": READ, "worker": READ, "relay": READ}),
    ("stored_events", {"gateway": ADD, "worker": READ, "relay": READ}),
    ("receipts", {"gateway": ADD}),
    ("chain", {"gateway": READ, "worker": READ, "relay": READ}),
    # A gateway tells which hop is behind.
    ("relay_*", {"relay": ALL, "gateway": READ}),
    ("view_*", {"gateway": READ, "worker": ALL}),
    # Erasing empties a key; MAINTAIN lets what lay under it be cleared away at once (streams/postgres/keys.py).
    ("vault_keys", {"gateway": (*CHANGE, MAINTAIN)}),
    ("vault_master", {"gateway": ADD}),
    ("watch_sensors", {"gateway": ALL}),
    ("watch_positions", {"gateway": ("SELECT", "UPDATE")}),
    ("accesses", {"gateway": ALL}),
    ("passwords", {"gateway": ALL}),
    ("sessions", {"gateway": ALL}),
    ("tokens", {"gateway": ALL}),
    ("addresses", {"gateway": ALL}),
    ("sign_ins", {"gateway": ALL}),
)
# By function: who may call it.
_FUNCTIONS: Final[Mapping[str, Sequence[Role]]] = {"lock_log": ("gateway",)}

# One that changes them at a time. (The number is "role" in ASCII.)
_LOCK: Final = 0x726F6C65
_TABLES_THERE: Final = (
    "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') ORDER BY relname"
)
_FUNCTIONS_THERE: Final = (
    "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND pronargs = 0 ORDER BY proname"
)
_HAS: Final = (
    "SELECT r.rolname, c.relname, p.name FROM pg_roles r, pg_class c, unnest(%s::text[]) AS p (name) "
    "WHERE r.rolname = ANY (%s) AND c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') "
    "AND has_table_privilege(r.oid, c.oid, p.name)"
)
_MAY_CALL: Final = (
    "SELECT r.rolname, f.proname FROM pg_roles r, pg_proc f WHERE r.rolname = ANY (%s) AND f.proname = ANY (%s) "
    "AND f.pronamespace = current_schema()::regnamespace AND has_function_privilege(r.oid, f.oid, 'EXECUTE')"
)
_PROPERTIES: Final = (
    "SELECT rolname, rolcanlogin, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls, "
    "has_schema_privilege(oid, current_schema(), 'USAGE'), has_schema_privilege(oid, current_schema(), 'CREATE'), "
    "has_database_privilege(oid, current_database(), 'CONNECT') FROM pg_roles WHERE rolname = ANY (%s)"
)


@dataclass(frozen=True, slots=True, order=True)
class Wrong:
    """One thing that is not as it must be: what, and how to mend it."""

    role: str
    en: str
    zh: str


def name_of(role: str) -> str:
    """The role's name in PostgreSQL."""
    return f"drumtower_{role}"


def privileges(role: Role, table: str) -> frozenset[LiteralString]:
    """What a role may do to a table."""
    return frozenset(next((may.get(role, ()) for pattern, may in _TABLES if fnmatchcase(table, pattern)), ()))


def is_known(table: str) -> bool:
    """Whether it was thought of who may do what to a table."""
    return any(fnmatchcase(table, pattern) for pattern, _ in _TABLES)


def create(address: str, parts: Mapping[str, Sequence[Step]], passwords: Mapping[str, str]) -> list[Wrong]:
    """Bring every part's tables up to date, make the roles that are missing, and give each its rights and no others.

    `address` is the owner's. `passwords` are by the roles' names; one that is named and there gets this one. What is wrong afterwards.
    """
    with connected(address) as connection:
        for part, steps in parts.items():
            bring_up_to_date(connection, place_of(address), part, steps)
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            _shut(connection)
            for role in ROLES:
                _make(connection, name_of(role), passwords.get(name_of(role)))
                _grant(connection, role)
        return _wrongs(connection)


def check(address: str) -> list[Wrong]:
    """What is wrong about the roles, in the database at this address."""
    with connected(address) as connection:
        return _wrongs(connection)


def _shut(connection: Rows) -> None:
    """What PostgreSQL gives to everybody who can sign in."""
    [(database, schema)] = _rows(connection, "SELECT current_database(), current_schema()")
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC",
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC",
    ):
        connection.execute(_composed(statement, database=database, schema=schema))


def _make(connection: Rows, name: str, password: str | None) -> None:
    there = _rows(connection, "SELECT FROM pg_roles WHERE rolname = %s", (name,))
    if not there:
        connection.execute(_composed("CREATE ROLE {name} LOGIN", name=name))
    if password is not None:
        # Only what it can be checked by goes to the server, and into its log.
        verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(verifier)))


def _grant(connection: Rows, role: Role) -> None:
    name = name_of(role)
    [(database, schema)] = _rows(connection, "SELECT current_database(), current_schema()")
    names = {"database": database, "schema": schema, "name": name}
    for statement in (
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name}",
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM {name}",
        "REVOKE ALL ON SCHEMA {schema} FROM {name}",
        "GRANT CONNECT ON DATABASE {database} TO {name}",
        "GRANT USAGE ON SCHEMA {schema} TO {name}",
    ):
        connection.execute(_composed(statement, **names))
    for (table,) in _rows(connection, _TABLES_THERE):
        given = sorted(privileges(role, table) - _unknown_here(connection))
        if given:
            listed = sql.SQL(", ").join(map(sql.SQL, given))
            connection.execute(sql.SQL("GRANT {} ON {} TO {}").format(listed, sql.Identifier(schema, table), sql.Identifier(name)))
    for (function,) in _rows(connection, _FUNCTIONS_THERE):
        if role in _FUNCTIONS.get(function, ()):
            connection.execute(
                sql.SQL("GRANT EXECUTE ON FUNCTION {}() TO {}").format(sql.Identifier(schema, function), sql.Identifier(name))
            )


def _wrongs(connection: Rows) -> list[Wrong]:
    names = list(map(name_of, ROLES))
    properties = {row[0]: row[1:] for row in _rows(connection, _PROPERTIES, (names,))}
    tables = [row[0] for row in _rows(connection, _TABLES_THERE)]
    asked = [name for name in (*PRIVILEGES, MAINTAIN) if name not in _unknown_here(connection)]
    has: dict[tuple[str, str], set[str]] = {}
    for name, table, privilege in _rows(connection, _HAS, (asked, names)):
        has.setdefault((name, table), set()).add(privilege)
    may_call = set(_rows(connection, _MAY_CALL, (names, list(_FUNCTIONS))))
    functions = {row[0] for row in _rows(connection, _FUNCTIONS_THERE)}
    wrongs: list[Wrong] = []
    for role in ROLES:
        name = name_of(role)
        if name not in properties:
            wrongs.append(_missing(name))
            continue
        wrongs += _of_the_role(name, *properties[name])
        for table in tables:
            wrongs += _compared(name, table, privileges(role, table) & set(asked), has.get((name, table), set()))
        for function, roles in _FUNCTIONS.items():
            if function in functions:
                wanted = {"EXECUTE"} if role in roles else set()
                wrongs += _compared(name, f"FUNCTION {function}()", wanted, {"EXECUTE"} if (name, function) in may_call else set())
    return wrongs


def _missing(name: str) -> Wrong:
    return Wrong(
        name,
        f"the role {name} is missing: run `drumtower roles --create --accounts FILE`, with a line «{name} PASSWORD» in the file.",
        f"缺少角色 {name}:请运行 `drumtower roles --create --accounts FILE`,文件中写一行「{name} 口令」。",
    )


def _of_the_role(name: str, may_sign_in: bool, is_mighty: bool, may_use: bool, may_make: bool, may_connect: bool) -> Iterator[Wrong]:  # noqa: FBT001 -- a row of the catalogue
    if is_mighty:
        yield Wrong(
            name,
            f"the role {name} may do more than any process must: run ALTER ROLE {name} NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION "
            "NOBYPASSRLS.",
            f"角色 {name} 权限过大:请运行 ALTER ROLE {name} NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS。",
        )
    if may_make:
        yield Wrong(
            name,
            f"the role {name} may make tables: run `drumtower roles --create`.",
            f"角色 {name} 可以建表:请运行 `drumtower roles --create`。",
        )
    if not (may_sign_in and may_use and may_connect):
        yield Wrong(
            name,
            f"the role {name} cannot come into this database: run `drumtower roles --create`, and ALTER ROLE {name} LOGIN.",
            f"角色 {name} 无法进入该数据库:请运行 `drumtower roles --create` 并执行 ALTER ROLE {name} LOGIN。",
        )


def _compared(name: str, what: str, wanted: frozenset[str] | set[str], has: set[str]) -> Iterator[Wrong]:
    if lacking := ", ".join(sorted(wanted - has)):
        yield Wrong(
            name,
            f"the role {name} may not {lacking} {what}: run `drumtower roles --create`.",
            f"角色 {name} 对 {what} 缺少权限 {lacking}:请运行 `drumtower roles --create`。",
        )
    if beyond := ", ".join(sorted(has - wanted)):
        yield Wrong(
            name,
            f"the role {name} may {beyond} {what}, which is not what its work needs: run `drumtower roles --create`, and see of which "
            "other roles it is a member.",
            f"角色 {name} 对 {what} 的权限 {beyond} 并非其工作所需:请运行 `drumtower roles --create`,并检查其所属的其他角色。",
        )


def _unknown_here(connection: Rows) -> frozenset[LiteralString]:
    return frozenset() if connection.info.server_version >= MAINTAIN_SINCE else frozenset({MAINTAIN})


def _rows(connection: Rows, query: LiteralString, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(query, values).fetchall()


def _composed(statement: LiteralString, **names: str) -> sql.Composed:
    return sql.SQL(statement).format(**{key: sql.Identifier(name) for key, name in names.items() if f"{{{key}}}" in statement})
