"""axe finds nothing on the administration screen, in both themes and both languages."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desks
from tests.browser.office import office
from tests.browser.states import violations
from tests.server_fixture import City

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]

PLACES = (
    "accounts/admin",
    "agencies/fire",
    "stations/XF07",
    "units",
    "capabilities",
    "districts/heping",
    "types/house_fire",
    "plans/house_fire",
    "timers/*",
    "aliases",
    "colours",
    "codes/fire",
)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_violation_in_any_section(city: City, desks: Desks, theme: str, lang: str) -> None:
    city.api.send("set_colours", colours=[{"of": "agency", "code": "fire", "dark": "#93c1e8", "light": "#124f83"}])
    city.api.send("register_agency", agency="fire", zh="消防", en="Fire", short_en="F")
    city.api.send("register_agency", agency="fire", zh="消防", en="Fire")
    here = office(city, desks, settings=json.dumps({"theme": theme, "lang": lang}))
    found = {}
    for place in PLACES:
        here.go(place)
        expect(here.table.get_by_role("listbox").or_(here.table.locator(".empty"))).to_be_visible()
        if "/" in place:
            expect(here.form.locator(".adm-past")).to_be_visible()
        found[place] = violations(here.console)
    here.go("units")
    here.console.press("i")
    here.console.page.locator(".adm-paste").fill("unit,agency,station\nX1,fire,nowhere")
    expect(here.console.page.locator("tr[data-wrong]")).to_be_visible()
    found["import"] = violations(here.console)
    here.go("accounts")
    here.console.press("n", "Control+s")
    expect(here.form.locator(".fld-no").first).to_be_visible()
    found["a form with faults"] = violations(here.console)
    assert {place: told for place, told in found.items() if told} == {}
