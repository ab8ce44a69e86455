"""Facts as JSON: what is written is read again as it was, whichever released version wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from eventsourcing.utils import register_topic
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions import DECISIONS
from domain.fact import By, Fact
from domain.incident import Incident
from projections import CATALOGUE
from streams.codec import FactCodec, decode, encode
from tests.domain.given_when_then import topic
from tests.streams.on_disk import a_random_log


def topic_of(kind: type[Fact]) -> str:
    name: str = kind.TOPIC
    return name


FACTS = sorted({fact for projection in CATALOGUE for fact in projection.facts}, key=topic_of)


def test_every_fact_of_a_random_desk_survives_the_codec() -> None:
    codec = FactCodec()
    for recorded in a_random_log(seed=5, commands=300).log:
        stored = codec.to_stored_event(recorded.fact)
        assert stored.topic == topic(recorded.fact)
        assert (stored.originator_id, stored.originator_version) == (recorded.fact.originator_id, recorded.fact.originator_version)
        assert codec.to_domain_event(stored) == recorded.fact


@given(st.text(max_size=60), st.datetimes(timezones=st.just(UTC)))
def test_words_and_moments_survive_the_codec(text: str, moment: datetime) -> None:
    fact = Incident.NoteAdded(
        originator_id="incident:261123-0001",
        originator_version=2,
        timestamp=moment,
        by=By(account=text, seat="5", cause="key"),
        incident="261123-0001",
        note=1,
        text=text,
        occurred_at=moment,
    )
    assert decode("incident.note_added", encode(fact)) == fact


@pytest.mark.parametrize("kind", FACTS, ids=topic_of)
def test_a_stored_fact_is_found_by_its_topic_alone(kind: type[Fact]) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(topic_of(kind), b"{}")


def test_topics_are_unique_and_say_noun_and_participle() -> None:
    topics = [topic_of(kind) for kind in FACTS]
    assert len(set(topics)) == len(topics)
    assert all(name.count(".") == 1 and name == name.lower() for name in topics)


def test_a_field_that_an_old_fact_has_too_many_is_passed_over() -> None:
    """A field may be dropped from an event: what an older program wrote is read without it."""
    [fact] = [r.fact for r in a_random_log(seed=5, commands=300).log if r.position == 1]
    raw = msgspec.json.decode(encode(fact))
    assert decode(topic(fact), msgspec.json.encode(raw | {"gone": 1})) == fact


@dataclass(frozen=True)
class Grown(Fact):
    """A fact in its third form: a name was split, then a field was added."""

    TOPIC = "test.grown"
    class_version = 3
    given: str
    family: str
    title: str

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["family"], state["given"] = state.pop("name").split(" ")

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        state["title"] = "队长"


register_topic("test.grown", Grown)
HEADER = {"originator_id": "test:1", "originator_version": 1, "timestamp": "2026-11-23T06:30:00Z", "by": {"account": "zhou"}}


@pytest.mark.parametrize(
    "stored",
    [
        {"name": "周 德明"},
        {"family": "周", "given": "德明", "class_version": 2},
        {"family": "周", "given": "德明", "title": "队长", "class_version": 3},
    ],
)
def test_an_old_form_is_read_through_every_step_since(stored: dict[str, Any]) -> None:
    fact = decode("test.grown", msgspec.json.encode(HEADER | stored))
    assert isinstance(fact, Grown)
    assert (fact.family, fact.given, fact.title) == ("周", "德明", "队长")
    assert decode("test.grown", encode(fact)) == fact


def test_every_decision_is_found_by_its_commands_name() -> None:
    assert all(decision.name == name for name, decision in DECISIONS.items())
