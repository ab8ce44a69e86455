"""The console's page stands at the address of every screen, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from command_ui.console_screens import CONSOLE_BUILD, SCREENS
from tests.server_fixture import City, refusal

ROUTE = Path(__file__).resolve().parents[2] / "command_ui" / "console" / "src" / "screens" / "route.ts"


def test_the_server_knows_the_screens_of_the_console() -> None:
    named = re.search(r"SCREEN_NAMES = \[(.+?)\] as const", ROUTE.read_text("utf-8"), re.DOTALL)
    assert named is not None
    assert re.findall(r"'([\w-]+)'", named[1]) == ["dispatch", *SCREENS]


@pytest.mark.server
@pytest.mark.skipif(not CONSOLE_BUILD.is_dir(), reason="The console is not built (`make console`).")
@pytest.mark.parametrize("path", ["/", "/wall", "/incident/261123-0031", "/panel/queue"])
def test_a_screen_can_be_loaded_at_its_address(city: City, path: str) -> None:
    answer = httpx.get(city.api.base_url + path, trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert '<div id="root">' in answer.text


@pytest.mark.server
@pytest.mark.parametrize("path", ["/api/no-such-thing", "/no-such-screen"])
def test_what_is_no_screen_is_refused_in_a_sentence(city: City, path: str) -> None:
    refusal(httpx.get(city.api.base_url + path, trust_env=False), 404)
