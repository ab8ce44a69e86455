"""What happens when two ask for the same in the same moment."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from command_ui.accounts.accounts import Accounts
from command_ui.accounts.refusals import NotSignedIn
from tests.command_ui.accounts.door import OTHER, Clock, Door, WatchedHasher, opened


def test_two_administrators_who_disable_each_other_at_once_leave_one(door: Door) -> None:
    administrator = door.administrator()
    names = []
    for index in range(4):
        created = administrator.ask("create_account", account=f"deputy{index}", zh="副", en="Deputy", roles=["administrator"]).json()
        browser = door.browser()
        browser.sign_in(f"deputy{index}", created["result"]["password"])
        names.append((f"deputy{index}", browser))
    assert administrator.ask("disable_account", account="admin", reason="set up").status_code == 200
    assert administrator.ask("disable_account", account="chen", reason="myself").status_code == 200
    at_once = threading.Barrier(len(names))

    def disable_the_next(index: int) -> int:
        at_once.wait(30)
        return names[index][1].ask("disable_account", account=f"deputy{(index + 1) % len(names)}", reason="mutiny").status_code

    with ThreadPoolExecutor(len(names)) as pool:
        codes = list(pool.map(disable_the_next, range(len(names))))
    directory = [door.center.document("account_directory", name) for name, _ in names]
    assert sum(not entry.is_disabled for entry in directory) == codes.count(409) + codes.count(401)
    assert any(not entry.is_disabled for entry in directory)


def test_one_of_many_who_create_an_account_at_once_creates_it(door: Door) -> None:
    administrators = [door.administrator() for _ in range(4)]
    at_once = threading.Barrier(len(administrators))

    def create(index: int) -> int:
        at_once.wait(30)
        answer = administrators[index].ask("create_account", account="zhoukai", zh="周凯", en="Zhou Kai", roles=["dispatcher"])
        return answer.status_code

    with ThreadPoolExecutor(len(administrators)) as pool:
        assert sorted(pool.map(create, range(len(administrators)))) == [200, 409, 409, 409]


def test_of_two_windows_that_change_a_password_at_once_one_does(tmp_path: Path) -> None:
    """Both old passwords are right when they are checked; the second finds the first one's change."""
    hasher = WatchedHasher()
    with opened(tmp_path, Clock(), hasher=hasher) as door, ThreadPoolExecutor(2) as pool:
        password = door.person()
        windows = [door.browser(), door.browser()]
        for window in windows:
            window.sign_in("zhoukai", password)
        gate = hasher.gate = threading.Event()
        hasher.looked_at.clear()
        hasher.expected = 2
        hasher.begun.clear()
        changes = [pool.submit(window.change_password, password, f"{OTHER} {index}") for index, window in enumerate(windows)]
        assert hasher.begun.wait(30)
        gate.set()
        answers = [change.result(30) for change in changes]
        hasher.gate = None
        assert sorted(answer.status_code for answer in answers) == [200, 422]
        winner = [answer.status_code for answer in answers].index(200)
        assert door.browser().sign_in("zhoukai", f"{OTHER} {winner}").status_code == 200
        assert door.browser().sign_in("zhoukai", f"{OTHER} {1 - winner}").status_code == 401
        assert [window.session().status_code for window in windows] == [200 if index == winner else 401 for index in range(2)]


def test_a_revoked_token_never_opens_after_its_revocation_was_answered(door: Door) -> None:
    administrator = door.administrator()
    administrator.ask("create_account", account="demo", zh="", en="", roles=["source"], kind="program")
    for index in range(5):
        token = administrator.ask("create_token", account="demo", label="x").json()["result"]["token"]
        is_revoked = threading.Event()

        def first_code_after(token: str = token, is_revoked: threading.Event = is_revoked) -> int:
            client, bearer = door.browser().client, {"Authorization": f"Bearer {token}"}
            while True:
                is_after = is_revoked.is_set()
                code = client.get("/api/session", headers=bearer).status_code
                if is_after:
                    return code

        with ThreadPoolExecutor(1) as pool:
            using = pool.submit(first_code_after)
            assert administrator.ask("revoke_token", token=f"demo/{index + 1}", reason="leaked").status_code == 200
            is_revoked.set()
            assert using.result(30) == 401


def test_who_signs_out_while_another_process_writes_keeps_nobody_waiting(tmp_path: Path) -> None:
    """The loop goes on, and looks sessions up, until the other process lets the file go."""

    async def run() -> None:
        accounts = Accounts(tmp_path / "accounts.db", account_of=lambda _account: None, now=Clock())
        other = sqlite3.connect(tmp_path / "accounts.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        leaving = asyncio.create_task(accounts.sign_out("a secret"))
        await asyncio.sleep(0)
        assert not leaving.done()
        for _ in range(100):
            with pytest.raises(NotSignedIn):
                accounts.by_session("another secret")
        assert not leaving.done()
        other.execute("COMMIT")
        other.close()
        await leaving
        accounts.close()

    asyncio.run(run())
