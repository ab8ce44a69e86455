"""The log of a process that runs beside the gateways: in PostgreSQL where DRUMTOWER_STORE is set, else in the data directory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from command_ui.extras import beyond_one_machine
from command_ui.settings import SettingIsWrong, Settings
from streams.failures import opening
from streams.stores import Files

if TYPE_CHECKING:
    from streams.fact_store import FactStore
    from streams.postgres.fact_store import FactStore as PostgresFactStore


@contextmanager
def open_log(settings: Settings) -> Iterator[FactStore | PostgresFactStore]:
    """The store of record. Raises StoreUnavailable, StoreIsNewer, and SettingIsWrong where there is none."""
    if settings.store:
        with beyond_one_machine():
            from streams.postgres.fact_store import FactStore as PostgresFactStore
        with closing(PostgresFactStore(settings.store)) as facts:
            yield facts
        return
    from streams.fact_store import FactStore

    file = Files(settings.data).facts
    if not file.is_file():
        raise SettingIsWrong(
            f"There is no log in {settings.data}: set DRUMTOWER_DATA to the directory that `drumtower serve` writes to, "
            "or DRUMTOWER_STORE to the PostgreSQL that the gateways write to."
        )
    with opening(file):
        log = FactStore(file)
    with closing(log):
        yield log
