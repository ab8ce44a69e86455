"""Facts as Kafka records: one record is what one save added to one aggregate. Pure: no Kafka is needed to write or read them.

The key is the aggregate's identifier, the value is JSON, the headers are the attributes of a CloudEvent (binary mode) and our own:

    {"facts": [{"position": 7, "id": "incident:261123-0001", "version": 1, "topic": "incident.opened", "state": {...}}, ...]}

A save that is published twice has the same `ce_id`. Two relays may cut saves differently, so who reads drops *facts* by their positions,
never records.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Final

import msgspec
from eventsourcing.utils import get_topic

from domain.fact import Fact
from projections.projection import Recorded
from streams.codec import decode as decode_fact
from streams.codec import encode as encode_fact
from streams.failures import StreamFailure

TYPE: Final = "drumtower.save"
# The form of the value. It is raised when an older program could misread it, never for a new kind of fact or a new field.
FORMAT: Final = 1
_SCHEMA: Final = "urn:drumtower:save:"

# A save of very many facts becomes several records, so that each stays far below what a broker takes.
RECORD_FACTS_MAX = 500
RECORD_STATE_BYTES_MAX = 500_000

Headers = tuple[tuple[str, bytes], ...]


class NotOurRecord(StreamFailure):
    """Something else was written to the topic: what it is, and where, is in the sentence."""


class NewerRecord(StreamFailure):
    """A newer Drumtower wrote it: this one must be upgraded, and passes over nothing."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is given to a producer, and got from a consumer."""

    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Save:
    """What a record says: facts of one aggregate whose positions follow on one another."""

    facts: tuple[Recorded, ...]
    epoch: int
    correlation: str

    @property
    def first(self) -> int:
        """The position of its first fact."""
        return self.facts[0].position

    @property
    def last(self) -> int:
        """The position of its last fact."""
        return self.facts[-1].position


class _Entry(msgspec.Struct):
    position: int
    id: str
    version: int
    topic: str
    state: msgspec.Raw


class _Value(msgspec.Struct):
    facts: list[_Entry]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Value)


def records(facts: Iterable[Recorded], *, prefix: str, epoch: int) -> Iterator[tuple[Record, int, int]]:
    """The records of facts in the order of the log, each with the positions of its first and last fact."""
    save: list[Recorded] = []
    states: list[bytes] = []
    size = 0
    for recorded in facts:
        state = encode_fact(recorded.fact)
        is_full = len(save) >= RECORD_FACTS_MAX or size + len(state) > RECORD_STATE_BYTES_MAX
        if save and (is_full or not _is_same_save(save[-1], recorded)):
            yield _record(save, states, prefix, epoch), save[0].position, save[-1].position
            save, states, size = [], [], 0
        save.append(recorded)
        states.append(state)
        size += len(state)
    if save:
        yield _record(save, states, prefix, epoch), save[0].position, save[-1].position


def encode(save: Sequence[Recorded], *, prefix: str, epoch: int) -> Record:
    """The record of facts of one aggregate whose positions follow on one another."""
    assert save, "a save has a fact."
    assert len({recorded.fact.originator_id for recorded in save}) == 1, "the facts of a record are one aggregate's."
    return _record(save, [encode_fact(recorded.fact) for recorded in save], prefix, epoch)


def decode(record: Record, place: str = "") -> Save:
    """What a record says. Raises NotOurRecord or NewerRecord; `place` (topic, partition, offset) goes into the sentence."""
    headers = dict(record.headers)
    _require_ours(record, headers, place)
    assert record.value is not None, "it was required."
    try:
        entries = _decoder.decode(record.value).facts
        facts = tuple(Recorded(entry.position, _fact(entry, place)) for entry in entries)
        epoch = int(headers["epoch"])
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, ValueError, KeyError) as error:
        raise _not_ours(place, f"its content does not hold ({error})") from None
    _require_in_order(facts, record.key, place)
    return Save(facts, epoch, headers.get("correlation", b"").decode(errors="replace"))


def span(headers: Iterable[tuple[str, bytes]]) -> tuple[int, int, int] | None:
    """Epoch, first and last position by the headers alone; None where they do not say."""
    found = dict(headers)
    try:
        return int(found["epoch"]), int(found["first"]), int(found["last"])
    except (KeyError, ValueError):
        return None


