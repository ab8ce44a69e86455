"""Programs at the door: tokens, what they reach, and how they end."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import httpx
import pytest

from command_ui.accounts.accounts import Accounts
from command_ui.accounts.refusals import NotSignedIn, TokenIsWrong
from tests.command_ui.accounts.door import Clock, Door, opened, problem


def program(door: Door, *roles: str) -> str:
    """An account of a program."""
    answer = door.administrator().ask("create_account", account="demo", zh="演示", en="Demo", roles=list(roles), kind="program")
    assert answer.status_code == 200, answer.text
    return "demo"


def asked(door: Door, token: str, path: str = "/api/session") -> httpx.Response:
    return door.browser().client.get(path, headers=[(b"Authorization", f"Bearer {token}".strip().encode())])


def test_a_token_is_shown_once(door: Door) -> None:
    program(door, "source")
    administrator = door.administrator()
    key = {"Idempotency-Key": "one-and-the-same-key"}
    first = administrator.post("/api/commands/create_token", {"account": "demo", "label": "demo"}, **key).json()
    again = administrator.post("/api/commands/create_token", {"account": "demo", "label": "demo"}, **key).json()
    assert first["result"]["token"].startswith("dt_")
    assert first["result"]["name"] == "demo/1"
    assert again["repeated"]
    assert "token" not in again["result"]
    assert len(door.accounts.tokens_used()) == 1


def test_a_token_needs_neither_cookie_nor_csrf(door: Door) -> None:
    program(door, "dispatcher")
    token = door.token("demo")
    assert asked(door, token).json()["csrf"] == ""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "key-of-a-program"}
    problem(door.browser().client.post("/api/commands/end_call", json={"call": "C1"}, headers=headers), 404, "unknown_thing")


def test_a_token_has_the_roles_that_it_was_made_with_while_its_account_has_them(door: Door) -> None:
    program(door, "dispatcher", "source")
    token = door.token("demo", "dispatcher")
    assert asked(door, token).json()["roles"] == ["dispatcher"]
    problem(
        door.browser().client.post(
            "/api/commands/create_account", json={}, headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "key-of-a-program"}
        ),
        422,
        "invalid_field",
    )
    door.administrator().ask("change_account", account="demo", roles=["source"])
    assert asked(door, token).json()["roles"] == []
    problem(asked(door, token, "/api/views/call_board"), 403, "view_is_not_allowed")


@pytest.mark.parametrize("token", ["", "dt_", "dt_" + "x" * 43, "x" * 43, "dt_\u00e9"])
def test_a_made_up_token_opens_nothing(door: Door, token: str) -> None:
    answer = asked(door, token)
    problem(answer, 401, "token_is_wrong")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_another_scheme_is_not_understood(door: Door) -> None:
    answer = door.browser().client.get("/api/session", headers={"Authorization": "Basic YWRtaW46YWRtaW4="})
    problem(answer, 401, "scheme_is_unknown")


def test_a_revoked_token_is_refused_at_once(door: Door) -> None:
    program(door, "source")
    token = door.token("demo")
    assert asked(door, token).status_code == 200
    assert door.administrator().ask("revoke_token", token="demo/1", reason="leaked").status_code == 200
    problem(asked(door, token), 401, "token_is_wrong")


def test_a_revocation_holds_though_its_secret_came_back(tmp_path: Path) -> None:
    """A crash between the fact and the credential store, or an old copy of the store: the fact holds."""
    clock = Clock()
    with opened(tmp_path, clock) as door:
        program(door, "source")
        token = door.token("demo")
        row = sqlite3.connect(tmp_path / "accounts.db").execute("SELECT * FROM tokens").fetchone()
        door.administrator().ask("revoke_token", token="demo/1", reason="leaked")
    with sqlite3.connect(tmp_path / "accounts.db") as store:
        store.execute("INSERT INTO tokens VALUES (?, ?, ?)", row)
    store.close()
    with opened(tmp_path, clock) as door:
        problem(asked(door, token), 401, "token_is_wrong")


def test_a_token_expires(door: Door) -> None:
    program(door, "source")
    token = door.token("demo", days=1)
    door.clock.passes(hours=23, minutes=59)
    assert asked(door, token).json()["expires_at"] == "2026-11-24T06:30:00Z"
    door.clock.passes(minutes=1)
    problem(asked(door, token), 401, "token_is_wrong")


def test_a_disabled_program_is_out(door: Door) -> None:
    program(door, "source")
    token = door.token("demo")
    door.administrator().ask("disable_account", account="demo", reason="replaced")
    problem(asked(door, token), 401, "token_is_wrong")


def test_when_a_token_was_used_is_known_to_the_minute(door: Door) -> None:
    program(door, "source")
    token = door.token("demo")
    assert door.accounts.tokens_used() == {"demo/1": None}
    asked(door, token)
    first = door.clock.now
    door.clock.passes(seconds=59)
    asked(door, token)
    assert door.accounts.tokens_used() == {"demo/1": first}
    door.clock.passes(seconds=1)
    asked(door, token)
    assert door.accounts.tokens_used() == {"demo/1": door.clock.now}


def test_a_token_has_no_password_to_change(door: Door) -> None:
    door.person()
    headers = {"Authorization": f"Bearer {door.token('zhoukai')}"}
    answer = door.browser().client.post("/api/change_password", json={"old_password": "x", "new_password": "y"}, headers=headers)
    problem(answer, 403, "persons_only")


def test_an_account_and_its_token_work_as_soon_as_they_are_answered(door: Door) -> None:
    """The directory is a view, folded after the answer's facts: the answer waits for it."""
    administrator = door.administrator()
    for index in range(20):
        account = f"loader-{index}"
        administrator.ask("create_account", account=account, zh="", en="", roles=["source"], kind="program")
        token = administrator.ask("create_token", account=account, label="x").json()["result"]["token"]
        assert asked(door, token).status_code == 200


