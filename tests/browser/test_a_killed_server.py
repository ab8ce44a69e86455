"""`kill -9` of the server under an open console: the picture says that it is old, nothing typed is lost, and it comes back by itself."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desks
from tests.browser.streets import Quarter, lay_out_streets
from tests.server_fixture import Api, city_of, server_of

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

        accepted: list[str] = []
        enough = threading.Event()

        def burst() -> None:
            api = Api(server.base_url, server.token)
            try:
                for index in range(BURST):
                    place = {"lon": quarter.lon, "lat": quarter.lat}
                    answer = api.answer("open_incident", incident_type="house_fire", place=place, address=f"丙路 {index} 号")
                    accepted.append(answer["result"]["incident"])
                    if len(accepted) >= KILL_AFTER:
                        enough.set()
            except httpx.TransportError:
                pass  # The server died under it: that is what is tested.
            finally:
                enough.set()
                api.close()

        sender = threading.Thread(target=burst)
        sender.start()
        assert enough.wait(20), "the burst went out"
        server.kill()
        sender.join(20)

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

        # The same picture as the server's, and in it every incident that was accepted.
        board = city.api.documents("incident_board")
        assert set(accepted) <= set(board)
        expect(console.page.locator(".queue [role='option']")).to_have_count(len(board))
        numbers = {row.get_attribute("data-id") for row in console.page.locator(".queue [role='option']").all()}
        assert numbers == set(board)
        expect(console.page.locator(".q-sub b").first).to_have_text(str(len(board)))
