"""Who may have an account, with which rights; why each act is refused; and what the directory says of it."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import msgspec
import pytest

from domain import account_commands as ask
from domain import account_refusals as refused
from domain.account import TOKENS_MAX, Account
from domain.account_decisions import FIRST_ACCOUNT
from domain.refusals import AlreadyExists, Refusal, StaleVersion, UnknownThing
from domain.roster import Roster
from tests.domain.account_world import AccountWorld, person
from tests.domain.alarm_world import at, then_refused


def given(*commands: ask.AccountCommand) -> AccountWorld:
    """The first administrator, and what was decided since."""
    world = AccountWorld()
    world.do(FIRST_ACCOUNT, account="system")
    for command in commands:
        world.do(command)
    return world


def test_a_created_account_is_in_the_directory_with_its_rights() -> None:
    world = given(person("zhoukai", "dispatcher", "call_taker", seat="5", agencies=("fire",), districts=("heping",)))
    entry = world.directory()["zhoukai"]
    assert (entry.roles, entry.agencies, entry.districts, entry.seat) == (("call_taker", "dispatcher"), ("fire",), ("heping",), "5")
    assert not entry.is_disabled
    assert entry.version == 1


def test_the_first_account_opens_the_roster_of_administrators() -> None:
    world = given()
    assert world.topics()[-2:] == ["account.created", "roster.opened"]
    assert world.look(Roster, "roster:administrators").administrators == {"admin"}


def test_no_fact_of_an_account_has_room_for_a_secret() -> None:
    facts = [fact for fact in vars(Account).values() if isinstance(fact, type) and hasattr(fact, "TOPIC")]
    fields = {entry.name for fact in facts for entry in dataclasses.fields(fact)}
    assert fields <= {
        *("originator_id", "originator_version", "originator_topic", "timestamp", "by", "account", "name", "seat", "rights", "kind"),
        *("reason", "failures", "until", "token", "label", "roles", "expires_at"),
    }


@pytest.mark.parametrize("name", ["Zhou", "z", "周凯", "zhou kai", "1zhou", "zhou:kai", "zhou/1", "a" * 33, "-zhou"])
def test_a_name_that_cannot_be_typed_or_spoken_is_refused(name: str) -> None:
    then_refused(
        lambda: given(person(name)),
        refused.AccountNameIsMalformed,
        en=f"{name!r} cannot be an account's name: 2 to 32 small letters, digits, dots, dashes and underscores, a letter first.",
        zh=f"{name!r} 不能作账号名:须为 2 至 32 个小写字母、数字、点、横线或下划线,以字母开头。",
    )


def test_nobody_gets_the_name_that_the_server_signs_with() -> None:
    with pytest.raises(refused.AccountNameIsReserved, match="system is what the server signs its own acts with"):
        given(person("system"))


def test_a_name_is_given_once() -> None:
    with pytest.raises(AlreadyExists, match="Account zhoukai exists already"):
        given(person("zhoukai"), person("zhoukai"))


def test_an_account_needs_a_role() -> None:
    with pytest.raises(refused.RolesAreMissing):
        given(ask.CreateAccount(account="zhoukai", zh="", en="", roles=()))


def test_the_role_agency_never_reaches_all_agencies_by_leaving_a_field_out() -> None:
    then_refused(
        lambda: given(person("xiaofang", "agency")),
        refused.AgencyIsMissing,
        en="xiaofang has the role agency: name its agencies, so that it sees what concerns them and nothing else.",
        zh="xiaofang 的角色是 agency:请指明所属部门,使其只看到与本部门有关的内容。",
    )
    world = given(person("xiaofang", "agency", agencies=("fire",)))
    with pytest.raises(refused.AgencyIsMissing):
        world.do(ask.ChangeAccount(account="xiaofang", agencies=()))


@pytest.mark.parametrize("scope", [{"agencies": ("water",)}, {"districts": ("atlantis",)}])
def test_a_scope_names_what_is_known(scope: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(UnknownThing):
        given(person("zhoukai", **scope))


def test_what_a_change_does_not_name_stays() -> None:
    world = given(person("zhoukai", "dispatcher", seat="5", districts=("heping",)))
    world.do(ask.ChangeAccount(account="zhoukai", roles=("commander",), version=1))
    entry = world.directory()["zhoukai"]
    assert (entry.roles, entry.seat, entry.districts, entry.zh) == (("commander",), "5", ("heping",), "周凯")


def test_the_same_again_leaves_no_fact() -> None:
    world = given(person("zhoukai", "dispatcher", "call_taker"))
    before = len(world.log)
    world.do(ask.ChangeAccount(account="zhoukai", roles=("dispatcher", "call_taker", "dispatcher"), version=1))
    assert len(world.log) == before


def test_a_change_on_an_old_look_is_refused_with_who_changed_it() -> None:
    world = given(person("zhoukai"), ask.ChangeAccount(account="zhoukai", roles=("commander",), version=1))
    then_refused(
        lambda: world.do(ask.ChangeAccount(account="zhoukai", roles=("analyst",), version=1)),
        StaleVersion,
        en="The roles and scope of zhoukai was changed to commander by admin at 2026-11-23T06:30:00+00:00 after you looked: "
        "look again, then decide.",
        zh="zhoukai 的角色和范围在您查看之后已被 admin 于 2026-11-23T06:30:00+00:00 改为 指挥长:请再看一眼后决定。",
    )


def test_a_token_does_not_make_a_look_at_the_rights_stale() -> None:
    world = given(person("zhoukai"), ask.CreateToken(account="zhoukai", label="script"))
    world.do(ask.ChangeAccount(account="zhoukai", roles=("analyst",), version=1))
    assert world.directory()["zhoukai"].roles == ("analyst",)


def test_the_last_administrator_cannot_be_disabled() -> None:
    world = given(person("zhoukai"))
    then_refused(
        lambda: world.do(ask.DisableAccount(account="admin", reason="left")),
        refused.LastAdministrator,
        en="admin is the last person with the role administrator: cannot disable the account. Give the role to somebody else first.",
        zh="admin 是最后一名管理员,不能停用该账号。请先让另一人担任管理员。",
    )


def test_the_last_administrator_cannot_lose_the_role() -> None:
    world = given()
    then_refused(
        lambda: world.do(ask.ChangeAccount(account="admin", roles=("commander",))),
        refused.LastAdministrator,
        en="admin is the last person with the role administrator: cannot take the role away. Give the role to somebody else first.",
        zh="admin 是最后一名管理员,不能取消其管理员角色。请先让另一人担任管理员。",
    )


def test_a_second_administrator_frees_the_first() -> None:
    world = given(person("chen", "administrator"), ask.DisableAccount(account="admin", reason="left"))
    assert world.directory()["admin"].is_disabled
    with pytest.raises(refused.LastAdministrator):
        world.do(ask.DisableAccount(account="chen", reason="left"))


def test_a_program_is_no_administrator_that_could_let_somebody_in() -> None:
    world = given(person("loader", "administrator", kind="program"))
    with pytest.raises(refused.LastAdministrator):
        world.do(ask.DisableAccount(account="admin", reason="left"))


def test_two_administrators_who_disable_each_other_meet_at_one_version_of_the_roster() -> None:
    """The store refuses the second of two writes of one version: here both decisions write the roster's version 3."""
    world = given(person("chen", "administrator"))
    versions = []
    for account in ("admin", "chen"):
        roster = world.look(Roster, "roster:administrators")
        roster.leave(account, by=world.log[0].fact.by, at=at(0))
        versions.append(roster.collect_events()[0].originator_version)
    assert versions == [3, 3]


