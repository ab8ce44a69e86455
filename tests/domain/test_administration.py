"""What administrators change, and change back: nothing is overwritten unknowingly, nothing is taken out of the log."""

from __future__ import annotations

from typing import Any

import pytest

from domain import administration_commands as admin
from domain import commands as ask
from domain.aliases import AliasIsBuiltIn, AliasIsDoubled, AliasIsMalformed
from domain.catalogue import IncidentType, ResponsePlan, Station
from domain.city_settings import Aliases, Timers
from domain.colours import ColourIsAnAlarms, ColourIsFaint, ColourIsMalformed
from domain.editions import EDITIONS_MAX, ChangedSince, EditionIsGone, EntryIsNotRetired, EntryIsRetired, FirstEditionStays
from domain.refusals import Refusal, StaleVersion, UnknownThing
from domain.status_codes import StatusCodeIsDoubled
from domain.timers import STANDARD, TEMPLATES, Target, TargetsDisagree, require_sound, targets_of
from domain.unit import Unit, UnitIsAssigned
from tests.domain.given_when_then import Desk, at, dispatched, opened, place


def flood(**more: Any) -> ask.DefineIncidentType:  # noqa: ANN401 -- fields of the command
    """The flood, defined anew."""
    fields: dict[str, Any] = {
        "zh": "内涝",
        "en": "Flood",
        "category": "natural_disaster",
        "priority": 3,
        "level": 4,
        "agency": "fire",
    } | more
    return ask.DefineIncidentType(incident_type="flood", **fields)


def undo(kind: admin.Undoable, code: str, version: int) -> admin.UndoChange:
    """Take back the change that made this version."""
    return admin.UndoChange(kind=kind, code=code, version=version)


def retire(kind: Any, code: str, reason: str = "登记有误") -> admin.RetireEntry:  # noqa: ANN401 -- a kind
    """It was a mistake."""
    return admin.RetireEntry(kind=kind, code=code, reason=reason)


def test_a_change_is_taken_back_by_a_new_fact_with_the_earlier_value(desk: Desk) -> None:
    desk.given(flood(priority=1))
    desk.when(undo("incident_type", "flood", 2))
    desk.then("incident_type.redefined")
    restored = desk.look(IncidentType, "incident_type:flood")
    assert (restored.priority, restored.version) == (3, 3)


def test_taking_back_leaves_what_another_changed_since(desk: Desk) -> None:
    desk.given(flood(priority=1), flood(priority=1, en="Flooding"))
    desk.when(undo("incident_type", "flood", 2))
    desk.then("incident_type.redefined")
    restored = desk.look(IncidentType, "incident_type:flood")
    assert (restored.priority, restored.name.en) == (3, "Flooding")


def test_a_value_that_was_changed_again_is_not_taken_back(desk: Desk) -> None:
    desk.given(flood(priority=1), flood(priority=2))
    desk.when(undo("incident_type", "flood", 2))
    desk.then_refused(
        ChangedSince,
        "priority of flood changed again after version 2 (version 3, zhou at 2026-11-23T06:30:00+00:00): take that back first.",
        "flood 的优先级在第 2 版之后又有更改(第 3 版,zhou,2026-11-23T06:30:00+00:00):请先撤销那一次。",
        field="version",
    )


def test_a_take_back_is_itself_taken_back(desk: Desk) -> None:
    desk.given(flood(priority=1), undo("incident_type", "flood", 2))
    desk.when(undo("incident_type", "flood", 3))
    desk.then("incident_type.redefined")
    assert desk.look(IncidentType, "incident_type:flood").priority == 1


def test_the_first_definition_is_retired_and_not_taken_back(desk: Desk) -> None:
    desk.when(undo("station", "XF01", 1))
    desk.then_refused(
        FirstEditionStays,
        "Version 1 of XF01 is its first: it cannot be taken back; retire XF01 instead.",
        "XF01 的第 1 版是首次登记,不能撤销;请改为停用。",
    )


