"""What facts on calls and alarms say within the record of an incident, in both languages."""

from __future__ import annotations

from typing import assert_never

from domain.alarm import Alarm
from domain.call import Call
from domain.sensor_rules import condition_zh
from projections.alarm_board import AlarmFact
from projections.call_board import CallFact
from projections.incident_timeline import Sentence, sentence_of


def call_sentence(fact: CallFact) -> Sentence:
    """One fact on a call. A caller's name and number never appear: they are sealed in the fact, and masked here."""
    data = {"call": fact.call}
    match fact:
        case Call.Taken():
            said_zh, said_en = (f":{fact.description}", f": {fact.description}") if fact.description else ("", "")
            return f"接警 {fact.call}({fact.source}){said_zh}", f"Call {fact.call} taken ({fact.source}){said_en}", data
        case Call.Located():
            return f"{fact.call} 的地点:{fact.location.address}", f"Place of {fact.call}: {fact.location.address}", data
        case Call.Classified():
            return f"{fact.call} 的类型:{fact.incident_type}", f"Type of {fact.call}: {fact.incident_type}", data
        case Call.Linked():
            return f"{fact.call} 关联到 {fact.incident}", f"{fact.call} linked to {fact.incident}", data
        case Call.Unlinked():
            return f"{fact.call} 解除关联:{fact.reason}", f"{fact.call} unlinked: {fact.reason}", data
        case Call.Ended():
            return f"{fact.call} 通话结束 {fact.outcome}".rstrip(), f"{fact.call} ended {fact.outcome}".rstrip(), data
        case Call.CallerRevealed():
            return sentence_of(fact)
        case Call.CallerErased():
            return f"抹除 {fact.call} 的报警人信息:{fact.reason}", f"Caller of {fact.call} erased: {fact.reason}", data
        case _:
            assert_never(fact)


def alarm_sentence(fact: AlarmFact) -> Sentence:
    """One fact on an alarm."""
    data = {"alarm": fact.alarm}
    sensor = fact.sensor
    match fact:
        case Alarm.Raised():
            value = "" if fact.value is None else f" {fact.value:g} {fact.unit_of_measure}".rstrip()
            return f"告警 {sensor} {condition_zh(fact.condition)}{value}", f"Alarm {sensor} {fact.condition}{value}", data
        case Alarm.Repeated():
            return f"告警 {sensor} 第 {fact.count} 次触发", f"Alarm {sensor} triggered for the {fact.count}. time", data
        case Alarm.Acknowledged():
            return f"确认告警 {sensor}", f"Alarm {sensor} acknowledged", data
        case Alarm.Shelved():
            return (
                f"搁置告警 {sensor} {fact.minutes} 分钟:{fact.reason}",
                f"Alarm {sensor} shelved for {fact.minutes} min: {fact.reason}",
                data,
            )
        case Alarm.Unshelved():
            return f"告警 {sensor} 取消搁置", f"Alarm {sensor} unshelved", data
        case Alarm.ReturnedToNormal():
            return f"告警 {sensor} 恢复正常", f"Alarm {sensor} returned to normal", data
        case Alarm.Cleared():
            return f"告警 {sensor} 消除", f"Alarm {sensor} cleared", data
        case Alarm.Dismissed():
            return f"排除告警 {sensor}:{fact.reason}", f"Alarm {sensor} dismissed: {fact.reason}", data
        case Alarm.Linked():
            return f"告警 {sensor} 关联到 {fact.incident}", f"Alarm {sensor} linked to {fact.incident}", data
        case Alarm.Unlinked():
            return f"告警 {sensor} 解除关联:{fact.reason}", f"Alarm {sensor} unlinked: {fact.reason}", data
        case _:
            assert_never(fact)
