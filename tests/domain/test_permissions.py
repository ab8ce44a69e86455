"""Who may do what: the tables are complete, least rights hold, and a refusal says for whom it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import permissions
from domain.account import ROLES, ROLES_ZH
from domain.decisions import DECISIONS
from domain.permissions import Scope
from domain.refusals import NotAllowed
from projections import CATALOGUE

DISPATCHING = {"dispatch_units", "cancel_assignment", "close_incident", "merge_incidents", "set_response_level"}


def test_every_command_has_its_roles_and_every_entry_its_command() -> None:
    assert permissions.COMMANDS.keys() == DECISIONS.keys()


def test_every_view_has_its_roles() -> None:
    made_elsewhere = {"unit_position", "source_health"}
    assert permissions.VIEWS.keys() == {projection.name for projection in CATALOGUE} | made_elsewhere


def test_every_role_is_one_that_there_is_and_is_named_once() -> None:
    for table in (permissions.COMMANDS, permissions.VIEWS, permissions.BESIDES):
        for roles in table.values():
            assert set(roles) <= set(ROLES)
            assert len(set(roles)) == len(roles)
    assert ROLES_ZH.keys() == set(ROLES)


def test_every_role_can_do_something() -> None:
    for role in ROLES:
        assert any(permissions.may_view(view, [role]) for view in permissions.VIEWS)
        assert any(permissions.may(command, [role]) for command in DECISIONS) or role == "wall"


def test_a_wall_changes_nothing_and_reads_no_view_with_a_persons_data() -> None:
    assert [command for command in DECISIONS if permissions.may(command, ["wall"])] == []
    assert {view for view in (*permissions.VIEWS, *permissions.BESIDES) if permissions.may_view(view, ["wall"])} == {
        *("wall_board", "source_health", "performance")
    }


def test_only_the_server_itself_records_a_lock_out() -> None:
    assert [command for command in DECISIONS if not permissions.may(command, ROLES)] == ["record_lock_out"]


@pytest.mark.parametrize("command", sorted(DISPATCHING))
def test_only_the_desk_dispatches(command: str) -> None:
    assert {role for role in ROLES if permissions.may(command, [role])} == {"dispatcher", "commander"}


@pytest.mark.parametrize("command", ["create_account", "change_account", "create_token", "set_password", "define_incident_type"])
def test_only_administrators_administer(command: str) -> None:
    assert {role for role in ROLES if permissions.may(command, [role])} == {"administrator"}


def test_an_administrator_works_neither_calls_nor_incidents() -> None:
    assert not any(permissions.may(command, ["administrator"]) for command in ("take_call", "open_incident", "dispatch_units", "add_note"))
    assert not permissions.may_view("incident_board", ["administrator"])


def test_an_analyst_changes_nothing() -> None:
    assert [command for command in DECISIONS if permissions.may(command, ["analyst"])] == ["reveal_caller"]


def test_a_source_feeds_and_does_not_decide() -> None:
    assert {command for command in DECISIONS if permissions.may(command, ["source"])} == {
        *("take_call", "raise_alarm", "repeat_alarm", "return_alarm_to_normal"),
        *("step_assignment", "put_out_of_service", "return_to_service"),
    }


def test_an_agency_reveals_no_caller_and_sends_no_unit() -> None:
    assert not permissions.may("reveal_caller", ["agency"])
    assert not permissions.may("dispatch_units", ["agency"])
    assert not permissions.may_view("call_board", ["agency"])


@given(st.sampled_from(sorted(permissions.COMMANDS)), st.sets(st.sampled_from(ROLES)), st.sets(st.sampled_from(ROLES)))
def test_several_roles_have_the_rights_of_each_and_no_more(command: str, one: set[str], other: set[str]) -> None:
    assert permissions.may(command, one | other) == (permissions.may(command, one) or permissions.may(command, other))


@pytest.mark.parametrize("name", ["", "drop_tables", "__class__", "Dispatch_Units"])
def test_what_no_table_names_is_for_nobody(name: str) -> None:
    assert not permissions.may(name, ROLES)
    assert not permissions.may_view(name, ROLES)


def test_a_refused_command_says_for_whom_it_is() -> None:
    then_refused_without_field(
        lambda: permissions.require("dispatch_units", ["call_taker"]),
        en="This act is for dispatcher, commander; your account has call taker.",
        zh="此操作仅限调度员、指挥长;您的角色是接警员。",
    )


def test_a_refused_view_says_who_may_read_it() -> None:
    with pytest.raises(permissions.ViewIsNotAllowed) as caught:
        permissions.require_view("account_directory", ["analyst"])
    assert caught.value.sentence_en == "This may be read by administrator; your account has analyst."
    assert caught.value.sentence_zh == "此内容仅管理员可查看;您的角色是分析员。"


def test_what_is_allowed_passes_in_silence() -> None:
    permissions.require("dispatch_units", ["analyst", "dispatcher"])
    permissions.require("intake", ["source"])
    permissions.require_view("incident_board", ["agency"])


def test_an_empty_scope_reaches_everything() -> None:
    assert Scope().reaches(agencies=(), district="heping")


def test_a_scope_reaches_what_one_of_its_agencies_has_a_hand_in() -> None:
    scope = Scope(agencies=frozenset({"fire"}))
    assert scope.reaches(agencies=("police", "fire"))
    assert not scope.reaches(agencies=("police",))
    assert not scope.reaches(agencies=())
    assert scope.reaches(district="heping"), "a call belongs to no agency by its nature"


def test_what_has_no_district_yet_is_in_reach_of_every_district() -> None:
    scope = Scope(districts=frozenset({"heping"}))
    assert scope.reaches(district="heping")
    assert scope.reaches(district="")
    assert not scope.reaches(district="hexi")


def test_out_of_scope_is_a_sentence() -> None:
    then_refused_without_field(
        lambda: Scope(agencies=frozenset({"fire"}), districts=frozenset({"heping"})).require("E0703", agencies=("police",)),
        en="E0703 is outside the scope of your account (fire, heping).",
        zh="E0703 不在您账号的范围内(fire、heping)。",
    )


def then_refused_without_field(act: object, *, en: str, zh: str) -> None:
    """A refusal of rights is about the account, not about a field."""
    with pytest.raises(NotAllowed) as caught:
        act()  # type: ignore[operator]
    assert (caught.value.sentence_en, caught.value.sentence_zh) == (en, zh)
