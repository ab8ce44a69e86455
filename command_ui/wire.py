"""Bodies in: bounded, strictly read, and refused by the name of the field."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final, get_args, get_type_hints

from fastapi import Request
from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from command_ui.problems import FieldProblem, Problem
from domain.commands import Place
from streams.sources.datum import to_wgs84

# What a person can read of what is wrong; a body with more faults is wrong as a whole.
FIELDS_SHOWN_MAX = 20
# What a sentence quotes of a wrong value.
SHOWN_CHARACTERS_MAX = 60
# Control characters (C0) but tab, line feed and carriage return.
_NUMBER = re.compile(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?")
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
READABLE: Final = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f]*$"
"""The same for the OpenAPI document."""
KINDS: Final = {
    "int_type": ("a whole number", "整数"),
    "int_from_float": ("a whole number", "整数"),
    "int_parsing": ("a whole number", "整数"),
    "float_parsing": ("a number", "数字"),
    "float_type": ("a number", "数字"),
    "bool_type": ("true or false", "true 或 false"),
    "string_type": ("a text", "文本"),
    "tuple_type": ("a list", "列表"),
    "list_type": ("a list", "列表"),
    "dict_type": ("an object", "对象"),
    "dataclass_type": ("an object", "对象"),
}
_adapters: dict[Any, TypeAdapter[Any]] = {}
# Strict: `false` is no latitude and `"39.1"` no number, whatever a guess could make of them.
_CONFIG = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)


async def read_body(request: Request, bytes_max: int) -> bytes:
    """The whole body. Refuses one of more than `bytes_max` bytes without holding it."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > bytes_max:
        raise _too_large(bytes_max)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > bytes_max:
            raise _too_large(bytes_max)
    return bytes(body)


def parse(kind: type[Any], body: bytes) -> Any:  # noqa: ANN401 -- a value of that type
    """A value of the type; its places in WGS-84. Refuses with the fields that are wrong."""
    try:
        value = _read(adapter(kind), body)
    except ValidationError as error:
        raise invalid(error) from None
    # JSON writes control characters as escapes only.
    if b"\\u00" in body:
        _require_readable(value, "")
    return in_wgs84(value)


def _read(reader: TypeAdapter[Any], body: bytes) -> Any:  # noqa: ANN401 -- a value of the reader's type
    """JSON has one kind of number: `3.0` is a whole one, which a strict reader alone would not see."""
    try:
        return reader.validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        if not all(fault["type"] == "int_type" and isinstance(fault["input"], float) and fault["input"].is_integer() for fault in faults):
            raise
    document = json.loads(body)
    for fault in faults:
        *path, last = fault["loc"]
        inside = document
        for part in path:
            inside = inside[part]
        inside[last] = int(inside[last])
    return reader.validate_json(json.dumps(document))


def parse_value(kind: type[Any], value: object) -> Any:  # noqa: ANN401 -- as above
    """The same from JSON that was read already."""
    return parse(kind, json.dumps(value).encode())


def adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 -- any type that has a wire form
    """The strict reader of a type: no unknown fields, no NaN."""
    found = _adapters.get(kind)
    if found is None:
        _be_strict(kind)
        found = _adapters[kind] = TypeAdapter(kind)
    return found


def _be_strict(kind: Any) -> None:  # noqa: ANN401 -- any annotation
    """The domain's values know nothing of pydantic: they are told here how strictly they are read."""
    for part in get_args(kind):
        _be_strict(part)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type) and "__pydantic_config__" not in vars(kind):
        kind.__pydantic_config__ = _CONFIG  # type: ignore[attr-defined]  # pydantic's own way to configure a standard dataclass
        for hint in get_type_hints(kind).values():
            _be_strict(hint)


