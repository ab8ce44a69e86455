"""The alarm watch's host goes on when the telemetry log can be read again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from streams.alarm_host import AlarmHost
from streams.failures import StoreUnavailable
from tests.streams.on_disk import ANSWER_S, Clock, on_disk


def test_a_telemetry_log_that_cannot_be_read_is_told_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with on_disk(tmp_path, clock=clock) as disk:
        telemetry, is_away = disk.machine.telemetry, [True]
        whole = telemetry.batches

        def batches(kind: str, after: int = 0, since: float = 0.0) -> object:
            if is_away[0]:
                raise StoreUnavailable("The broker is away.", "消息服务器离线。")
            return whole(kind, after, since)

        monkeypatch.setattr(telemetry, "batches", batches)
        host = AlarmHost(disk.machine, clock)
        host.start()
        _comes_to(host, "The broker is away.")
        is_away[0] = False
        _comes_to(host, "")
        host.stop()


def _comes_to(host: AlarmHost, failure: str) -> None:
    deadline = time.monotonic() + ANSWER_S
    while host.failure != failure:
        assert time.monotonic() < deadline, f"its failure is {host.failure!r}."
        host.learn_soon()
        time.sleep(0.02)
