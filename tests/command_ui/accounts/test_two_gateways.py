"""Two gateways on one database: what a person or a program does at one holds at the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from command_ui.accounts.accounts import Accounts
from command_ui.accounts.credential_database import CredentialDatabase
from command_ui.accounts.lately import KNOWN_FOR
from command_ui.accounts.passwords import Hasher
from command_ui.accounts.refusals import NotSignedIn, SignInIsWrong, TokenIsWrong
from projections.account_directory import AccountDirectory, AccountToken
from streams.answers import Answer
from streams.failures import StoreUnavailable
from tests.command_ui.accounts.door import CHEAP, DESK, GOOD, OTHER, T0, Clock
from tools.local_postgres import LocalPostgres

pytestmark = pytest.mark.postgres

ZHOU = AccountDirectory(
    account="zhoukai",
    zh="周凯",
    en="Zhou Kai",
    seat="5",
    roles=("dispatcher",),
    agencies=(),
    districts=(),
    kind="person",
    is_disabled=False,
    disabled_reason="",
    disabled_at=None,
    created_at=T0 - timedelta(days=1),
    password_reset_at=None,
    locked_out_at=None,
    tokens=(),
    version=1,
)
TOKEN = AccountToken(
    token="demo/1",
    label="a program",
    roles=("source",),
    created_at=T0 - timedelta(days=1),
    created_by="chen",
    expires_at=T0 + timedelta(days=90),
)
DEMO = replace(ZHOU, account="demo", kind="program", roles=("source",), tokens=(TOKEN,))
DIRECTORY = {"zhoukai": ZHOU, "demo": DEMO}

Gateways = tuple[Accounts, Accounts]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gateways(database: str, clock: Clock) -> Iterator[Gateways]:
    """Both know the same directory, as both fold the same log."""
    with closing(_gateway(database, clock)) as one, closing(_gateway(database, clock)) as other:
        yield one, other


def _gateway(address: str, clock: Clock) -> Accounts:
    return Accounts(CredentialDatabase(address), account_of=DIRECTORY.get, now=clock, hasher=Hasher(CHEAP))


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def told() -> None:
        await story()

    asyncio.run(told())


def test_a_session_made_at_one_gateway_is_known_at_the_other_until_it_ends(gateways: Gateways) -> None:
    one, other = gateways

    async def story() -> None:
        password = await one.first_password("zhoukai")
        assert password is not None
        assert await other.first_password("zhoukai") is None
        signed_in = await one.sign_in("zhoukai", password, address=DESK)
        assert other.by_session(signed_in.secret).account == "zhoukai"
        await other.sign_out(signed_in.secret)
        with pytest.raises(NotSignedIn):
            one.by_session(signed_in.secret)

    run(story)


def test_gateways_that_start_together_tell_one_first_password(gateways: Gateways) -> None:
    async def story() -> None:
        told = await asyncio.gather(*(gateway.first_password("zhoukai") for gateway in gateways))
        [password] = [each for each in told if each is not None]
        for gateway in gateways:
            assert (await gateway.sign_in("zhoukai", password, address=DESK)).principal.account == "zhoukai"

    run(story)


def test_a_password_changed_at_one_gateway_ends_the_sessions_at_the_other(gateways: Gateways, clock: Clock) -> None:
    one, other = gateways

    async def story() -> None:
        password = await one.first_password("zhoukai")
        assert password is not None
        mine = await one.sign_in("zhoukai", password, address=DESK)
        theirs = await other.sign_in("zhoukai", password, address=DESK)
        clock.passes(seconds=1)
        await one.change_password(mine.secret, password, GOOD, address=DESK)
        with pytest.raises(NotSignedIn):
            other.by_session(theirs.secret)
        with pytest.raises(SignInIsWrong):
            await other.sign_in("zhoukai", password, address=DESK)
        assert (await other.sign_in("zhoukai", GOOD, address=DESK)).principal.account == "zhoukai"

    run(story)


def test_of_two_gateways_that_change_a_password_at_once_one_does(gateways: Gateways, clock: Clock) -> None:
    async def story() -> None:
        password = await gateways[0].first_password("zhoukai")
        assert password is not None
        windows = [await gateway.sign_in("zhoukai", password, address=DESK) for gateway in gateways]
        clock.passes(seconds=1)
        changes = (
            gateway.change_password(window.secret, password, f"{OTHER} {index}", address=DESK)
            for index, (gateway, window) in enumerate(zip(gateways, windows, strict=True))
        )
        outcomes = await asyncio.gather(*changes, return_exceptions=True)
        assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1

    run(story)


def test_a_token_revoked_at_one_gateway_is_refused_at_the_other(gateways: Gateways, clock: Clock) -> None:
    one, other = gateways

    async def story() -> None:
        made = Answer(position=1, recorded_at=T0, repeated=False, facts=(), result={"account": "demo", "name": "demo/1"})
        token = (await one.complete("create_token", made)).result["token"]
        assert [gateway.by_token(token).account for gateway in gateways] == ["demo", "demo"]
        await one.complete("revoke_token", replace(made, position=2))
        with pytest.raises(TokenIsWrong):
            one.by_token(token)
        # The other gateway believes what it has just looked up for a second.
        clock.passes(seconds=KNOWN_FOR.total_seconds())
        with pytest.raises(TokenIsWrong):
            other.by_token(token)

    run(story)


def test_a_session_outlives_the_death_of_the_database(gateways: Gateways, postgres: LocalPostgres) -> None:
    one, other = gateways

    async def story() -> None:
        password = await one.first_password("zhoukai")
        assert password is not None
        signed_in = await one.sign_in("zhoukai", password, address=DESK)
        postgres.kill()
        with pytest.raises(StoreUnavailable):
            other.by_session(signed_in.secret)
        postgres.start()
        assert [gateway.by_session(signed_in.secret).account for gateway in gateways] == ["zhoukai", "zhoukai"]

    run(story)
