"""A gateway: it serves consoles and takes commands beside others, on PostgreSQL and Kafka; its views are folded by workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from command_ui.extras import beyond_one_machine
from command_ui.settings import SettingIsWrong, Settings
from projections.projection import Projection
from streams.access_log import AccessLog
from streams.followed_views import FollowedViews
from streams.stores import Stores, utc_now
from streams.vault import Vault

if TYPE_CHECKING:
    from command_ui.accounts.credentials import CredentialTables
    from streams.kafka.connection import Connection
    from streams.postgres.view_store import PostgresViewStore


@dataclass(frozen=True, slots=True)
class Gateway:
    """What a gateway has in place of the files of one machine."""

    stores: Stores
    views: PostgresViewStore
    host: FollowedViews
    credentials: CredentialTables
    brokers: Connection
    topic_prefix: str


def is_gateway(settings: Settings) -> bool:
    """Whether the settings say that this process is one. Raises SettingIsWrong where they say half of it."""
    if bool(settings.store) != bool(settings.brokers):
        missing, given = ("DRUMTOWER_BROKERS", "DRUMTOWER_STORE") if settings.store else ("DRUMTOWER_STORE", "DRUMTOWER_BROKERS")
        raise SettingIsWrong(f"{given} is set and {missing} is not: beyond one machine it takes both, on one machine neither.")
    return bool(settings.store)


@contextmanager
def open_gateway(settings: Settings, projections: Sequence[Projection]) -> Iterator[Gateway]:
    """Its stores are closed by whoever serves with them. Raises a StreamFailure, SettingIsWrong."""
    from command_ui.cli_kafka import connection

    if settings.master_key is None:
        raise SettingIsWrong(
            "DRUMTOWER_MASTER_KEY is not set: beyond one machine it names the file of the key that wraps the keys of personal data, "
            "the same file for every gateway."
        )
    with beyond_one_machine():
        from command_ui.accounts.credential_database import CredentialDatabase
        from streams.kafka import topics
        from streams.kafka.telemetry import KafkaTelemetryLog
        from streams.postgres.access_rows import PostgresAccesses
        from streams.postgres.fact_store import FactStore
        from streams.postgres.keys import PostgresKeys
        from streams.postgres.relay_store import PostgresRelayStore
        from streams.postgres.view_store import PostgresViewStore
        from streams.postgres.watch_store import PostgresWatchStore

    brokers = connection(settings)
    brokers.require_answer()
    facts = FactStore(settings.store)
    views = PostgresViewStore(settings.store)
    telemetry = KafkaTelemetryLog(
        topics.telemetry(settings.topic_prefix),
        retention_days=settings.telemetry_days,
        now=lambda: utc_now().timestamp(),
        **brokers.options,
    )
    stores = Stores(
        facts=facts,
        views=views,
        vault=Vault(PostgresKeys(settings.store), settings.master_key),
        telemetry=telemetry,
        accesses=AccessLog(PostgresAccesses(settings.store), retention_days=settings.access_days),
        watch=PostgresWatchStore(settings.store),
    )
    with closing(PostgresRelayStore(settings.store, settings.topic_prefix)) as relay:
        host = FollowedViews(facts, views, projections, lambda: relay.read().position)
        yield Gateway(stores, views, host, CredentialDatabase(settings.store), brokers, settings.topic_prefix)