def test_only_administrators_make_tokens(door: Door) -> None:
    password, browser = door.person(), door.browser()
    browser.sign_in("zhoukai", password)
    body = problem(browser.ask("create_token", account="zhoukai", label="my own"), 403, "command_is_not_allowed")
    assert body["zh"] == "此操作仅限管理员;您的角色是调度员。"


def test_nobody_records_a_lock_out_over_the_wire(door: Door) -> None:
    answer = door.administrator().ask("record_lock_out", account="chen", failures=10, until="2026-11-23T07:00:00Z")
    body = problem(answer, 403, "command_is_not_allowed")
    assert body["en"] == "This act is for the server itself; your account has administrator."


def test_a_link_that_stays_open_is_asked_again(door: Door) -> None:
    """What the live link does once in a while: the same principal with rights as they are now, or the reason why not."""
    password, browser = door.person(), door.browser()
    browser.sign_in("zhoukai", password)
    accounts: Accounts = door.accounts
    by_session = accounts.by_session(browser.cookie)
    by_token = accounts.by_token(door.token("zhoukai"))
    assert accounts.again(by_session) == by_session
    assert accounts.again(by_token) == by_token
    door.administrator().ask("change_account", account="zhoukai", roles=["analyst", "dispatcher"])
    assert accounts.again(by_session).roles == {"analyst", "dispatcher"}
    assert accounts.again(by_token).roles == {"dispatcher"}
    door.clock.passes(hours=7)
    accounts.again(by_session)
    door.clock.passes(hours=1)
    with pytest.raises(NotSignedIn) as caught:
        accounts.again(by_session)
    assert caught.value.reason == "idle"
    door.administrator().ask("revoke_token", token="zhoukai/1", reason="leaked")
    with pytest.raises(TokenIsWrong):
        accounts.again(by_token)
