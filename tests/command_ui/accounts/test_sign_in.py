"""Signing in, staying signed in, signing out."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from command_ui.accounts.accounts import CHECKS_WAITING_MAX, SignedIn
from command_ui.accounts.refusals import SignInIsBusy, SignInIsThrottled
from tests.command_ui.accounts.door import DESK, ELSEWHERE, GOOD, OTHER, T0, Clock, Door, WatchedHasher, opened, problem


def test_the_first_administrator_signs_in_with_the_password_that_is_told_once(door: Door) -> None:
    password = door.first_password()
    assert door.inside(door.wired.first_password) is None
    answer = door.browser().sign_in("admin", password)
    assert answer.status_code == 200
    assert answer.json() == {
        "account": "admin",
        "zh": "管理员",
        "en": "Administrator",
        "seat": "",
        "roles": ["administrator", "call_taker", "commander", "dispatcher"],
        "scope": {"agencies": [], "districts": []},
        "csrf": answer.json()["csrf"],
        "expires_at": "2026-11-23T18:30:00Z",
        "must_change_password": True,
    }


def test_the_password_is_told_again_by_a_later_start_only_where_it_was_never_made(tmp_path: Path) -> None:
    with opened(tmp_path, Clock()) as door:
        password = door.first_password()
    with opened(tmp_path, Clock()) as door:
        assert door.inside(door.wired.first_password) is None
        assert door.browser().sign_in("admin", password).status_code == 200
    (tmp_path / "accounts.db").unlink()
    with opened(tmp_path, Clock()) as door:
        assert door.inside(door.wired.first_password) is not None


def test_a_first_password_works_before_it_is_changed(door: Door) -> None:
    browser = door.browser()
    browser.sign_in("zhoukai", door.person())
    assert browser.session().json()["must_change_password"]
    assert browser.client.get("/api/views/unit_status").status_code == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(door: Door) -> None:
    cookie = door.browser().sign_in("zhoukai", door.person()).headers["set-cookie"]
    assert cookie.startswith("drumtower_session=")
    assert {"HttpOnly", "Path=/", "SameSite=strict", f"Max-Age={12 * 3600}"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie


def test_behind_tls_the_cookie_is_sent_over_tls_only(tmp_path: Path) -> None:
    with opened(tmp_path, Clock(), secure_cookies=True) as door:
        answer = door.browser().sign_in("admin", door.first_password())
        assert "Secure" in answer.headers["set-cookie"]
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(("account", "password"), [("zhoukai", "wrong password!"), ("nobody", GOOD), ("ZHOUKAI", GOOD), ("system", GOOD)])
def test_a_wrong_sign_in_does_not_say_what_is_wrong(door: Door, account: str, password: str) -> None:
    door.person()
    body = problem(door.browser().sign_in(account, password), 401, "sign_in_is_wrong")
    assert body["en"] == "The account or the password is wrong."
    assert body["zh"] == "账号或密码不正确。"


def test_a_program_cannot_sign_in(door: Door) -> None:
    answer = door.administrator().ask("create_account", account="avl-1", zh="", en="", roles=["source"], kind="program")
    assert answer.json()["result"] == {"account": "avl-1"}
    problem(door.browser().sign_in("avl-1", GOOD), 401, "sign_in_is_wrong")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"[]", 422, "invalid_field"),
        (b'{"account":"zhoukai"}', 422, "invalid_field"),
        (b'{"account":"zhoukai","password":""}', 422, "invalid_field"),
        (b'{"account":"zhoukai","password":5}', 422, "invalid_field"),
        (b'{"account":"zhoukai","password":"x","role":"administrator"}', 422, "invalid_field"),
        (b'{"account":"zhoukai","password":"' + b"x" * 2_000 + b'"}', 422, "invalid_field"),
        (b'{"account":"zhoukai","password":"' + b"x" * 20_000 + b'"}', 413, "body_too_large"),
        (b'{"account":"zhoukai","password":"\\ud800 is half a letter"}', 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
    ],
)
def test_a_body_that_is_no_sign_in_is_refused_by_its_field(door: Door, body: bytes, status: int, code: str) -> None:
    problem(door.browser().client.post("/api/sign_in", content=body), status, code)


def test_nobody_is_asked_to_sign_in(door: Door) -> None:
    body = problem(door.browser().session(), 401, "not_signed_in")
    assert body["data"] == {"reason": "signed_out"}


def test_a_made_up_session_opens_nothing(door: Door) -> None:
    browser = door.browser()
    browser.client.cookies.set("drumtower_session", "x" * 43)
    problem(browser.session(), 401, "not_signed_in")


def test_who_signed_out_is_out(door: Door) -> None:
    browser = door.browser()
    browser.sign_in("zhoukai", door.person())
    secret = browser.cookie
    answer = browser.post("/api/sign_out")
    assert answer.status_code == 204
    assert browser.cookie == ""
    browser.client.cookies.set("drumtower_session", secret)
    problem(browser.session(), 401, "not_signed_in")
    assert browser.post("/api/sign_out").status_code == 204


def test_signing_in_again_in_the_same_browser_ends_the_session_before(door: Door) -> None:
    browser, password = door.browser(), door.person()
    browser.sign_in("zhoukai", password)
    before = browser.cookie
    browser.sign_in("zhoukai", password)
    other = door.browser()
    other.client.cookies.set("drumtower_session", before)
    problem(other.session(), 401, "not_signed_in")
    assert browser.session().status_code == 200


def test_a_sign_in_lasts_a_shift_and_no_longer(door: Door) -> None:
    browser = door.browser()
    browser.sign_in("zhoukai", door.person())
    for _ in range(11):
        door.clock.passes(hours=1)
        assert browser.session().status_code == 200
    door.clock.passes(minutes=59, seconds=59)
    assert browser.session().status_code == 200
    door.clock.passes(seconds=1)
    assert problem(browser.session(), 401, "not_signed_in")["data"] == {"reason": "expired"}


def test_a_sign_in_that_nobody_uses_ends_earlier(door: Door) -> None:
    browser = door.browser()
    browser.sign_in("zhoukai", door.person())
    door.clock.passes(hours=8)
    body = problem(browser.session(), 401, "not_signed_in")
    assert body["data"] == {"reason": "idle"}
    assert body["zh"] == "登录闲置过久,请重新登录。"


def test_how_long_it_lasts_is_a_setting(tmp_path: Path) -> None:
    with opened(tmp_path, Clock(), session_hours=1.0, session_idle_hours=0.5) as door:
        browser = door.browser()
        assert browser.sign_in("admin", door.first_password()).json()["expires_at"] == (T0 + timedelta(hours=1)).isoformat().replace(
            "+00:00", "Z"
        )
        door.clock.passes(minutes=30)
        assert problem(browser.session(), 401, "not_signed_in")["data"] == {"reason": "idle"}


def test_a_session_survives_a_restart_of_the_server(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as door:
        browser = door.browser()
        browser.sign_in("zhoukai", door.person())
        secret, csrf = browser.cookie, browser.csrf
    with opened(tmp_path, clock) as door:
        browser = door.browser()
        browser.client.cookies.set("drumtower_session", secret)
        assert browser.session().json()["csrf"] == csrf


def test_no_secret_lies_in_any_file(tmp_path: Path) -> None:
    with opened(tmp_path, Clock()) as door:
        password = door.person()
        browser = door.browser()
        browser.sign_in("zhoukai", password)
        browser.change_password(password, OTHER)
        token = door.token("zhoukai")
        secrets = [password, OTHER, browser.cookie, browser.csrf, token, token.removeprefix("dt_")]
        files = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    assert {"accounts.db", "facts.db"} <= files.keys()
    assert [(name, secret) for name, content in files.items() for secret in secrets if secret.encode() in content] == []


def test_a_changed_password_ends_every_other_session(door: Door) -> None:
    password = door.person()
    here, there = door.browser(), door.browser()
    here.sign_in("zhoukai", password)
    there.sign_in("zhoukai", password)
    assert not here.change_password(password, OTHER).json()["must_change_password"]
    assert here.session().status_code == 200
    assert problem(there.session(), 401, "not_signed_in")["data"] == {"reason": "password_changed"}
    problem(there.sign_in("zhoukai", password), 401, "sign_in_is_wrong")
    assert there.sign_in("zhoukai", OTHER).status_code == 200


def test_changing_a_password_needs_the_old_one_and_keeps_the_session(door: Door) -> None:
    password, browser = door.person(), door.browser()
    browser.sign_in("zhoukai", password)
    assert problem(browser.change_password("wrong password!", OTHER), 422, "old_password_is_wrong")["field"] == "old_password"
    assert browser.session().status_code == 200
    problem(browser.change_password(password, password), 422, "password_is_the_old_one")


@pytest.mark.parametrize(
    ("new", "code"),
    [("short", "password_is_too_short"), ("password123456", "password_is_common"), ("zhoukai is my name", "password_is_common")],
)
def test_a_weak_password_is_refused_with_a_sentence(door: Door, new: str, code: str) -> None:
    password, browser = door.person(), door.browser()
    browser.sign_in("zhoukai", password)
    assert problem(browser.change_password(password, new), 422, code)["field"] == "new_password"


def test_an_administrator_sets_a_password_that_ends_sessions_and_waits(door: Door) -> None:
    password, browser = door.person(), door.browser()
    browser.sign_in("zhoukai", password)
    for _ in range(6):
        door.browser(ELSEWHERE).sign_in("zhoukai", "wrong password!")
    problem(door.browser(ELSEWHERE).sign_in("zhoukai", password), 429, "sign_in_is_throttled")
    answer = door.administrator().ask("set_password", account="zhoukai")
    assert problem(browser.session(), 401, "not_signed_in")["data"] == {"reason": "password_changed"}
    signed_in = door.browser(ELSEWHERE).sign_in("zhoukai", answer.json()["result"]["password"])
    assert signed_in.json()["must_change_password"]


def test_a_reset_whose_new_password_never_came_about_shuts_the_old_one(tmp_path: Path) -> None:
    """A crash between the fact and the credential store: the fact holds."""
    clock = Clock()
    with opened(tmp_path, clock) as door:
        password = door.person()
        clock.passes(seconds=1)
        before = sqlite3.connect(tmp_path / "accounts.db").execute("SELECT * FROM passwords WHERE account = 'zhoukai'").fetchone()
        assert door.administrator().ask("set_password", account="zhoukai").status_code == 200
    with sqlite3.connect(tmp_path / "accounts.db") as store:
        store.execute("UPDATE passwords SET hash = ?, must_change = ?, changed_at = ? WHERE account = 'zhoukai'", before[1:])
    store.close()
    with opened(tmp_path, clock) as door:
        problem(door.browser().sign_in("zhoukai", password), 401, "sign_in_is_wrong")


def test_a_disabled_account_is_out_at_once_and_its_sessions_never_come_back(door: Door) -> None:
    password, browser = door.person(), door.browser()
    browser.sign_in("zhoukai", password)
    sleeping = door.browser()
    sleeping.sign_in("zhoukai", password)
    door.clock.passes(seconds=1)
    administrator = door.administrator()
    assert administrator.ask("disable_account", account="zhoukai", reason="left").status_code == 200
    assert problem(browser.session(), 401, "not_signed_in")["data"] == {"reason": "disabled"}
    assert problem(door.browser().sign_in("zhoukai", password), 401, "account_is_disabled")["zh"] == "账号 zhoukai 已停用,请联系管理员。"
    problem(door.browser().sign_in("zhoukai", "wrong password!"), 401, "sign_in_is_wrong")
    door.clock.passes(seconds=1)
    administrator.ask("enable_account", account="zhoukai")
    problem(sleeping.session(), 401, "not_signed_in")
    assert door.browser().sign_in("zhoukai", password).status_code == 200


def test_changed_rights_hold_from_the_next_request_on(door: Door) -> None:
    browser = door.browser()
    browser.sign_in("zhoukai", door.person())
    administrator = door.administrator()
    assert browser.client.get("/api/views/call_board").status_code == 200
    assert administrator.ask("change_account", account="zhoukai", roles=["source"], version=1).status_code == 200
    assert browser.session().json()["roles"] == ["source"]
    problem(browser.client.get("/api/views/call_board"), 403, "view_is_not_allowed")


def test_somebody_is_signed_in_at_twenty_windows_at_most(door: Door) -> None:
    password = door.person()
    browsers = [door.browser() for _ in range(21)]
    for browser in browsers:
        door.clock.passes(seconds=1)
        assert browser.sign_in("zhoukai", password).status_code == 200
    assert [browser.session().status_code for browser in browsers] == [401] + [200] * 20


def test_every_try_is_kept_but_not_what_was_typed_into_the_wrong_field(door: Door) -> None:
    password = door.person()
    door.browser().sign_in(GOOD, "zhoukai")
    door.browser().sign_in("zhoukai", "wrong password!")
    door.browser().sign_in("zhoukai", password)
    tries = [(entry.account, entry.address, entry.outcome) for entry in door.accounts.sign_ins(limit=3)]
    assert tries == [
        ("zhoukai", DESK, "signed_in"),
        ("zhoukai", DESK, "wrong_password"),
        ("", DESK, "wrong_password"),
    ]


def test_another_site_cannot_sign_a_browser_in(door: Door) -> None:
    password = door.person()
    browser = door.browser(origin="https://evil.example")
    problem(browser.sign_in("zhoukai", password), 403, "origin_is_foreign")
    assert door.browser(origin=f"http://{door.host}").sign_in("zhoukai", password).status_code == 200


def test_the_event_loop_goes_on_while_a_password_is_checked(tmp_path: Path) -> None:
    """The check is held up at a gate; the server answers meanwhile."""
    hasher = WatchedHasher()
    with opened(tmp_path, Clock(), hasher=hasher) as door, ThreadPoolExecutor(1) as pool:
        password = door.person()
        hasher.begun.clear()
        hasher.gate = threading.Event()
        signing_in = pool.submit(door.browser().sign_in, "zhoukai", password)
        assert hasher.begun.wait(10)
        assert door.browser().session().status_code == 401
        hasher.gate.set()
        assert signing_in.result(10).status_code == 200


def test_more_people_than_can_be_checked_are_told_to_come_back(tmp_path: Path) -> None:
    hasher = WatchedHasher()
    gate = hasher.gate = threading.Event()
    with opened(tmp_path, Clock(), hasher=hasher) as door:

        async def crowd() -> list[BaseException | None]:
            tries = [asyncio.ensure_future(door.accounts.sign_in(f"nobody-{n}", GOOD, address=f"10.1.0.{n}")) for n in range(70)]
            done, waiting = await asyncio.wait(tries, return_when=asyncio.FIRST_COMPLETED)
            gate.set()
            await asyncio.gather(*waiting, return_exceptions=True)
            return [one.exception() for one in done]

        refused = door.inside(crowd)
    assert {type(one) for one in refused} == {SignInIsBusy}
    assert len(refused) == 70 - CHECKS_WAITING_MAX


def test_guesses_at_once_are_counted_before_they_are_checked(tmp_path: Path) -> None:
    """Fifty wrong passwords in the same moment: five are looked at."""
    hasher = WatchedHasher()
    with opened(tmp_path, Clock(), hasher=hasher) as door:
        door.person()
        hasher.looked_at.clear()

        async def guesses() -> list[SignedIn | BaseException]:
            return await asyncio.gather(
                *(door.accounts.sign_in("zhoukai", f"guess number {n}", address=ELSEWHERE) for n in range(50)), return_exceptions=True
            )

        answers = door.inside(guesses)
    assert len(hasher.looked_at) == 5
    assert sum(isinstance(answer, SignInIsThrottled) for answer in answers) == 45


def test_a_wall_stays_signed_in_for_weeks_without_anybody(door: Door) -> None:
    browser = door.browser()
    cookie = browser.sign_in("wall-1", door.person("wall-1", "wall")).headers["set-cookie"]
    assert f"Max-Age={90 * 86_400}" in cookie
    door.clock.passes(days=89)
    assert browser.session().status_code == 200
    door.clock.passes(days=1)
    assert problem(browser.session(), 401, "not_signed_in")["data"] == {"reason": "expired"}


def test_a_wall_account_with_another_role_has_a_shift_like_everybody(door: Door) -> None:
    browser = door.browser()
    browser.sign_in("both", door.person("both", "wall", "dispatcher"))
    door.clock.passes(hours=12)
    assert browser.session().status_code == 401
