"""What is told of the Kafka topics is as new as the code, and every record of a released version is as it is told."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest

from tests.streams.kafka.corpus import VERSIONS, kept
from tests.streams.test_frozen_log import expected
from tools import stream_documents
from tools.events_by_view import all_facts

pytestmark = pytest.mark.repository


def test_the_schema_of_records_is_current() -> None:
    schema = stream_documents.save_schema(all_facts())
    assert stream_documents.written(schema) == stream_documents.SAVE.read_text("utf-8"), "run `make docs`"


def test_the_asyncapi_document_is_current() -> None:
    assert stream_documents.written(stream_documents.asyncapi()) == stream_documents.ASYNCAPI.read_text("utf-8"), "run `make docs`"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_record_of_a_released_version_is_as_it_is_told(version: str) -> None:
    value = jsonschema_rs.validator_for(json.loads(stream_documents.SAVE.read_text("utf-8")))
    headers = jsonschema_rs.validator_for(stream_documents.headers_schema())
    topics = set()
    for record in kept(version):
        assert record.value is not None
        said = json.loads(record.value)
        value.validate(said)
        headers.validate({name: text.decode() for name, text in record.headers})
        topics |= {entry["topic"] for entry in said["facts"]}
    assert topics == set(expected(version)["topics"])


def test_what_is_not_a_record_is_not_as_it_is_told() -> None:
    value = jsonschema_rs.validator_for(json.loads(stream_documents.SAVE.read_text("utf-8")))
    entry = {"position": 1, "id": "incident:1", "version": 1, "topic": "incident.opened", "state": {"incident": "1"}}
    assert not value.is_valid({"facts": []})
    assert not value.is_valid({"facts": [entry]})
    assert not value.is_valid({"facts": [entry | {"topic": "incident.teleported"}]})
