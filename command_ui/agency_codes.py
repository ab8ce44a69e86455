"""What a unit's terminal reports: one of our statuses, or a code of its agency that the catalogue maps to one."""

from __future__ import annotations

from command_ui.center import Center
from domain.refusals import Invalid
from domain.status_codes import MappedStatus


class StatusIsMissing(Invalid):
    """A report says nothing."""

    en = "{unit} reports neither a status nor a code."
    zh = "{unit} 的上报既没有状态,也没有代码。"
    about = "status"


class CodeIsUnknown(Invalid):
    """Nobody has said what the code means."""

    en = "{agency} has no status code {code}: an administrator maps it under «Status codes»."
    zh = "{agency} 没有状态代码 {code}:请管理员在「状态代码」中设定。"
    about = "code"


def reported_status(center: Center, unit: str, agency: str, status: MappedStatus | None, code: str) -> MappedStatus:
    """The status itself, or what the agency's code stands for; refuses a code that is not mapped."""
    if status is not None:
        return status
    if not code:
        raise StatusIsMissing(unit=unit)
    mapped = center.document("catalogue", f"status_codes:{agency}")
    found: MappedStatus | None = next((one.status for one in mapped.codes if one.code == code), None) if mapped is not None else None
    if found is None:
        raise CodeIsUnknown(agency=agency, code=code)
    return found
