"""An administrator's office: the administration screen of a real console, and who sits before it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Desks
from tests.browser.driver import Console, sign_in_by_request
from tests.server_fixture import City

ADMINISTRATOR = ("administrator",)


@dataclass
class Office:
    """The administration screen on one console."""

    console: Console

    @property
    def form(self) -> Locator:
        """The form of the chosen row."""
        return self.console.page.locator(".adm-form")

    @property
    def table(self) -> Locator:
        """The rows."""
        return self.console.page.locator(".adm-t")

    @property
    def past(self) -> Locator:
        """The changes of the chosen row, newest first."""
        return self.form.locator(".adm-past > ol > li")

    def row(self, code: str) -> Locator:
        """One row, by its code."""
        return self.table.locator(f"[role='option'][data-id='{code}']")

    def field(self, name: str) -> Locator:
        """A field of the form."""
        return self.form.locator(f"[data-field='{name}']")

    def line(self, at: int, column: str) -> Locator:
        """A cell of a field of several lines."""
        return self.form.locator(f"[data-line='{at}'] [data-column='{column}']")

    def go(self, address: str) -> Office:
        """A section, or a row of it, by its address."""
        self.console.page.goto(f"{self.console.base_url}/administration/{address}")
        expect(self.console.page.locator(".screen[data-link='up'] .adm")).to_be_visible()
        return self

    def save(self) -> None:
        """Ctrl+S, and the draft is gone."""
        self.console.press("Control+s")
        expect(self.form.locator(".adm-unsaved")).to_have_count(0)


def office(city: City, desks: Desks, *roles: str, settings: str = "{}") -> Office:
    """A new account with these roles, signed in at a console of its own."""
    account, password = city.person(*(roles or ADMINISTRATOR))
    console = desks.console(city, settings=settings)
    sign_in_by_request(console.page.context, city.server.base_url, account, password)
    return Office(console)
