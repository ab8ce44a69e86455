"""`kill -9` of the server under an open console: the picture says that it is old, nothing typed is lost, and it comes back by itself."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desks
from tests.browser.driver import Console
from tests.browser.streets import Quarter, lay_out_streets
from tests.server_fixture import Api, City, city_of, server_of

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.faults]

# So many that the burst is still going on when the server dies, so few that the queue shows them all without scrolling.
BURST = 18
KILL_AFTER = 6
SERVER_IS_GONE = (r"ERR_CONNECTION_REFUSED", r"ERR_CONNECTION_RESET", r"ERR_EMPTY_RESPONSE", r"WebSocket connection to .* failed")


def test_a_console_outlives_its_server(tmp_path: Path, desks: Desks) -> None:
    with server_of(tmp_path / "server") as server, city_of(server) as city:
        lay_out_streets(city.api)
        quarter = Quarter(city)
        [unit] = quarter.units(1)
        number = quarter.incident()
        console = desks.operator(city)
        console.will_complain(*SERVER_IS_GONE)
        console.select(number)
        expect(console.candidates.first).to_contain_text(unit)
        console.press("N")
        console.write("stairs are full of smo")

        burst = Burst(city)
        burst.start()
        assert burst.is_under_way.wait(20), "the burst went out"
        server.kill()
        burst.join(20)

        # The picture is old and says since when; what is typed goes on; acts are refused, each where it was done.
        band = console.page.locator(".band[role='alert']")
        expect(band).to_contain_text("正在重连")
        stopped_at = band.locator("b").inner_text()
        assert len(stopped_at) == len("14:32:07"), stopped_at
        console.write("ke")
        expect(console.note).to_have_value("stairs are full of smoke")
        console.press("Enter")
        expect(console.panel.locator(".note .refusal")).to_contain_text(f"连接已断,没有发出。数据停在 {stopped_at}")
        console.press("Escape", "R")
        expect(console.panel.locator("[data-part='reco'] :focus")).to_have_count(1)
        console.press("Control+Enter")
        expect(console.panel.locator("[data-part='reco'] .refusal").first).to_contain_text("连接已断,没有发出")
        expect(console.assigned).to_have_count(0)
        console.press("N")
        expect(console.note).to_have_value("stairs are full of smoke")

        server.start()

        expect(band).to_have_count(0)
        console.ready()
        expect(console.note).to_be_focused()
        expect(console.note).to_have_value("stairs are full of smoke")
        console.press("Enter")
        expect(console.timeline.filter(has_text="stairs are full of smoke")).to_have_count(1)
        expect(console.note).to_have_value("")

        expect_picture_of_server(console, city, burst.accepted)


def expect_picture_of_server(console: Console, city: City, accepted: list[str]) -> None:
    """The same incidents in the queue as in the server's view, and among them every one that was accepted."""
    board = city.api.documents("incident_board")
    assert set(accepted) <= set(board)
    rows = console.page.locator(".queue [role='option']")
    expect(rows).to_have_count(len(board))
    assert {row.get_attribute("data-id") for row in rows.all()} == set(board)
    expect(console.page.locator(".q-sub b").first).to_have_text(str(len(board)))


class Burst(threading.Thread):
    """Incidents, one after the other, until the server dies; `accepted` are those that it answered for."""

    def __init__(self, city: City) -> None:
        super().__init__()
        self.accepted: list[str] = []
        self.is_under_way = threading.Event()
        self._api = Api(city.api.base_url, city.api.token)

    def run(self) -> None:
        try:
            for index in range(BURST):
                address = f"丙路 {index} 号"
                answer = self._api.answer("open_incident", incident_type="house_fire", place={"lon": 117.1, "lat": 39.0}, address=address)
                self.accepted.append(answer["result"]["incident"])
                if len(self.accepted) >= KILL_AFTER:
                    self.is_under_way.set()
        except httpx.TransportError:
            pass  # The server died under it: that is what is tested.
        finally:
            self.is_under_way.set()
            self._api.close()
