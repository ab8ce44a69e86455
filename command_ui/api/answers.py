"""What the questions are answered with, for the OpenAPI document: made from the same Python types as the answers themselves."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from domain.duplicates import Duplicate
from domain.recommendation import Candidate, NeedState
from projections import CATALOGUE
from projections.record_documents import IncidentRecord
from streams.access_log import Access
from streams.source_health import SourceHealth

Schema = dict[str, Any]

_DOCUMENTS: Final[dict[str, Any]] = {**{projection.name: projection.document for projection in CATALOGUE}, "source_health": SourceHealth}
_NAMED: Final[tuple[Any, ...]] = (*_DOCUMENTS.values(), NeedState, Candidate, Duplicate, IncidentRecord, Access)
_SCHEMAS, _COMPONENTS = msgspec.json.schema_components(_NAMED, ref_template="#/components/schemas/Shown{name}")
SHOWN: Final[dict[str, Schema]] = {f"Shown{name}": schema for name, schema in _COMPONENTS.items()}
"""The named parts, each with the prefix that keeps it apart from a command's."""
_OF: Final = dict(zip([*_DOCUMENTS, "need", "candidate", "duplicate", "record", "access"], _SCHEMAS, strict=True))

TEXT: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer"}
TRUTH: Final[Schema] = {"type": "boolean"}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
NUMBER_OR_NULL: Final[Schema] = {"type": ["number", "null"]}


