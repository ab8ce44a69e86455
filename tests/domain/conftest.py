"""A desk with a small city, for the tests of decisions."""

from __future__ import annotations

import re
from typing import Any, Final, get_args

import pytest

from domain.assignment import STEPS
from domain.recommendation import STATUS_EN
from domain.refusals import Refusal
from domain.sensor_rules import CONDITION_NAMES
from domain.values import Disposition
from tests.domain.given_when_then import Desk, city


@pytest.fixture
def desk() -> Desk:
    """A desk whose city is defined; nothing has happened yet."""
    desk = Desk()
    desk.given(*city())
    return desk


# What is a code on the wire and in the log, and has words of its own in each language.
CODES: Final = frozenset((*STEPS, *STATUS_EN, *CONDITION_NAMES, *get_args(Disposition)))
_AS_A_WORD = r"(?<![A-Za-z0-9_/-])({})(?![A-Za-z0-9_/-])"
"""Not as a part of an identifier: `TJ-GAS-014/high/…` is an alarm's name."""
_IN_ENGLISH = re.compile(_AS_A_WORD.format("|".join(sorted(code for code in CODES if "_" in code))))
# A single word such as `high` may be what somebody typed: it is looked for only where it is a step or a state.
_IN_CHINESE = re.compile(_AS_A_WORD.format("|".join(sorted(code for code in CODES if "_" in code or code in STATUS_EN or code in STEPS))))


@pytest.fixture(autouse=True)
def _refusals_speak_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is refused in a test of the domain is told in words: no sentence prints a code such as `en_route`."""
    made = Refusal.__init__

    def init(self: Refusal, **parameters: Any) -> None:  # noqa: ANN401 -- as the refusal's own
        made(self, **parameters)
        assert not _IN_ENGLISH.search(self.sentence_en), f"a code in a sentence: {self.sentence_en}"
        assert not _IN_CHINESE.search(self.sentence_zh), f"a code in a sentence: {self.sentence_zh}"

    monkeypatch.setattr(Refusal, "__init__", init)
