"""`make docs`: docs/save.schema.json (JSON Schema) and docs/asyncapi.json (AsyncAPI 3): what is on the Kafka topics, read off the code.

A test fails when they are older than the code, and holds every record that is kept of a released version against them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from domain.fact import Fact
from projections import CATALOGUE
from streams.kafka.records import FORMAT, SCHEMA, TYPE
from streams.kafka.topics import RECORD_BYTES_MAX, Topic, every_topic, facts, lanes
from tools.events_by_view import all_facts, topic

ROOT = Path(__file__).resolve().parent.parent
SAVE = ROOT / "docs" / "save.schema.json"
ASYNCAPI = ROOT / "docs" / "asyncapi.json"
PREFIX = "drumtower"

# Kafka's headers are bytes; these are their texts.
HEADERS: dict[str, tuple[str, str]] = {
    "ce_specversion": ("^1\\.0$", "The version of CloudEvents."),
    "ce_type": (f"^{TYPE}$", "What the record is: facts that one save added to one aggregate."),
    "ce_source": ("^urn:drumtower:.+$", "The installation, by the prefix of its topics."),
    "ce_id": ("^[0-9]+-[0-9]+$", "The positions of the first and last fact: the same save has the same, however often it is sent."),
    "ce_time": ("^[0-9-]{10}T[0-9:.]+\\+00:00$", "When the facts were recorded (UTC)."),
    "ce_subject": (".", "The aggregate, as in the key."),
    "ce_dataschema": (f"^{SCHEMA}[0-9]+$", f"The form of the value; {FORMAT} is the one that is described here."),
    "content-type": ("^application/json$", "How the value is written."),
    "correlation": ("", "The idempotency key of the command that caused the facts; empty where there was none."),
    "epoch": ("^[0-9]+$", "One publication of the log from position 1; raised when a topic has lost records."),
    "first": ("^[0-9]+$", "The position of the first fact."),
    "last": ("^[0-9]+$", "The position of the last fact. Who has come so far drops the record."),
}


def save_schema(kinds: Sequence[type[Fact]]) -> dict[str, Any]:
    """The value of a record."""
    references, definitions = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    entries = {
        topic(kind): {
            "type": "object",
            "description": (vars(kind).get("__doc__") or "").strip().splitlines()[0],
            "required": ["position", "id", "version", "topic", "state"],
            "properties": {
                "position": {"type": "integer", "minimum": 1, "description": "The place in the log."},
                "id": {"type": "string", "description": "The aggregate."},
                "version": {"type": "integer", "minimum": 1, "description": "The place in the aggregate."},
                "topic": {"const": topic(kind)},
                "state": reference,
            },
        }
        for kind, reference in zip(kinds, references, strict=True)
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{SCHEMA}{FORMAT}",
        "title": "Save",
        "description": "Facts that one save added to one aggregate; their positions follow on one another. Unknown fields are passed over.",
        "type": "object",
        "required": ["facts"],
        "properties": {"facts": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/entry"}}},
        "$defs": {"entry": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in entries]}, **entries, **definitions},
    }


def headers_schema() -> dict[str, Any]:
    """The headers of a record, as texts."""
    return {
        "type": "object",
        "required": list(HEADERS),
        "properties": {
            name: {"type": "string", **({"pattern": pattern} if pattern else {}), "description": text}
            for name, (pattern, text) in HEADERS.items()
        },
    }


def asyncapi() -> dict[str, Any]:
    """The topics of an installation of three brokers."""
    every = every_topic(PREFIX, (view.name for view in CATALOGUE), brokers=3)
    channels = {each.name.removeprefix(f"{PREFIX}."): _channel(each) for each in every}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Drumtower's streams",
            "version": str(FORMAT),
            "description": "Made by `make docs`. Names begin with DRUMTOWER_TOPIC_PREFIX, here drumtower.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {
            f"publish_{name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}, "summary": "The relay publishes the log."}
            for name in ("facts", "lanes")
        },
        "components": {
            "messages": {
                "save": {
                    "name": TYPE,
                    "title": "What one save added to one aggregate",
                    "contentType": "application/json",
                    "headers": headers_schema(),
                    "payload": {"$ref": f"./{SAVE.name}"},
                    "bindings": {"kafka": {"key": {"type": "string", "description": "The aggregate."}}},
                }
            }
        },
    }


def _channel(described: Topic) -> dict[str, Any]:
    carries_saves = described.name in {facts(PREFIX), lanes(PREFIX)}
    retention = {"retention.ms": int(described.configuration["retention.ms"])}
    return {
        "address": described.name,
        "description": f"{described.why[0].upper()}{described.why[1:]}.",
        **({"messages": {"save": {"$ref": "#/components/messages/save"}}} if carries_saves else {}),
        "bindings": {
            "kafka": {
                "partitions": described.partitions,
                "replicas": described.replication,
                "topicConfiguration": {"cleanup.policy": [described.cleanup], **retention, "max.message.bytes": RECORD_BYTES_MAX},
            }
        },
    }


def written(document: dict[str, Any]) -> str:
    """A document as its file's text."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write both."""
    for path, document in ((SAVE, save_schema(all_facts())), (ASYNCAPI, asyncapi())):
        path.write_text(written(document), "utf-8")
        print(f"Wrote {path.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
