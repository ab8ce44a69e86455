"""Records as text. `python -m tests.streams.kafka.corpus < frozen_log` writes what is kept of a release; no line of it is ever changed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from projections.projection import Recorded
from streams.codec import decode
from streams.kafka.records import Record, records

DIRECTORY = Path(__file__).parent / "corpus"
VERSIONS = ("0_1",)


def kept(version: str) -> list[Record]:
    """The records of a release, in their order."""
    rows: Iterator[dict[str, Any]] = map(json.loads, (DIRECTORY / f"{version}.jsonl").read_text("utf-8").splitlines())
    return [
        Record(row["key"].encode(), row["value"].encode(), tuple((name, text.encode()) for name, text in row["headers"].items()))
        for row in rows
    ]


def lines(frozen_log: Iterable[str]) -> Iterator[str]:
    """The records of a frozen log, a line for each."""
    rows = map(json.loads, frozen_log)
    facts = [Recorded(position, decode(row["topic"], row["state"].encode())) for position, row in enumerate(rows, 1)]
    for record, _, _ in records(facts, prefix="drumtower", epoch=1):
        assert record.key is not None, "a save is of an aggregate."
        assert record.value is not None, "a save has facts."
        row = {
            "key": record.key.decode(),
            "headers": {name: value.decode() for name, value in record.headers},
            "value": record.value.decode(),
        }
        yield json.dumps(row, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.writelines(lines(sys.stdin))