def record(**properties: Schema) -> Schema:
    """An object that has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def listing(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def table(values: Schema) -> Schema:
    """An object whose names are data."""
    return {"type": "object", "additionalProperties": values}


POSITION: Final[Schema] = {
    "type": "array",
    "description": "Longitude, latitude, heading in degrees, speed in km/h, milliseconds since 1970, source.",
    "prefixItems": [{"type": "number"}, {"type": "number"}, NUMBER_OR_NULL, NUMBER_OR_NULL, WHOLE, TEXT],
    "minItems": 6,
    "maxItems": 6,
}
DOCUMENT: Final[Schema] = {"anyOf": [*(_OF[name] for name in _DOCUMENTS), POSITION], "description": "As the view's name says."}

VIEWS: Final = record(views=listing(record(view=TEXT, epoch=TEXT, position=WHOLE, is_live=TRUTH)))
VIEW: Final = record(
    view=TEXT,
    epoch=TEXT,
    position=WHOLE,
    server_time=MOMENT,
    as_of={"type": ["string", "null"], "format": "date-time"},
    documents=listing({"type": "array", "prefixItems": [TEXT, WHOLE, DOCUMENT], "minItems": 3, "maxItems": 3}),
)
ONE: Final[Schema] = {
    "type": "object",
    "required": ["view", "key", "epoch", "document"],
    "properties": {
        "view": TEXT,
        "key": TEXT,
        "epoch": TEXT,
        "position": {**WHOLE, "description": "Of the fact that last changed it; not told of an earlier time."},
        "as_of": MOMENT,
        "clock": {"enum": ["recorded", "occurred"]},
        "document": DOCUMENT,
    },
}
RECOMMENDATION: Final = record(incident=TEXT, eta_method=TEXT, at=MOMENT, needs=listing(_OF["need"]), candidates=listing(_OF["candidate"]))
RECORD: Final = record(server_time=MOMENT, as_of={"type": ["string", "null"], "format": "date-time"}, record=_OF["record"])
READERS: Final = record(incident=TEXT, readers=listing(_OF["access"]), people=table(record(zh=TEXT, en=TEXT)))
COLLEAGUES: Final = record(colleagues=listing(record(account=TEXT, zh=TEXT, en=TEXT, seat=TEXT, roles=listing(TEXT))))
DUPLICATES: Final = record(candidates=listing(_OF["duplicate"]))
_FIGURES: Final = record(count=WHOLE, mean=NUMBER_OR_NULL, p50=NUMBER_OR_NULL, p90=NUMBER_OR_NULL, p95=NUMBER_OR_NULL)
RESPONSE_TIMES: Final = record(group_by=TEXT, assignments=WHOLE, groups=listing(record(group=TEXT, intervals=table(_FIGURES))))
LOG: Final = record(facts=listing(record(position=WHOLE, topic=TEXT, fact={"type": "object"})), end=WHOLE)
DIGEST: Final = record(position=WHOLE, views=table(TEXT), chain=record(position=WHOLE, hash=TEXT, witnessed_since=WHOLE))
_CLOCK: Final[Schema] = {"enum": ["recorded", "occurred"]}
_FACT: Final = record(position=WHOLE, topic=TEXT, recorded_at=MOMENT, occurred_at=MOMENT, by=TEXT, zh=TEXT, en=TEXT)
_SHOWN_CHANGE: Final[Schema] = {
    "type": "array",
    "description": "View, key, position, and the document after the step; null where it is no longer shown.",
    "minItems": 4,
    "maxItems": 4,
}
WINDOW: Final = record(
    as_of={**MOMENT, "description": "The time of the pictures; earlier than asked for where the steps were to end there."},
    clock=_CLOCK,
    position=WHOLE,
    views=table(listing({"type": "array", "description": "Key and document.", "minItems": 2, "maxItems": 2})),
    steps=listing(record(at=MOMENT, facts=listing(_FACT), changes=listing(_SHOWN_CHANGE))),
    read={**WHOLE, "description": "How many facts were folded for the steps."},
    until={**MOMENT, "description": "Every step up to here is told: ask on from here."},
    is_last={**TRUTH, "description": "Whether the steps come to the end of the log."},
    is_first={**TRUTH, "description": "Whether the pictures are those of before the first fact."},
)
DENSITY: Final = record(
    since=MOMENT,
    until=MOMENT,
    bins=listing({"type": "array", "items": WHOLE, "description": "Priority 1 to 5.", "minItems": 5, "maxItems": 5}),
)
TRACKS: Final = record(
    since=MOMENT,
    until=MOMENT,
    frames=listing(record(at=MOMENT, set=listing({"type": "array", "prefixItems": [TEXT, POSITION], "minItems": 2, "maxItems": 2}))),
)
PLACES: Final = record(places=listing(record(zh=TEXT, en=TEXT, lon={"type": "number"}, lat={"type": "number"}, district=TEXT, kind=TEXT)))
_CHANGE: Final = record(
    field=TEXT, before={"description": "Null where it had none."}, after={"description": "As a form of it takes the value."}
)
HISTORY: Final = record(
    kind=TEXT,
    code=TEXT,
    entries=listing(
        record(
            version=WHOLE,
            topic=TEXT,
            recorded_at=MOMENT,
            by=TEXT,
            seat=TEXT,
            is_definition={**TRUTH, "description": "Whether `undo_change` can take it back."},
            reason=TEXT,
            changes=listing(_CHANGE),
        )
    ),
)
_NAME: Final = record(zh=TEXT, en=TEXT)
TEMPLATES: Final = record(
    timers=listing(
        record(code=TEXT, name=_NAME, targets=listing(record(interval=TEXT, seconds=WHOLE, share_percent=WHOLE, priority=WHOLE)))
    ),
    status_codes=listing(record(code=TEXT, name=_NAME, codes=listing(record(code=TEXT, status=TEXT, name=_NAME)))),
)
HEALTH: Final = record(status={"const": "alive"}, started_at=MOMENT)
READY: Final = record(ready=TRUTH, position=WHOLE, stopped=table(TEXT))
SETTINGS: Final = record(
    time_zone=TEXT,
    agency_name_zh=TEXT,
    agency_name_en=TEXT,
    map=record(centre=listing({"type": "number"}), zoom={"type": "number"}),
    position_stale_s={"type": "number"},
    targets=listing(record(interval=TEXT, seconds=WHOLE, share_percent=WHOLE, priority=WHOLE)),
)


def answered(schema: Schema, description: str = "Answered.", *media: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route."""
    kinds = media or ("application/json",)
    return {200: {"description": description, "content": {kind: {"schema": schema} for kind in kinds}}}
