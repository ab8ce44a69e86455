"""Every part of the program that has tables of its own in PostgreSQL, with the steps that lead to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from streams.postgres import access_rows, fact_tables, keys, relay_store, view_tables, watch_store
from streams.postgres.migrations import Step

PARTS: Final[Mapping[str, Sequence[Step]]] = {
    fact_tables.PART: fact_tables.STEPS,
    view_tables.PART: view_tables.STEPS,
    relay_store.PART: relay_store.STEPS,
    "vault": keys.STEPS,
    "access log": access_rows.STEPS,
    "alarm watch": watch_store.STEPS,
}
