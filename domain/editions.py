"""What a thing that is defined as a whole has been: the newest definitions, so that a change can be taken back by a new fact.

Nothing is ever taken out of the log. Taking back the change that made version 7 is a new definition in which those values that version 7
changed are again as they were before it; values that it did not touch stay as they are now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from domain.fact import By
from domain.refusals import KINDS_ZH, Conflict, ReasonIsMissing, StaleVersion
from domain.seen import require_existing

# A definition that was changed so often since is an argument, not a slip: whoever wants it back writes it anew.
EDITIONS_MAX = 50
# What the values of a definition are called in sentences.
VALUE_WORDS: Final[dict[str, tuple[str, str]]] = {
    "name": ("name", "名称"), "short": ("short name", "简称"), "agency": ("agency", "部门"), "station": ("station", "站点"),
    "district": ("district", "区"), "place": ("place", "位置"), "home": ("place", "位置"), "centre": ("centre", "中心"),
    "code": ("area code", "区划代码"), "category": ("category", "类别"), "priority": ("priority", "优先级"), "level": ("level", "响应级别"),
    "questions": ("questions", "问题"), "needs": ("needs", "所需能力"), "capabilities": ("capabilities", "能力"),
    "targets": ("targets", "时限"), "aliases": ("aliases", "别名"), "colours": ("colours", "颜色"), "codes": ("codes", "代码"),
    "seat": ("seat", "席位"), "roles": ("roles", "角色"), "agencies": ("agencies", "部门范围"), "districts": ("districts", "区域范围"),
    "is_retired": ("retired", "停用"),
}  # fmt: skip
# How much of newer values a refusal repeats: the screen shows them in full beside what was typed.
TOLD_LETTERS_MAX = 160


class EntryIsRetired(Conflict):
    """It cannot be chosen any more."""

    en = "{kind} {name} was retired by {by} at {at} ({reason}): cannot {act}."
    zh = "{kind_zh} {name} 已由 {by} 于 {at} 停用({reason}),不能{act_zh}。"

    def __init__(self, *, kind: str, name: str, **parameters: str) -> None:
        kind_en = kind.replace("_", " ").capitalize()
        super().__init__(field=kind, kind=kind_en, kind_zh=KINDS_ZH.get(kind, kind), name=name, **parameters)


class EntryIsNotRetired(Conflict):
    """There is nothing to bring back."""

    en = "{name} is not retired: there is nothing to reinstate."
    zh = "{name} 未停用,无需恢复。"
    about = "code"


class FirstEditionStays(Conflict):
    """Before the first definition there was nothing to go back to."""

    en = "Version {version} of {name} is its first: it cannot be taken back; retire {name} instead."
    zh = "{name} 的第 {version} 版是首次登记,不能撤销;请改为停用。"
    about = "version"


class EditionIsGone(Conflict):
    """That version did not define it, or lies too far back."""

    en = "Version {version} of {name} is no change that can be taken back: only the newest {most} changes of its definition can."
    zh = "{name} 的第 {version} 版不是可撤销的更改:只能撤销最近 {most} 次定义更改。"
    about = "version"


class ChangedSince(Conflict):
    """Another change rests on it."""

    en = "{fields} of {name} changed again after version {version} (version {newer}, {by} at {at}): take that back first."
    zh = "{name} 的{fields_zh}在第 {version} 版之后又有更改(第 {newer} 版,{by},{at}):请先撤销那一次。"
    about = "version"


@dataclass(frozen=True, slots=True)
class Edition:
    """One definition: the version that it came with, its values, and who gave it."""

    version: int
    values: dict[str, Any]
    by: str
    at: datetime


@dataclass(slots=True)
class Editions:
    """The newest definitions of one thing, oldest first. `kind` and `name` are for the sentences."""

    kind: str
    name: str
    kept: list[Edition] = field(default_factory=list)
    retired: tuple[str, datetime, str] | None = None

    def add(self, version: int, by: By, at: datetime, **values: Any) -> None:  # noqa: ANN401 -- a definition's own values
        """The fact with that version defined it so; what is not given stays."""
        known = self.kept[-1].values if self.kept else {"is_retired": False}
        self.kept = [*self.kept[1 - EDITIONS_MAX :], Edition(version, {**known, **values}, by.account, at)]

    def retire(self, version: int, by: By, at: datetime, reason: str) -> None:
        """The fact with that version retired it."""
        self.retired = (by.account, at, reason)
        self.add(version, by, at, is_retired=True)

    def reinstate(self, version: int, by: By, at: datetime) -> None:
        """The fact with that version brought it back."""
        self.retired = None
        self.add(version, by, at, is_retired=False)

    def differs(self, **values: Any) -> bool:  # noqa: ANN401 -- a definition's own values
        """Whether one of these values is not as it is now."""
        now = self.kept[-1].values
        return any(now.get(name) != value for name, value in values.items())

    def require_seen(self, seen: int | None, version_now: int) -> None:
        """Refuse (StaleVersion) where it was defined anew after the version `seen`, and (VersionIsAhead) what nobody can have seen."""
        require_existing(self.name, seen, version_now)
        newest = self.kept[-1]
        if seen is None or newest.version <= seen:
            return
        old = next((edition.values for edition in reversed(self.kept) if edition.version <= seen), {"is_retired": False})
        changed = {name: value for name, value in newest.values.items() if name not in old or old[name] != value}
        raise StaleVersion(
            what="definition",
            what_zh="定义",
            name=self.name,
            now=_told(changed, 0),
            now_zh=_told(changed, 1),
            by=newest.by,
            at=_moment(newest.at),
            field="version",
        )

    def require_changeable(self, seen: int | None, version_now: int) -> None:
        """Refuse to define anew what is retired, and what was defined anew after the version `seen`."""
        self.require_in_use("change it", "更改")
        self.require_seen(seen, version_now)

    def require_in_use(self, act: str, act_zh: str) -> None:
        """Refuse (EntryIsRetired) `act` on what is retired."""
        if self.retired:
            who, when, reason = self.retired
            raise EntryIsRetired(kind=self.kind, name=self.name, by=who, at=_moment(when), reason=reason, act=act, act_zh=act_zh)

    def require_retirable(self, reason: str) -> None:
        """Refuse what is retired already, and an empty reason."""
        self.require_in_use("retire it again", "再次停用")
        if not reason.strip():
            raise ReasonIsMissing(act="retire", act_zh="停用", name=self.name)

    def require_retired(self) -> None:
        """Refuse to bring back what never left."""
        if not self.retired:
            raise EntryIsNotRetired(name=self.name)

    def without(self, version: int) -> dict[str, Any]:
        """The values as they would be had the fact with that version not changed what it did.

        Refuses the first definition, one that is no longer kept, and one whose values were changed again since.
        """
        place = next((index for index, edition in enumerate(self.kept) if edition.version == version), None)
        if version == 1 and self.kept[0].version == 1:
            raise FirstEditionStays(name=self.name, version=version)
        if place is None or place == 0:
            raise EditionIsGone(name=self.name, version=version, most=EDITIONS_MAX - 1)
        before, after, now = self.kept[place - 1].values, self.kept[place].values, self.kept[-1].values
        changed = [name for name in after if after[name] != before.get(name)]
        again = [name for name in changed if now[name] != after[name]]
        if again:
            newer = next(one for one in self.kept[place + 1 :] if any(one.values[name] != after[name] for name in again))
            fields, fields_zh = (mark.join(_word(name, at) for name in again) for at, mark in ((0, ", "), (1, "、")))
            raise ChangedSince(
                name=self.name, version=version, fields=fields, fields_zh=fields_zh, newer=newer.version, by=newer.by, at=_moment(newer.at)
            )
        return {**now, **{name: before.get(name) for name in changed}}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _word(name: str, language: int) -> str:
    """What a value is called: 0 in English, 1 in Chinese."""
    return VALUE_WORDS.get(name, (name, name))[language]


def _told(values: dict[str, Any], language: int) -> str:
    """`priority 1, name 内涝 / Flooding`: the values that are others now."""
    text = ("、" if language else ", ").join(f"{_word(name, language)} {_plain(value)}" for name, value in values.items())
    return text if len(text) <= TOLD_LETTERS_MAX else f"{text[: TOLD_LETTERS_MAX - 1]}…"


def _plain(value: Any) -> str:  # noqa: ANN401 -- a definition's own values
    if hasattr(value, "zh") and hasattr(value, "en"):
        return f"{value.zh} / {value.en}"
    if isinstance(value, tuple):
        return f"({len(value)})"
    return str(value)
