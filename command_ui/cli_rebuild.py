"""The command line that folds views anew: beside those that are read in PostgreSQL, or at the next start on one machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from command_ui import garbage
from command_ui.cli_progress import bar
from command_ui.cli_stores import open_log
from command_ui.settings import Settings
from projections import CATALOGUE
from projections.projection import Projection
from streams.stores import Files


def add_to(commands: Any) -> None:  # noqa: ANN401 -- argparse's subparsers have no public type
    """The command of this module."""
    rebuild = commands.add_parser(
        "rebuild",
        help="fold views anew from the log: in PostgreSQL beside those that are read, and switch; on one machine at the next start",
    )
    rebuild.add_argument("views", nargs="*", metavar="VIEW", help="the views; on one machine all of them, where none is named")
    rebuild.add_argument("--all", action="store_true", help="every view, and what is kept for the time machine")
    rebuild.add_argument(
        "--data", type=Path, help="the data directory (DRUMTOWER_DATA), which nothing may serve meanwhile; for one machine"
    )
    rebuild.set_defaults(run=_rebuild)


def _rebuild(given: argparse.Namespace) -> int:
    settings = Settings.read(data=given.data)
    known = {projection.name: projection for projection in CATALOGUE}
    if unknown := [name for name in given.views if name not in known]:
        sys.stderr.write(f"There is no view {', '.join(unknown)}. There are {', '.join(sorted(known))}.\n")
        return 2
    if given.all and given.views:
        sys.stderr.write("Name views, or give --all: not both.\n")
        return 2
    if not settings.store:
        return _at_the_next_start(settings, given.views)
    if not given.all and not given.views:
        sys.stderr.write(f"Name the views to be folded anew, or give --all. There are {', '.join(sorted(known))}.\n")
        return 2
    return _beside(settings, CATALOGUE if given.all else [known[name] for name in given.views], is_all=given.all)


def _beside(settings: Settings, projections: Sequence[Projection], *, is_all: bool) -> int:
    garbage.look_at_what_is_new()
    with open_log(settings) as facts:
        from streams.postgres.view_store import PostgresViewStore
        from streams.rebuilding import rebuild

        with closing(PostgresViewStore(settings.store, publishes=True, rebuilds=True)) as views:
            with bar("folding") as progress:
                position = rebuild(facts, views, projections, learns=is_all, progress=progress)
            print(f"{', '.join(each.name for each in projections)}: folded anew up to position {position}, and read from now on.")
            views.clear()
    return 0


def _at_the_next_start(settings: Settings, names: Sequence[str]) -> int:
    from command_ui.serving import served_alone
    from streams.view_store import ViewStore

    files = Files(settings.data)
    with served_alone(files.directory):
        if names and files.views.exists():
            with closing(ViewStore(files.views)) as views:
                for name in names:
                    views.forget(name)
        else:
            for file in files.directory.glob("views.db*"):
                file.unlink()
    if names:
        print(f"The next start folds {', '.join(names)} anew from the log.")
    else:
        print("The views are removed; the next start folds them anew from the log.")
    return 0
