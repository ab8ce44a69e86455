"""The status codes that agencies' radios and terminals send, and which of our statuses each one is.

There is no common code: GA/T 974.39 counts from 10, the German FMS from 0 to 9. A template is where an installation begins; what its
own terminals send is what it writes down.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from domain.refusals import Invalid
from domain.values import Name

MappedStatus = Literal[
    "acknowledged", "en_route", "on_scene", "transporting", "at_destination", "cleared", "available", "out_of_service", "ignored"
]
"""A status as `POST /api/intake/unit_status` takes it; `ignored` codes are known and mean nothing to us (a wish to speak)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCode:
    """What a code is called where it comes from, and what it is here."""

    code: str
    status: MappedStatus
    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesTemplate:
    """The codes of a standard, to begin from."""

    code: str
    name: Name
    codes: tuple[StatusCode, ...]


class StatusCodeIsDoubled(Invalid):
    """One code, one status."""

    en = "Code {code} is there twice: it can be one status only."
    zh = "代码 {code} 出现两次:只能对应一种状态。"
    about = "codes"


def _codes(*rows: tuple[str, MappedStatus, str, str]) -> tuple[StatusCode, ...]:
    return tuple(StatusCode(code=code, status=status, name=Name(zh=zh, en=en)) for code, status, zh, en in rows)


TEMPLATES: Final[tuple[CodesTemplate, ...]] = (
    CodesTemplate(
        code="gat_974_39",
        name=Name(zh="GA/T 974.39(部分)", en="GA/T 974.39 (in part)"),
        codes=_codes(
            ("10", "available", "备勤", "Standing by"),
            ("20", "acknowledged", "出动", "Turning out"),
            ("21", "en_route", "途中", "Under way"),
            ("22", "on_scene", "到场", "On scene"),
            ("25", "cleared", "返队", "Returning"),
        ),
    ),
    CodesTemplate(
        code="fms",
        name=Name(zh="德国 FMS 0–9", en="German FMS 0 to 9"),
        codes=_codes(
            ("0", "ignored", "紧急呼叫", "Urgent request to speak"),
            ("1", "available", "电台待命", "Available by radio"),
            ("2", "available", "站内待命", "Available at the station"),
            ("3", "en_route", "接受任务", "Mission taken"),
            ("4", "on_scene", "到达现场", "On scene"),
            ("5", "ignored", "请求通话", "Request to speak"),
            ("6", "out_of_service", "不可用", "Not available"),
            ("7", "transporting", "病人上车", "Patient on board"),
            ("8", "at_destination", "到达目的地", "At the destination"),
            ("9", "ignored", "各地自定", "As agreed locally"),
        ),
    ),
)


def require_sound(codes: Iterable[StatusCode]) -> None:
    """Refuse (StatusCodeIsDoubled) a code that is there twice."""
    seen: set[str] = set()
    for index, one in enumerate(codes):
        if one.code in seen:
            raise StatusCodeIsDoubled(code=one.code, field=f"codes.{index}.code")
        seen.add(one.code)
