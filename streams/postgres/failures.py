"""Why PostgreSQL cannot be used now: its errors as sentences in both languages."""

from __future__ import annotations

from typing import Any

from psycopg import Error, ProgrammingError, errors
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import PoolTimeout, TooManyRequests

from streams.failures import StoreUnavailable

# What a server's own words may take of a sentence.
WORDS_MAX = 300

_KNOWN: tuple[tuple[type[Error], str, str], ...] = (
    (errors.ReadOnlySqlTransaction, "it is read-only: a standby, or set so", "该库只读:是备库,或被设为只读"),
    (errors.DiskFull, "its disk is full", "其磁盘已满"),
    (errors.LockNotAvailable, "another program holds its lock", "另一程序占住了写锁"),
    (errors.InsufficientPrivilege, "this account has not the right to", "该账号无此权限"),
    (errors.TooManyConnections, "it has no connection left for this program", "其连接数已用尽"),
    (PoolTimeout, "no connection to it in time", "未能及时建立连接"),
    (TooManyRequests, "too many wait for a connection to it", "等待连接者过多"),
)


def place_of(address: str) -> str:
    """Host, port and database of an address, without the password."""
    parts = parts_of(address)
    return f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}/{parts.get('dbname') or parts.get('user') or ''}"


def parts_of(address: str) -> dict[str, Any]:
    """What an address says. Raises StoreUnavailable, which does not repeat it: it may hold a password."""
    try:
        return conninfo_to_dict(address)
    except ProgrammingError:
        raise StoreUnavailable(
            "The store's address cannot be read: it looks like postgresql://account:password@host:5432/database.",
            "存储的地址无法识别:应形如 postgresql://账号:口令@主机:5432/数据库。",
        ) from None


def not_opened(place: str, error: Exception) -> StoreUnavailable:
    """It cannot be opened, at the start of a program."""
    en, zh = _why(error)
    return StoreUnavailable(f"The store at {place} cannot be opened: {en}.", f"无法打开 {place} 的存储:{zh}。")


def not_used(place: str, error: Exception) -> StoreUnavailable:
    """It cannot be read or written now; what was asked has not been done."""
    en, zh = _why(error)
    return StoreUnavailable(
        f"The store at {place} cannot be used now ({en}): nothing was accepted. Send it again with the same key when it is well.",
        f"{place} 的存储现在无法使用({zh}):本条未受理。恢复后请用同一个幂等键重发。",
    )


def in_doubt(place: str, error: Exception) -> StoreUnavailable:
    """It was lost between the order to commit and the answer."""
    en, zh = _why(error)
    return StoreUnavailable(
        f"The store at {place} was lost while it was writing ({en}): whether this was accepted is not known. "
        "Send it again with the same key: what was accepted is not done twice.",
        f"{place} 的存储在写入时失去连接({zh}):本条是否受理尚不可知。请用同一个幂等键重发:已受理的不会重复执行。",
    )


def _why(error: Exception) -> tuple[str, str]:
    for kind, en, zh in _KNOWN:
        if isinstance(error, kind):
            return en, zh
    words = " ".join(str(error).split()).rstrip(".")[:WORDS_MAX] or type(error).__name__
    return words, words
