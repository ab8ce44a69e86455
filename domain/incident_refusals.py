"""Why an act on an incident is refused."""

from __future__ import annotations

from domain.refusals import Conflict

DISPOSITION_ZH = {
    "handled": "处置完毕",
    "duplicate": "重复",
    "false_alarm": "误报",
    "handed_over": "移交",
    "cancelled": "取消",
    "unable_to_locate": "未找到",
    "other": "其他",
}


class IncidentIsClosed(Conflict):
    """A closed incident takes notes and late times only."""

    en = "Incident {incident} was closed as {disposition} by {by}: cannot {act}. Reopen it first."
    zh = "警情 {incident} 已由 {by} 结案({disposition_zh}),不能{act_zh}。请先重开。"
    about = "incident"


class IncidentIsOpen(Conflict):
    """There is nothing to reopen."""

    en = "Incident {incident} is open: nothing to reopen."
    zh = "警情 {incident} 未结案,无需重开。"
    about = "incident"


class IncidentIsMerged(Conflict):
    """What concerns it belongs to the incident that it was merged into."""

    en = "Incident {incident} was merged into {into}: cannot {act}. Act on {into} instead."
    zh = "警情 {incident} 已并入 {into},不能{act_zh}。请在 {into} 上操作。"
    about = "incident"


class IncidentIsNotMerged(Conflict):
    """There is nothing to undo."""

    en = "Incident {incident} is not merged into another: nothing to undo."
    zh = "警情 {incident} 没有并入其他警情,无需撤销。"
    about = "incident"


class MergedWithItself(Conflict):
    """A merge needs two."""

    en = "Incident {incident} cannot be merged into itself."
    zh = "警情 {incident} 不能并入自身。"
    about = "merged"


class UnitsAreAssigned(Conflict):
    """The incident still has units on it."""

    en = "Incident {incident} still has {units} on it: release them first, or close with release_units."
    zh = "警情 {incident} 仍有单位 {units}:请先解除,或结案时一并解除。"
    about = "incident"


class CallIsElsewhere(Conflict):
    """The call is not one of the incident's."""

    en = "Call {call} is not linked to incident {incident}."
    zh = "接警单 {call} 没有关联警情 {incident}。"
    about = "call"


class AlarmIsElsewhere(Conflict):
    """The alarm is not one of the incident's."""

    en = "Alarm {alarm} is not linked to incident {incident}."
    zh = "告警 {alarm} 没有关联警情 {incident}。"
    about = "alarm"


class NoteIsStruck(Conflict):
    """It cannot be struck twice."""

    en = "Note {note} of incident {incident} is struck out already."
    zh = "警情 {incident} 的第 {note} 条记录已划去。"
    about = "note"


class IncidentIsTheirs(Conflict):
    """There is nothing to hand over."""

    en = "{account} answers for incident {incident} already: nothing to hand over."
    zh = "警情 {incident} 已由 {account} 负责,无需移交。"
    about = "incident"