def with_readable_text(schema: Any) -> Any:  # noqa: ANN401 -- a JSON schema, or a part of one
    """The schema, saying of each free text which characters are not taken."""
    if isinstance(schema, list):
        return [with_readable_text(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: with_readable_text(part) for name, part in schema.items()}
    if told.get("type") == "string" and not told.keys() & {"enum", "const", "format", "pattern"}:
        told["pattern"] = READABLE
    return told


def _require_readable(value: object, path: str) -> None:
    """Refuse control characters, the NUL that no database takes among them; tabs and line breaks are text."""
    if isinstance(value, str):
        if found := UNREADABLE.search(value):
            shown = f"U+{ord(found[0]):04X}"
            en, zh = f"{path} contains the control character {shown}.", f"{path} 含有控制字符 {shown}。"
            raise Problem(422, "invalid_field", en, zh, field=path, fields=(FieldProblem(field=path, en=en, zh=zh),))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            _require_readable(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, tuple | list):
        for index, part in enumerate(value):
            _require_readable(part, f"{path}.{index}")


def in_wgs84(value: Any) -> Any:  # noqa: ANN401 -- a command
    """The command with every place converted to WGS-84."""
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    moved = {
        field.name: _moved(place)
        for field in dataclasses.fields(value)
        if isinstance(place := getattr(value, field.name), Place) and place.datum != "WGS-84"
    }
    return dataclasses.replace(value, **moved) if moved else value


def _iso_only(value: object) -> object:
    """A number could be a time in seconds or in milliseconds: it is asked for as a date."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        raise PydanticCustomError("datetime_parsing", "not a date and a time")
    return value


Moment = Annotated[datetime, BeforeValidator(_iso_only)]
"""A time in a query."""


def in_utc(moment: datetime, field: str) -> datetime:
    """A time of a query, in UTC. Refuses one without an offset: it could be any of 38 moments, and a guess is no answer."""
    if moment.tzinfo is None:
        raise Problem(
            422,
            "time_has_no_zone",
            f"{field} is {moment.isoformat()} without an offset from UTC: write it as 2026-11-23T14:05:00+08:00.",
            f"{field} 为 {moment.isoformat()},没有时区:请写成 2026-11-23T14:05:00+08:00。",
            field=field,
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        shown = moment.isoformat()
        en, zh = f"{field} is {shown}: no calendar in UTC has that time.", f"{field} 为 {shown}:超出 UTC 可表示的范围。"
        raise Problem(422, "time_is_out_of_range", en, zh, field=field) from None


def invalid(error: ValidationError) -> Problem:
    """The refusal that names each wrong field."""
    faults: dict[str, dict[str, Any]] = {}
    for found in error.errors(include_url=False):
        fault: dict[str, Any] = {**found}
        if fault["type"] == "json_invalid":
            reason = str(fault.get("ctx", {}).get("error", ""))
            return Problem(400, "malformed_json", f"The body is not JSON: {reason}.", f"请求体不是有效的 JSON:{reason}。")
        # A union of words names each of its alternatives in the path: the sender knows one field, and one list of words.
        path = ".".join(str(part) for part in found["loc"] if "[" not in str(part))
        if path in faults and fault["type"] == faults[path]["type"] == "literal_error":
            faults[path]["ctx"]["expected"] += f" or {fault['ctx']['expected']}"
        else:
            faults.setdefault(path, fault)
    problems = []
    for path, fault in list(faults.items())[:FIELDS_SHOWN_MAX]:
        en, zh = sentence(path or "the body", fault)
        problems.append(FieldProblem(field=path, en=en, zh=zh))
    first = problems[0]
    return Problem(422, "invalid_field", first.en, first.zh, field=first.field, fields=tuple(problems))


def sentence(path: str, fault: dict[str, Any]) -> tuple[str, str]:  # noqa: C901, PLR0911 -- one sentence for each fault
    """What is wrong with the value at that path, in both languages."""
    context = fault.get("ctx", {})
    given = _shown(fault.get("input"))
    match fault["type"]:
        case "missing":
            return f"{path} is missing.", f"缺少 {path}。"
        case "unexpected_keyword_argument" | "extra_forbidden":
            return f"{path} is not a field of this request.", f"{path} 不是本请求的字段。"
        case "literal_error":
            words = re.findall(r"'[^']*'|-?\d+", context["expected"])
            en = " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
            return f"{path} is {given}: it must be {en}.", f"{path} 为 {given}:只能是 {'、'.join(words)}。"
        case "string_too_long" | "too_long":
            limit = context["max_length"]
            return f"{path} is too long: at most {limit}.", f"{path} 过长:最多 {limit}。"
        case "string_too_short" | "too_short":
            limit = context["min_length"]
            return f"{path} is too short: at least {limit}.", f"{path} 过短:至少 {limit}。"
        case "greater_than_equal":
            return f"{path} is {given}: it must be at least {context['ge']:g}.", f"{path} 为 {given}:不得小于 {context['ge']:g}。"
        case "less_than_equal":
            return f"{path} is {given}: it must be at most {context['le']:g}.", f"{path} 为 {given}:不得大于 {context['le']:g}。"
        case "finite_number":
            return f"{path} is not a finite number.", f"{path} 不是有限的数。"
        case kind if kind in KINDS:
            en, zh = KINDS[kind]
            return f"{path} is {given}: it must be {en}.", f"{path} 为 {given}:必须是{zh}。"
        case kind if kind.startswith(("datetime", "date_", "timezone")):
            example = "2026-11-23T14:32:07+08:00"
            return f"{path} is {given}, not a time such as {example}.", f"{path} 为 {given},不是形如 {example} 的时间。"
        case _:
            return f"{path} is {given}: {fault['msg'][:1].lower()}{fault['msg'][1:]}.", f"{path} 为 {given}:格式不对({fault['msg']})。"


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[: SHOWN_CHARACTERS_MAX - 3]}..."


def _moved(place: Place) -> Place:
    lon, lat = to_wgs84(place.lon, place.lat, place.datum)
    return Place(lon=lon, lat=lat)


def _too_large(bytes_max: int) -> Problem:
    return Problem(
        413,
        "body_too_large",
        f"The body is larger than {bytes_max} bytes: send it in parts.",
        f"请求体超过 {bytes_max} 字节:请分批发送。",
    )
