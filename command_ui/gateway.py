"""A gateway: it serves consoles and takes commands beside others, on PostgreSQL and Kafka; its views are folded by workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from command_ui.extras import beyond_one_machine
from command_ui.settings import SettingIsWrong, Settings
from projections.projection import Projection
from streams.followed_views import FollowedViews
from streams.projector import Published

if TYPE_CHECKING:
    from streams.kafka.view_feed import Snapshot, ViewFeed
    from streams.postgres.view_store import PostgresViewStore
    from streams.store_of_record import StoreOfRecord


@dataclass(frozen=True, slots=True)
class Gateway:
    """What a gateway has in place of the files of one machine."""

    facts: StoreOfRecord
    views: PostgresViewStore
    host: FollowedViews
    settings: Settings
    projections: Sequence[Projection]

    def feed(self, on_snapshot: Callable[[Snapshot], None], on_published: Callable[[Published], None]) -> ViewFeed:
        """The deltas of every view, from Kafka."""
        from command_ui.cli_kafka import connection
        from streams.kafka import topics
        from streams.kafka.view_feed import ViewFeed

        names = [projection.name for projection in self.projections]
        return ViewFeed(
            {name: topics.view(self.settings.topic_prefix, name) for name in names},
            self.snapshot,
            on_snapshot=on_snapshot,
            on_published=on_published,
            **connection(self.settings).options,
        )

    def snapshot(self, view: str) -> Snapshot:
        """A view as its store has it; one that no worker has begun is empty. For a thread. Raises StoreUnavailable."""
        from streams.kafka.view_feed import Snapshot

        found = self.views.snapshot(view)
        if found is None:
            return Snapshot(view, "", 0, 0, ())
        return Snapshot(view, found.checkpoint.epoch, found.checkpoint.position, found.told, tuple(found.rows))


def is_gateway(settings: Settings) -> bool:
    """Whether the settings say that this process is one. Raises SettingIsWrong where they say half of it."""
    if bool(settings.store) != bool(settings.brokers):
        missing, given = ("DRUMTOWER_BROKERS", "DRUMTOWER_STORE") if settings.store else ("DRUMTOWER_STORE", "DRUMTOWER_BROKERS")
        raise SettingIsWrong(f"{given} is set and {missing} is not: beyond one machine it takes both, on one machine neither.")
    return bool(settings.store)


@contextmanager
def open_gateway(settings: Settings, projections: Sequence[Projection]) -> Iterator[Gateway]:
    """Raises StoreUnavailable, StoreIsNewer, SettingIsWrong."""
    with beyond_one_machine():
        from streams.postgres.fact_store import FactStore
        from streams.postgres.view_store import PostgresViewStore
    views = PostgresViewStore(settings.store)
    yield Gateway(FactStore(settings.store), views, FollowedViews(views, projections), settings, projections)
