"""The alarm watch's host goes on when the telemetry log can be read again."""

from __future__ import annotations

import time
from pathlib import Path

from streams.alarm_host import AlarmHost
from tests.streams.on_disk import ANSWER_S, Clock, on_disk


def test_a_telemetry_log_that_cannot_be_read_is_told_and_read_again(tmp_path: Path) -> None:
    clock = Clock()
    with on_disk(tmp_path, clock=clock) as disk:
        log = tmp_path / "telemetry.db"
        away = log.rename(log.with_suffix(".away"))
        host = AlarmHost(disk.machine, clock)
        host.start()
        _comes_to(host, "unable to open database file")
        away.rename(log)
        _comes_to(host, "")
        host.stop()


def _comes_to(host: AlarmHost, failure: str) -> None:
    deadline = time.monotonic() + ANSWER_S
    while host.failure != failure:
        assert time.monotonic() < deadline, f"its failure is {host.failure!r}."
        host.learn_soon()
        time.sleep(0.02)
