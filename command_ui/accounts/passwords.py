"""Passwords: how one is judged, hashed (argon2id) and made."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from domain.refusals import Invalid

# NIST SP 800-63B asks for length before all else; twelve characters with nothing guessable in them outlast an online attack by far.
LENGTH_MIN = 12
# A sentence; more would only be work for the hash.
LENGTH_MAX = 256
DISTINCT_MIN = 5
# Letters and digits that are not mistaken for one another when a first password is read aloud or copied by hand.
LEGIBLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"
# 20 of 31 characters are 99 bits.
MADE_GROUPS, MADE_GROUP_LENGTH = 4, 5

# The commonest words in passwords of any length; a password that is one of them and digits is among the first thousand guesses.
_COMMON: Final = """
password passwort passw0rd p@ssword p@ssw0rd admin administrator root user guest welcome letmein login master monkey dragon
qwerty qwertyuiop asdfghjkl zxcvbnm abc abcd abcdef iloveyou woaini woaiwojia sunshine princess football baseball superman
changeme secret default test testing system server drumtower gulou dispatch dispatcher commander emergency police tianjin
beijing shanghai china zhongguo huawei aa aaa qwe asd zxc qaz wsx qazwsx qweasd qweasdzxc qwertyui
"""
_WORDS: Final = frozenset(_COMMON.split())
_RUNS: Final = tuple(
    run * 3
    for run in (
        "0123456789",
        "9876543210",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
        "qazwsxedcrfvtgbyhnujmikolp",
        "1q2w3e4r5t6y7u8i9o0p",
    )
)


class PasswordIsTooShort(Invalid):
    """Length is what resists guessing."""

    en = "The password has {length} characters: at least {least}. A few unrelated words are easy to remember."
    zh = "密码只有 {length} 个字符,至少 {least} 个。几个互不相关的词就很好记。"
    about = "new_password"


class PasswordIsTooLong(Invalid):
    """Beyond a sentence it protects nothing more."""

    en = "The password has more than {most} characters."
    zh = "密码超过 {most} 个字符。"
    about = "new_password"


class PasswordIsCommon(Invalid):
    """It is among the first that are guessed."""

    en = "The password is easy to guess (a common word, a run of keys, one character repeated, or the account's name): choose another."
    zh = "密码容易被猜中(常见词、键盘顺序、重复字符或含账号名):请另选一个。"
    about = "new_password"


class PasswordIsTheOldOne(Invalid):
    """A changed password is another one."""

    en = "The new password is the old one: choose another."
    zh = "新密码与旧密码相同:请另选一个。"
    about = "new_password"


def require_good(password: str, account: str) -> None:
    """Refuses what is short, or among the first that are guessed. No rules of digits and signs: they make passwords alike."""
    word = normal(password)
    if len(word) < LENGTH_MIN:
        raise PasswordIsTooShort(length=len(word), least=LENGTH_MIN)
    if len(word) > LENGTH_MAX:
        raise PasswordIsTooLong(most=LENGTH_MAX)
    if _is_common(word.casefold(), account.casefold()):
        raise PasswordIsCommon


def normal(password: str) -> str:
    """One form for what keyboards and input methods write in several (NFKC, as NIST SP 800-63B asks)."""
    return unicodedata.normalize("NFKC", password)


def made_password() -> str:
    """A first password, random and legible: `k7mqp-2hvna-x9dcw-t4rje`."""
    return "-".join("".join(secrets.choice(LEGIBLE) for _ in range(MADE_GROUP_LENGTH)) for _ in range(MADE_GROUPS))


class Hasher:
    """Argon2id with the second recommendation of RFC 9106 (64 MiB, 3 passes, 4 lanes) unless the tests say otherwise.

    Takes a tenth of a second of a core: never to be called on the event loop.
    """

    def __init__(self, argon2: PasswordHasher | None = None) -> None:
        self._argon2 = argon2 or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        # What an unknown account's password is held against, so that the answer takes as long.
        self._nobody = self._argon2.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """The hash with its salt and parameters."""
        return self._argon2.hash(normal(password))

    def is_right(self, hashed: str | None, password: str) -> bool:
        """Whether it is the password; takes as long where there is no hash."""
        try:
            self._argon2.verify(hashed or self._nobody, normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Whether it was made with other parameters than those of now."""
        return self._argon2.check_needs_rehash(hashed)


def _is_common(word: str, account: str) -> bool:
    letters = re.sub(r"[\W\d_]+", "", word)
    return (
        len(set(word)) < DISTINCT_MIN
        or any(word in run for run in _RUNS)
        or word.strip("0123456789!@#$%^&*._- ") in _WORDS
        or letters in _WORDS
        or _is_repeated(word)
        or account in word
    )


def _is_repeated(word: str) -> bool:
    """Whether a short piece is written over and over: `abcabcabcabc`."""
    return any(word == (word[:size] * len(word))[: len(word)] for size in range(1, len(word) // 3 + 1))
