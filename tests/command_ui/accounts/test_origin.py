"""Which pages may send in a browser's name, and what every answer tells the browser."""

from __future__ import annotations

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from command_ui.accounts.headers import CONTENT_SECURITY_POLICY
from command_ui.accounts.origin import is_allowed_origin
from tests.command_ui.accounts.door import Browser, Door, problem


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "cc.example.cn"),
        ("https://cc.example.cn", "cc.example.cn"),
        ("http://cc.example.cn", "cc.example.cn"),
        ("https://cc.example.cn", "cc.example.cn:443"),
        ("https://cc.example.cn:443", "cc.example.cn"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("https://CC.example.cn", "cc.EXAMPLE.cn"),
        ("https://console.example.cn", "cc.example.cn"),
    ],
)
def test_the_own_page_and_the_named_ones_may_send(origin: str | None, host: str) -> None:
    assert is_allowed_origin(origin, host, ("https://console.example.cn/",))


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("null", "cc.example.cn"),
        ("", "cc.example.cn"),
        ("https://evil.example", "cc.example.cn"),
        ("https://cc.example.cn.evil.example", "cc.example.cn"),
        ("https://evil.example/cc.example.cn", "cc.example.cn"),
        ("https://cc.example.cn@evil.example", "cc.example.cn"),
        ("http://127.0.0.1:5173", "127.0.0.1:8000"),
        ("http://cc.example.cn", "cc.example.cn:443"),
        ("ftp://cc.example.cn", "cc.example.cn"),
        ("file://", ""),
        ("https://cc.example.cn:port", "cc.example.cn"),
        ("https://[::1", "cc.example.cn"),
        ("https://cc.example.cn", ""),
    ],
)
def test_any_other_page_may_not(origin: str, host: str) -> None:
    assert not is_allowed_origin(origin, host, ())


def signed_in(door: Door) -> Browser:
    browser = door.browser()
    browser.sign_in("zhoukai", door.person())
    return browser


def test_a_command_needs_the_csrf_token_of_its_session(door: Door) -> None:
    browser, other = signed_in(door), door.administrator()
    own = browser.csrf
    for csrf in ("", "x", other.csrf, own[:-1], own + "x"):
        browser.csrf = csrf
        problem(browser.ask("end_call", call="C261123-0001"), 403, "csrf_is_wrong")
        problem(browser.post("/api/sign_out"), 403, "csrf_is_wrong")
    browser.csrf = own
    problem(browser.ask("end_call", call="C261123-0001"), 404, "unknown_thing")


def test_reading_needs_no_csrf_token(door: Door) -> None:
    browser = signed_in(door)
    browser.csrf = ""
    assert browser.client.get("/api/views/call_board").status_code == 200


def test_a_page_of_another_origin_cannot_send_even_with_the_token(door: Door) -> None:
    browser = signed_in(door)
    answer = browser.post(
        "/api/commands/end_call", {"call": "C1"}, **{"Idempotency-Key": "key-of-a-page", "Origin": "https://evil.example"}
    )
    body = problem(answer, 403, "origin_is_foreign")
    assert "https://evil.example" in body["zh"]


def closed_with(door: Door, headers: dict[str, str] | None = None, origin: str | None = None) -> int | None:
    """The close code of a live link that is turned away, or None where it is let in."""
    page = Origin(origin) if origin is not None else None
    with connect(f"ws://{door.host}/api/live", additional_headers=headers, origin=page, open_timeout=30) as link:
        try:
            hello = link.recv(timeout=30)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
    assert '"hello"' in str(hello)
    return None


def test_a_live_link_is_opened_by_the_own_page_with_its_cookie(door: Door) -> None:
    cookie = {"Cookie": f"drumtower_session={signed_in(door).cookie}"}
    assert closed_with(door, headers=cookie, origin=f"http://{door.host}") is None
    assert closed_with(door, headers=cookie, origin="https://evil.example") == 4403
    assert closed_with(door, headers=cookie, origin="null") == 4403


def test_a_live_link_is_opened_by_a_program_with_its_token(door: Door) -> None:
    door.person()
    bearer = {"Authorization": f"Bearer {door.token('zhoukai')}"}
    assert closed_with(door, headers=bearer) is None
    assert closed_with(door, headers={"Authorization": "Bearer dt_nothing"}) == 4401
    assert closed_with(door) == 4401


@pytest.mark.parametrize("path", ["/api/session", "/api/views", "/nowhere"])
def test_every_answer_forbids_what_a_console_does_not_need(door: Door, path: str) -> None:
    headers = door.browser().client.get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "strict-transport-security" not in headers
    assert headers.get("cache-control") == ("no-store" if path.startswith("/api/") else None)


def test_the_policy_lets_the_map_work_and_nobody_frame_it() -> None:
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert rules["worker-src"] == "'self' blob:"
    assert rules["img-src"] == "'self' data: blob:"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == "'self'"
