"""Telemetry as Kafka records: one record is one batch of one source. Pure: no Kafka is needed to write or read them.

All kinds share ONE topic of ONE partition, PREFIX.telemetry, and a batch's position is its offset + 1. Why not a topic for each kind, with
a partition for each part of the sources?

- *Positions are one number.* Consoles, the alarm watch and the kept pictures of the sources' health say «up to here» across all kinds.
  Offsets of several partitions are several numbers; what makes one of them (times, sums) is either not exact while something is still on
  its way, or has to wait for it. With one partition, who has come to a position has seen everything before it, and nothing else.
- *One partition is enough.* A city's 3,600 fixes/s are 50 records and 0.3 MB a second; one partition bore more than thirty times that here.
- *Partitions divide work among readers, and here nobody divides it*: every gateway shows every unit, so each reads all of it anyway.

What it costs: who wants one kind reads the others too. An hour of a city is about 1 GB, and a minute around T some 16 MB, so the kept
pictures of health are found for a tenth of a second of processor time (they are at most a minute away wherever somebody writes).

The key is the source, the value is JSON, the headers are the attributes of a CloudEvent (binary mode) and which log wrote it:

    {"kind": "fixes", "source": "avl", "count": 2, "elements": [...], "rejected": 1, "newest_at": 1790000000.0}

Elements that are not JSON (a picture of health is compressed) are a string in base64. When a batch was recorded is the
record's own time: the broker's clock (LogAppendTime), one for all gateways, in the order of the log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from streams.telemetry import Batch, Heard

PARTITION: Final = 0
TYPE: Final = "drumtower.telemetry."
# The form of the value. It is raised when an older program could misread it, never for a new kind of batch or a new field.
FORMAT: Final = 1
_SCHEMA: Final = "urn:drumtower:telemetry:"
_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)

Headers = tuple[tuple[str, bytes], ...]


class NotTelemetry(Exception):
    """A record that no log of ours has written, or a newer one: passed over, since the next fix says more than the last."""


@dataclass(frozen=True, slots=True)
class Told:
    """One record as it was read: the batch, what was heard, and which log wrote it."""

    batch: Batch
    heard: Heard
    writer: str


class _Value(msgspec.Struct, omit_defaults=True):
    kind: str
    source: str
    count: int
    elements: msgspec.Raw
    rejected: int = 0
    newest_at: float | None = None


_encoder = msgspec.json.Encoder()
_value = msgspec.json.Decoder(_Value)
_packed = msgspec.json.Decoder(bytes)


def value_of(kind: str, source: str, count: int, payload: bytes, rejected: int, newest_at: float | None) -> bytes:
    """The value of a batch. `payload` is a JSON array, or begins with something else than «[»."""
    elements = payload if payload.startswith(b"[") else _encoder.encode(payload)
    return _encoder.encode(_Value(kind, source, count, msgspec.Raw(elements), rejected, newest_at))


def headers_of(topic: str, kind: str, source: str, writer: str, number: int, at: float) -> Headers:
    """The headers of a batch: the `number`th of the log `writer`."""
    return (
        ("ce_specversion", b"1.0"),
        ("ce_type", f"{TYPE}{kind}".encode()),
        ("ce_source", f"urn:drumtower:{topic.removesuffix('.telemetry')}".encode()),
        ("ce_id", f"{writer}-{number}".encode()),
        ("ce_time", datetime.fromtimestamp(at, UTC).isoformat().encode()),
        ("ce_subject", source.encode()),
        ("ce_dataschema", f"{_SCHEMA}{FORMAT}".encode()),
        ("content-type", b"application/json"),
        ("writer", writer.encode()),
    )


def is_other(kind: str, headers: Headers) -> bool:
    """Whether it says that it is a batch of another kind, so that who wants this one need not decode it."""
    said = next((value for name, value in headers if name == "ce_type"), b"")
    return said.startswith(TYPE.encode()) and said != f"{TYPE}{kind}".encode()


def told(offset: int, timestamp_ms: int, value: bytes | None, headers: Headers) -> Told:
    """What a record says. Raises NotTelemetry."""
    known = dict(headers)
    schema = known.get("ce_dataschema", b"").decode(errors="replace")
    number = schema.removeprefix(_SCHEMA)
    if not schema.startswith(_SCHEMA) or not _NUMBER.fullmatch(number):
        raise NotTelemetry(f"The record at offset {offset} is not telemetry of Drumtower: its ce_dataschema is {schema[:100]!r}.")
    if int(number) > FORMAT:
        raise NotTelemetry(f"The record at offset {offset} was written by a newer Drumtower (form {number}): upgrade this one to read it.")
    try:
        found = _value.decode(value or b"")
        elements = bytes(found.elements)
        payload = elements if elements.startswith(b"[") else _packed.decode(elements)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise NotTelemetry(f"The record at offset {offset} is not telemetry of Drumtower: {error}.") from None
    position, at = offset + 1, timestamp_ms / 1000
    return Told(
        Batch(position, found.kind, found.source, at, found.count, payload),
        Heard(position, found.kind, found.source, at, found.count, found.rejected, found.newest_at),
        known.get("writer", b"").decode(errors="replace"),
    )