@pytest.mark.parametrize(
    ("command", "act"),
    [
        (ask.DisableAccount(account="zhoukai", reason="again"), "disable it again"),
        (ask.SetPassword(account="zhoukai"), "give it a password"),
        (ask.CreateToken(account="zhoukai", label="x"), "make a token for it"),
    ],
)
def test_a_disabled_account_is_left_as_it_is(command: ask.AccountCommand, act: str) -> None:
    world = given(person("zhoukai"), ask.DisableAccount(account="zhoukai", reason="left"))
    with pytest.raises(refused.AccountIsDisabled, match=f"Account zhoukai is disabled: cannot {act}"):
        world.do(command)


def test_an_enabled_account_has_what_it_had_and_remembers_when_it_was_shut() -> None:
    world = given(person("zhoukai", "commander"))
    world.do(ask.DisableAccount(account="zhoukai", reason="leave"), now=60)
    world.do(ask.EnableAccount(account="zhoukai"), now=120)
    entry = world.directory()["zhoukai"]
    assert (entry.is_disabled, entry.disabled_at, entry.roles) == (False, at(60), ("commander",))
    with pytest.raises(refused.AccountIsNotDisabled):
        world.do(ask.EnableAccount(account="zhoukai"))


def test_a_program_has_tokens_and_no_password() -> None:
    world = given(person("avl-gateway", "source", kind="program"))
    with pytest.raises(refused.ProgramHasNoPassword, match="avl-gateway is a program: it has no password"):
        world.do(ask.SetPassword(account="avl-gateway"))