def _record(save: Sequence[Recorded], states: Sequence[bytes], prefix: str, epoch: int) -> Record:
    entries = [
        _Entry(
            recorded.position,
            recorded.fact.originator_id,
            recorded.fact.originator_version,
            get_topic(type(recorded.fact)),
            msgspec.Raw(state),
        )
        for recorded, state in zip(save, states, strict=True)
    ]
    first, last, fact = save[0].position, save[-1].position, save[0].fact
    key = fact.originator_id.encode()
    headers = (
        ("ce_specversion", b"1.0"),
        ("ce_type", TYPE.encode()),
        ("ce_source", f"urn:drumtower:{prefix}".encode()),
        ("ce_id", f"{first}-{last}".encode()),
        ("ce_time", fact.timestamp.astimezone(UTC).isoformat().encode()),
        ("ce_subject", key),
        ("ce_dataschema", f"{_SCHEMA}{FORMAT}".encode()),
        ("content-type", b"application/json"),
        ("correlation", fact.by.cause.encode()),
        ("epoch", b"%d" % epoch),
        ("first", b"%d" % first),
        ("last", b"%d" % last),
    )
    return Record(key, _encoder.encode(_Value(entries)), headers)


def _is_same_save(before: Recorded, recorded: Recorded) -> bool:
    """Whether one save wrote both: they stand together, are one aggregate's, and one command of one moment caused them."""
    one, other = before.fact, recorded.fact
    return (
        recorded.position == before.position + 1
        and other.originator_id == one.originator_id
        and other.originator_version == one.originator_version + 1
        and other.timestamp == one.timestamp
        and other.by.cause == one.by.cause
    )


def _require_ours(record: Record, headers: dict[str, bytes], place: str) -> None:
    kind = headers.get("ce_type", b"").decode(errors="replace")
    if kind != TYPE:
        raise _not_ours(place, f"its ce_type is {kind[:100]!r}, not {TYPE!r}" if kind else "it has no ce_type header")
    if record.value is None:
        raise _not_ours(place, "it has no value")
    schema = headers.get("ce_dataschema", b"").decode(errors="replace")
    number = schema.removeprefix(_SCHEMA)
    if not schema.startswith(_SCHEMA) or not number.isdecimal():
        raise _not_ours(place, f"its ce_dataschema is {schema[:100]!r}")
    if int(number) > FORMAT:
        raise _newer(place, f"form {number} of records, and this program reads forms up to {FORMAT}", f"记录格式 {number}")


def _fact(entry: _Entry, place: str) -> Fact:
    kind = _kind(entry.topic)
    if kind is None:
        raise _newer(place, f"a kind of fact that this program does not know, {entry.topic[:100]!r}", f"事实 {entry.topic[:100]!r}")
    state = bytes(entry.state)
    if b'"class_version"' in state:
        known = getattr(kind, "class_version", 1)
        version = msgspec.json.decode(state).get("class_version", 1)
        if not isinstance(version, int) or version > known:
            raise _newer(
                place, f"{entry.topic} in version {version}, and this program reads versions up to {known}", f"{entry.topic} 版本 {version}"
            )
    fact = decode_fact(entry.topic, state)
    if (fact.originator_id, fact.originator_version) != (entry.id, entry.version):
        raise ValueError(f"the fact at position {entry.position} is not the one that its entry names")
    return fact


def _require_in_order(facts: tuple[Recorded, ...], key: bytes | None, place: str) -> None:
    if not facts:
        raise _not_ours(place, "it carries no facts")
    for before, recorded in itertools.pairwise(facts):
        if recorded.position != before.position + 1:
            raise _not_ours(place, f"its positions do not follow on one another ({before.position}, {recorded.position})")
    if any(recorded.fact.originator_id.encode() != key for recorded in facts):
        raise _not_ours(place, "its key is not the aggregate of its facts")


# Kinds by their topics. A record's own text is never given to the library's lookup, which would import whatever it names.
_kinds: dict[str, type[Fact]] = {}


def _kind(topic: str) -> type[Fact] | None:
    if topic not in _kinds:
        _kinds.update({kind.TOPIC: kind for kind in _below(Fact) if "TOPIC" in vars(kind)})
    return _kinds.get(topic)


def _below(kind: type[Fact]) -> Iterator[type[Fact]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _not_ours(place: str, what: str) -> NotOurRecord:
    at = place or "a record"
    return NotOurRecord(
        f"{at} is not a record of Drumtower: {what}. Nothing was passed over; find out who else writes to this topic, and keep them out.",
        f"{at} 不是鼓楼的记录({what})。未跳过任何内容;请查明何人写入该主题并禁止之。",
    )


def _newer(place: str, en: str, zh: str) -> NewerRecord:
    at = place or "a record"
    return NewerRecord(
        f"{at} was written by a newer Drumtower: {en}. Upgrade this program; it then goes on from here.",
        f"{at} 由更新版本的鼓楼写入({zh})。请升级本程序,其后自此继续。",
    )
