"""A batch is the same on both sides of a record, and what is no batch of ours is told apart."""

from __future__ import annotations

import pytest

from streams.kafka.telemetry_records import NotTelemetry, headers_of, told, value_of
from streams.kafka.topics import telemetry_topic
from streams.telemetry import Batch, Heard

OURS = ("ce_dataschema", b"urn:drumtower:telemetry:1")


@pytest.mark.parametrize("payload", [b"[]", b'[["E1", 117.1, 39.1]]', '["中文"]'.encode(), b"", bytes(range(256)), b'"text"'])
def test_a_batch_comes_back_as_it_was_at_the_place_of_its_record(payload: bytes) -> None:
    value = value_of("readings", "网关", 3, payload, 2, 7.5)
    found = told(41, 1_790_000_000_500, value, headers_of("city.telemetry", "readings", "网关", "w1", 9, 1_790_000_000.0))
    assert found.batch == Batch(42, "readings", "网关", 1_790_000_000.5, 3, payload)
    assert found.heard == Heard(42, "readings", "网关", 1_790_000_000.5, 3, 2, 7.5)
    assert found.writer == "w1"


def test_its_headers_are_those_of_a_cloud_event() -> None:
    headers = dict(headers_of("city.telemetry", "fixes", "avl", "w1", 9, 1_790_000_000.0))
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_type": b"drumtower.telemetry.fixes",
        "ce_source": b"urn:drumtower:city",
        "ce_id": b"w1-9",
        "ce_time": b"2026-09-21T14:13:20+00:00",
        "ce_subject": b"avl",
        "ce_dataschema": b"urn:drumtower:telemetry:1",
        "content-type": b"application/json",
        "writer": b"w1",
    }


@pytest.mark.parametrize(
    ("value", "headers", "said"),
    [
        (b"hello", (), "not telemetry of Drumtower: its ce_dataschema is ''"),
        (b"{}", (("ce_dataschema", b"urn:drumtower:save:1"),), "its ce_dataschema is 'urn:drumtower:save:1'"),
        (b"{}", (("ce_dataschema", b"urn:drumtower:telemetry:x"),), "not telemetry of Drumtower"),
        (b"{}", (("ce_dataschema", b"urn:drumtower:telemetry:" + b"9" * 5_000),), "not telemetry of Drumtower"),
        (b"{}", (("ce_dataschema", b"\xff"),), "not telemetry of Drumtower"),
        (b"{}", (("ce_dataschema", b"urn:drumtower:telemetry:2"),), "was written by a newer Drumtower (form 2)"),
        (b"{}", (OURS,), "Object missing required field `kind`"),
        (None, (OURS,), "not telemetry of Drumtower"),
        (b"[" * 5_000, (OURS,), "not telemetry of Drumtower"),
        (b'{"kind":"fixes","source":"a","count":1,"elements":"no base64"}', (OURS,), "not telemetry of Drumtower"),
        (b'{"kind":"\xff","source":"a","count":1,"elements":[]}', (OURS,), "not telemetry of Drumtower"),
        (b'{"kind":"fixes","source":"a","count":1,"elements":7}', (OURS,), "not telemetry of Drumtower"),
        (b'{"kind":"fixes","source":"a","count":1,"elements":' + b"[" * 5_000, (OURS,), "not telemetry of Drumtower"),
    ],
)
def test_what_is_not_ours_is_said(value: bytes | None, headers: tuple[tuple[str, bytes], ...], said: str) -> None:
    with pytest.raises(NotTelemetry) as refused:
        told(4, 0, value, headers)
    assert str(refused.value).startswith("The record at offset 4 ")
    assert said in str(refused.value)


def test_its_topic_has_one_partition_and_is_kept_as_long_as_the_setting_says() -> None:
    topic = telemetry_topic("city", brokers=3, telemetry_days=7)
    assert (topic.name, topic.partitions, topic.replication, topic.in_sync_min, topic.retention_days) == ("city.telemetry", 1, 3, 2, 7)
    assert topic.configuration["message.timestamp.type"] == "LogAppendTime"