def test_a_token_is_named_after_its_account_and_has_no_more_roles() -> None:
    world = given(person("demo", "source", "dispatcher", kind="program"))
    result = world.do(ask.CreateToken(account="demo", label="demo city", roles=("source",), days=30))
    assert result == {"account": "demo", "name": "demo/1", "expires_at": (at(0) + timedelta(days=30)).isoformat()}
    assert world.do(ask.CreateToken(account="demo", label="all"))["name"] == "demo/2"
    assert [token.roles for token in world.directory()["demo"].tokens] == [("source",), ("dispatcher", "source")]
    then_refused(
        lambda: world.do(ask.CreateToken(account="demo", label="more", roles=("administrator",))),
        refused.TokenRoleIsNotHeld,
        en="Account demo does not have the role administrator (it has dispatcher, source): a token of it cannot have it either.",
        zh="账号 demo 没有角色 administrator(现有:dispatcher, source),其令牌也不能有。",
    )


def test_a_revoked_token_is_gone_and_its_name_is_not_given_again() -> None:
    world = given(person("demo", "source"), ask.CreateToken(account="demo", label="a"))
    world.do(ask.RevokeToken(token="demo/1", reason="leaked"))
    assert world.directory()["demo"].tokens == ()
    assert world.do(ask.CreateToken(account="demo", label="b"))["name"] == "demo/2"
    for unknown in ("demo/1", "demo/9", "nobody/1", "demo"):
        with pytest.raises(UnknownThing, match=f"There is no token {unknown}"):
            world.do(ask.RevokeToken(token=unknown, reason="again"))


def test_tokens_in_force_are_counted_and_expired_ones_make_room() -> None:
    world = given(person("demo", "source"))
    for index in range(TOKENS_MAX):
        world.do(ask.CreateToken(account="demo", label=str(index), days=1))
    with pytest.raises(refused.TokensAreTooMany):
        world.do(ask.CreateToken(account="demo", label="one more"))
    world.do(ask.CreateToken(account="demo", label="next day"), now=86_401)


def test_a_lock_out_is_a_fact_that_changes_no_right() -> None:
    world = given(person("zhoukai"), ask.RecordLockOut(account="zhoukai", failures=10, until=at(64)))
    entry = world.directory()["zhoukai"]
    assert (entry.locked_out_at, entry.roles, entry.is_disabled) == (at(0), ("dispatcher",), False)


@pytest.mark.parametrize(
    "command",
    [
        ask.ChangeAccount(account="nobody", roles=("analyst",)),
        ask.DisableAccount(account="nobody", reason="x"),
        ask.EnableAccount(account="nobody"),
        ask.SetPassword(account="nobody"),
        ask.CreateToken(account="nobody", label="x"),
        ask.RecordLockOut(account="nobody", failures=1, until=at(1)),
    ],
)
def test_an_unknown_account_is_named(command: ask.AccountCommand) -> None:
    with pytest.raises(UnknownThing, match="There is no account nobody"):
        given(command)


def test_every_refusal_speaks_both_languages() -> None:
    kinds = [
        kind
        for kind in vars(refused).values()
        if isinstance(kind, type) and issubclass(kind, Refusal) and kind.__module__ == refused.__name__
    ]
    assert kinds
    assert all(kind.en and kind.zh and kind.about for kind in kinds)


def test_the_directory_is_json_and_reads_back() -> None:
    world = given(person("demo", "source"), ask.CreateToken(account="demo", label="a"))
    entry = world.directory()["demo"]
    assert msgspec.json.decode(msgspec.json.encode(entry), type=type(entry)) == entry
