"""The command line that looks at a log and changes nothing of it: `verify`, and `chain-head` for a note elsewhere."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from command_ui.cli_progress import bar
from command_ui.extras import beyond_one_machine
from command_ui.settings import Settings
from streams.audit import Chained, noted_head, verified
from streams.chain import Head
from streams.failures import ChainIsBroken
from streams.stores import Files

HASH_SHOWN = 16


def add_to(commands: Any) -> None:  # noqa: ANN401 -- argparse's subparsers have no public type
    """The commands of this module."""
    verify = commands.add_parser(
        "verify", help="check the chain over the log, then fold the log from scratch and compare every view with it"
    )
    verify.add_argument("--data", type=Path, help="the data directory (DRUMTOWER_DATA)")
    verify.add_argument(
        "--noted",
        metavar="HEAD",
        action="append",
        type=_noted,
        default=[],
        help="a head that `chain-head` gave and that was kept elsewhere, or @FILE with one on each line; may be given again",
    )
    verify.set_defaults(run=_verify)

    head = commands.add_parser("chain-head", help="print where the chain over the log stands, to be noted where this machine cannot write")
    head.add_argument("--data", type=Path, help="the data directory (DRUMTOWER_DATA)")
    head.set_defaults(run=_chain_head)

    for parser in (verify, head):
        parser.add_argument("--store", help="the address of a PostgreSQL instead (DRUMTOWER_STORE); of its views nothing is said")


def _noted(text: str) -> list[Head]:
    """Heads as `chain-head` prints them; blank lines and those that begin with # are passed over."""
    try:
        lines = Path(text[1:]).read_text(encoding="utf-8").splitlines() if text.startswith("@") else [text]
        return [Head.noted(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _chain_head(given: argparse.Namespace) -> int:
    settings = _settings(given)
    if settings.store:
        with beyond_one_machine():
            from streams.postgres import audit as postgres
        print(postgres.noted_head(settings.store).head)
    else:
        print(noted_head(Files(settings.data).facts).head)
    return 0


def _verify(given: argparse.Namespace) -> int:
    settings = _settings(given)
    noted = [head for heads in given.noted for head in heads]
    # Views that follow from a log which is not what was written say nothing.
    return 0 if _verify_chain(settings, noted) and (settings.store or _verify_views(Files(settings.data))) else 1


def _settings(given: argparse.Namespace) -> Settings:
    """A directory that is named on the command line goes before the store of the environment."""
    return Settings.read(data=given.data, store="" if given.data and given.store is None else given.store)


def _verify_chain(settings: Settings, noted: list[Head]) -> bool:
    try:
        with bar("checking the chain") as progress:
            chained = _verified(settings, noted, progress)
    except ChainIsBroken as broken:
        print(broken.en)
        return False
    print(_holds(chained, len(noted)))
    return True


def _verified(settings: Settings, noted: list[Head], progress: Callable[[int, int], None]) -> Chained:
    if not settings.store:
        return verified(Files(settings.data).facts, noted=noted, progress=progress)
    with beyond_one_machine():
        from streams.postgres import audit as postgres
    return postgres.verified(settings.store, noted=noted, progress=progress)


def _holds(chained: Chained, noted: int) -> str:
    end, since = chained.head.position, chained.witnessed_since
    when = (
        "all hashed as they were written"
        if since == 1
        else f"those before position {since} were hashed by an upgrade, not as they were written"
    )
    against = (
        f"it passes through every head that was noted ({noted})"
        if noted
        else "no noted head was given, so a chain made anew would hold too"
    )
    return f"The chain holds over {end} facts, {when}; {against}.\nIts head is {chained.head}"


def _verify_views(files: Files) -> bool:
    from projections import CATALOGUE
    from streams.fact_store import FactStore
    from streams.projector import Projector
    from streams.view_store import ViewStore

    facts = FactStore(files.facts)
    end = facts.last_position
    with tempfile.TemporaryDirectory(prefix="drumtower-verify-") as scratch:
        fresh = ViewStore(Path(scratch) / "views.db")
        projector = Projector(facts, fresh, CATALOGUE, lambda _published: None)
        with bar("folding the log") as progress:
            projector.catch_up(progress)
        kept = ViewStore(files.views)
        differing = []
        for view in projector.running:
            is_same = fresh.digest(view) == kept.digest(view)
            print(f"{view:20} {fresh.digest(view)[:HASH_SHOWN]} {'equal' if is_same else 'DIFFERS'}")
            if not is_same:
                differing.append(view)
        kept.close()
        fresh.close()
    facts.close()
    print(f"{end} facts; {'every view equals a fold of the log from scratch' if not differing else ', '.join(differing) + ' differ'}.")
    return not differing
