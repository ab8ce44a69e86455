"""How guessing is slowed down, as numbers and at the door itself."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_ui.accounts.throttle import ACCOUNT, ADDRESS, Patience, Throttle, network
from tests.command_ui.accounts.door import DESK, ELSEWHERE, Door, problem


def waits(patience: Patience, tries: int) -> list[int]:
    """How long the door is shut after each of so many wrong passwords, each given as soon as it opens."""
    guard, now, found = Throttle(), 0.0, []
    for _ in range(tries):
        guard.begin("account zhoukai", patience, now)
        found.append(guard.wait_s("account zhoukai", now))
        now += found[-1]
    return found


def test_five_tries_are_free_then_each_waits_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    assert waits(ACCOUNT, 16) == [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_an_address_is_patient_enough_for_a_shift_that_begins() -> None:
    assert waits(ADDRESS, 31) == [0] * 29 + [2, 4]


@given(st.integers(1, 20), st.floats(0.1, 60), st.floats(60, 3_600), st.integers(1, 200))
def test_waits_never_shrink_and_never_pass_the_longest(free: int, first: float, longest: float, tries: int) -> None:
    found = waits(Patience(free=free, first_wait_s=first, longest_wait_s=longest, forget_s=1e12), tries)
    assert all(earlier <= later for earlier, later in pairwise(found))
    assert all(wait <= longest + 1 for wait in found)
    assert not any(found[: free - 1])


@given(st.lists(st.integers(0, 5), max_size=60), st.data())
def test_doors_do_not_know_of_each_other(doors: list[int], data: st.DataObject) -> None:
    together, alone = Throttle(), Throttle()
    watched = data.draw(st.integers(0, 5))
    for at, door in enumerate(doors):
        together.begin(f"account {door}", ACCOUNT, float(at))
        if door == watched:
            alone.begin(f"account {door}", ACCOUNT, float(at))
    assert together.wait_s(f"account {watched}", len(doors)) == alone.wait_s(f"account {watched}", len(doors))


def test_a_day_without_a_try_is_a_new_beginning() -> None:
    guard = Throttle()
    for _ in range(20):
        guard.begin("account zhoukai", ACCOUNT, 0.0)
    guard.begin("account zhoukai", ACCOUNT, 86_401.0)
    assert guard.wait_s("account zhoukai", 86_401.0) == 0


def test_what_is_remembered_is_bounded() -> None:
    guard = Throttle(doors_max=10)
    for _ in range(6):
        guard.begin("account zhoukai", ACCOUNT, 0.0)
    for index in range(9):
        guard.begin(f"address 10.0.0.{index}", ADDRESS, 0.0)
    assert guard.wait_s("account zhoukai", 0.0) == 4
    guard.begin("address 10.0.1.1", ADDRESS, 0.0)
    assert guard.wait_s("account zhoukai", 0.0) == 0


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.3.17", "10.0.3.17"),
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:10.0.3.17", "10.0.3.17"),
        ("", ""),
        ("a unix socket", "a unix socket"),
    ],
)
def test_one_sender_is_one_address_or_one_network_of_ipv6(address: str, expected: str) -> None:
    assert network(address) == expected


def test_the_wait_is_told_and_refuses_the_right_password_too(door: Door) -> None:
    password = door.person()
    stranger = door.browser(ELSEWHERE)
    for _ in range(5):
        problem(stranger.sign_in("zhoukai", "wrong password!"), 401, "sign_in_is_wrong")
    answer = stranger.sign_in("zhoukai", password)
    body = problem(answer, 429, "sign_in_is_throttled")
    assert answer.headers["retry-after"] == "2"
    assert body["en"] == "Too many wrong passwords: the next try is possible in 2 seconds. An administrator can set a new password."
    assert body["zh"] == "密码错误次数过多:2 秒后可再试。管理员可重设密码。"
    door.clock.passes(seconds=2)
    assert stranger.sign_in("zhoukai", password).status_code == 200


def test_a_name_that_nobody_has_is_throttled_alike(door: Door) -> None:
    door.person()
    for account in ("zhoukai", "nobody"):
        codes = [door.browser(ELSEWHERE).sign_in(account, "wrong password!").status_code for _ in range(7)]
        assert codes == [401] * 5 + [429] * 2


def test_the_right_password_makes_a_clean_slate(door: Door) -> None:
    password, browser = door.person(), door.browser()
    for _ in range(4):
        browser.sign_in("zhoukai", "wrong password!")
    assert browser.sign_in("zhoukai", password).status_code == 200
    assert [browser.sign_in("zhoukai", "wrong password!").status_code for _ in range(5)] == [401] * 5


def test_guesses_from_elsewhere_do_not_keep_a_dispatcher_from_the_own_desk(door: Door) -> None:
    password = door.person()
    assert door.browser(DESK).sign_in("zhoukai", password).status_code == 200
    for _ in range(12):
        door.browser(ELSEWHERE).sign_in("zhoukai", "wrong password!")
    problem(door.browser(ELSEWHERE).sign_in("zhoukai", password), 429, "sign_in_is_throttled")
    assert door.browser(DESK).sign_in("zhoukai", password).status_code == 200


def test_guesses_at_the_own_desk_are_slowed_down_as_well(door: Door) -> None:
    password, browser = door.person(), door.browser(DESK)
    browser.sign_in("zhoukai", password)
    assert [browser.sign_in("zhoukai", "wrong password!").status_code for _ in range(6)] == [401] * 5 + [429]


def test_one_address_that_tries_many_names_is_slowed_down(door: Door) -> None:
    password = door.person()
    codes = [door.browser(ELSEWHERE).sign_in(f"nobody{n}", "wrong password!").status_code for n in range(31)]
    assert codes == [401] * 30 + [429]
    problem(door.browser(ELSEWHERE).sign_in("zhoukai", password), 429, "sign_in_is_throttled")
    assert door.browser(DESK).sign_in("zhoukai", password).status_code == 200


def test_ten_wrong_passwords_in_a_row_are_a_fact_once(door: Door) -> None:
    door.person()
    for _ in range(12):
        door.clock.passes(seconds=3_600)
        door.browser(ELSEWHERE).sign_in("zhoukai", "wrong password!")
    door.administrator()
    facts = [recorded.fact for recorded in door.center.machine.facts.facts(0) if type(recorded.fact).__name__ == "LockedOut"]
    assert [(fact.account, fact.failures, fact.by.account) for fact in facts] == [("zhoukai", 10, "system")]  # type: ignore[attr-defined]
    entry = door.center.document("account_directory", "zhoukai")
    assert entry.locked_out_at is not None


def test_guessing_the_old_password_of_a_stolen_screen_is_slowed_down(door: Door) -> None:
    password, browser = door.person(), door.browser()
    browser.sign_in("zhoukai", password)
    codes = [browser.change_password("wrong password!", "three unlike words").status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
