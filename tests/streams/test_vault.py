"""Personal data at rest: what is sealed opens, what was changed does not, what was erased never again, and only that."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from streams.failures import StoreIsNewer, StoreUnavailable
from streams.master_key import MasterKeyIsWrong
from streams.postgres.keys import PostgresKeys
from streams.vault import PersonalDataIsErased, SealIsBroken, Vault
from tests.real_servers import BOTH

SUBJECT = "call:C261123-0107"
NUMBER = "13812346677"
Opened = Callable[[], Vault]
# One vault serves all examples of a property: they do not touch one another.
PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@pytest.fixture(params=BOTH)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Opens a further vault on one and the same key store."""
    if request.param == "sqlite":
        return lambda: Vault(tmp_path / "keys.db")
    address = request.getfixturevalue("database")
    return lambda: Vault(PostgresKeys(address), tmp_path / "master.key")


@pytest.fixture
def vault(opened: Opened) -> Iterator[Vault]:
    vault = opened()
    yield vault
    vault.close()


@PROPERTY
@given(subject=texts.filter(bool), text=texts)
def test_what_is_sealed_opens(vault: Vault, subject: str, text: str) -> None:
    assert vault.open(vault.seal(subject, text)) == text


def test_the_same_text_is_never_sealed_alike(vault: Vault) -> None:
    assert len({vault.seal(SUBJECT, NUMBER) for _ in range(1_000)}) == 1_000


def test_sealed_text_has_a_version_and_is_safe_in_json_and_addresses(vault: Vault) -> None:
    sealed = vault.seal(SUBJECT, "周德明")
    assert sealed.startswith("v1.")
    assert sealed.replace(".", "").replace("-", "").replace("_", "").isalnum()
    assert sealed.isascii()
    assert "周德明" not in sealed


@PROPERTY
@given(data=st.data(), text=texts)
def test_a_sealed_text_that_was_changed_anywhere_does_not_open(vault: Vault, data: st.DataObject, text: str) -> None:
    sealed = vault.seal(SUBJECT, text)
    place = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.sampled_from("AZaz09-_.= é").filter(lambda letter: letter != sealed[place]))
    with pytest.raises(SealIsBroken):
        vault.open(sealed[:place] + other + sealed[place + 1 :])


@PROPERTY
@given(text=st.text(max_size=60))
def test_what_no_vault_sealed_does_not_open(vault: Vault, text: str) -> None:
    with pytest.raises(SealIsBroken, match="not something that a vault has sealed"):
        vault.open(text)


def test_sealed_text_cannot_be_given_to_another_subject(vault: Vault) -> None:
    mine, theirs = vault.seal("call:A", NUMBER), vault.seal("call:B", "other")
    moved = ".".join((mine.split(".")[0], theirs.split(".")[1], *mine.split(".")[2:]))
    with pytest.raises(SealIsBroken):
        vault.open(moved)


def test_an_erased_person_is_erased_for_good(opened: Opened) -> None:
    vault = opened()
    sealed = vault.seal(SUBJECT, NUMBER)
    vault.erase(SUBJECT)
    vault.erase(SUBJECT)
    for _ in range(2):
        with pytest.raises(PersonalDataIsErased) as caught:
            vault.open(sealed)
        assert caught.value.sentence_zh == f"{SUBJECT} 的个人信息已被删除,无法再读取。"
        with pytest.raises(PersonalDataIsErased):
            vault.seal(SUBJECT, "again")
        vault.close()
        vault = opened()
    vault.close()


def test_who_was_erased_before_anything_was_sealed_stays_so(vault: Vault) -> None:
    vault.erase(SUBJECT)
    with pytest.raises(PersonalDataIsErased):
        vault.seal(SUBJECT, NUMBER)


