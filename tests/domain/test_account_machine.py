"""Whatever administrators ask, in whatever order: one of them always remains, and the directory says what a plain model says."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import account_commands as ask
from domain.account import ROLES
from domain.account_decisions import FIRST_ACCOUNT
from domain.refusals import Refusal
from domain.roster import Roster
from tests.domain.account_world import AccountWorld

NAMES = ("zhoukai", "chen", "loader")

names = st.sampled_from(("admin", *NAMES))
roles = st.lists(st.sampled_from(ROLES), max_size=4).map(tuple)
agencies = st.sampled_from([(), ("fire",), ("water",)])


@dataclass
class Model:
    """What an account should be."""

    kind: str
    roles: frozenset[str]
    agencies: tuple[str, ...]
    is_disabled: bool = False
    tokens: dict[str, frozenset[str]] = field(default_factory=dict)
    tokens_made: int = 0

    @property
    def is_administrator(self) -> bool:
        return self.kind == "person" and not self.is_disabled and "administrator" in self.roles


def is_sound(roles: tuple[str, ...], agencies: tuple[str, ...]) -> bool:
    return bool(roles) and agencies != ("water",) and ("agency" not in roles or agencies != ())


class AccountMachine(RuleBasedStateMachine):
    """Commands against the aggregates and against the model: both refuse, or both change in the same way."""

    @initialize()
    def the_first_administrator(self) -> None:
        self.world = AccountWorld()
        self.world.do(FIRST_ACCOUNT, account="system")
        self.models = {"admin": Model("person", frozenset(FIRST_ACCOUNT.roles), ())}

    def ask(self, command: ask.AccountCommand) -> bool:
        """Whether it was accepted; a refused command leaves no fact."""
        before = len(self.world.log)
        try:
            self.world.do(command)
        except Refusal:
            assert len(self.world.log) == before
            return False
        return True

    def others(self, account: str) -> bool:
        """Whether somebody else administers."""
        return any(model.is_administrator for name, model in self.models.items() if name != account)

    @rule(account=st.sampled_from(NAMES), kind=st.sampled_from(["person", "program"]), roles=roles, agencies=agencies)
    def create(self, account: str, kind: str, roles: tuple[str, ...], agencies: tuple[str, ...]) -> None:
        command = ask.CreateAccount(account=account, zh="周", en="Zhou", roles=roles, agencies=agencies, kind=kind)  # type: ignore[arg-type]
        expected = account not in self.models and is_sound(roles, agencies)
        assert self.ask(command) == expected
        if expected:
            self.models[account] = Model(kind, frozenset(roles), agencies)

    @rule(account=names, roles=roles, agencies=agencies)
    def change(self, account: str, roles: tuple[str, ...], agencies: tuple[str, ...]) -> None:
        model = self.models.get(account)
        loses = model is not None and model.is_administrator and "administrator" not in roles and not self.others(account)
        expected = model is not None and is_sound(roles, agencies) and not loses
        assert self.ask(ask.ChangeAccount(account=account, roles=roles, agencies=agencies)) == expected  # type: ignore[arg-type]
        if expected and model is not None:
            model.roles, model.agencies = frozenset(roles), agencies

    @rule(account=names)
    def disable(self, account: str) -> None:
        model = self.models.get(account)
        expected = model is not None and not model.is_disabled and (not model.is_administrator or self.others(account))
        assert self.ask(ask.DisableAccount(account=account, reason="left")) == expected
        if expected and model is not None:
            model.is_disabled = True

    @rule(account=names)
    def enable(self, account: str) -> None:
        model = self.models.get(account)
        expected = model is not None and model.is_disabled
        assert self.ask(ask.EnableAccount(account=account)) == expected
        if expected and model is not None:
            model.is_disabled = False

    @rule(account=names)
    def set_password(self, account: str) -> None:
        model = self.models.get(account)
        expected = model is not None and not model.is_disabled and model.kind == "person"
        assert self.ask(ask.SetPassword(account=account)) == expected

    @rule(account=names, roles=roles)
    def create_token(self, account: str, roles: tuple[str, ...]) -> None:
        model = self.models.get(account)
        expected = model is not None and not model.is_disabled and model.roles.issuperset(roles)
        assert self.ask(ask.CreateToken(account=account, label="x", roles=roles)) == expected  # type: ignore[arg-type]
        if expected and model is not None:
            model.tokens_made += 1
            model.tokens[f"{account}/{model.tokens_made}"] = frozenset(roles) or model.roles

    @precondition(lambda self: any(model.tokens_made for model in self.models.values()))
    @rule(data=st.data())
    def revoke_token(self, data: st.DataObject) -> None:
        account = data.draw(st.sampled_from(sorted(name for name, model in self.models.items() if model.tokens_made)))
        model = self.models[account]
        token = f"{account}/{data.draw(st.integers(1, model.tokens_made))}"
        assert self.ask(ask.RevokeToken(token=token, reason="leaked")) == (token in model.tokens)
        model.tokens.pop(token, None)

    @invariant()
    def somebody_administers(self) -> None:
        administrators = {name for name, model in self.models.items() if model.is_administrator}
        assert administrators
        assert self.world.look(Roster, "roster:administrators").administrators == administrators

    @invariant()
    def the_directory_is_the_model(self) -> None:
        directory = self.world.directory()
        assert directory.keys() == self.models.keys()
        for name, model in self.models.items():
            entry = directory[name]
            assert frozenset(entry.roles) == model.roles
            assert entry.agencies == model.agencies
            assert entry.is_disabled == model.is_disabled
            assert {token.token: frozenset(token.roles) for token in entry.tokens} == model.tokens


TestAccounts = AccountMachine.TestCase
