"""`python -m tools.pictures`: the README's picture, taken from a real server in which the demo city lives.

It shows what a dispatcher sees of a busy city. Look at it before it is committed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from tests.browser.driver import DESK, Console, chromium, sign_in_by_request
from tests.demo_city import demo_city
from tests.server_fixture import Api, until
from tools.server_process import ROOT, ServerProcess

PICTURES = ROOT / "docs" / "pictures"
# The city lives ten times as fast until enough has happened, and at its own pace while it is looked at.
SPEED_UNTIL_BUSY = 10
BUSY_INCIDENTS = 30
BUSY_DISPATCHED = 12
BUSY_WITHIN_S = 300.0
# The map's ground, the fonts and the first fixes are there after this.
SETTLE_MS = 4_000


def main() -> int:
    """Take it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, ServerProcess(Path(folder)) as server, chromium() as browser:
        api = Api(server.base_url, server.token)
        with demo_city(server, speed=SPEED_UNTIL_BUSY):
            until(lambda: is_busy(api), "a busy city", within_s=BUSY_WITHIN_S)
            api.answer(
                "create_account", account="wangmin", zh="王敏", en="Wang Min", seat="5", roles=["call_taker", "dispatcher", "commander"]
            )
            password = str(api.answer("set_password", account="wangmin")["result"]["password"])
            take(browser, server, password, api)
        api.close()
    return 0


def board_of(api: Api) -> list[dict[str, Any]]:
    """The open incidents."""
    return list(api.documents("incident_board").values())


def is_busy(api: Api) -> bool:
    """Enough is going on to be looked at."""
    board = board_of(api)
    dispatched = sum(incident["phase"] != "pending" for incident in board)
    return len(board) >= BUSY_INCIDENTS and dispatched >= BUSY_DISPATCHED and any(units_on_their_way(incident) >= 2 for incident in board)


def take(browser: Browser, server: ServerProcess, password: str, api: Api) -> None:
    """One operator's screen."""
    context = browser.new_context(viewport=DESK)
    console = Console(context.new_page(), server.base_url)
    sign_in_by_request(context, server.base_url, "wangmin", password)
    console.open().ready()
    show_incident(console, api)
    console.page.wait_for_timeout(SETTLE_MS)
    path = PICTURES / "dispatch.png"
    console.page.screenshot(path=path)
    context.close()
    assert console.faults == [], console.faults
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e3:.0f} kB")


def show_incident(console: Console, api: Api) -> None:
    """The gravest incident that two or more units are still on their way to, or else the gravest."""
    board = sorted(board_of(api), key=lambda incident: (-min(2, units_on_their_way(incident)), incident["priority"], incident["opened_at"]))
    number = board[0]["number"]
    console.page.keyboard.press("/")
    console.page.keyboard.type(f"go {number}")
    console.page.keyboard.press("Enter")
    expect(console.panel.locator("h2 .num")).to_have_text(number.split("-")[1])
    console.page.keyboard.press("q")


def units_on_their_way(incident: dict[str, Any]) -> int:
    """How many drive to it now, dispatched while the city was watched: what it had lived before is entered late."""
    return sum(assignment["status"] == "en_route" and not assignment["late"] for assignment in incident["assignments"])


if __name__ == "__main__":
    raise SystemExit(main())
