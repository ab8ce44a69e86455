"""A host in a process of its own: `ADDRESS FACTS`. It says READY, waits for a line, folds the log, and says DONE or FENCED."""

from __future__ import annotations

import sys
from pathlib import Path

from streams import projector
from streams.fact_store import FactStore
from streams.failures import Fenced
from streams.postgres.view_store import PostgresViewStore
from streams.projector import Projector
from tests.streams.on_disk import all_views


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(address: str, path: Path) -> None:
    projector.CATCH_UP_FACTS = 20
    facts, views = FactStore(path), PostgresViewStore(address)
    host = Projector(facts, views, all_views(), lambda _published: None)
    say("READY")
    sys.stdin.readline()
    try:
        host.catch_up()
    except Fenced as fenced:
        say(f"FENCED {fenced}")
    else:
        say("DONE")
    views.close()
    facts.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
