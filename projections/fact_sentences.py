"""Any fact as a sentence in both languages, for a list of what happened. An incident's are those of its timeline."""

from __future__ import annotations

from typing import Any, Final

from domain.alarm import Alarm
from domain.assignment import Assignment
from domain.fact import Fact
from domain.incident import Incident
from domain.promise import Promise
from projections.incident_timeline import sentence_of as incident_sentence

_WHAT: Final[dict[str, tuple[str, str]]] = {
    "call.taken": ("接到报警", "Call taken"),
    "call.located": ("更改报警地点", "Call located"),
    "call.classified": ("更改报警类型", "Call classified"),
    "call.linked": ("接警单关联警情", "Call linked to its incident"),
    "call.unlinked": ("接警单解除关联", "Call unlinked"),
    "call.ended": ("接警单结束", "Call ended"),
    "call.caller_revealed": ("查看报警人", "Caller revealed"),
    "call.caller_erased": ("删除报警人信息", "Caller erased"),
    "unit.registered": ("单位登记", "Unit registered"),
    "unit.changed": ("单位变更", "Unit changed"),
    "unit.assigned": ("单位受派", "Unit assigned"),
    "unit.released": ("单位解除任务", "Unit released"),
    "unit.put_out_of_service": ("单位停用", "Unit out of service"),
    "unit.returned_to_service": ("单位恢复在勤", "Unit returned to service"),
    "alarm.raised": ("告警", "Alarm raised"),
    "alarm.repeated": ("再次告警", "Alarm repeated"),
    "alarm.acknowledged": ("告警已确认", "Alarm acknowledged"),
    "alarm.shelved": ("告警搁置", "Alarm shelved"),
    "alarm.unshelved": ("告警取消搁置", "Alarm unshelved"),
    "alarm.returned_to_normal": ("告警恢复正常", "Alarm returned to normal"),
    "alarm.cleared": ("告警清除", "Alarm cleared"),
    "alarm.dismissed": ("告警撤销", "Alarm dismissed"),
    "alarm.linked": ("告警关联警情", "Alarm linked to an incident"),
    "alarm.unlinked": ("告警解除关联", "Alarm unlinked"),
    "sensor.registered": ("传感器登记", "Sensor registered"),
    "sensor.described": ("传感器说明变更", "Sensor described anew"),
    "sensor.limits_changed": ("传感器限值变更", "Sensor limits changed"),
    "sensor.alarm_began": ("传感器开始告警", "Sensor alarm began"),
    "sensor.alarm_ended": ("传感器告警结束", "Sensor alarm ended"),
    "sensor.retired": ("传感器停用", "Sensor retired"),
    "sensor.reinstated": ("传感器恢复", "Sensor reinstated"),
    "agency.registered": ("部门登记", "Agency registered"),
    "agency.renamed": ("部门更名", "Agency renamed"),
    "station.registered": ("站点登记", "Station registered"),
    "station.changed": ("站点变更", "Station changed"),
    "district.defined": ("辖区设立", "District defined"),
    "district.redefined": ("辖区变更", "District redefined"),
    "incident_type.defined": ("警情类型设立", "Incident type defined"),
    "incident_type.redefined": ("警情类型变更", "Incident type redefined"),
    "response_plan.defined": ("出动计划设立", "Response plan defined"),
    "response_plan.redefined": ("出动计划变更", "Response plan redefined"),
    "account.created": ("账号建立", "Account created"),
    "account.changed": ("账号变更", "Account changed"),
    "account.disabled": ("账号停用", "Account disabled"),
    "account.enabled": ("账号启用", "Account enabled"),
    "account.password_reset": ("密码重设", "Password reset"),
    "account.locked_out": ("账号锁定", "Account locked out"),
    "account.token_created": ("令牌建立", "Token created"),
    "account.token_revoked": ("令牌吊销", "Token revoked"),
    "agency.retired": ("部门停用", "Agency retired"),
    "agency.reinstated": ("部门恢复", "Agency reinstated"),
    "station.retired": ("站点停用", "Station retired"),
    "station.reinstated": ("站点恢复", "Station reinstated"),
    "district.retired": ("辖区停用", "District retired"),
    "district.reinstated": ("辖区恢复", "District reinstated"),
    "incident_type.retired": ("警情类型停用", "Incident type retired"),
    "incident_type.reinstated": ("警情类型恢复", "Incident type reinstated"),
    "unit.retired": ("单位注销", "Unit retired"),
    "unit.reinstated": ("单位恢复登记", "Unit reinstated"),
    "capability.set": ("能力设立", "Capability defined"),
    "capability.changed": ("能力变更", "Capability changed"),
    "capability.retired": ("能力停用", "Capability retired"),
    "capability.reinstated": ("能力恢复", "Capability reinstated"),
    "promise.made": ("作出承诺", "Promise made"),
    "promise.kept": ("承诺已兑现", "Promise kept"),
    "promise.dropped": ("承诺取消", "Promise dropped"),
    "promise.taken_over": ("承诺已接手", "Promise taken over"),
    "hand_over.begun": ("开始交班", "Hand-over begun"),
    "hand_over.item_remarked": ("交班事项加注", "Remark on an item of the hand-over"),
    "hand_over.items_accepted": ("交班事项已接收", "Items of the hand-over accepted"),
    "hand_over.accepted": ("交班完成", "Hand-over accepted"),
    "hand_over.withdrawn": ("交班撤回", "Hand-over withdrawn"),
}
# There is one of each: its name would say nothing.
_WHAT_OF_ALL: Final[dict[str, tuple[str, str]]] = {
    "aliases.set": ("命令别名设定", "Aliases of the command bar set"),
    "aliases.changed": ("命令别名变更", "Aliases of the command bar changed"),
    "colours.set": ("颜色设定", "Colours set"),
    "colours.changed": ("颜色变更", "Colours changed"),
    "status_codes.set": ("状态码设定", "Status codes set"),
    "status_codes.changed": ("状态码变更", "Status codes changed"),
    "timers.set": ("时限设定", "Timers set"),
    "timers.changed": ("时限变更", "Timers changed"),
    "roster.opened": ("管理员名册建立", "Roster of administrators opened"),
    "roster.administrator_joined": ("增加管理员", "An administrator joined"),
    "roster.administrator_left": ("减少管理员", "An administrator left"),
}


def sentence(fact: Fact) -> tuple[str, str]:
    """Chinese, English. A topic without a sentence of its own is told by its name, so that none is silent."""
    name = fact.originator_id.partition(":")[2]
    spoken: Any = fact
    if isinstance(fact, Incident.Event | Incident.Opened | Assignment.Event | Assignment.Opened):
        zh, en, _ = incident_sentence(spoken)
        number = spoken.incident
        return f"{number} {zh}", f"{number} {en}"
    if type(fact).TOPIC in _WHAT_OF_ALL:
        return _WHAT_OF_ALL[type(fact).TOPIC]
    if isinstance(fact, Promise.Made):
        return f"作出承诺 {fact.text}", f"Promise made: {fact.text}"
    zh, en = _WHAT.get(type(fact).TOPIC, (type(fact).TOPIC, type(fact).TOPIC))
    if isinstance(fact, Alarm.Raised):
        return f"{zh} {fact.name.zh}", f"{en}: {fact.name.en}"
    if isinstance(fact, Alarm.Event):
        return f"{zh} {spoken.sensor}", f"{en}: {spoken.sensor}"
    return f"{zh} {name}", f"{en}: {name}"
