"""The telemetry log on a real broker: shared by gateways, refused in a sentence where the broker is away, and there again by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from streams.failures import StoreUnavailable
from streams.kafka import telemetry_past, telemetry_writer
from streams.kafka.telemetry import KafkaTelemetryLog
from streams.kafka.telemetry_reader import TopicIsWrong
from streams.kafka.topics import telemetry_topic
from tests.streams.on_disk import ANSWER_S
from tests.streams.telemetry_logs import make_topic, write_foreign
from tools.local_kafka import LocalKafka

pytestmark = pytest.mark.kafka

NOW_S = 1_790_000_000.0


@dataclass
class Site:
    """A topic, and the logs that were opened on it."""

    broker: LocalKafka
    topic: str
    logs: list[KafkaTelemetryLog] = field(default_factory=list)

    def log(self) -> KafkaTelemetryLog:
        """One that writes."""
        log = KafkaTelemetryLog(self.topic, retention_days=7, now=lambda: NOW_S, bootstrap_servers=self.broker.servers)
        log.start()
        self.logs.append(log)
        return log


@pytest.fixture
def site(kafka: LocalKafka, prefix: str) -> Iterator[Site]:
    site = Site(kafka, make_topic(kafka, telemetry_topic(prefix, brokers=1, telemetry_days=7)))
    yield site
    kafka.start()
    for log in site.logs:
        log.stop()


def comes(condition: Callable[[], bool]) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + ANSWER_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come to be so."
        time.sleep(0.02)


def test_two_gateways_append_at_once_and_both_read_one_order(site: Site) -> None:
    one, other = site.log(), site.log()
    positions: dict[str, list[int]] = {}

    def send(log: KafkaTelemetryLog, source: str) -> None:
        waiting = [log.append("fixes", source, 1, b"[%d]" % number) for number in range(100)]
        positions[source] = [future.result(ANSWER_S) for future in waiting]

    senders = [threading.Thread(target=send, args=each) for each in ((one, "a"), (other, "b"))]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(positions["a"] + positions["b"]) == list(range(1, 201))
    read = list(one.batches("fixes"))
    assert read == list(other.batches("fixes"))
    for source, expected in positions.items():
        assert [(each.position, each.payload) for each in read if each.source == source] == [
            (position, b"[%d]" % number) for number, position in enumerate(expected)
        ]


def test_when_a_batch_was_recorded_is_told_by_the_broker_s_clock_for_all_gateways(site: Site) -> None:
    log = site.log()
    log.append("fixes", "avl", 1, b"[]").result(ANSWER_S)
    found = next(log.batches("fixes"))
    assert found.recorded_at > NOW_S + 1, "the gateway's clock is behind"
    assert log.kept_since == NOW_S - 7 * 86_400


def test_what_is_not_json_and_what_is_large_comes_back_as_it_was(site: Site) -> None:
    log = site.log()
    payloads = [bytes(range(256)), b"[" + b"1," * 1_500_000 + b"1]", b"", b"[]"]
    for payload in payloads:
        log.append("health", "中文 name", 0, payload).result(ANSWER_S)
    assert [(batch.source, batch.payload) for batch in log.batches("health")] == [("中文 name", payload) for payload in payloads]


def test_a_batch_that_no_broker_would_take_is_refused_and_the_next_is_written(site: Site) -> None:
    log = site.log()
    with pytest.raises(StoreUnavailable, match="too large"):
        log.append("fixes", "avl", 3, b"[" + b" " * 5_000_000 + b"]")
    assert log.append("fixes", "avl", 1, b"[]").result(ANSWER_S) == 1
    assert (log.shed, log.appended) == (3, 1)


def test_a_broker_that_is_killed_loses_nothing_that_was_answered_and_the_log_recovers_by_itself(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry_writer, "ANSWER_S", 1.0)
    log = site.log()
    answered = {log.append("fixes", "avl", 1, b"[%d]" % number).result(ANSWER_S): number for number in range(20)}
    site.broker.kill(site.broker.brokers[0])
    with pytest.raises(StoreUnavailable, match="The telemetry log cannot be written: ") as refused:
        log.append("fixes", "avl", 7, b"[20]").result(ANSWER_S)
    assert refused.value.zh.startswith("遥测日志无法写入:")
    begun = time.monotonic()
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        log.append("fixes", "avl", 5, b"[]")
    assert time.monotonic() - begun < 0.5, "nobody waits for a broker that is known to be away"
    assert log.shed == 12
    with pytest.raises(StoreUnavailable, match="cannot be read now"):
        list(log.batches("fixes"))

    site.broker.start()
    comes(lambda: _is_taken(log, b"[21]"))
    read = {batch.position: batch.payload for batch in log.batches("fixes")}
    assert {position: read[position] for position in answered} == {position: b"[%d]" % number for position, number in answered.items()}
    assert log.position == max(read)


def test_a_broker_that_hangs_does_not_hold_up_who_stops_the_log(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry_writer, "ANSWER_S", 1.0)
    monkeypatch.setattr(telemetry_writer, "STOP_S_MAX", 0.5)
    monkeypatch.setattr(telemetry_writer, "CLOSE_S_MAX", 0.5)
    log = site.log()
    log.append("fixes", "avl", 1, b"[]").result(ANSWER_S)
    site.broker.pause(site.broker.brokers[0])
    try:
        waiting = log.append("fixes", "avl", 1, b"[]")
        site.logs.remove(log)
        log.stop()
        with pytest.raises(StoreUnavailable):
            waiting.result(0)
    finally:
        site.broker.resume(site.broker.brokers[0])


def test_a_log_that_is_opened_while_the_broker_is_away_writes_when_it_comes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry_past, "LOOK_AGAIN_S", 0.1)
    site.log().append("fixes", "avl", 1, b"[]").result(ANSWER_S)
    site.broker.kill(site.broker.brokers[0])
    log = site.log()
    comes(lambda: not _is_taken(log, b"[]"))
    assert log.position == 0
    site.broker.start()
    # One that was refused may have been written after all: then it is further on.
    comes(lambda: log.position >= 1)
    comes(lambda: _is_taken(log, b"[]"))


def test_a_record_that_is_not_ours_or_newer_is_passed_over(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    log = site.log()
    log.append("fixes", "avl", 1, b"[1]").result(ANSWER_S)
    write_foreign(site.broker, site.topic)
    assert log.append("fixes", "avl", 1, b"[2]").result(ANSWER_S) == 6
    assert [(batch.position, batch.payload) for batch in log.batches("fixes")] == [(1, b"[1]"), (6, b"[2]")]
    assert [heard.position for heard in log.heard(0, time.time() + 9)] == [1, 6]
    newest = log.newest("fixes", since=0, until=float("inf"))
    assert newest is not None
    assert newest.position == 6
    assert "was written by a newer Drumtower (form 9)" in caplog.text


def test_what_retention_has_taken_is_said_and_reading_goes_on_behind_it(site: Site) -> None:
    from kafka import KafkaAdminClient, TopicPartition

    log = site.log()
    for number in range(5):
        log.append("fixes", "avl", 1, b"[%d]" % number).result(ANSWER_S)
    recorded = {batch.position: batch.recorded_at for batch in log.batches("fixes")}
    admin = KafkaAdminClient(bootstrap_servers=site.broker.servers)
    admin.delete_records({TopicPartition(site.topic, 0): 3})
    admin.close()
    again = site.log()
    assert [batch.position for batch in again.batches("fixes", after=1)] == [4, 5]
    assert again.position == 5
    assert again.kept_since == recorded[4]


def test_a_log_that_was_made_anew_is_told_and_written_again(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    log = site.log()
    for _ in range(3):
        log.append("fixes", "avl", 1, b"[]").result(ANSWER_S)
    make_topic(site.broker, telemetry_topic(site.topic.removesuffix(".telemetry"), brokers=1, telemetry_days=7), anew=True)
    assert log.append("fixes", "avl", 1, b"[9]").result(ANSWER_S) == 1
    assert [batch.payload for batch in log.batches("fixes")] == [b"[9]"]
    assert list(log.batches("fixes", after=3)) == []
    assert "it was made anew" in caplog.text


def test_a_caller_who_is_gone_takes_no_answer_from_others(site: Site) -> None:
    log = site.log()
    waiting = [log.append("fixes", "avl", 1, b"[]") for _ in range(3)]
    waiting[0].cancel()
    assert [future.result(ANSWER_S) for future in waiting] == [1, 2, 3]


def test_a_topic_that_is_missing_or_has_more_partitions_is_told_at_the_start(kafka: LocalKafka, prefix: str) -> None:
    topic = telemetry_topic(prefix, brokers=1, telemetry_days=7)
    with pytest.raises(TopicIsWrong, match=f"There is no topic {topic.name}"):
        KafkaTelemetryLog(topic.name, retention_days=7, now=lambda: NOW_S, bootstrap_servers=kafka.servers)
    make_topic(kafka, topic, partitions=3)
    with pytest.raises(TopicIsWrong, match="has 3 partitions and must have one") as refused:
        KafkaTelemetryLog(topic.name, retention_days=7, now=lambda: NOW_S, bootstrap_servers=kafka.servers)
    assert "有 3 个分区" in refused.value.zh


def _is_taken(log: KafkaTelemetryLog, payload: bytes) -> bool:
    try:
        log.append("fixes", "avl", 1, payload).result(ANSWER_S)
    except StoreUnavailable:
        return False
    return True
