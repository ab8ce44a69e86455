"""`make bench`: run the benchmarks, each beside its peer or limit in the same run, and tell the results.

A benchmark is a module `bench/NAME.py` with a docstring (its first line is the table's title) and one function:

    def run(report: Report) -> None:
        report("deliveries at 50 subscribers, p99", 7.4, "ms", peer="taky 0.10", peer_value=31.0, target="<= 0.5 x peer")

The rows go to `bench/results/NAME.json` as they come, and to the terminal as a table. A target is `<=` or `>=` and a number: in the
row's unit or, with `x peer`, as a multiple of the peer's value. A row without a target states a fact.
"""

from __future__ import annotations

import importlib
import json
import operator
import re
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol, cast

from rich.console import Console
from rich.markup import escape
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"

TARGET = re.compile(r"^(?P<sign><=|>=|==|<|>) (?P<number>[0-9][0-9_,]*(?:\.[0-9]+)?)(?P<of_peer> x peer)?$")
SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One measured fact, with what it is compared to. `ratio` is the value over the peer's."""

    what: str
    value: float
    unit: str
    peer: str | None
    peer_value: float | None
    ratio: float | None
    target: str | None
    met: bool | None


@dataclass
class Report:
    """What a benchmark calls for each row; calling it never ends the benchmark, so one missed target hides no other."""

    name: str
    results: Path = RESULTS
    rows: list[Row] = field(default_factory=list)

    def __call__(
        self, what: str, value: float, unit: str, *, peer: str | None = None, peer_value: float | None = None, target: str | None = None
    ) -> Row:
        """Note one row and keep it on disk."""
        ratio = value / peer_value if peer_value else None
        met = None if target is None else is_met(value, target, peer_value=peer_value)
        row = Row(what, value, unit, peer, peer_value, ratio, target, met)
        self.rows.append(row)
        self.results.mkdir(parents=True, exist_ok=True)
        text = json.dumps([asdict(each) for each in self.rows], ensure_ascii=False, indent=2)
        (self.results / f"{self.name}.json").write_text(text + "\n", "utf-8")
        return row


class Benchmark(Protocol):
    """A module of `bench/`."""

    __doc__: str | None

    def run(self, report: Report) -> None:
        """Measure, and report row by row."""


def is_met(value: float, target: str, *, peer_value: float | None) -> bool:
    """Whether the value is where the target says: «<= 100», or «>= 5 x peer»."""
    parts = TARGET.match(target)
    if parts is None:
        raise ValueError(f"A target is '<= NUMBER' or '>= NUMBER x peer', not {target!r}.")
    limit = float(parts["number"].replace(",", "").replace("_", ""))
    if parts["of_peer"]:
        if peer_value is None:
            raise ValueError(f"The target {target!r} compares with a peer, and the row has no peer_value.")
        limit *= peer_value
    return SIGNS[parts["sign"]](value, limit)


def discover() -> list[str]:
    """The names of all benchmarks: modules of `bench/` that define `run`, in alphabetical order."""
    found = sorted((ROOT / "bench").glob("*.py"))
    return [path.stem for path in found if re.search(r"^def run\(", path.read_text("utf-8"), re.MULTILINE)]


def table(title: str, rows: list[Row]) -> Table:
    """The rows as they are shown."""
    shown = Table(title=escape(title), title_justify="left", title_style="bold")
    shown.add_column("what")
    for column in ("value", "peer", "ratio", "target"):
        shown.add_column(column, justify="right")
    shown.add_column("met")
    for row in rows:
        peer = f"{escape(row.peer)} {number(row.peer_value)}" if row.peer and row.peer_value is not None else row.peer or ""
        met = {True: "[green]yes[/]", False: "[bold red]NO[/]", None: ""}[row.met]
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        shown.add_row(escape(row.what), f"{number(row.value)} {escape(row.unit)}", peer, ratio, row.target or "", met)
    return shown


def number(value: float | None) -> str:
    """Four digits that mean something: 12,345 and 0.03142."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:.4g}"


def main(names: list[str]) -> int:
    """The exit code: 1 when a benchmark broke or missed a target."""
    known = discover()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}. There are: {', '.join(known) or 'none yet'}.")
        return 2
    console = Console(width=None if sys.stdout.isatty() else 160)
    failed = 0
    for name in names or known:
        report = Report(name)
        began = time.monotonic()
        broke = False
        benchmark = cast("Benchmark", importlib.import_module(f"bench.{name}"))
        title = (benchmark.__doc__ or name).strip().splitlines()[0]
        try:
            benchmark.run(report)
        except Exception:  # noqa: BLE001 -- one that breaks must not cost the others' results
            broke = True
            traceback.print_exc()
        console.print(table(f"{name}: {title}", report.rows))
        console.print(f"{time.monotonic() - began:.0f} s -> bench/results/{name}.json{' [bold red](broke)[/]' if broke else ''}\n")
        failed += broke or any(row.met is False for row in report.rows)
    return min(failed, 1)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
