"""How a password is judged, hashed and made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from hypothesis import given, settings
from hypothesis import strategies as st

from command_ui.accounts import passwords
from command_ui.accounts.passwords import Hasher, made_password, require_good
from domain.refusals import Refusal
from tests.command_ui.accounts.door import CHEAP, GOOD, Clock, opened, problem


@pytest.mark.parametrize(
    "password", [GOOD, "correct horse battery staple", "解放北路的桥灯火通明今夜", "Xk9#mQ2vLp7w", "drum tower at dawn"]
)
def test_length_is_enough(password: str) -> None:
    require_good(password, "zhoukai")


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "Password1234!", "administrator", "123456789012", "210987654321", "qwertyuiopas", "1qaz2wsx3edc", "aaaaaaaaaaaa"),
        *(
            "abcabcabcabc",
            "abcdefghijkl",
            "drumtower2026",
            "tianjin202611",
            "1q2w3e4r5t6y",
            "11111111111111",
            "2026drumtower!",
            "P@ssw0rd1234",
        ),
        *("zhoukai-2026x", "iamZHOUKAIhere", "woaini1314520", "1212121212121"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(passwords.PasswordIsCommon):
        require_good(password, "zhoukai")


@given(st.text(max_size=11))
def test_short_is_refused_whatever_it_is_made_of(password: str) -> None:
    if len(passwords.normal(password)) < passwords.LENGTH_MIN:
        with pytest.raises(passwords.PasswordIsTooShort):
            require_good(password, "zhoukai")


def test_the_sentence_about_length_counts_characters_not_bytes() -> None:
    with pytest.raises(Refusal) as caught:
        require_good("天津鼓楼", "zhoukai")
    assert caught.value.sentence_zh == "密码只有 4 个字符,至少 12 个。几个互不相关的词就很好记。"
    with pytest.raises(passwords.PasswordIsTooLong):
        require_good("long " * 60, "zhoukai")


def test_a_made_password_is_good_legible_and_never_the_same() -> None:
    made = {made_password() for _ in range(1_000)}
    assert len(made) == 1_000
    for password in made:
        require_good(password, "admin")
        assert not set(password) & set("0o1liI")


def test_a_hash_names_the_second_recommendation_of_rfc_9106() -> None:
    hasher = Hasher()
    hashed = hasher.hash(GOOD)
    assert extract_parameters(hashed) == RFC_9106_LOW_MEMORY
    assert hasher.is_right(hashed, GOOD)
    assert not hasher.is_right(hashed, GOOD + " ")


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_a_password_in_any_script_is_right_and_another_is_not(password: str) -> None:
    hasher = Hasher(CHEAP)
    hashed = hasher.hash(password)
    assert hasher.is_right(hashed, password)
    assert not hasher.is_right(hashed, password + "x")
    assert password not in hashed or len(password) < 4


def test_what_two_keyboards_write_differently_is_one_password() -> None:
    hasher = Hasher(CHEAP)
    assert hasher.is_right(hasher.hash("caf\u00e9 and \uff21\uff22"), "cafe\u0301 and AB")


@pytest.mark.parametrize("hashed", [None, "", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$broken"])
def test_without_a_hash_nothing_is_right(hashed: str | None) -> None:
    hasher = Hasher(CHEAP)
    assert not hasher.is_right(hashed, GOOD)


class Noting(PasswordHasher):
    """Notes the parameters of what it verifies."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified: list[Parameters] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 -- the library's name
        self.verified.append(extract_parameters(str(hash)))
        return super().verify(hash, password)


def test_an_unknown_account_costs_one_hash_like_a_known_one() -> None:
    """Not by the clock, which a busy machine makes a liar of: by what is verified."""
    noting = Noting()
    hasher = Hasher(noting)
    for known in (hasher.hash(GOOD), None):
        assert not hasher.is_right(known, "wrong password!")
    assert len(noting.verified) == 2
    assert noting.verified[0] == noting.verified[1]


def kept_hash(directory: Path) -> str:
    """What the file holds of the password of zhoukai."""
    with closing(sqlite3.connect(directory / "accounts.db")) as store:
        row = store.execute("SELECT hash FROM passwords WHERE account = 'zhoukai'").fetchone()
    return str(row[0])


def test_a_hash_of_other_parameters_is_made_anew_at_the_next_sign_in(tmp_path: Path) -> None:
    with opened(tmp_path, Clock()) as door:
        password = door.person()
    assert extract_parameters(kept_hash(tmp_path)).time_cost == 1
    with opened(tmp_path, Clock(), hasher=Hasher(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))) as door:
        browser = door.browser()
        problem(browser.sign_in("zhoukai", "wrong password!"), 401, "sign_in_is_wrong")
        assert extract_parameters(kept_hash(tmp_path)).time_cost == 1
        assert browser.sign_in("zhoukai", password).json()["must_change_password"]
        assert extract_parameters(kept_hash(tmp_path)).time_cost == 2
        assert browser.session().status_code == 200
        assert browser.sign_in("zhoukai", password).status_code == 200
