"""What the columns of public call logs are called, in English and in Chinese: patterns over a column's name, the surest first.

A name is compared in lower case, its words apart (`FIRST_ON_SCENE_DATETIME`, `firstOnScene` and `First On-Scene` are «first on scene ...»).
"""

from __future__ import annotations

import re
from typing import Final

# Tried in this order: a name goes to the first word that it fits, so that «first hosp arrival» is not taken for an arrival at the scene.
TIME_WORDS: Final = {
    "at_destination": (r"hosp\w* arriv|arriv\w* hosp|^(at )?hospital|destination|到院|到达医院|送达",),
    "transporting": (r"to hosp|transport|leav\w* scene|送医|离开现场|离场|转运",),
    "on_scene": (r"on ?scene|arriv|到场|到达|抵达",),
    "en_route": (r"en ?route|responding|response|turn ?out|activation|出动|出发|出车",),
    "dispatched": (r"dispatch|assign|派警|派车|派单|调派|派出|下达|派",),
    "acknowledged": (r"acknowledg|签收|接令",),
    "answered": (r"entry|answer|pick ?up|接听|应答|接通",),
    "cleared": (r"clear|available|结束|完成|办结|归队|返回|处置完", r"clos|complet|\bend"),
    "received": (
        r"receiv|报警|接警|来电|呼入|受理",
        r"creat|report|call ?(date|time)|time ?call|发生|案发|立案",
        r"incident|alarm|start|open|date ?time|time ?stamp",
        r"date|time|时间|日期",
    ),
}
# When a row was last touched, printed or loaded is no time of its call.
NO_TIME_WORDS: Final = r"updat|modif|load|as of|export|watch|更新|修改|导出|入库"

WORDS: Final = {
    "call": (
        r"call (number|no|id)\b|callnumber|接警\w*号|报警\w*号|警情\w*号|呼救\w*号",
        r"(cad|event|incident|case|run|master|dispatch)\w* ?\w* ?(number|num|no|id|nbr)\b|事件\w*号|案件\w*号|工单\w*号",
        r"^(id|number|no|call|incident|event|case|编号|序号|单号)$|编号$|单号$",
    ),
    "incident": (r"incident (number|num|no|id)\b|案件\w*号|事件\w*号",),
    "unit": (
        r"^units?( id| ids| number| no| name)?$|^apparatus( id)?$|call sign",
        r"出警单位|出动单位|车牌|车辆(编号|号)?$|警车|出动车辆|^unit\w*$",
    ),
    "unit_type": (r"unit type|apparatus type|车辆类型|车型",),
    "station": (r"^(unit )?(home )?station( name| id)?$|所属队站|消防站|急救站",),
    "district": (
        r"neighbou?r\w*|行政区|区县|辖区|区划|所属区",
        r"district|borough|ward|\btwp\b|township|precinct|area|battalion|beat|sector|zone|片区",
    ),
    "incident_type": (
        r"type (desc|text|name)",
        r"(call|incident|event|problem)\w* ?(sub)? ?type|nature|案由|警情类[别型]|案件类[别型]|事件类[别型]|灾害类型|呼救类型",
        r"(type|title|category|problem|class)( desc\w*| text| name)?$|类别$|类型$",
    ),
    "priority": (r"^(final )?priority|severity|优先级|等级|级别", r"priority|严重程度"),
    "disposition": (r"disposition|处[理置警]结果|结果$|结案方式|outcome",),
    "address": (r"address|\baddr|地址|地点|案发地|位置", r"street|block|intersection|location$|place|路名"),
    "description": (r"narrative|comment|remark|description|\bdesc\b|内容|摘要|备注|描述|简要",),
}
LONGITUDES: Final = r"\blon|\blng|longitude|经度|^x$|^point x|x ?坐标"
LATITUDES: Final = r"\blat|latitude|纬度|^y$|^point y|y ?坐标"

# What is written in a disposition, and which of ours it is.
DISPOSITIONS: Final = {
    "duplicate": r"duplic|重复",
    "cancelled": r"cancel|取消|撤销",
    "false_alarm": r"false|malicious|no merit|unfounded|误报|谎报|虚假|骚扰",
    "unable_to_locate": r"unable to loc|gone on arr|not found|无法找到|未找到",
    "handed_over": r"refer|transferred to|移交|转交",
}

# Tried on the values of a column, each by itself. Month first goes before day first: a sample whose days all fit both is told as a doubt.
TIME_FORMATS: Final = (
    "iso",
    *("%m/%d/%Y %I:%M:%S %p", "%d/%m/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S"),
    *("%m/%d/%Y %I:%M:%S %p %z", "%Y/%m/%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M"),
    *(
        "%m/%d/%Y %H:%M",
        "%d/%m/%Y %H:%M",
        "%m/%d/%Y %I:%M %p",
        "%d/%m/%Y %I:%M %p",
        "%m/%d/%y %H:%M",
        "%d.%m.%Y %H:%M:%S",
        "%d.%m.%Y %H:%M",
    ),
    *("%Y年%m月%d日 %H时%M分%S秒", "%Y年%m月%d日 %H时%M分", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日%H时%M分"),
    *("%Y/%m/%d %p %I:%M:%S", "%Y/%m/%d %p%I:%M:%S", "%Y/%m/%d %p %I:%M", "%Y%m%d%H%M%S", "%Y%m%d %H:%M:%S", "%Y.%m.%d %H:%M:%S"),
    *("%b %d %Y %I:%M:%S %p", "%b %d, %Y %I:%M:%S %p", "%d-%b-%Y %H:%M:%S", "%d-%b-%y %H:%M:%S", "%m-%d-%Y %H:%M:%S", "%m-%d-%Y %H:%M"),
    *("unix", "unix_ms"),
)
DATE_FORMATS: Final = ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%d.%m.%Y", "%m/%d/%y")
CLOCK_FORMATS: Final = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H时%M分")


def plain(name: str) -> str:
    """A column's name in lower case, its words apart."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[\W_]+", " ", apart).strip().lower()
