"""A request of many elements from one source: its envelope, its answer, and its text in the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import msgspec
from fastapi import Response

from command_ui.accounts.principal import Principal
from command_ui.problems import Problem

# One request: a city's fixes of one second. More elements come in another request.
ELEMENTS_MAX = 5_000
# A source's name is shown on the consoles.
SOURCE_LENGTH_MAX = 64
# What a person reads of what was refused; the number refused is always given.
REJECTED_SHOWN_MAX = 100

# The reader's names of what JSON holds, in words.
KINDS: Final = {
    "float": ("a number", "数字"),
    "int": ("a number", "数字"),
    "str": ("a text", "文本"),
    "datetime": ("a time", "时间"),
    "bool": ("a truth value", "真假值"),
    "object": ("an object", "对象"),
    "array": ("a list", "列表"),
    "null": ("null", "空值"),
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Elements:
    """What a request brought: who sent it, the source that it names, and its elements, not read yet."""

    principal: Principal
    source: str
    raw: list[msgspec.Raw]


class BadElement(Exception):
    """An element cannot be taken; the others can."""

    def __init__(self, field: str, en: str, zh: str) -> None:
        self.field, self.en, self.zh = field, en, zh
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class Rejected:
    """An element that was not taken, and why."""

    index: int
    field: str
    en: str
    zh: str


@dataclass(slots=True)
class Rejections:
    """Counts every element that was not taken, and keeps the first of them for the answer."""

    count: int = 0
    shown: list[Rejected] = field(default_factory=list)

    def add(self, index: int, reason: BadElement | Problem) -> None:
        """The element at `index` was not taken."""
        self.count += 1
        if len(self.shown) < REJECTED_SHOWN_MAX:
            self.shown.append(Rejected(index, reason.field, reason.en, reason.zh))


_ENVELOPE = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ELEMENTS = msgspec.json.Decoder(list[msgspec.Raw])
_SOURCE = msgspec.json.Decoder(str)


def read_envelope(body: bytes, name: str) -> tuple[str, list[msgspec.Raw]]:
    """The source, and the elements that stand under `name`, not read yet. Raises Problem for anything else."""
    field = "source"
    try:
        envelope = _ENVELOPE.decode(body)
        source = _SOURCE.decode(envelope.get("source", b"null"))
        field = name
        found = _ELEMENTS.decode(envelope.get(name, b"null"))
    except msgspec.ValidationError:
        raise Problem(
            422,
            "invalid_field",
            f'The body must be {{"source": "a name", "{name}": [...]}}.',
            f'请求体应为 {{"source": "名称", "{name}": [...]}}。',
            field=field,
        ) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem(400, "malformed_json", f"The body is not JSON: {error}.", f"请求体不是有效的 JSON:{error}。") from None
    if not 0 < len(source) <= SOURCE_LENGTH_MAX or not source.isprintable():
        en, zh = "source must be 1 to 64 printable characters.", "source 应为 1 至 64 个可打印字符。"
        raise Problem(422, "invalid_field", en, zh, field="source")
    if len(found) > ELEMENTS_MAX:
        raise Problem(
            413,
            "batch_too_large",
            f"{name} has {len(found)} elements: at most {ELEMENTS_MAX} in one request.",
            f"{name} 有 {len(found)} 条:每次最多 {ELEMENTS_MAX} 条。",
            field=name,
        )
    return source, found


def element_reader(kind: type[T]) -> Callable[[msgspec.Raw], T]:
    """Reads one element as a value of this kind, or says in a BadElement which field is wrong."""
    decoder = msgspec.json.Decoder(kind)

    def read(element: msgspec.Raw) -> T:
        try:
            return decoder.decode(element)
        except (msgspec.DecodeError, RecursionError) as error:
            reason, _, path = str(error).partition(" - at `$")
            field = path.strip("`.") if path else _missing_in(reason)
            raise BadElement(field, *_unread(field, reason)) from None

    return read


def _unread(field: str, reason: str) -> tuple[str, str]:
    """Why an element could not be read, for its sender: the reader's own words only where there are none of ours."""
    if _missing_in(reason):
        return f"{field} is missing.", f"缺少 {field}。"
    if found := re.match(r"Expected `(\w+)(?: \| null)?`, got `(\w+)`", reason):
        en, zh = KINDS.get(found[1], (found[1], found[1]))
        given_en, given_zh = KINDS.get(found[2], (found[2], found[2]))
        return f"{field or 'The element'} must be {en}, not {given_en}.", f"{field or '该条'} 应为{zh},而不是{given_zh}。"
    return f"{field or 'The element'}: {reason}.", f"{field or '该条'}:格式不对({reason})。"


def _missing_in(reason: str) -> str:
    """The field in «Object missing required field `lat`»."""
    _, found, rest = reason.partition("missing required field `")
    return rest.partition("`")[0] if found else ""


def take_each(raw: Sequence[msgspec.Raw], read: Callable[[msgspec.Raw], T]) -> tuple[list[T], Rejections]:
    """What could be read, and the rest counted."""
    taken: list[T] = []
    rejections = Rejections()
    for index, element in enumerate(raw):
        try:
            taken.append(read(element))
        except BadElement as bad:
            rejections.add(index, bad)
    return taken, rejections


def answer(accepted: int, rejections: Rejections, *, position: int, **more: Any) -> Response:  # noqa: ANN401 -- results
    """How many were taken, and which were not and why."""
    body = {"accepted": accepted, "rejected_count": rejections.count, "rejected": rejections.shown, "position": position, **more}
    return Response(msgspec.json.encode(body), media_type="application/json")


# One bad element never costs the others, so a request that holds one is no bad request.
_REFUSED_ALONE = {"description": "Anything else is refused by itself, and named in `rejected`."}


def described(name: str, element: dict[str, Any]) -> dict[str, Any]:
    """What the OpenAPI document says of a route that takes elements: the arguments of `add_api_route`."""
    body = {
        "type": "object",
        "required": ["source", name],
        "properties": {
            "source": {"type": "string", "minLength": 1, "maxLength": 64},
            name: {"type": "array", "maxItems": ELEMENTS_MAX, "items": {"anyOf": [element, _REFUSED_ALONE]}},
        },
    }
    answered = {
        "type": "object",
        "required": ["accepted", "rejected_count", "rejected", "position"],
        "properties": {
            "accepted": {"type": "integer"},
            "rejected_count": {"type": "integer"},
            "rejected": {"type": "array", "items": {"type": "object"}},
            "position": {"type": "integer"},
        },
    }
    return {
        "responses": {
            200: {"content": {"application/json": {"schema": answered}}, "description": "What was taken, and what was not and why."}
        },
        "openapi_extra": {"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}},
    }
