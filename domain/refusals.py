"""Every refusal of the domain: a sentence in both languages, shown to the operator unchanged.

    Refusal
     +- NotFound            the thing named is not known               (404)
     +- NotAllowed          the role or the scope does not reach it     (403)
     +- Invalid             a value cannot be right, whatever the state (422)
     +- Conflict            refused by what is so now                   (409)

A subclass gives the two sentences as templates over its parameters:

    raise UnitIsAssigned(unit="E11", incident="261123-0001", wanted="261123-0002")
"""

from __future__ import annotations

import re
from typing import Any, ClassVar


class Refusal(Exception):
    """A command was refused; no fact was recorded. `str()` gives the English sentence."""

    en: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    about: ClassVar[str] = ""

    def __init__(self, *, field: str = "", **parameters: Any) -> None:  # noqa: ANN401 -- a template's parameters are whatever it prints
        self.field = field or type(self).about
        self.parameters = {"field": self.field, **parameters}
        parameters = self.parameters
        self.sentence_en = self.en.format(**parameters)
        self.sentence_zh = self.zh.format(**parameters)
        super().__init__(self.sentence_en)

    @property
    def code(self) -> str:
        """The refusal's name on the wire: `UnitIsAssigned` is `unit_is_assigned`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()


class NotFound(Refusal):
    """The thing named is not known."""


class NotAllowed(Refusal):
    """The role or the scope of the account does not reach this act."""


class Invalid(Refusal):
    """A value cannot be right, whatever the state."""


class Conflict(Refusal):
    """Refused by what is so now."""


class UnknownThing(NotFound):
    """No aggregate has this identifier."""

    en = "There is no {kind} {name}."
    zh = "没有这个{kind_zh}:{name}。"

    def __init__(self, *, kind: str, name: str) -> None:
        super().__init__(field=kind, kind=kind.replace("_", " "), kind_zh=KINDS_ZH.get(kind, kind), name=name)


KINDS_ZH = {
    "call": "接警单",
    "incident": "警情",
    "unit": "单位",
    "assignment": "派遣",
    "alarm": "告警",
    "agency": "部门",
    "station": "站点",
    "district": "区",
    "incident_type": "警情类型",
    "response_plan": "响应预案",
    "sensor": "传感器",
    "account": "账号",
    "token": "令牌",
    "note": "记录",
    "capability": "能力",
    "timers": "时限",
    "aliases": "别名",
    "colours": "颜色",
    "status_codes": "状态代码",
    "hand_over": "交接班",
    "promise": "承诺",
}


class AlreadyExists(Conflict):
    """The identifier is taken."""

    en = "{kind} {name} exists already."
    zh = "{kind_zh}{name}已存在。"

    def __init__(self, *, kind: str, name: str) -> None:
        super().__init__(field=kind, kind=kind.replace("_", " ").capitalize(), kind_zh=KINDS_ZH.get(kind, kind), name=name)


class StaleVersion(Conflict):
    """The value that the command overwrites has changed since the operator looked at it."""

    en = "The {what} of {name} was changed to {now} by {by} at {at} after you looked: look again, then decide."
    zh = "{name} 的{what_zh}在您查看之后已被 {by} 于 {at} 改为 {now_zh}:请再看一眼后决定。"
    about = "version"


class VersionIsAhead(Invalid):
    """The version that was seen is one that the thing does not have yet."""

    en = "{name} has no version {seen} (it stands at {version}): look again, then decide."
    zh = "{name} 没有第 {seen} 版(现为第 {version} 版):请再看一眼后决定。"
    about = "version"


class ReasonIsMissing(Invalid):
    """An act that needs a reason came without one."""

    en = "A reason is needed to {act} {name}."
    zh = "{act_zh} {name} 需要填写理由。"
    about = "reason"