def test_only_the_newest_changes_are_kept_for_taking_back(desk: Desk) -> None:
    desk.given(*(flood(priority=1 + turn % 2) for turn in range(EDITIONS_MAX + 2)))
    desk.when(undo("incident_type", "flood", 2))
    assert isinstance(desk.refusal, EditionIsGone)
    assert len(desk.look(IncidentType, "incident_type:flood").editions.kept) == EDITIONS_MAX


def test_a_plan_goes_back_to_what_it_was(desk: Desk) -> None:
    plan = ask.DefineResponsePlan(incident_type="flood", level=2, needs=(ask.PlannedNeed(capability="pump", count=3),))
    desk.given(plan, ask.DefineResponsePlan(incident_type="flood", level=2, needs=()))
    desk.when(undo("response_plan", "flood/2", 2))
    desk.then("response_plan.redefined")
    assert [need.count for need in desk.look(ResponsePlan, "response_plan:flood/2").needs] == [3]


def test_a_change_back_to_something_retired_is_refused(desk: Desk) -> None:
    desk.given(
        ask.RegisterStation(station="XF01", agency="ems", zh="一站", en="Station 1", district="heping", place=place(117.19, 39.11)),
        retire("agency", "fire"),
    )
    desk.when(undo("station", "XF01", 2))
    assert isinstance(desk.refusal, EntryIsRetired)
    assert desk.look(Station, "station:XF01").definition[0] == "ems"


@pytest.mark.parametrize(
    "late",
    [
        flood(priority=2, version=1),
        ask.RegisterAgency(agency="fire", zh="火", en="F", version=1),
        ask.DefineDistrict(district="heping", zh="和", en="H", version=1),
        ask.RegisterStation(station="XF01", agency="fire", zh="站", en="S", version=1),
    ],
)
def test_a_definition_that_another_changed_is_not_overwritten_unknowingly(desk: Desk, late: Any) -> None:  # noqa: ANN401 -- a command
    desk.given(
        flood(priority=1),
        ask.RegisterAgency(agency="fire", zh="消防救援", en="Fire"),
        ask.DefineDistrict(district="heping", zh="和平", en="Heping"),
        ask.RegisterStation(station="XF01", agency="fire", zh="新站", en="New"),
    )
    desk.when(late, account="chen")
    assert isinstance(desk.refusal, StaleVersion)
    assert desk.refusal.field == "version"
    desk.when(undo("agency", "fire", 2))
    assert desk.refusal is None, "knowing the newest version, one goes on"


def test_a_stale_definition_is_told_what_is_so_now(desk: Desk) -> None:
    desk.given(flood(priority=1))
    desk.when(flood(priority=2, version=1))
    desk.then_refused(
        StaleVersion,
        "The definition of flood was changed to priority 1 by zhou at 2026-11-23T06:30:00+00:00 after you looked: look again, then decide.",
        "flood 的定义在您查看之后已被 zhou 于 2026-11-23T06:30:00+00:00 改为 优先级 1:请再看一眼后决定。",
    )


def test_what_is_retired_cannot_be_chosen_any_more(desk: Desk) -> None:
    desk.given(opened(), retire("incident_type", "dwelling_fire"), retire("station", "XF01"))
    desk.when(opened())
    desk.then_refused(
        EntryIsRetired,
        "Incident type dwelling_fire was retired by zhou at 2026-11-23T06:30:00+00:00 (登记有误): cannot choose it.",
        "警情类型 dwelling_fire 已由 zhou 于 2026-11-23T06:30:00+00:00 停用(登记有误),不能选用。",
    )
    desk.when(ask.RegisterUnit(unit="E99", agency="fire", station="XF01", capabilities=()))
    assert isinstance(desk.refusal, EntryIsRetired)
    desk.when(dispatched("E11"))
    assert desk.refusal is None, "what was opened under it goes on"


def test_what_is_retired_comes_back_once(desk: Desk) -> None:
    desk.given(retire("incident_type", "flood"))
    desk.when(admin.ReinstateEntry(kind="incident_type", code="flood"))
    desk.then("incident_type.reinstated")
    desk.when(admin.ReinstateEntry(kind="incident_type", code="flood"))
    desk.then_refused(EntryIsNotRetired, "flood is not retired: there is nothing to reinstate.", "flood 未停用,无需恢复。")