def test_the_key_is_gone_from_the_files(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys.db")
    vault.seal(SUBJECT, NUMBER)
    with sqlite3.connect(tmp_path / "keys.db") as reader:
        (wrapped,) = reader.execute("SELECT wrapped FROM keys WHERE subject = ?", (SUBJECT,)).fetchone()
    reader.close()
    assert any(wrapped in file.read_bytes() for file in tmp_path.iterdir())
    vault.erase(SUBJECT)
    assert not any(wrapped in file.read_bytes() for file in tmp_path.iterdir())
    vault.close()


def test_another_process_that_erases_is_believed_at_once(opened: Opened) -> None:
    serving, command_line = opened(), opened()
    sealed = serving.seal(SUBJECT, NUMBER)
    assert command_line.open(sealed) == NUMBER
    command_line.erase(SUBJECT)
    with pytest.raises(PersonalDataIsErased):
        serving.open(sealed)
    serving.close()
    command_line.close()


def test_two_vaults_on_one_store_agree_on_a_new_subject(opened: Opened) -> None:
    one, other = opened(), opened()
    assert other.open(one.seal(SUBJECT, "a")) == "a"
    assert one.open(other.seal(SUBJECT, "b")) == "b"
    one.close()
    other.close()


def test_a_key_is_on_disk_before_what_it_sealed_is_handed_out(opened: Opened) -> None:
    vault = opened()
    sealed = vault.seal(SUBJECT, NUMBER)
    # Another connection sees only what was committed; the first one is never closed, as after a kill.
    after_a_kill = opened()
    assert after_a_kill.open(sealed) == NUMBER
    after_a_kill.close()
    vault.close()


def test_deferred_keys_are_on_disk_after_the_flush(opened: Opened) -> None:
    vault = opened()
    sealed = [vault.seal(f"call:{index}", NUMBER, is_deferred=True) for index in range(50)]
    assert vault.open(sealed[7]) == NUMBER
    vault.flush()
    vault.flush()
    other = opened()
    assert [other.open(text) for text in sealed] == [NUMBER] * 50
    other.close()
    vault.close()


def test_deferred_keys_share_one_sync_of_the_disk(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys.db")
    sealed = vault.seal(SUBJECT, NUMBER, is_deferred=True)
    other = Vault(tmp_path / "keys.db")
    with pytest.raises(SealIsBroken, match=f"has no key of {SUBJECT}"):
        other.open(sealed)
    vault.flush()
    assert other.open(sealed) == NUMBER
    other.close()
    vault.close()


def test_a_deferred_key_that_is_used_at_once_is_made_durable_first(opened: Opened) -> None:
    vault = opened()
    vault.seal(SUBJECT, "name", is_deferred=True)
    sealed = vault.seal(SUBJECT, NUMBER)
    other = opened()
    assert other.open(sealed) == NUMBER
    other.close()
    vault.close()


def test_closing_keeps_deferred_keys(opened: Opened) -> None:
    vault = opened()
    sealed = vault.seal(SUBJECT, NUMBER, is_deferred=True)
    vault.close()
    again = opened()
    assert again.open(sealed) == NUMBER
    again.close()


def test_the_files_are_their_owners_alone(tmp_path: Path) -> None:
    Vault(tmp_path / "keys.db").close()
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()} == {"keys.db": "0o600", "master.key": "0o600"}


def test_the_master_key_may_lie_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    vault = Vault(tmp_path / "keys.db", tmp_path / "safe" / "drumtower.key")
    sealed = vault.seal(SUBJECT, NUMBER)
    vault.close()
    again = Vault(tmp_path / "keys.db", tmp_path / "safe" / "drumtower.key")
    assert again.open(sealed) == NUMBER
    again.close()
    assert not (tmp_path / "master.key").exists()


def test_a_master_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    Vault(tmp_path / "keys.db").close()
    (tmp_path / "master.key").chmod(0o640)
    with pytest.raises(MasterKeyIsWrong, match="can be read by others than its owner: `chmod 600"):
        Vault(tmp_path / "keys.db")


def test_a_missing_master_key_is_not_made_anew(tmp_path: Path) -> None:
    Vault(tmp_path / "keys.db").close()
    (tmp_path / "master.key").unlink()
    with pytest.raises(MasterKeyIsWrong, match="is missing: without it no personal data can be read"):
        Vault(tmp_path / "keys.db")
    assert not (tmp_path / "master.key").exists()


def test_another_vaults_master_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    Vault(tmp_path / "keys.db").close()
    Vault(tmp_path / "other" / "keys.db").close()
    (tmp_path / "other" / "master.key").replace(tmp_path / "master.key")
    with pytest.raises(MasterKeyIsWrong, match="is not the master key that these keys were wrapped with"):
        Vault(tmp_path / "keys.db")


@pytest.mark.parametrize("content", ["", "not base64!", "c2hvcnQ", "é"])
def test_a_file_that_holds_no_master_key_is_refused(tmp_path: Path, content: str) -> None:
    Vault(tmp_path / "keys.db").close()
    (tmp_path / "master.key").write_text(content, "utf-8")
    with pytest.raises(MasterKeyIsWrong, match="does not hold a master key"):
        Vault(tmp_path / "keys.db")


def test_a_key_that_was_exchanged_in_the_store_is_noticed(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys.db")
    sealed = vault.seal("call:A", NUMBER)
    vault.seal("call:B", NUMBER)
    with sqlite3.connect(tmp_path / "keys.db") as writer:
        writer.execute("UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE subject = 'call:B') WHERE subject = 'call:A'")
    writer.close()
    with pytest.raises(SealIsBroken, match="The key of call:A was changed in the key store"):
        vault.open(sealed)
    vault.close()


def test_a_newer_key_store_is_refused(tmp_path: Path) -> None:
    Vault(tmp_path / "keys.db").close()
    with sqlite3.connect(tmp_path / "keys.db") as writer:
        writer.execute("PRAGMA user_version = 99")
    writer.close()
    with pytest.raises(StoreIsNewer):
        Vault(tmp_path / "keys.db")


def test_a_locked_key_store_refuses_and_recovers(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys.db", locked_s_max=0.01)
    other = sqlite3.connect(tmp_path / "keys.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for is_deferred in (False, True):
        with pytest.raises(StoreUnavailable, match="nothing was accepted"):
            vault.seal(SUBJECT, NUMBER, is_deferred=is_deferred)
    with pytest.raises(StoreUnavailable):
        vault.erase(SUBJECT)
    other.execute("ROLLBACK")
    other.close()
    assert vault.open(vault.seal(SUBJECT, NUMBER)) == NUMBER
    vault.close()


def test_threads_share_a_vault(vault: Vault) -> None:
    def is_kept(offset: int) -> bool:
        subjects = [f"call:{(index + offset) % 20}" for index in range(40)]
        return [vault.open(vault.seal(subject, subject)) for subject in subjects] == subjects

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(is_kept, range(4)))


class VaultMachine(RuleBasedStateMachine):
    """Sealing, erasing and restarting in any order: who is not erased can be read, who is erased cannot."""

    names = st.sampled_from([f"call:{index}" for index in range(5)])

    @initialize()
    def an_empty_vault(self) -> None:
        self.directory = TemporaryDirectory()
        self.vault = Vault(Path(self.directory.name) / "keys.db")
        self.sealed: dict[str, dict[str, str]] = {}
        self.erased: set[str] = set()

    @rule(subject=names, text=texts, is_deferred=st.booleans())
    def seal(self, subject: str, text: str, *, is_deferred: bool) -> None:
        try:
            sealed = self.vault.seal(subject, text, is_deferred=is_deferred)
        except PersonalDataIsErased:
            assert subject in self.erased
        else:
            assert subject not in self.erased
            self.sealed.setdefault(subject, {})[sealed] = text

    @rule(subject=names)
    def erase(self, subject: str) -> None:
        self.vault.erase(subject)
        self.erased.add(subject)

    @rule()
    def flush(self) -> None:
        self.vault.flush()

    @rule()
    def restart(self) -> None:
        self.vault.close()
        self.vault = Vault(Path(self.directory.name) / "keys.db")

    @invariant()
    def erasing_one_leaves_the_others(self) -> None:
        for subject, sealed in getattr(self, "sealed", {}).items():
            for text, known in sealed.items():
                if subject in self.erased:
                    with pytest.raises(PersonalDataIsErased):
                        self.vault.open(text)
                else:
                    assert self.vault.open(text) == known

    def teardown(self) -> None:
        if hasattr(self, "vault"):
            self.vault.close()
            self.directory.cleanup()


TestVault = VaultMachine.TestCase
# Each step syncs a disk.
TestVault.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
