"""Refusals on the wire: RFC 9457 problem details with a sentence in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import Response

from domain.refusals import Conflict, Invalid, NotAllowed, NotFound, Refusal
from streams.failures import KeyWasUsed, StoreUnavailable

MEDIA_TYPE = "application/problem+json"

_STATUS = ((NotFound, 404), (NotAllowed, 403), (Invalid, 422), (Conflict, 409))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """What is wrong with one field, named as a path: `units.0`."""

    field: str
    en: str
    zh: str


class Problem(Exception):
    """An answer that is a refusal."""

    def __init__(  # noqa: PLR0913 -- the members of a problem document
        self,
        status: int,
        code: str,
        en: str,
        zh: str,
        *,
        field: str = "",
        fields: tuple[FieldProblem, ...] = (),
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.en = en
        self.zh = zh
        self.field = field
        self.fields = fields
        self.data = data or {}
        self.headers = headers or {}
        super().__init__(en)

    def document(self) -> dict[str, Any]:
        """The body."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "code": self.code,
            "detail": self.en,
            "en": self.en,
            "zh": self.zh,
            "field": self.field,
            "fields": [{"field": problem.field, "en": problem.en, "zh": problem.zh} for problem in self.fields],
            "data": self.data,
        }

    def response(self) -> Response:
        """The answer."""
        return Response(msgspec.json.encode(self.document()), self.status, self.headers, MEDIA_TYPE)


def problem_of(error: BaseException) -> Problem | None:
    """The answer to a refusal or a failure that has one; None where the error is the program's own."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refusal):
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 409)
        data = {name: value for name, value in error.parameters.items() if isinstance(value, str | int | float | bool)}
        return Problem(status, error.code, error.sentence_en, error.sentence_zh, field=error.field, data=data)
    if isinstance(error, KeyWasUsed):
        return Problem(422, "key_was_used", error.en, error.zh, field="Idempotency-Key")
    if isinstance(error, StoreUnavailable):
        return Problem(503, "store_unavailable", error.en, error.zh, headers={"Retry-After": "1"})
    return None


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "en", "zh", "field", "fields", "data"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string", "description": "The sentence in English."},
        "en": {"type": "string"},
        "zh": {"type": "string"},
        "field": {"type": "string", "description": "The field that it is about, or empty."},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "en": {"type": "string"}, "zh": {"type": "string"}},
            },
        },
        "data": {"type": "object", "description": "The values that the sentence speaks of."},
    },
}
