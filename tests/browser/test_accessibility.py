"""axe finds nothing in any state of the console, in both themes and both languages."""

from __future__ import annotations

import json

import pytest

from tests.browser.conftest import OPERATOR_ROLES, Desks
from tests.browser.driver import Console, sign_in_by_request
from tests.browser.states import busy_number, sign_in_over, walk_small_states, walk_states
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_violation_in_any_state(city: City, desks: Desks, theme: str, lang: str) -> None:
    number = busy_number(city)
    settings = json.dumps({"theme": theme, "lang": lang})
    account, password = city.person(*OPERATOR_ROLES)
    console = desks.console(city, settings=settings)

    def enter() -> Console:
        sign_in_by_request(console.page.context, city.server.base_url, account, password)
        return console.open().ready()

    found = {state: told for state, told in walk_states(console, enter, number) if told}
    assert found == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_violation_in_the_small_editors_or_without_link_or_session(city: City, desks: Desks, theme: str, lang: str) -> None:
    number = busy_number(city)
    settings = json.dumps({"theme": theme, "lang": lang})
    account, password = city.person(*OPERATOR_ROLES)
    console, other = desks.console(city, settings=settings), desks.console(city, settings=settings)
    session = sign_in_by_request(other.page.context, city.server.base_url, account, password)
    found = {"sign-in over the screen": sign_in_over(other.open().ready(), session, number)}
    sign_in_by_request(console.page.context, city.server.base_url, account, f"{password}!")
    found |= walk_small_states(console.open().ready(), number)
    assert {state: told for state, told in found.items() if told} == {}
