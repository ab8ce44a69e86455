"""The benchmarks' report: what counts as met, and what is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import bench


@pytest.mark.parametrize(
    ("value", "target", "peer_value", "expected"),
    [
        (100.0, "<= 100", None, True),
        (100.1, "<= 100", None, False),
        (12.0, "<= 0.5 x peer", 31.0, True),
        (16.0, "<= 0.5 x peer", 31.0, False),
        (50_000.0, ">= 5 x peer", 10_000.0, True),
        (3_600.0, ">= 3,600", None, True),
        (0.0, "== 0", None, True),
    ],
)
def test_a_target_is_a_limit_or_a_multiple_of_the_peer(value: float, target: str, peer_value: float | None, *, expected: bool) -> None:
    assert bench.is_met(value, target, peer_value=peer_value) is expected


def test_a_target_that_cannot_be_read_is_refused_with_what_was_got() -> None:
    with pytest.raises(ValueError, match="not 'at most 5'"):
        bench.is_met(1.0, "at most 5", peer_value=None)


def test_a_target_beside_a_peer_needs_the_peers_value() -> None:
    with pytest.raises(ValueError, match="no peer_value"):
        bench.is_met(1.0, "<= 1 x peer", peer_value=None)


def test_each_row_is_on_disk_as_soon_as_it_is_reported(tmp_path: Path) -> None:
    report = bench.Report("fan_out", results=tmp_path)
    report("p99", 7.5, "ms", peer="taky 0.10", peer_value=30.0, target="<= 0.5 x peer")
    assert json.loads((tmp_path / "fan_out.json").read_text("utf-8")) == [
        {
            "what": "p99",
            "value": 7.5,
            "unit": "ms",
            "peer": "taky 0.10",
            "peer_value": 30.0,
            "ratio": 0.25,
            "target": "<= 0.5 x peer",
            "met": True,
        }
    ]
