"""A shift at the demo city, without a mouse: what a dispatcher does at one console, each act by its keys, and what was sent for it.

Nothing here clicks: a pointer that went down anywhere in a console is a fault of the shift.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Request, Response, expect

from tests.browser.driver import Console
from tests.server_fixture import City, code

# Outside the city's districts: the demo's own calls and crews keep away from what the shift does there.
OUTSKIRTS = (116.700, 38.650)
# What the demo city calls a fire in the open: three questions at intake, one water tender by its plan.
OUTDOOR_FIRE = "outdoor_fire"
# More rows than any list of the shift has above the one that is looked for.
ROWS_MAX = 80

_WATCH_POINTER = """() => {
  window.pointersDown = Number(sessionStorage.getItem('test.pointers') ?? 0);
  addEventListener('pointerdown', (event) => {
    if (event.isTrusted) sessionStorage.setItem('test.pointers', String((window.pointersDown += 1)));
  }, true);
}"""


@dataclass
class Sent:
    """What left a console as a command; the same key may go out several times, and is one command."""

    keys: dict[str, str] = field(default_factory=dict)
    tries: Counter[str] = field(default_factory=Counter)
    accepted: set[str] = field(default_factory=set)

    def listen(self, console: Console) -> Sent:
        """From now on, also over a reload."""
        console.page.on("request", self._on_request)
        console.page.on("response", self._on_response)
        return self

    def names(self) -> Counter[str]:
        """How many commands of each name, the tries of one counted once."""
        return Counter(self.keys.values())

    def _on_request(self, request: Request) -> None:
        if "/api/commands/" not in request.url:
            return
        key = request.headers["idempotency-key"]
        self.keys[key] = request.url.rsplit("/", 1)[1]
        self.tries[key] += 1

    def _on_response(self, response: Response) -> None:
        if "/api/commands/" in response.url and response.ok:
            self.accepted.add(response.request.headers["idempotency-key"])


@dataclass
class Dispatcher:
    """One person at one console, with an account and a password of their own, all by the keyboard."""

    console: Console
    account: str
    password: str
    sent: Sent = field(default_factory=Sent)

    def __post_init__(self) -> None:
        self.console.page.add_init_script(f"({_WATCH_POINTER})()")
        self.sent.listen(self.console)

    def sign_in(self) -> None:
        """At the form, the first password changed later."""
        console = self.console.open()
        expect(console.page.get_by_label("账号")).to_be_focused()
        console.write(self.account)
        console.press("Tab")
        console.write(self.password)
        console.press("Enter")
        expect(console.page.get_by_label("现在的密码")).to_be_focused()
        self.tab_to(console.page.get_by_role("button", name="以后再改"))
        console.press("Enter")
        console.ready()

    def sign_in_again(self) -> None:
        """Over the screen, where the session has ended: the account is known, the first password is put off again."""
        console = self.console
        expect(console.page.get_by_label("密码")).to_be_focused()
        console.write(self.password)
        console.press("Enter")
        self.tab_to(console.page.get_by_role("button", name="以后再改"))
        console.press("Enter")
        expect(console.page.locator(".sign-in")).to_have_count(0)
        console.ready()

    def write_command(self, line: str) -> None:
        """A line in the command bar, not yet carried out."""
        self.console.press("Control+k")
        expect(self.console.page.locator("[data-pane='command']")).to_be_focused()
        self.console.write(line)

    def command(self, line: str, does: str) -> None:
        """The command bar, once it spells out what Enter will do."""
        self.write_command(line)
        expect(self.console.page.locator(".cmd-list [role='option'][aria-selected='true'] .cmd-w")).to_contain_text(does)
        self.console.press("Enter")

    def go(self, number: str) -> None:
        """To an incident by its number."""
        self.command(f"go {number}", f"打开 {short(number)}")
        self.expect_at(number)

    def expect_at(self, number: str) -> None:
        """The incident is the one that the panel shows."""
        expect(self.console.panel.locator("h2 .num")).to_have_text(short(number))

    @property
    def selected(self) -> str:
        """The incident that the console has selected."""
        return str(self.console.page.evaluate("JSON.parse(sessionStorage.getItem('drumtower.ui')).selected"))

    def begin_call(self, lon: float, lat: float) -> None:
        """F2, where it is, and what: an outdoor fire, its questions answered."""
        console = self.console
        console.press("F2")
        expect(console.intake.locator("[data-field='place']")).to_be_focused()
        console.write(f"{lon:.4f},{lat:.4f}")
        console.press("Enter")
        expect(console.intake.locator("[data-field='incident_type']")).to_be_focused()
        console.write("swhz")
        expect(console.suggestions.filter(has_text="室外火灾").first).to_be_visible()
        console.press("Enter")
        for _ in range(3):
            expect(console.focused).to_have_attribute("role", "radio")
            console.press("2")
        expect(console.intake.locator("[data-field='description']")).to_be_focused()

    def edit(self, entry: str) -> None:
        """One entry of the menu of what may be changed."""
        console = self.console
        console.press("c")
        expect(console.page.get_by_role("menuitem").first).to_be_focused()
        wanted = console.page.get_by_role("menuitem", name=entry)
        for _ in range(12):
            if wanted.evaluate("element => element === document.activeElement"):
                break
            console.press("ArrowDown")
        expect(wanted).to_be_focused()
        console.press("Enter")
        expect(console.panel.locator(".ask.edit input").first).to_be_focused()

    def walk_to(self, pane: str, row: Locator) -> None:
        """With the arrows through a long list, which points at its active row; the row may be moved by what comes meanwhile."""
        console = self.console
        listed = console.page.locator(f"[data-pane='{pane}']")
        expect(listed).to_be_focused()
        active = listed.locator("[role='option'][aria-selected='true']")
        # Only what is seen of it is drawn: from its top, every row comes by.
        console.press("Home")
        expect(listed.locator("[role='option']").first).to_have_attribute("aria-selected", "true")
        for _ in range(ROWS_MAX):
            if row.count() and row.get_attribute("aria-selected") == "true":
                return
            at, here, there = (
                listed.get_attribute("aria-activedescendant"),
                active.bounding_box(),
                row.bounding_box() if row.count() else None,
            )
            console.press("ArrowUp" if here and there and there["y"] < here["y"] else "ArrowDown")
            expect(listed).not_to_have_attribute("aria-activedescendant", str(at))
        raise AssertionError(f"{row} is not among the first {ROWS_MAX} rows.")

    def arrow_to(self, wanted: Locator) -> None:
        """From row to row, in a list of which one row is the tab stop."""
        focused = self.console.focused
        expect(focused).to_have_attribute("data-roving", re.compile(r"\d+"))
        for _ in range(ROWS_MAX):
            at, to = (int(row.get_attribute("data-roving") or -1) for row in (focused, wanted))
            if at == to:
                break
            self.console.press("ArrowDown" if at < to else "ArrowUp")
            expect(focused).not_to_have_attribute("data-roving", str(at))
        expect(wanted).to_be_focused()

    def tab_to(self, wanted: Locator) -> None:
        """With Tab, as anybody who does not know the keys."""
        expect(wanted).to_be_visible()
        for _ in range(ROWS_MAX):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.console.press("Tab")
        raise AssertionError(f"Tab does not come to {wanted}.")

    def to_note(self) -> None:
        """Into the note line, from wherever the focus is: in a field a letter is a letter."""
        self.console.press("Escape", "n")
        expect(self.console.note).to_be_focused()

    def expect_no_pointer(self) -> None:
        """It was done without a mouse."""
        assert self.console.page.evaluate("window.pointersDown") == 0, "a pointer went down"


@dataclass
class Reserve:
    """Water tenders that the demo city does not drive, at a station in the outskirts, at growing distances from it."""

    city: City
    units: list[str] = field(default_factory=list)

    def add(self, count: int) -> list[str]:
        """So many more."""
        station = next(one for one in self.city.api.documents("catalogue").values() if one["kind"] == "station" and one["agency"] == "fire")
        for _ in range(count):
            unit = code("S")
            lon, lat = OUTSKIRTS
            place = {"lon": lon + 0.002 * (len(self.units) + 1), "lat": lat}
            self.city.api.send("register_unit", unit=unit, agency="fire", station=station["code"], capabilities=["tanker"], place=place)
            self.units.append(unit)
        return self.units


def short(number: str) -> str:
    """As it is spoken."""
    return number.split("-")[1]


def facts_of(city: City, *numbers: str) -> list[dict[str, Any]]:
    """Every fact that touched one of these incidents, once each, as their records have them."""
    found = {}
    for number in numbers:
        for fact in city.api.get(f"/api/incidents/{number}/record")["record"]["facts"]:
            found[fact["position"]] = fact
    return [found[position] for position in sorted(found)]
