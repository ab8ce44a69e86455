"""Why an act on an alarm or a sensor is refused."""

from __future__ import annotations

from domain.refusals import Conflict, Invalid


class AlarmIsAcknowledged(Conflict):
    """Somebody has taken notice already."""

    en = "Alarm {alarm} was acknowledged by {who} at {when}: nothing to acknowledge."
    zh = "告警 {alarm} 已由 {who} 于 {when} 确认,无需再次确认。"
    about = "alarm"


class AlarmIsShelved(Conflict):
    """What is shelved is out of sight until its time, or until somebody brings it back."""

    en = "Alarm {alarm} is shelved by {who} until {until} ({reason}): cannot {act}. Unshelve it first."
    zh = "告警 {alarm} 已由 {who} 搁置至 {until}({reason}),不能{act_zh}。请先取消搁置。"
    about = "alarm"


class AlarmIsNotShelved(Conflict):
    """There is nothing to bring back."""

    en = "Alarm {alarm} is {state}, not shelved: nothing to unshelve."
    zh = "告警 {alarm} {state_zh},没有搁置,无需取消搁置。"
    about = "alarm"


class ShelvingIsLimited(Invalid):
    """Shelving without an end is how alarms are forgotten (ISA-18.2)."""

    en = "Alarm {alarm} cannot be shelved for {minutes} minutes: choose between 1 and {minutes_max}."
    zh = "告警 {alarm} 不能搁置 {minutes} 分钟:请选 1 到 {minutes_max} 之间。"
    about = "minutes"


class AlarmIsReturned(Conflict):
    """It is normal already."""

    en = "Alarm {alarm} is {state}: it returned to normal at {when} and cannot return again."
    zh = "告警 {alarm} {state_zh}:已于 {when} 恢复正常,不能再次恢复。"
    about = "alarm"


class AlarmIsTriggeredSince(Conflict):
    """What was normal then is not normal now."""

    en = "Alarm {alarm} was triggered again at {triggered_at}: it did not return to normal at {returned_at}."
    zh = "告警 {alarm} 已于 {triggered_at} 再次触发:{returned_at} 的恢复不再有效。"
    about = "occurred_at"


class AlarmIsNotAcknowledged(Conflict):
    """Nobody has taken notice yet."""

    en = "Alarm {alarm} is {state}: acknowledge it before you clear it."
    zh = "告警 {alarm} {state_zh}:请先确认,再消除。"
    about = "alarm"


class AlarmIsActive(Conflict):
    """Its cause is still there."""

    en = (
        "Alarm {alarm} is acknowledged and still active: it clears itself on its return to normal. Dismiss it with a reason if it is false."
    )
    zh = "告警 {alarm} 已确认,但仍未恢复:恢复正常后会自行消除;如属误报,请填写理由撤销。"
    about = "alarm"


class AlarmHasEnded(Conflict):
    """What was cleared or dismissed takes no more acts."""

    en = "Alarm {alarm} was {state} by {who} at {when}: cannot {act}."
    zh = "告警 {alarm} 已由 {who} 于 {when} {state_zh},不能{act_zh}。"
    about = "alarm"


class AlarmIsLinked(Conflict):
    """One alarm, one incident."""

    en = "Alarm {alarm} is linked to incident {incident}: cannot link it to {wanted}. Unlink it first."
    zh = "告警 {alarm} 已关联警情 {incident},不能再关联 {wanted}。请先解除关联。"
    about = "alarm"


class AlarmIsNotLinked(Conflict):
    """There is nothing to unlink."""

    en = "Alarm {alarm} is {state} and linked to no incident: nothing to unlink."
    zh = "告警 {alarm} {state_zh},没有关联警情,无需解除。"
    about = "alarm"


class SensorIsRetired(Conflict):
    """It is not there any more."""

    en = "Sensor {sensor} was retired by {who} at {when} ({reason}): cannot {act}. Register it again first."
    zh = "传感器 {sensor} 已由 {who} 于 {when} 停用({reason}),不能{act_zh}。请先重新登记。"
    about = "sensor"


class CodeIsMalformed(Invalid):
    """Sensor and condition are parts of an alarm's name, which slashes divide."""

    en = "{field} is {value}: use letters, digits and - _ . : only, at most {length_max}."
    zh = "{field} 为 {value}:只能用字母、数字和 - _ . :,最多 {length_max} 个。"


class ValueIsNotANumber(Invalid):
    """A measured value is finite."""

    en = "{field} is {value}: it must be a finite number."
    zh = "{field} 为 {value},必须是有限的数值。"
