"""The command line that looks at a log and changes nothing of it: `verify`, and `chain-head` for a note elsewhere."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from command_ui.cli_progress import bar
from command_ui.extras import beyond_one_machine
from command_ui.settings import Settings
from streams.audit import Chained, noted_head, verified
from streams.chain import Head
from streams.failures import ChainIsBroken
from streams.store_of_record import StoreOfRecord
from streams.stores import Files

if TYPE_CHECKING:
    from streams.postgres.view_store import PostgresViewStore
    from streams.view_store import ViewStore

HASH_SHOWN = 16
# A view of a center at work is looked at again, until both stand at the same fact.
LOOKS_MAX = 50
LOOK_S = 0.1


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
        parser.add_argument("--store", help="the address of a PostgreSQL instead (DRUMTOWER_STORE)")


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
    return 0 if _verify_chain(settings, noted) and _verify_views(settings) else 1


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


def _verify_views(settings: Settings) -> bool:
    with _opened(settings) as (facts, kept), tempfile.TemporaryDirectory(prefix="drumtower-verify-") as scratch:
        fresh = _Scratch(facts, Path(scratch) / "views.db")
        with bar("folding the log") as progress:
            fresh.fold(progress)
        differing = [view for view in fresh.views if not _is_equal(view, kept, fresh)]
        end = facts.last_position
        fresh.close()
    print(f"{end} facts; {'every view equals a fold of the log from scratch' if not differing else ', '.join(differing) + ' differ'}.")
    return not differing


def _is_equal(view: str, kept: _Kept, fresh: _Scratch) -> bool:
    """Views of a center that is at work move on while they are looked at: then both are looked at again."""
    digest = ""
    for _ in range(LOOKS_MAX):
        stood = kept.stands(view)
        digest = kept.digest(view)
        if stood == kept.stands(view) and stood in (None, fresh.fold()):
            break
        time.sleep(LOOK_S)
    is_same = fresh.digest(view) == digest
    print(f"{view:20} {fresh.digest(view)[:HASH_SHOWN]} {'equal' if is_same else 'DIFFERS'}")
    return is_same


class _Kept(Protocol):
    """The views as they are kept."""

    def digest(self, view: str) -> str: ...

    def stands(self, view: str) -> int | None:
        """How far it is; None where nobody moves it."""
        ...


class _Scratch:
    """The views folded anew."""

    def __init__(self, facts: StoreOfRecord, path: Path) -> None:
        from projections import CATALOGUE
        from streams.projector import Projector
        from streams.view_store import ViewStore

        self._views = ViewStore(path)
        self._projector = Projector(facts, self._views, CATALOGUE, lambda _published: None)
        self.views = list(self._projector.running)
        self.digest = self._views.digest

    def fold(self, progress: Callable[[int, int], None] | None = None) -> int:
        """What the log holds by now; how far that is."""
        return self._projector.catch_up(progress)

    def close(self) -> None:
        """Give the file back."""
        self._views.close()


@dataclass(frozen=True, slots=True)
class _OfFiles:
    views: ViewStore

    def digest(self, view: str) -> str:
        return self.views.digest(view)

    def stands(self, _view: str) -> None:
        return None


@dataclass(frozen=True, slots=True)
class _OfPostgres:
    views: PostgresViewStore

    def digest(self, view: str) -> str:
        return self.views.digest(view)

    def stands(self, view: str) -> int | None:
        return next((each.checkpoint.position for each in self.views.standings() if each.checkpoint.view == view), 0)


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[StoreOfRecord, _Kept]]:
    if settings.store:
        with beyond_one_machine():
            from streams.postgres.fact_store import FactStore as PostgresFactStore
            from streams.postgres.view_store import PostgresViewStore
        with closing(PostgresFactStore(settings.store)) as log, closing(PostgresViewStore(settings.store)) as views:
            yield log, _OfPostgres(views)
        return
    from streams.fact_store import FactStore
    from streams.view_store import ViewStore

    files = Files(settings.data)
    with closing(FactStore(files.facts)) as facts, closing(ViewStore(files.views)) as kept:
        yield facts, _OfFiles(kept)