def test_retiring_is_taken_back_like_any_change(desk: Desk) -> None:
    desk.given(retire("station", "XF01"))
    desk.when(undo("station", "XF01", 2))
    desk.then("station.reinstated")
    desk.when(undo("station", "XF01", 3))
    desk.then("station.retired")


def test_a_unit_on_an_assignment_is_not_retired(desk: Desk) -> None:
    desk.given(opened(), dispatched("E11"))
    desk.when(retire("unit", "E11"))
    assert isinstance(desk.refusal, UnitIsAssigned)
    desk.when(retire("unit", "E12"))
    desk.then("unit.retired")
    desk.when(dispatched("E12"))
    assert isinstance(desk.refusal, EntryIsRetired)


def test_a_unit_is_called_otherwise_and_back(desk: Desk) -> None:
    desk.given(ask.ChangeUnit(unit="E11", zh="十一号", en="Eleven", capabilities=("pump", "ladder")))
    desk.when(undo("unit", "E11", 2))
    desk.then("unit.changed")
    unit = desk.look(Unit, "unit:E11")
    assert (unit.name.zh, unit.capabilities) == ("E11", ("pump",))


def test_timers_of_an_agency_and_a_priority_go_before_the_others() -> None:
    agency = (Target(interval="turnout", seconds=60), Target(interval="total", seconds=300, priority=1))
    assert [target.seconds for target in targets_of("answer", 1, agency=agency)] == [15, 20]
    assert [target.seconds for target in targets_of("turnout", 2, agency=agency)] == [60]
    assert [target.seconds for target in targets_of("total", 1, agency=agency)] == [300]
    assert [target.seconds for target in targets_of("total", 2, agency=agency)] == [600]
    assert [target.seconds for target in targets_of("call_processing", 1)] == [60]


def test_every_template_is_sound() -> None:
    require_sound(STANDARD)
    for template in TEMPLATES:
        require_sound(template.targets)


def test_targets_that_disagree_are_refused(desk: Desk) -> None:
    early, late = admin.TimerTarget(interval="answer", seconds=15, share_percent=95), admin.TimerTarget(interval="answer", seconds=20)
    desk.when(admin.SetTimers(targets=(early, late)))
    desk.then_refused(
        TargetsDisagree,
        "Answer of priority *: 20 s for 90 % and 15 s for 95 % disagree; more cases need more time.",
        "接听 优先级 *:90% 为 20 秒、95% 为 15 秒,互相矛盾:比例越高,时限应越长。",
    )


def test_timers_are_set_for_agencies_that_are_known(desk: Desk) -> None:
    desk.when(admin.SetTimers(scope="fire", targets=(admin.TimerTarget(interval="turnout", seconds=60),)))
    desk.then("timers.set")
    desk.when(admin.SetTimers(scope="fire", targets=()))
    desk.then("timers.changed")
    desk.when(undo("timers", "fire", 2))
    assert desk.look(Timers, "timers:fire").editions.kept[-1].values["targets"] == (Target(interval="turnout", seconds=60),)
    desk.when(admin.SetTimers(scope="navy", targets=()))
    desk.then_refused(UnknownThing, "There is no agency navy.", "没有这个部门:navy。")


def words(*pairs: tuple[str, Any]) -> admin.SetAliases:
    """Words and their meanings."""
    return admin.SetAliases(aliases=tuple(admin.CommandAlias(word=word, meaning=meaning) for word, meaning in pairs))


def test_os_means_what_the_installation_says(desk: Desk) -> None:
    desk.when(words(("OS", "on_scene"), ("到点", "on_scene")))
    desk.then("aliases.set")
    desk.when(words(("OS", "out_of_service")))
    desk.then("aliases.changed")
    assert desk.look(Aliases, "aliases:*").editions.kept[-1].values["aliases"][0].meaning == "out_of_service"


@pytest.mark.parametrize(
    ("command", "kind", "en"),
    [
        (words(("On-Scene", "cleared")), AliasIsBuiltIn, "“On-Scene” is a built-in word of the command bar (on scene): choose another."),
        (words(("OS", "on_scene"), ("o s", "cleared")), AliasIsDoubled, "“o s” is there twice: as on scene and as cleared."),
        (words(("31", "go")), AliasIsMalformed, "“31” cannot be read as a word"),
        (words(("a:b", "go")), AliasIsMalformed, "“a:b” cannot be read as a word"),
    ],
)
def test_a_word_that_the_bar_could_not_tell_apart_is_refused(desk: Desk, command: object, kind: type[Refusal], en: str) -> None:
    desk.when(command)
    assert type(desk.refusal) is kind
    assert str(desk.refusal).startswith(en)
    assert desk.facts == []


def paint(dark: str, light: str, code: str = "fire") -> admin.SetColours:
    """One agency's colour."""
    return admin.SetColours(colours=(admin.MarkColour(of="agency", code=code, dark=dark, light=light),))


def test_a_colour_that_stands_out_in_both_themes_is_taken(desk: Desk) -> None:
    desk.when(paint("#7FB2D9", "#1f5a8c"))
    desk.then("colours.set")


@pytest.mark.parametrize(
    ("dark", "light", "kind"),
    [
        ("#444444", "#1f5a8c", ColourIsFaint),
        ("#7fb2d9", "#c0c0c0", ColourIsFaint),
        ("#e0942f", "#1f5a8c", ColourIsAnAlarms),
        ("#7fb2d9", "#b91f17", ColourIsAnAlarms),
        ("azurite", "#1f5a8c", ColourIsMalformed),
    ],
)
def test_a_colour_that_is_faint_or_an_alarms_is_refused(desk: Desk, dark: str, light: str, kind: type[Refusal]) -> None:
    desk.when(paint(dark, light))
    assert type(desk.refusal) is kind
    assert desk.refusal is not None
    assert desk.refusal.field.startswith("colours.0.")


def test_a_faint_colour_is_told_its_contrast(desk: Desk) -> None:
    desk.when(paint("#444444", "#1f5a8c"))
    desk.then_refused(
        ColourIsFaint,
        "#444444 for fire has a contrast of 1.7 to 1 on the dark ground #1c1f21: at least 3 to 1 is needed.",
        "fire 的颜色 #444444 在深色底色 #1c1f21 上对比度只有 1.7:1,至少需要 3:1。",
    )


def test_a_status_is_told_by_its_name(desk: Desk) -> None:
    desk.when(admin.SetColours(colours=(admin.MarkColour(of="status", code="on_scene", dark="#444444", light="#1f5a8c"),)))
    assert desk.refusal is not None
    assert (desk.refusal.sentence_en[:22], desk.refusal.sentence_zh[:6]) == ("#444444 for “on scene”", "「到场」的颜")


def test_a_code_of_an_agency_is_one_status(desk: Desk) -> None:
    codes = tuple(admin.AgencyCode(code=code, status=status) for code, status in (("22", "on_scene"), ("21", "en_route")))  # type: ignore[arg-type]
    desk.when(admin.SetStatusCodes(agency="fire", codes=codes))
    desk.then("status_codes.set")
    desk.when(admin.SetStatusCodes(agency="fire", codes=(*codes, codes[0])))
    assert isinstance(desk.refusal, StatusCodeIsDoubled)


def test_who_changed_it_is_in_the_sentence(desk: Desk) -> None:
    desk.given(admin.DefineCapability(capability="ladder", zh="云梯", en="Ladder"))
    desk.now = at(60)
    desk.when(admin.DefineCapability(capability="ladder", zh="举高", en="Ladder", version=1), account="chen")
    desk.then("capability.changed")
    desk.when(admin.DefineCapability(capability="ladder", zh="登高", en="Ladder", version=1))
    assert "by chen at 2026-11-23T06:31:00+00:00" in str(desk.refusal)
